"""Activations and losses of samples on intervals, with two derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..intervals import Interval, Matrix, Vector, _exp, pi, total


@dataclass(frozen=True)
class Activation:
    """A name and its numbers. What is piecewise linear with a kink at 0 at most has the name "lines" and the slopes
    before and after 0."""

    name: str
    numbers: tuple[Fraction, ...] = ()

    @property
    def kink(self) -> bool:
        """It may not be smooth at 0."""
        return self.name == "elu" or (self.name == "lines" and self.numbers[0] != self.numbers[1])

    @property
    def rational(self) -> bool:
        """Rational numbers have rational values."""
        return self.name in ("lines", "polynomial")


IDENTITY = Activation("lines", (Fraction(1), Fraction(1)))


def sigmoid(z: Interval) -> tuple[Interval, Interval, Interval]:
    """s = 1 / (1 + exp(-z)), which increases; with d = s - 1/2, s' = 1/4 - d^2 and s'' = -2 s' d."""
    bits = z.bits

    def at(x: int) -> Interval:
        e = _exp(-abs(x), bits)
        return (Interval.of(1, bits) if x >= 0 else e) / (1 + e)

    low = at(z.lo)
    s = Interval(low.lo, (low if z.lo == z.hi else at(z.hi)).hi, bits)
    d = s - Interval.of(Fraction(1, 2), bits)
    slope = Interval.of(Fraction(1, 4), bits) - d.square()
    return s, slope, -2 * (slope * d)


def softplus(z: Interval) -> Interval:
    """log(1 + exp z) = max(z, 0) + log(1 + exp(-|z|)), which increases: from the ends."""

    def at(x: int) -> Interval:
        return Interval(max(x, 0), max(x, 0), z.bits) + (1 + _exp(-abs(x), z.bits)).log()

    low = at(z.lo)
    return Interval(low.lo, (low if z.lo == z.hi else at(z.hi)).hi, z.bits)


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


def activate(activation: Activation, z: Interval) -> tuple[Interval, Interval, Interval]:
    """sigma, sigma' and sigma'' on z. Where there may be a kink in z, only the first is right."""
    name, bits = activation.name, z.bits
    numbers = [Interval.of(x, bits) for x in activation.numbers]
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
