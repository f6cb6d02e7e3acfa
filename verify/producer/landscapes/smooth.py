"""The checker's generated kernels, run on arrays: the second arithmetic of the same formulas.

What a generated module returns is evaluated when it is asked for, and only then: the search wants the value, or the
first derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from array_api_compat import array_namespace
from flint import arb

from verify.checker.evaluators import smooth
from verify.producer.landscapes.arrays import Array


class Deferred:
    """An array that is computed when it is asked for, with the operations of a ball."""

    def __init__(self, compute: Callable[[], Array]) -> None:
        self._compute = compute

    @cached_property
    def array(self) -> Array:
        """The numbers."""
        return self._compute()

    def __add__(self, other: Any) -> Deferred:
        return Deferred(lambda: self.array + _plain(other))

    def __sub__(self, other: Any) -> Deferred:
        return Deferred(lambda: self.array - _plain(other))

    def __rsub__(self, other: Any) -> Deferred:
        return Deferred(lambda: _plain(other) - self.array)

    def __mul__(self, other: Any) -> Deferred:
        return Deferred(lambda: self.array * _plain(other))

    def __truediv__(self, other: Any) -> Deferred:
        return Deferred(lambda: self.array / _plain(other))

    def __rtruediv__(self, other: Any) -> Deferred:
        return Deferred(lambda: _plain(other) / self.array)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Deferred:
        return Deferred(lambda: -self.array)

    def __pow__(self, exponent: int) -> Deferred:
        return Deferred(lambda: prod([self.array] * exponent))

    def _applied(self, name: str) -> Deferred:
        return Deferred(lambda: getattr(array_namespace(self.array), name)(self.array))

    def sqrt(self) -> Deferred:
        """The square root."""
        return self._applied("sqrt")

    def exp(self) -> Deferred:
        """The exponential."""
        return self._applied("exp")

    def sinh(self) -> Deferred:
        """The hyperbolic sine."""
        return self._applied("sinh")

    def cosh(self) -> Deferred:
        """The hyperbolic cosine."""
        return self._applied("cosh")

    def atan(self) -> Deferred:
        """The arc tangent."""
        return self._applied("atan")


def _plain(number: Any) -> Any:
    if isinstance(number, Deferred):
        return number.array
    return float(number) if isinstance(number, arb) else number


class Smooth:
    """An activation whose loss is smooth everywhere: one of `kernels.SMOOTH`."""

    is_smooth = True

    def __init__(self, name: str) -> None:
        self._name, self._kernel = name, smooth(name)

    def __str__(self) -> str:
        return self._name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Smooth) and str(other) == self._name

    def __hash__(self) -> int:
        return hash(self._name)

    @cached_property
    def gain(self) -> float:
        """See `Activation`. kappa_q of equal neurons of length 0 or 1, where ReLU's is 1 / 2."""
        return max(2 * float(self._kernel.pair(length, length, length).q) for length in (arb(0), arb(1)))

    @property
    def vanishes_at_zero(self) -> bool:
        """See `Activation`."""
        return self._kernel.vanishes_at_zero

    def specification(self) -> object:
        """See `Activation`."""
        return self._name

    def kernel(self, p: Array, q: Array, s: Array) -> Array:
        """See `Activation`."""
        return self._at(p, q, s)(self._pair(p, q, s).value)

    def first(self, p: Array, q: Array, s: Array) -> tuple[Array, Array]:
        """See `Activation`."""
        full, jet = self._at(p, q, s), self._pair(p, q, s)
        return full(jet.p), full(jet.q)

    def second(self, p: Array, q: Array, s: Array) -> tuple[Array, Array, Array, Array, Array]:
        """See `Activation`."""
        full, jet = self._at(p, q, s), self._pair(p, q, s)
        pp, pq, ps, qq, qs = map(full, jet.second)
        return pp, pq, ps, qq, qs

    def alone(self, p: Array) -> tuple[Array, Array, Array]:
        """See `Activation`."""
        value, first, second = map(self._at(p), self._kernel.alone(_deferred(p)))
        return value, first, second

    def _pair(self, *gram: Array) -> Any:
        return self._kernel.pair(*map(_deferred, gram))

    @staticmethod
    def _at(*gram: Array) -> Callable[[Any], Array]:
        """The numbers in the shape that the Gram entries have together; a formula may not mention all of them."""
        shape = np.broadcast_shapes(*(tuple(entry.shape) for entry in gram))

        def full(entry: Any) -> Array:
            array = _plain(entry)
            if not isinstance(entry, Deferred):
                array = array + 0 * gram[0]
            return array if tuple(array.shape) == shape else array_namespace(*gram).broadcast_to(array, shape)

        return full


def _deferred(array: Array) -> Any:
    return Deferred(lambda: array)
