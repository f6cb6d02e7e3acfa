"""Certificates of all critical points, or all local minima, of an empirical risk in a box of few parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
from flint import arb, ctx

from verify.checker.evaluators import (
    Attracted,
    CriticalPoints,
    Found,
    LeastPoints,
    LocalMinima,
    PointsInBox,
    is_convex,
    lies_within,
    points_in_box,
    prove_one_zero,
)
from verify.checker.public import MAX_SIDES, Box, Open, Reason, Refuted, ball, ends, is_positive_definite, limits
from verify.checker.statements.cover_witness import Cover, CoverWitness, FoundPoint, Zero
from verify.checker.statements.sample_loss import LOSSES
from verify.checker.statements.small_empirical_risk import (
    ATTRACTION,
    COMPLETE,
    MINIMUM,
    NO_SPURIOUS,
    InBox,
)
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.float_risk import FloatRisk
from verify.producer.prover.covers.risk_on_boxes import (
    MARGINS,
    AttractedInFloats,
    CriticalPointsInFloats,
    LeastPointsInFloats,
    PointsInFloats,
    newton,
)
from verify.producer.prover.covers.subdivide import Pieces, Progress, Why, repaired, subdivide
from verify.producer.prover.covers.zeros import refined
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

PRECISION = 64
RADII = [Fraction(1, 2**power) for power in range(1, 24)]
WITHIN, BITS = Fraction(1, 2**40), 45
SAME = 1e-7
"""Zeros that differ by less, relative to the box, are one."""
MOST_NODES, MANY_SAMPLES = 300_000, 16
"""Pieces that are looked at; fewer, in proportion, where there are more samples than so many."""
MOST_REPAIRS = 2_000
"""Pieces into which a piece is cut that the checker does not accept."""
NEARLY = 1e-4
"""A gradient so small, and an eigenvalue so small relative to the largest, look like a degenerate critical point."""
STARTS, MOST_FAILURES = 256, 4
"""Pieces of one depth from which zeros are looked for, and ends of Newton's method that are not proved to be one."""


