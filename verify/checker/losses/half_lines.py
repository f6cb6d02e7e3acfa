"""Leaky ReLU, sigma(z) = max(z, 0) + slope min(z, 0): ReLU for slope 0, |z| for slope -1.

The formulas are generated (`kernels/leaky_relu.py`). What is written by hand is the angle, and the bounds of the
blocks where the formulas of the second derivatives are singular: `relu`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from verify.checker.losses import relu
from verify.checker.losses.dual_kernel import Jet, Parallel, Second, SelfJet
from verify.checker.losses.kernels import leaky_relu


@dataclass(frozen=True, slots=True)
class HalfLines:
    """The dual kernel of leaky ReLU."""

    slope: arb

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """The kernel at two different neurons."""
        area, obtuse = relu.area_and_obtuse(p, q, s)
        value, in_p, in_q = leaky_relu.first(p, q, area, obtuse, self.slope)
        second: Second | Parallel
        # Nearly parallel for the size of the box: the blocks' bounds are sharper than the singular formulas.
        if 2 * area.lower() > area.upper():
            second = leaky_relu.second(p, q, s, area, self.slope)
        else:
            bend = (1 - self.slope) * (1 - self.slope)
            second = Parallel(*(bend * bound for bound in relu.parallel(p, s, area)))
        return Jet(value, in_p, in_q, second)

    def alone(self, p: arb) -> SelfJet:
        """The kernel of a neuron with itself."""
        return leaky_relu.alone(p, self.slope)
