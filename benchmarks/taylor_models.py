"""Taylor models of order 2 in float64, over many boxes at once: what `three_neurons.py` encloses with.

A model of a function f of the unknowns of a box says |f(x) - center - slopes . s - sum_{i <= j} bends_ij s_i s_j| <=
error for all s in [-1, 1]^6, where x = middle + half s. Arrays have the boxes on their last axis, slopes and bends one
more in front. The errors are those of truncation; rounding is left to a margin of the tests: nothing here is a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
UNKNOWNS = 6
ROW, COLUMN = np.triu_indices(UNKNOWNS)
SQUARES = np.flatnonzero(ROW == COLUMN)
FLAT = 1e-12
"""Lengths of ranges below which a chord has the slope 0."""


@dataclass(frozen=True, slots=True)
class Model:
    """A function on each of many boxes, and of any shape."""

    center: Array
    slopes: Array
    bends: Array
    error: Array

    @classmethod
    def zero(cls, *shape: int) -> Model:
        """The function 0; `shape` ends with the number of boxes. Its arrays may be filled."""
        return cls(np.zeros(shape), np.zeros((UNKNOWNS, *shape)), np.zeros((len(ROW), *shape)), np.zeros(shape))

    @classmethod
    def between(cls, low: Array, high: Array) -> Model:
        """All functions with values from `low` to `high`."""
        none = cls.zero(*low.shape)
        return cls((low + high) / 2, none.slopes, none.bends, (high - low) / 2)

    @property
    def linear(self) -> Array:
        """Bound of the linear part."""
        return np.asarray(np.abs(self.slopes).sum(axis=0))

    @property
    def square(self) -> Array:
        """Bound of the quadratic part."""
        return np.asarray(np.abs(self.bends).sum(axis=0))

    @property
    def spread(self) -> Array:
        """Bound of the distance from the center."""
        return self.linear + self.square + self.error

    def bounds(self) -> tuple[Array, Array]:
        """Of the values: exact in each unknown's own parabola."""
        bend, slope = self.bends[SQUARES], np.abs(self.slopes)
        inside = 2 * np.abs(bend) > slope
        with np.errstate(all="ignore"):
            vertex = np.where(inside, -(slope**2) / (4 * np.where(inside, bend, 1)), 0)
        low = np.minimum(bend - slope, np.where(inside, vertex, np.inf)).sum(axis=0)
        high = np.maximum(bend + slope, np.where(inside, vertex, -np.inf)).sum(axis=0)
        rest = self.square - np.abs(bend).sum(axis=0) + self.error
        return self.center + low - rest, self.center + high + rest

    def __getitem__(self, key: Any) -> Model:
        after = (slice(None), *(key if isinstance(key, tuple) else (key,)))
        return Model(self.center[key], self.slopes[after], self.bends[after], self.error[key])

    def __setitem__(self, key: Any, other: Model) -> None:
        after = (slice(None), *(key if isinstance(key, tuple) else (key,)))
        self.center[key], self.error[key] = other.center, other.error
        self.slopes[after], self.bends[after] = other.slopes, other.bends

    def sum(self, axis: int) -> Model:
        """Along an axis of the shape."""
        return Model(self.center.sum(axis), self.slopes.sum(axis + 1), self.bends.sum(axis + 1), self.error.sum(axis))

    def weighted(self, weights: Array) -> Model:
        """The sum along the first axis with weights of shape (axis, boxes)."""
        wide = weights[(slice(None), *[None] * (self.center.ndim - 2))]
        return (self * wide).sum(0)

    def __add__(self, other: Model | Array | float) -> Model:
        if isinstance(other, Model):
            return Model(
                self.center + other.center,
                self.slopes + other.slopes,
                self.bends + other.bends,
                self.error + other.error,
            )
        return Model(self.center + other, self.slopes, self.bends, self.error)

    def __neg__(self) -> Model:
        return Model(-self.center, -self.slopes, -self.bends, self.error)

    def __sub__(self, other: Model | Array | float) -> Model:
        return self + (-other)

    def __mul__(self, other: Model | Array | float) -> Model:
        if not isinstance(other, Model):
            return Model(self.center * other, self.slopes * other, self.bends * other, self.error * np.abs(other))
        one, two = (self.linear, self.square), (other.linear, other.square)
        error = one[0] * two[1] + one[1] * two[0] + one[1] * two[1] + self.error * other.error
        error += self.error * (np.abs(other.center) + sum(two)) + other.error * (np.abs(self.center) + sum(one))
        return Model(
            self.center * other.center,
            self.center * other.slopes + other.center * self.slopes,
            self.center * other.bends + other.center * self.bends + _products(self.slopes, other.slopes),
            error,
        )

    def function(self, value: Array, first: Array, second: Array, third: Array) -> Model:
        """g(self) from g, g', g'' at the centers, and a bound of g''' on the hulls of centers and ranges."""
        linear, square, error = self.linear, self.square, self.error
        rest = np.abs(first) * error + third / 6 * (linear + square + error) ** 3
        rest += np.abs(second) / 2 * (2 * linear * square + square**2 + 2 * (linear + square) * error + error**2)
        bends = first * self.bends + second / 2 * _products(self.slopes, self.slopes)
        return Model(value, first * self.slopes, bends, rest)

    def chord(
        self, ends: tuple[Array, Array], function: Callable[[Array], Array], touch: Callable[[Array], Array]
    ) -> Model:
        """g(self) for g that is convex or concave on the range `ends`, by a chord; `touch`: where g' has a value."""
        low, high = ends
        length = high - low
        slope = np.where(length > FLAT, (function(high) - function(low)) / np.where(length > FLAT, length, 1), 0)
        at = np.clip(touch(slope), low, high)
        above = function(at) - function(low) - slope * (at - low)
        line = self * slope + (function(low) - slope * low + above / 2)
        return Model(line.center, line.slopes, line.bends, line.error + np.abs(above) / 2)