def certify_in_box(
    risk: EmpiricalRisk, box: Box, name: str, most: int = MOST_NODES, progress: Progress = lambda *_: None
) -> Certificate:
    """All critical points (`COMPLETE`) or local minima of a risk in a box. Raises NotCertified.

    box: for each trained parameter its ends; at most four. `most`: pieces that each search looks at.
    """
    landscape = risk.exact
    if landscape.trained > MAX_SIDES:
        what = f"covers are for up to {MAX_SIDES} trained parameters, not {landscape.trained}"
        raise NotCertified(what, {}, Reason.NOT_MODELLED)
    if landscape.loss not in LOSSES or landscape.sample_weights is not None:
        what = "covers are for losses that bend nowhere, of samples that all count alike"
        raise NotCertified(what, {}, Reason.NOT_MODELLED)
    search = _Search(box, most * MANY_SAMPLES // max(MANY_SAMPLES, len(landscape.inputs)), progress)
    if name == ATTRACTION:
        return _attraction(risk, search)
    complete = name == COMPLETE
    system = (CriticalPoints if complete else LocalMinima)(landscape)
    first = search.cover(system, CriticalPointsInFloats(landscape, minima=not complete), [])
    try:
        with ctx.workprec(2 * PRECISION):
            found = points_in_box(system, first.cover)
    except (Open, Refuted) as failure:
        raise NotCertified(str(failure), {}) from None
    told = [point for point in found if complete or point[0] == MINIMUM]
    covers = [first]
    if name == NO_SPURIOUS:
        covers.append(_least(system, search, told, first.cover.zeros))
    return _written(risk, InBox(landscape, name, box, tuple(map(_told, told))), covers)


@dataclass(frozen=True, slots=True)
class _Found:
    """A cover that was found in floating point, and what it is of."""

    system: PointsInBox
    cover: Cover

    def repaired(self) -> Cover:
        """With the checker's own tests where those of the search misled it."""
        cover, system = self.cover, replace(self.system, narrow=True)
        return replace(cover, tree=repaired(system, cover.tree, cover.box, cover.zeros, MOST_REPAIRS, _why(system)))


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for covers of a box."""

    box: Box
    most: int
    progress: Progress

    def cover(self, system: PointsInBox, floats: PointsInFloats, zeros: list[Zero]) -> _Found:
        """A cover; zeros that are come upon join those known. Raises NotCertified."""
        tree = subdivide(
            floats,
            self.box,
            zeros,
            self.most,
            self.progress,
            by_slopes=True,
            find=partial(_more_zeros, system, floats.risk, self.box, zeros),
            why=_why(system),
            margins=MARGINS,
            chunk=floats.chunk,
        )
        return _Found(system, Cover(self.box, tuple(zeros), tree))


def _written(risk: EmpiricalRisk, statement: InBox, covers: Sequence[_Found]) -> Certificate:
    document = {**risk.document, "kind": "small-empirical-risk"}

    def certificate(parts: Sequence[Cover]) -> Certificate:
        witness = CoverWitness(PRECISION, tuple(parts))
        return accepted(Certificate.of("small-empirical-risk", statement, witness, provenance(), landscape=document))

    try:
        return certificate([found.cover for found in covers])
    except NotCertified as failure:
        if failure.code is not Reason.NOT_PROVED:
            raise
    return certificate([found.repaired() for found in covers])


def _least(system: CriticalPoints, search: _Search, found: Sequence[Found], zeros: Sequence[Zero]) -> _Found:
    """The cover that shows that the only minimum is the least point."""
    if len(found) != 1:
        raise NotCertified(f"there are {len(found)} local minima in the box, not one", {}, Reason.NO_CANDIDATE)
    minimum = found[0][1]
    at = system.at(minimum)
    if at is None:
        raise NotCertified("a unit may meet a kink at the minimum", {}, Reason.KINK)
    zero = _convex(system, minimum, next(zero for zero in zeros if lies_within(minimum, zero)))
    least = LeastPoints(system.landscape, search.box, at.value().upper())
    return search.cover(least, LeastPointsInFloats(system.landscape, search.box, float(least.most)), [zero])


def _convex(system: CriticalPoints, minimum: list[arb], zero: Zero) -> Zero:
    """The box around a minimum, so small that the loss is convex on it."""
    while not is_convex(system, zero):
        zero = Zero(zero.center, zero.radius / 2)
        if not lies_within(minimum, zero):
            raise NotCertified("the loss was not proved convex around the minimum", {})
    return zero


def _attraction(risk: EmpiricalRisk, search: _Search) -> Certificate:
    """That the gradient points away from the one minimum, which is found from a grid of starts."""
    system, box, floats = CriticalPoints(risk.exact), search.box, FloatRisk(risk.exact)
    for shares in product((Fraction(1, 2), Fraction(1, 8), Fraction(7, 8)), repeat=len(box)):
        start = np.array([[float(low + share * (high - low)) for share, (low, high) in zip(shares, box, strict=True)]])
        ends_at = newton(floats, start, _array(box))
        zero = _proved(system, refined(system, ends_at[0])) if len(ends_at) else None
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
        middle = [float(x.mid()) for x in minimum]
        found = search.cover(attracted, AttractedInFloats(risk.exact, middle), [zero])
        return _written(risk, InBox(risk.exact, ATTRACTION, box, (_told((MINIMUM, minimum)),)), [found])
    raise NotCertified("no local minimum was found in the box", {}, Reason.NO_CANDIDATE)


def _why(system: PointsInBox) -> Why:
    """What is the matter where a cover does not end."""

    def why(piece: Box) -> tuple[str, Reason]:
        at = system.at([ball(low).union(ball(high)) for low, high in piece])
        if at is None:
            return ": a unit may meet a kink in it, where covers prove nothing; choose a box without kinks", Reason.KINK
        if isinstance(system, LeastPoints):
            return ": the loss may be as small there as at the minimum", Reason.NOT_PROVED
        if isinstance(system, Attracted):
            return ": the gradient there may not point away from the minimum", Reason.NOT_PROVED
        middle = system.at([ball((low + high) / 2) for low, high in piece])
        if middle is None:
            return "", Reason.TOO_LARGE
        norm = max(abs(float(slope.mid())) for slope in middle.gradient()[0])
        entries = middle.hessian().tolist()
        values = np.linalg.eigvalsh(np.array([[float(entry.mid()) for entry in row] for row in entries]))
        least = min(values, key=abs)
        told = f"; there |grad F| is about {norm:.2g}, and the Hessian's eigenvalue nearest to 0 {least:.2g}"
        if norm < NEARLY and abs(least) < NEARLY * max(map(abs, values)):
            told += ": a critical point may be degenerate, or not be isolated"
            return told, Reason.SINGULAR_HESSIAN
        return told, Reason.TOO_LARGE

    return why


def _told(point: Found) -> FoundPoint:
    center = tuple(on_grid(sum(ends(x)) / 2, BITS) for x in point[1])
    return FoundPoint(point[0], (center,), WITHIN)


def _more_zeros(system: PointsInBox, risk: FloatRisk, box: Box, known: list[Zero], pieces: Pieces) -> Sequence[Zero]:
    """Those to which Newton's method leads from some of the pieces, each in a box as large as can be proved."""
    if not isinstance(system, CriticalPoints):
        return ()
    middles = pieces.middles()
    starts = middles[:: max(1, len(middles) // STARTS)][:STARTS]
    size = np.array([float(high - low) for low, high in box])
    found: list[Zero] = []
    failed = 0
    for point in newton(risk, starts, _array(box)):
        centers = (np.array([float(c) for c in zero.center]) for zero in known)
        if len(known) == limits.MAX_COVER_ZEROS or any(
            (np.abs(point - center) < SAME * size).all() for center in centers
        ):
            continue
        if (zero := _proved(system, refined(system, point))) is not None:
            known.append(zero)
            found.append(zero)
        elif (failed := failed + 1) == MOST_FAILURES:
            break
    return found


def _array(box: Box) -> np.ndarray:
    return np.array([[float(low), float(high)] for low, high in box])


def _proved(system: CriticalPoints, center: tuple[Fraction, ...]) -> Zero | None:
    for radius in RADII:
        try:
            prove_one_zero(system, zero := Zero(center, radius))
        except (Open, Refuted):
            continue
        return zero
    return None
