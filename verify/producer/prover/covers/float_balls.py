"""Balls in float64, elementwise over arrays, with the methods of `flint.arb` that the equations use.

Rounding is ignored: what comes out is a hint for the test that the checker is to make.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class FloatBalls:
    """All numbers within `radius` of `middle`, for each entry of the arrays; a NaN where nothing is known."""

    __slots__ = ("middle", "radius")
    __array_ufunc__ = None  # so that NumPy leaves the operators to this class

    def __init__(self, middle: Any, radius: Any = 0.0) -> None:
        """The radius is broadcast."""
        self.middle: Array = np.asarray(middle, dtype=np.float64)
        self.radius: Array = np.asarray(radius, dtype=np.float64) + 0 * self.middle

    @classmethod
    def between(cls, low: Any, high: Any) -> FloatBalls:
        """All numbers from `low` to `high`."""
        return cls((low + high) / 2, (high - low) / 2)

    @property
    def low(self) -> Array:
        """The lower ends."""
        return self.middle - self.radius

    @property
    def high(self) -> Array:
        """The upper ends."""
        return self.middle + self.radius

    def __getitem__(self, some: Any) -> FloatBalls:
        """Those at some places, as of an array."""
        return FloatBalls(self.middle[some], self.radius[some])

    def reshaped(self, *shape: int) -> FloatBalls:
        """The same in another shape."""
        return FloatBalls(self.middle.reshape(shape), self.radius.reshape(shape))

    def where(self, known: Mask) -> FloatBalls:
        """NaN elsewhere."""
        return FloatBalls(np.where(known, self.middle, np.nan), self.radius)

    def increasing(self, function: Callable[[Array], Array]) -> FloatBalls:
        """The values of a function that grows."""
        return FloatBalls.between(function(self.low), function(self.high))

    def mid(self) -> FloatBalls:
        """The centers."""
        return FloatBalls(self.middle)

    def lower(self) -> FloatBalls:
        """The lower ends, as balls."""
        return FloatBalls(self.low)

    def upper(self) -> FloatBalls:
        """The upper ends, as balls."""
        return FloatBalls(self.high)

    def __neg__(self) -> FloatBalls:
        return FloatBalls(-self.middle, self.radius)

    def __add__(self, other: Any) -> Any:
        if (ball := _ball(other)) is None:
            return NotImplemented
        return FloatBalls(self.middle + ball.middle, self.radius + ball.radius)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if _ball(other) is None else self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        if (ball := _ball(other)) is None:
            return NotImplemented
        size, other_size = np.abs(self.middle), np.abs(ball.middle)
        spread = size * ball.radius + self.radius * (other_size + ball.radius)
        return FloatBalls(self.middle * ball.middle, spread)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        ball = _ball(other)
        return NotImplemented if ball is None else self * ball._inverse()

    def __rtruediv__(self, other: Any) -> Any:
        return self._inverse() * other

    def _inverse(self) -> FloatBalls:
        known = np.abs(self.middle) > self.radius
        ends = (1 / np.where(known, end, np.nan) for end in (self.high, self.low))
        return FloatBalls.between(*ends)

    def __abs__(self) -> FloatBalls:
        size = np.abs(self.middle)
        return FloatBalls.between(np.maximum(size - self.radius, 0), size + self.radius)

    def min(self, other: Any) -> FloatBalls:
        """The smaller."""
        ball = _known(other)
        return FloatBalls.between(np.minimum(self.low, ball.low), np.minimum(self.high, ball.high))

    def max(self, other: Any) -> FloatBalls:
        """The larger."""
        ball = _known(other)
        return FloatBalls.between(np.maximum(self.low, ball.low), np.maximum(self.high, ball.high))

    def union(self, other: Any) -> FloatBalls:
        """What contains both."""
        ball = _known(other)
        return FloatBalls.between(np.minimum(self.low, ball.low), np.maximum(self.high, ball.high))

    def sin_cos(self) -> tuple[FloatBalls, FloatBalls]:
        """Sine and cosine."""
        spread = np.minimum(self.radius, 2)
        return FloatBalls(np.sin(self.middle), spread), FloatBalls(np.cos(self.middle), spread)

    def sqrt(self) -> FloatBalls:
        """The square root."""
        return self._monotone(np.sqrt)

    def acos(self) -> FloatBalls:
        """The arc cosine."""
        return self._monotone(np.arccos)

    def _monotone(self, function: Callable[[Array], Array]) -> FloatBalls:
        with np.errstate(invalid="ignore"):
            ends = function(self.low), function(self.high)
        return FloatBalls.between(np.minimum(*ends), np.maximum(*ends))

    def __lt__(self, other: Any) -> Mask:
        return np.asarray(self.high < _known(other).low)

    def __gt__(self, other: Any) -> Mask:
        return np.asarray(self.low > _known(other).high)

    def __le__(self, other: Any) -> Mask:
        return np.asarray(self.high <= _known(other).low)


def _ball(number: Any) -> FloatBalls | None:
    if isinstance(number, FloatBalls):
        return number
    if isinstance(number, arb):
        return FloatBalls(float(number.mid()), float(number.rad()))
    return FloatBalls(number) if isinstance(number, int | float | np.ndarray) else None


def _known(number: Any) -> FloatBalls:
    ball = _ball(number)
    if ball is None:
        raise TypeError(f"{number!r} is no ball")
    return ball
