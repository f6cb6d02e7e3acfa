"""What was proved of a program: certificates from witnesses, each verified by the checker before it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import mul
from typing import Any

from verify.checker.kinds.semidefinite_program import SEMIDEFINITE_PROGRAM
from verify.checker.losses.semidefinite_program import given, trace
from verify.checker.public import Matrix, Rejected, Verdict, Verified, prove
from verify.checker.statements.semidefinite_program import (
    Diagonal,
    DualWitness,
    Infeasible,
    LowerBound,
    PointWitness,
    SemidefiniteStatement,
    UpperBound,
)
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.rounding import ceil, floor
from verify.producer.sdp.central_path import Vector
from verify.producer.sdp.exact_barrier import Block as DualBlock
from verify.producer.sdp.faces import exact_dual
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.solver import Hint
from verify.producer.sdp.witness import exact_diagonal, exact_triangle, exact_vector, to_fraction

PRECISION = 256
"""Bits of Newton's method where float64 does not do, and of certificates."""
CLAIMS: dict[str, Callable[..., SemidefiniteStatement]] = {
    "sdp-lower-bound": LowerBound,
    "sdp-upper-bound": UpperBound,
    "sdp-infeasible": Infeasible,
}
SLACK = Fraction(1, 10**14)
"""What a bound leaves, relatively, for the correction that the checker makes."""


@dataclass
class Bounds:
    """What was proved of a program's value, and what a solver had said."""

    instance: Instance
    hint: Hint
    lower: Fraction | None = None
    """Of c.x at every feasible x; in `box` alone, where that is not None."""
    upper: Fraction | None = None
    box: tuple[tuple[Fraction, Fraction], ...] | None = None
    """The (m,) intervals without which the lower bound is not proved."""
    point: tuple[Fraction, ...] = ()
    """A feasible x that proves the upper bound."""
    infeasible: str | None = None
    """"inequality" (no x), "equality" (no Y), or nothing proved."""
    seconds: float = 0.0
    """Without the solver's."""
    certificates: dict[str, Certificate] = field(default_factory=dict)
    """By property; each was verified by the checker."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a bound is missing."""

    @property
    def relative_gap(self) -> float | None:
        """(upper - lower) / max(1, (|lower| + |upper|) / 2)."""
        if self.lower is None or self.upper is None or self.box_excludes_minimisers:
            return None
        return float((self.upper - self.lower) / max(Fraction(1), (abs(self.lower) + abs(self.upper)) / 2))

    @property
    def box_excludes_minimisers(self) -> bool:
        """Whether some feasible x is proved to be better than every one in the box."""
        return self.box is not None and None not in (self.lower, self.upper) and self.lower > self.upper  # type: ignore[operator]

    @property
    def point_is_in_box(self) -> bool:
        """Whether the x that proves the upper bound is in the box, or there is none."""
        box = self.box or ()
        return all(low <= entry <= high for entry, (low, high) in zip(self.point, box, strict=False))


def certify_point(bounds: Bounds, name: str, point: Vector) -> bool:
    """A certificate for a point or ray on the side of the inequality, if the checker verifies it."""
    return certify_exact_point(bounds, name, exact_vector(point))


def certify_exact_point(bounds: Bounds, name: str, x: Sequence[Fraction]) -> bool:
    """The same, of exact numbers."""
    instance = bounds.instance
    value = sum(map(mul, instance.program.objective, x), Fraction(0))
    bound = ceil(value + max(Fraction(1), abs(value)) * SLACK if instance.zero_blocks else value, 100)
    claim = {"bound": bound} if name == "sdp-upper-bound" else {"side": "equality"}
    verified = _certify(bounds, name, claim, PointWitness(PRECISION, tuple(x)))
    if verified and name == "sdp-upper-bound":
        bounds.upper, bounds.point = bound, tuple(x)
    return verified


def certify_dual(
    bounds: Bounds, name: str, dual: Sequence[DualBlock], box: Sequence[tuple[Fraction, Fraction]] | None = None
) -> bool:
    """A certificate for a matrix on the side of the equalities, if the checker verifies it."""
    kinds = bounds.instance.program.blocks
    rows = [
        exact_diagonal(block) if kind.diagonal else exact_triangle(block)
        for kind, block in zip(kinds, dual, strict=True)
    ]
    return _certify_rows(bounds, name, rows, box)


def certify_exact_dual(bounds: Bounds, name: str, near: Sequence[Array], costs: Sequence[Fraction]) -> bool:
    """A certificate for a matrix on the face that one near it suggests, if there is one and the checker verifies it."""
    rows, before = exact_dual(bounds.instance, near, costs), dict(bounds.reasons)
    if rows is not None and _certify_rows(bounds, name, rows, None):
        return True
    bounds.reasons = before  # what is wrong with a guess says nothing about the program
    return False


def _certify_rows(
    bounds: Bounds, name: str, rows: Sequence[Matrix], box: Sequence[tuple[Fraction, Fraction]] | None
) -> bool:
    program = bounds.instance.program
    value = to_fraction(trace(program, program.matrices[0], given(rows)))
    if box is not None:
        for c, coefficients, (low, high) in zip(program.objective, program.matrices[1:], box, strict=True):
            rest = c - to_fraction(trace(program, coefficients, given(rows)))
            value += rest * (low if rest > 0 else high)
    bound = floor(value - max(Fraction(1), abs(value)) * SLACK, 100)
    intervals = None if box is None else tuple(box)
    claim = {"bound": bound, "box": intervals} if name == "sdp-lower-bound" else {"side": "inequality"}
    blocks = tuple(
        Diagonal(block[0]) if kind.diagonal else block for kind, block in zip(program.blocks, rows, strict=True)
    )
    verified = _certify(bounds, name, claim, DualWitness(PRECISION, blocks))
    if verified and name == "sdp-lower-bound":
        bounds.lower, bounds.box = bound, intervals
    return verified


def _certify(bounds: Bounds, name: str, claim: Mapping[str, Any], witness: PointWitness | DualWitness) -> bool:
    """Build the certificate and check it; at more bits if these do not decide."""
    verdict: Verdict | None = None
    statement = CLAIMS[name](bounds.instance.landscape(), name, **claim)
    for precision in (PRECISION, 4 * PRECISION):
        certificate = Certificate.of(
            SEMIDEFINITE_PROGRAM,
            statement,
            replace(witness, precision=precision),
            {"program": "verify.producer.sdp", "solver": bounds.hint.solver, "status": bounds.hint.status},
        )
        verdict = prove(certificate.read(), data=bounds.instance.content)
        if isinstance(verdict, Verified):
            bounds.certificates[name] = certificate
            bounds.reasons.pop(name, None)
            return True
        if isinstance(verdict, Rejected):
            break
    bounds.reasons[name] = getattr(verdict, "reason", "")
    return False
