"""The search of `exhaustive` for all teachers of a region at once, with mean values, and around known zeros.

Boxes of (x, d, ratio) at right angles, or (x, d, ratio, psi): students at the angles x and x + d, teachers of norms 1
and `ratio` at 0 and psi. With the norms that are best for the directions, the loss has the derivatives -r_x G_1 in x
and -r_y G_2 in y = x + d, for G_1 = beta'(x) + r_y kappa'(d) and G_2 = beta'(y) - r_x kappa'(d). A box is left out if
it has no local minimum: G is not 0, by ranges or by G(center) and ranges of the derivatives; or a norm is negative; or
det G' < 0, or G_1 grows with x or G_2 with y, where every zero is a saddle; or M is not >= 0, so that neurons turn out
of the plane downhill. And it is left out if it lies in a hull, with a known zero, in which all matrices with entries in
the ranges of G' are regular: there is one zero at most. The known zeros are the teacher and, at right angles and for
ratios up to 1/16, a spurious minimum: a Newton step maps a box around it into itself. Rounding is not enclosed, as in
`exhaustive`.

`python -m tests.proofs.exhaustive_mean_values none` goes through the ratios from 1/8 to 1/4 at right angles, `one`
through those from 1/64 to 1/16; with certificates of rule `two-neuron-teachers` instead, through their regions.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fsolve

from tests.proofs.exhaustive import (
    MARGIN,
    PI,
    Array,
    Interval,
    bends,
    kappas,
    minus,
    over,
    parallel_below,
    plus,
    sines,
    slopes,
    times,
    without_zero,
)
from verify.checker.public import read
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers

Mask = NDArray[np.bool_]
CHUNK = 1 << 14
PSI = PI / 2
SMALLEST = 2.0**-30
NEAR = 0.3
"""How far from a known zero its hull is tried; less than any box there may be left out in other ways."""


def meet(first: Interval, second: Interval) -> Interval:
    return np.maximum(first[0], second[0]), np.minimum(first[1], second[1])


def scaled(by: Array, interval: Interval) -> Interval:
    low, high = by * interval[0], by * interval[1]
    return np.minimum(low, high), np.maximum(low, high)


class Slopes:
    """Ranges of G and its derivatives on boxes (x, d, ratio), or (x, d, ratio, psi) with any angle of the teachers.

    With the values at the centers, the norms are also bounded by mean values. No norm is taken for positive.
    """

    def __init__(self, *box: Interval, center: Slopes | None = None) -> None:
        self.box = box
        x, d, ratio = box[:3]
        psi = box[3] if box[3:] else (np.full(1, PSI), np.full(1, PSI))
        y = plus(x, d)
        apart = [(x, plus(x, minus(psi))), (y, plus(y, minus(psi)))]

        def beta(of: type[kappas] | object) -> list[Interval]:
            return [plus(of(own), times(ratio, of(turned))) for own, turned in apart]  # type: ignore[operator]

        self.b, self.slope, self.bend, self.sine = (beta(of) for of in (kappas, slopes, bends, sines))
        self.k, steep, self.curved, self.sine_d = kappas(d), slopes(d), bends(d), sines(d)
        self.steep = steep[0], np.minimum(steep[1], 0)
        self.sum = 0.5 + self.k[0], 0.5 + self.k[1]
        self.difference = np.maximum(0.5 - self.k[1], 1e-300), 0.5 - self.k[0]
        self.by_ratio = [kappas(turned) for _, turned in apart], [slopes(turned) for _, turned in apart]
        self.by_psi = [[minus(times(ratio, of(turned))) for _, turned in apart] for of in (slopes, bends)]
        self.total = over(plus(*self.b), self.sum)
        self.norm = self._solved(*self.b)
        if center is not None:
            self.norm = [
                meet(own, plus(center.norm[i], self._away(self._norms_along(), i, center)))
                for i, own in enumerate(self.norm)
            ]
        self.zero = [
            plus(self.slope[0], times(self.norm[1], self.steep)),
            plus(self.slope[1], minus(times(self.norm[0], self.steep))),
        ]

    def _solved(self, first: Interval, second: Interval) -> list[Interval]:
        """(r_x, r_y) with r_x / 2 + kappa r_y = first, kappa r_x + r_y / 2 = second: from its sum and difference."""
        total, apart = over(plus(first, second), self.sum), over(plus(first, minus(second)), self.difference)
        return [scaled(np.array(0.5), plus(total, each)) for each in (apart, minus(apart))]

    def _norms_along(self) -> list[list[Interval]]:
        """The derivatives of the norms in each side."""
        r, steep = self.norm, self.steep
        columns = [
            self._solved(*self.slope),
            self._solved(minus(times(steep, r[1])), plus(self.slope[1], minus(times(steep, r[0])))),
            self._solved(*self.by_ratio[0]),
            self._solved(*self.by_psi[0]),
        ]
        return columns[: len(self.box)]

    def _away(self, along: list[list[Interval]], i: int, center: Slopes) -> Interval:
        steps = (plus(side, minus(middle)) for side, middle in zip(self.box, center.box, strict=True))
        return plus(*(times(column[i], step) for column, step in zip(along, steps, strict=True)))

    def derivatives(self) -> list[list[Interval]]:
        """Of (G_1, G_2) in each side."""
        columns = []
        for side, (in_x, in_y) in enumerate(self._norms_along()):
            own = [times(in_y, self.steep), minus(times(in_x, self.steep))]
            if side == 0:
                own = [plus(own[0], self.bend[0]), plus(own[1], self.bend[1])]
            elif side == 1:
                own[0] = plus(own[0], times(self.norm[1], self.curved))
                own[1] = plus(own[1], self.bend[1], minus(times(self.norm[0], self.curved)))
            else:
                by = (self.by_ratio, self.by_psi)[side - 2][1]
                own = [plus(own[0], by[0]), plus(own[1], by[1])]
            columns.append(own)
        return columns

    def no_minimum_by_ranges(self) -> Mask:
        """Norms and zeros, and the neurons turned out of the plane: M is not >= 0."""
        r = [(np.maximum(own[0], 0), np.minimum(own[1], 2 * b[1])) for own, b in zip(self.norm, self.b, strict=True)]
        out = np.logical_or.reduce([own[1] < -MARGIN for own in self.norm] + [without_zero(own) for own in self.zero])
        alone = [PI * r[i][1] + r[1 - i][1] * self.sine_d[1] - self.sine[i][0] for i in (0, 1)]
        out = out | (alone[0] < -MARGIN) | (alone[1] < -MARGIN)
        away = PI - self.box[1][1]
        out = out | (alone[0] * alone[1] < away**2 * r[0][0] * r[1][0] - MARGIN)
        least = np.minimum(self.sine[0][0], self.sine[1][0])
        far = self.box[1][1]
        return np.asarray(out | (2 * least > self.total[1] * (far + np.sin(np.minimum(far, PI / 2))) + MARGIN))


def determinant(columns: list[list[Interval]]) -> Interval:
    (a, c), (b, d) = columns[:2]
    return plus(times(a, d), minus(times(b, c)))


def inverse(columns: list[list[Interval]]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Of the matrix in the middle of the ranges; of a matrix that is not regular, anything."""
    (a, c), (b, d) = [[(entry[0] + entry[1]) / 2 for entry in column] for column in columns[:2]]
    size = a * d - b * c
    size = np.where(abs(size) < 1e-200, 1.0, size)
    return (d / size, -b / size), (-c / size, a / size)


