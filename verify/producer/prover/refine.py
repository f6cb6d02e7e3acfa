"""From a point that is nearly critical to one that is critical to many digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import ctx
from numpy.typing import NDArray

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.public import Malformed, Reason, Rejected, Undecided, Verdict
from verify.producer.landscapes import floats
from verify.producer.landscapes.exact import Landscape, in_balls
from verify.producer.prover.linear_algebra import DENSE, Solver, newton_solver
from verify.producer.prover.rounding import ExactMatrix, matrix_on_grid, on_grid

Array = NDArray[np.float64]

NEWTON_STEPS = 40
ROUNDING = 1e-12
"""Steps so small that no longer become smaller are made of rounding errors."""
CHORD = 1e-5
"""After a step at most so large, a large Hessian is not computed and factorised again."""
REACH = 0.05
"""How far, per unit of the student's norm, a point may lie from the critical point that is certified for it."""


class NotCertified(Exception):
    """The prover found no proof. That is no verdict on the point."""

    def __init__(self, reason: str, measured: Mapping[str, float], code: Reason = Reason.NOT_PROVED) -> None:
        numbers = "".join(f"; {name.replace('_', ' ')} {value:.3g}" for name, value in measured.items())
        super().__init__(reason + numbers)
        self.reason = reason
        self.measured = dict(measured)
        self.code = code

    def __reduce__(self) -> tuple[type[NotCertified], tuple[str, dict[str, float], Reason]]:
        return type(self), (self.reason, self.measured, self.code)  # as it comes from another process

    @classmethod
    def of(cls, verdict: Verdict, said: str = "") -> NotCertified:
        """With the checker's reason for not verifying a draft, after what is `said` of it."""
        if isinstance(verdict, Rejected | Undecided | Malformed):
            return cls(f"{said}{verdict.reason}", {}, verdict.code)
        return cls("not verified", {})


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """A point that is critical up to the grid, and its float64 Hessian."""

    student: ExactMatrix
    hessian: Array
    moved: float
    """Distance from the point that was given."""


def refine(landscape: Landscape, student: Array, bits: int) -> CriticalPoint:
    """Newton's method in float64, then with the gradient in ball arithmetic, on multiples of 2^-bits."""
    start = gradient_norm(landscape, student)
    current, size, before, hessian = student, np.inf, np.inf, None
    for _ in range(NEWTON_STEPS):
        if hessian is None or hessian.size <= DENSE**2 or size > CHORD:
            hessian, solver = _linearise(landscape, current)
        step = _step(solver, landscape.gradient(current))
        current, size, before = current + step, float(np.abs(step).max()), size
        moved = float(np.linalg.norm(current - student))
        if not moved <= REACH * (1 + float(np.linalg.norm(student))):
            raise NotCertified(
                "no critical point was found near the given point", {"gradient_norm": start}, Reason.NOT_CRITICAL
            )
        if size <= 1e-14 or before / 2 <= size <= ROUNDING:
            break
    if hessian is None or hessian.size <= DENSE**2:
        hessian, solver = _linearise(landscape, current)
    exact = matrix_on_grid(current, bits)
    for _ in range(_exact_steps(bits)):
        step = _step(solver, _exact_gradient(landscape, exact, bits))
        exact = [
            [on_grid(entry + Fraction(float(change)), bits) for entry, change in zip(row, changes, strict=True)]
            for row, changes in zip(exact, step, strict=True)
        ]
    residual = float(np.linalg.norm(_exact_gradient(landscape, exact, bits)))
    if not residual <= 1e-12 * (1 + float(np.linalg.norm(student))):
        raise NotCertified(
            "Newton's method did not converge from the given point", {"gradient_norm": start}, Reason.NOT_CONVERGED
        )
    return CriticalPoint(exact, hessian, moved=float(np.linalg.norm(_floats(exact) - student)))


def gradient_norm(landscape: Landscape, student: Array) -> float:
    """The Euclidean norm of the gradient, in float64."""
    return float(np.linalg.norm(landscape.gradient(student)))


def _linearise(landscape: Landscape, student: Array) -> tuple[Array, Solver]:
    hessian = landscape.hessian(student)
    try:
        return hessian, newton_solver(hessian)
    except np.linalg.LinAlgError:
        raise NotCertified("the gradient or Hessian is not finite", {}, Reason.NOT_CONVERGED) from None


def _step(solver: Solver, gradient: Array) -> Array:
    try:
        return solver(gradient)
    except np.linalg.LinAlgError as error:
        raise NotCertified(f"Newton's method broke down: {error}", {}, Reason.NOT_CONVERGED) from None


def _exact_gradient(landscape: Landscape, student: ExactMatrix, bits: int) -> Array:
    """The gradient at an exact point, correct to more digits than the grid has, rounded at the end."""
    with ctx.workprec(2 * bits + 64):
        at_point = in_balls(landscape, tuple(map(tuple, student)))
        rows = at_point.gradient()
        if not all(entry.is_finite() for row in rows for entry in row):
            if isinstance(at_point, BallEmpiricalRisk) and (unit := at_point.near_a_kink()) is not None:
                raise NotCertified(
                    f"{unit} may meet a kink, where the loss need not be differentiable", {}, Reason.KINK
                )
            raise NotCertified("the gradient is not enclosed at the refined point", {})
        return np.array([[float(entry.mid()) for entry in row] for row in rows])


def _exact_steps(bits: int) -> int:
    """Each step with an exact gradient and a float64 Hessian wins about 40 bits."""
    return 1 + bits // 40


def _floats(exact: ExactMatrix) -> Array:
    return floats.matrix(exact)
