#!/usr/bin/env python3
"""A second checker of certificates, in one file, with nothing but Python's standard library.

    python check.py CERTIFICATE...

It was written from docs/CERTIFICATE.md and shares no code with `verify/checker`: its own reader of JSON, its own
interval arithmetic on integers, its own way to every number, its own test of the signs of eigenvalues. No float takes
part in a decision. docs/INDEPENDENT.md is a guide to reading it: where each hypothesis of each rule is checked.

1. Outcomes                  what the answer can be, and the time limit
2. Intervals                 outward-rounded dyadic arithmetic, elementary functions
3. Jets                      values with first and second derivatives in three variables
4. Dual kernels              of ReLU, leaky ReLU and erf, as jets in p = |w|^2, q = w.v, s = |v|^2
5. The loss                  value, gradient, Hessian, M, by the chain rule
6. Signs of eigenvalues      a congruence to a diagonally dominant matrix, in exact integers
7. Strict and spurious minima, saddles     the rules
   7.1 Symmetric points                    the loss of symmetric students, components, the rules
   7.2 Statements about every k            series in s = k^(-1/2), the rule
8. JSON                      text to strings, integers, lists and objects
9. Certificates              fields; statement and witness of section 7
10. Rational numbers         semidefinite matrices, linear equations
11. Empirical risks          the loss: exact expansions; intervals with derivatives
12. Empirical risks          the statements
13. Semidefinite programs    data files, bounds
14. Matrices, polynomials, quadratic networks
15. The kinds, and documents
16. Manifests
17. Files and verdicts
18. Command line
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import re
import stat
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from operator import mul
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeVar

# 1. Outcomes -------------------------------------------------------------------------------------------------------


class MalformedError(Exception):
    """The file breaks a "must" of the specification."""


class Refuted(Exception):
    """A hypothesis is proved false."""


class Open(Exception):
    """A hypothesis is neither proved nor proved false."""


class Clock:
    """The time limit of one certificate, in seconds."""

    def __init__(self, limit: float) -> None:
        self._end = time.monotonic() + limit

    def tick(self) -> None:
        """Called between steps of bounded length."""
        if time.monotonic() > self._end:
            raise Open("the time limit passed; raise --time-limit")


def decide(proved: bool, refuted: bool, otherwise: str) -> None:
    """Go on only if `proved`. Both are True only if they are theorems; both False is the honest answer "open"."""
    if not proved:
        raise Refuted(otherwise) if refuted else Open(f"not proved, and not disproved: {otherwise}")


@contextmanager
def named(part: str) -> Iterator[None]:
    """Say in an outcome which part of a statement it is about."""
    try:
        yield
    except (Refuted, Open) as outcome:
        raise type(outcome)(f"{part}: {outcome}") from None


# 2. Intervals ------------------------------------------------------------------------------------------------------


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
        a, b, c, d = self.lo, self.hi, other.lo, other.hi
        if a >= 0 and c >= 0:
            low, high = a * c, b * d
        else:
            ends = (a * c, a * d, b * c, b * d)
            low, high = min(ends), max(ends)
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


# 3. Jets -----------------------------------------------------------------------------------------------------------

PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
SEAT = {pair: seat for seat, (a, b) in enumerate(PAIRS) for pair in ((a, b), (b, a))}


class Jet:
    """A function of three variables at all points of a box: enclosures of value, first and second derivatives.

    `second` is in the order of PAIRS, or None if the second derivatives are not bounded or not wanted.
    """

    __slots__ = ("first", "second", "value")

    def __init__(self, value: Interval, first: Vector, second: Vector | None) -> None:
        self.value, self.first, self.second = value, first, second

    @classmethod
    def variable(cls, seat: int, value: Interval, order: int) -> Jet:
        """The coordinate function number `seat`, with derivatives up to `order`, 1 or 2."""
        bits = value.bits
        first = [Interval(one << bits, one << bits, bits) for one in (seat == 0, seat == 1, seat == 2)]
        return cls(value, first, [Interval(0, 0, bits)] * 6 if order == 2 else None)

    def plus(self, exact: int) -> Jet:
        """The sum with an exact integer."""
        return Jet(exact + self.value, self.first, self.second)

    def times(self, factor: Interval) -> Jet:
        """The product with a constant."""
        second = None if self.second is None else [factor * entry for entry in self.second]
        return Jet(factor * self.value, [factor * entry for entry in self.first], second)

    def __add__(self, other: Jet) -> Jet:
        second = None
        if self.second is not None and other.second is not None:
            second = [a + b for a, b in zip(self.second, other.second, strict=True)]
        return Jet(self.value + other.value, [a + b for a, b in zip(self.first, other.first, strict=True)], second)

    def __mul__(self, other: Jet) -> Jet:
        """Leibniz: (f g)_ab = f_ab g + f_a g_b + f_b g_a + f g_ab."""
        f, g, fs, gs = self.value, other.value, self.first, other.first
        second = None
        if self.second is not None and other.second is not None:
            second = [
                ff * g + fs[a] * gs[b] + fs[b] * gs[a] + f * gg
                for (a, b), ff, gg in zip(PAIRS, self.second, other.second, strict=True)
            ]
        return Jet(f * g, [a * g + f * b for a, b in zip(fs, gs, strict=True)], second)

    def compose(self, value: Interval, slope: Interval, curvature: Interval | None) -> Jet:
        """h(f), from h, h' and h'' at f: (h(f))_ab = h''(f) f_a f_b + h'(f) f_ab."""
        second = None
        if self.second is not None and curvature is not None:
            second = [
                curvature * (self.first[a] * self.first[b]) + slope * ff
                for (a, b), ff in zip(PAIRS, self.second, strict=True)
            ]
        return Jet(value, [slope * entry for entry in self.first], second)

    def sqrt(self) -> Jet:
        """With h' = 1 / (2 h), h'' = -1 / (4 h^3)."""
        root = self.value.sqrt()
        slope = Interval.of(1, root.bits) / (2 * root)
        return self.compose(root, slope, -(slope / (2 * self.value)))

    def reciprocal(self) -> Jet:
        """With h' = -h^2, h'' = 2 h^3."""
        value = Interval.of(1, self.value.bits) / self.value
        return self.compose(value, -value.square(), 2 * (value * value.square()))

    def arctan(self) -> Jet:
        """With h' = 1 / (1 + f^2), h'' = -2 f h'^2."""
        slope = Interval.of(1, self.value.bits) / (1 + self.value.square())
        return self.compose(self.value.arctan(), slope, -2 * (self.value * slope.square()))


# 4. Dual kernels ---------------------------------------------------------------------------------------------------


def half_lines(slope: Fraction, variables: Sequence[Jet], area: Interval) -> Jet:
    """kappa of leaky ReLU as a jet in p, q, s, from `area`, which encloses A = sqrt(p s - q^2).

    2 pi kappa^0 = A + (pi - t) q = sqrt(p s) f(cos t) with f(y) = sqrt(1 - y^2) + (pi - arccos y) y. Its derivatives
    are f' = -y / sqrt(1 - y^2) + (pi - arccos y) + y / sqrt(1 - y^2) = pi - t, and f'' = 1 / sqrt(1 - y^2) = 1 / sin t.
    So the first derivatives need no A > 0: they are continuous, as the specification says of its own formulas, with
    which these agree as identities. Where sin t is not proved positive, the jet has no second derivatives. For narrow
    results f(y) = (f(y) - m y) + m y with a constant m near f'; and sqrt(p s) m cos t is m q.
    """
    p, q, s = variables
    bits = area.bits
    root = (p * s).sqrt()
    cosine = q * root.reciprocal()
    sine = area / root.value
    rest = pi(bits) - angle(q.value, area)
    curvature = Interval.of(1, bits) / sine if sine.lo > 0 else None
    middle = Interval((rest.lo + rest.hi) >> 1, (rest.lo + rest.hi) >> 1, bits)
    bent = root * cosine.compose(sine + (rest - middle) * cosine.value, rest - middle, curvature)
    strength = Interval.of((1 - slope) ** 2, bits) / (2 * pi(bits))
    return (bent + q.times(middle)).times(strength) + q.times(Interval.of(slope, bits))


def angle(x: Interval, y: Interval) -> Interval:
    """The angle in [0, pi] of every nonzero vector (x, y) with y >= 0, from the corners of the box that bound it.

    It decreases in x; in y it increases where x > 0 and decreases where x < 0.
    """
    left, right = (x.lo, y.hi if x.lo > 0 else y.lo), (x.hi, y.lo if x.hi > 0 else y.hi)
    low = direction(*right, x.bits).lo if any(right) else 0
    high = direction(*left, x.bits).hi if any(left) else pi(x.bits).hi
    return Interval(max(low, 0), high, x.bits)


def error_function(variables: Sequence[Jet], square: Interval) -> Jet:
    """kappa of erf: (2/pi) arctan(2 q / R), R^2 = (1 + 2p)(1 + 2s) - 4 q^2 = 1 + 2p + 2s + 4 `square`."""
    p, q, s = variables
    two = Interval.of(2, q.value.bits)
    inside = p.times(two).plus(1) * s.times(two).plus(1) + (q * q).times(-2 * two)
    inside.value = inside.value.meet(1 + 2 * (p.value + s.value) + 4 * square)
    return (q.times(two) * inside.sqrt().reciprocal()).arctan().times(two / pi(two.bits))


def alone(slope: Fraction | None, p: Jet) -> Jet:
    """phi(p) = kappa(w, w)."""
    bits = p.value.bits
    if slope is not None:
        return p.times(Interval.of((1 + slope**2) / 2, bits))
    two = Interval.of(2, bits)
    return (p.times(two) * p.times(2 * two).plus(1).sqrt().reciprocal()).arctan().times(two / pi(bits))


# 5. The loss -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Landscape:
    """A population loss; `slope` is None for erf. `orthonormal` says that the teacher was given as such."""

    slope: Fraction | None
    teacher: list[list[Fraction]]
    orthonormal: bool
    n: int

    @property
    def k(self) -> int:
        """The number of teacher neurons."""
        return len(self.teacher)

    @property
    def d(self) -> int:
        """The input dimension."""
        return len(self.teacher[0])


@dataclass(frozen=True)
class Pair:
    """kappa at two neurons as a jet, and for leaky ReLU bounds that hold without its second derivatives.

    The block h1 in the first neuron lies between 0 and `own` I, that in the second between 0 and `other` I, and
    |h2 - kappa_q I| <= `mixed` (docs/CERTIFICATE.md, "Parallel limits").
    """

    jet: Jet
    own: Interval | None = None
    other: Interval | None = None
    mixed: Interval | None = None

    def exchanged(self) -> Pair:
        """The same with the neurons exchanged: p and s change places."""
        jet, second = self.jet, None
        if jet.second is not None:
            pp, pq, ps, qq, qs, ss = jet.second
            second = [ss, qs, ps, qq, pq, pp]
        return Pair(Jet(jet.value, jet.first[::-1], second), self.other, self.own, self.mixed)


class Loss:
    """The loss at all students of a box: W (n x d) of intervals, derivatives of the kernel up to `order`."""

    def __init__(self, land: Landscape, W: Matrix, bits: int, order: int, clock: Clock) -> None:
        self.land, self.W, self.bits, self.order, self.clock = land, W, bits, order, clock
        self.V = [[Interval.of(entry, bits) for entry in row] for row in land.teacher]
        self.alone = [self._alone(w) for w in W]
        self.inner = {(i, j): self._pair(W[i], W[j]) for i in range(len(W)) for j in range(i + 1, len(W))}
        self.outer = {(i, j): self._pair(w, v) for i, w in enumerate(W) for j, v in enumerate(self.V)}

    def _alone(self, w: Vector) -> Jet:
        square = total((entry.square() for entry in w), self.bits)
        return alone(self.land.slope, Jet.variable(0, square, self.order))

    def _pair(self, w: Vector, v: Vector) -> Pair:
        self.clock.tick()
        p, s = (total((entry.square() for entry in row), self.bits) for row in (w, v))
        q = dot(w, v)
        variables = [Jet.variable(seat, value, self.order) for seat, value in enumerate((p, q, s))]
        square = (p * s - q.square()).nonnegative()
        if self.land.slope is None:
            return Pair(error_function(variables, square))
        if square.lo << 1 < square.hi:
            # Lagrange: p s - q^2 is the sum of the squared 2 x 2 minors; narrower for neurons that are nearly parallel.
            minors = (w[a] * v[b] - w[b] * v[a] for a in range(len(w)) for b in range(a))
            square = square.meet(total((minor.square() for minor in minors), self.bits))
        area = square.sqrt()
        strength = Interval.of((1 - self.land.slope) ** 2, self.bits) * area / pi(self.bits)
        return Pair(
            half_lines(self.land.slope, variables, area),
            Interval(0, (strength / p).hi, self.bits),
            Interval(0, (strength / s).hi, self.bits),
            Interval(0, (strength / (2 * (p * s).sqrt())).hi, self.bits),
        )

    def pairs(self, i: int) -> list[tuple[int, Vector, Pair]]:
        """Sign, neuron and kernel of each pair that student neuron i is the first of."""
        before = [(1, self.W[j], self.inner[j, i].exchanged()) for j in range(i)]
        after = [(1, self.W[j], self.inner[i, j]) for j in range(i + 1, len(self.W))]
        return before + after + [(-1, v, self.outer[i, j]) for j, v in enumerate(self.V)]

    def value(self) -> Interval:
        """F, with the teacher's own terms: twice F is even in all of them."""
        twice = [jet.value for jet in self.alone] + [self._alone(v).value for v in self.V]
        twice += [2 * pair.jet.value for pair in self.inner.values()]
        twice += [-2 * pair.jet.value for pair in self.outer.values()]
        twice += [2 * self._pair(self.V[j], v).jet.value for i, v in enumerate(self.V) for j in range(i)]
        double = total(twice, self.bits)
        return Interval(double.lo >> 1, -(-double.hi >> 1), self.bits)

    def gradient(self) -> Vector:
        """grad F as n d numbers: the chain rule with p = |w|^2, q = w.v gives 2 kappa_p w + kappa_q v for each pair."""
        gradient = []
        for i, w in enumerate(self.W):
            pairs = [(sign * pair.jet.first[1], v) for sign, v, pair in self.pairs(i)]
            own = self._coordinate(i)
            gradient += [own * w[a] + total((weight * v[a] for weight, v in pairs), self.bits) for a in range(len(w))]
        return gradient

    def _coordinate(self, i: int) -> Interval:
        """M_ii: 2 (d/dp) of all terms of neuron i, where d/dp of half of phi is phi'/2."""
        slopes = (2 * sign * pair.jet.first[0] for sign, _, pair in self.pairs(i))
        return self.alone[i].first[0] + total(slopes, self.bits)

    def new_coordinate(self) -> Matrix:
        """M (n x n), the Hessian's block of each new input coordinate."""
        size = range(len(self.W))
        other = {pair: kernel.jet.first[1] for pair, kernel in self.inner.items()}
        return [[self._coordinate(i) if i == j else other[min(i, j), max(i, j)] for j in size] for i in size]

    def hessian(self) -> Matrix:
        """The symmetric n d x n d matrix of second derivatives, row by row of W; each entry is enclosed once."""
        n, d = len(self.W), len(self.W[0])
        blocks = {(i, j): self._own(i) if i == j else self._mixed(i, j) for i in range(n) for j in range(i, n)}
        at = [(i, a) for i in range(n) for a in range(d)]
        upper = [[blocks[i, j][a][b] for j, b in at[place:]] for place, (i, a) in enumerate(at)]
        return [[upper[min(x, y)][abs(x - y)] for y in range(n * d)] for x in range(n * d)]

    def _own(self, i: int) -> Matrix:
        """H_ii: phi' I + 2 phi'' w w^T, and for each pair h1, the derivative of 2 kappa_p w + kappa_q v in w."""
        w, jet, zero = self.W[i], self.alone[i], Interval(0, 0, self.bits)
        block = self._block(w, w, jet.first[0], jet.second and [2 * jet.second[0], zero, zero, zero], None)
        for sign, v, pair in self.pairs(i):
            coefficients = bounds = None
            if pair.jet.second is not None:
                pp, pq, _, qq, _, _ = pair.jet.second
                coefficients = [4 * pp, 2 * pq, 2 * pq, qq]
            if pair.own is not None:
                # A symmetric matrix between 0 and b I is b/2 I plus one of norm at most b/2.
                half = -(-pair.own.hi >> 1)
                bounds = pair.own, Interval(-half, half, self.bits)
            h1 = self._block(w, v, 2 * pair.jet.first[0], coefficients, bounds)
            block = [[x + sign * y for x, y in zip(*rows, strict=True)] for rows in zip(block, h1, strict=True)]
        return block

    def _mixed(self, i: int, j: int) -> Matrix:
        """H_ij = h2, i < j: the derivative of 2 kappa_p w + kappa_q v in v."""
        pair, coefficients, bounds = self.inner[i, j], None, None
        kappa_q = pair.jet.first[1]
        if pair.jet.second is not None:
            _, pq, ps, qq, qs, _ = pair.jet.second
            coefficients = [2 * pq, 4 * ps, qq, 2 * qs]
        if pair.mixed is not None:
            off = Interval(-pair.mixed.hi, pair.mixed.hi, self.bits)
            bounds = kappa_q + off, off
        return self._block(self.W[i], self.W[j], kappa_q, coefficients, bounds)

    def _block(
        self, w: Vector, v: Vector, scalar: Interval, coefficients: Vector | None, bounds: Sequence[Interval] | None
    ) -> Matrix:
        """c_ww w w^T + c_wv w v^T + c_vw v w^T + c_vv v v^T + scalar I, where the coefficients are known, within the
        bounds of the diagonal and of the other entries, where there are any."""
        self.clock.tick()
        size = range(len(w))
        if coefficients is None:
            if bounds is None:
                raise RuntimeError("neither second derivatives nor bounds")
            return [[bounds[a != b] for b in size] for a in size]
        ww, wv, vw, vv = coefficients
        rows = []
        for a in size:
            left, right = ww * w[a] + vw * v[a], wv * w[a] + vv * v[a]
            row = [left * x + right * y for x, y in zip(w, v, strict=True)]
            row[a] = row[a] + scalar
            rows.append(row if bounds is None else [entry.meet(bounds[a != b]) for b, entry in enumerate(row)])
        return rows


# 6. Signs of eigenvalues -------------------------------------------------------------------------------------------

Integers = list[list[int]]


@dataclass(frozen=True)
class Symmetric:
    """All symmetric matrices M, in units of 2^-bits, with absolute row sums of M - mid at most `spread`, row by row.

    With S the diagonal matrix of the spreads, S + M - mid and S - (M - mid) are diagonally dominant, so positive
    semidefinite: M is between mid - S and mid + S, and so are its eigenvalues, in order (Courant-Fischer).
    """

    mid: Integers
    spread: list[int]
    bits: int

    @classmethod
    def enclosing(cls, H: Matrix) -> Symmetric:
        """The midpoints of a matrix of intervals, rounded down, and the sums of the radii, at least.

        Only the lower triangle is looked at: where the two enclosures of an entry differ, mid must be symmetric still.
        """
        H = [[H[max(a, b)][min(a, b)] for b in range(len(H))] for a in range(len(H))]
        mid = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in H]
        spread = [sum(entry.hi - m for entry, m in zip(*rows, strict=True)) for rows in zip(H, mid, strict=True)]
        return cls(mid, spread, H[0][0].bits)

    def bound(self, sign: int, shift: int = 0) -> Integers:
        """mid + shift I + sign S."""
        diagonal = [shift + sign * entry for entry in self.spread]
        return [[x + diagonal[a] if a == b else x for b, x in enumerate(row)] for a, row in enumerate(self.mid)]