def sides(boxes: Array) -> list[Interval]:
    return [(boxes[:, i, 0], boxes[:, i, 1]) for i in range(boxes.shape[1])]


def centers(boxes: Array) -> list[Interval]:
    return [(middle, middle) for middle in boxes.mean(axis=2).T]


def no_minimum(boxes: Array) -> Mask:
    out = Slopes(*sides(boxes)).no_minimum_by_ranges()
    rest = boxes[~out]
    if not len(rest):
        return out
    center = Slopes(*centers(rest))
    here = Slopes(*sides(rest), center=center)
    excluded = here.no_minimum_by_ranges()
    columns = here.derivatives()
    excluded |= (determinant(columns)[1] < -MARGIN) | (columns[1][1][0] > MARGIN)
    excluded |= plus(columns[0][0], minus(columns[1][0]))[0] > MARGIN
    steps = [plus(side, minus(middle)) for side, middle in zip(here.box, center.box, strict=True)]
    identity = ((np.ones(1), np.zeros(1)), (np.zeros(1), np.ones(1)))
    for weights in (*identity, *inverse(columns)):
        value = plus(scaled(weights[0], center.zero[0]), scaled(weights[1], center.zero[1]))
        for column, step in zip(columns, steps, strict=True):
            along = plus(scaled(weights[0], column[0]), scaled(weights[1], column[1]))
            value = plus(value, times(along, step))
        size = abs(weights[0]) + abs(weights[1])
        excluded |= (value[0] > MARGIN * size) | (value[1] < -MARGIN * size)
    out[~out] = excluded & np.isfinite(here.norm[0][1])
    return out


def one_zero_at_most(*box: Interval) -> Mask:
    here = Slopes(*box, center=Slopes(*(((side[0] + side[1]) / 2,) * 2 for side in box)))
    return without_zero(determinant(here.derivatives()))


