"""An exhaustive search for zeros, written apart from the checker's covers: intervals in float64, and bisection alone.

No derivative, no Newton step, no Krawczyk test, no tree, no symmetry: ranges of kappa and kappa' between the ends of
an interval, and interval arithmetic. All boxes of one size are looked at together; those in which no equation and no
inequality fails are cut into halves along each side. What is left in the end is a list of small boxes. Rounding is
not enclosed: an equation fails by `MARGIN` at least, which is far more. The ranges of kappa'', of sines and quotients
are for `exhaustive_mean_values` and `exhaustive_small_ratios`, which do take derivatives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Array = NDArray[np.float64]
Interval = tuple[Array, Array]
PI = np.pi
STEEPEST = float(brentq(lambda t: (PI - t) * np.cos(t) - np.sin(t), 0.5, 1.5))
"""The angle at which (pi - t) sin t is largest; kappa' is extreme there."""
FLATTEST = float(brentq(lambda t: 2 * np.cos(t) + (PI - t) * np.sin(t), 1.6, 3.0))
"""The angle at which kappa'' is largest."""
MARGIN = 1e-12
MOST = 4_000_000


def kappa(t: Array) -> Array:
    return (np.sin(t) + (PI - t) * np.cos(t)) / (2 * PI)


def slope(t: Array) -> Array:
    return -(PI - t) * np.sin(t) / (2 * PI)


def bend(t: Array) -> Array:
    """kappa'' from 0 to pi."""
    return (np.sin(t) - (PI - t) * np.cos(t)) / (2 * PI)


def _distance(angle: Interval) -> tuple[Array, Array, Array, Array]:
    """The least and the largest distance to 2 pi Z; the middle, from -pi to pi; half the width."""
    middle, half = (angle[0] + angle[1]) / 2, (angle[1] - angle[0]) / 2
    turned = np.remainder(middle + PI, 2 * PI) - PI
    return np.maximum(abs(turned) - half, 0), np.minimum(abs(turned) + half, PI), turned, half


def kappas(angle: Interval) -> Interval:
    """kappa falls from 0 to pi."""
    near, far, _, _ = _distance(angle)
    return kappa(far), kappa(near)


def slopes(angle: Interval) -> Interval:
    """kappa' of an angle that may be of either sign; it is odd."""
    near, far, middle, half = _distance(angle)
    low, high = np.minimum(slope(near), slope(far)), np.maximum(slope(near), slope(far))
    low = np.where((near < STEEPEST) & (far > STEEPEST), slope(np.array(STEEPEST)), low)
    above, below = (middle >= half) & (middle + half <= PI), (middle <= -half) & (middle - half >= -PI)
    return np.where(above, low, np.where(below, -high, low)), np.where(above, high, -low)


def bends(angle: Interval) -> Interval:
    """kappa'' of an angle that may be of either sign; it is even, grows up to `FLATTEST`, then falls to 0."""
    near, far, _, _ = _distance(angle)
    low, high = np.minimum(bend(near), bend(far)), np.maximum(bend(near), bend(far))
    return low, np.where((near < FLATTEST) & (far > FLATTEST), bend(np.array(FLATTEST)), high)


def sines(angle: Interval) -> Interval:
    """|sin| of an angle: of the angle between two directions."""
    middle, half = (angle[0] + angle[1]) / 2, (angle[1] - angle[0]) / 2
    turned = abs(np.remainder(middle + PI / 2, PI) - PI / 2)
    near, far = np.maximum(turned - half, 0), np.minimum(turned + half, PI / 2)
    return np.sin(near), np.sin(far)


def plus(*intervals: Interval) -> Interval:
    return sum(i[0] for i in intervals), sum(i[1] for i in intervals)  # type: ignore[return-value]


def minus(interval: Interval) -> Interval:
    return -interval[1], -interval[0]


def times(first: Interval, second: Interval) -> Interval:
    products = [first[i] * second[j] for i in (0, 1) for j in (0, 1)]
    return np.minimum.reduce(products), np.maximum.reduce(products)