def congruence(A: Integers, bits: int, clock: Clock) -> tuple[list[int], Integers]:
    """Signs and rows x_j for which x_i A x_j^T is nearly 0 for i != j, and nearly the sign for i = j.

    Nothing is promised: what uses them proves what it needs. If a pivot is too small, they are fewer than A's rows.

    It is Gaussian elimination of rows and columns alike, on integers, with the largest diagonal entry as the pivot; if
    that is small beside its row, a row is added to it first, which makes it large (Lagrange).
    """
    A = [row[:] for row in A]
    active = [[(a == b) << bits for b in range(len(A))] for a in range(len(A))]
    signs, X = [], []
    while active:
        clock.tick()
        p = max(range(len(A)), key=lambda j: abs(A[j][j]))
        q = max(range(len(A)), key=lambda j: abs(A[p][j]))
        if abs(A[p][q]) >> 8 > abs(A[p][p]):
            A[p] = [x + y for x, y in zip(A[p], A[q], strict=True)]
            for row in A:
                row[p] += row[q]
            active[p] = [x + y for x, y in zip(active[p], active[q], strict=True)]
        line, vector = A.pop(p), active.pop(p)
        pivot = line.pop(p)
        if abs(pivot) >> (bits // 4) == 0:
            break
        for j, row in enumerate(A):
            factor = (row.pop(p) << bits) // pivot
            if factor:
                A[j] = [x - (factor * y >> bits) for x, y in zip(row, line, strict=True)]
                active[j] = [x - (factor * y >> bits) for x, y in zip(active[j], vector, strict=True)]
        root = math.isqrt(abs(pivot) << bits)
        signs.append(1 if pivot > 0 else -1)
        X.append([(x << bits) // root for x in vector])
    return signs, X


def apply(A: Integers, x: list[int]) -> list[int]:
    """A x, exactly."""
    return [sum(map(mul, row, x)) for row in A]


def inertia(A: Integers, bits: int, clock: Clock) -> tuple[int, int] | None:
    """The numbers of negative and positive eigenvalues of a symmetric integer matrix, or None if not proved.

    With X of `congruence`, G = X A X^T is computed exactly. If each |G_jj| exceeds the sum of the other |G_ji|, then
    no matrix diag(G) + tau (G - diag(G)), 0 <= tau <= 1, is singular (Gershgorin), so G has the signs of its diagonal;
    and X is invertible, so by Sylvester's law of inertia A has the signs of G.
    """
    _, X = congruence(A, bits, clock)
    if len(X) < len(A):
        return None
    negative, excess = 0, [0] * len(X)
    for j, x in enumerate(X):
        clock.tick()
        *row, diagonal = apply(X[: j + 1], apply(A, x))
        negative += diagonal < 0
        excess[j] += abs(diagonal) - sum(map(abs, row))
        for i, entry in enumerate(row):
            excess[i] -= abs(entry)
    return (negative, len(A) - negative) if min(excess) > 0 else None


def inverse(M: Symmetric, clock: Clock) -> Integers:
    """Y = X^T diag(signs) X, rounded, which is about the inverse of mid, in units of 2^-bits."""
    signs, X = congruence(M.mid, M.bits, clock)
    if len(X) < len(M.mid):
        raise Open("a matrix was not inverted")
    columns = [list(column) for column in zip(*X, strict=True)]
    return [[entry >> M.bits for entry in apply(columns, list(map(mul, signs, column)))] for column in columns]


def residual(Y: Integers, columns: Integers, spread: list[int], bits: int, clock: Clock) -> Interval:
    """At least |I - Y J| in the maximum norm, for each J whose J - mid has absolute row sums within `spread`.

    Y comes by rows, mid by columns; both, and `spread`, in units of 2^-bits.
    """
    largest = 0
    for a, y in enumerate(Y):
        clock.tick()
        # |I - Y J| <= |I - Y mid| + |Y| |J - mid|, in the sum over row a, in units of 2^-2bits.
        rest = apply(columns, y)
        rest[a] -= 1 << 2 * bits
        largest = max(largest, sum(map(abs, rest)) + sum(map(mul, map(abs, y), spread)))
    return Interval(largest, largest, 2 * bits)


def has_negative(M: Symmetric, clock: Clock) -> bool:
    """True only if every matrix of M has a negative eigenvalue: x^T (mid + S) x < 0 for some x."""
    upper = M.bound(1)
    for sign, x in zip(*congruence(M.mid, M.bits, clock), strict=True):
        clock.tick()
        if sign < 0 and sum(map(mul, x, apply(upper, x))) < 0:
            return True
    return False


def prove_bounded_below(what: str, wide: Matrix, center: Callable[[], Matrix], m: Fraction, clock: Clock) -> None:
    """Each symmetric matrix in `wide` has all eigenvalues above m >= 0. Refuted if `center()` has one below."""
    M = Symmetric.enclosing(wide)
    shifted = M.bound(-1, -Interval.of(m, M.bits).hi)
    if inertia(shifted, M.bits, clock) == (0, len(shifted)):
        return
    M = Symmetric.enclosing(center())
    M = Symmetric(M.bound(0, -Interval.of(m, M.bits).lo), M.spread, M.bits)
    decide(False, has_negative(M, clock), f"{what} has no eigenvalue below the bound")


# 7. Strict and spurious minima, saddles ----------------------------------------------------------------------------

MAX_UNKNOWNS_HERE = 1024


class Smooth(Protocol):
    """A loss at all points of a box on which it is twice continuously differentiable; its unknowns are in one row."""

    bits: int
    clock: Clock

    def value(self) -> Interval:
        """F."""

    def gradient(self) -> Vector:
        """The first derivatives."""

    def hessian(self) -> Matrix:
        """The second derivatives, symmetric."""


@dataclass(frozen=True)
class EnclosedPoint:
    """A critical point within a ball or a box: what is claimed of it, and the steps that prove it.

    `bounds` is (m,) for the minima and (a, b) for a saddle; `directions` is empty for the minima.
    """

    claimed: str
    center: list[list[Fraction]]
    radius: Fraction
    value: tuple[Fraction, Fraction]
    bounds: list[Fraction]
    inertia: tuple[int, int] | None
    precision: int
    better: list[list[Fraction]] | None
    directions: list[list[Fraction]]

    def curvatures(self) -> str:
        """What is claimed of the Hessian's eigenvalues at the critical point."""
        if not self.directions:
            return f"Hessian >= {brief(self.bounds[0])}"
        signs = "" if self.inertia is None else ", {} eigenvalues < 0 and {} > 0 of them".format(*self.inertia)
        return f"one Hessian eigenvalue <= {brief(self.bounds[0])} and one >= {brief(self.bounds[1])}{signs}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> Smooth:
        """The loss on a box, with derivatives up to `order`."""
        raise NotImplementedError

    def middle(self, small: int) -> Matrix:
        """The center. Any number of bits is right; these keep the digits of the radius, and `small` more."""
        bits = 64 + 2 * self.precision + small + smallness(self.radius)
        return [[Interval.of(x, bits) for x in row] for row in self.center]

    def region(self, small: int) -> Matrix:
        """The box of all points within the radius in each entry."""
        return [[Interval.of(x, 128 + small, self.radius) for x in row] for row in self.center]

    def _minimum(self, at: Smooth, around: Smooth) -> None:
        """2 to 4 of a minimum."""
        (m,), bits, clock = self.bounds, at.bits, at.clock
        W = [[Interval.of(x, around.bits) for x in row] for row in self.center]
        prove_bounded_below("the Hessian", around.hessian(), lambda: self.loss(W, 2, clock).hessian(), m, clock)
        slope = norm(at.gradient())
        reach = Interval.of(m * self.radius, bits)
        decide(slope < reach, reach <= slope, "the gradient at the center is smaller than m r")
        prove_value(at.value(), slope.square() / Interval.of(2 * m, bits), Interval(0, 0, bits), self.value)

    def _saddle(self, at: Smooth, around: Smooth) -> None:
        """2 to 6 of a saddle."""
        H = around.hessian()
        M = Symmetric.enclosing(H)
        gradient = at.gradient()
        prove_critical(M, gradient, self.radius, at.clock)
        (a, b), (z, y) = self.bounds, self.directions
        self._curvature(H, z, a, -1, "the negative")
        self._curvature(H, y, b, 1, "the positive")
        spread = self._change(H, gradient, at)
        prove_value(at.value(), spread, spread, self.value)
        if self.inertia is not None:
            prove_inertia("the inertia", M, self.inertia, at.clock)

    def _change(self, H: Matrix, gradient: Vector, at: Smooth) -> Interval:
        """S of a saddle: how much the loss changes within the box at most."""
        r = Interval.of(self.radius, at.bits)
        rows = (total(map(abs, row), row[0].bits).at(at.bits) for row in H)
        return r * total((abs(g) + r * row for g, row in zip(gradient, rows, strict=True)), at.bits)

    def _curvature(self, H: Matrix, z: list[Fraction], bound: Fraction, sign: int, which: str) -> None:
        """3 and 4 of a saddle: z^T H z <= a |z|^2 or >= b |z|^2; z is scaled to the maximum norm 1 first."""
        bits, size = H[0][0].bits, max(map(abs, z))
        vector = [Interval.of(entry / size, bits) for entry in z]
        curvature = dot(vector, [dot(row, vector) for row in H])
        claimed = Interval.of(bound, bits) * total((entry.square() for entry in vector), bits)
        low, high = (curvature, claimed) if sign < 0 else (claimed, curvature)
        decide(low <= high, high < low, f"{which} direction's curvature is as claimed")


def prove_critical(M: Symmetric, gradient: Vector, radius: Fraction, clock: Clock) -> None:
    """Krawczyk's test for a gradient with the derivatives M."""
    prove_contraction(inverse(M, clock), M.mid, M.spread, M.bits, gradient, radius, clock)


def prove_contraction(
    Y: Integers, columns: Integers, spread: list[int], bits: int, gradient: Vector, radius: Fraction, clock: Clock
) -> None:
    """|Y g| + R r < r in the maximum norm, R as in `residual`."""
    fine = gradient[0].bits
    R, newton, r = residual(Y, columns, spread, bits, clock).at(fine), Interval(0, 0, fine), Interval.of(radius, fine)
    for y in Y:
        clock.tick()
        step = abs(total((entry * g for entry, g in zip(y, gradient, strict=True)), bits + fine).at(fine))
        newton = Interval(max(newton.lo, step.lo), max(newton.hi, step.hi), fine)
    decide(newton + R * r < r, (1 + R) * r < newton, "there is a critical point within the radius (Krawczyk)")


def prove_value(value: Interval, below: Interval, above: Interval, bounds: Sequence[Fraction]) -> None:
    """[value - below, value + above] lies within the claimed bounds."""
    low, high = (Interval.of(bound, value.bits) for bound in bounds)
    first, last = value - below, value + above
    decide(low <= first and last <= high, last < low or high < first, "the loss is within its bounds")


def prove_inertia(what: str, M: Symmetric, claimed: tuple[int, int], clock: Clock) -> None:
    """The signs of mid + S and of mid - S bound those of every matrix of M."""
    most, least = inertia(M.bound(1), M.bits, clock), inertia(M.bound(-1), M.bits, clock)
    found = most[0] if most else 0, least[1] if least else 0
    decide(found == claimed, found[0] > claimed[0] or found[1] > claimed[1], f"{what} is as claimed")


@dataclass(frozen=True)
class CriticalPoint(EnclosedPoint):
    """What a certificate of the kind `population-teacher-student` claims, and its witness."""

    land: Landscape
    lifted: bool

    def sentence(self) -> str:
        """What was proved; the numbers are those of the file."""
        low, high = map(brief, self.value)
        return (
            f"{self.claimed} (k = {self.land.k}, n = {self.land.n}, d {'>=' if self.lifted else '='} {self.land.d}; "
            f"{'an orthonormal' if self.land.orthonormal else 'the given'} teacher, {name_of(self.land.slope)}) "
            f"within {brief(self.radius)} of the center{' in each entry' * bool(self.directions)}, "
            f"loss in [{low}, {high}], {self.curvatures()}"
        )

    def loss(self, W: Matrix, order: int, clock: Clock) -> Loss:
        """The loss on a box."""
        return Loss(self.land, W, W[0][0].bits, order, clock)

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        if self.land.n * self.land.d > MAX_UNKNOWNS_HERE:
            raise Open(f"{self.land.n * self.land.d} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        rows = self.center + self.land.teacher + (self.better or [])
        small = 4 * max(smallness(max(map(abs, row))) for row in rows)
        if self.land.slope is not None:
            self._smooth(small)
        at, around = self.loss(self.middle(small), 1, clock), self.loss(self.region(small), 2, clock)
        if self.claimed == "saddle":
            self._saddle(at, around)
            return
        self._minimum(at, around)
        if self.lifted:
            self._lift(around, clock)
        if self.claimed == "spurious-local-minimum":
            self._spurious(at.bits, clock)

    def _smooth(self, small: int) -> None:
        """1: |c_i| > r for a ball; max_j |c_ij| > r for a box, which is decided exactly. Not needed for erf."""
        for i, (row, exact) in enumerate(zip(self.middle(small), self.center, strict=True)):
            radius = Interval.of(self.radius, row[0].bits)
            kept, lost = radius < norm(row), norm(row) <= radius
            if self.claimed == "saddle":
                kept = max(map(abs, exact)) > self.radius
                lost = not kept
            decide(kept, lost, f"student neuron {i} does not vanish within the radius")

    def _lift(self, around: Loss, clock: Clock) -> None:
        """5 of a minimum that is claimed for every input dimension."""
        W = [[Interval.of(x, around.bits) for x in row] for row in self.center]
        M, what = around.new_coordinate(), "the Hessian's block of each new input coordinate"
        prove_bounded_below(what, M, lambda: self.loss(W, 2, clock).new_coordinate(), self.bounds[0], clock)

    def _spurious(self, bits: int, clock: Clock) -> None:
        """6 of a spurious minimum: a better point, or a teacher that can be copied and a positive loss."""
        low = Interval.of(self.value[0], bits)
        if self.better is None:
            copied, positive = self.land.n >= self.land.k, self.value[0] > 0
            decide(copied and positive, True, "n >= k, and the loss is at least a positive number")
            return
        rows = [[Interval.of(x, bits) for x in row] for row in self.better if any(row)]
        better = Loss(self.land, rows, bits, 1, clock).value()
        decide(better < low, low <= better, "the loss at the better point is below the lower bound")


def smallness(x: Fraction) -> int:
    """How many bits after the point |x| is below 1; 0 for x = 0, and for |x| >= 1."""
    return max(0, x.denominator.bit_length() - abs(x.numerator).bit_length() + 1) if x else 0


def name_of(slope: Fraction | None) -> str:
    """The activation."""
    return "erf" if slope is None else f"leaky ReLU of slope {brief(slope)}" if slope else "ReLU"


def brief(x: Fraction) -> str:
    """The number, if it is short."""
    text = str(x) if x.numerator.bit_length() + x.denominator.bit_length() < 128 else ""
    return text if 0 < len(text) <= 40 else "(a number of the file)"


# 7.1 Symmetric points ----------------------------------------------------------------------------------------------

OWN = -1  # the entry of a neuron at its own coordinate

Number = Any  # an Interval, a Series, or an exact integer: what `product` and `add` take
Neuron = dict[int, Number]  # its entry in each block of coordinates, and its own one; what is not there is 0
Cells = list[tuple[Number, int, int]]
Direction = dict[tuple[int, int], int]  # a change of a student: by class of rows and block, or OWN
Moves = list[tuple[Number, tuple[int, int], Number, Number]]  # count, place and entries of the changes of two neurons
Exact = Callable[[Fraction | int], Number]


def product(*factors: Number) -> Number:
    """The product of numbers; the integer 0 if that is one of them."""
    exact, rest = 1, None
    for factor in factors:
        if isinstance(factor, int):
            exact *= factor
        else:
            rest = factor if rest is None else rest * factor
    return exact if rest is None or exact == 0 else rest if exact == 1 else exact * rest


def add(*terms: Number) -> Number:
    """The sum of numbers."""
    exact, rest = 0, None
    for term in terms:
        if isinstance(term, int):
            exact += term
        else:
            rest = term if rest is None else rest + term
    return exact if rest is None else rest if exact == 0 else exact + rest


def is_zero(number: Number) -> bool:
    """Whether it is the integer 0: nothing is there."""
    return isinstance(number, int) and number == 0


def is_positive(number: Number) -> bool:
    """True only if that is proved."""
    return bool((number.tail(0) if isinstance(number, Series) else number).lo > 0)


def inner(cells: Cells, x: Neuron, y: Neuron) -> Number:
    """The inner product of two neurons, or of changes of them."""
    return add(*[product(count, x[a], y[b]) for count, a, b in cells if a in x and b in y])


@dataclass(frozen=True)
class Rows:
    """A class of neurons: one for each coordinate of its home block, or a single one without a home.

    `index` is its place among the student's classes, -1 for the teacher's; `origin` the class of the given student (or
    the group of the teacher's neurons) that it is a part of.
    """

    index: int
    origin: int
    home: int | None
    count: Number


class Partition:
    """The coordinates 1, ..., k in blocks, finer than the groups: of group a, the first singles[a] are alone.

    With `new` there is a last block, of one input coordinate in which student and teacher vanish. A student that
    keeps its values if coordinates within blocks, and the neurons that belong to them, are permuted has one for each
    class of rows and block, and one for the rows' own coordinates. Classes come in the order of their home blocks,
    then the extra rows. So all sums over neurons and coordinates are sums over classes and blocks with counts.
    """

    def __init__(self, groups: Sequence[Number], extra: int, singles: dict[int, int], new: bool = False) -> None:
        blocks: list[tuple[int, Number]] = []
        for a, size in enumerate(groups):
            alone = singles.get(a, 0)
            rest = add(size, -alone) if alone else size
            blocks += [(a, 1)] * alone + [(a, rest)] * (not is_zero(rest))
        self.group = [a for a, _ in blocks]
        self.rows = [Rows(b, a, b, size) for b, (a, size) in enumerate(blocks)]
        self.rows += [Rows(len(blocks) + x, len(groups) + x, None, 1) for x in range(extra)]
        self.teacher = [Rows(-1, a, b, size) for b, (a, size) in enumerate(blocks)]
        self.sizes = [size for _, size in blocks] + [1] * new
        self.new = len(blocks)

    def blocks(self, a: int) -> list[int]:
        """The blocks of group a, the single coordinates first; also the classes of rows that belong to it."""
        return [b for b, group in enumerate(self.group) if group == a]

    def origin(self, place: int) -> int:
        """The group of a block; OWN is its own."""
        return place if place in (OWN, self.new) else self.group[place]

    def cells(self, row: Rows, other: Rows, same: bool) -> Cells:
        """The coordinates as two neurons see them: how many, and which entry of the one and of the other.

        `same`: both belong to one coordinate, or are one single row; else they belong to different ones.
        """
        cells: Cells = []
        for b, size in enumerate(self.sizes):
            taken = (b == row.home) + (b == other.home and not same)
            count = add(size, -taken) if taken else size
            if not is_zero(count):
                cells.append((count, b, b))
        if same:
            return cells if row.home is None else [*cells, (1, OWN, OWN)]
        if row.home is not None:
            cells.append((1, OWN, row.home))
        if other.home is not None:
            cells.append((1, other.home, OWN))
        return cells

    def pairs(self) -> Iterable[tuple[Number, Rows, Rows, bool]]:
        """All pairs of two neurons, one or both of them the student's: how often kappa of them is in 2 F."""
        for i, row in enumerate(self.rows):
            found = [(product(row.count, add(row.count, -1)), row, row, False)]
            found += [(product(2, row.count, other.count), row, other, False) for other in self.rows[i + 1 :]]
            for other in self.teacher:
                if row.home == other.home:
                    found.append((product(-2, row.count), row, other, True))
                    found.append((product(-2, row.count, add(row.count, -1)), row, other, False))
                else:
                    found.append((product(-2, row.count, other.count), row, other, False))
            yield from (pair for pair in found if not is_zero(pair[0]))


class Kernel(Protocol):
    """kappa at two neurons w and v, in terms of p = |w|^2, q = w.v, s = |v|^2: `flat`(q) + factor `value`.

    d `value` = own_w w.dw + own_v v.dv + `turn`(dq), the first two divided by p and s for leaky ReLU. The second
    derivative is the inner product of `strain` of the one change with `stress` of the strain of the other, and what
    SymmetricLoss adds of `own` (the same for all v, so that its sum over v comes first) and `turn`. Where the kernel is
    a difference (see Difference), `flat` and `turn` have a second argument, w.e or its change.
    """

    q: tuple[Number, Number]
    value: Number
    own: tuple[Number, Number]

    def flat(self, q: Number, e: Number) -> Number:
        """A linear function with rational coefficients."""

    def turn(self, q: Number, e: Number) -> Number:
        """A linear function."""

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """From w.dw, dq and v.dv, the squared lengths of dw and dv, and their entries."""

    def stress(self, strain: list[Number]) -> list[Number]:
        """Linear in the strain, and symmetric."""


def minors(cells: Cells, w: Neuron, v: Neuron) -> tuple[Number, dict[tuple[int, int], tuple[Number, Number]]]:
    """p s - q^2 as the sum of the squared minors x_c y_d - x_d y_c (Lagrange), and by place the entries of p v - q w,
    sum_d x_d (x_d y_c - x_c y_d), and of s w - q v, sum_d y_d (x_c y_d - x_d y_c): nothing cancels, or exactly."""
    entries = [(count, (c, d), w.get(c, 0), v.get(d, 0)) for count, c, d in cells]
    square, across = [], {}
    for i, (count, place, x, y) in enumerate(entries):
        row = [(n, x2, y2, add(product(x, y2), product(-1, x2, y))) for n, _, x2, y2 in entries]
        square += [product(count, n, minor, minor) for n, _, _, minor in row[:i]]
        across_w = product(-1, add(*[product(n, x2, minor) for n, x2, _, minor in row]))
        across[place] = across_w, add(*[product(n, y2, minor) for n, _, y2, minor in row])
    return add(*square), across


class HalfLines:
    """Leaky ReLU. With A = sqrt(p s - q^2) and the angle t of the neurons, `value` is A + (pi - t) q.

    Put a = w.dw / p, b = v.dv / s and e = dq - q (a + b). From cos t = q / sqrt(p s) and A = sqrt(p s) sin t follow
    d(pi - t) = e / A and dA = A (a + b) - q e / A, so d value = A (a + b) + (pi - t) dq. With a second change dw', dv',
        dA (a' + b') + A (da' + db') + d(pi - t) dq' + (pi - t) ddq
          = A (a + b) (a' + b') + A (dw.dw' / p - 2 a a' + dv.dv' / s - 2 b b') + e e' / A + (pi - t) ddq
          = A (dw.dw' / p - a a') + A (dv.dv' / s - b b') + A (a b' + b a') + e e' / A + (pi - t) ddq.
    The first two are those of `own`. Where A may be 0: e = -A dt, and |dt| <= |dw| / |w| + |dv| / |v|, called h here,
    so e e' / A is between -A h h' and A h h', also in the limit A = 0. Of pi - t, a multiple Q of pi / 2 may be taken
    apart: it gives Q q / 4 to the linear part.

    Nothing is lost for neurons that are nearly parallel: e = v'.dw + w'.dv with p v' = p v - q w and s w' = s w - q v,
    which are made of minors, as A^2 is.
    """

    def __init__(
        self, p: Number, q: Number, s: Number, cells: Cells, w: Neuron, v: Neuron, slope: Fraction, of: Exact
    ) -> None:
        self.q, self._p, self._s = (q, 0), of(1) / p, of(1) / s
        square, across = minors(cells, w, v)
        self._across = {place: (product(x, self._p), product(y, self._s)) for place, (x, y) in across.items()}
        area = self.area = add(of(0), square).nonnegative().sqrt()
        self.bend = of(1) / area if is_positive(area) else None
        self.rest: Number
        self.turns, self.rest = q.turn(area) if isinstance(q, Series) else (0, pi(q.bits) - angle(q, area))
        linear = slope + (1 - slope) ** 2 * Fraction(self.turns, 4)
        self._linear: Number = of(linear) if linear else 0
        self.value, self.own = area + self.rest * q, (area, area)

    def flat(self, q: Number, e: Number) -> Number:
        """Q q / 4 and what the slope adds."""
        return product(self._linear, q)

    def turn(self, q: Number, e: Number) -> Number:
        """The rest of pi - t, times q."""
        return product(self.rest, q)

    def across(self, moves: Moves) -> tuple[Number, Number]:
        """The two parts of e, of dw and of dv."""
        parts: tuple[list[Number], list[Number]] = ([], [])
        for count, place, dw, dv in moves:
            across_w, across_v = self._across.get(place, (0, 0))
            parts[0].append(product(count, dw, across_w))
            parts[1].append(product(count, dv, across_v))
        return add(*parts[0]), add(*parts[1])

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """e (or h, where A may be 0), a, b."""
        if self.bend is None:
            squares = product(lengths[0], self._p), product(lengths[1], self._s)
            turn = add(*(0 if is_zero(square) else square.sqrt() for square in squares))
        else:
            turn = add(*self.across(moves))
        return [turn, product(changes[0], self._p), product(changes[2], self._s)]

    def stress(self, strain: list[Number]) -> list[Number]:
        """e / A (or the interval from -A to A, times h), A b, A a."""
        area = self.area
        bend = Interval(-area.hi, area.hi, area.bits) if self.bend is None else self.bend
        return [product(strain[0], bend), product(area, strain[2]), product(area, strain[1])]


class ErrorFunction:
    """erf: `value` is kappa, by automatic differentiation in p, q and s."""

    def __init__(self, p: Interval, q: Interval, s: Interval) -> None:
        variables = [Jet.variable(seat, value, 2) for seat, value in enumerate((p, q, s))]
        jet = error_function(variables, (p * s - q.square()).nonnegative())
        self.q, self.value, self._second = (q, 0), jet.value, jet.second or []
        self.own, self._slope = (2 * jet.first[0], 2 * jet.first[2]), jet.first[1]

    def flat(self, q: Number, e: Number) -> Number:
        """Nothing."""
        return 0

    def turn(self, q: Number, e: Number) -> Number:
        """d/dq, times q."""
        return product(self._slope, q)

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """dp, dq, ds."""
        return [product(2, changes[0]), changes[1], product(2, changes[2])]

    def stress(self, strain: list[Number]) -> list[Number]:
        """The matrix of second derivatives times the strain."""
        return [add(*(product(self._second[SEAT[a, b]], strain[b]) for b in range(3))) for a in range(3)]


class Difference:
    """kappa at w and v, less kappa at w and a neuron e of the teacher, for v = tau e + delta, tau = 1 or -1; ReLU only.

    It is for series, where delta tends to 0, perhaps w too, and the two nearly cancel: r = A_v - A_e = g / (A_v + A_e)
    with g = A_v^2 - A_e^2 = p (|v|^2 - 1) - alpha (2 tau q_e + alpha), where alpha = w.delta. And pi - t_v is
    (1 - tau) pi / 2 + tau (pi - t_e) - theta, where theta, t_v less the angle of w and tau e, has
        p |v| sin theta = tau q_e r - alpha A_e,   p |v| cos theta = tau q_e (tau q_e + alpha) + A_v A_e
    by the addition theorems; it is the arc tangent of the quotient if the second is positive. With pi - t_e = Q pi / 2
    + y, `value` is r + y tau alpha - theta q_v. Of the second derivatives, e_v = tau e_e + f, with f as made of delta,
    so that e_v e_v' / A_v - e_e e_e' / A_e = (tau (e_e f' + f e_e') + f f') / A_v - r e_e e_e' / (A_v A_e).
    """

    def __init__(
        self, p: Number, s: Number, cells: Cells, w: Neuron, v: Neuron, place: int, sign: int, of: Exact
    ) -> None:
        """e is the unit vector at an entry of v, with respect to `cells`."""
        unit, delta = {place: 1}, v | {place: add(v[place], -sign)}
        along, alpha = product(sign, inner(cells, w, unit)), inner(cells, w, delta)
        q = along + alpha
        self._sign, self._of = sign, of
        self._v = HalfLines(p, q, s, cells, w, v, Fraction(0), of)
        self._e = HalfLines(p, sign * along, of(1), cells, w, unit, Fraction(0), of)
        self._across = {at: product(x, of(1) / p) for at, (x, _) in minors(cells, w, delta)[1].items()}
        squares = [product(count, delta[d], delta[d]) for count, _, d in cells if d in delta]
        excess = add(2 * sign * delta[place], *squares)  # |v|^2 - 1
        r = (p * excess - alpha * (2 * along + alpha)) / (self._v.area + self._e.area)
        cosine = along * q + self._v.area * self._e.area
        if not is_positive(cosine):
            raise Open("the angle between a neuron and its limit is not proved to be acute")
        self._theta = ((along * r - alpha * self._e.area) / cosine).arctan()
        self._ratio = r / self._e.area
        self.q, self.own = (q, sign * along), (r, self._v.area)
        self.value = r + sign * (self._e.rest * alpha) - self._theta * q

    def flat(self, q: Number, e: Number) -> Number:
        """((1 - tau) + tau Q) q / 4 - Q e / 4."""
        turns = Fraction(self._e.turns, 4)
        mine = Fraction(1 - self._sign, 4) + self._sign * turns
        return add(product(self._of(mine), q), product(self._of(-turns), e))

    def turn(self, q: Number, e: Number) -> Number:
        """y tau (q - tau e) - theta q."""
        change = add(product(self._sign, q), product(-1, e))
        return add(product(self._e.rest, change), product(-1, self._theta, q))

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """e_e, f, a, b."""
        apart = add(*[product(count, dw, self._across.get(place, 0)) for count, place, dw, _ in moves])
        _, *others = self._v.strain(changes, lengths, moves)
        return [self._e.across(moves)[0], add(apart, self._v.across(moves)[1]), *others]

    def stress(self, strain: list[Number]) -> list[Number]:
        """(tau f - r e_e / A_e) / A_v, (tau e_e + f) / A_v, A_v b, A_v a."""
        first = add(product(self._sign, strain[1]), product(-1, strain[0], self._ratio))
        second = add(product(self._sign, strain[0]), strain[1])
        _, *others = self._v.stress([0, *strain[2:]])
        return [product(first, self._v.bend), product(second, self._v.bend), *others]


class Sums:
    """Summands of one number, those that `factor` multiplies (1) apart from the others (0)."""

    def __init__(self) -> None:
        self._parts: tuple[list[Number], list[Number]] = ([], [])

    def append(self, part: int, *factors: Number) -> None:
        """One more summand, the product of factors."""
        self._parts[part].append(product(*factors))

    def total(self, zero: Number, factor: Number) -> Number:
        """The sum."""
        return add(zero, *self._parts[0], product(add(*self._parts[1]), factor))


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of 2 F along some directions, and twice the inner products of the directions."""

    first: Vector
    second: Matrix
    norm: Matrix


class SymmetricLoss:
    """2 F and its derivatives at students that keep their values if coordinates within groups are permuted.

    All numbers are enclosed for all students whose values, in the order of `orbits`, lie in `values`. `of` makes a
    number of an exact one; `factor` is the one in Kernel.
    """

    def __init__(
        self, slope: Fraction | None, groups: Sequence[Number], extra: int, values: Sequence[Number],
        of: Exact, factor: Number, clock: Clock,
    ) -> None:  # fmt: skip
        self.slope, self.groups, self.of, self.factor, self.clock = slope, groups, of, factor, clock
        self.whole = Partition(groups, extra, {})
        self._neurons: list[Neuron] = [{} for _ in self.whole.rows]
        for (row, place), value in zip(orbits(groups, extra), values, strict=True):
            self._neurons[row][place] = value
        self.squares = [
            add(of(0), inner(self.whole.cells(row, row, True), w, w))
            for row, w in zip(self.whole.rows, self._neurons, strict=True)
        ]
        self._kernels: dict[tuple[int, int, bool, bool, bool], Kernel] = {}
        # In series: the single rows, and what rows tend to.
        series = self.whole.rows if isinstance(of(0), Series) else []
        self._single = {row.index for row in series if is_zero(add(row.count, -1))}
        limits = {row.index: self._limit(row, self._neurons[row.index]) for row in series}
        self._limits = {row: limit for row, limit in limits.items() if limit}

    def _limit(self, row: Rows, neuron: Neuron) -> tuple[int, int] | None:
        """Where neurons tend to as many of the teacher, or to their negatives: the entry that tends to 1 or -1."""
        for place, value in neuron.items():
            fits = place == OWN or (row.index in self._single and is_zero(add(self.whole.sizes[place], -1)))
            for sign in (1, -1):
                if fits and value.low == 0 and value.c and is_null(value.c[0] - self.of(sign).c[0]):
                    return place, sign
        return None

    def _pairs(self, partition: Partition) -> Iterable[tuple[Number, Rows, Rows, bool, int | None]]:
        """Those of a partition. If kappa at two neurons is taken with that at the first one and a neuron e of the
        teacher, e as a block, or OWN, of the second one; the pair with e is left out then: it is as often in 2 F."""
        couples: dict[tuple[int, int], tuple[Number, Rows, Rows, bool, int | None]] = {}
        taken = set()
        for count, row, other, same in partition.pairs():
            orders = [(row, other), (other, row)] if 0 <= other.index != row.index else []
            fits = [(w, v) for w, v in orders if w.origin in self._single and v.origin in self._limits]
            if fits:
                w, v = min(fits, key=lambda pair: pair[0].origin in self._limits)  # best a row that tends to none
                place, _ = self._limits[v.origin]
                home = v.home if place == OWN else partition.blocks(place)[0]
                if (w.index, home) not in taken:
                    taken.add((w.index, home))
                    couples[row.index, other.index] = count, w, v, same, OWN if place == OWN else home
        for count, row, other, same in partition.pairs():
            if other.index >= 0:
                yield couples.get((row.index, other.index), (count, row, other, same, None))
            elif (row.index, other.home) not in taken:
                yield count, row, other, same, None

    def kernel(self, row: Rows, other: Rows, same: bool, near: int | None) -> Kernel:
        """kappa at a neuron of the student and another one: it depends on the classes that theirs are parts of."""
        teacher = other.index < 0
        key = row.origin, other.origin, teacher, same, near is None
        if key not in self._kernels:
            first = self.whole.rows[row.origin]
            second = (self.whole.teacher if teacher else self.whole.rows)[other.origin]
            p, s = self.squares[row.origin], self.of(1) if teacher else self.squares[other.origin]
            w, v = self._neurons[row.origin], {OWN: 1} if teacher else self._neurons[other.origin]
            cells = self.whole.cells(first, second, same)
            if near is None:
                self._kernels[key] = self._between(p, s, cells, w, v)
            else:
                self._kernels[key] = Difference(p, s, cells, w, v, *self._limits[other.origin], self.of)
        return self._kernels[key]

    def _between(self, p: Number, s: Number, cells: Cells, w: Neuron, v: Neuron) -> Kernel:
        self.clock.tick()
        q = add(self.of(0), inner(cells, w, v))
        if self.slope is None:
            return ErrorFunction(p, q, s)
        return HalfLines(p, q, s, cells, w, v, self.slope, self.of)

    def _alone(self, p: Number) -> tuple[int, list[Number]]:
        """phi, phi' and phi'' at p, and whether `factor` multiplies them."""
        if self.slope is None:
            jet = alone(None, Jet.variable(0, p, 2))
            return 1, [jet.value, jet.first[0], (jet.second or [])[0]]
        half = self.of((1 + self.slope**2) / 2)
        return 0, [half * p, half, 0]

    def _tangent(self, p: Number) -> tuple[Number, Number]:
        """What own w.dw is divided by, and d of that: 1 / p and -1 / p for leaky ReLU, 1 and 0 for erf."""
        return (1, 0) if self.slope is None else (self.of(1) / p, self.of(-1) / p)

    def value(self) -> Number:
        """2 F, with the teacher's own terms."""
        k, sums = add(*self.groups), Sums()
        for count, square in [*((row.count, self.squares[row.index]) for row in self.whole.rows), (k, self.of(1))]:
            part, (phi, _, _) = self._alone(square)
            sums.append(part, count, phi)
        pairs = self._pairs(self.whole)
        kernels = [(count, self.kernel(row, other, same, near)) for count, row, other, same, near in pairs]
        teachers = self._between(self.of(1), self.of(1), [(1, 0, 1), (1, 1, 0)], {0: 1}, {0: 1})  # two different ones
        for count, kernel in [*kernels, (product(k, add(k, -1)), teachers)]:
            sums.append(0, count, kernel.flat(*kernel.q))
            sums.append(1, count, kernel.value)
        return sums.total(self.of(0), self.factor)

    def _neuron(self, partition: Partition, row: Rows) -> Neuron:
        """A neuron's entries in the blocks of a finer partition."""
        if row.index < 0:
            return {OWN: 1}
        values = self._neurons[row.origin]
        return {b: values[a] for b, a in [(OWN, OWN), *enumerate(partition.group)] if a in values}

    def derivatives(self, partition: Partition, directions: Sequence[Direction], order: int = 2) -> Derivatives:
        """Along directions that need not keep the student's symmetry, but that of a finer partition.

        With `order` 1 the second derivatives and inner products are left out (they are 0).
        """
        every = range(len(directions))
        first = [Sums() for _ in every]
        second = {(a, b): Sums() for a in every for b in every[a:]}
        norm = {pair: Sums() for pair in second}
        moves: list[list[Neuron]] = [[{} for _ in directions] for _ in [*partition.rows, None]]  # the last: teacher
        for a, direction in enumerate(directions):
            for (row_index, place), step in direction.items():
                moves[row_index][a][place] = step
        neurons = [self._neuron(partition, row) for row in [*partition.rows, *partition.teacher[:1]]]
        halves: list[list[Number]] = [[0 for _ in every] for _ in moves]  # of the changes of |w|^2
        lengths: list[dict[tuple[int, int], Number]] = [{} for _ in moves]  # inner products of changes of w
        for i, row in enumerate(partition.rows):
            cells = partition.cells(row, row, True)
            halves[i] = [inner(cells, neurons[i], move) for move in moves[i]]
            for a, b in second:
                if moves[i][a] and moves[i][b]:
                    lengths[i][a, b] = inner(cells, moves[i][a], moves[i][b])
        owns: list[list[Number]] = [[] for _ in moves]  # summands, by class of rows
        for count, row, other, same, near in self._pairs(partition):
            i, j = row.index, other.index
            moved = [a for a in every if moves[i][a] or moves[j][a]]
            if not moved:
                continue
            self.clock.tick()
            kernel, cells = self.kernel(row, other, same, near), partition.cells(row, other, same)
            for own, summands in zip(kernel.own, (owns[i], owns[j]), strict=True):
                summands.append(product(count, own))
            places = [(n, c, d, (partition.origin(c), partition.origin(d))) for n, c, d in cells]
            strains, stresses = {}, {}
            for a in moved:
                dw, dv = moves[i][a], moves[j][a]
                dq = add(inner(cells, neurons[i], dv), inner(cells, dw, neurons[j]))
                de = 0 if near is None else inner(cells, dw, {near: 1})
                first[a].append(0, count, kernel.flat(dq, de))
                first[a].append(1, count, kernel.turn(dq, de))
                if order == 2:
                    changes, squares = (halves[i][a], dq, halves[j][a]), [lengths[x].get((a, a), 0) for x in (i, j)]
                    steps = [(n, at, dw.get(c, 0), dv.get(d, 0)) for n, c, d, at in places if c in dw or d in dv]
                    strains[a] = kernel.strain(changes, squares, steps)
                    stresses[a] = [product(count, entry) for entry in kernel.stress(strains[a])]
            for place, a in enumerate(moved) if order == 2 else ():
                for b in moved[place:]:
                    ddq = add(inner(cells, moves[i][a], moves[j][b]), inner(cells, moves[i][b], moves[j][a]))
                    second[a, b].append(0, count, kernel.flat(ddq, 0))
                    second[a, b].append(1, count, kernel.turn(ddq, 0))
                    second[a, b].append(1, add(*map(product, strains[a], stresses[b])))
        for i, row in enumerate(partition.rows):
            part, (_, slope, bend) = self._alone(self.squares[row.origin])
            over_p, over_p2 = self._tangent(self.squares[row.origin])
            own = product(add(*owns[i]), over_p)
            for a in every:
                first[a].append(part, 2, row.count, slope, halves[i][a])
                first[a].append(1, own, halves[i][a])
            for (a, b), length in lengths[i].items():
                norm[a, b].append(0, 2, row.count, length)
                second[a, b].append(part, 2, row.count, slope, length)
                second[a, b].append(part, 4, row.count, bend, halves[i][a], halves[i][b])
                second[a, b].append(1, own, add(length, product(halves[i][a], halves[i][b], over_p2)))
        zero = self.of(0)
        total = {pair: sums.total(zero, self.factor) for pair, sums in second.items()}
        square = {pair: sums.total(zero, self.factor) for pair, sums in norm.items()}
        return Derivatives(
            [sums.total(zero, self.factor) for sums in first],
            [[total[min(a, b), max(a, b)] for b in every] for a in every],
            [[square[min(a, b), max(a, b)] for b in every] for a in every],
        )


def orbits(groups: Sequence[Number], extra: int) -> list[tuple[int, int]]:
    """Where the values of a student stand that permutations within groups do not change: class of rows, and block."""
    places = []
    for row in range(len(groups) + extra):
        for b in range(len(groups)):
            places += [(row, b)] if row != b else [(row, OWN), (row, b)] if has(groups[b], 2) else [(row, OWN)]
    return places


def has(size: Number, least: int) -> bool:
    """Whether a group has so many coordinates; one whose size is no integer has 5 or more."""
    return not isinstance(size, int) or size >= least


@dataclass(frozen=True)
class Component:
    """An isotypic component of the students: for one vector of its representation, its image in each copy of it.

    By Schur's lemma the Hessian's form on the component, and the Euclidean one, are those on these directions, apart
    from a factor that is the same in both, as often as the representation has dimensions.
    """

    name: str
    partition: Partition
    directions: list[Direction]


def components(groups: Sequence[Number], extra: int) -> list[Component]:
    """The components of all n x k matrices."""
    every, found = range(len(groups)), [Component("trivial", Partition(groups, extra, {}), [])]
    found[0].directions.extend({place: 1} for place in orbits(groups, extra))
    for a in every:
        if has(groups[a], 2):
            found.append(Component(f"standard {a}", *_standard(groups, extra, a)))
        if has(groups[a], 4):  # (e_1 - e_2) (e_3 - e_4)^T and its transpose
            turned = {(0, 2): 1, (0, 3): -1, (1, 2): -1, (1, 3): 1}
            found.append(_single(f"symmetric {a}", groups, extra, a, 4, turned, 1))
        if has(groups[a], 3):  # e_1 e_2^T + e_2 e_3^T + e_3 e_1^T less its transpose
            found.append(_single(f"antisymmetric {a}", groups, extra, a, 3, {(0, 1): 1, (1, 2): 1, (2, 0): 1}, -1))
        for b in every[a + 1 :]:
            if has(groups[a], 2) and has(groups[b], 2):  # (e_1 - e_2) (f_1 - f_2)^T, and its transpose
                partition = Partition(groups, extra, {a: 2, b: 2})
                (e, e2, *_), (f, f2, *_) = partition.blocks(a), partition.blocks(b)
                above: Direction = {(e, f): 1, (e, f2): -1, (e2, f): -1, (e2, f2): 1}
                below = {(j, i): step for (i, j), step in above.items()}
                found.append(Component(f"pair {a} {b}", partition, [above, below]))
    return found


def _standard(groups: Sequence[Number], extra: int, a: int) -> tuple[Partition, list[Direction]]:
    """For x = e_1 - e_2 of group a: x_i at (i, i); x_i in row i at the other columns of the group, and at those of each
    other group; x_j in column j of the other rows of the group (if p_a = 2 that is nothing new), and of each class."""
    partition = Partition(groups, extra, {a: 2})
    x = dict(zip(partition.blocks(a), (1, -1), strict=False))
    directions: list[Direction] = [{(i, OWN): step for i, step in x.items()}]
    for b in range(len(groups)):
        directions.append({(i, j): step for i, step in x.items() for j in partition.blocks(b) if i != j})
    rows = [partition.blocks(b) for b in range(len(groups))]
    rows += [[row.index] for row in partition.rows if row.home is None]
    for c, classes in enumerate(rows):
        if c != a or has(groups[a], 3):
            directions.append({(i, j): step for j, step in x.items() for i in classes if i != j})
    return partition, directions


def _single(
    name: str, groups: Sequence[Number], extra: int, a: int, alone: int, entries: Direction, sign: int
) -> Component:
    """A component with one copy, of square matrices of group a: entries, and `sign` times them at (j, i)."""
    partition = Partition(groups, extra, {a: alone})
    first = partition.blocks(a)[0]
    direction = {(first + i, first + j): step for (i, j), step in entries.items()}
    direction |= {(first + j, first + i): sign * step for (i, j), step in entries.items()}
    return Component(name, partition, [direction])


def new_components(groups: Sequence[Number], extra: int) -> list[Component]:
    """The components of a new column, in which student and teacher are 0: the Hessian there is M."""
    whole = Partition(groups, extra, {}, new=True)
    found = [Component("trivial", whole, [{(row.index, whole.new): 1} for row in whole.rows])]
    for a in range(len(groups)):
        if has(groups[a], 2):
            partition = Partition(groups, extra, {a: 2}, new=True)
            first, second, *_ = partition.blocks(a)
            direction = {(first, partition.new): 1, (second, partition.new): -1}
            found.append(Component(f"standard {a}", partition, [direction]))
    return found


def pencil(second: Matrix, norm: Matrix, shift: Fraction | int) -> Matrix:
    """H - shift N, with row and column i divided by a power of 2, about the root of N_ii, but at least 1."""
    bits = norm[0][0].bits
    powers = [max(row[i].hi >> bits, 1).bit_length() // 2 for i, row in enumerate(norm)]
    factor, matrix = Interval.of(shift, bits), []
    for i, (h, n) in enumerate(zip(second, norm, strict=True)):
        entries = (x - factor * y for x, y in zip(h, n, strict=True))
        down = (powers[i] + power for power in powers)
        matrix.append([Interval(x.lo >> d, -(-x.hi >> d), bits) for x, d in zip(entries, down, strict=True)])
    return matrix


@dataclass(frozen=True)
class SymmetricPoint:
    """One of the points of a certificate of the kind `symmetric-teacher-student`.

    `values` are in the order of `orbits`; `bound` is m for the minima and a for a saddle; `blocks` have size,
    multiplicity and number of negative eigenvalues by component.
    """

    groups: list[int]
    extra: int
    claimed: str
    lifted: bool
    values: list[Fraction]
    radius: Fraction
    value: tuple[Fraction, Fraction]
    bound: Fraction
    blocks: dict[str, tuple[int, int, int]]
    splits: list[int]

    def prove(self, slope: Fraction | None, precision: int, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        found = components(self.groups, self.extra)
        self._components(found)
        bits = max(precision, 2 * smallness(self.radius)) + 4 * sum(self.groups).bit_length() + 32
        at, around = (self._loss(slope, bits, radius, clock) for radius in (Fraction(0), self.radius))
        if slope is not None:
            self._smooth(around)
        gradient = at.derivatives(found[0].partition, found[0].directions, 1).first
        blocks = {part.name: around.derivatives(part.partition, part.directions) for part in found}
        H = blocks["trivial"].second
        prove_critical(Symmetric.enclosing(H), gradient, self.radius, clock)
        r = Interval.of(self.radius, bits)
        rows = (total(map(abs, row), bits) for row in H)
        spread = r * total((abs(g) + r * row for g, row in zip(gradient, rows, strict=True)), bits)
        prove_value(at.value(), spread, spread, [2 * bound for bound in self.value])
        if self.claimed == "saddle":
            self._saddle(blocks, clock)
        else:
            self._minimum(at, around, found, blocks)

    def _loss(self, slope: Fraction | None, bits: int, radius: Fraction, clock: Clock) -> SymmetricLoss:
        """The loss at all students whose values are within the radius of the given ones."""
        values = [Interval.of(value, bits, radius) for value in self.values]
        factor = strength(slope, bits)
        return SymmetricLoss(slope, self.groups, self.extra, values, partial(Interval.of, bits=bits), factor, clock)

    def _smooth(self, around: SymmetricLoss) -> None:
        """1: no neuron vanishes."""
        places = orbits(self.groups, self.extra)
        for row, square in enumerate(around.squares):
            own = (value for (place, _), value in zip(places, self.values, strict=True) if place == row)
            lost = all(abs(value) <= self.radius for value in own)
            decide(is_positive(square), lost, f"neurons of row {row} do not vanish within the radius")

    def _components(self, found: list[Component]) -> None:
        """4: each component, with its size and multiplicity, and the sum of the dimensions."""
        n, k = sum(self.groups) + self.extra, sum(self.groups)
        for part in found:
            right = len(part.directions), multiplicity(part.name, self.groups)
            listed = self.blocks.get(part.name, (0, 0, 0))[:2]
            decide(listed == right, True, f"the component {part.name} is listed, with its size and multiplicity")
        covered = sum(len(part.directions) * multiplicity(part.name, self.groups) for part in found)
        decide(covered == n * k, False, "the components are all")

    def _minimum(
        self, at: SymmetricLoss, around: SymmetricLoss, found: list[Component], blocks: dict[str, Derivatives]
    ) -> None:
        """5 to 8 of a minimum."""
        m, clock = self.bound, at.clock

        def center(part: Component) -> Matrix:
            derivatives = at.derivatives(part.partition, part.directions)
            return pencil(derivatives.second, derivatives.norm, m)

        for part in found:
            wide = pencil(blocks[part.name].second, blocks[part.name].norm, m)
            prove_bounded_below(f"the Hessian, {part.name},", wide, partial(center, part), Fraction(0), clock)
        for part in new_components(self.groups, self.extra) if self.lifted else []:
            block = around.derivatives(part.partition, part.directions)
            wide, what = pencil(block.second, block.norm, m), f"the block of a new coordinate, {part.name},"
            prove_bounded_below(what, wide, partial(center, part), Fraction(0), clock)
        if self.claimed == "spurious-local-minimum":
            decide(self.value[0] > 0, True, "the loss is at least a positive number")
        for row in self.splits:
            self._split(row, at, around)

    def _split(self, row: int, at: SymmetricLoss, around: SymmetricLoss) -> None:
        """8: M_ii < (1 + slope^2) / 2, for a row i."""
        alone = {row: 1} if row < len(self.groups) else {}
        partition = Partition(self.groups, self.extra, alone, new=True)
        (place, *_) = [part.index for part in partition.rows if part.origin == row]
        (wide,), (center,) = (
            loss.derivatives(partition, [{(place, partition.new): 1}]).second[0] for loss in (around, at)
        )
        limit = Interval.of(1 + (at.slope or 0) ** 2, wide.bits)
        decide(wide < limit, limit <= center, f"splitting a neuron of row {row} gives a saddle")

    def _saddle(self, blocks: dict[str, Derivatives], clock: Clock) -> None:
        """5 and 6 of a saddle."""
        for name, block in blocks.items():
            size, _, negative = self.blocks[name]
            M = Symmetric.enclosing(pencil(block.second, block.norm, 0))
            prove_inertia(f"the inertia of {name}", M, (negative, size - negative), clock)
        shifted = [Symmetric.enclosing(pencil(block.second, block.norm, self.bound)) for block in blocks.values()]
        proved = any(has_negative(M, clock) for M in shifted)
        refuted = not proved and all(inertia(M.bound(-1), M.bits, clock) == (0, len(M.mid)) for M in shifted)
        decide(proved, refuted, "an eigenvalue is below the negative curvature")


def strength(slope: Fraction | None, bits: int) -> Interval:
    """The `factor` of kappa: (1 - slope)^2 / (2 pi), or 1 for erf."""
    return Interval.of(1, bits) if slope is None else Interval.of((1 - slope) ** 2, bits) / (2 * pi(bits))


def multiplicity(name: str, groups: Sequence[int]) -> int:
    """The dimension of a component's representation."""
    kind, *places = name.split()
    p, *q = [groups[int(place)] for place in places] or [1]
    return {
        "trivial": 1, "standard": p - 1, "symmetric": p * (p - 3) // 2, "antisymmetric": (p - 1) * (p - 2) // 2,
        "pair": (p - 1) * (q[0] - 1 if q else 0),
    }[kind]  # fmt: skip


@dataclass(frozen=True)
class SymmetricPoints:
    """What a certificate of the kind `symmetric-teacher-student` claims."""

    slope: Fraction | None
    points: list[SymmetricPoint]
    precision: int

    @property
    def claimed(self) -> str:
        """The properties."""
        return " and ".join(sorted({point.claimed for point in self.points}))

    def sentence(self) -> str:
        """What was proved; the numbers are those of the file."""
        counts: dict[str, int] = {}
        for point in self.points:
            name = f"{point.claimed} for {'every d >= k' if point.lifted else 'd = k'}"
            counts[name] = counts.get(name, 0) + 1
        sizes = [sum(point.groups) for point in self.points]
        return (
            f"symmetric points ({min(sizes)} <= k <= {max(sizes)}, an orthonormal teacher, {name_of(self.slope)}): "
            f"{', '.join(f'{count} times {name}' for name, count in counts.items())}"
        )

    def prove(self, clock: Clock) -> None:
        """Return only if every point is proved."""
        for place, point in enumerate(self.points):
            with named(f"points[{place}]"):
                point.prove(self.slope, self.precision, clock)


MAX_POINTS, MAX_GROUPS, MAX_EXTRA_ROWS, MAX_INPUT_DIMENSION = 10_000, 6, 6, 999_999_999


def read_symmetric_points(statement: Field, witness: Field) -> SymmetricPoints:
    """A statement of the kind symmetric-teacher-student with its witness."""
    fields = statement.members("landscape", "points")
    slope = read_activation(fields["landscape"].members("kind", "activation")["activation"])
    points = [_read_symmetric_point(field, slope) for field in fields["points"].entries(1, MAX_POINTS)]
    if len({(tuple(point.groups), point.extra, tuple(point.values)) for point in points}) < len(points):
        fields["points"].fail("a point is given more than once")
    precision = witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return SymmetricPoints(slope, points, precision)


def _read_symmetric_point(field: Field, slope: Fraction | None) -> SymmetricPoint:
    name = field.member("property").word(*PROPERTIES)
    saddle = name == "saddle"
    bound = "negative_curvature" if saddle else "hessian_lower_bound"
    always = ("groups", "extra_rows", "property", "input_dimension", "student", "radius", "value", bound, "blocks")
    fields = field.members(*always, optional=() if saddle or slope is None else ("splits",))
    groups = [entry.integer(1, MAX_INPUT_DIMENSION) for entry in fields["groups"].entries(1, MAX_GROUPS)]
    if sum(groups) > MAX_INPUT_DIMENSION:
        fields["groups"].fail(f"add up to more than {MAX_INPUT_DIMENSION}")
    extra = fields["extra_rows"].integer(0, MAX_EXTRA_ROWS)
    rows = len(groups) + extra
    values: list[Fraction] = []
    for row, line in enumerate(fields["student"].entries(rows, rows)):
        for column, entry in enumerate(line.entries(len(groups), len(groups))):
            two = row == column and groups[row] >= 2
            values += [number.number() for number in entry.entries(2, 2)] if two else [entry.number()]
    value = [entry.number() for entry in fields["value"].entries(2, 2)]
    if value[0] > value[1]:
        fields["value"].fail("the lower bound is above the upper bound")
    splits = [entry.integer(0, rows - 1) for entry in fields["splits"].entries(1, rows)] if "splits" in fields else []
    if splits != sorted(set(splits)):
        fields["splits"].fail("must be in ascending order")
    return SymmetricPoint(
        groups=groups,
        extra=extra,
        claimed=name,
        lifted=fields["input_dimension"].word("k", "at_least_k") == "at_least_k",
        values=values,
        radius=fields["radius"].signed(1),
        value=(value[0], value[1]),
        bound=fields[bound].signed(-1 if saddle else 1),
        blocks=_read_blocks(fields["blocks"], groups, extra, saddle),
        splits=splits,
    )


@lru_cache(maxsize=64)
def block_sizes(groups: tuple[int, ...], extra: int) -> dict[str, int]:
    """The components' sizes, which are the same for all groups of 5 or more coordinates."""
    return {part.name: len(part.directions) for part in components(groups, extra)}


def _read_blocks(field: Field, groups: list[int], extra: int, saddle: bool) -> dict[str, tuple[int, int, int]]:
    """Size, multiplicity and negative eigenvalues by component."""
    sizes = block_sizes(tuple(min(size, 5) for size in groups), extra)
    blocks = {}
    for entry in field.entries(1, len(sizes)):
        name, size, times, negative = entry.entries(4, 4)
        count = times.number()
        if count < 1 or count.denominator > 1:
            times.fail("must be a positive integer")
        if name.word(*sizes) in blocks:
            field.fail("a component is listed more than once")
        of = size.integer(1, max(sizes.values()))
        blocks[name.word()] = of, int(count), negative.integer(0, of if saddle else 0)
    if saddle and not any(negative for _, _, negative in blocks.values()):
        field.fail("a saddle needs a negative eigenvalue")
    if saddle and all(negative == size for size, _, negative in blocks.values()):
        field.fail("a saddle needs a positive eigenvalue")
    return blocks


# 7.2 Statements about every k --------------------------------------------------------------------------------------


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
        x, y = f[i], g[j - i]
        a, b, c, d = x.lo, x.hi, y.lo, y.hi
        if a >= 0 and c >= 0:
            low += a * c
            high += b * d
        else:
            ends = (a * c, a * d, b * c, b * d)
            low += min(ends)
            high += max(ends)
    return Interval(low >> bits, -(-high >> bits), bits)


@dataclass(frozen=True)
class Range:
    """What is claimed of the k from `first` to `last`; None: there is no last one."""

    first: int
    last: int | None
    loss: tuple[Fraction, Fraction]
    eigenvalue: tuple[Fraction, Fraction]

    def meets(self, least: Fraction, most: Fraction | None) -> bool:
        """Whether some real k between its ends is one of [least, most]; None: there is no most."""
        return (most is None or self.first <= most) and (self.last is None or least <= self.last)


class Box:
    """What must be enclosed of a box of students: for one k in intervals, for all s of (0, end] in series.

    The students' values are center_i + steps_i u_i with |u_i| <= `radius`; derivatives are by u.
    """

    def __init__(
        self, family: Family, k: Number, center: list[Number], steps: list[Number], radius: Fraction,
        wide: Callable[[Number], Number], of: Exact, factor: Number, clock: Clock,
    ) -> None:  # fmt: skip
        groups = [add(k, -family.fixed), *[1] * family.fixed]
        parts = components(groups, family.extra)
        around = [x + wide(step) for x, step in zip(center, steps, strict=True)]
        at, near = (
            SymmetricLoss(Fraction(0), groups, family.extra, values, of, factor, clock) for values in (center, around)
        )
        if not all(map(is_positive, near.squares)):
            raise Open("a neuron is not proved to be nonzero")
        self.radius = radius
        self.blocks = [near.derivatives(part.partition, part.directions) for part in parts]
        new = new_components(groups, family.extra)
        self.new = [near.derivatives(part.partition, part.directions) for part in new]
        slopes = at.derivatives(parts[0].partition, parts[0].directions, 1).first
        self.gradient = [slope * step for slope, step in zip(slopes, steps, strict=True)]
        rows = zip(self.blocks[0].second, steps, strict=True)
        self.jacobian = [[h * step * other for h, other in zip(row, steps, strict=True)] for row, step in rows]
        # The mean value theorem, twice: 2 F changes by sum_i g_i u_i, where g_i = gradient_i + sum_j jacobian_ij u_j.
        slopes = [add(g, *map(wide, row)) for g, row in zip(self.gradient, self.jacobian, strict=True)]
        self.loss = product(*[k] * family.power, add(at.value(), *map(wide, slopes)))


@dataclass(frozen=True)
class Family:
    """What a certificate of the kind `population-teacher-student-family` claims, and its witness."""

    extra: int
    fixed: int
    power: int
    ranges: list[Range]
    precision: int
    terms: int
    values: list[list[Fraction]]
    radii: list[Fraction]
    exponents: list[int]
    end: Fraction
    pieces: list[tuple[Fraction, Fraction]]
    instances: list[tuple[int, list[Fraction], list[Fraction]]]

    claimed = "spurious-local-minimum"

    def sentence(self) -> str:
        """What was proved."""
        kept = f"the permutations of k - {self.fixed} coordinates" if self.fixed else "all permutations"
        name = "k F" if self.power else "F"
        low, high = min(entry.loss[0] for entry in self.ranges), max(entry.loss[1] for entry in self.ranges)
        least = min(entry.eigenvalue[0] for entry in self.ranges)
        return (
            f"{self.claimed} for every k >= {self.ranges[0].first} and d >= k, n = k{' + 1' * self.extra} "
            f"(an orthonormal teacher, ReLU), "
            f"invariant under {kept}, {name} in [{brief(low)}, {brief(high)}], Hessian >= {brief(least)}"
        )

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        self._cover()
        for k, values, radii in self.instances:
            with named(f"k = {k}"):
                self._one(Fraction(k), values, radii, clock)
        self._all(clock)

    def _cover(self) -> None:
        """1: each k from k0 on is an instance, or k^(-1/2) is in a piece."""
        reached = Fraction(0)
        for first, last in self.pieces:
            decide(first == reached and first < last, True, f"a piece begins at s = {brief(reached)}, and ends above")
            reached = last
        decide(reached == self.end, True, "the pieces reach the end")
        k0, ks = self.ranges[0].first, [k for k, _, _ in self.instances]
        decide(k0 * self.end**2 <= 1, True, "the pieces end at s = k0^(-1/2), or before")
        decide(ks == sorted(set(ks)) and ks[:1] >= [k0] * len(ks[:1]), True, "the instances grow, from k0 on")
        for wanted, k in zip(range(k0, k0 + len(ks) + 1), [*ks, None], strict=True):
            if wanted * self.end**2 >= 1:
                break
            decide(k == wanted, True, f"k = {wanted} is an instance")

    def _claims(self, least: Fraction, most: Fraction | None) -> list[Range]:
        return [entry for entry in self.ranges if entry.meets(least, most)]

    def _one(self, k: Fraction, values: list[Fraction], radii: list[Fraction], clock: Clock) -> None:
        """2 to 7 for one k, which need not be an integer."""
        bits = self.precision + 64 + 4 * math.ceil(k).bit_length() + 2 * smallness(min(radii))
        of, largest = partial(Interval.of, bits=bits), max(radii)
        steps = [of(radius / largest) for radius in radii]
        size = k.numerator if k.denominator == 1 else of(k)
        around = of(0, radius=largest)
        box = Box(
            self, size, [of(value) for value in values], steps, largest, lambda step: step * around, of,
            strength(Fraction(0), bits), clock,
        )  # fmt: skip
        self._box(box, lambda number, shift: number, self._claims(k, k), clock)

    def _all(self, clock: Clock) -> None:
        """2 to 7 for each piece, from the same series."""
        bits, largest = self.precision + 64 + 2 * smallness(min(self.radii)), max(self.radii)
        domain = Domain(Interval.of(self.end, bits), self.terms)
        center = [domain.series(value) for value in self.values]
        steps = [
            domain.series([radius / largest], exponent)
            for radius, exponent in zip(self.radii, self.exponents, strict=True)
        ]
        around = domain.constant(Interval.of(0, bits, largest))
        k, factor = domain.series([1], -2), domain.constant(strength(Fraction(0), bits))

        @lru_cache(maxsize=1)
        def box() -> Box:
            return Box(self, k, center, steps, largest, lambda step: step * around, domain.constant, factor, clock)

        for first, last in self.pieces:
            claims = self._claims(1 / last**2, 1 / first**2 if first else None)
            if claims:
                with named(f"s from {brief(first)} to {brief(last)}"):
                    found = None
                    try:
                        found = box()
                        self._piece(found, first, last, claims, clock, HALVINGS)
                    except Open:
                        self._refute(None if first else found, last, clock)
                        raise

    def _piece(
        self, box: Box, first: Fraction, last: Fraction, claims: list[Range], clock: Clock, halvings: int
    ) -> None:
        """3 to 7 for a piece; for its halves where the ranges of the series over it are too wide."""
        try:
            self._box(box, lambda number, shift: number.over((first, last), shift), claims, clock)
        except Open:
            if not halvings:
                raise
            for half in ((first, (first + last) / 2), ((first + last) / 2, last)):
                self._piece(box, *half, claims, clock, halvings - 1)

    def _refute(self, box: Box | None, last: Fraction, clock: Clock) -> None:
        """Refuted, if that is proved at one of two s of a piece; or, of one that begins at 0, of the limit.

        There the rows of the derivative, divided by the powers of s that they begin with, have exact zeros. (A leading
        coefficient that may be 0 as well refutes nothing.) If each choice of one entry from each row and column meets
        a zero, the determinant is 0.
        """
        if box is not None:
            powers = [min(map(begins, row)) for row in box.jacobian]
            leading = [
                {j: entry.c[:1] for j, entry in enumerate(row) if begins(entry) == power}
                for row, power in zip(box.jacobian, powers, strict=True)
            ]
            known = all(c and not c[0].lo <= 0 <= c[0].hi for row in leading for c in row.values())
            decide(not known or has_transversal(leading), True, "at s = 0 the derivative is regular")
        for s in (last, last / 2**20):
            if self._claims(1 / s**2, 1 / s**2):
                values = [sum((c * s**j for j, c in enumerate(value)), Fraction(0)) for value in self.values]
                radii = [radius * s**exponent for radius, exponent in zip(self.radii, self.exponents, strict=True)]
                with suppress(Open):
                    self._one(1 / s**2, values, radii, clock)

    def _box(self, box: Box, over: Callable[[Number, int], Interval], claims: list[Range], clock: Clock) -> None:
        """3 to 7, of all that a box stands for where `over` evaluates s^shift times a number."""
        clock.tick()
        self._critical(box, over, clock)
        low, high = max(claim.eigenvalue[0] for claim in claims), min(claim.eigenvalue[1] for claim in claims)
        blocks, new = ([scaled(block, over) for block in found] for found in (box.blocks, box.new))
        for block in blocks + new:
            wide = pencil(*block, low)
            prove_bounded_below("the Hessian", wide, partial(list, wide), Fraction(0), clock)
        shifted = [Symmetric.enclosing(pencil(*block, high)) for block in blocks]
        proved = any(has_negative(M, clock) for M in shifted)
        refuted = not proved and all(inertia(M.bound(-1), M.bits, clock) == (0, len(M.mid)) for M in shifted)
        decide(proved, refuted, "an eigenvalue is below the upper bound of the smallest one")
        bounds = 2 * max(claim.loss[0] for claim in claims), 2 * min(claim.loss[1] for claim in claims)
        value = over(box.loss, 0)
        prove_value(value, Interval(0, 0, value.bits), Interval(0, 0, value.bits), bounds)

    def _critical(self, box: Box, over: Callable[[Number, int], Interval], clock: Clock) -> None:
        """3: each row is divided by the power of s that it begins with; Y = X^T X J^T with X J^T J X^T about I."""
        down = [-min(map(begins, row)) for row in box.jacobian]
        gradient = [over(entry, power) for entry, power in zip(box.gradient, down, strict=True)]
        J = [[over(entry, power) for entry in row] for row, power in zip(box.jacobian, down, strict=True)]
        bits = J[0][0].bits
        mid = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in J]
        spread = [sum(entry.hi - m for entry, m in zip(*rows, strict=True)) for rows in zip(J, mid, strict=True)]
        columns = [list(column) for column in zip(*mid, strict=True)]
        _, X = congruence([[entry >> bits for entry in apply(columns, column)] for column in columns], bits, clock)
        if len(X) < len(J):
            raise Open("the derivative was not inverted")
        left = [[sum(map(mul, a, b)) >> bits for b in zip(*X, strict=True)] for a in zip(*X, strict=True)]
        Y = [[entry >> bits for entry in apply(mid, row)] for row in left]
        prove_contraction(Y, columns, spread, bits, gradient, box.radius, clock)


def scaled(block: Derivatives, over: Callable[[Number, int], Interval]) -> tuple[Matrix, Matrix]:
    """Second derivatives and inner products, row and column i divided by the power of s of the root of H_ii or N_ii."""
    down = [
        -(min(begins(h[i]), begins(n[i])) // 2) for i, (h, n) in enumerate(zip(block.second, block.norm, strict=True))
    ]
    H, N = (
        [[over(entry, a + b) for entry, b in zip(row, down, strict=True)] for row, a in zip(matrix, down, strict=True)]
        for matrix in (block.second, block.norm)
    )
    return H, N


def has_transversal(rows: Sequence[Collection[int]]) -> bool:
    """Whether each row can have a column of its own, of those that are its own; by augmenting paths."""
    owner: dict[int, int] = {}

    def find(row: int, seen: set[int]) -> bool:
        for column in rows[row]:
            if column not in seen:
                seen.add(column)
                if column not in owner or find(owner[column], seen):
                    owner[column] = row
                    return True
        return False

    return all(find(row, set()) for row in range(len(rows)))


def begins(number: Number) -> int:
    """The power of s with which a series begins; 0 for intervals."""
    return (UNBOUNDED if number.zero else number.low) if isinstance(number, Series) else 0


MAX_FIXED_COORDINATES = 2
MIN_TERMS, MAX_TERMS = 4, 64
MAX_EXPONENT_OF_S = 16
LEAST_LARGE_GROUP = 5
MAX_K = 10**9
HALVINGS = 4  # of a piece
UNBOUNDED = 10**6  # the power of s with which 0 begins


def read_family(statement: Field, witness: Field) -> Claim:
    """A statement of the kind population-teacher-student-family with its witness."""
    fields = statement.members("landscape", "property", "input_dimension", "symmetry", "loss_power", "bounds")
    landscape = fields["landscape"].members("kind", "activation", "teacher", "neurons")
    landscape["activation"].word("relu")
    landscape["teacher"].members("orthonormal")["orthonormal"].word("k")
    extra = int(landscape["neurons"].word("k", "k+1") == "k+1")
    fields["property"].word("spurious-local-minimum")
    fields["input_dimension"].members("at_least")["at_least"].word("k")
    fixed = fields["symmetry"].members("fixed_coordinates")["fixed_coordinates"].integer(0, MAX_FIXED_COORDINATES)
    ranges: list[Range] = []
    bounds = fields["bounds"].entries(1, MAX_PARTS)
    for place, field in enumerate(bounds):
        parts = field.members("k", "loss", "smallest_eigenvalue")
        first, last = parts["k"].entries(2, 2)
        start = first.integer(fixed + LEAST_LARGE_GROUP, MAX_K)
        if ranges and start - 1 != ranges[-1].last:
            first.fail("does not follow the last k of the range before")
        if place == len(bounds) - 1:
            last.word("infinity")
        end = None if place == len(bounds) - 1 else last.integer(start, MAX_K)
        ranges.append(Range(start, end, *(_positive_bounds(parts[name]) for name in ("loss", "smallest_eigenvalue"))))
    hints = witness.members("precision", "terms", "values", "radii", "exponents", "end", "pieces", "instances")
    count = len(orbits([LEAST_LARGE_GROUP, *[1] * fixed], extra))
    pieces = [field.members("from", "to") for field in hints["pieces"].entries(1, MAX_PARTS)]
    instances = [field.members("k", "values", "radii") for field in hints["instances"].entries(0, MAX_PARTS)]
    return Family(
        extra=extra,
        fixed=fixed,
        power=fields["loss_power"].integer(0, 1),
        ranges=ranges,
        precision=hints["precision"].integer(MIN_PRECISION, MAX_PRECISION),
        terms=hints["terms"].integer(MIN_TERMS, MAX_TERMS),
        values=[[c.number() for c in value.entries(1, MAX_TERMS)] for value in hints["values"].entries(count, count)],
        radii=[radius.signed(1) for radius in hints["radii"].entries(count, count)],
        exponents=[entry.integer(0, MAX_EXPONENT_OF_S) for entry in hints["exponents"].entries(count, count)],
        end=hints["end"].signed(1),
        pieces=[(piece["from"].number(), piece["to"].number()) for piece in pieces],
        instances=[
            (
                instance["k"].integer(1, MAX_K),
                [value.number() for value in instance["values"].entries(count, count)],
                [radius.signed(1) for radius in instance["radii"].entries(count, count)],
            )
            for instance in instances
        ],
    )


def _positive_bounds(field: Field) -> tuple[Fraction, Fraction]:
    """Two positive numbers in order."""
    low, high = (bound.number() for bound in field.entries(2, 2))
    if not 0 < low <= high:
        field.fail("must be two positive numbers, the lower one first")
    return low, high


# 8. JSON -----------------------------------------------------------------------------------------------------------

MAX_FILE_BYTES = 8 * 2**20
MAX_DEPTH = 32
MAX_JSON_INTEGER_DIGITS = 9

WHITE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"')
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
WORDS = {"true": True, "false": False, "null": None}
LOOSE_WORDS = ("NaN", "Infinity", "-Infinity")
CHARACTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Text:
    """A JSON text as strings, integers, True, False, None, lists and dicts; `provenance` is parsed and dropped."""

    def __init__(self, content: bytes) -> None:
        try:
            self._text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError(f"is not UTF-8 (byte {error.start})") from None
        self._at = 0
        self.tree = self._value(1, "", free=False)
        self._space()
        if self._at < len(self._text):
            self._fail("something follows the end")

    def _fail(self, why: str) -> NoReturn:
        raise MalformedError(f"is not JSON: {why} (line {self._text.count(chr(10), 0, self._at) + 1})")

    def _space(self) -> str:
        """Pass over white space; the next character, or nothing at the end."""
        match = WHITE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, level: int, where: str, free: bool) -> Any:
        """The value here; `free` within provenance, where numbers and names may be anything."""
        start = self._space()
        if level > MAX_DEPTH:
            raise MalformedError(f"is nested more than {MAX_DEPTH} deep")
        if start == "{":
            return self._object(level, where, free)
        if start == "[":
            return self._list(level, where, free)
        if start == '"':
            return self._string()
        for word in (*WORDS, *LOOSE_WORDS):
            if self._text.startswith(word, self._at):
                if word in LOOSE_WORDS and not free:
                    raise MalformedError(f"{where}: {word} is not a number")
                self._at += len(word)
                return WORDS.get(word)
        return self._number(where, free)

    def _number(self, where: str, free: bool) -> int:
        match = JSON_NUMBER.match(self._text, self._at)
        if match is None:
            self._fail("a value is missing")
        self._at = match.end()
        if free:
            return 0
        if match[1] or match[2]:
            raise MalformedError(f"{where}: a number with a fraction or an exponent; write an exact number as a string")
        if len(match[0].lstrip("-")) > MAX_JSON_INTEGER_DIGITS:
            raise MalformedError(f"{where}: an integer of more than {MAX_JSON_INTEGER_DIGITS} digits")
        return int(match[0])

    def _string(self) -> str:
        match = STRING.match(self._text, self._at)
        if match is None:
            self._fail("a string is wrong or not closed")
        self._at = match.end()
        return ESCAPE.sub(lambda e: chr(int(e[1][1:], 16)) if len(e[1]) > 1 else CHARACTERS.get(e[1], e[1]), match[1])

    def _items(self, close: str) -> Iterable[None]:
        """Once for each entry of a list or member of an object; passes the brackets and commas."""
        self._at += 1
        if self._space() == close:
            self._at += 1
            return
        while True:
            yield
            mark = self._space()
            self._at += 1
            if mark == close:
                return
            if mark != ",":
                self._at -= 1
                self._fail(f"',' or '{close}' is missing")

    def _list(self, level: int, where: str, free: bool) -> list[Any]:
        entries: list[Any] = []
        for _ in self._items("]"):
            entries.append(self._value(level + 1, f"{where}[{len(entries)}]", free))
        return entries

    def _object(self, level: int, where: str, free: bool) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for _ in self._items("}"):
            if self._space() != '"':
                self._fail("the name of a member is missing")
            name = self._string()
            if name in members and not free:
                raise MalformedError(f"{where or 'the file'}: the field {shown(name)} is given more than once")
            if self._space() != ":":
                self._fail("':' is missing")
            self._at += 1
            within = f"{where}.{name}" if where else name
            members[name] = self._value(level + 1, within, free or (level == 1 and name == "provenance"))
        return members


def plain(text: str) -> str:
    """The text, without anything that a terminal would take for more than letters."""
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def shown(value: object) -> str:
    """A part of the file as it may be printed."""
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."


# 9. Certificates ---------------------------------------------------------------------------------------------------

CERTIFICATE, MANIFEST = "landscape-verify-certificate/1", "landscape-verify-manifest/1"
PROPERTIES = ("strict-local-minimum", "spurious-local-minimum", "saddle")
DOMAIN_PREFIX = b"landscape-verify digest 1\n"
MAX_NUMBER_LENGTH = 640
MAX_EXPONENT = 4096
MAX_UNKNOWNS = 16_384
MAX_NEURONS = 400
MIN_PRECISION, MAX_PRECISION = 53, 2048

NUMBER = re.compile(r"(0|-?[1-9][0-9]*)(?:/([1-9][0-9]*)|\*2\^(0|-?[1-9][0-9]*))?")


class Field:
    """A value of the file and where it is. Every method that returns something has checked its type and its range."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def fail(self, why: str) -> NoReturn:
        """The file is malformed here."""
        raise MalformedError(f"{self.where or 'the file'}: {why}")

    def member(self, name: str) -> Field:
        """The member of this name of an object, which may have others."""
        if not isinstance(self.value, dict):
            self.fail("must be an object")
        if name not in self.value:
            self.fail(f"the field {name} is missing")
        return Field(self.value[name], f"{self.where}.{name}" if self.where else name)

    def members(self, *required: str, optional: Sequence[str] = ()) -> dict[str, Field]:
        """The members of an object that has all `required` ones, and no others but `optional` ones."""
        fields = {name: self.member(name) for name in required}
        for name in self.value:
            if name in optional:
                fields[name] = self.member(name)
            elif name not in required:
                self.fail(f"unknown field {shown(name)}")
        return fields

    def entries(self, low: int, high: int) -> list[Field]:
        """The entries of a list of `low` to `high` entries."""
        if not isinstance(self.value, list):
            self.fail("must be a list")
        if not low <= len(self.value) <= high:
            self.fail(f"has {len(self.value)} entries instead of {low} to {high}")
        return [Field(entry, f"{self.where}[{place}]") for place, entry in enumerate(self.value)]

    def word(self, *known: str) -> str:
        """One of the known strings; any string if none is named."""
        if not isinstance(self.value, str):
            self.fail("must be a string")
        if known and self.value not in known:
            self.fail(f"{shown(self.value)} is not known; known: {', '.join(known)}")
        return self.value

    def integer(self, low: int, high: int) -> int:
        """A JSON integer from `low` to `high`."""
        if type(self.value) is not int:
            self.fail("must be an integer")
        if not low <= self.value <= high:
            self.fail(f"{self.value} is not between {low} and {high}")
        return self.value

    def number(self) -> Fraction:
        """An exact number."""
        text = self.word()
        if len(text) > MAX_NUMBER_LENGTH:
            self.fail(f"number of {len(text)} characters, more than {MAX_NUMBER_LENGTH}")
        match = NUMBER.fullmatch(text)
        if match is None:
            self.fail(f"{shown(text)} is not an integer, p/q or m*2^e")
        exponent = int(match[3] or "0")
        if abs(exponent) > MAX_EXPONENT:
            self.fail(f"the exponent is beyond {MAX_EXPONENT} in size")
        return Fraction(int(match[1]), int(match[2] or "1")) * Fraction(2) ** exponent

    def signed(self, sign: int) -> Fraction:
        """An exact number of this sign."""
        number = self.number()
        if number * sign <= 0:
            self.fail("must be positive" if sign > 0 else "must be negative")
        return number

    def matrix(self, rows: int, columns: int) -> list[list[Fraction]]:
        """A matrix of exact numbers."""
        return [[entry.number() for entry in row.entries(columns, columns)] for row in self.entries(rows, rows)]

    def direction(self, rows: int, columns: int) -> list[Fraction]:
        """A matrix that is not zero, as the vector of its rows."""
        vector = [entry for row in self.matrix(rows, columns) for entry in row]
        if not any(vector):
            self.fail("is zero")
        return vector


class Claim(Protocol):
    """What a kind of certificate must be able to do."""

    @property
    def claimed(self) -> str:
        """The name of the property."""

    def sentence(self) -> str:
        """The statement, in words."""

    def prove(self, clock: Clock) -> None:
        """Return only if the statement is proved; else raise Refuted or Open."""


@dataclass(frozen=True)
class NotSupported:
    """A statement of a kind that the specification knows and this program does not: never more than Undecided."""

    claimed: str

    def sentence(self) -> str:
        """Nothing is said of it."""
        return ""

    def prove(self, clock: Clock) -> None:
        """Nothing is proved of it."""
        raise Open("rule not supported")


def read_activation(field: Field) -> Fraction | None:
    """The slope of leaky ReLU; None for erf."""
    if isinstance(field.value, dict):
        return field.members("leaky-relu")["leaky-relu"].number()
    return {"relu": Fraction(0), "erf": None}[field.word("relu", "erf")]


def read_landscape(field: Field) -> Landscape:
    """`statement.landscape` of the kind population-teacher-student."""
    fields = field.members("kind", "activation", "teacher", "neurons")
    slope = read_activation(fields["activation"])
    n = fields["neurons"].integer(1, MAX_UNKNOWNS)
    teacher = fields["teacher"]
    orthonormal = isinstance(teacher.value, dict) and "orthonormal" in teacher.value
    if orthonormal:
        count = teacher.members("orthonormal")["orthonormal"]
        k = d = count.integer(1, math.isqrt(MAX_UNKNOWNS))
    else:
        rows = teacher.members("rows")["rows"].entries(1, MAX_UNKNOWNS)
        k, d = len(rows), len(rows[0].entries(1, MAX_UNKNOWNS))
    if max(n, k) * d > MAX_UNKNOWNS:
        field.fail(f"more unknowns than {MAX_UNKNOWNS}")
    if n + k > MAX_NEURONS:
        field.fail(f"more neurons than {MAX_NEURONS}")
    if orthonormal:
        V = [[Fraction(i == j) for j in range(k)] for i in range(k)]
    else:
        V = teacher.members("rows")["rows"].matrix(k, d)
        if not all(map(any, V)):
            teacher.fail("a teacher neuron is zero")
    return Landscape(slope, V, orthonormal, n)


BOUNDS = {"hessian_lower_bound": 1, "negative_curvature": -1, "positive_curvature": 1}  # with their signs


def read_enclosed(name: str, fields: dict[str, Field], given: dict[str, Field], n: int, d: int) -> dict[str, Any]:
    """What an `EnclosedPoint` has, from the members of a statement and of a witness."""
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball" if "hessian_lower_bound" in fields else "box")
    counts = (
        [entry.integer(1, MAX_UNKNOWNS) for entry in fields["inertia"].entries(2, 2)] if "inertia" in fields else []
    )
    if counts and sum(counts) != n * d:
        fields["inertia"].fail(f"does not add up to the {n * d} unknowns")
    directions = [given[hint] for hint in ("negative_direction", "positive_direction") if hint in given]
    return {
        "claimed": name,
        "center": region["center"].matrix(n, d),
        "radius": region["radius"].signed(1),
        "value": interval(fields["value"]),
        "bounds": [fields[bound].signed(sign) for bound, sign in BOUNDS.items() if bound in fields],
        "inertia": (counts[0], counts[1]) if counts else None,
        "precision": given["precision"].integer(MIN_PRECISION, MAX_PRECISION),
        "better": given["better_point"].matrix(n, d) if "better_point" in given else None,
        "directions": [direction.direction(n, d) for direction in directions],
    }


def numbers(field: Field, low: int, high: int) -> list[Fraction]:
    """A list of exact numbers."""
    return [entry.number() for entry in field.entries(low, high)]


def interval(field: Field) -> tuple[Fraction, Fraction]:
    """Two numbers l <= u."""
    low, high = numbers(field, 2, 2)
    if low > high:
        field.fail("the lower bound is above the upper bound")
    return low, high


def read_critical_point(statement: Field, witness: Field) -> CriticalPoint:
    """A statement of the kind population-teacher-student with its witness."""
    name = statement.member("property").word(*PROPERTIES)
    saddle = name == "saddle"
    bounds = ("negative_curvature", "positive_curvature") if saddle else ("hessian_lower_bound",)
    always = ("landscape", "property", "input_dimension", "region", "value")
    fields = statement.members(*always, *bounds, optional=("inertia",) if saddle else ())
    land, dimension = read_landscape(fields["landscape"]), fields["input_dimension"]
    lifted = isinstance(dimension.value, dict)
    (dimension.members("at_least")["at_least"] if lifted else dimension).integer(land.d, land.d)
    directions = ("negative_direction", "positive_direction") if saddle else ()
    optional = ("better_point",) if name == "spurious-local-minimum" else ()
    given = witness.members("precision", *directions, optional=optional)
    return CriticalPoint(**read_enclosed(name, fields, given, land.n, land.d), land=land, lifted=lifted)


# 10. Rational numbers ---------------------------------------------------------------------------------------------

EXACT_BITS = 100_000
EXACT_ORDER = 64

Rationals = list[list[Fraction]]


def exact_sum(terms: Iterable[Fraction], clock: Clock) -> Fraction:
    """The sum. Of many fractions it may have a huge denominator: beyond EXACT_BITS the answer is open."""
    sum_ = Fraction(0)
    for term in terms:
        clock.tick()
        sum_ += term
        if max(sum_.denominator.bit_length(), sum_.numerator.bit_length()) > EXACT_BITS:
            raise Open(f"an exact number has more than {EXACT_BITS} bits")
    return sum_


def exact_dot(first: Iterable[Fraction], second: Iterable[Fraction], clock: Clock) -> Fraction:
    """The inner product."""
    return exact_sum((x * y for x, y in zip(first, second, strict=True) if x and y), clock)


def ends(x: Interval) -> tuple[Fraction, Fraction]:
    """The least and the largest member."""
    return Fraction(x.lo, 1 << x.bits), Fraction(x.hi, 1 << x.bits)


def symmetric(triangle: Rationals) -> Rationals:
    """The symmetric matrix with this lower triangle."""
    size = range(len(triangle))
    return [[triangle[max(a, b)][min(a, b)] for b in size] for a in size]


def is_semidefinite(A: Integers, clock: Clock) -> bool:
    """Whether x^T A x >= 0 for all x, of a symmetric matrix: decided.

    A row of zeros is left out. A diagonal entry that is negative, or 0 in a row that is not all 0, is in a principal
    minor of order 1 or 2 that is negative. With a pivot a = A_pp > 0, a x^T A x = (sum_j A_pj x_j)^2 + y^T C y for
    C_ij = a A_ij - A_ip A_pj and y = x without x_p. As x_p is free to make the square 0, A is semidefinite if and only
    if C is; and so is C without what its entries have in common.
    """
    while True:
        kept = [i for i, row in enumerate(A) if any(row)]
        A = [[A[i][j] for j in kept] for i in kept]
        if any(row[i] <= 0 for i, row in enumerate(A)):
            return False
        if not A:
            return True
        p = min(range(len(A)), key=lambda i: A[i][i])
        line = A.pop(p)
        a, rows = line.pop(p), []
        for row in A:
            clock.tick()
            factor = row.pop(p)
            rows.append([a * x - factor * y for x, y in zip(row, line, strict=True)])
        common = math.gcd(*(x for row in rows for x in row)) or 1
        A = [[x // common for x in row] for row in rows]


def prove_semidefinite(what: str, A: Rationals, clock: Clock) -> None:
    """x^T A x >= 0 for all x, of a symmetric matrix: decided up to the order EXACT_ORDER."""
    bits, size = 256, max(abs(x) for row in A for x in row)
    if not size:
        return
    M = Symmetric.enclosing([[Interval.of(x / size, bits) for x in row] for row in A])
    if inertia(M.bound(-1), bits, clock) == (0, len(A)):
        return
    scale = 1
    for x in (x for row in A[:EXACT_ORDER] for x in row[:EXACT_ORDER]):
        scale = math.lcm(scale, x.denominator) if scale.bit_length() <= EXACT_BITS else scale
    if len(A) <= EXACT_ORDER and scale.bit_length() <= EXACT_BITS:
        proved = is_semidefinite([[int(x * scale) for x in row] for row in A], clock)
        decide(proved, not proved, f"{what} has no negative eigenvalue")
    else:
        decide(False, has_negative(M, clock), f"{what} has no negative eigenvalue")


def prove_nonnegative(what: str, H: Matrix, clock: Clock) -> None:
    """Each symmetric matrix in H has no negative eigenvalue. Refuted if each has one."""
    M = Symmetric.enclosing(H)
    if inertia(M.bound(-1), M.bits, clock) != (0, len(H)):
        decide(False, has_negative(M, clock), f"{what} has no negative eigenvalue")


def solve(A: Rationals, b: list[Fraction], bits: int, clock: Clock) -> Vector:
    """Enclosures of the t with A t = b, for a symmetric A; Open if A is not proved to be invertible.

    t = Y b + (I - Y A) t, so |t| <= |Y b| + R |t| in the maximum norm, and t is within R |Y b| / (1 - R) of Y b.
    """
    size = max(abs(x) for row in A for x in row) or Fraction(1)
    M = Symmetric.enclosing([[Interval.of(x / size, bits) for x in row] for row in A])
    Y = inverse(M, clock)
    R = residual(Y, M.mid, M.spread, bits, clock).at(bits)
    if (1 + -R).lo <= 0:
        raise Open("the equations are not proved to be independent")
    right = [Interval.of(x / size, bits) for x in b]
    t = [total((y * x for y, x in zip(row, right, strict=True)), 2 * bits).at(bits) for row in Y]
    far = (R * Interval(0, max(abs(x).hi for x in t), bits) / (1 + -R)).hi
    return [Interval(x.lo - far, x.hi + far, bits) for x in t]


# 11. Empirical risks: the loss -------------------------------------------------------------------------------------

MAX_RISK_BLOCKS_HERE = 2**21


@dataclass(frozen=True)
class Layer:
    """Units that map a to sigma(W a + b), plus a if `residual`. An activation is a name and its numbers; what is
    piecewise linear with a kink at 0 at most has the name "lines" and the slopes before and after 0."""

    inputs: int
    width: int
    activation: tuple[str, list[Fraction]]
    bias: bool
    residual: bool

    @property
    def parameters(self) -> int:
        """Their number."""
        return self.width * (self.inputs + self.bias)

    @property
    def kink(self) -> bool:
        """The loss may not be smooth where a pre-activation is 0."""
        name, numbers = self.activation
        return name == "elu" or (name == "lines" and numbers[0] != numbers[1])


Item = TypeVar("Item")


@dataclass(frozen=True)
class Risk:
    """The loss of a network on samples; `fixed` are the parameters that are not trained, `decay` is for weights and
    for biases."""

    layers: list[Layer]
    loss: str
    factor: Fraction
    decay: tuple[Fraction, Fraction]
    inputs: Rationals
    targets: Rationals
    fixed: dict[int, Fraction]

    @cached_property
    def places(self) -> list[tuple[int, int, int]]:
        """Layer, unit and input of each parameter, in order; a bias has the number of inputs as its input."""
        weights = [
            [(level, i, j) for i in range(a.width) for j in range(a.inputs)] for level, a in enumerate(self.layers)
        ]
        biases = [[(level, i, a.inputs) for i in range(a.width) if a.bias] for level, a in enumerate(self.layers)]
        return [place for pair in zip(weights, biases, strict=True) for part in pair for place in part]

    @cached_property
    def trained(self) -> list[int]:
        """The numbers of the parameters that are trained."""
        return [number for number in range(sum(a.parameters for a in self.layers)) if number not in self.fixed]

    @cached_property
    def decays(self) -> list[Fraction]:
        """The decay of each trained parameter."""
        places = self.places
        return [self.decay[places[p][2] == self.layers[places[p][0]].inputs] for p in self.trained]

    def layered(
        self, point: Sequence[Item], lift: Callable[[Fraction], Item]
    ) -> list[tuple[list[list[Item]], list[Item]]]:
        """The weights of each unit and the biases of each layer, if there are any, from the trained parameters."""
        given = iter(point)
        flat = iter([lift(self.fixed[p]) if p in self.fixed else next(given) for p in range(len(self.places))])
        return [
            (
                [[next(flat) for _ in range(layer.inputs)] for _ in range(layer.width)],
                [next(flat) for _ in range(layer.width * layer.bias)],
            )
            for layer in self.layers
        ]

    @property
    def rational(self) -> bool:
        """Rational parameters give a rational loss."""
        return self.loss == "squares" and all(a.activation[0] in ("lines", "polynomial") for a in self.layers)


Powers = list[Fraction]


class Expansion:
    """A rational risk at point + t direction for all small t >= 0, modulo t^(order + 1): lists of coefficients.

    The sign of a pre-activation for small t > 0 is that of its first coefficient that is not 0; if all kept ones are 0
    it is O(t^(order + 1)), as is then the output.
    """

    def __init__(
        self, risk: Risk, point: list[Fraction], clock: Clock, direction: list[Fraction] | None = None, order: int = 0
    ) -> None:
        if not risk.rational:
            raise Open("the risk is not rational: squares, with piecewise linear or polynomial activations")
        self.risk, self.clock, self.order = risk, clock, order
        rest = [Fraction(0)] * (order - 1)
        self.point = [[x, *([u, *rest] if order else [])] for x, u in zip(point, direction or point, strict=True)]
        self.layers = risk.layered(self.point, self._constant)
        self.zs: list[list[list[Powers]]] = []  # pre-activations by sample, layer and unit
        self.residuals = [self._residual(x, y) for x, y in zip(risk.inputs, risk.targets, strict=True)]

    def _constant(self, x: Fraction) -> Powers:
        return [x] + [Fraction(0)] * self.order

    def dot(self, first: Sequence[Powers], second: Sequence[Powers]) -> Powers:
        """The sum of the products."""
        return [
            exact_sum((x[i] * y[k - i] for x, y in zip(first, second, strict=True) for i in range(k + 1)), self.clock)
            for k in range(self.order + 1)
        ]

    def _residual(self, x: list[Fraction], y: list[Fraction]) -> list[Powers]:
        """f - y."""
        one, a = self._constant(Fraction(1)), [self._constant(entry) for entry in x]
        self.zs.append([])
        for layer, (rows, biases) in zip(self.risk.layers, self.layers, strict=True):
            z = [self.dot([*row, *biases[i : i + 1]], [*a, one] if biases else a) for i, row in enumerate(rows)]
            self.zs[-1].append(z)
            outputs = [self._activate(layer, entry) for entry in z]
            a = (
                [self.dot([new, old], [one, one]) for new, old in zip(outputs, a, strict=True)]
                if layer.residual
                else outputs
            )
        return [[f[0] - target, *f[1:]] for f, target in zip(a, y, strict=True)]

    def _activate(self, layer: Layer, z: Powers) -> Powers:
        name, numbers = layer.activation
        if name == "lines":
            return [numbers[next((c for c in z if c), 0) > 0] * c for c in z]
        value = self._constant(Fraction(0))
        for c in reversed(numbers):
            value = self.dot([value, self._constant(c)], [z, self._constant(Fraction(1))])
        return value

    def loss(self) -> Powers:
        """F."""
        flat = [entry for residual in self.residuals for entry in residual]
        decays = [[decay / 2 * c for c in theta] for decay, theta in zip(self.risk.decays, self.point, strict=True)]
        return self.dot([[self.risk.factor * c for c in entry] for entry in flat] + decays, flat + self.point)

    def on_a_kink(self, sample: int) -> bool:
        """Some unit with two slopes has the pre-activation 0 at t = 0."""
        pairs = zip(self.risk.layers, self.zs[sample], strict=True)
        return any(layer.kink and z[0] == 0 for layer, zs in pairs for z in zs)


def sigmoid(z: Interval) -> tuple[Interval, Interval, Interval]:
    """s = 1 / (1 + exp(-z)), which increases; with d = s - 1/2, s' = 1/4 - d^2 and s'' = -2 s' d."""
    bits = z.bits

    def at(x: int) -> Interval:
        e = _exp(-abs(x), bits)
        return (Interval.of(1, bits) if x >= 0 else e) / (1 + e)

    s = Interval(at(z.lo).lo, at(z.hi).hi, bits)
    d = s - Interval.of(Fraction(1, 2), bits)
    slope = Interval.of(Fraction(1, 4), bits) - d.square()
    return s, slope, -2 * (slope * d)


def softplus(z: Interval) -> Interval:
    """log(1 + exp z) = max(z, 0) + log(1 + exp(-|z|)), which increases: from the ends."""

    def at(x: int) -> Interval:
        return Interval(max(x, 0), max(x, 0), z.bits) + (1 + _exp(-abs(x), z.bits)).log()

    return Interval(at(z.lo).lo, at(z.hi).hi, z.bits)


def density(z: Interval) -> Interval:
    """exp(-z^2 / 2) / sqrt(2 pi)."""
    square = z.square()
    return Interval(-square.hi >> 1, -(square.lo >> 1), z.bits).exp() / (2 * pi(z.bits)).sqrt()


def distribution(z: Interval) -> Interval:
    """The normal distribution function P, which increases: from the ends.

    P(x) = 1/2 + p(x) (x + x^3/3 + x^5/(3 5) + ...) with the density p, and 1 - P(x) <= exp(-x^2/2) / 2 for x >= 0.
    From a term on after which x^2 / (2k + 3) <= 1/2, the rest of the series is at most that term.
    """
    bits, w = z.bits, 2 * z.bits + 64

    def half(x: int) -> Interval:
        """P - 1/2 for x >= 0."""
        if x * x >> 2 * bits >= 2 * bits:
            return Interval((1 << bits - 1) - 1, 1 << bits - 1, bits)
        y = term = sum_ = Interval(x, x, bits).at(w)
        square, k = y.square(), 0
        while term.hi > 1 or 2 * square.hi > 2 * k + 3 << w:
            k, term = k + 1, term * square
            term = Interval(term.lo // (2 * k + 1), -(-term.hi // (2 * k + 1)), w)
            sum_ = sum_ + term
        return (density(y) * Interval(sum_.lo, sum_.hi + term.hi, w)).at(bits)

    ends = [half(x) if x >= 0 else -half(-x) for x in (z.lo, z.hi)]
    return Interval.of(Fraction(1, 2), bits) + Interval(ends[0].lo, ends[1].hi, bits)


def activate(activation: tuple[str, list[Fraction]], z: Interval) -> tuple[Interval, Interval, Interval]:
    """sigma, sigma' and sigma'' on z. Where there may be a kink in z, only the first is right."""
    name, bits = activation[0], z.bits
    numbers = [Interval.of(x, bits) for x in activation[1]]
    zero = Interval(0, 0, bits)
    if name == "lines":
        below, above = Interval(min(z.lo, 0), min(z.hi, 0), bits), Interval(max(z.lo, 0), max(z.hi, 0), bits)
        slope = numbers[0] if z.hi <= 0 else numbers[1]
        return numbers[0] * below + numbers[1] * above, slope, zero
    if name == "elu":
        below, above = Interval(min(z.lo, 0), min(z.hi, 0), bits), Interval(max(z.lo, 0), max(z.hi, 0), bits)
        c, a = numbers
        bent = c * a * below.exp()
        value = c * above + bent - c * a
        return (value, bent, bent) if z.hi <= 0 else (value, c, zero)
    if name == "polynomial":
        value = slope = curvature = zero
        for c in reversed(numbers):
            value, slope, curvature = value * z + c, slope * z + value, curvature * z + 2 * slope
        return value, slope, curvature
    if name == "arctan":
        slope = Interval.of(1, bits) / (1 + z.square())
        return z.arctan(), slope, -2 * (z * slope.square())
    if name == "gelu":
        P, p = distribution(z), density(z)
        return z * P, P + z * p, (2 + -z.square()) * p
    s, slope, curvature = sigmoid(2 * z if name == "tanh" else z)
    if name == "tanh":  # 2 s(2z) - 1
        return -1 + 2 * s, 4 * slope, 8 * curvature
    return (softplus(z), s, slope) if name == "softplus" else (s, slope, curvature)


def sample_loss(loss: str, f: Vector, y: list[Fraction]) -> tuple[Interval, Vector, Matrix]:
    """l(f, y), its gradient and its Hessian in f."""
    bits = f[0].bits
    targets, zero = [Interval.of(x, bits) for x in y], Interval(0, 0, bits)
    if loss == "cross-entropy":  # with exp(f - top) for exp f, which is the same and not large
        top = max(x.hi for x in f)
        powers = [Interval(x.lo - top, x.hi - top, bits).exp() for x in f]
        sum_, weight = total(powers, bits), total(targets, bits)
        level, shares = Interval(top, top, bits) + sum_.log(), [power / sum_ for power in powers]
        value = total((target * (level - x) for target, x in zip(targets, f, strict=True)), bits)
        gradient = [weight * share - target for share, target in zip(shares, targets, strict=True)]
        size = range(len(f))
        return value, gradient, [[weight * shares[o] * ((o == p) + -shares[p]) for p in size] for o in size]
    if loss == "logistic":
        against = [-(target * x) for target, x in zip(targets, f, strict=True)]
        values, pairs = [softplus(x) for x in against], [sigmoid(x) for x in against]
        firsts = [-(target * s) for target, (s, _, _) in zip(targets, pairs, strict=True)]
        seconds = [target.square() * slope for target, (_, slope, _) in zip(targets, pairs, strict=True)]
    else:
        apart = [x - target for x, target in zip(f, targets, strict=True)]
        values, firsts = [x.square() for x in apart], [2 * x for x in apart]
        seconds = [Interval.of(2, bits)] * len(f)
    return total(values, bits), firsts, [[x if o == p else zero for p in range(len(f))] for o, x in enumerate(seconds)]


class Column:
    """A number for each sample, in units of 2^-bits: midpoints, radii, and bounds of the absolute values."""

    def __init__(self, entries: Vector) -> None:
        self.bits = entries[0].bits
        self.mid = [(x.lo + x.hi) >> 1 for x in entries]
        self.rad = [x.hi - m for x, m in zip(entries, self.mid, strict=True)]
        self.size = [abs(m) + r for m, r in zip(self.mid, self.rad, strict=True)]
        self.exact = not any(self.rad)

    def dot(self, other: Column) -> Interval:
        """The inner product: x y differs from mid(x) mid(y) by at most |x| rad(y) + rad(x) |y|."""
        middle, spread = sum(map(mul, self.mid, other.mid)), 0
        if not self.exact:
            spread += sum(map(mul, self.rad, other.size))
        if not other.exact:
            spread += sum(map(mul, self.size, other.rad))
        return Interval(middle - spread >> self.bits, -(-middle - spread >> self.bits), self.bits)


@dataclass(frozen=True)
class Pass:
    """One sample: the layers' inputs and the output (`a`), sigma, sigma' and sigma'' (`units`); the loss in the output
    with its Hessian, and the derivatives of the loss in the outputs of the activations (`g`) and in their inputs."""

    a: list[Vector]
    units: list[list[tuple[Interval, Interval, Interval]]]
    loss: Interval
    curvature: Matrix
    g: list[Vector]
    delta: list[Vector]


class Sampled:
    """A risk at all trained parameters of a box; with derivatives if it is `smooth` there, which is then proved."""

    def __init__(self, risk: Risk, point: Vector, clock: Clock, *, smooth: bool = True) -> None:
        self.risk, self.point, self.bits, self.clock, self.smooth = risk, point, point[0].bits, clock, smooth
        self.layers = risk.layered(point, lambda x: Interval.of(x, self.bits))
        self.passes = [self._pass(x, y) for x, y in zip(risk.inputs, risk.targets, strict=True)]

    def _pass(self, x: list[Fraction], y: list[Fraction]) -> Pass:
        a, units = [[Interval.of(entry, self.bits) for entry in x]], []
        for layer, (rows, biases) in zip(self.risk.layers, self.layers, strict=True):
            self.clock.tick()
            z = [dot(row, a[-1]) for row in rows]
            z = [u + b for u, b in zip(z, biases, strict=True)] if biases else z
            if self.smooth and layer.kink and any(u.lo <= 0 <= u.hi for u in z):
                raise Open("no unit is proved to stay off its kink")
            units.append([self._activate(layer, u) for u in z])
            values = [unit[0] for unit in units[-1]]
            a.append([u + v for u, v in zip(values, a[-1], strict=True)] if layer.residual else values)
        loss, first, second = sample_loss(self.risk.loss, a[-1], y)
        factor = Interval.of(self.risk.factor, self.bits)
        g, delta = [[factor * x for x in first]], []
        for level in range(len(units) - 1, -1, -1):
            delta.append([unit[1] * x for unit, x in zip(units[level], g[-1], strict=True)])
            before = [dot([*column], delta[-1]) for column in zip(*self.layers[level][0], strict=True)]
            g.append(
                [x + u for x, u in zip(before, g[-1], strict=True)] if self.risk.layers[level].residual else before
            )
        curvature = [[factor * x for x in row] for row in second]
        return Pass(a, units, factor * loss, curvature, g[-2::-1], delta[::-1])

    def _activate(self, layer: Layer, z: Interval) -> tuple[Interval, Interval, Interval]:
        self.clock.tick()
        return activate(layer.activation, z)

    def value(self) -> Interval:
        """F."""
        decays = (Interval.of(decay / 2, self.bits) for decay in self.risk.decays)
        terms = [decay * theta.square() for decay, theta in zip(decays, self.point, strict=True)]
        return total([run.loss for run in self.passes] + terms, self.bits)

    def _columns(self) -> list[list[Column]]:
        """What the weights of each layer multiply, by input, and 1 for the biases; a number for each sample."""
        one = Interval.of(1, self.bits)
        return [
            [Column([run.a[level][j] for run in self.passes]) for j in range(layer.inputs)]
            + [Column([one] * len(self.passes))]
            for level, layer in enumerate(self.risk.layers)
        ]

    def gradient(self) -> Vector:
        """The derivative in W_ij is the sum over the samples of delta_i a_j."""
        columns, places, theta = self._columns(), self.risk.places, self.point
        deltas = [
            [Column([run.delta[level][i] for run in self.passes]) for i in range(layer.width)]
            for level, layer in enumerate(self.risk.layers)
        ]
        firsts = [deltas[level][i].dot(columns[level][j]) for level, i, j in (places[p] for p in self.risk.trained)]
        decays = [Interval.of(decay, self.bits) for decay in self.risk.decays]
        return [first + decay * x for first, decay, x in zip(firsts, decays, theta, strict=True)]

    def hessian(self) -> Matrix:
        """By unit pre-activations: with K the second derivatives of F in numbers that are added to them, and T the
        derivatives of the layers' inputs a' in these, the entry of W_ij and W'_kl is the sum over the samples of
        a_j (K_ik a'_l + delta'_k T_li): the second term, from the product of W' and a', if W' is in a later layer."""
        samples, starts = range(len(self.passes)), [0]
        for layer in self.risk.layers:
            starts.append(starts[-1] + layer.width)
        if len(samples) * starts[-1] ** 2 > MAX_RISK_BLOCKS_HERE:
            raise Open("more samples and units than this checker takes on")
        columns, zero = self._columns(), Interval(0, 0, self.bits)
        seconds = [self._units(run, starts) for run in self.passes]
        members: dict[int, list[tuple[int, int]]] = {}  # by unit: the trained parameters, with their inputs
        for seat, p in enumerate(self.risk.trained):
            level, i, j = self.risk.places[p]
            members.setdefault(starts[level] + i, []).append((seat, j))
        layer_of = [level for level, layer in enumerate(self.risk.layers) for _ in range(layer.width)]
        size = len(self.risk.trained)
        H = [[zero] * size for _ in range(size)]
        for u, first in members.items():
            for v, second in members.items():
                if u > v:
                    continue
                level, m = layer_of[u], layer_of[v]
                for q, k in second:
                    self.clock.tick()
                    inputs = [run.a[m][k] if k < len(run.a[m]) else 1 + zero for run in self.passes]
                    terms = [seconds[n][0][u][v] * inputs[n] for n in samples]
                    if level < m and k < len(self.passes[0].a[m]):
                        deltas = [run.delta[m][v - starts[m]] for run in self.passes]
                        terms = [terms[n] + deltas[n] * seconds[n][1][m][k][u] for n in samples]
                    column = Column(terms)
                    for p, j in first:
                        if u < v or p <= q:
                            H[p][q] = H[q][p] = columns[level][j].dot(column)
        for p, decay in enumerate(self.risk.decays):
            H[p][p] = H[p][p] + Interval.of(decay, self.bits)
        return H

    def _units(self, run: Pass, starts: list[int]) -> tuple[Matrix, list[Matrix]]:
        """K and T of a sample. Only activations and the loss are not linear: K = sum g sigma'' t t^T over the units,
        with t the derivatives of their pre-activations, and T^T G T for the output with the loss's Hessian G."""
        size, zero, one = starts[-1], Interval(0, 0, self.bits), Interval.of(1, self.bits)
        K = [[zero] * size for _ in range(size)]
        T = [[[zero] * size for _ in run.a[0]]]

        def add(factor: Interval, t: Vector, s: Vector) -> None:
            self.clock.tick()
            if factor.lo or factor.hi:
                some = [v for v in range(size) if s[v].lo or s[v].hi]
                for u in (u for u in range(size) if t[u].lo or t[u].hi):
                    x = factor * t[u]
                    for v in some:
                        K[u][v] = K[u][v] + x * s[v]

        for level, (layer, (rows, _)) in enumerate(zip(self.risk.layers, self.layers, strict=True)):
            after = []
            for i, row in enumerate(rows):
                t = [
                    dot(row, [*column]) if u < starts[level] else zero
                    for u, column in enumerate(zip(*T[-1], strict=True))
                ]
                t[starts[level] + i] = one
                _, slope, curvature = run.units[level][i]
                add(run.g[level][i] * curvature, t, t)
                after.append([slope * x for x in t])
            if layer.residual:
                after = [[x + y for x, y in zip(*pair, strict=True)] for pair in zip(after, T[-1], strict=True)]
            T.append(after)
        for o, row in enumerate(run.curvature):
            for p, factor in enumerate(row):
                add(factor, T[-1][o], T[-1][p])
        return K, T


# 12. Empirical risks: the statements -------------------------------------------------------------------------------

MAX_LAYERS, MAX_DEGREE, MAX_SAMPLES, MAX_DATA, MAX_ORDER, MAX_OPEN_KINKS = 64, 16, 16_384, 131_072, 32, 8

Point = list[Fraction]


def lowest_and_highest(risk: Risk, point: Point, precision: int, clock: Clock) -> tuple[Fraction, Fraction]:
    """Bounds of the loss at a point; equal for a rational risk."""
    if risk.rational:
        value = Expansion(risk, point, clock).loss()[0]
        return value, value
    bits = 64 + 2 * precision
    return ends(Sampled(risk, [Interval.of(x, bits) for x in point], clock, smooth=False).value())


def prove_better(risk: Risk, better: Point, bound: Fraction, precision: int, clock: Clock) -> None:
    """The loss at the better point is below the bound."""
    low, high = lowest_and_highest(risk, better, precision, clock)
    decide(high < bound, bound <= low, "the loss at the better point is below the lower bound")


@dataclass(frozen=True)
class AtPoint:
    """A statement about an exact point. `descent` and `ascent` are directions with their orders; `multipliers` are by
    neuron, sign, set of kinks that bend down, and kink; absent is None."""

    claimed: str
    risk: Risk
    point: Point
    value: tuple[Fraction, Fraction]
    precision: int
    better: Point | None
    method: str | None
    multipliers: list[list[Rationals]] | None
    descent: tuple[Point, int] | None
    ascent: tuple[Point, int] | None

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)}, at the point of the file, loss in {between(self.value)}"

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved."""
        low, high = lowest_and_highest(self.risk, self.point, self.precision, clock)
        first, last = self.value
        decide(first <= low and high <= last, high < first or last < low, "the loss at the point is within its bounds")
        if self.better is not None:
            prove_better(self.risk, self.better, first, self.precision, clock)
        if self.method == "one-hidden-layer":
            self._one_hidden_layer(clock)
        elif self.method == "orthogonal-residuals":
            self._orthogonal_residuals(clock)
        for given, sign in ((self.descent, -1), (self.ascent, 1)):
            if given is not None:
                self._first_change(*given, sign, clock)
        if self.ascent is not None:
            self._critical(clock)

    def _first_change(self, direction: Point, order: int, sign: int, clock: Clock) -> None:
        """F(point + t direction) - F(point), t >= 0, begins with t^order, with a coefficient of this sign."""
        what = f"the loss {'falls' if sign < 0 else 'rises'} along the direction, at the order {order} first"
        if self.risk.rational:
            series = Expansion(self.risk, self.point, clock, direction, order).loss()
            decide(not any(series[1:order]) and series[order] * sign > 0, True, what)
            return
        if order > 1 or sign > 0:
            raise Open("the risk is not rational, so only a falling derivative is looked at")
        slope = derivative(self.risk, self.point, Fraction(0), direction, self.precision, clock)
        decide(slope.hi < 0, slope.lo >= 0, what)

    def _critical(self, clock: Clock) -> None:
        """No unit is on a kink, and the derivative in each trained parameter is 0."""
        here = Expansion(self.risk, self.point, clock)
        if any(here.on_a_kink(sample) for sample in range(len(here.zs))):
            raise Open("a unit is on its kink at the point")
        for seat in range(len(self.point)):
            unit = [Fraction(other == seat) for other in range(len(self.point))]
            slope = Expansion(self.risk, self.point, clock, unit, 1).loss()[1]
            decide(slope == 0, slope != 0, "the derivative in each parameter is 0")

    def _linearised(self, clock: Clock) -> tuple[Expansion, Rationals]:
        """1 of both methods, but for the network: the pre-activations, and r_n = factor times the gradient of l."""
        if self.risk.loss != "squares" or any(self.risk.decay):
            raise Open("this is shown for squares without weight decay only")
        if any(layer.activation[0] != "lines" for layer in self.risk.layers):
            raise Open("this is shown for piecewise linear activations only")
        here = Expansion(self.risk, self.point, clock)
        return here, [[2 * self.risk.factor * entry[0] for entry in residual] for residual in here.residuals]

    def _orthogonal_residuals(self, clock: Clock) -> None:
        """1 to 3: for the samples of each pattern of sides, the sum of r_n (x_n, 1)^T is 0."""
        here, residuals = self._linearised(clock)
        if self.risk.layers[-1].kink:
            raise Open("the last activation is not linear")
        patterns: dict[tuple[bool, ...], list[int]] = {}
        for sample, residual in enumerate(residuals):
            if any(residual):
                if here.on_a_kink(sample):
                    raise Open(f"a unit is on its kink on the sample {sample}, whose residual is not 0")
                pairs = zip(self.risk.layers, here.zs[sample], strict=True)
                sides = tuple(z[0] > 0 for layer, zs in pairs if layer.kink for z in zs)
                patterns.setdefault(sides, []).append(sample)
        inputs = [[*x, Fraction(any(layer.bias for layer in self.risk.layers))] for x in self.risk.inputs]
        for samples in patterns.values():
            for r in zip(*(residuals[sample] for sample in samples), strict=True):
                for x in zip(*(inputs[sample] for sample in samples), strict=True):
                    if exact_dot(r, x, clock):
                        raise Open("the residuals of the samples of one pattern are not orthogonal to the inputs")

    def _one_hidden_layer(self, clock: Clock) -> None:
        """1 to 4, with the multipliers for 4."""
        here, residuals = self._linearised(clock)
        if len(self.risk.layers) != 2 or any(layer.residual for layer in self.risk.layers):
            raise Open("this is shown for one hidden layer without a residual connection only")
        hidden, last = self.risk.layers
        if last.width != 1 or last.activation[1] != [1, 1]:
            raise Open("this is shown for one output that is not bent only")
        r = [residual[0] for residual in residuals]
        trained = [p not in self.risk.fixed for p in range(hidden.parameters + last.parameters)]
        if last.bias and trained[-1]:
            decide(exact_sum(r, clock) == 0, True, "the residuals add up to 0")
        given = self.multipliers or []
        decide(len(given) == hidden.width, True, "there are multipliers for each neuron")
        for j in range(hidden.width):
            weights = trained[j * hidden.inputs : (j + 1) * hidden.inputs]
            own = weights + [hidden.bias and trained[hidden.width * hidden.inputs + j]]
            points = [
                [x for x, moves in zip([*row, Fraction(1)], own, strict=True) if moves] for row in self.risk.inputs
            ]
            v, v_trained = here.layers[1][0][0][j][0], trained[hidden.parameters + j]
            z = [here.zs[n][0][j][0] for n in range(len(r))]
            if v_trained:
                outputs = [hidden.activation[1][x > 0] * x for x in z]
                decide(
                    exact_dot(r, outputs, clock) == 0, True, f"the residuals are orthogonal to the neuron {j}'s outputs"
                )
            signs = [s for s in (1, -1) if v * s > 0 or (v == 0 and v_trained)]
            decide(len(given[j]) == len(signs), True, f"there are multipliers for each sign of the neuron {j}")
            for s, patterns in zip(signs, given[j], strict=True):
                self._not_negative([s * x for x in r], z, points, hidden.activation[1], patterns, clock)

    @staticmethod
    def _not_negative(r: Point, z: Point, points: Rationals, slopes: Point, patterns: Rationals, clock: Clock) -> None:
        """4 for one neuron and sign, which is in r: for each set T of kinks that bend down, the multipliers prove it.

        g u + sum_n k_n max(a_n u, 0) with g = sum_n r_n h'(z_n) a_n, where h' is the slope before 0 on a kink.
        """
        g = [
            exact_dot([x * slopes[y > 0] for x, y in zip(r, z, strict=True)], column, clock)
            for column in zip(*points, strict=True)
        ]
        kinks = [n for n in range(len(r)) if z[n] == 0 and r[n] * (slopes[1] - slopes[0])]
        k = {n: r[n] * (slopes[1] - slopes[0]) for n in kinks}
        down = [n for n in kinks if k[n] < 0]
        count = 1 << len(down) if len(down) <= MAX_OPEN_KINKS else 0
        decide(len(patterns) == count, True, "there are multipliers for each set of kinks that bend down")
        for number, multipliers in enumerate(patterns):
            decide(len(multipliers) == len(kinks), True, "there is a multiplier for each kink")
            chosen = {n for place, n in enumerate(reversed(down)) if number >> place & 1}
            factors = []  # of a_n, all brought to the left side
            for n, x in zip(kinks, multipliers, strict=True):
                decide(x >= 0 and (k[n] < 0 or x <= 1), True, "the multipliers are within their ranges")
                factors.append(x * k[n] if k[n] > 0 else k[n] - x if n in chosen else x)
            for seat, start in enumerate(g):
                left = exact_dot([*factors, Fraction(1)], [*(points[n][seat] for n in kinks), start], clock)
                decide(left == 0, True, "the multipliers make both sides equal")


def derivative(risk: Risk, point: Point, radius: Fraction, direction: Point, precision: int, clock: Clock) -> Interval:
    """The derivative along the direction, everywhere in the box around the point; Open if it is not smooth."""
    if len(point) > MAX_UNKNOWNS_HERE:
        raise Open(f"{len(point)} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
    bits = 64 + 2 * precision + smallness(radius)
    box, size = [Interval.of(x, bits, radius) for x in point], max(map(abs, direction))
    return dot([Interval.of(x / size, bits) for x in direction], Sampled(risk, box, clock).gradient())


@dataclass(frozen=True)
class NoCriticalPoint:
    """The ball around the center has no critical point: F falls along the direction everywhere in it."""

    claimed: str
    risk: Risk
    center: Point
    radius: Fraction
    direction: Point
    precision: int

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)} within {brief(self.radius)} of the center"

    def prove(self, clock: Clock) -> None:
        """The derivative is negative."""
        slope = derivative(self.risk, self.center, self.radius, self.direction, self.precision, clock)
        decide(slope.hi < 0, slope.lo >= 0, "the loss falls along the direction")


@dataclass(frozen=True)
class RiskPoint(EnclosedPoint):
    """A strict or spurious minimum or a saddle of a risk, or the critical point of one neuron for every width; then
    `widths_from` is the number of neurons of the better point, and from which on the minima are not global."""

    risk: Risk
    widths_from: int | None

    def sentence(self) -> str:
        """What was proved."""
        split = " and of any number of neurons that share its neuron's weights" if self.widths_from else ""
        below = f", not global from {self.widths_from} neurons on" if self.widths_from and self.better else ""
        each = " in each entry" if self.directions or self.widths_from else ""
        where = f"within {brief(self.radius)} of the center{each}, loss in {between(self.value)}"
        bounds = "" if self.widths_from else f", {self.curvatures()}"
        return f"{self.claimed} of {described(self.risk)}{split} {where}{bounds}{below}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> Sampled:
        """The risk on a box: its unknowns are one row. Open if it is not proved to be smooth there."""
        return Sampled(self.risk, W[0], clock)

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved; that the risk is smooth is the first."""
        if len(self.center[0]) > MAX_UNKNOWNS_HERE:
            raise Open(f"{len(self.center[0])} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        around, at = self.loss(self.region(0), 2, clock), self.loss(self.middle(0), 1, clock)
        if self.widths_from is not None:
            self._every_width(at, around)
        elif self.claimed == "saddle":
            self._saddle(at, around)
        else:
            self._minimum(at, around)
        decide(self.better is not None or not self.claimed.startswith("spurious"), True, "a better point is given")
        if self.better is not None:
            risk = wide(self.risk, self.widths_from) if self.widths_from else self.risk
            prove_better(risk, self.better[0], self.value[0], self.precision, clock)

    def _every_width(self, at: Sampled, around: Sampled) -> None:
        """2 to 5 of every width: a critical point, V of one sign, s Q positive definite, the loss."""
        H, gradient = around.hessian(), at.gradient()
        prove_critical(Symmetric.enclosing(H), gradient, self.radius, at.clock)
        inputs = self.risk.layers[0].inputs + self.risk.layers[0].bias
        V = self.center[0][inputs]
        decide(abs(V) > self.radius, abs(V) <= self.radius, "the output weight keeps one sign")
        middle = [[Interval.of(x, around.bits) for x in self.center[0]]]
        what = "the curvature Q of a neuron, times the output weight's sign,"

        def bend(here: Sampled) -> Matrix:
            size = range(inputs)
            weights = [run.units[0][0][2] * run.delta[1][0] for run in here.passes]
            rows = [[*run.a[0], Interval.of(1, here.bits)] for run in here.passes]
            pairs = [[[w * x[a] * x[b] for w, x in zip(weights, rows, strict=True)] for b in size] for a in size]
            return [[(1 if V > 0 else -1) * total(terms, here.bits) for terms in row] for row in pairs]

        prove_bounded_below(what, bend(around), lambda: bend(self.loss(middle, 2, at.clock)), Fraction(0), at.clock)
        spread = self._change(H, gradient, at)
        prove_value(at.value(), spread, spread, self.value)


def wide(risk: Risk, width: int) -> Risk:
    """The network with so many neurons in its hidden layer."""
    hidden, last = risk.layers
    return replace(risk, layers=[replace(hidden, width=width), replace(last, inputs=width)])


@dataclass(frozen=True)
class ConstantOutputs:
    """The point whose three outputs are 1/3, with w_j = (v_j, v_j) and u_n from the others."""

    claimed: str
    risk: Risk
    v: Point
    u: Point
    precision: int
    better: Point | None

    def sentence(self) -> str:
        """What was proved."""
        worse = ", which is not global" if self.better else ""
        return f"{self.claimed} of {described(self.risk)} where all outputs are 1/3{worse}"

    def prove(self, clock: Clock) -> None:
        """1 to 4."""
        layer, bits = self.risk.layers[0], 128 + 2 * self.precision
        if len(self.v) > MAX_UNKNOWNS_HERE:
            raise Open(f"{len(self.v)} neurons are more than this checker's {MAX_UNKNOWNS_HERE}")
        decide(not layer.kink or all(self.v), True, "no neuron is on its kink")
        units = [activate(layer.activation, Interval.of(x, bits)) for x in self.v]
        u = [Interval.of(x, bits) for x in self.u]
        third = Interval.of(Fraction(1, 3), bits)
        u.append((third - total((x * unit[0] for x, unit in zip(u, units[:-1], strict=True)), bits)) / units[-1][0])
        g = [x * unit[1] for x, unit in zip(u, units, strict=True)]
        M = [[x * y for y in g] for x in g]
        for j, (x, unit) in enumerate(zip(u, units, strict=True)):
            M[j][j] = g[j].square() + third * (x * unit[2])
        prove_bounded_below("the matrix M", M, lambda: M, Fraction(0), clock)
        if self.better is not None:
            prove_better(self.risk, self.better, Fraction(2, 3) * self.risk.factor, self.precision, clock)


@dataclass(frozen=True)
class CountOfMinima:
    """At least so many strict local minima: one in each product of intervals."""

    claimed: str
    risk: Risk
    count: Fraction
    intervals: list[list[tuple[Fraction, Fraction]]]
    precision: int

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)}: at least {brief(self.count)}"

    def prove(self, clock: Clock) -> None:
        """1 to 3, and that the product is large enough."""
        apart = all(a[1] <= b[0] for pairs in self.intervals for a, b in zip(pairs, pairs[1:], strict=False))
        decide(apart, True, "the intervals of a weight are in order and do not overlap")
        decide(math.prod(map(len, self.intervals)) >= self.count, True, "there are as many products of intervals")
        for seat, pairs in enumerate(self.intervals):
            rows = [(x[seat], y) for x, y in zip(self.risk.inputs, self.risk.targets, strict=True) if x[seat]]
            if not rows:
                raise Open(f"no sample depends on the weight {seat}")
            layer = replace(self.risk.layers[0], inputs=1)
            alone = replace(self.risk, layers=[layer], inputs=[[x] for x, _ in rows], targets=[y for _, y in rows])
            for a, b in pairs:
                self._minimum(alone, a, b, clock)

    def _minimum(self, alone: Risk, a: Fraction, b: Fraction, clock: Clock) -> None:
        """2 and 3 for one interval: F_i is smooth with F_i'' > 0, and F_i'(a) < 0 < F_i'(b)."""
        bits = 64 + 2 * self.precision + smallness(b - a)

        def on(center: Fraction, radius: Fraction) -> Sampled:
            return Sampled(alone, [Interval.of(center, bits, radius)], clock)

        ((curvature,),) = on((a + b) / 2, (b - a) / 2).hessian()
        decide(curvature.lo > 0, curvature.hi <= 0, "the second derivative is positive between the ends")
        falls, rises = (on(end, Fraction(0)).gradient()[0] for end in (a, b))
        decide(falls.hi < 0 < rises.lo, falls.lo >= 0 or rises.hi <= 0, "the derivative changes its sign from - to +")


def described(risk: Risk) -> str:
    """The landscape in a few words."""
    shape = "-".join(map(str, [risk.layers[0].inputs, *(layer.width for layer in risk.layers)]))
    decay = f", weight decay {brief(risk.decay[0])}, of biases {brief(risk.decay[1])}" if any(risk.decay) else ""
    fixed = f", {len(risk.fixed)} of its parameters fixed" if risk.fixed else ""
    return (
        f"the empirical risk ({risk.loss}, factor {brief(risk.factor)}{decay}) of the {shape} network of the file "
        f"({sum(layer.bias for layer in risk.layers)} layers with biases{fixed}) on {len(risk.inputs)} samples"
    )


def between(value: tuple[Fraction, Fraction]) -> str:
    """An interval."""
    return f"[{brief(value[0])}, {brief(value[1])}]"


def read_layer_activation(field: Field) -> tuple[str, list[Fraction]]:
    """An activation, by name and numbers."""
    one = Fraction(1)
    if not isinstance(field.value, dict):
        name = field.word("identity", "relu", "square", "sigmoid", "tanh", "arctan", "softplus", "gelu")
        lines = {"identity": one, "relu": Fraction(0)}
        if name in lines:
            return "lines", [lines[name], one]
        return ("polynomial", [Fraction(0), Fraction(0), one]) if name == "square" else (name, [])
    known = ("leaky-relu", "piecewise-linear", "elu", "polynomial")
    name = next((name for name in known if name in field.value), known[0])
    content = field.members(name)[name]
    if name == "leaky-relu":
        return "lines", [content.number(), one]
    low, high = (1, MAX_DEGREE + 1) if name == "polynomial" else (2, 2)
    return "lines" if name == "piecewise-linear" else name, [entry.number() for entry in content.entries(low, high)]


def truth(field: Field) -> bool:
    """`true` or `false`."""
    if not isinstance(field.value, bool):
        field.fail("must be true or false")
    return field.value


def not_negative(field: Field) -> Fraction:
    """An exact number that is not negative."""
    number = field.number()
    if number < 0:
        field.fail("must not be negative")
    return number


def matrix(field: Field, rows: int, columns: int, entries: int) -> Rationals:
    """A matrix of 1 to so many rows and columns and at most so many entries."""
    count = len(field.entries(1, rows))
    width = len(field.entries(1, rows)[0].entries(1, columns))
    if count * width > entries:
        field.fail(f"more entries than {entries}")
    return field.matrix(count, width)


def read_risk(field: Field) -> Risk:
    """`statement.landscape` of the kind empirical-risk."""
    always = ("kind", "layers", "loss", "weight_decay", "inputs", "targets")
    fields = field.members(*always, optional=("fixed",))
    inputs = matrix(fields["inputs"], MAX_SAMPLES, MAX_DATA, MAX_DATA)
    layers: list[Layer] = []
    for entry in fields["layers"].entries(1, MAX_LAYERS):
        given = entry.members("width", "activation", "bias", "residual")
        before = layers[-1].width if layers else len(inputs[0])
        width, activation = given["width"].integer(1, MAX_UNKNOWNS), read_layer_activation(given["activation"])
        layers.append(Layer(before, width, activation, truth(given["bias"]), truth(given["residual"])))
        if layers[-1].residual and before != width:
            entry.fail("a residual connection needs as many outputs as inputs")
    parameters = sum(layer.parameters for layer in layers)
    if parameters > MAX_UNKNOWNS:
        field.fail(f"more parameters than {MAX_UNKNOWNS}")
    loss = fields["loss"].members("kind", "factor")
    kind = loss["kind"].word("squares", "logistic", "cross-entropy")
    if len(inputs) * layers[-1].width > MAX_DATA:
        fields["targets"].fail(f"more entries than {MAX_DATA}")
    targets = fields["targets"].matrix(len(inputs), layers[-1].width)
    if kind == "cross-entropy" and any(x < 0 for row in targets for x in row):
        fields["targets"].fail("must not be negative")
    decay = fields["weight_decay"].members("weights", "biases")
    fixed: dict[int, Fraction] = {}
    for entry in fields["fixed"].entries(1, parameters - 1) if "fixed" in fields else ():
        number, value = entry.entries(2, 2)
        fixed[number.integer(max(fixed, default=-1) + 1, parameters - 1)] = value.number()
    rates = not_negative(decay["weights"]), not_negative(decay["biases"])
    return Risk(layers, kind, loss["factor"].signed(1), rates, inputs, targets, fixed)


METHODS = ("one-hidden-layer", "orthogonal-residuals")

# By property: the members of the statement besides landscape and property, and of the witness besides precision.
RISK_MEMBERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "strict-local-minimum": (("region", "value", "hessian_lower_bound"), ()),
    "spurious-local-minimum": (("region", "value", "hessian_lower_bound"), ()),
    "saddle": (
        ("region", "value", "negative_curvature", "positive_curvature"),
        ("negative_direction", "positive_direction"),
    ),
    "value": (("point", "value"), ()),
    "global-minimum": (("point", "value"), ()),
    "not-a-global-minimum": (("point", "value"), ("better_point",)),
    "local-minimum": (("point", "value"), ("method",)),
    "suboptimal-local-minimum": (("point", "value"), ("method", "better_point")),
    "not-a-local-minimum": (("point", "value"), ("descent",)),
    "degenerate-saddle": (("point", "value"), ("descent", "ascent")),
    "no-critical-point": (("region",), ("direction",)),
    "degenerate-local-minimum-of-every-width": (("region", "value", "widths_from", "suboptimal"), ()),
    "degenerate-local-minimum": (("pre_activations", "output_weights", "suboptimal"), ()),
    "count-of-strict-local-minima": (("at_least",), ("intervals",)),
}


def read_empirical_risk(statement: Field, witness: Field) -> Claim:
    """A statement of the kind empirical-risk with its witness."""
    name = statement.member("property").word(*RISK_MEMBERS)
    members, hints = RISK_MEMBERS[name]
    optional = ("inertia",) if name == "saddle" else ()
    fields = statement.members("landscape", "property", *members, optional=optional)
    if "suboptimal" in fields and truth(fields["suboptimal"]):
        hints += ("better_point",)
    if "method" in hints and witness.member("method").word(*METHODS) == METHODS[0]:
        hints += ("multipliers",)
    given = witness.members("precision", *hints, optional=("better_point",) if name.startswith("spurious") else ())
    precision = given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    size = len(risk.trained)
    value = interval(fields["value"]) if "value" in fields else (Fraction(0), Fraction(0))

    def point(field: Field) -> Point:
        return field.matrix(1, size)[0]

    def change(field: Field) -> tuple[Point, int]:
        parts = field.members("direction", "order")
        return parts["direction"].direction(1, size), parts["order"].integer(1, MAX_ORDER)

    if name == "degenerate-local-minimum":
        return _read_constant_outputs(risk, fields, given, precision)
    if name == "count-of-strict-local-minima":
        return _read_count(risk, fields, given, precision)
    if "point" in fields:
        if name == "global-minimum" and any(value):
            fields["value"].fail("must be 0 and 0")
        return AtPoint(
            claimed=name,
            risk=risk,
            point=point(fields["point"]),
            value=value,
            precision=precision,
            better=point(given["better_point"]) if "better_point" in given else None,
            method=given["method"].word() if "method" in given else None,
            multipliers=_read_multipliers(given["multipliers"]) if "multipliers" in given else None,
            descent=change(given["descent"]) if "descent" in given else None,
            ascent=change(given["ascent"]) if "ascent" in given else None,
        )
    if name == "no-critical-point":
        region = fields["region"].members("shape", "center", "radius")
        region["shape"].word("ball")
        center, direction = point(region["center"]), given["direction"].direction(1, size)
        return NoCriticalPoint(name, risk, center, not_negative(region["radius"]), direction, precision)
    if name != "degenerate-local-minimum-of-every-width":
        return RiskPoint(**read_enclosed(name, fields, given, 1, size), risk=risk, widths_from=None)
    hidden = _one_hidden_layer(fields["landscape"], risk)
    if hidden.width > 1:
        fields["landscape"].fail("must have one hidden neuron")
    better = given.pop("better_point", None)
    claim = RiskPoint(
        **read_enclosed(name, fields, given, 1, size),
        risk=risk,
        widths_from=fields["widths_from"].integer(1, MAX_UNKNOWNS // (hidden.inputs + 2)),
    )
    count = sum(layer.parameters for layer in wide(risk, claim.widths_from or 1).layers)
    return claim if better is None else replace(claim, better=better.matrix(1, count))


def _one_hidden_layer(field: Field, risk: Risk) -> Layer:
    """The hidden layer of a network of this form; all trained, one output that is not bent."""
    if len(risk.layers) != 2 or any(layer.residual for layer in risk.layers) or risk.fixed or any(risk.decay):
        field.fail("must have one hidden layer, no residual connection, nothing fixed, and no weight decay")
    if risk.layers[1].width > 1 or risk.layers[1].activation != ("lines", [Fraction(1), Fraction(1)]):
        field.fail("must have one output, whose activation is the identity")
    return risk.layers[0]


def _read_multipliers(field: Field) -> list[list[Rationals]]:
    return [
        [
            [numbers(multipliers, 0, MAX_SAMPLES) for multipliers in patterns.entries(1, 1 << MAX_OPEN_KINKS)]
            for patterns in signs.entries(0, 2)
        ]
        for signs in field.entries(1, MAX_UNKNOWNS)
    ]


def _read_constant_outputs(risk: Risk, fields: dict[str, Field], given: dict[str, Field], precision: int) -> Claim:
    half, one, zero = Fraction(1, 2), Fraction(1), Fraction(0)
    n = _one_hidden_layer(fields["landscape"], risk).width
    data = risk.inputs == [[one, zero], [zero, one], [half, half]] and risk.targets == [[zero], [zero], [one]]
    if not data or risk.loss != "squares" or any(layer.bias for layer in risk.layers):
        fields["landscape"].fail("must have the three samples of constant outputs, squares, and no biases")
    better = given["better_point"].matrix(1, 3 * n)[0] if "better_point" in given else None
    v, u = numbers(fields["pre_activations"], n, n), numbers(fields["output_weights"], n - 1, n - 1)
    return ConstantOutputs("degenerate-local-minimum", risk, v, u, precision, better)


def _read_count(risk: Risk, fields: dict[str, Field], given: dict[str, Field], precision: int) -> Claim:
    layer, count = risk.layers[0], fields["at_least"].signed(1)
    sparse = all(sum(map(bool, x)) <= 1 for x in risk.inputs)
    if len(risk.layers) > 1 or layer.width > 1 or layer.bias or layer.residual or risk.fixed or not sparse:
        fields["landscape"].fail("must be one neuron, all trained, and samples with one input that is not 0 at most")
    if count.denominator > 1:
        fields["at_least"].fail("must be an integer")
    intervals = []
    for field in given["intervals"].entries(layer.inputs, layer.inputs):
        pairs = []
        for entry in field.entries(1, MAX_UNKNOWNS):
            low, high = numbers(entry, 2, 2)
            if low >= high:
                entry.fail("the first must be below the second")
            pairs.append((low, high))
        intervals.append(pairs)
    if sum(map(len, intervals)) > MAX_UNKNOWNS:
        given["intervals"].fail(f"has more than {MAX_UNKNOWNS} intervals")
    return CountOfMinima("count-of-strict-local-minima", risk, count, intervals, precision)


# 13. Semidefinite programs -----------------------------------------------------------------------------------------

MAX_VARIABLES = MAX_BLOCKS = MAX_TOTAL_ORDER = 10_000
MAX_DECIMAL_LENGTH, MAX_DECIMAL_EXPONENT = 800, 1100
MAX_CONSTRAINTS_HERE = MAX_ORDER_HERE = 1024

SHA256 = re.compile(r"[0-9a-f]{64}")
SDPA_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
SDPA_NUMBER = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eEdD]([+-]?[0-9]{1,9}))?")
BRACKETS = str.maketrans(",(){}", "     ")

