"""Leaky ReLU, sigma(z) = max(z, 0) + slope min(z, 0): ReLU for slope 0, |z| for slope -1.

sigma(z) = (1 - slope) relu(z) + slope z, and E relu(w.x) (v.x) = w.v / 2, so
    kappa = (1 - slope)^2 kappa_relu + slope q,    phi = (1 + slope^2) p / 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from verify.checker.landscapes import relu
from verify.checker.landscapes.dual_kernel import Jet, Parallel, Second, SelfJet


@dataclass(frozen=True, slots=True)
class HalfLines:
    """The dual kernel of leaky ReLU."""

    slope: arb

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """The kernel at two different neurons."""
        area, obtuse = relu.area_and_obtuse(p, q, s)
        bend = (1 - self.slope) * (1 - self.slope)
        in_p, in_q = relu.first(p, area, obtuse)
        second: Second | Parallel
        # Nearly parallel for the size of the box: the blocks' bounds are sharper than the singular formulas.
        if 2 * area.lower() > area.upper():
            second = Second(*(bend * derivative for derivative in relu.second(p, q, s, area)))
        else:
            second = Parallel(*(bend * bound for bound in relu.parallel(p, s, area)))
        return Jet(bend * relu.value(q, area, obtuse) + self.slope * q, bend * in_p, bend * in_q + self.slope, second)

    def alone(self, p: arb) -> SelfJet:
        """The kernel of a neuron with itself."""
        half = (1 + self.slope * self.slope) / 2
        return SelfJet(half * p, half, arb(0))
