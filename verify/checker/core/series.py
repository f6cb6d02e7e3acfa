"""Truncated power series with a remainder: numbers that depend on a small s > 0, enclosed uniformly on (0, end].

A `Series` stands for a function f of s, and of whatever else is left open, such as the point of a
box. It says: for every s in (0, end] there are numbers c_0, ..., c_(n-1) and r in its balls with

    f(s) = s^low (c_0 + c_1 s + ... + c_(n-1) s^(n-1) + s^n r).

The numbers may differ from one s to the next: each operation is an identity between numbers,
applied at one s at a time (docs/EVERY_K.md, "Series", proves each). A coefficient that must vanish
is the ball [0, 0]; leading ones are taken out into `low`, so that dividing by a power of s is
exact, and no ball that contains 0 is divided by: the result is NaN then, which proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import arb, arb_poly, arb_series, ctx

from verify.checker.core.clock import look


@dataclass(frozen=True)
class Domain:
    """The numbers s in (0, end], and how many terms a series keeps."""

    end: arb
    terms: int

    @cached_property
    def span(self) -> arb:
        """A ball that contains [0, end]."""
        return arb(0).union(self.end)

    def series(self, coefficients: Sequence[arb | int], low: int = 0) -> Series:
        """The polynomial s^low (c_0 + c_1 s + ...), of numbers or balls."""
        return Series(self, arb_poly(coefficients), low, self.terms, arb(0))


class Series:
    """A function of s, as the module's docstring has it. Never changed once made."""

    __slots__ = ("domain", "length", "low", "polynomial", "rest")

    def __init__(self, domain: Domain, polynomial: arb_poly, low: int, length: int, rest: arb) -> None:
        """`polynomial`: c_0 + c_1 s + ...; what it has from s^length on goes into the remainder `rest`."""
        if polynomial.length() > length:
            rest = rest + polynomial.right_shift(length)(domain.span)
            polynomial = polynomial.truncate(length)
        zeros, count = 0, polynomial.length()
        while zeros < count and polynomial[zeros].is_zero():
            zeros += 1
        exact = bool(rest.is_zero())
        if zeros == count and not exact:  # the remainder alone
            zeros = length
        self.domain = domain
        self.low = low + zeros
        self.polynomial = polynomial.right_shift(zeros)
        self.length = domain.terms if exact else length - zeros
        self.rest = rest

    @property
    def is_polynomial(self) -> bool:
        """There is no remainder."""
        return bool(self.rest.is_zero())

    @property
    def is_zero(self) -> bool:
        """It is the function 0."""
        return self.is_polynomial and self.polynomial.length() == 0

    @property
    def is_finite(self) -> bool:
        """No coefficient is NaN or infinite: the function is defined on (0, end]."""
        return bool(self.rest.is_finite()) and all(entry.is_finite() for entry in self.polynomial.coeffs())

    def __getitem__(self, power: int) -> arb:
        """The coefficient of s^power; NaN where the remainder begins."""
        index = power - self.low
        if index < 0:
            return arb(0)
        return self.polynomial[index] if index < self.length or self.is_polynomial else arb.nan()

    def over(self, piece: arb) -> arb:
        """A ball that contains f(s) for every s of (0, end] in `piece`; NaN where f may be unbounded there."""
        if self.is_zero:
            return arb(0)
        middle, half = piece.mid(), piece - piece.mid()  # expanded about the middle: narrower than at 0
        unit = self.polynomial(arb_poly([middle, 1]))(half) + self.rest * piece**self.length
        if self.low >= 0:
            return unit * piece**self.low
        return unit / piece**-self.low if piece > 0 else arb.nan()

    def leading_factor(self) -> arb:
        """A ball that contains f(s) / s^low for every s."""
        return self.polynomial(self.domain.span) + self.rest * self.domain.span**self.length

    def shifted(self, power: int) -> Series:
        """s^power f."""
        return Series(self.domain, self.polynomial, self.low + power, self.length, self.rest)

    def __neg__(self) -> Series:
        return Series(self.domain, -self.polynomial, self.low, self.length, -self.rest)

    def __add__(self, other: object) -> Series:
        if not isinstance(other, Series | int | arb):
            return NotImplemented
        pair = (self, self._lift(other))
        if any(x.is_zero for x in pair):
            return pair[pair[0].is_zero]
        low = min(x.low for x in pair)
        orders = [x.low + x.length for x in pair if not x.is_polynomial]
        order = min([low + self.domain.terms, *orders])
        polynomial, rest = arb_poly(), arb(0)
        for x in pair:
            polynomial += x.polynomial.left_shift(x.low - low)
            if not x.is_polynomial:
                rest += x.rest * self.domain.span ** (x.low + x.length - order)
        return Series(self.domain, polynomial, low, order - low, rest)

    __radd__ = __add__

    def __sub__(self, other: object) -> Series:
        return self + -other if isinstance(other, Series | int | arb) else NotImplemented

    def __rsub__(self, other: object) -> Series:
        return (-self).__add__(other)

    def __mul__(self, other: object) -> Series:
        if not isinstance(other, Series | int | arb):
            return NotImplemented
        look()
        other, span = self._lift(other), self.domain.span
        if self.is_zero or other.is_zero:  # 0 times what may be undefined is not 0
            return self.domain.series([] if self.is_finite and other.is_finite else [arb.nan()])
        length = min(self.length, other.length)
        rest = arb(0)
        if not self.is_polynomial:
            rest += self.rest * other.leading_factor() * span ** (self.length - length)
        if not other.is_polynomial:
            rest += other.rest * self.polynomial(span) * span ** (other.length - length)
        return Series(self.domain, self.polynomial * other.polynomial, self.low + other.low, length, rest)

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Series:
        if not isinstance(other, Series | int | arb):
            return NotImplemented
        return self * self._lift(other).inverse()

    def __rtruediv__(self, other: object) -> Series:
        return self.inverse().__mul__(other)

    def inverse(self) -> Series:
        """1 / f."""
        return self.shifted(-self.low)._compose("inv").shifted(-self.low)

    def sqrt(self) -> Series:
        """The square root, of a function that begins with an even power of s; else NaN."""
        if self.is_zero:
            return self
        if self.low % 2:
            return self.domain.series([arb.nan()])
        return self.shifted(-self.low)._compose("sqrt").shifted(self.low // 2)

    def asin(self) -> Series:
        """The arc sine, of a function that is bounded at 0; else NaN."""
        return self._compose("asin") if self.low >= 0 else self.domain.series([arb.nan()])

    def _lift(self, other: Series | arb | int) -> Series:
        return other if isinstance(other, Series) else self.domain.series([other])

    def _compose(self, name: str) -> Series:
        """g(f) for an analytic g, by Taylor's theorem about the constant term; low >= 0."""
        start = self[0]
        deviation = self
        if not self.low and self.length:  # the constant term taken out, exactly
            deviation = Series(self.domain, self.polynomial.right_shift(1), 1, self.length - 1, self.rest)
        if deviation.is_zero:
            return self.domain.series(_taylor(name, start, 1))
        if deviation.low <= 0:
            return self.domain.series([arb.nan()])
        order = -(-self.domain.terms // deviation.low)
        between = start.union(start + deviation.leading_factor() * self.domain.span**deviation.low)
        total = self.domain.series([_taylor(name, between, order + 1)[order]])
        for coefficient in reversed(_taylor(name, start, order)):
            total = total * deviation + coefficient
        return total


def _taylor(name: str, center: arb, count: int) -> list[arb]:
    """g(x), g'(x), ..., g^(j)(x)/j!, ...: `count` numbers, enclosed for every x in the ball `center`."""
    cap, ctx.cap = ctx.cap, count
    try:
        coefficients: list[arb] = getattr(arb_series([center, 1], prec=count), name)().coeffs()
    except (ValueError, ZeroDivisionError):
        return [arb.nan()] * count
    finally:
        ctx.cap = cap
    return coefficients + [arb(0)] * (count - len(coefficients))
