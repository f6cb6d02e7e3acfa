"""Adaptive subdivision: which pieces a box is cut into, and by which test each is to be proved.

All pieces of one depth are looked at together. Nothing found here is believed: the checker makes the tests again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import arb

from verify.checker.evaluators import Conditions, System, tests_of
from verify.checker.public import MAX_SIDES, Box, Dual, Reason, Subdivision, ball, nodes, pack, subdivision
from verify.checker.statements.cover_witness import TESTS, Zero
from verify.producer.prover.covers.float_balls import Array, FloatBalls, Mask
from verify.producer.prover.refine import NotCertified

SIGN, MEAN_VALUE, NEWTON, OWN, KNOWN = range(TESTS)
MARGIN = 1e-9
"""Relative to the terms that are compared: above what rounding makes of them."""


class Margins(NamedTuple):
    """What rounding makes of a number about 1, and of a radius, relative to it."""

    absolute: float
    relative: float


USUAL = Margins(MARGIN, MARGIN)
MOST_PIECES = 4_000_000
CHUNK = 65_536
"""Pieces that are looked at together."""
DEPTH = 200
HALVINGS = 40
"""Of each side, on average, after which a piece that passes no test is given up."""
SHORTEST = 2**12
"""A side is not cut while it is so many times shorter than another one."""
ASKED = 64
"""Pieces of those left about which it is asked why."""
SMALL_SHARE = 1e-3
"""Of the length of a side, beside shares that add up to 1."""

Inside = Callable[[list[FloatBalls]], Mask] | None
Progress = Callable[[int, int], None]
"""Called with the depth and the number of pieces that are left; with 0 at the end."""
Test = Callable[[list[arb]], bool]
Why = Callable[[Box], tuple[str, Reason]]
"""What is the matter with a piece that passes no test, in words after a colon, and by its code."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of one depth: (pieces, sides) each."""

    low: Array
    high: Array

    def __getitem__(self, some: slice) -> Pieces:
        return Pieces(self.low[some], self.high[some])

    def middles(self) -> Array:
        """(pieces, sides)."""
        middles: Array = (self.low + self.high) / 2
        return middles


def subdivide(
    system: System,
    box: Box,
    zeros: Sequence[Zero],
    most: int = MOST_PIECES,
    progress: Progress = lambda *_: None,
    by_slopes: bool = False,
    inside: Inside = None,
    find: Callable[[Pieces], Sequence[Zero]] = lambda pieces: (),
    why: Why = lambda piece: ("", Reason.TOO_LARGE),
    margins: Margins = USUAL,
    chunk: int = CHUNK,
) -> Subdivision:
    """A subdivision each piece of which passes a test in floating point. Raises NotCertified beyond `most` nodes.

    The side that is cut is the longest, or with `by_slopes` the one along which the conditions change most.
    `inside`: which pieces are in known boxes, where these are not those around the zeros. `find` is asked for more
    zeros near the pieces of a depth that are left, `why` about one of them where the search gives up.
    """
    known = [*zeros]
    pieces = Pieces(*(np.array([[float(side[end]) for side in box]]) for end in (0, 1)))
    levels: list[np.ndarray] = []
    nodes = 0
    while len(pieces.low):
        nodes += len(pieces.low)
        progress(len(levels), len(pieces.low))
        known += find(pieces)
        chunks = [pieces[start : start + chunk] for start in range(0, len(pieces.low), chunk)]
        judged = [_judged(system, part, known, by_slopes, inside, margins) for part in chunks]
        levels.append(np.concatenate(judged))
        if (left := levels[-1] < MAX_SIDES).any() and (nodes > most or len(levels) > min(DEPTH, HALVINGS * len(box))):
            raise _given_up(Pieces(pieces.low[left], pieces.high[left]), box, nodes, len(levels), why)
        pieces = _halved(pieces, levels[-1])
    progress(len(levels), 0)
    return subdivision(pack(_preorder(levels)), len(box), TESTS)


