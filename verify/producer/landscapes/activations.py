"""Activations as the losses know them: the dual kernel and its derivatives, in float64.

kappa(p, q, s) = E sigma(w.x) sigma(v.x) with p = |w|^2, q = w.v, s = |v|^2. All arrays
broadcast together, and may be of any library that follows the Python array API standard. An activation
is written as text: "relu", "abs", "leaky-relu:1/10" with its slope on the negative half-line, or a smooth one's name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from array_api_compat import array_namespace

from verify.checker.evaluators import SMOOTH
from verify.producer.landscapes.arrays import Array, arccos
from verify.producer.landscapes.smooth import Smooth

PARALLEL = 1e-7
"""Sine of the angle below which two neurons are taken for parallel, where the Hessian blocks have their limits."""


class Activation(Protocol):
    """What a landscape needs of an activation."""

    @property
    def gain(self) -> float:
        """How much larger the loss's curvature may be than ReLU's: gradient descent steps are divided by it."""

    @property
    def is_smooth(self) -> bool:
        """Whether the loss is smooth even where a neuron is zero."""

    @property
    def vanishes_at_zero(self) -> bool:
        """Whether sigma(0) = 0, so that a zero neuron computes the zero function."""

    def __str__(self) -> str: ...

    def specification(self) -> object:
        """The `activation` of a certificate."""

    def kernel(self, p: Array, q: Array, s: Array) -> Array:
        """kappa."""

    def first(self, p: Array, q: Array, s: Array) -> tuple[Array, Array]:
        """The derivatives of kappa in p and q."""

    def second(self, p: Array, q: Array, s: Array) -> tuple[Array, Array, Array, Array, Array]:
        """The second derivatives in pp, pq, ps, qq, qs."""

    def alone(self, p: Array) -> tuple[Array, Array, Array]:
        """E sigma(w.x)^2 as a function of p, and its first two derivatives."""


@dataclass(frozen=True, slots=True)
class LeakyReLU:
    """max(z, 0) + slope min(z, 0): kappa = (1 - slope)^2 kappa_relu + slope q (Cho & Saul 2009 for ReLU)."""

    slope: Fraction = Fraction(0)
    is_smooth = False
    vanishes_at_zero = True

    def __str__(self) -> str:
        return {0: "relu", -1: "abs"}.get(self.slope, f"leaky-relu:{self.slope}")  # type: ignore[call-overload, no-any-return]

    @property
    def gain(self) -> float:
        """See `Activation`."""
        return max(1.0, float(self.slope) ** 2)

    def specification(self) -> object:
        """See `Activation`."""
        return "relu" if self.slope == 0 else {"leaky-relu": str(self.slope)}

    def kernel(self, p: Array, q: Array, s: Array) -> Array:
        """See `Activation`."""
        area, obtuse = _area_and_angle(p, q, s)
        return self._bend * (area + obtuse * q) + float(self.slope) * q

    def first(self, p: Array, q: Array, s: Array) -> tuple[Array, Array]:
        """See `Activation`."""
        area, obtuse = _area_and_angle(p, q, s)
        bend = self._bend
        in_q = obtuse * bend
        return area * (bend / 2 / p), in_q + float(self.slope) if self.slope else in_q

    def second(self, p: Array, q: Array, s: Array) -> tuple[Array, Array, Array, Array, Array]:
        """See `Activation`. Zero at parallel neurons, where the blocks' singular parts cancel to 0."""
        xp = array_namespace(p, q, s)
        square = p * s
        sine_square = xp.clip(1 - q * q / square, 0.0, 1.0)
        parallel = sine_square < PARALLEL**2
        one = xp.ones_like(square)
        area = xp.sqrt(square * xp.where(parallel, one, sine_square))
        c = xp.where(parallel, 0 * one, self._bend / 4 / area)
        return c * (2 * q * q - square) / (p * p), -2 * c * q / p, c, 4 * c, -2 * c * q / s

    def alone(self, p: Array) -> tuple[Array, Array, Array]:
        """See `Activation`."""
        half = (1 + float(self.slope) ** 2) / 2
        return half * p, half + 0 * p, 0 * p

    @property
    def _bend(self) -> float:
        return (1 - float(self.slope)) ** 2 / (2 * math.pi)  # in floats: a Fraction would take as long as a kernel


def _area_and_angle(p: Array, q: Array, s: Array) -> tuple[Array, Array]:
    """The area of the parallelogram that w and v span, and pi minus the angle between them."""
    xp = array_namespace(p, q, s)
    lengths = xp.sqrt(p) * xp.sqrt(s)
    one = xp.ones_like(p)
    cosine = xp.minimum(xp.maximum(q / lengths, -one), one)
    return lengths * xp.sqrt((1 - cosine) * (1 + cosine)), arccos(-cosine)


def activation(name: str) -> Activation:
    """The activation that a text names. Raises ValueError, naming the known ones."""
    if name in SMOOTH:
        return Smooth(name)
    slopes = {"relu": "0", "abs": "-1"}
    kind, _, slope = name.partition(":")
    try:
        if name in slopes or kind == "leaky-relu":
            return LeakyReLU(Fraction(slopes.get(name, slope)))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"activation {name!r}: the slope must be a rational number, as in leaky-relu:1/10") from None
    raise ValueError(f"activation {name!r} is not known; known: relu, abs, leaky-relu:SLOPE, {', '.join(SMOOTH)}")
