"""Numbers with derivatives: the chain rule, over any arithmetic that has + - * / sqrt and asin.

The parts are balls, or series (`series`). A `Dual` encloses a differentiable function of finitely
many unknowns and its partial derivatives, at every point where its parts enclose them.
"""

from __future__ import annotations

from typing import TypeAlias

from flint import arb

from verify.checker.core.series import Series

Number: TypeAlias = "arb | Series | Dual"
Scalar: TypeAlias = "int | arb | Series | Dual"
"""The parts of a dual number are no dual numbers."""


class Dual:
    """A value and its partial derivatives. Never changed once made."""

    __slots__ = ("partials", "value")

    def __init__(self, value: Scalar, partials: tuple[Scalar, ...]) -> None:
        """`partials`: one for each unknown."""
        self.value, self.partials = value, partials

    def __neg__(self) -> Dual:
        return Dual(-self.value, tuple(-slope for slope in self.partials))

    def __add__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.partials)
        return Dual(self.value + other.value, tuple(x + y for x, y in zip(self.partials, other.partials, strict=True)))

    __radd__ = __add__

    def __sub__(self, other: Scalar) -> Dual:
        return self.__add__(-other)

    def __rsub__(self, other: Scalar) -> Dual:
        return (-self).__add__(other)

    def __mul__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value * other, tuple(slope * other for slope in self.partials))
        pairs = zip(self.partials, other.partials, strict=True)
        return Dual(self.value * other.value, tuple(x * other.value + self.value * y for x, y in pairs))

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> Dual:
        return self.__mul__(arb(1) / other)  # not 1 / other, which is a float for an int

    def __rtruediv__(self, other: Scalar) -> Dual:
        inverse = 1 / self.value
        return self.chain(other * inverse, -other * inverse * inverse)

    def sqrt(self) -> Dual:
        """The square root."""
        value = root(self.value)
        return self.chain(value, 1 / (2 * value))

    def asin(self) -> Dual:
        """The arc sine."""
        return self.chain(arcsine(self.value), 1 / root(1 - self.value * self.value))

    def chain(self, value: Scalar, slope: Scalar) -> Dual:
        """g(x) from g's value and derivative there."""
        return Dual(value, tuple(slope * partial for partial in self.partials))


def slopes(number: Scalar) -> list[Scalar]:
    """The partial derivatives of a dual number."""
    if not isinstance(number, Dual):
        raise TypeError("not a dual number")
    return list(number.partials)


def root(number: Scalar) -> Number:
    """The square root, of an int too."""
    return arb(number).sqrt() if isinstance(number, int) else number.sqrt()


def arcsine(number: Scalar) -> Number:
    """The arc sine, of an int too."""
    return arb(number).asin() if isinstance(number, int) else number.asin()


def sign(number: Scalar) -> int:
    """1 or -1 if the value is proved positive or negative, else 0."""
    value = number.value if isinstance(number, Dual) else number
    if isinstance(value, Series):
        value = value.leading_factor()
    if isinstance(value, Dual):
        raise TypeError("a dual number of dual numbers")
    return 1 if value > 0 else -1 if value < 0 else 0


def order(number: Scalar) -> int:
    """The power of s with which a series begins; 0 for a number that is none."""
    value = number.value if isinstance(number, Dual) else number
    return value.low if isinstance(value, Series) else 0


def leading(number: Scalar) -> float:
    """About the value, or a series' coefficient of s^0: a hint."""
    value = number.value if isinstance(number, Dual) else number
    return float((value[0] if isinstance(value, Series) else arb(value)).mid())