Sparse = dict[tuple[int, int, int], Fraction]  # by block, row and column from 0, row <= column


@dataclass(frozen=True)
class Numbers:
    """c, and F_0, ..., F_m."""

    c: list[Fraction]
    F: list[Sparse]


def sdpa_number(text: str) -> Fraction | None:
    """The decimal, if it is one."""
    match = SDPA_NUMBER.fullmatch(text)
    if match is None or len(text) > MAX_DECIMAL_LENGTH:
        return None
    exponent = int(match[4] or "0")
    if abs(exponent) > MAX_DECIMAL_EXPONENT:
        return None
    digits = match[2] + (match[3] or "")
    return Fraction(int(match[1] + digits)) * Fraction(10) ** (exponent - len(match[3] or ""))


def read_sdpa(content: bytes, variables: int, blocks: list[int]) -> Numbers:
    """The content of a data file, which must have so many variables and these blocks."""
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise MalformedError("the data file is not UTF-8") from None
    start = next((at for at, line in enumerate(lines) if line[:1] not in ('"', "*")), len(lines))
    rows = iter(
        [
            (at + 1, items)
            for at, line in enumerate(lines)
            if at >= start and (items := line.translate(BRACKETS).split())
        ]
    )

    def fail(at: int, why: str) -> NoReturn:
        raise MalformedError(f"the data file, line {at}: {why}")

    def row() -> tuple[int, list[str]]:
        found = next(rows, None)
        return found if found is not None else fail(len(lines), "something is missing at the end")

    def integer(at: int, text: str, low: int, high: int) -> int:
        if not SDPA_INTEGER.fullmatch(text) or not low <= int(text) <= high:
            fail(at, f"{shown(text)} is not an integer from {low} to {high}")
        return int(text)

    def number(at: int, text: str) -> Fraction:
        value = sdpa_number(text)
        return value if value is not None else fail(at, f"{shown(text)} is not a number")

    for wanted in ([variables], [len(blocks)], blocks):
        at, items = row()
        rest = items[len(wanted) :]
        known = SDPA_NUMBER.fullmatch if wanted is not blocks else SDPA_INTEGER.fullmatch
        if len(items) < len(wanted) or (rest and known(rest[0])):
            fail(at, f"has not {len(wanted)} integers")
        for text, value in zip(items, wanted, strict=False):
            if integer(at, text, -(10**9), 10**9) != value:
                fail(at, f"has not the {value} that the statement has")
    c: list[Fraction] = []
    while len(c) < variables:
        at, items = row()
        c += [number(at, text) for text in items]
        if len(c) > variables:
            fail(at, f"more than {variables} numbers")
    F: list[Sparse] = [{} for _ in range(variables + 1)]
    for at, items in rows:
        if len(items) != 5:
            fail(at, "must be matrix, block, row, column and value")
        i, block = integer(at, items[0], 0, variables), integer(at, items[1], 1, len(blocks)) - 1
        order = abs(blocks[block])
        first, last = sorted(integer(at, text, 1, order) - 1 for text in items[2:4])
        if blocks[block] < 0 and first != last:
            fail(at, "an entry off the diagonal of a diagonal block")
        if (block, first, last) in F[i]:
            fail(at, "an entry is given twice")
        F[i][block, first, last] = number(at, items[4])
    return Numbers(c, F)