def _products(one: Array, two: Array) -> Array:
    """The quadratic part of a product of two linear ones."""
    bends = one[ROW] * two[COLUMN]
    bends += one[COLUMN] * two[ROW]
    bends[SQUARES] *= 0.5
    return np.asarray(bends)


def chosen(where: Any, one: Model, two: Model) -> Model:
    """The first where `where`, else the second."""
    return Model(
        np.where(where, one.center, two.center),
        np.where(where, one.slopes, two.slopes),
        np.where(where, one.bends, two.bends),
        np.where(where, one.error, two.error),
    )


def narrowest(*models: Model) -> Model:
    """Of models of one function, the one with the smallest error and quadratic part; the last one must be finite."""
    found = models[-1]
    for model in models[:-1]:
        size = model.error + model.square / 2
        better = np.isfinite(size) & np.isfinite(model.center) & np.isfinite(model.linear)
        found = chosen(better & (size < found.error + found.square / 2), model, found)
    return found


def stacked(models: list[Model]) -> Model:
    """With a new first axis."""
    return Model(
        np.stack([m.center for m in models]),
        np.stack([m.slopes for m in models], axis=1),
        np.stack([m.bends for m in models], axis=1),
        np.stack([m.error for m in models]),
    )


def inverse_square_root(model: Model, low: Array) -> Model:
    """1/sqrt of what is >= low > 0."""
    at = model.center
    return model.function(at**-0.5, -0.5 * at**-1.5, 0.75 * at**-2.5, 15 / 8 * np.minimum(low, at) ** -3.5)


def inverse(model: Model, low: Array, high: Array) -> Model:
    """1 / of what is from low to high, low > 0."""
    at = np.maximum(model.center, low)
    least = np.minimum(at, np.maximum(low, model.center - model.spread))
    there = Model(at, model.slopes, model.bends, model.error + np.abs(at - model.center))
    return narrowest(there.function(1 / at, -(at**-2), 2 * at**-3, 6 * least**-4), Model.between(1 / high, 1 / low))
