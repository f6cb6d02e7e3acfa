"""The same search as in `exhaustive`, for all teachers of a region at once: their ratio and angle are cut as well.

Boxes of (x, d, ratio, psi): students at the angles x and x + d, teachers of norms 1 and `ratio` at 0 and psi. Only
local minima are looked for. A box is left out if a norm is negative, a derivative in an angle is not 0, or a neuron
turns out of the plane downhill (M_ii < 0); or if it is near the teachers, where the equations have one zero at most:
all matrices with entries in the ranges of their derivatives are regular there. What is left in the end is a list of
boxes; none, if no teacher of the region has a spurious minimum. Rounding is not enclosed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from tests.proofs.exhaustive import (
    MARGIN,
    PI,
    Array,
    Interval,
    kappas,
    minus,
    parallel_below,
    plus,
    slopes,
    times,
    without_zero,
)

Mask = NDArray[np.bool_]
CHUNK = 1 << 17
WEIGHTS = np.array([1.0, 1.0, 0.5, 0.5])
"""How much a side counts where the longest one is cut: teachers change the equations less than students do."""
FLATTEST = float(brentq(lambda t: 2 * np.cos(t) + (PI - t) * np.sin(t), 1.6, 3.0))
"""The angle at which kappa'' is largest."""
NEAR = 0.1


def bend(t: Array) -> Array:
    """kappa'' from 0 to pi."""
    return (np.sin(t) - (PI - t) * np.cos(t)) / (2 * PI)


def bends(angle: Interval) -> Interval:
    """kappa'' of an angle that may be of either sign; it is even, grows up to `FLATTEST`, then falls to 0."""
    middle, half = (angle[0] + angle[1]) / 2, (angle[1] - angle[0]) / 2
    turned = abs(np.remainder(middle + PI, 2 * PI) - PI)
    near, far = np.maximum(turned - half, 0), np.minimum(turned + half, PI)
    low, high = np.minimum(bend(near), bend(far)), np.maximum(bend(near), bend(far))
    return low, np.where((near < FLATTEST) & (far > FLATTEST), bend(np.array(FLATTEST)), high)


def sines(angle: Interval) -> Interval:
    """|sin| of an angle: of the angle between two directions."""
    middle, half = (angle[0] + angle[1]) / 2, (angle[1] - angle[0]) / 2
    turned = abs(np.remainder(middle + PI / 2, PI) - PI / 2)
    near, far = np.maximum(turned - half, 0), np.minimum(turned + half, PI / 2)
    return np.sin(near), np.sin(far)


def over(top: Interval, bottom: Interval) -> Interval:
    """A quotient by something positive."""
    return times(top, (1 / bottom[1], 1 / bottom[0]))


class Ranges:
    """Of everything that the tests need, on boxes (x, d, ratio, psi)."""

    def __init__(
        self, x: Interval, d: Interval, ratio: Interval, y: Interval, x_psi: Interval, y_psi: Interval
    ) -> None:
        """x - psi and y - psi apart, as they may be known better."""
        self.d, self.ratio = d, ratio
        self._angles = {"x": (x, x_psi), "y": (y, y_psi)}
        self.b, self.slope, self.bend, self.sine = (
            {name: self._of(function, name) for name in "xy"} for function in (kappas, slopes, bends, sines)
        )
        k, steep = kappas(d), slopes(d)
        self.k, self.steep, self.curved = k, (steep[0], np.minimum(steep[1], 0)), bends(d)
        self.determinant = 0.25 - k[1] ** 2, 0.25 - k[0] ** 2
        self.parts = {own: self._part(own, other) for own, other in ("xy", "yx")}
        self.norm = {own: self._norm(own) for own in "xy"}
        # What is 0 at a critical point: beta'(x) + r_y kappa'(d), beta'(y) - r_x kappa'(d).
        self.zero = {
            "x": plus(self.slope["x"], times(self.norm["y"], self.steep)),
            "y": plus(self.slope["y"], minus(times(self.norm["x"], self.steep))),
        }

    def _of(self, function: Callable[[Interval], Interval], name: str) -> Interval:
        first, second = map(function, self._angles[name])
        return plus(first, times(self.ratio, second))

    def _part(self, own: str, other: str) -> Interval:
        """r times the determinant."""
        b, c = self.b[own], self.b[other]
        return b[0] / 2 - self.k[1] * c[1], b[1] / 2 - self.k[0] * c[0]

    def _norm(self, own: str) -> Interval:
        part, determinant = self.parts[own], self.determinant
        most = np.where(determinant[0] > 0, part[1] / np.maximum(determinant[0], 1e-300), np.inf)
        return np.maximum(part[0], 0) / determinant[1], np.minimum(most, 2 * self.b[own][1])

    def no_minimum(self) -> Mask:
        """No local minimum without parallel students."""
        out = (self.parts["x"][1] < -MARGIN) | (self.parts["y"][1] < -MARGIN)
        sine = sines(self.d)
        for own, other in ("xy", "yx"):
            out = out | without_zero(self.zero[own])
            out = out | (PI * self.norm[own][1] + self.norm[other][1] * sine[1] < self.sine[own][0] - MARGIN)
        return np.asarray(out)

    def one_zero_at_most(self) -> Mask:
        """No matrix with entries in the ranges of the derivatives of both equations in x and y is singular.

        The norms must be positive on all of the box, as their ranges are cut at 0.
        """
        r, turn = self.norm, self.steep
        half = (np.full_like(turn[0], 0.5),) * 2

        def solved(first: Interval, second: Interval) -> tuple[Interval, Interval]:
            """(r_x, r_y)' from the right side of [1/2 k; k 1/2] r' = (first, second)."""
            return (
                over(plus(times(half, first), minus(times(self.k, second))), self.determinant),
                over(plus(times(half, second), minus(times(self.k, first))), self.determinant),
            )

        along_x = solved(self.zero["x"], times(turn, r["x"]))
        along_y = solved(minus(times(turn, r["y"])), self.zero["y"])
        xx = plus(self.bend["x"], times(along_x[1], turn), minus(times(r["y"], self.curved)))
        xy = plus(times(along_y[1], turn), times(r["y"], self.curved))
        yx = plus(minus(times(along_x[0], turn)), times(r["x"], self.curved))
        yy = plus(self.bend["y"], minus(times(along_y[0], turn)), minus(times(r["x"], self.curved)))
        determinant = plus(times(xx, yy), minus(times(xy, yx)))
        positive = (self.parts["x"][0] > 0) & (self.parts["y"][0] > 0)
        return np.asarray((self.determinant[0] > 0) & positive & without_zero(determinant))


def _ranges(box: Array) -> Ranges:
    x, d, ratio, psi = ((box[:, i, 0], box[:, i, 1]) for i in range(4))
    y = plus(x, d)
    return Ranges(x, d, ratio, y, plus(x, minus(psi)), plus(y, minus(psi)))


def _of_the_teachers(box: Array) -> Mask:
    """Boxes near (0, psi): on the hull of a box and of the teachers of its ratios and angles, that is the one zero.

    Students that are exchanged have an angle d of more than pi, and no box.
    """
    x, d, ratio, psi = ((box[:, i, 0], box[:, i, 1]) for i in range(4))
    away = plus(d, minus(psi))
    reach_x, reach_d = np.maximum(-x[0], x[1]), np.maximum(-away[0], away[1])
    close = (reach_x < NEAR) & (reach_d < NEAR)
    found = np.zeros(len(box), dtype=bool)
    if close.any():
        a, b = reach_x[close], reach_d[close]
        first, second = (psi[0][close], psi[1][close])
        hull = Ranges(
            (-a, a),
            (first - b, second + b),
            (ratio[0][close], ratio[1][close]),
            (first - a - b, second + a + b),
            (-a - second, a - first),
            (-a - b, a + b),
        )
        found[close] = hull.one_zero_at_most()
    return found


def search(ratios: tuple[float, float], angles: tuple[float, float], smallest: float, most: int) -> tuple[Array, int]:
    """What is left of all (x, d, ratio, psi) for teachers of a region, in boxes with sides below `smallest` (weighted);
    and how many boxes were looked at. Stops beyond `most`."""
    least = min(parallel_below(ratios[0], psi) for psi in angles)
    grid = [np.linspace(-PI, PI, 33), np.linspace(least, PI, 17), np.linspace(*ratios, 3), np.linspace(*angles, 3)]
    lows = np.stack(np.meshgrid(*(line[:-1] for line in grid), indexing="ij"), axis=-1).reshape(-1, 4)
    highs = np.stack(np.meshgrid(*(line[1:] for line in grid), indexing="ij"), axis=-1).reshape(-1, 4)
    waiting, left, count = [np.stack([lows, highs], axis=-1)], [], 0
    while waiting:
        boxes = waiting.pop()
        if len(boxes) > CHUNK:
            waiting += [boxes[:CHUNK], boxes[CHUNK:]]
            continue
        count += len(boxes)
        assert count <= most, f"{count} boxes, and {sum(map(len, waiting))} wait"
        boxes = boxes[~_ranges(boxes).no_minimum()]
        boxes = boxes[~_of_the_teachers(boxes)]
        lengths = (boxes[..., 1] - boxes[..., 0]) * WEIGHTS
        small = lengths.max(axis=1) < smallest
        left.append(boxes[small])
        boxes, side = boxes[~small], lengths[~small].argmax(axis=1)
        if not len(boxes):
            continue
        rows, middle = np.arange(len(boxes)), boxes.mean(axis=2)
        lower, upper = boxes.copy(), boxes.copy()
        lower[rows, side, 1] = upper[rows, side, 0] = middle[rows, side]
        waiting.append(np.concatenate([lower, upper]))
    return np.concatenate(left), count