def paired(first: Sparse, second: Sparse, clock: Clock) -> Fraction:
    """The trace of the product of two symmetric matrices."""
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    places = (place for place in small if place in large)
    return exact_sum(((1 + (place[1] != place[2])) * small[place] * large[place] for place in places), clock)


def named_box(box: list[tuple[Fraction, Fraction]]) -> str:
    """The bounds of the variables, if they are few or all the same."""
    if len(set(box)) == 1:
        return f"{brief(box[0][0])} <= x_i <= {brief(box[0][1])} for every i"
    if len(box) > 8:
        return "x_i in the i-th interval of the file for every i"
    return " and ".join(f"{brief(low)} <= x_{i} <= {brief(high)}" for i, (low, high) in enumerate(box, start=1))


@dataclass(frozen=True)
class Program:
    """A statement about a semidefinite program, with its witness: the blocks of Y, or x. `zero` are the zero blocks."""

    claimed: str
    file: str
    sha256: str
    variables: int
    blocks: list[int]
    zero: frozenset[int]
    bound: Fraction | None
    box: list[tuple[Fraction, Fraction]] | None
    dual: Sparse | None
    x: list[Fraction] | None
    precision: int
    content: bytes = b""

    def sentence(self) -> str:
        """What was proved."""
        side = "" if self.bound is not None else " (no x)" if self.x is None else " (no Y)"
        box = "" if self.box is None else " among the x with " + named_box(self.box)
        bound = "" if self.bound is None else f" {brief(self.bound)}{box}"
        zero = f", the blocks {', '.join(str(n + 1) for n in sorted(self.zero))} of X zero" if self.zero else ""
        return f"{self.claimed}{bound}{side} of the program of {self.file} with SHA-256 {self.sha256}{zero}"

    def prove(self, clock: Clock) -> None:
        """1 to 3 of the rule."""
        data = read_sdpa(self.content, self.variables, self.blocks)
        if self.dual is not None:
            self._by_dual(data, self.dual, clock)
        else:
            self._by_point(data, self.x or [], clock)

    @property
    def _bits(self) -> int:
        return 128 + 2 * self.precision

    def _by_dual(self, data: Numbers, Y: Sparse, clock: Clock) -> None:
        """A lower bound, or that there is no x."""
        wanted = data.c if self.bound is not None else [Fraction(0)] * self.variables
        rest = [c - paired(F, Y, clock) for c, F in zip(wanted, data.F[1:], strict=True)]
        value = paired(data.F[0], Y, clock)
        moves: list[Sparse] = []
        if self.box is not None:
            value += exact_sum((min(r * low, r * high) for r, (low, high) in zip(rest, self.box, strict=True)), clock)
        elif any(rest):
            moves = data.F[1:]
        t = self._correction(moves, rest, clock)
        self._semidefinite("Y", Y, moves, t, clock)
        gains = [paired(data.F[0], F, clock) for F in moves]
        self._reaches(value, gains, t, self.bound, "<F_0, Y> is as large as claimed")

    def _by_point(self, data: Numbers, x: list[Fraction], clock: Clock) -> None:
        """An upper bound, or that there is no Y."""
        X: dict[tuple[int, int, int], list[Fraction]] = {}
        for factor, F in zip([Fraction(-1 if self.bound is not None else 0), *x], data.F, strict=True):
            for place, entry in F.items():
                X.setdefault(place, []).append(factor * entry)
        sums = {place: exact_sum(terms, clock) for place, terms in X.items()}
        places = sorted(place for place in sums if place[0] in self.zero and sums[place])
        rows: list[Sparse] = []
        if places:
            places = sorted((block, a, a) for block in self.zero for a in range(abs(self.blocks[block])))
            rows = [{(0, i, i): F[place] for i, F in enumerate(data.F[1:]) if place in F} for place in places]
        s = self._correction(rows, [-sums.get(place, Fraction(0)) for place in places], clock)
        zero = Interval(0, 0, self._bits)
        t = [zero] * self.variables if s else []
        for s_row, row in zip(s, rows, strict=True):
            for (_, i, _), entry in row.items():
                t[i] = t[i] + s_row * Interval.of(entry, self._bits)
        self._semidefinite("the matrix", sums, data.F[1:], t, clock)
        value, least = -exact_dot(data.c, x, clock), None if self.bound is None else -self.bound
        self._reaches(value, [-c for c in data.c], t, least, "c.x is as small as claimed")

    def _reaches(self, value: Fraction, gains: list[Fraction], t: Vector, least: Fraction | None, what: str) -> None:
        """value + t.gains is at least the bound; positive, if there is none."""
        low = high = value
        if t:
            low, high = ends(Interval.of(value, self._bits) + dot(t, [Interval.of(gain, self._bits) for gain in gains]))
        decide(*((low > 0, high <= 0) if least is None else (low >= least, high < least)), what)

    def _correction(self, rows: list[Sparse], rest: list[Fraction], clock: Clock) -> Vector:
        """Enclosures of t = (A A^T)^-1 rest, where A has these rows; nothing if there are none."""
        if len(rows) > MAX_CONSTRAINTS_HERE:
            raise Open(f"more than {MAX_CONSTRAINTS_HERE} equations that the witness does not satisfy exactly")
        if not rows:
            return []
        gram = symmetric([[paired(rows[a], rows[b], clock) for b in range(a + 1)] for a in range(len(rows))])
        return solve(gram, rest, self._bits, clock)

    def _semidefinite(self, name: str, exact: Sparse, moves: list[Sparse], t: Vector, clock: Clock) -> None:
        """exact + sum t_j moves_j is positive semidefinite in each block that is no zero block."""
        changed: dict[int, dict[tuple[int, int], Vector]] = {}
        for factor, move in zip(t, moves if t else [], strict=True):
            for (block, a, b), x in move.items():
                places = changed.setdefault(block, {})
                places.setdefault((a, b), []).append(factor * Interval.of(x, self._bits))
        for block, signed in enumerate(self.blocks):
            clock.tick()
            order, what = abs(signed), f"the block {block + 1} of {name}"
            if block in self.zero:
                continue
            added = {place: total(terms, self._bits) for place, terms in changed.get(block, {}).items()}
            if signed < 0:
                for a in range(order):
                    low = high = exact.get((block, a, a), Fraction(0))
                    if (a, a) in added:
                        low, high = ends(Interval.of(low, self._bits) + added[a, a])
                    decide(low >= 0, high < 0, f"{what} has no negative entry")
                continue
            if order > MAX_ORDER_HERE:
                raise Open(f"a block of the order {order} is more than this checker's {MAX_ORDER_HERE}")
            A = symmetric([[exact.get((block, b, a), Fraction(0)) for b in range(a + 1)] for a in range(order)])
            if not added:
                prove_semidefinite(what, A, clock)
                continue
            H = [[Interval.of(x, self._bits) for x in row] for row in A]
            for (a, b), change in added.items():
                H[a][b] = H[b][a] = H[a][b] + change
            prove_nonnegative(what, H, clock)