@dataclass(frozen=True)
class Curve:
    """A zero of G for each ratio: between the `ratios` (n, 2) in the `boxes` (n, 2, 2) of (x, d)."""

    ratios: Array
    boxes: Array

    def hulls(self, boxes: Array) -> Array:
        """(boxes, 2, 2): of all zeros for the ratios of a box."""
        meets = (self.ratios[:, 0] <= boxes[:, 2, 1:]) & (self.ratios[:, 1] >= boxes[:, 2, :1])
        low = np.where(meets[..., None], self.boxes[..., 0], np.inf).min(axis=1)
        high = np.where(meets[..., None], self.boxes[..., 1], -np.inf).max(axis=1)
        return np.stack([low, high], axis=-1)


def teachers(boxes: Array) -> Array:
    """(boxes, 2, 2): the zero (0, psi) for all angles of a box."""
    psi = boxes[:, 3] if boxes.shape[1] > 3 else np.full((len(boxes), 2), PSI)
    return np.stack([np.zeros_like(psi), psi], axis=1)


def known_zero(boxes: Array, near: Array) -> Mask:
    """Boxes that have a hull with known zeros, (boxes, 2, 2), in which there is one at most for each teacher."""
    hull = boxes.copy()
    hull[:, :2, 0], hull[:, :2, 1] = (
        np.minimum(boxes[:, :2, 0], near[..., 0]),
        np.maximum(boxes[:, :2, 1], near[..., 1]),
    )
    close = ((hull[:, :2, 1] - hull[:, :2, 0]) < NEAR).all(axis=1)
    found = np.zeros(len(boxes), dtype=bool)
    if close.any():
        found[close] = one_zero_at_most(*sides(hull[close]))
    return found


def search(
    ratios: tuple[float, float],
    known: list[Callable[[Array], Array]],
    most: int,
    angles: tuple[float, float] | None = None,
) -> tuple[Array, int]:
    """What is left of all (x, d, ratio), or (x, d, ratio, psi) if there are angles; how many boxes were looked at.

    Those left have sides below `SMALLEST`. Stops beyond `most`.
    """
    least = min(parallel_below(ratios[0], psi) for psi in angles or (PSI,))
    grid = [np.linspace(-PI, PI, 33), np.linspace(least, PI, 17), np.array(ratios)]
    grid += [np.array(angles)] if angles else []
    lows, highs = (
        np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, len(grid))
        for lines in ([line[:-1] for line in grid], [line[1:] for line in grid])
    )
    waiting, left, count = [np.stack([lows, highs], axis=-1)], [], 0
    while waiting:
        boxes = waiting.pop()
        if len(boxes) > CHUNK:
            waiting += [boxes[:CHUNK], boxes[CHUNK:]]
            continue
        count += len(boxes)
        assert count <= most, f"{count} boxes, and {sum(map(len, waiting))} wait, {boxes[:3].tolist()}"
        boxes = boxes[~no_minimum(boxes)]
        for zeros in known:
            boxes = boxes[~known_zero(boxes, zeros(boxes))]
        lengths = boxes[..., 1] - boxes[..., 0]
        small = lengths.max(axis=1) < SMALLEST
        left.append(boxes[small])
        boxes, side = boxes[~small], lengths[~small].argmax(axis=1)
        if not len(boxes):
            continue
        rows, middle = np.arange(len(boxes)), boxes.mean(axis=2)
        lower, upper = boxes.copy(), boxes.copy()
        lower[rows, side, 1] = upper[rows, side, 0] = middle[rows, side]
        waiting.append(np.concatenate([lower, upper]))
    return np.concatenate(left), count


def g_at(point: Array, ratio: float) -> Array:
    at = Slopes(*((np.array([value]),) * 2 for value in (*point, ratio)))
    return np.array([each[0][0] for each in at.zero])


def continued(start: Array, ratio: float) -> Array:
    """A zero (x, d) of G, from one at a ratio nearby; floating point."""
    point, _, status, message = fsolve(lambda z: g_at(z, ratio), start, xtol=1e-13, full_output=True)
    assert status == 1 or abs(g_at(point, ratio)).max() < 1e-11, message
    return np.asarray(point)


def box_of_zeros(ends: tuple[Array, Array], ratios: tuple[float, float]) -> Array:
    """A box (x, d) in which G has exactly one zero for each ratio between two: a Newton step maps it into itself.

    With Y near the inverse of G', the map z - Y G(z) goes from the box into it, by G(center) and ranges of G'.
    """
    low, high = np.minimum(*ends), np.maximum(*ends)
    middle, ratio = (low + high) / 2, sum(ratios) / 2
    half = 0.75 * (high - low) + 1e-7
    box = np.stack([middle - half, middle + half], axis=-1)
    whole = [(np.array([a]), np.array([b])) for a, b in (*box, ratios)]
    center = Slopes(*((np.array([value]),) * 2 for value in (*middle, ratio)))
    columns = Slopes(*whole, center=center).derivatives()  # type: ignore[arg-type]
    weights = inverse(columns)
    for i in (0, 1):
        step = plus(scaled(weights[i][0], center.zero[0]), scaled(weights[i][1], center.zero[1]))
        for side, column in enumerate(columns):
            along = plus(scaled(weights[i][0], column[0]), scaled(weights[i][1], column[1]))
            if side < 2:
                along = along[0] - (side == i), along[1] - (side == i)
            reach = half[side] if side < 2 else (ratios[1] - ratios[0]) / 2
            step = plus(step, times(along, (np.array([-reach]), np.array([reach]))))
        assert max(-step[0][0], step[1][0]) < half[i] - MARGIN, (ratios, i, step, half)
    assert one_zero_at_most(*whole)[0]  # type: ignore[arg-type]
    return box