def over(top: Interval, bottom: Interval) -> Interval:
    """A quotient by something positive."""
    return times(top, (1 / bottom[1], 1 / bottom[0]))


def without_zero(interval: Interval) -> NDArray[np.bool_]:
    return (interval[0] > MARGIN) | (interval[1] < -MARGIN)


def beta(angle: Interval, ratio: float, psi: float, of: Callable[[Interval], Interval]) -> Interval:
    """For teachers of norms 1 and `ratio` at the angles 0 and psi."""
    first, second = of(angle), of((angle[0] - psi, angle[1] - psi))
    return first[0] + ratio * second[0], first[1] + ratio * second[1]


def boxes_left(
    sides: list[tuple[float, float]],
    excluded: Callable[[list[Interval]], NDArray[np.bool_]],
    smallest: float,
    parts: int = 16,
) -> Array:
    """(boxes, unknowns, 2): what is left of a box, in pieces whose sides are smaller than `smallest`."""
    edges = [np.linspace(low, high, parts + 1) for low, high in sides]
    grid = np.stack(np.meshgrid(*(np.arange(parts) for _ in sides), indexing="ij"), axis=-1).reshape(-1, len(sides))
    boxes = np.stack([np.stack([e[grid[:, i]], e[grid[:, i] + 1]], -1) for i, e in enumerate(edges)], axis=1)
    while True:
        boxes = boxes[~excluded([(boxes[:, i, 0], boxes[:, i, 1]) for i in range(len(sides))])]
        if not len(boxes) or (boxes[..., 1] - boxes[..., 0]).max() < smallest:
            return boxes
        for side in range(len(sides)):
            middle = boxes[:, side].mean(axis=1)
            lower, upper = boxes.copy(), boxes.copy()
            lower[:, side, 1] = upper[:, side, 0] = middle
            boxes = np.concatenate([lower, upper])
        assert len(boxes) < MOST, "the search does not end"


def places(boxes: Array, apart: float) -> list[Array]:
    """One point of each heap of boxes, more than `apart` from the others."""
    found: list[Array] = []
    for center in boxes.mean(axis=2):
        if not any(np.abs(center - other).max() < apart for other in found):
            found.append(center)
    return found


def no_critical_point(x: Interval, d: Interval, ratio: float, psi: float) -> NDArray[np.bool_]:
    """Of two students at the angles x and x + d: a norm is negative, or a derivative in an angle is not 0."""
    y = plus(x, d)
    (bx, by), (sx, sy) = ([beta(z, ratio, psi, of) for z in (x, y)] for of in (kappas, slopes))
    k, bend = kappas(d), slopes(d)
    bend = bend[0], np.minimum(bend[1], 0)
    determinant = 0.25 - k[1] ** 2, 0.25 - k[0] ** 2
    norms, out = [], np.zeros(len(x[0]), dtype=bool)
    for own, other in ((bx, by), (by, bx)):
        part = own[0] / 2 - k[1] * other[1], own[1] / 2 - k[0] * other[0]
        out |= part[1] < -MARGIN
        most = np.where(determinant[0] > 0, part[1] / np.maximum(determinant[0], 1e-300), np.inf)
        norms.append((np.maximum(part[0], 0) / determinant[1], np.minimum(most, 2 * own[1])))
    first, second = plus(sx, times(norms[1], bend)), plus(sy, minus(times(norms[0], bend)))
    return np.asarray(out | without_zero(first) | without_zero(second))


def parallel_below(ratio: float, psi: float) -> float:
    """Two students at a smaller angle d are no local minimum, by M_11 + M_22 - 2 M_12 < 0.

    r_i <= 1 + ratio, and the sum of the sines to the teachers is at least `ratio` sin psi: (1 + ratio) (d + sin d)
    must be less.
    """
    return 0.98 * ratio * np.sin(psi) / (2 * (1 + ratio))