def triangle(field: Field, order: int) -> Rationals:
    """The lower triangle of a symmetric matrix."""
    return [numbers(row, a + 1, a + 1) for a, row in enumerate(field.entries(order, order))]


def read_program(statement: Field, witness: Field) -> Program:
    """A statement of the kind semidefinite-program with its witness."""
    name = statement.member("property").word("sdp-lower-bound", "sdp-upper-bound", "sdp-infeasible")
    optional = ("box",) if name == "sdp-lower-bound" else ()
    own = "side" if name == "sdp-infeasible" else "bound"
    fields = statement.members("landscape", "property", own, optional=optional)
    land = fields["landscape"].members("kind", "data", "variables", "blocks", optional=("equalities",))
    data = land["data"].members("file", "sha256")
    if not FILE_NAME.fullmatch(data["file"].word()):
        data["file"].fail("must be a plain file name")
    if not SHA256.fullmatch(data["sha256"].word()):
        data["sha256"].fail("must be 64 lower-case hexadecimal digits")
    m = land["variables"].integer(1, MAX_VARIABLES)
    blocks = [entry.integer(-MAX_TOTAL_ORDER, MAX_TOTAL_ORDER) for entry in land["blocks"].entries(1, MAX_BLOCKS)]
    if 0 in blocks or sum(map(abs, blocks)) > MAX_TOTAL_ORDER:
        land["blocks"].fail(f"must be orders that are not 0 and add up to at most {MAX_TOTAL_ORDER}")
    equalities = land["equalities"].entries(1, len(blocks)) if "equalities" in land else []
    zero = [entry.integer(1, len(blocks)) - 1 for entry in equalities]
    if len(set(zero)) < len(zero) or any(blocks[block] > 0 for block in zero):
        land["equalities"].fail("must be different diagonal blocks")
    by_point = name == "sdp-upper-bound"
    if name == "sdp-infeasible":
        by_point = fields["side"].word("inequality", "equality") == "equality"
    given = witness.members("precision", "point" if by_point else "dual")
    Y: Sparse = {}
    if not by_point:
        for block, field in enumerate(given["dual"].entries(len(blocks), len(blocks))):
            order = abs(blocks[block])
            if blocks[block] < 0:
                Y |= {(block, a, a): x for a, x in enumerate(numbers(field, order, order))}
            else:
                Y |= {(block, b, a): x for a, row in enumerate(triangle(field, order)) for b, x in enumerate(row)}
    return Program(
        claimed=name,
        file=data["file"].word(),
        sha256=data["sha256"].word(),
        variables=m,
        blocks=blocks,
        zero=frozenset(zero),
        bound=fields["bound"].number() if "bound" in fields else None,
        box=[interval(entry) for entry in fields["box"].entries(m, m)] if "box" in fields else None,
        dual=None if by_point else Y,
        x=numbers(given["point"], m, m) if by_point else None,
        precision=given["precision"].integer(MIN_PRECISION, MAX_PRECISION),
    )