def strict_minimum(zero: Array, ratios: tuple[float, float]) -> bool:
    """Every zero of G in a box is a strict minimum in the plane, with M > 0, and not the teacher."""
    whole = [(np.array([a]), np.array([b])) for a, b in (*zero, ratios)]
    here = Slopes(*whole, center=Slopes(*(((side[0] + side[1]) / 2,) * 2 for side in whole)))  # type: ignore[arg-type]
    columns, r, away = here.derivatives(), here.norm, PI - here.box[1][0]
    alone = [PI * r[i][0] + r[1 - i][0] * here.sine_d[0] - here.sine[i][1] for i in (0, 1)]
    return bool(
        min(r[0][0][0], r[1][0][0]) > MARGIN
        and determinant(columns)[0][0] > MARGIN
        and columns[1][1][1][0] < -MARGIN
        and min(alone[0][0], alone[1][0]) > MARGIN
        and (alone[0] * alone[1] - away**2 * r[0][1] * r[1][1])[0] > MARGIN
        and bool((zero[:, 0] > (0, PSI)).any() or (zero[:, 1] < (0, PSI)).any())
    )


THIN = 1.0005
SPURIOUS = np.array([-1.024, 1.072])
"""Near it, in (x, d), is a minimum for the ratio 1/16."""


def slices(low: float, high: float, factor: float) -> list[tuple[float, float]]:
    """Slices of ratios from the largest on, each end at most `factor` times the other."""
    count = int(np.ceil(np.log(high / low) / np.log(factor)))
    ends = np.geomspace(high, low, count + 1)
    ends[0], ends[-1] = high, low
    return [(float(b), float(a)) for a, b in zip(ends, ends[1:], strict=False)]


def no_spurious_minimum(low: float, high: float, factor: float = 1.02, most: int = 100_000) -> int:
    """The number of boxes."""
    total = 0
    for ratios in slices(low, high, factor):
        left, count = search(ratios, [teachers], most)
        assert not len(left), (ratios, left[:3])
        total += count
    return total


def curve_of_minima(start: Array, low: float, high: float) -> tuple[Curve, Array]:
    """The strict minima from one at the ratio `high` on, and the last one of them.

    They are one curve, as each box has one zero and neighbours have the one of their common ratio.
    """
    point, boxes, ratios = start, [], slices(low, high, THIN)
    for each in ratios:
        following = continued(point, each[0])
        boxes.append(box_of_zeros((point, following), each))
        assert strict_minimum(boxes[-1], each), each
        point = following
    return Curve(np.array(ratios), np.array(boxes)), point


def one_spurious_minimum(low: float, high: float, factor: float = 1.03, most: int = 1_000_000) -> int:
    """For each ratio up to 1/16 one local minimum besides the teacher, and a strict one; the number of boxes."""
    point, at, total = SPURIOUS, 1 / 16, 0
    while at > high * factor:
        at /= factor
        point = continued(point, at)
    point = continued(point, high)
    for ratios in slices(low, high, factor):
        curve, point = curve_of_minima(point, *ratios)
        left, count = search(ratios, [teachers, curve.hulls], most)
        assert not len(left), (ratios, left[:3])
        total += count
    return total


def main() -> None:
    which = {"none": (no_spurious_minimum, 1 / 8, 1 / 4), "one": (one_spurious_minimum, 1 / 64, 1 / 16)}
    total, start = 0, time.process_time()
    for name in sys.argv[1:]:
        if name in which:
            search_all, low, high = which[name]
            boxes = search_all(low, high)
        else:
            statement = read(Path(name)).statement
            assert isinstance(statement, StatementOfTeachers)
            ratios, angles = (
                (float(low), float(high)) for low, high in (statement.landscape.ratios, statement.landscape.angles)
            )
            left, boxes = search(ratios, [teachers], 100_000_000, angles)
            assert not len(left), (name, left[:3])
        total += boxes
        print(f"{name}: nothing left of {boxes} boxes", flush=True)
    print(f"{total} boxes, {time.process_time() - start:.0f} s of CPU")


if __name__ == "__main__":
    main()
