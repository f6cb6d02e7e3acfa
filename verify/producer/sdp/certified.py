"""What was proved of a program: certificates from witnesses, each verified by the checker before it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np
from flint import fmpq

from verify.checker.public import (
    Entries,
    Matrix,
    NotACertificate,
    Rejected,
    SemidefiniteProgram,
    Verdict,
    Verified,
)
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
from verify.producer.prover.rounding import ceil, floor, on_grid
from verify.producer.sdp.central_path import Vector
from verify.producer.sdp.exact_barrier import Block as DualBlock
from verify.producer.sdp.faces import SINGULAR, exact_dual
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.solver import Hint
from verify.producer.sdp.witness import (
    DIGITS,
    exact_diagonal,
    exact_pairs,
    exact_triangle,
    exact_vector,
    exponent,
)
from verify.producer.trust import verdict_on

PRECISION = 256
"""Bits of Newton's method where float64 does not do, and of certificates."""
CLAIMS: dict[str, Callable[..., SemidefiniteStatement]] = {
    "sdp-lower-bound": LowerBound,
    "sdp-upper-bound": UpperBound,
    "sdp-infeasible": Infeasible,
}
MOST_BITS = 1_024
"""Of a guessed entry: a certificate's numbers are short, and so are those that were guessed right."""
SHORT_BITS = 1_500
SLACK = Fraction(1, 10**14)
"""What a bound leaves, relatively, for the correction that the checker makes."""


@dataclass(frozen=True)
class Framed:
    """V, per block (n, r) or () for the identity, and the program with V^T F_i V in the place of F_i."""

    frame: tuple[Matrix, ...]
    program: SemidefiniteProgram


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
    exact_steps: int = 0
    """Of Newton's method in many bits, the last resort."""

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
    """A certificate for a point or ray on the side of the inequality, if the checker verifies it.

    A bound that is no better than what there is gets none, here and below.
    """
    if point.dtype == np.float64 and not np.isfinite(point).all():
        return False
    exact = [Fraction(entry) for entry in point.tolist()] if point.dtype == np.float64 else exact_vector(point)
    if bounds.instance.zero_blocks:
        exact = onto_equations(bounds.instance, exact, 1 if name == "sdp-upper-bound" else 0)
    return certify_exact_point(bounds, name, exact)


def certify_exact_point(bounds: Bounds, name: str, x: Sequence[Fraction], *, exactly: bool = False) -> bool:
    """The same, of exact numbers. exactly: x satisfies its equations as it is."""
    instance = bounds.instance
    value = sum(map(mul, instance.program.objective, x), Fraction(0))
    if exactly and _is_short(value):
        bound = value
    else:
        bound = ceil(value + max(Fraction(1), abs(value)) * (SLACK if instance.zero_blocks else 0), 100)
    if name == "sdp-upper-bound" and bounds.upper is not None and bound >= bounds.upper:
        return False
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


def certify_pairs(
    bounds: Bounds, name: str, high: Sequence[Array], low: Sequence[Array], framed: Framed | None = None
) -> bool:
    """The same, of a matrix given as high + low, (n, n) or (n,) per block; of the smaller program, with a frame."""
    program = framed.program if framed else bounds.instance.program
    return _certify_rows(bounds, name, exact_pairs(program.blocks, high, low), None, framed=framed)


def certify_exact_dual(
    bounds: Bounds, name: str, near: Sequence[Array], costs: Sequence[Fraction], singular: float = SINGULAR
) -> bool:
    """A certificate for a matrix on the face that one near it suggests, if there is one and the checker verifies it.

    Not for a lower bound that is no better than what there is, nor for a ray that proves nothing.
    """
    rows, before = exact_dual(bounds.instance, near, costs, singular), dict(bounds.reasons)
    if rows is not None:
        program = bounds.instance.program
        value = paired(program, program.matrices[0], rows)
        better = value > 0 if name == "sdp-infeasible" else bounds.lower is None or value > bounds.lower
        if better and certify_exact_rows(bounds, name, rows):
            return True
    bounds.reasons = before  # what is wrong with a guess says nothing about the program
    return False


def certify_exact_rows(bounds: Bounds, name: str, rows: Sequence[Matrix]) -> bool:
    """The same, of a matrix that satisfies the equations exactly, as a witness has it. Not if its numbers are long."""
    entries = (entry for block in rows for row in block for entry in row)
    if any(entry.denominator.bit_length() + entry.numerator.bit_length() > MOST_BITS for entry in entries):
        return False
    return _certify_rows(bounds, name, rows, None, exactly=True)