# 14. Matrices, polynomials, quadratic networks ---------------------------------------------------------------------

MAX_MATRIX_ORDER, MAX_INDETERMINATES = 1000, 64
MAX_POLYNOMIAL_TERMS, MAX_POLYNOMIAL_DEGREE = 10_000, 128
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")

Monomial = tuple[int, ...]


@dataclass(frozen=True)
class MatrixClaim:
    """A matrix without a negative eigenvalue."""

    claimed: str
    A: Rationals

    def sentence(self) -> str:
        """What was proved."""
        return f"the matrix of order {len(self.A)} is {self.claimed}"

    def prove(self, clock: Clock) -> None:
        """What it says."""
        prove_semidefinite("the matrix", self.A, clock)


def read_matrix(statement: Field, witness: Field) -> MatrixClaim:
    """A statement of the kind matrix."""
    fields = statement.members("landscape", "property")
    name = fields["property"].word("positive-semidefinite")
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    field = fields["landscape"].members("kind", "lower_triangle")["lower_triangle"]
    return MatrixClaim(name, symmetric(triangle(field, len(field.entries(1, MAX_MATRIX_ORDER)))))


@dataclass(frozen=True)
class PolynomialClaim:
    """A polynomial as a sum of squares z^T G z, or, with `value` and `point`, that plus the lower bound."""

    claimed: str
    terms: dict[Monomial, Fraction]
    value: tuple[Fraction, Fraction] | None
    point: list[Fraction]
    basis: list[Monomial]
    G: Rationals

    def sentence(self) -> str:
        """What was proved."""
        what = "is a sum of squares" if self.value is None else f"has its infimum in {between(self.value)}"
        return f"{self.claimed}: the polynomial of {len(self.terms)} terms {what}"

    def prove(self, clock: Clock) -> None:
        """1 to 3."""
        parts: dict[Monomial, list[Fraction]] = {term: [-c] for term, c in self.terms.items()}
        if self.value is not None:
            parts.setdefault((0,) * len(self.basis[0]), []).append(self.value[0])
        for a, first in enumerate(self.basis):
            clock.tick()
            for b, second in enumerate(self.basis[: a + 1]):
                product = tuple(map(add, first, second))
                parts.setdefault(product, []).append((1 + (a != b)) * self.G[a][b])
        same = all(exact_sum(terms, clock) == 0 for terms in parts.values())
        decide(same, not same, "the polynomial less the bound is z^T G z")
        prove_semidefinite("G", self.G, clock)
        if self.value is not None:
            powers = (
                math.prod(x**e for x, e in zip(self.point, term, strict=True)) * c for term, c in self.terms.items()
            )
            there = exact_sum(powers, clock)
            decide(
                there <= self.value[1], there > self.value[1], "the polynomial at the point is at most the upper bound"
            )


