"""The systems of `verify.checker.losses.risk_in_box` in float64, over many boxes at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from verify.checker.evaluators import Conditions, System
from verify.checker.public import Box, Dual
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.prover.covers.float_balls import Array, FloatBalls, Mask
from verify.producer.prover.covers.float_risk import FloatRisk, Jet
from verify.producer.prover.covers.subdivide import Margins

MARGINS = Margins(0.0, 1e-6)
"""The gradient may be of any size, and radii of balls have few bits."""
NUMBERS = 2_000_000
"""That are kept at a time, about."""
STEPS, CONVERGED = 30, 1e-13


class PointsInFloats(System):
    """Points of a risk, where no unit may meet a kink."""

    def __init__(self, landscape: EmpiricalRiskLandscape) -> None:
        self.risk = FloatRisk(landscape)
        self._last: tuple[list[Any], Jet, Mask] | None = None

    @property
    def chunk(self) -> int:
        """How many boxes to look at together."""
        return max(64, NUMBERS // self.risk.numbers)

    def jet(self, piece: list[FloatBalls]) -> tuple[Jet, Mask]:
        """That of the last boxes is kept."""
        if self._last is None or not all(a is b for a, b in zip(self._last[0], piece, strict=True)):
            low, high = (np.stack([getattr(side, end) for side in piece], axis=-1) for end in ("low", "high"))
            self._last = piece, *self.risk.jet(low, high)
        return self._last[1:]

    def conditions(self, unknowns: list[Any]) -> Conditions:
        """None, unless they are critical points."""
        return Conditions([], [])


class CriticalPointsInFloats(PointsInFloats):
    """Where the gradient vanishes; with `minima`, and no negative eigenvalue shows."""

    def __init__(self, landscape: EmpiricalRiskLandscape, *, minima: bool = False) -> None:
        super().__init__(landscape)
        self._minima = minima

    def conditions(self, unknowns: list[Any]) -> Conditions:
        """The gradient is 0, where no unit may meet a kink."""
        jet, smooth = self.jet([unknown.value for unknown in unknowns])
        first, second = jet.first.where(smooth[:, None]), jet.second.where(smooth[:, None, None])
        count = range(len(unknowns))
        return Conditions([Dual(first[:, i], tuple(second[:, i, j] for j in count)) for i in count], [])

    def excludes(self, piece: list[FloatBalls]) -> Mask:
        """Where a principal minor of one or two rows is negative."""
        jet, smooth = self.jet(piece)
        found = np.zeros(len(smooth), dtype=bool)
        if not self._minima:
            return found
        bends = [jet.second[:, i, i] for i in range(len(piece))]
        for bend in bends:
            found |= bend.high < -MARGINS.relative * bend.radius
        for i, j in combinations(range(len(piece)), 2):
            minor = bends[i] * bends[j] - jet.second[:, i, j] * jet.second[:, i, j]
            found |= minor.high < -MARGINS.relative * minor.radius
        return found & smooth


class LeastPointsInFloats(PointsInFloats):
    """Where the loss is least on a box, and at most `most`."""

    def __init__(self, landscape: EmpiricalRiskLandscape, box: Box, most: float) -> None:
        super().__init__(landscape)
        self._ends = [(float(low), float(high)) for low, high in box]
        self._most = most

    def excludes(self, piece: list[FloatBalls]) -> Mask:
        """As the checker has it."""
        at, _ = self.jet([side.mid() for side in piece])
        jet, smooth = self.jet(piece)
        slopes = [jet.first[:, i] for i in range(len(piece))]
        change = sum(((abs(s.middle) + s.radius) * side.radius for s, side in zip(slopes, piece, strict=True)), 0.0)
        found: Mask = np.asarray(at.value.middle - change * (1 + MARGINS.relative) > self._most)
        for slope, side, (low, high) in zip(slopes, piece, self._ends, strict=True):
            clear = slope.radius * (1 + MARGINS.relative)
            found |= (slope.middle > clear) & (side.low > low)
            found |= (slope.middle < -clear) & (side.high < high)
        return found & smooth


class AttractedInFloats(PointsInFloats):
    """Where the gradient is not proved to point away from x."""

    def __init__(self, landscape: EmpiricalRiskLandscape, minimum: Sequence[float]) -> None:
        super().__init__(landscape)
        self._minimum = minimum

    def excludes(self, piece: list[FloatBalls]) -> Mask:
        """As the checker has it."""
        at, _ = self.jet([side.mid() for side in piece])
        jet, smooth = self.jet(piece)
        count = range(len(piece))
        away = [side - x for side, x in zip(piece, self._minimum, strict=True)]
        slopes = [jet.first[:, i] for i in count]
        direct = sum((slope * part for slope, part in zip(slopes, away, strict=True)), FloatBalls(0.0))
        found = direct.low > MARGINS.relative * direct.radius
        there = sum((at.first[:, i] * (piece[i].mid() - self._minimum[i]) for i in count), FloatBalls(0.0))
        for i in count:
            turned = sum((jet.second[:, i, j] * away[j] for j in count), slopes[i])
            there = there + FloatBalls(0 * turned.middle, piece[i].radius) * turned
        return np.asarray((found | (there.low > MARGINS.relative * there.radius)) & smooth)


def newton(risk: FloatRisk, starts: Array, box: Array) -> Array:
    """Where Newton's method for the gradient ends from these starts (starts, p), near the box (p, 2)."""
    low, high = box[:, 0], box[:, 1]
    size, points = high - low, starts
    done = np.zeros((0, len(size)))
    for _ in range(STEPS):
        jet, _ = risk.jet(points, points)
        value, slopes = jet.first.middle, jet.second.middle
        usable: Mask = np.asarray(np.isfinite(value).all(axis=1) & np.isfinite(slopes).all(axis=(1, 2)))
        usable &= np.abs(np.linalg.det(np.where(usable[:, None, None], slopes, 0))) > np.finfo(float).tiny
        points, value, slopes = points[usable], value[usable], slopes[usable]
        step = np.linalg.solve(slopes, value[..., None])[..., 0]
        points = points - step
        near = ((points >= low - size) & (points <= high + size)).all(axis=1)
        ended = (np.abs(step) < CONVERGED * (size + np.abs(points))).all(axis=1)
        done = np.concatenate([done, points[near & ended]])
        points = points[near & ~ended]
        if not len(points):
            break
    return done
