"""Outward-rounded dyadic arithmetic on Python's integers, with elementary functions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from operator import mul

from .outcomes import Open


class Interval:
    """All real numbers from lo 2^-bits to hi 2^-bits, with integers lo <= hi.

    Every operation returns an interval that contains the result for all members of its arguments: lower ends are
    rounded down (`>>` and `//` of integers are exact floors), upper ends up (`-(-x >> bits)` is an exact ceiling).
    Two intervals meet only with the same `bits`. `a < b` and `a <= b` are True only if that holds for all members.
    """

    __slots__ = ("bits", "hi", "lo")

    def __init__(self, lo: int, hi: int, bits: int) -> None:
        self.lo, self.hi, self.bits = lo, hi, bits

    @classmethod
    def of(cls, center: Fraction | int, bits: int, radius: Fraction | int = 0) -> Interval:
        """The numbers within `radius` >= 0 of an exact center."""
        low, high = Fraction(center - radius), Fraction(center + radius)
        return cls((low.numerator << bits) // low.denominator, -((-high.numerator << bits) // high.denominator), bits)

    def at(self, bits: int) -> Interval:
        """The same numbers with other bits; outward, where digits are lost."""
        if bits >= self.bits:
            return Interval(self.lo << (bits - self.bits), self.hi << (bits - self.bits), bits)
        return Interval(self.lo >> (self.bits - bits), -(-self.hi >> (self.bits - bits)), bits)

    def __repr__(self) -> str:
        return f"[{self.lo / 2**self.bits:.17g}, {self.hi / 2**self.bits:.17g}]"

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.lo + other.lo, self.hi + other.hi, self.bits)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.lo - other.hi, self.hi - other.lo, self.bits)

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo, self.bits)

    def __radd__(self, exact: int) -> Interval:
        return Interval((exact << self.bits) + self.lo, (exact << self.bits) + self.hi, self.bits)

    def __rmul__(self, exact: int) -> Interval:
        ends = (exact * self.lo, exact * self.hi)
        return Interval(min(ends), max(ends), self.bits)

    def __mul__(self, other: Interval) -> Interval:
        low, high = ends_of_product(self, other)
        return Interval(low >> self.bits, -(-high >> self.bits), self.bits)

    def __truediv__(self, other: Interval) -> Interval:
        if other.lo <= 0 <= other.hi:
            raise Open("a divisor is not proved to be nonzero")
        if other.hi < 0:
            return -self / -other
        low = (self.lo << self.bits) // (other.hi if self.lo >= 0 else other.lo)
        high = -((-self.hi << self.bits) // (other.lo if self.hi >= 0 else other.hi))
        return Interval(low, high, self.bits)

    def __lt__(self, other: Interval) -> bool:
        return self.hi < other.lo

    def __le__(self, other: Interval) -> bool:
        return self.hi <= other.lo

    def __abs__(self) -> Interval:
        low = 0 if self.lo <= 0 <= self.hi else min(abs(self.lo), abs(self.hi))
        return Interval(low, max(-self.lo, self.hi), self.bits)

    def meet(self, other: Interval) -> Interval:
        """What two intervals that contain the same number have in common."""
        low, high = max(self.lo, other.lo), min(self.hi, other.hi)
        if low > high:
            raise RuntimeError("two enclosures of one number are disjoint")
        return Interval(low, high, self.bits)

    def square(self) -> Interval:
        """The squares, which are never negative."""
        size = abs(self)
        return Interval(size.lo * size.lo >> self.bits, -(-size.hi * size.hi >> self.bits), self.bits)

    def nonnegative(self) -> Interval:
        """The members that are not negative, of an enclosure of a number that is known not to be."""
        return self.meet(Interval(0, max(self.hi, 0), self.bits))

    def sqrt(self) -> Interval:
        """The square roots: isqrt is the exact floor, and the ceiling of sqrt(x) is floor(sqrt(x - 1)) + 1, x > 0."""
        if self.lo < 0:
            raise Open("the argument of a square root is not proved to be >= 0")
        high = self.hi << self.bits
        return Interval(math.isqrt(self.lo << self.bits), math.isqrt(high - 1) + 1 if high else 0, self.bits)

    def arctan(self) -> Interval:
        """The arctangent, which increases: from the ends."""
        one = 1 << self.bits
        low = direction(one, self.lo, self.bits) if self.lo >= 0 else -direction(one, -self.lo, self.bits)
        high = direction(one, self.hi, self.bits) if self.hi >= 0 else -direction(one, -self.hi, self.bits)
        return Interval(low.lo, high.hi, self.bits)

    def exp(self) -> Interval:
        """The exponential function, which increases: from the ends."""
        return Interval(_exp(self.lo, self.bits).lo, _exp(self.hi, self.bits).hi, self.bits)

    def log(self) -> Interval:
        """The natural logarithm, which increases: from the ends."""
        if self.lo <= 0:
            raise Open("the argument of a logarithm is not proved to be positive")
        return Interval(_log(self.lo, self.bits).lo, _log(self.hi, self.bits).hi, self.bits)


def ends_of_product(x: Interval, y: Interval) -> tuple[int, int]:
    """The least and the largest product of members, not rounded: in units of 2^(-2 bits)."""
    a, b, c, d = x.lo, x.hi, y.lo, y.hi
    if c >= 0:
        return a * (c if a >= 0 else d), b * (d if b >= 0 else c)
    if d <= 0:
        return b * (c if b >= 0 else d), a * (d if a >= 0 else c)
    if a >= 0:
        return b * c, b * d
    if b <= 0:
        return a * d, a * c
    return min(a * d, b * c), max(a * c, b * d)


Vector = list[Interval]
Matrix = list[list[Interval]]


def total(terms: Iterable[Interval], bits: int) -> Interval:
    """The sum; 0 for no terms."""
    low = high = 0
    for term in terms:
        low += term.lo
        high += term.hi
    return Interval(low, high, bits)


def dot(first: Vector, second: Vector) -> Interval:
    """The inner product of two vectors that are not empty."""
    return total(map(mul, first, second), first[0].bits)


def norm(vector: Vector) -> Interval:
    """The Euclidean norm. The squares are summed exactly, so nothing is lost for short vectors."""
    sizes = [abs(entry) for entry in vector]
    low = math.isqrt(sum(size.lo * size.lo for size in sizes))
    high = sum(size.hi * size.hi for size in sizes)
    return Interval(low, math.isqrt(high - 1) + 1 if high else 0, vector[0].bits)


def _arctan_series(z: int, bits: int) -> tuple[int, int]:
    """An integer t and a bound e with |2^bits arctan(u) - t| <= e, where u = z / 2^bits and 0 <= u <= 1/2.

    arctan u = u - u^3/3 + u^5/5 - ... Write a_j = 2^bits u^(2j+1) and P_j for `power` in round j; P_0 = a_0. Claim:
    0 <= a_j - P_j <= 2. With x = 2^bits u^2 - h, 0 <= h < 1, as computed,
        a_(j+1) - P_(j+1) = (a_j - P_j) u^2 + P_j h / 2^bits + (what the floor drops) < 2/4 + 1/2 + 1 = 2.
    So each summand P_j // (2j+1) is less than a_j / (2j+1) by at most 2 + 1 = 3. When P_J = 0, the rest of the series
    alternates with decreasing terms, so it is at most its first term, a_J / (2J+1) <= 2. In all 3 J + 2.
    """
    x = z * z >> bits
    power, sum_, j = z, 0, 0
    while power:
        sum_ += (-1) ** j * (power // (2 * j + 1))
        power = power * x >> bits
        j += 1
    return sum_, 3 * j + 2


@lru_cache(maxsize=64)
def pi(bits: int) -> Interval:
    """Machin: pi = 16 arctan(1/5) - 4 arctan(1/239). The floors of the arguments cost at most 1, as |arctan'| <= 1."""
    w = bits + 16 + bits.bit_length()
    a, a_error = _arctan_series((1 << w) // 5, w)
    b, b_error = _arctan_series((1 << w) // 239, w)
    value, error = 16 * a - 4 * b, 16 * (a_error + 1) + 4 * (b_error + 1)
    return Interval(value - error, value + error, w).at(bits)


def direction(x: int, y: int, bits: int) -> Interval:
    """The angle in [0, pi] of the vector (x, y), which is not zero, with y >= 0.

    With |y| <= x (else pi/2 minus the angle of (y, x), or pi minus that of (-x, y)) it is arctan(y/x). Let z / 2^w be
    the floor of y/x to w bits, with an error of at most 1 in units of 2^-w. Each halving of the angle is
    z -> z / (1 + sqrt(1 + z^2)), whose derivative tan(a/2)' has the size at most 1/2; the floor of the root costs at
    most 1/4 (z / (1 + root)^2 <= 1/4), that of the quotient 1. So the error e becomes at most e/2 + 5/4, and stays at
    most 5/2 < 3. One halving makes z at most tan(pi/8) < 1/2. After h of them the angle is 2^h times the series, whose
    argument has the error 3, and |arctan'| <= 1.
    """
    if x < 0:
        return pi(bits) - direction(-x, y, bits)
    if y > x:
        half = pi(bits + 1)
        return Interval(half.lo, half.hi, bits + 2).at(bits) - direction(y, x, bits)
    halvings = 1 + math.isqrt(bits) // 2
    w = bits + halvings + 16 + bits.bit_length()
    one, z = 1 << w, (y << w) // x
    for _ in range(halvings):
        z = (z << w) // (one + math.isqrt((one << w) + z * z))
    value, error = _arctan_series(z, w)
    return Interval(value - error - 3 << halvings, value + error + 3 << halvings, w).at(bits)


def _exp(x: int, bits: int) -> Interval:
    """exp(x / 2^bits): halved h times to y, 0 <= y <= 1/2, Taylor's polynomial, squared h times.

    The remainder after the term y^j / j! is at most e^(1/2) y^(j+1) / (j+1)! < 2 y^j / j!.
    """
    if x < 0 and -x >> bits >= bits:
        return Interval(0, 1, bits)  # e^-bits < 2^-bits
    if abs(x) >> bits > 1 << 16:
        raise Open("the argument of an exponential function is too large")
    if x < 0:
        w = 2 * bits + 2
        return (Interval(1 << w, 1 << w, w) / _exp(-x, bits).at(w)).at(bits)
    halvings = max(0, x.bit_length() - bits + 1)
    w = bits + 16 + 2 * halvings + 2 * (x >> bits) + bits.bit_length()
    y = Interval(x, x, bits + halvings).at(w)
    term = sum_ = Interval(1 << w, 1 << w, w)
    j = 0
    while term.hi > 1:
        j += 1
        term = term * y
        term = Interval(term.lo // j, -(-term.hi // j), w)
        sum_ = sum_ + term
    sum_ = Interval(sum_.lo, sum_.hi + 2 * term.hi, w)
    for _ in range(halvings):
        sum_ = sum_.square()
    return sum_.at(bits)


def _log(x: int, bits: int) -> Interval:
    """log(x / 2^bits), x > 0: with x = 2^e y and 1 <= y < 2 it is log y + (e - bits) log 2.

    y = (1 + z) / (1 - z) for z = (y - 1) / (y + 1), so log y = 2 artanh z; likewise log 2 = 2 artanh(1/3).
    """
    e = x.bit_length() - 1
    w = bits + 16 + (e + bits).bit_length() + bits.bit_length()
    y = Interval(x, x, e).at(max(w, e))
    one = Interval(1 << y.bits, 1 << y.bits, y.bits)
    third = Interval.of(Fraction(1, 3), y.bits)
    return (2 * _artanh((y - one) / (y + one)) + (2 * (e - bits)) * _artanh(third)).at(bits)


def _artanh(z: Interval) -> Interval:
    """z + z^3/3 + z^5/5 + ... for 0 <= z <= 1/3: what follows z^(2j+1)/(2j+1) is at most an eighth of that."""
    square, power, sum_, j = z.square(), z, z, 0
    while power.hi > 1:
        j += 1
        power = power * square
        sum_ = sum_ + Interval(power.lo // (2 * j + 1), -(-power.hi // (2 * j + 1)), z.bits)
    return Interval(sum_.lo, sum_.hi + power.hi, z.bits)


def smallness(x: Fraction) -> int:
    """How many bits after the point |x| is below 1; 0 for x = 0, and for |x| >= 1."""
    return max(0, x.denominator.bit_length() - abs(x.numerator).bit_length() + 1) if x else 0


def ends(x: Interval) -> tuple[Fraction, Fraction]:
    """The least and the largest member."""
    return Fraction(x.lo, 1 << x.bits), Fraction(x.hi, 1 << x.bits)
