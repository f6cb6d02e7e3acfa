"""An exact point of loss 0 near a trained network: Newton's method for its outputs, and the radii that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import ctx
from numpy.typing import ArrayLike, NDArray

from verify.checker.evaluators import OutputMap
from verify.checker.public import Reason, box, ends, point
from verify.checker.statements.interpolation import PROPERTY, ZeroLossWithin, ZeroLossWitness, equations
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor

Array = NDArray[np.float64]

PRECISION = 96
STEPS = 200
FIRST_DAMPING = 1e-6
"""Of Levenberg and Marquardt, relative to the mean of the Gram matrix's diagonal."""
MARGIN = Fraction(1, 64)
"""Part of the singular values and of the radius that is given away."""
RADII = 12
"""Tried for the region of the critical points, each 8 times smaller than the one before."""


@np.errstate(all="ignore")
def certify_interpolation(risk: EmpiricalRisk, theta: ArrayLike) -> Certificate:
    """That a point of loss 0 lies near where Newton's method leads. `theta`: (trained,). Raises NotCertified.

    The certificate's center is that point; how far it is from `theta` is for the caller to compare.
    """
    found, smallest = fitted(risk, theta)
    return _certified(risk, [Fraction(float(entry)) for entry in found], floor((1 - float(MARGIN)) * smallest, 20))


def fitted(risk: EmpiricalRisk, theta: ArrayLike) -> tuple[Array, float]:
    """Where Newton's method for the outputs leads, and the least singular value of their Jacobian there.

    Raises NotCertified where no point of loss 0 can be proved so.
    """
    landscape = risk.exact
    if landscape.loss != "squares" or landscape.weight_decay or landscape.bias_decay or landscape.sample_weights:
        told = "a loss of 0 is looked for with squares, without weight decay or weights of samples"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    if landscape.parameter_map is not None:
        told = "exact interpolation needs each of the network's parameters to be trained by itself"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    wanted = equations(landscape)
    if wanted > landscape.trained:
        told = f"{wanted} equations are more than the {landscape.trained} trained parameters"
        raise NotCertified(told, {}, Reason.NO_CANDIDATE)
    found, smallest = _newton(risk, np.asarray(theta, dtype=np.float64).ravel())
    if not smallest > 0:
        raise NotCertified(
            "the outputs' Jacobian has dependent rows in floating point: not all samples can be fitted to first order",
            {"smallest_singular_value": smallest},
            Reason.SINGULAR_HESSIAN,
        )
    return found, smallest


def _newton(risk: EmpiricalRisk, theta: Array) -> tuple[Array, float]:
    """Damped Gauss-Newton steps of least length; where they come to rest, and the least singular value there."""
    wanted = floats.matrix(risk.exact.targets)
    damping, current = 0.0, theta
    error = (risk.outputs(current) - wanted).ravel()
    jacobian = risk.jacobian(current)
    gram = jacobian @ jacobian.T
    for _ in range(STEPS):
        size = float(np.trace(gram)) / len(gram)
        try:
            step = jacobian.T @ np.linalg.solve(gram + damping * size * np.eye(len(gram)), -error)
        except np.linalg.LinAlgError:
            damping = max(10 * damping, FIRST_DAMPING)
            continue
        moved = (risk.outputs(current + step) - wanted).ravel()
        if not np.isfinite(moved).all() or np.linalg.norm(moved) >= np.linalg.norm(error):
            if np.linalg.norm(error) <= 1e-10 * (1 + np.linalg.norm(wanted)) or damping > 1e6:
                break
            damping = max(10 * damping, FIRST_DAMPING)
            continue
        current, error, damping = current + step, moved, damping / 10 if damping > FIRST_DAMPING else 0.0
        jacobian = risk.jacobian(current)
        gram = jacobian @ jacobian.T
    if not np.isfinite(error).all() or np.linalg.norm(error) > 1e-6 * (1 + np.linalg.norm(wanted)):
        measured = {"distance_of_the_outputs_from_the_targets": float(np.linalg.norm(error))}
        raise NotCertified("Newton's method for the outputs did not converge", measured, Reason.NOT_CONVERGED)
    return current, float(np.sqrt(max(np.linalg.eigvalsh(gram)[0], 0.0)))


def _certified(risk: EmpiricalRisk, center: Sequence[Fraction], s: Fraction) -> Certificate:
    landscape, where = risk.exact, (tuple(center),)
    dimension = landscape.trained - equations(landscape)
    with ctx.workprec(PRECISION):
        distance = OutputMap(landscape, point(where)).distance()
        if not distance.is_finite():
            raise NotCertified("the outputs were not enclosed at the point", {})
        error = ends(distance)[1]
        radius = ceil(float(max(error * (1 + MARGIN) / s, Fraction(1, 2**60))), 20)
        around = _region(risk, center, radius, s)
    statement = ZeroLossWithin(landscape, PROPERTY, where, radius, around, dimension)
    return written(risk, statement, ZeroLossWitness(PRECISION, s))


def _region(risk: EmpiricalRisk, center: Sequence[Fraction], radius: Fraction, s: Fraction) -> Fraction:
    """A radius within which no unit meets a kink, and the Jacobian turns by no more than s."""
    around, where = Fraction(1, 16), (tuple(center),)
    code, told = Reason.NOT_PROVED, "the Jacobian turns too fast for its least singular value"
    for _ in range(4 * RADII):
        if around < 2 * radius:
            break
        region = OutputMap(risk.exact, box(where, around))
        if region.near_a_kink() is not None:
            code, told = Reason.KINK, "a unit is too near to its kink"
        else:
            turning = region.turning()
            most = ends(turning)[1] if turning.is_finite() else None
            if most is not None and most * around <= s:
                return around
            if most:
                around = min(around, floor(float(s / most), 12))
                code, told = Reason.NOT_PROVED, "the Jacobian turns too fast for its least singular value"
        around /= 8
    raise NotCertified(f"{told}: train further, or with other seeds", {"radius": float(radius)}, code)