def _is_short(value: Fraction) -> bool:
    """Whether a number is written whole in a statement."""
    return value.denominator.bit_length() + value.numerator.bit_length() <= SHORT_BITS


def paired(program: SemidefiniteProgram, matrix: Mapping[int, Entries], rows: Sequence[Matrix]) -> Fraction:
    """<F, Y>."""
    total = fmpq(0)
    for number, entries in matrix.items():
        block, diagonal = rows[number], program.blocks[number].diagonal
        for (i, j), value in entries.items():
            entry = block[0 if diagonal else i][j]
            count = 1 if i == j else 2
            total += fmpq(count * value.numerator * entry.numerator, value.denominator * entry.denominator)
    return Fraction(int(total.p), int(total.q))


def onto_equations(instance: Instance, x: Sequence[Fraction], constant: int) -> list[Fraction]:
    """x moved so that sum x_i F_i - constant F_0 is 0 in the zero blocks, nearly: far below float64's precision."""
    places = [
        (number, i) for number in sorted(instance.zero_blocks) for i in range(instance.program.blocks[number].order)
    ]
    index = {place: row for row, place in enumerate(places)}
    found, rows = list(x), np.vstack([instance.arrays[number][0].toarray() for number in sorted(instance.zero_blocks)])
    for _ in range(3):
        missing = [Fraction(0)] * len(places)
        for weight, matrix in zip([Fraction(-constant), *found], instance.program.matrices, strict=True):
            for number in instance.zero_blocks & matrix.keys():
                for (i, _), value in matrix[number].items():
                    missing[index[number, i]] += weight * value
        if not any(missing):
            break
        scale = Fraction(2) ** exponent(max(map(abs, missing)))
        change = np.linalg.lstsq(rows, np.array([float(entry / scale) for entry in missing]), rcond=None)[0]
        found = [entry - scale * Fraction(step) for entry, step in zip(found, change.tolist(), strict=True)]
    bits = 2 * DIGITS
    return [on_grid(entry, bits - exponent(entry)) for entry in found]


def _certify_rows(
    bounds: Bounds,
    name: str,
    rows: Sequence[Matrix],
    box: Sequence[tuple[Fraction, Fraction]] | None,
    *,
    exactly: bool = False,
    framed: Framed | None = None,
) -> bool:
    program = framed.program if framed else bounds.instance.program
    value = paired(program, program.matrices[0], rows)
    if box is not None:
        for c, coefficients, (low, high) in zip(program.objective, program.matrices[1:], box, strict=True):
            rest = c - paired(program, coefficients, rows)
            value += rest * (low if rest > 0 else high)
    if exactly and _is_short(value):
        bound = value
    else:
        bound = floor(value - max(Fraction(1), abs(value)) * (0 if exactly else SLACK), 100)
    if name == "sdp-lower-bound" and bounds.lower is not None and bound <= bounds.lower:
        return False
    intervals = None if box is None else tuple(box)
    claim = {"bound": bound, "box": intervals} if name == "sdp-lower-bound" else {"side": "inequality"}
    blocks = tuple(
        Diagonal(block[0]) if kind.diagonal else block for kind, block in zip(program.blocks, rows, strict=True)
    )
    verified = _certify(bounds, name, claim, DualWitness(PRECISION, blocks, framed.frame if framed else ()))
    if verified and name == "sdp-lower-bound":
        bounds.lower, bounds.box = bound, intervals
    return verified


def _certify(bounds: Bounds, name: str, claim: Mapping[str, Any], witness: PointWitness | DualWitness) -> bool:
    """Build the certificate and check it; at more bits if these do not decide."""
    verdict: Verdict | None = None
    statement = CLAIMS[name](bounds.instance.landscape(), name, **claim)
    for precision in (PRECISION, 4 * PRECISION):
        certificate = Certificate.of(
            "semidefinite-program",
            statement,
            replace(witness, precision=precision),
            {"program": "verify.producer.sdp", "solver": bounds.hint.solver, "status": bounds.hint.status},
        )
        try:
            draft = certificate.read()
        except NotACertificate as error:  # a number too long to be written
            bounds.reasons.setdefault(name, f"no certificate was written: {error}")
            return False
        verdict = verdict_on(draft, data=bounds.instance.content)
        if isinstance(verdict, Verified):
            bounds.certificates[name] = certificate
            bounds.reasons.pop(name, None)
            return True
        if isinstance(verdict, Rejected):
            break
    if name not in bounds.certificates:
        bounds.reasons[name] = getattr(verdict, "reason", "")
    return False
