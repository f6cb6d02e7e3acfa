"""Series in s = k^(-1/2) with enclosed coefficients and remainders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .intervals import Interval, ends_of_product
from .outcomes import Open
from .symmetric.numbers import Number


def is_positive(number: Number) -> bool:
    """True only if that is proved."""
    return bool((number.tail(0) if isinstance(number, Series) else number).lo > 0)


@dataclass(frozen=True)
class Domain:
    """The numbers s of (0, end], and how many terms of a series are kept."""

    end: Interval
    terms: int

    @property
    def bits(self) -> int:
        """Those of all coefficients."""
        return self.end.bits

    @property
    def span(self) -> Interval:
        """[0, end]."""
        return Interval(0, self.end.hi, self.bits)

    def series(self, coefficients: Sequence[Fraction | int], low: int = 0) -> Series:
        """The polynomial s^low (c_0 + c_1 s + ...), cut off after the terms that are kept."""
        exact, zero = [Interval.of(entry, self.bits) for entry in coefficients], Interval(0, 0, self.bits)
        return Series(self, low, exact[: self.terms], horner(exact[self.terms :], zero, self.span)[0])

    def constant(self, value: Fraction | int | Interval) -> Series:
        """A number that does not depend on s."""
        center = value if isinstance(value, Interval) else Interval.of(value, self.bits)
        return Series(self, 0, [center], Interval(0, 0, self.bits))


def horner(coefficients: Sequence[Interval], last: Interval, x: Interval) -> list[Interval]:
    """For each m, c_m + c_(m+1) x + ... + `last` x^(count - m); the last entry is `last`."""
    tails = [last]
    for coefficient in reversed(coefficients):
        tails.append(coefficient + x * tails[-1])
    return tails[::-1]


def is_null(x: Interval) -> bool:
    """Whether it is exactly 0."""
    return x.lo == x.hi == 0


class Series:
    """A function f of s, and of whatever else is open: for each s of (0, end] there are numbers in the intervals with

        f = s^low (c_0 + ... + c_(n-1) s^(n-1) + s^n r).

    They may depend on s. Each operation is an identity between numbers, at one s. A coefficient that must vanish is
    exactly 0: leading ones are taken out, so that division by powers of s is exact, and so is the order of a sum whose
    leading terms cancel. A polynomial has the remainder 0, and as many terms as one likes.
    """

    __slots__ = ("c", "domain", "low", "tails")

    def __init__(self, domain: Domain, low: int, coefficients: Sequence[Interval], rest: Interval) -> None:
        zeros = 0
        while zeros < len(coefficients) and is_null(coefficients[zeros]):
            zeros += 1
        self.domain, self.low, self.c = domain, low + zeros, list(coefficients[zeros:])
        self.tails = horner(self.c, rest, domain.span)

    @property
    def exact(self) -> bool:
        """It is a polynomial."""
        return is_null(self.tails[-1])

    @property
    def zero(self) -> bool:
        """It is 0."""
        return self.exact and not self.c

    @property
    def length(self) -> int:
        """The number of terms before the remainder; of a polynomial, as many as are kept."""
        return self.domain.terms if self.exact else len(self.c)

    def tail(self, m: int) -> Interval:
        """f = s^low (c_0 + ... + c_(m-1) s^(m-1) + s^m tail(m)); m < 0: s^(low + m) tail(m)."""
        if m < 0:
            return power(self.domain.span, -m) * self.tails[0]
        if m > len(self.c) and not self.exact:
            raise RuntimeError("a series is longer than it was kept")
        return self.tails[m] if m < len(self.tails) else Interval(0, 0, self.domain.bits)

    def coefficient(self, j: int) -> Interval:
        """That of s^(low + j)."""
        return self.c[j] if 0 <= j < len(self.c) else Interval(0, 0, self.domain.bits)

    def times_power(self, exponent: int) -> Series:
        """s^exponent f."""
        return Series(self.domain, self.low + exponent, self.c, self.tails[-1])

    def __neg__(self) -> Series:
        return Series(self.domain, self.low, [-entry for entry in self.c], -self.tails[-1])

    def __add__(self, other: Series) -> Series:
        if self.zero or other.zero:
            return other if self.zero else self
        low = min(self.low, other.low)
        end = min([low + self.domain.terms, *(f.low + len(f.c) for f in (self, other) if not f.exact)])
        terms = [self.coefficient(j - self.low) + other.coefficient(j - other.low) for j in range(low, end)]
        return Series(self.domain, low, terms, self.tail(end - self.low) + other.tail(end - other.low))

    def __radd__(self, exact: int) -> Series:
        return self + self.domain.constant(exact)

    def __sub__(self, other: Series) -> Series:
        return self + -other

    def __rmul__(self, exact: int) -> Series:
        return Series(self.domain, self.low, [exact * entry for entry in self.c], exact * self.tails[-1])

    def __mul__(self, other: Series) -> Series:
        """f g = sum of f_i s^i g over i < n, + s^n tail_f(n) g; and of s^i g, n - i terms are kept."""
        if self.zero or other.zero:
            return self if self.zero else other
        n = min(self.length, other.length)
        terms = [convolution(self.c, other.c, j) for j in range(min(n, len(self.c) + len(other.c) - 1))]
        return Series(self.domain, self.low + other.low, terms, self._product_rest(other, n))

    def _product_rest(self, other: Series, n: int) -> Interval:
        """The remainder of the product after n terms."""
        rest = self.tail(n) * other.tails[0]
        for i, entry in enumerate(self.c[:n]):
            rest = rest + entry * other.tail(n - i)
        return rest

    def square(self) -> Series:
        """f^2."""
        return self * self

    def nonnegative(self) -> Series:
        """f, which is known not to be negative."""
        return self

    def reciprocal(self) -> Series:
        """1/f = g + (1 - f g) / f for any g; this g has f g = 1 + s^n (a remainder), coefficient by coefficient."""
        if not self.c:
            raise Open("a divisor is not proved to be nonzero")
        n, bits = self.length, self.domain.bits
        inverse = Interval.of(1, bits) / self.c[0]
        g = [inverse]
        for j in range(1, n):
            g.append(-(inverse * convolution(self.c, g, j)))
        polynomial = Series(self.domain, 0, g, Interval(0, 0, bits))
        rest = -self._product_rest(polynomial, n) / self.tails[0]
        return Series(self.domain, -self.low, g, rest)

    def __truediv__(self, other: Series) -> Series:
        return self * other.reciprocal()

    def sqrt(self) -> Series:
        """sqrt(f) = h + (f - h^2) / (sqrt(f) + h) for any h > 0; this h has f - h^2 = s^n (a remainder)."""
        if self.zero:
            return self
        if self.low % 2 or not self.c:
            raise Open("a square root is not proved to be a series in s")
        n, bits = self.length, self.domain.bits
        h = [self.c[0].sqrt()]
        for j in range(1, n):
            h.append((self.coefficient(j) - convolution(h, h, j)) / (2 * h[0]))
        polynomial = Series(self.domain, 0, h, Interval(0, 0, bits))
        total = self.tails[0].sqrt() + polynomial.tails[0]
        if polynomial.tails[0].lo <= 0:
            raise Open("a square root is not proved to be positive")
        return Series(self.domain, self.low // 2, h, (self.tail(n) - polynomial._product_rest(polynomial, n)) / total)

    def arctan(self) -> Series:
        """f - f^3/3 + f^5/5 - ...: for real f, what follows after J terms is between 0 and the next term."""
        square, bits = self * self, self.domain.bits
        count = -(-self.domain.terms // (2 * max(self.low, 1))) + 1
        size = Interval.of(Fraction(1, 2 * count + 1), bits).hi
        sum_ = self.domain.constant(Interval(-size, 0, bits) if count % 2 else Interval(0, size, bits))
        for j in reversed(range(count)):
            sum_ = sum_ * square + self.domain.constant(Fraction((-1) ** j, 2 * j + 1))
        return sum_ * self

    def turn(self, area: Series) -> tuple[int, Series]:
        """(Q, y) with pi - t = Q pi / 2 + y for the angle t of the vector (self, area), area > 0."""
        if area.tails[0].lo <= 0:
            raise Open("two neurons are not proved not to be parallel")
        if self.zero:
            return 1, self
        if self.low > area.low:
            return 1, (self / area).arctan()
        if self.low == area.low:  # arctan x = arctan c + arctan((x - c) / (1 + c x)), if 1 + c x > 0
            x = self / area
            middle = (x.coefficient(0).lo + x.coefficient(0).hi) >> 1
            center = Interval(middle, middle, self.domain.bits)
            c = self.domain.constant(center)
            quotient = 1 + c * x
            if not is_positive(quotient):
                raise Open("the angle of two neurons is not proved to stay near its limit")
            return 1, self.domain.constant(center.arctan()) + ((x - c) / quotient).arctan()
        if not (self.tails[0].lo > 0 or self.tails[0].hi < 0):
            raise Open("the angle of two neurons is not proved to tend to 0 or pi")
        return 2 * (self.tails[0].lo > 0), -(area / self).arctan()

    def over(self, piece: tuple[Fraction, Fraction], shift: int = 0) -> Interval:
        """Contains s^shift f for each s > 0 of the piece; the polynomial is written in powers of s - middle first."""
        bits, low = self.domain.bits, self.low + shift
        if self.zero:
            return Interval(0, 0, bits)
        first, last = piece
        s = Interval(Interval.of(first, bits).lo, Interval.of(last, bits).hi, bits)
        if low < 0 and first == 0:
            raise Open("a function is not proved to be bounded where k tends to infinity")
        coefficients = [Interval(0, 0, bits)] * low + self.c
        rest = self.tails[-1] * power(s, len(coefficients))
        middle = Interval.of((first + last) / 2, bits)
        shifted = list(coefficients)
        for start in range(len(shifted)):
            for j in reversed(range(start, len(shifted) - 1)):
                shifted[j] = shifted[j] + middle * shifted[j + 1]
        value = horner(shifted, Interval(0, 0, bits), s - middle)[0] + rest
        return value / power(s, -low) if low < 0 else value


def power(x: Interval, exponent: int) -> Interval:
    """x^exponent, x >= 0."""
    one = Interval.of(1, x.bits)
    for _ in range(exponent):
        one = one * x
    return one


def convolution(f: Sequence[Interval], g: Sequence[Interval], j: int) -> Interval:
    """The sum of f_i g_(j-i); rounded once."""
    low = high = 0
    bits = (f or g)[0].bits
    for i in range(max(0, j - len(g) + 1), min(j + 1, len(f))):
        least, largest = ends_of_product(f[i], g[j - i])
        low += least
        high += largest
    return Interval(low >> bits, -(-high >> bits), bits)


def begins(number: Number) -> int:
    """The power of s with which a series begins; 0 for intervals."""
    return (UNBOUNDED if number.zero else number.low) if isinstance(number, Series) else 0


UNBOUNDED = 10**6  # the power of s with which 0 begins