def read_polynomial(statement: Field, witness: Field) -> PolynomialClaim:
    """A statement of the kind polynomial with its witness."""
    name = statement.member("property").word("sum-of-squares", "global-minimum")
    more = ("value", "point") if name == "global-minimum" else ()
    fields = statement.members("landscape", "property", *more)
    land = fields["landscape"].members("kind", "indeterminates", "terms")
    names = [entry.word() for entry in land["indeterminates"].entries(1, MAX_INDETERMINATES)]
    if len(set(names)) < len(names) or not all(map(NAME.fullmatch, names)):
        land["indeterminates"].fail("must be different names of letters, digits and _")
    n = len(names)

    def monomial(field: Field) -> Monomial:
        exponents = tuple(entry.integer(0, MAX_POLYNOMIAL_DEGREE) for entry in field.entries(n, n))
        if sum(exponents) > MAX_POLYNOMIAL_DEGREE:
            field.fail(f"a degree above {MAX_POLYNOMIAL_DEGREE}")
        return exponents

    terms: dict[Monomial, Fraction] = {}
    for field in land["terms"].entries(1, MAX_POLYNOMIAL_TERMS):
        exponents, coefficient = field.entries(2, 2)
        term = monomial(exponents)
        if term in terms:
            field.fail("a monomial is given twice")
        terms[term] = coefficient.number()
    given = witness.members("precision", "basis", "gram")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    basis = [monomial(field) for field in given["basis"].entries(1, MAX_MATRIX_ORDER)]
    if len(set(basis)) < len(basis):
        given["basis"].fail("a monomial is given twice")
    value = interval(fields["value"]) if more else None
    point = numbers(fields["point"], n, n) if more else []
    return PolynomialClaim(name, terms, value, point, basis, symmetric(triangle(given["gram"], len(basis))))


