"""Dual kernels of ReLU, leaky ReLU and erf, as jets in p = |w|^2, q = w.v, s = |v|^2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .intervals import Interval, direction, pi
from .jets import Jet
from .words import brief


def half_lines(activation: LeakyReLU, variables: Sequence[Jet], area: Interval) -> Jet:
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
    return (bent + q.times(middle)).times(activation.factor(bits)) + q.times(Interval.of(activation.slope, bits))


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


@dataclass(frozen=True)
class LeakyReLU:
    """sigma(z) = z for z > 0, and slope z below; ReLU is that of slope 0."""

    slope: Fraction

    @property
    def name(self) -> str:
        """As it is printed."""
        return f"leaky ReLU of slope {brief(self.slope)}" if self.slope else "ReLU"

    def alone(self, p: Jet) -> Jet:
        """phi(p) = kappa(w, w)."""
        return p.times(Interval.of((1 + self.slope**2) / 2, p.value.bits))

    def factor(self, bits: int) -> Interval:
        """What the part of kappa that is not linear is multiplied by, (1 - slope)^2 / (2 pi)."""
        return Interval.of((1 - self.slope) ** 2, bits) / (2 * pi(bits))


@dataclass(frozen=True)
class Erf:
    """The error function. Its kappa is smooth everywhere, also where a neuron is 0."""

    name = "erf"

    def alone(self, p: Jet) -> Jet:
        """phi(p) = kappa(w, w)."""
        bits = p.value.bits
        two = Interval.of(2, bits)
        return (p.times(two) * p.times(2 * two).plus(1).sqrt().reciprocal()).arctan().times(two / pi(bits))

    def factor(self, bits: int) -> Interval:
        """Nothing is taken apart."""
        return Interval.of(1, bits)


Activation = LeakyReLU | Erf
RELU = LeakyReLU(Fraction(0))