def _given_up(pieces: Pieces, box: Box, nodes: int, depth: int, why: Why) -> NotCertified:
    """How much of the box is left, in how many pieces, and where; of a few of them the one of which most is known."""
    sizes = np.array([float(high - low) for low, high in box])
    left = len(pieces.low)
    share = float(((pieces.high - pieces.low) / sizes).prod(axis=1).sum())
    few = [*zip(pieces.low.tolist(), pieces.high.tolist(), strict=True)][:: max(1, left // ASKED)]
    asked = [(why(exact_box(low, high)), low, high) for low, high in few]
    (words, code), low, high = min(asked, key=lambda each: each[0][1] not in (Reason.KINK, Reason.SINGULAR_HESSIAN))
    middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    told = (
        f"the cover does not end: after {depth} cuts and {nodes} pieces that were looked at {left} are left, "
        f"{share:.3g} of the box, one of them around ({', '.join(f'{entry:.6g}' for entry in middle)}){words}"
    )
    numbers = {f"unknown {i}": entry for i, entry in enumerate(middle)}
    return NotCertified(told, {"pieces left": left, "share of the box left": share, **numbers}, code)


def repaired(system: System, tree: Subdivision, box: Box, zeros: Sequence[Zero], most: int, why: Why) -> Subdivision:
    """The same tree with pieces cut further where the checker's tests do not prove what was found in floating point.

    `most`: pieces into which one is cut. Raises NotCertified.
    """
    tests = tests_of(system, zeros)
    codes: list[int] = []
    waiting = [box]
    for code in nodes(tree.packed):
        piece = waiting.pop()
        if code < MAX_SIDES:
            codes.append(code)
            waiting += halves(piece, code)
        elif tests[code - MAX_SIDES](_within(system, piece)):
            codes.append(code)
        else:
            codes += _cut_in_balls(system, tests, piece, most, why)
        if not waiting:
            break
    return subdivision(pack(codes), len(box), TESTS)


def _cut_in_balls(system: System, tests: Sequence[Test], whole: Box, most: int, why: Why) -> list[int]:
    """The nodes of a piece, by the checker's own tests."""
    codes: list[int] = []
    waiting = [(whole, 0)]
    while waiting:
        piece, depth = waiting.pop()
        balls = _within(system, piece)
        passed = next((test for test in (KNOWN, SIGN, OWN, MEAN_VALUE, NEWTON) if tests[test](balls)), None)
        if passed is not None:
            codes.append(MAX_SIDES + passed)
            continue
        if len(codes) > most or depth == HALVINGS * len(whole):
            words, code = why(piece)
            where = {f"unknown {i}": float(low + high) / 2 for i, (low, high) in enumerate(piece)}
            raise NotCertified(f"a small piece of the box passes no test of the checker{words}", where, code)
        lengths = [(high - low) / (all_of[1] - all_of[0]) for (low, high), all_of in zip(piece, whole, strict=True)]
        side = lengths.index(max(lengths))
        codes.append(side)
        waiting += [(half, depth + 1) for half in halves(piece, side)]
    return codes


def halves(piece: Box, side: int) -> tuple[Box, Box]:
    """The upper one, and the lower one, which comes next from a list of those that wait."""
    low, high = piece[side]
    middle = (low + high) / 2
    return (*piece[:side], (middle, high), *piece[side + 1 :]), (*piece[:side], (low, middle), *piece[side + 1 :])


def _within(system: System, piece: Box) -> list[arb]:
    return system.within_domain([ball(low).union(ball(high)) for low, high in piece])


@np.errstate(all="ignore")  # what is not finite passes no test
def _judged(
    system: System, pieces: Pieces, zeros: Sequence[Zero], by_slopes: bool, inside: Inside, margins: Margins
) -> np.ndarray:
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
        (SIGN, _fails([f.value for f in on.zeros], [g.value for g in on.not_negative], count, margins)),
        (MEAN_VALUE, _fails(*_centered(on, at, radii), count, margins)),
        (OWN, np.broadcast_to(np.asarray(system.excludes(within)), (count,))),
        (KNOWN, inside(within) if inside else _known(system, within, zeros, count)),
        (NEWTON, _newton(on, at, radii, margins)),
    ):
        codes[passed & (codes < 0)] = MAX_SIDES + test
    widths = pieces.high - pieces.low
    cut = (_shares(on, radii, widths) if by_slopes else widths).argmax(axis=1)
    codes[codes < 0] = cut[codes < 0]
    return codes


def _shares(on: Conditions, radii: Array, widths: Array) -> Array:
    """For each side its share in how much the conditions may change on a piece, and a little for its length.

    Less than any share for one that is far shorter than the longest: where all of a condition comes from one side, as
    of v in v g(w), that side would be cut for ever.
    """
    shares = SMALL_SHARE * widths
    for part in (*on.zeros, *on.not_negative):
        sizes = np.stack([abs(slope.middle) + slope.radius for slope in part.partials], axis=-1) * radii
        sizes = np.where(np.isfinite(sizes), sizes, 0)
        shares = shares + sizes / (sizes.sum(axis=1, keepdims=True) + np.finfo(float).tiny)
    return np.where(widths * SHORTEST < widths.max(axis=1, keepdims=True), -1.0, shares)


def _fails(zeros: list[FloatBalls], not_negative: list[FloatBalls], count: int, margins: Margins) -> Mask:
    passed = np.zeros(count, dtype=bool)
    for value in zeros:
        passed |= np.abs(value.middle) > value.radius * (1 + margins.relative) + margins.absolute
    for value in not_negative:
        passed |= value.high < -margins.relative * value.radius - margins.absolute
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


def _newton(on: Conditions, at: Conditions, radii: Array, margins: Margins) -> Mask:
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
    margin = margins.absolute * (1 + np.abs(inverse).sum(axis=-1))
    return np.asarray(usable & (step > reach * (1 + margins.relative) + margin).any(axis=1))


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


def exact_box(low: Sequence[float], high: Sequence[float]) -> Box:
    """A box from the ends of its sides."""
    return tuple((Fraction(a), Fraction(b)) for a, b in zip(low, high, strict=True))


def exact(box: Sequence[tuple[str, str]]) -> Box:
    """A box from texts."""
    return tuple((Fraction(low), Fraction(high)) for low, high in box)