@dataclass(frozen=True)
class Quadratic:
    """The loss 1/(2n) sum r_i^2 + <decay/2 I + C, W^T W>, r_i = sum_j (w_j.x_i)^2 - y_i; `base` is decay/2 I + C."""

    inputs: Rationals
    targets: list[Fraction]
    width: int
    base: Rationals

    def described(self) -> str:
        """The landscape in a few words; its decay and perturbation are those of the file."""
        return f"the quadratic network of the file (n = {len(self.inputs)}, d = {self.d}, k = {self.width})"

    @property
    def d(self) -> int:
        """The number of inputs."""
        return len(self.base)

    @property
    def share(self) -> Fraction:
        """1/n."""
        return Fraction(1, len(self.inputs))

    def S(self, u: list[Fraction], clock: Clock) -> Rationals:  # noqa: N802 - the theorem's letter
        """S_u."""
        columns = list(zip(*self.inputs, strict=True))
        rows = [
            [exact_dot(map(mul, u, columns[a]), columns[b], clock) * self.share + self.base[a][b] for b in range(a + 1)]
            for a in range(self.d)
        ]
        return symmetric(rows)

    def residuals(self, W: Rationals, clock: Clock) -> list[Fraction]:
        """r."""
        outputs = ([exact_dot(w, x, clock) for w in W] for x in self.inputs)
        return [exact_sum([z * z for z in row] + [-y], clock) for row, y in zip(outputs, self.targets, strict=True)]

    def value(self, W: Rationals, clock: Clock) -> Fraction:
        """L(W)."""
        r = self.residuals(W, clock)
        decay = exact_sum((exact_dot(w, [exact_dot(row, w, clock) for row in self.base], clock) for w in W), clock)
        return exact_dot(r, r, clock) / 2 * self.share + decay


class QuadraticLoss:
    """L at all W of a box, by its formulas."""

    def __init__(self, land: Quadratic, W: Matrix, clock: Clock) -> None:
        self.land, self.W, self.bits, self.clock = land, W, W[0][0].bits, clock
        self.share = Interval.of(land.share, self.bits)
        self.inputs = [[Interval.of(x, self.bits) for x in row] for row in land.inputs]
        self.base = [[Interval.of(x, self.bits) for x in row] for row in land.base]
        self.z = [[dot(w, x) for w in W] for x in self.inputs]
        squares = [total((z.square() for z in row), self.bits) for row in self.z]
        self.r = [square - Interval.of(y, self.bits) for square, y in zip(squares, land.targets, strict=True)]

    def value(self) -> Interval:
        """L."""
        double = self.share * total((r.square() for r in self.r), self.bits)
        decay = total((dot(w, [dot(row, w) for row in self.base]) for w in self.W), self.bits)
        return Interval(double.lo >> 1, -(-double.hi >> 1), self.bits) + decay

    def S(self) -> Matrix:  # noqa: N802 - the theorem's letter
        """S_r."""
        columns = [Column([*column]) for column in zip(*self.inputs, strict=True)]
        weighted = [
            Column([r * x for r, x in zip(self.r, column, strict=True)]) for column in zip(*self.inputs, strict=True)
        ]
        return [
            [self.share * columns[a].dot(weighted[b]) + self.base[a][b] for b in range(len(columns))]
            for a in range(len(columns))
        ]

    def gradient(self) -> Vector:
        """2 W S, row by row."""
        S = self.S()
        return [2 * dot(w, row) for w in self.W for row in S]

    def hessian(self) -> Matrix:
        """For w_j and w_l: 2 S if j = l, and 4/n sum_i (w_j.x_i)(w_l.x_i) x_i x_i^T."""
        S, d = self.S(), self.land.d
        columns = list(zip(*self.inputs, strict=True))
        weighted = [
            [Column([row[j] * x for row, x in zip(self.z, column, strict=True)]) for column in columns]
            for j in range(len(self.W))
        ]
        at = [(j, a) for j in range(len(self.W)) for a in range(d)]
        H = [[Interval(0, 0, self.bits)] * len(at) for _ in at]
        for p, (j, a) in enumerate(at):
            self.clock.tick()
            for q, (level, b) in enumerate(at[: p + 1]):
                entry = 4 * self.share * weighted[j][a].dot(weighted[level][b])
                H[p][q] = H[q][p] = entry + 2 * S[a][b] if j == level else entry
        return H


@dataclass(frozen=True)
class QuadraticGlobal:
    """A lower bound of L by multipliers, which points attain up to the upper one."""

    claimed: str
    land: Quadratic
    value: tuple[Fraction, Fraction]
    points: list[Rationals]
    u: list[Fraction]

    def sentence(self) -> str:
        """What was proved."""
        where = f"the {len(self.points)} points of the file, and the infimum over all widths,"
        return f"{self.claimed} of {self.land.described()}: the loss at {where} lies in {between(self.value)}"

    def prove(self, clock: Clock) -> None:
        """1 to 3."""
        prove_semidefinite("S_u", self.land.S(self.u, clock), clock)
        terms = (u * u / 2 + u * y for u, y in zip(self.u, self.land.targets, strict=True))
        dual = -exact_sum(terms, clock) * self.land.share
        decide(dual >= self.value[0], dual < self.value[0], "the dual value is at least the lower bound")
        for number, W in enumerate(self.points):
            here = self.land.value(W, clock)
            decide(
                here <= self.value[1],
                here > self.value[1],
                f"the loss at the point {number} is at most the upper bound",
            )


@dataclass(frozen=True)
class QuadraticSaddle:
    """A point with a small gradient and a direction of negative curvature."""

    claimed: str
    land: Quadratic
    W: Rationals
    gradient: Fraction
    curvature: Fraction
    D: Rationals

    def sentence(self) -> str:
        """What was proved."""
        where = (
            "a critical point" if not self.gradient else f"a point with a gradient of norm <= {brief(self.gradient)}"
        )
        return f"{self.claimed} <= {brief(self.curvature)} of {self.land.described()} at {where}"

    def prove(self, clock: Clock) -> None:
        """1 and 2."""
        S = self.land.S(self.land.residuals(self.W, clock), clock)
        g = [2 * exact_dot(w, row, clock) for w in self.W for row in S]
        small = exact_dot(g, g, clock) <= self.gradient**2
        decide(small, not small, "the gradient is as small as claimed")
        bent = exact_sum((exact_dot(d, [exact_dot(row, d, clock) for row in S], clock) for d in self.D), clock)
        pairs = list(zip(self.W, self.D, strict=True))
        rates = [
            exact_sum((exact_dot(w, x, clock) * exact_dot(d, x, clock) for w, d in pairs), clock)
            for x in self.land.inputs
        ]
        curvature = 2 * bent + 4 * exact_dot(rates, rates, clock) * self.land.share
        most = self.curvature * exact_sum((x * x for d in self.D for x in d), clock)
        decide(curvature <= most, curvature > most, "the curvature is as negative as claimed")


@dataclass(frozen=True)
class QuadraticPoint(EnclosedPoint):
    """A strict local minimum that is not global."""

    land: Quadratic

    def sentence(self) -> str:
        """What was proved."""
        where = f"within {brief(self.radius)} of the center, loss in {between(self.value)}"
        return f"{self.claimed} of {self.land.described()} {where}, Hessian >= {brief(self.bounds[0])}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> QuadraticLoss:
        """L on a box."""
        return QuadraticLoss(self.land, W, clock)

    def prove(self, clock: Clock) -> None:
        """1 to 4."""
        if self.land.width * self.land.d > MAX_UNKNOWNS_HERE:
            raise Open(f"{self.land.width * self.land.d} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        self._minimum(self.loss(self.middle(0), 1, clock), self.loss(self.region(0), 2, clock))
        better = self.land.value(self.better or self.center, clock)
        decide(better < self.value[0], better >= self.value[0], "the loss at the better point is below the lower bound")


def read_quadratic(statement: Field, witness: Field) -> Claim:
    """A statement of the kind quadratic-network with its witness."""
    name = statement.member("property").word("global-minimum", "negative-curvature", "spurious-local-minimum")
    members, hint = {
        "global-minimum": (("value", "points"), "multipliers"),
        "negative-curvature": (("point", "gradient_bound", "negative_curvature"), "direction"),
        "spurious-local-minimum": (("region", "value", "hessian_lower_bound"), "better_point"),
    }[name]
    fields = statement.members("landscape", "property", *members)
    always = ("kind", "inputs", "targets", "width", "weight_decay")
    land = fields["landscape"].members(*always, optional=("perturbation",))
    inputs = matrix(land["inputs"], MAX_UNKNOWNS, MAX_NEURONS, MAX_UNKNOWNS)
    n, d, k = len(inputs), len(inputs[0]), land["width"].integer(1, MAX_NEURONS)
    if k * d > MAX_UNKNOWNS:
        fields["landscape"].fail(f"more unknowns than {MAX_UNKNOWNS}")
    half = not_negative(land["weight_decay"]) / 2
    C = (
        symmetric(triangle(land["perturbation"], d))
        if "perturbation" in land
        else [[Fraction(0)] * d for _ in range(d)]
    )
    base = [[x + half * (a == b) for b, x in enumerate(row)] for a, row in enumerate(C)]
    landscape = Quadratic(inputs, numbers(land["targets"], n, n), k, base)
    given = witness.members("precision", hint)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    if name == "global-minimum":
        points = [field.matrix(k, d) for field in fields["points"].entries(1, MAX_PARTS)]
        return QuadraticGlobal(name, landscape, interval(fields["value"]), points, numbers(given[hint], n, n))
    if name == "negative-curvature":
        D = given[hint].matrix(k, d)
        given[hint].direction(k, d)
        bounds = not_negative(fields["gradient_bound"]), fields["negative_curvature"].signed(-1)
        return QuadraticSaddle(name, landscape, fields["point"].matrix(k, d), *bounds, D)
    return QuadraticPoint(**read_enclosed(name, fields, given, k, d), land=landscape)


# 15. The kinds, and documents -------------------------------------------------------------------------------------

# Kinds of landscapes of this edition of the specification, with what reads a certificate of each; and those that this
# program leaves out (docs/CERTIFICATE.md, "Versions").
KINDS: dict[str, Callable[[Field, Field], Claim]] = {
    "population-teacher-student": read_critical_point,
    "population-teacher-student-family": read_family,
    "symmetric-teacher-student": read_symmetric_points,
    "empirical-risk": read_empirical_risk,
    "semidefinite-program": read_program,
    "matrix": read_matrix,
    "polynomial": read_polynomial,
    "quadratic-network": read_quadratic,
}
LEFT_OUT = frozenset(
    {
        "nearly-orthonormal-teachers",
    }
)


def canonical(value: Any) -> str:
    """The canonical form of what a file consists of; no string of a well-formed certificate needs an escape."""
    if isinstance(value, dict):
        return "{" + ",".join(f'"{name}":{canonical(value[name])}' for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return {"True": "true", "False": "false", "None": "null"}.get(str(value), str(value))


@dataclass(frozen=True)
class Document:
    """A well-formed file."""

    digest: str
    claim: Claim | Theorem


def read(content: bytes, manifest: bool | None = None) -> Document:
    """The document that a file's content is; `manifest`: only this kind of document is wanted."""
    if not 0 < len(content) <= MAX_FILE_BYTES:
        raise MalformedError(f"has {len(content)} bytes instead of 1 to {MAX_FILE_BYTES}")
    tree = Text(content).tree
    whole = Field(tree, "")
    is_manifest = whole.member("format").word(CERTIFICATE, MANIFEST) == MANIFEST
    fields = whole.members("format", "statement", "witness", "digest", optional=("provenance",))
    if manifest is not None and manifest != is_manifest:
        fields["format"].fail("a manifest is wanted here" if manifest else "a manifest cannot be a part of a manifest")
    claim = (read_theorem if is_manifest else read_claim)(fields["statement"], fields["witness"])
    bound = canonical({name: tree[name] for name in ("format", "statement", "witness")})
    digest = "sha256:" + hashlib.sha256(DOMAIN_PREFIX + bound.encode("utf-8", "surrogatepass")).hexdigest()
    if fields["digest"].word() != digest:
        fields["digest"].fail(f"does not match the content, whose digest is {digest}")
    return Document(digest, claim)


def read_claim(statement: Field, witness: Field) -> Claim:
    """A certificate, by its kind of landscape."""
    kind = statement.member("landscape").member("kind").word(*KINDS, *sorted(LEFT_OUT))
    return NotSupported(kind) if kind in LEFT_OUT else KINDS[kind](statement, witness)


# 16. Manifests -----------------------------------------------------------------------------------------------------

MAX_PARTS = 10_000
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Theorem:
    """What a manifest claims: a property for each pair (k, n), and the digests of its parts by file name."""

    slope: Fraction | None
    claimed: str
    lifted: bool
    pairs: list[tuple[int, int]]
    parts: dict[str, str]

    def sentence(self) -> str:
        """The statement, in words."""
        pairs = ", ".join(map(str, self.pairs))
        dimension = "every d >= k" if self.lifted else "d = k"
        return f"{self.claimed} ({dimension}; an orthonormal teacher, {name_of(self.slope)}; (k, n) = {pairs})"

    def settled(self, claim: Claim | Theorem | None) -> tuple[int, int] | None:
        """The pair that a proved claim settles."""
        if not isinstance(claim, CriticalPoint):
            return None
        land, pair = claim.land, (claim.land.k, claim.land.n)
        implied = {claim.claimed} | ({"strict-local-minimum"} if claim.claimed == "spurious-local-minimum" else set())
        right = land.orthonormal and land.slope == self.slope and self.claimed in implied
        return pair if right and (claim.lifted or not self.lifted) and pair in self.pairs else None


def read_theorem(statement: Field, witness: Field) -> Theorem:
    """A manifest's statement and witness."""
    fields = statement.members("landscape", "property", "input_dimension", "pairs")
    landscape = fields["landscape"].members("kind", "activation", "teacher")
    landscape["kind"].word("population-teacher-student")
    landscape["teacher"].word("orthonormal")
    pairs = []
    for field in fields["pairs"].entries(1, MAX_PARTS):
        k, n = (entry.integer(1, MAX_UNKNOWNS) for entry in field.entries(2, 2))
        pairs.append((k, n))
    if len(set(pairs)) < len(pairs):
        fields["pairs"].fail("a pair is listed more than once")
    parts: dict[str, str] = {}
    for field in witness.members("parts")["parts"].entries(1, MAX_PARTS):
        part = field.members("file", "digest")
        name, digest = part["file"].word(), part["digest"].word()
        if not FILE_NAME.fullmatch(name):
            part["file"].fail("must be a plain file name in the manifest's folder")
        if not DIGEST.fullmatch(digest):
            part["digest"].fail("must be sha256: and 64 lower-case hexadecimal digits")
        if name in parts:
            field.fail("a file is named more than once")
        parts[name] = digest
    return Theorem(
        slope=read_activation(landscape["activation"]),
        claimed=fields["property"].word(*PROPERTIES),
        lifted=fields["input_dimension"].word("k", "at_least_k") == "at_least_k",
        pairs=pairs,
        parts=parts,
    )


def judge(theorem: Theorem, part: Callable[[str, str], Result | None]) -> tuple[str, str]:
    """Verdict and reason for a manifest, from the result of each part by name and digest; None: it is missing."""
    open_parts, settled = [], set()
    for name, digest in theorem.parts.items():
        result = part(name, digest)
        if result is None:
            return REJECTED, f"the part {name} is missing"
        if result.verdict in (MALFORMED, REJECTED):
            return REJECTED, f"the part {name} is {result.verdict.lower()}: {result.reason}"
        known = result.claim is not None  # else memory ran out before it was read
        if known and result.digest != digest:
            return REJECTED, f"the part {name} is another certificate than the one named (its digest differs)"
        pair = theorem.settled(result.claim)
        if known and pair is None and not isinstance(result.claim, NotSupported):
            return REJECTED, f"the part {name} proves nothing that is claimed"
        if result.verdict == VERIFIED and pair is not None:
            settled.add(pair)
        else:
            open_parts.append(f"{name}: {result.reason}")
    if open_parts:
        return UNDECIDED, f"undecided parts: {'; '.join(open_parts[:10])}"
    missing = sorted(set(theorem.pairs) - settled)
    if missing:
        return REJECTED, f"no part proves the pairs (k, n) = {', '.join(map(str, missing[:20]))}"
    return VERIFIED, theorem.sentence()


# 17. Files and verdicts --------------------------------------------------------------------------------------------

VERIFIED, REJECTED, UNDECIDED, MALFORMED = "Verified", "Rejected", "Undecided", "Malformed"
INTERNAL_ERROR = "internal error"  # of this program: the verdict is Undecided, the exit code its own
EXIT_CODES = {INTERNAL_ERROR: 70, MALFORMED: 2, REJECTED: 1, UNDECIDED: 3, VERIFIED: 0}  # the first that occurs counts
TIME_LIMIT = 600.0
MAX_FILES = 100_000
Data = Mapping[str, bytes]
NO_DATA: Data = {}


@dataclass(frozen=True)
class Result:
    """The verdict on a file. `reason` is the sentence that was proved, or why none was."""

    path: str
    verdict: str
    reason: str
    digest: str | None = None
    claim: Claim | Theorem | None = None
    seconds: float = 0.0
    failed: bool = False
    """An internal error, not the file, is why there is no proof."""


Known = Mapping[tuple[str, bool], Result]
NOTHING_KNOWN: Known = {}


def contents(path: str, follow: bool) -> bytes:
    """The bytes of a regular file of bounded size; a pipe or a device is not opened."""
    try:
        mode = Path(path).stat(follow_symlinks=follow).st_mode
        if stat.S_ISLNK(mode):
            raise MalformedError("is a symbolic link; name the file itself")
        if not stat.S_ISREG(mode):
            raise MalformedError("is not a regular file")
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise MalformedError("is not a regular file")
            size = os.fstat(file.fileno()).st_size
            content = file.read(MAX_FILE_BYTES + 1) if size <= MAX_FILE_BYTES else b""
    except FileNotFoundError:
        raise MalformedError("there is no such file") from None
    except (OSError, ValueError) as error:
        raise MalformedError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if size > MAX_FILE_BYTES or len(content) > MAX_FILE_BYTES:
        raise MalformedError(f"has more than {MAX_FILE_BYTES} bytes")
    if not content:
        raise MalformedError("is empty")
    return content


def check(
    path: str, time_limit: float = TIME_LIMIT, *, follow: bool = True, part: bool = False, data: Data = NO_DATA,
    known: Known = NOTHING_KNOWN,
) -> Result:  # fmt: skip
    """The verdict on one file; `follow` a symbolic link; a `part` of a manifest must be a certificate.

    `known`: results of this run, by path and whether a link was followed. Parts among them are not proved again.
    """
    start, document, failed = time.monotonic(), None, False
    try:
        document = read(contents(path, follow), False if part else None)
        verdict, reason = prove(path, document.claim, time_limit, data, known)
    except MalformedError as error:
        verdict, reason, document = MALFORMED, str(error), None
    except Refuted as error:
        verdict, reason = REJECTED, f"false: {error}"
    except Open as error:
        verdict, reason = UNDECIDED, str(error)
    except MemoryError:
        verdict, reason = UNDECIDED, "out of memory"
    except Exception as error:  # a bug must not stop the other files, nor pass for a proof
        verdict, failed = UNDECIDED, True
        reason = f"internal error of the checker, please report it: {type(error).__name__} {shown(str(error))}"
    digest, claim = (document.digest, document.claim) if document else (None, None)
    return Result(path, verdict, plain(reason)[:1000], digest, claim, time.monotonic() - start, failed)


def prove(path: str, claim: Claim | Theorem, time_limit: float, data: Data, known: Known) -> tuple[str, str]:
    """Verdict and reason for a well-formed file; Refuted or Open if a certificate's statement is not proved."""
    folder = Path(path).parent
    if isinstance(claim, Theorem):
        return judge(claim, lambda name, _: _part(folder / name, time_limit, data, known))
    if isinstance(claim, Program):
        claim = replace(claim, content=_data_file(claim, folder, data))
    claim.prove(Clock(time_limit))
    return VERIFIED, claim.sentence()


def _part(path: Path, time_limit: float, data: Data, known: Known) -> Result | None:
    found = known.get((str(path), False))
    if found is not None and not isinstance(found.claim, Theorem):
        return found
    return check(str(path), time_limit, follow=False, part=True, data=data) if os.path.lexists(path) else None


def read_data(path: str) -> Data:
    """A file that certificates may be about, by its SHA-256."""
    content = contents(path, follow=True)
    return {hashlib.sha256(content).hexdigest(): content}


def _data_file(claim: Program, folder: Path, data: Data) -> bytes:
    """The content with the digest that the statement names: of a file that was given, or of the one beside it."""
    if claim.sha256 in data:
        return data[claim.sha256]
    if not os.path.lexists(folder / claim.file):
        raise Open(f"the data file {claim.file} is neither given (--data FILE) nor beside the certificate")
    content = contents(str(folder / claim.file), follow=False)
    if hashlib.sha256(content).hexdigest() != claim.sha256:
        raise Refuted(f"the file {claim.file} is the one that the statement is about (its SHA-256 differs)")
    return content


def is_folder(path: str) -> bool:
    """Whether it is one, or a link to one; the empty path is none."""
    try:
        return path != "" and stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def files_below(folder: str) -> list[str]:
    """All .json files below a folder, sorted; links are named, not followed."""
    found: list[str] = []

    def stop(error: OSError) -> NoReturn:
        raise MalformedError(f"cannot be read: {error.strerror}")

    for place, _, names in os.walk(folder, onerror=stop):
        found += [str(Path(place) / name) for name in names if name.lower().endswith(".json")]
        if len(found) > MAX_FILES:
            raise MalformedError(f"there are more than {MAX_FILES} .json files in this folder")
    if not found:
        raise MalformedError("there is no .json file in this folder")
    return sorted(found)


def check_all(
    paths: Sequence[str], time_limit: float, expected: str | None, data_paths: Sequence[str]
) -> Iterable[Result]:
    """The verdict on each file, and on each file below each folder; then that on the manifest that was expected."""
    done: dict[str | None, Result | None] = {}
    known: dict[tuple[str, bool], Result] = {}
    data: Data = {}
    for path in data_paths:
        try:
            data = {**data, **read_data(path)}
        except MalformedError as error:
            done[None] = None
            yield Result(path, MALFORMED, str(error))
    for path in paths:
        named = not is_folder(path)
        try:
            files = [path] if named else files_below(path)
        except MalformedError as error:
            files = []
            done[None] = None
            yield Result(path, MALFORMED, str(error))
        for file in files:
            result = check(file, time_limit, follow=named, data=data, known=known)
            done[result.digest] = known[file, named] = result
            yield result
    if expected is not None:
        yield expectation(expected, done)


def expectation(expected: str, done: Mapping[str | None, Result | None]) -> Result:
    """The verdict on a manifest whose parts are to be exactly what was checked, by digest; None: it was malformed."""
    try:
        document = read(contents(expected, follow=True), manifest=True)
    except MalformedError as error:
        return Result(expected, MALFORMED, str(error))
    theorem = document.claim
    if not isinstance(theorem, Theorem):
        raise RuntimeError("a manifest is no theorem")
    wanted = {document.digest, *theorem.parts.values()}
    others = [digest for digest in done if digest not in wanted]
    if others:
        why = f"a certificate was checked that the manifest does not name ({others[0] or 'malformed'})"
        return Result(expected, REJECTED, why, document.digest, theorem)
    return Result(expected, *judge(theorem, lambda _, digest: done.get(digest)), document.digest, theorem)


# 18. Command line --------------------------------------------------------------------------------------------------


class Once(argparse.Action):
    """An option that may be given once."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Take the value, the first time."""
        if getattr(namespace, self.dest) != self.default:
            parser.error(f"{option_string} is given more than once")
        setattr(namespace, self.dest, values)


def seconds(text: str) -> float:
    """A positive finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a positive number of seconds")
    return value


def run(arguments: Sequence[str] | None) -> int:
    """Check what the command line names and print it; the exit code."""
    parser = argparse.ArgumentParser(
        description="Check certificates with Python's standard library alone.",
        epilog="Exit code, the first that applies: 130 interrupted; 74 the output cannot be written, or no memory; "
        "70 an internal error, please report it; 2 malformed, or a wrong command line; 1 rejected; 3 undecided; "
        "0 all verified. (141: the reader of the output has gone.)",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT, action=Once, metavar="SECONDS")
    parser.add_argument("--expect", action=Once, metavar="MANIFEST", help="exactly what it names must be checked")
    parser.add_argument("--data", action="append", default=[], metavar="FILE", help="a file that statements are about")
    options = parser.parse_args(arguments)
    verdicts = set()
    for result in check_all(options.paths, options.time_limit, options.expect, options.data):
        verdicts.add(INTERNAL_ERROR if result.failed else result.verdict)
        tier = "independent, " if result.verdict == VERIFIED else ""
        path = result.path if result.path == plain(result.path) else ascii(result.path)
        print(f"{result.verdict:<10} {path}  ({tier}{result.seconds:.2f} s)  {result.reason}", flush=True)
    return next(code for verdict, code in EXIT_CODES.items() if verdict in verdicts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, also where the output fails."""
    try:
        code = run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("interrupted: not all files were checked", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        print(f"cannot write: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 74
    except MemoryError:
        print("out of memory: not all files were checked", file=sys.stderr)
        return 74
    except Exception as error:  # a crash must not end with the exit code of a verdict
        if os.environ.get("VERIFY_TRACEBACK", "") not in ("", "0"):
            traceback.print_exc()
        print(f"internal error, please report it: {type(error).__name__}: {plain(str(error))[:200]}", file=sys.stderr)
        return 70
    return code


if __name__ == "__main__":
    sys.exit(main())
