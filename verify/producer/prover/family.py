"""A certificate for every k: follow a branch of symmetric critical points to k = infinity, and put boxes around it.

In s = k^(-1/2) the branch is analytic: each of the student's values is leading(s) + s^exponent u(s). The u(s) come
from Newton's method at a few s, between them from a polynomial; the radii and bounds from what the checker's own
evaluation encloses. All of it is a hint: the checker proves it again.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import flint
from flint import arb, arb_mat, arb_poly, ctx

from verify import __version__
from verify.checker.evaluators import FamilyPart as Part
from verify.checker.evaluators import branch_boxes, critical_point_step, instance_part, piece_part
from verify.checker.public import Dual, Open, Reason, Refuted, ball, ends, is_positive_definite, negative_eigenvalues
from verify.checker.statements.family import Bounds, Family, FamilyWitness, Instance, Piece
from verify.producer.proof import Progress
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor, on_grid

Interval = tuple[Fraction, Fraction]

PRECISION = 256
SEARCH_PRECISION = 320
"""Bits of Newton's method, more than the certificate has."""
BITS = 60
"""Bits after the binary point of every value and coefficient."""
DIGITS = 20
"""Significant bits of the bounds."""
NEWTON_STEPS = 60
SLACK = 8
"""The radii are this many Newton steps."""
LEAST_RADIUS = Fraction(1, 2**40)


