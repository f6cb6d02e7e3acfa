"""Adaptive subdivision: which pieces a box is cut into, and by which test each is to be proved.

All pieces of one depth are looked at together. Nothing found here is believed: the checker makes the tests again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from verify.checker.evaluators import Conditions, System, tests_of
from verify.checker.public import MAX_SIDES, Box, Dual, Reason, Subdivision, ball, pack, subdivision
from verify.checker.statements.cover_witness import TESTS, Zero
from verify.producer.prover.covers.float_balls import Array, FloatBalls, Mask
from verify.producer.prover.refine import NotCertified

SIGN, MEAN_VALUE, NEWTON, OWN, KNOWN = range(TESTS)
MARGIN = 1e-9
"""Relative to the terms that are compared: above what rounding makes of them."""
MOST_PIECES = 4_000_000
CHUNK = 65_536
"""Pieces that are looked at together."""
DEPTH = 200
HALVINGS = 40
"""Of each side, on average, after which a piece that passes no test is given up."""
SMALL_SHARE = 1e-3
"""Of the length of a side, beside shares that add up to 1."""

Inside = Callable[[list[FloatBalls]], Mask] | None
Progress = Callable[[int, int], None]
"""Called with the depth and the number of pieces that are left."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of one depth: (pieces, sides) each."""

    low: Array
    high: Array

    def __getitem__(self, some: slice) -> Pieces:
        return Pieces(self.low[some], self.high[some])


def subdivide(
    system: System,
    box: Box,
    zeros: Sequence[Zero],
    most: int = MOST_PIECES,
    progress: Progress = lambda *_: None,
    by_slopes: bool = False,
    inside: Inside = None,
) -> Subdivision:
    """A subdivision each piece of which passes a test in floating point. Raises NotCertified beyond `most` pieces.

    The side that is cut is the longest, or with `by_slopes` the one along which the conditions change most.
    `inside`: which pieces are in known boxes, where these are not those around the zeros.
    """
    pieces = Pieces(*(np.array([[float(side[end]) for side in box]]) for end in (0, 1)))
    levels: list[np.ndarray] = []
    nodes = 0
    while len(pieces.low):
        nodes += len(pieces.low)
        progress(len(levels), len(pieces.low))
        if nodes > most or len(levels) > DEPTH:
            middle = (pieces.low + pieces.high)[0] / 2
            where = {f"unknown {i}": float(entry) for i, entry in enumerate(middle)}
            left = {"pieces left": len(pieces.low), **where}
            raise NotCertified(f"the cover has more than {most} pieces", left, Reason.TOO_LARGE)
        chunks = range(0, len(pieces.low), CHUNK)
        judged = [_judged(system, pieces[start : start + CHUNK], zeros, by_slopes, inside) for start in chunks]
        levels.append(np.concatenate(judged))
        pieces = _halved(pieces, levels[-1])
    return subdivision(pack(_preorder(levels)), len(box), TESTS)


def subdivide_in_balls(
    system: System,
    box: Box,
    zeros: list[Zero],
    most: int,
    find: Callable[[Box], Zero | None] = lambda piece: None,
    why: Callable[[list[arb]], tuple[str, Reason]] = lambda piece: ("", Reason.NOT_PROVED),
) -> Subdivision:
    """The same by the checker's own tests, piece by piece: for equations that arrays do not evaluate.

    `find` is asked for a zero near a piece that passes no test; what it finds joins `zeros`. `why` is asked about a
    piece that is too small to be cut: at a kink, or at a zero that is not isolated, cutting does not end.
    """
    tests, order = tests_of(system, zeros), (KNOWN, SIGN, OWN, MEAN_VALUE, NEWTON)
    codes: list[int] = []
    waiting = [(box, 0)]
    while waiting:
        piece, depth = waiting.pop()
        balls = system.within_domain([ball(low).union(ball(high)) for low, high in piece])
        passed = next((test for test in order if tests[test](balls)), None)
        if passed is None and (zero := find(piece)) is not None:
            zeros.append(zero)
            passed = KNOWN if tests[KNOWN](balls) else None
        if passed is not None:
            codes.append(MAX_SIDES + passed)
            continue
        where = {f"unknown {i}": float(low + high) / 2 for i, (low, high) in enumerate(piece)}
        if depth == HALVINGS * len(box):
            words, reason = why(balls)
            raise NotCertified(f"a very small piece of the box passes no test{words}", where, reason)
        if len(codes) > most:
            raise NotCertified(f"the cover has more than {most} pieces", where, Reason.TOO_LARGE)
        lengths = [(high - low) / (whole[1] - whole[0]) for (low, high), whole in zip(piece, box, strict=True)]
        side = lengths.index(max(lengths))
        codes.append(side)
        low, high = piece[side]
        middle = (low + high) / 2
        for half in ((middle, high), (low, middle)):
            waiting.append(((*piece[:side], half, *piece[side + 1 :]), depth + 1))
    return subdivision(pack(codes), len(box), TESTS)


