"""Certificates of all critical points, or all local minima, of an empirical risk in a box of few parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
from flint import arb, ctx

from verify.checker.evaluators import (
    Attracted,
    CriticalPoints,
    Found,
    LeastPoints,
    LocalMinima,
    lies_within,
    points_in_box,
    prove_one_zero,
)
from verify.checker.public import MAX_SIDES, Box, Dual, Open, Reason, Refuted, ball, ends, is_positive_definite
from verify.checker.statements.cover_witness import Cover, CoverWitness, Zero
from verify.checker.statements.sample_loss import LOSSES
from verify.checker.statements.small_empirical_risk import (
    ATTRACTION,
    COMPLETE,
    MINIMUM,
    NO_SPURIOUS,
    InBox,
    PointInBox,
)
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.subdivide import subdivide_in_balls
from verify.producer.prover.covers.zeros import refined
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

PRECISION = 64
SMALL = 8
"""How much smaller than the box a piece is, in each direction, before a zero is looked for in it."""
STEPS, CONVERGED = 30, 1e-13
RADII = [Fraction(1, 2**power) for power in range(1, 24)]
WITHIN, BITS = Fraction(1, 2**40), 45
SAME = 1e-7
MOST_PIECES = 100_000


def certify_in_box(risk: EmpiricalRisk, box: Box, name: str, most: int = MOST_PIECES) -> Certificate:
    """All critical points (`COMPLETE`) or local minima of a risk in a box. Raises NotCertified.

    box: for each trained parameter its ends; at most four.
    """
    landscape = risk.exact
    if landscape.trained > MAX_SIDES:
        what = f"covers are for up to {MAX_SIDES} trained parameters, not {landscape.trained}"
        raise NotCertified(what, {}, Reason.NOT_MODELLED)
    if landscape.loss not in LOSSES or landscape.sample_weights is not None:
        what = "covers are for losses that bend nowhere, of samples that all count alike"
        raise NotCertified(what, {}, Reason.NOT_MODELLED)
    if name == ATTRACTION:
        return _attraction(risk, box, most)
    system = (CriticalPoints if name == COMPLETE else LocalMinima)(landscape)
    zeros: list[Zero] = []
    tree = subdivide_in_balls(system, box, zeros, most, lambda piece: _zero(system, piece, box, zeros), _why(system))
    cover = Cover(box, tuple(zeros), tree)
    try:
        with ctx.workprec(2 * PRECISION):
            found = [point for point in points_in_box(system, cover) if name == COMPLETE or point[0] == MINIMUM]
    except (Open, Refuted) as failure:
        raise NotCertified(str(failure), {}) from None
    covers = [cover]
    if name == NO_SPURIOUS:
        covers.append(_least(system, box, found, zeros, most))
    return _written(risk, InBox(landscape, name, box, tuple(map(_told, found))), covers)


def _written(risk: EmpiricalRisk, statement: InBox, covers: Sequence[Cover]) -> Certificate:
    document = {**risk.document, "kind": "small-empirical-risk"}
    witness = CoverWitness(PRECISION, tuple(covers))
    return accepted(Certificate.of("small-empirical-risk", statement, witness, provenance(), landscape=document))


def _least(system: CriticalPoints, box: Box, found: Sequence[Found], zeros: Sequence[Zero], most: int) -> Cover:
    """The cover that shows that the only minimum is the least point."""
    if len(found) != 1:
        raise NotCertified(f"there are {len(found)} local minima in the box, not one", {}, Reason.NO_CANDIDATE)
    minimum = found[0][1]
    at = system.at(minimum)
    if at is None:
        raise NotCertified("a unit may meet a kink at the minimum", {}, Reason.KINK)
    zero = _convex(system, minimum, next(zero for zero in zeros if lies_within(minimum, zero)))
    least = LeastPoints(system.landscape, box, at.value().upper())
    return Cover(box, (zero,), subdivide_in_balls(least, box, [zero], most, why=_why(least)))


def _convex(system: CriticalPoints, minimum: list[arb], zero: Zero) -> Zero:
    """The box around a minimum, so small that the loss is convex on it."""
    while (on := system.at(_box_of(zero))) is None or not is_positive_definite(on.hessian()):
        zero = Zero(zero.center, zero.radius / 2)
        if not lies_within(minimum, zero):
            raise NotCertified("the loss was not proved convex around the minimum", {})
    return zero


def _attraction(risk: EmpiricalRisk, box: Box, most: int) -> Certificate:
    """That the gradient points away from the one minimum, which is found from a grid of starts."""
    system = CriticalPoints(risk.exact)
    for shares in product((Fraction(1, 2), Fraction(1, 8), Fraction(7, 8)), repeat=len(box)):
        start = np.array([float(low + share * (high - low)) for share, (low, high) in zip(shares, box, strict=True)])
        point = _newton(system, start, box)
        zero = None if point is None else _proved(system, refined(system, point))
        if zero is None:
            continue
        with ctx.workprec(2 * PRECISION):
            minimum = prove_one_zero(system, zero)
            inside = all(ball(low) <= x and x <= ball(high) for x, (low, high) in zip(minimum, box, strict=True))
            at = system.at(minimum)
            if not inside or at is None or not is_positive_definite(at.hessian()):
                continue
        zero = _convex(system, minimum, zero)
        attracted = Attracted(risk.exact, tuple(minimum))
        tree = subdivide_in_balls(attracted, box, [zero], most, why=_why(attracted))
        return _written(
            risk, InBox(risk.exact, ATTRACTION, box, (_told((MINIMUM, minimum)),)), [Cover(box, (zero,), tree)]
        )
    raise NotCertified("no local minimum was found in the box", {}, Reason.NO_CANDIDATE)


def _why(system: CriticalPoints) -> Callable[[list[arb]], tuple[str, Reason]]:
    """What is the matter with a very small piece that passes no test."""

    def why(piece: list[arb]) -> tuple[str, Reason]:
        at = system.at(piece)
        if at is None:
            return ": a unit may meet a kink in it, where covers prove nothing; choose a box without kinks", Reason.KINK
        if isinstance(system, LeastPoints):
            return ": the loss may be as small there as at the minimum", Reason.NOT_PROVED
        if isinstance(system, Attracted):
            return ": the gradient there may not point away from the minimum", Reason.NOT_PROVED
        return ": a critical point in it may not be isolated (the Hessian looks singular)", Reason.SINGULAR_HESSIAN

    return why


def _box_of(zero: Zero) -> list[arb]:
    return [ball(c - zero.radius).union(ball(c + zero.radius)) for c in zero.center]


def _told(point: Found) -> PointInBox:
    center = tuple(on_grid(sum(ends(x)) / 2, BITS) for x in point[1])
    return PointInBox(point[0], (center,), WITHIN)


def _zero(system: CriticalPoints, piece: Box, box: Box, known: Sequence[Zero]) -> Zero | None:
    """A zero near a small piece, which is none of those known, in a box as large as can be proved."""
    if any(SMALL * (high - low) > whole[1] - whole[0] for (low, high), whole in zip(piece, box, strict=True)):
        return None
    point = _newton(system, np.array([float(low + high) / 2 for low, high in piece]), piece)
    if point is None or any(max(abs(a - float(b)) for a, b in zip(point, z.center, strict=True)) < SAME for z in known):
        return None
    return _proved(system, refined(system, point))


def _newton(system: CriticalPoints, start: np.ndarray, box: Box) -> np.ndarray | None:
    """Where Newton's method ends in or next to a box."""
    size = np.array([float(high - low) for low, high in box])
    low, high = (np.array([float(side[end]) for side in box]) for end in (0, 1))
    point, units = start.astype(float), np.eye(len(box))
    for _ in range(STEPS):
        unknowns = [Dual(arb(float(x)), tuple(map(arb, unit))) for x, unit in zip(point, units, strict=True)]
        zeros = system.conditions(unknowns).zeros
        value = np.array([float(f.value.mid()) for f in zeros])
        slopes = np.array([[float(slope.mid()) for slope in f.partials] for f in zeros])
        if not (np.isfinite(value).all() and np.isfinite(slopes).all()) or abs(np.linalg.det(slopes)) < 1e-300:
            return None
        step = np.linalg.solve(slopes, value)
        point = point - step
        if (point < low - size).any() or (point > high + size).any():
            return None
        if (np.abs(step) < CONVERGED * (size + np.abs(point))).all():
            return point
    return None


def _proved(system: CriticalPoints, center: tuple[Fraction, ...]) -> Zero | None:
    for radius in RADII:
        try:
            prove_one_zero(system, zero := Zero(center, radius))
        except (Open, Refuted):
            continue
        return zero
    return None