@dataclass(frozen=True)
class Branch:
    """A branch of critical points, as a search finds it."""

    least: int
    """k0."""
    extra_neurons: int
    fixed_coordinates: int
    loss_power: int
    """k^p F has a limit > 0."""
    leading: tuple[tuple[int, ...], ...]
    """For each value of the student the polynomial in s that it begins with."""
    exponents: tuple[int, ...]
    """The power of s that each value's unknown is multiplied by."""
    limits: tuple[float, ...]
    """About the unknowns at s = 0."""
    breaks: tuple[Fraction, ...]
    """The pieces' end points, from 0 on."""
    degree: int = 10
    terms: int = 24

    @property
    def draft(self) -> Family:
        """The statement with bounds that say nothing."""
        anything = (Fraction(0), Fraction(2) ** 64)
        bounds = (Bounds(self.least, None, anything, anything),)
        return Family("spurious-local-minimum", self.extra_neurons, self.fixed_coordinates, self.loss_power, bounds)

    def values(self, s: arb, unknowns: list[arb]) -> list[arb]:
        """The student's values."""
        return [
            arb_poly(list(leading))(s) + s**exponent * unknown
            for leading, exponent, unknown in zip(self.leading, self.exponents, unknowns, strict=True)
        ]

    def unknowns(self, s: arb, start: list[arb]) -> list[arb]:
        """Newton's method for the unknowns at one s."""
        type_, m, unknowns = self.draft.type, 1 / (s * s) - self.fixed_coordinates, start
        count = len(start)
        for _ in range(NEWTON_STEPS):
            units = [[s**e if i == j else arb(0) for j in range(count)] for i, e in enumerate(self.exponents)]
            duals = [Dual(x, tuple(unit)) for x, unit in zip(self.values(s, unknowns), units, strict=True)]
            gradient: dict[Any, Any] = dict(type_.student(m, duals).gradient())
            entries = [gradient[entry] for entry in type_.entries]
            jacobian = arb_mat([[slope.mid() for slope in entry.partials] for entry in entries])
            step = jacobian.solve(arb_mat([[entry.value.mid()] for entry in entries]), algorithm="approx")
            unknowns = [(x - step[i, 0]).mid() for i, x in enumerate(unknowns)]
            if all(abs(step[i, 0]) < arb(2) ** -(SEARCH_PRECISION // 3) for i in range(count)):
                return unknowns
        raise NotCertified(f"Newton's method did not converge at s = {float(s.mid()):.4g}", {}, Reason.NOT_CONVERGED)


def certify_family(branch: Branch, progress: Progress, provenance: dict[str, object] | None = None) -> Certificate:
    """A certificate that the branch is a spurious minimum for every k. Raises NotCertified."""
    with ctx.workprec(SEARCH_PRECISION):
        values = _polynomials(branch)
        first = math.ceil(1 / branch.breaks[-1] ** 2)
        instances = list(_instances(branch, range(branch.least, first)))
    pieces = tuple(Piece(start, end) for start, end in zip(branch.breaks, branch.breaks[1:], strict=False))
    radii, end = (LEAST_RADIUS,) * len(values), branch.breaks[-1]
    witness = FamilyWitness(PRECISION, branch.terms, values, radii, branch.exponents, end, pieces, tuple(instances))
    try:
        with ctx.workprec(PRECISION):
            statement, witness = _measured(branch, witness, progress)
    except Open as error:
        raise NotCertified(str(error), {}, error.code) from None
    except Refuted as error:
        raise NotCertified(str(error), {}, Reason.HYPOTHESIS_FALSE) from None
    return Certificate.of(
        "population-teacher-student-family",
        statement,
        witness,
        {
            "program": f"landscape-verify {__version__}, Python {platform.python_version()}, "
            f"python-flint {flint.__version__}",
            **(provenance or {}),
        },
    )


def _polynomials(branch: Branch) -> tuple[tuple[Fraction, ...], ...]:
    """One for each value, by interpolation between Chebyshev's points of [0, end]."""
    end, count = ball(branch.breaks[-1]), branch.degree + 1
    nodes = [(end * (1 - (arb(2 * j + 1) / (2 * count) * arb.pi()).cos()) / 2).mid() for j in range(count)]
    unknowns, found = [arb(limit) for limit in branch.limits], []
    for s in nodes:
        unknowns = branch.unknowns(s, unknowns)
        found.append(unknowns)
    values = []
    for index, (leading, exponent) in enumerate(zip(branch.leading, branch.exponents, strict=True)):
        polynomial = arb_poly.interpolate(nodes, [entry[index] for entry in found])
        tail = [on_grid(_middle(coefficient), BITS) for coefficient in polynomial.coeffs()]
        values.append((*map(Fraction, leading), *[Fraction(0)] * (exponent - len(leading)), *tail))
    return tuple(values)


def _instances(branch: Branch, every: range) -> Iterator[Instance]:
    """From the largest k down, each from the one before."""
    unknowns = [arb(limit) for limit in branch.limits]
    found = []
    for k in reversed(every):
        s = 1 / arb(k).sqrt()
        unknowns = branch.unknowns(s, unknowns)
        values = tuple(on_grid(_middle(value), BITS) for value in branch.values(s, unknowns))
        found.append(Instance(k, values, (LEAST_RADIUS,) * len(values)))
    return reversed(found)


@dataclass(frozen=True)
class _Measured:
    """What is enclosed for all k from `least` to `most`."""

    least: Fraction | int
    most: Fraction | float
    loss: Interval
    eigenvalue: Interval


def _measured(branch: Branch, witness: FamilyWitness, progress: Progress) -> tuple[Family, FamilyWitness]:
    """Radii from the Newton steps, then bounds from what is enclosed."""
    draft, count = branch.draft, len(witness.instances) + len(witness.pieces)
    instances: list[Instance] = []
    measured: list[_Measured] = []
    for drafted in witness.instances:
        progress(f"k = {drafted.k}", len(measured), count)
        instance = replace(drafted, radii=_radii(instance_part(drafted, draft)))
        instances.append(instance)
        measured.append(_Measured(instance.k, instance.k, *_bounds(instance_part(instance, draft))))
    boxes = branch_boxes(witness, draft)
    every = [_radii(piece_part(piece, boxes)) for piece in witness.pieces]
    witness = replace(witness, instances=tuple(instances), radii=tuple(map(max, zip(*every, strict=True))))
    boxes = branch_boxes(witness, draft)
    for piece in witness.pieces:
        progress(f"s in [{piece.start}, {piece.end}]", len(measured), count)
        most = 1 / piece.start**2 if piece.start else math.inf
        measured.append(_Measured(1 / piece.end**2, most, *_bounds(piece_part(piece, boxes))))
    progress("the certificate", count, count)
    bounds = []
    for first, last in _ranges(branch, witness):
        meeting = [entry for entry in measured if first <= entry.most and (last or math.inf) >= entry.least]
        loss, eigenvalue = _hull([entry.loss for entry in meeting]), _hull([entry.eigenvalue for entry in meeting])
        bounds.append(Bounds(first, last, loss, eigenvalue))
    return replace(draft, bounds=tuple(bounds)), witness


def _ranges(branch: Branch, witness: FamilyWitness) -> Iterator[tuple[int, int | None]]:
    """Each instance, then the k of each piece."""
    yield from ((instance.k, instance.k) for instance in witness.instances)
    for piece in reversed(witness.pieces):
        first = max(branch.least, math.ceil(1 / piece.end**2))
        last = math.ceil(1 / piece.start**2) - 1 if piece.start else None
        if last is None or first <= last:
            yield first, last


def _hull(intervals: list[Interval]) -> Interval:
    return min(low for low, _ in intervals), max(high for _, high in intervals)


def _radii(part: Part) -> tuple[Fraction, ...]:
    step, _ = critical_point_step(part)
    return tuple(max(LEAST_RADIUS, ceil(SLACK * ends(abs(entry))[1], 4)) for entry in step)


def _bounds(part: Part) -> tuple[Interval, Interval]:
    """Of the loss and of the smallest eigenvalue."""
    low, high = ends(part.loss)
    return (floor(low, DIGITS), ceil(high, DIGITS)), (_largest_below(part), _smallest_above(part))


def _largest_below(part: Part) -> Fraction:
    """The largest number on a grid that the eigenvalues are proved to be at least."""

    def proved(bound: Fraction) -> bool:
        return all(is_positive_definite(block.less(ball(bound))) for block in part.blocks + part.input_dimension_blocks)

    return _bisect(part, proved)


def _smallest_above(part: Part) -> Fraction:
    """The smallest number on a grid that one eigenvalue is proved to be below."""

    def open_(bound: Fraction) -> bool:
        return not any(negative_eigenvalues(block.less(ball(bound))) for block in part.blocks)

    return _bisect(part, open_) + Fraction(1, 2**DIGITS)


def _bisect(part: Part, holds: Callable[[Fraction], bool]) -> Fraction:
    low, high = 0, 2**DIGITS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(Fraction(middle, 2**DIGITS)) else (low, middle)
    if not low:
        raise NotCertified(f"{part.name}: no positive bound of the eigenvalues was proved", {})
    return Fraction(low, 2**DIGITS)


def _middle(number_: arb) -> Fraction:
    return ends(number_.mid())[0]