@np.errstate(all="ignore")  # what is not finite passes no test
def _judged(system: System, pieces: Pieces, zeros: Sequence[Zero], by_slopes: bool, inside: Inside) -> np.ndarray:
    """For each piece the node's code: a test that it passes, or the side to cut."""
    count, size = pieces.low.shape
    sides = [FloatBalls.between(pieces.low[:, i], pieces.high[:, i]) for i in range(size)]
    within = system.within_domain(sides)
    units = np.eye(size)
    on = system.conditions(
        [Dual(side, tuple(FloatBalls(np.full(count, entry)) for entry in units[i])) for i, side in enumerate(within)]
    )
    at = system.conditions([Dual(side.mid(), ()) for side in within])
    radii = np.stack([side.radius for side in within], axis=-1)
    codes = np.full(count, -1)
    for test, passed in (
        (SIGN, _fails([f.value for f in on.zeros], [g.value for g in on.not_negative], count)),
        (MEAN_VALUE, _fails(*_centered(on, at, radii), count)),
        (OWN, np.broadcast_to(np.asarray(system.excludes(within)), (count,))),
        (KNOWN, inside(within) if inside else _known(system, within, zeros, count)),
        (NEWTON, _newton(on, at, radii)),
    ):
        codes[passed & (codes < 0)] = MAX_SIDES + test
    widths = pieces.high - pieces.low
    cut = (_shares(on, radii, widths) if by_slopes else widths).argmax(axis=1)
    codes[codes < 0] = cut[codes < 0]
    return codes


def _shares(on: Conditions, radii: Array, widths: Array) -> Array:
    """For each side its share in how much the conditions may change on a piece, and a little for its length."""
    shares = SMALL_SHARE * widths
    for part in (*on.zeros, *on.not_negative):
        sizes = np.stack([abs(slope.middle) + slope.radius for slope in part.partials], axis=-1) * radii
        sizes = np.where(np.isfinite(sizes), sizes, 0)
        shares = shares + sizes / (sizes.sum(axis=1, keepdims=True) + np.finfo(float).tiny)
    return shares


def _fails(zeros: list[FloatBalls], not_negative: list[FloatBalls], count: int) -> Mask:
    passed = np.zeros(count, dtype=bool)
    for value in zeros:
        passed |= np.abs(value.middle) > value.radius + MARGIN * (1 + value.radius)
    for value in not_negative:
        passed |= value.high < -MARGIN * (1 + value.radius)
    return passed


def _centered(on: Conditions, at: Conditions, radii: Array) -> tuple[list[FloatBalls], list[FloatBalls]]:
    def enclosed(parts: list[Any], centers: list[Any]) -> list[FloatBalls]:
        return [
            FloatBalls(
                center.value.middle,
                center.value.radius
                + sum((abs(slope.middle) + slope.radius) * radii[:, i] for i, slope in enumerate(part.partials)),
            )
            for part, center in zip(parts, centers, strict=True)
        ]

    return enclosed(on.zeros, at.zeros), enclosed(on.not_negative, at.not_negative)


def _newton(on: Conditions, at: Conditions, radii: Array) -> Mask:
    if not on.zeros:
        return np.zeros(len(radii), dtype=bool)
    slopes = np.stack([np.stack([slope.middle for slope in f.partials], axis=-1) for f in on.zeros], axis=-2)
    spread = np.stack([np.stack([slope.radius for slope in f.partials], axis=-1) for f in on.zeros], axis=-2)
    usable = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(spread).all(axis=(1, 2))
    slopes, spread = (np.where(usable[:, None, None], part, 0) for part in (slopes, spread))
    square = slopes[..., : len(on.zeros)]
    usable &= np.abs(np.linalg.det(square)) > np.finfo(float).tiny
    inverse = np.zeros_like(square)
    inverse[usable] = np.linalg.inv(square[usable])
    value = np.stack([f.value.middle for f in at.zeros], axis=-1)[..., None]
    error = np.stack([f.value.radius for f in at.zeros], axis=-1)[..., None]
    step = np.abs(inverse @ value)[..., 0]
    reach = (np.abs(inverse) @ error)[..., 0]
    reach += ((np.abs(inverse @ slopes) + np.abs(inverse) @ spread) @ radii[..., None])[..., 0]
    margin = MARGIN * (1 + np.abs(inverse).sum(axis=-1))
    return np.asarray(usable & (step > reach * (1 + MARGIN) + margin).any(axis=1))


def _known(system: System, within: list[FloatBalls], zeros: Sequence[Zero], count: int) -> Mask:
    passed = np.zeros(count, dtype=bool)
    for image in system.images(within) if zeros else []:
        for zero in zeros:
            fits = np.ones(count, dtype=bool)
            for side, c in zip(image, zero.center, strict=True):
                fits &= (abs(side - float(c))).high <= float(zero.radius) * (1 - MARGIN) - MARGIN * MARGIN
            passed |= fits
    return passed


def _halved(pieces: Pieces, codes: np.ndarray) -> Pieces:
    """The halves of the pieces that are cut: all lower ones, then all upper ones."""
    left = codes < MAX_SIDES
    low, high, side = pieces.low[left], pieces.high[left], codes[left]
    rows = np.arange(len(low))
    middle = (low[rows, side] + high[rows, side]) / 2
    lower, upper = high.copy(), low.copy()
    lower[rows, side] = upper[rows, side] = middle
    return Pieces(np.concatenate([low, upper]), np.concatenate([lower, high]))


def _preorder(levels: list[np.ndarray]) -> list[int]:
    """The nodes' codes in preorder."""
    ranks = [np.cumsum(codes < MAX_SIDES) - 1 for codes in levels]  # of the pieces that are cut
    found: list[int] = []
    waiting = [(0, 0)]
    while waiting:
        depth, index = waiting.pop()
        code = int(levels[depth][index])
        found.append(code)
        if code < MAX_SIDES:
            rank, cut = int(ranks[depth][index]), int(ranks[depth][-1]) + 1
            waiting += [(depth + 1, cut + rank), (depth + 1, rank)]
    return found


def exact(box: Sequence[tuple[str, str]]) -> Box:
    """A box from texts."""
    return tuple((Fraction(low), Fraction(high)) for low, high in box)
