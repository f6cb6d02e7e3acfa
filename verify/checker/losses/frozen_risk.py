"""The empirical risk of a frozen network: units of some layers are linear, on each sample with a slope of its own.

Where a unit is on one side of its kink the slope is that side's, and the frozen network is the network; where it may
meet the kink the slope is chosen. One unit on one sample is a function of the parameters: its value z, its gradient,
how it changes with the outputs of the layers before it, and a bound of its second derivative. A loss that is linear on
each side of the residual f - y is one more layer, after the last: one output's residual is what its unit is given.

Theorem (bound of the second derivative). Let J and H bound |Da| and |D^2 a| for the outputs a of a layer on a sample
(J = H = 0 for the inputs). For the next layer, z = W a + b and a' = sigma(z) + r a,
    |Dz| <= |W| J + |(a, 1)|,  |D^2 z| <= |W| H + J,  |Da'| <= s |Dz| + r J,  |D^2 a'| <= s |D^2 z| + c |Dz|^2 + r H,
with |W| the Frobenius norm, s and c bounds of |sigma'| and |sigma''| there.
Where the parameters are A phi + c, the second derivative in phi is at most |A|^2 times that: it is A^T D^2 z A.
Proof. Dz(d) = W Da(d) + dW a + db; D^2 z(d, d) = W D^2 a(d, d) + 2 dW Da(d), where Da(d) depends on the parameters of
the layers before only, so that 2 |dW| |Da(d)| <= J (|dW|^2 + |the others|^2) <= J |d|^2. The rest: the chain rule. QED
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball, euclidean_norm
from verify.checker.core.clock import look
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_activations import Derivatives
from verify.checker.losses.layer_pass import Rows, plus, times
from verify.checker.losses.sample_losses import SampleLoss, of_each, on_line
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer

Slopes = Sequence[Sequence[Sequence[Fraction]] | None]
"""For each layer None, where it has its own activation, or the slope of each sample and unit.

After the layers' comes one more entry: None, or the slopes of a loss that is linear on each side of the residual 0.
"""


class Unit(NamedTuple):
    """What one unit is given on one sample."""

    value: arb
    """z"""
    gradient: list[arb]
    """(trained parameters,)"""
    in_outputs: list[list[arb]]
    """For each layer before, (width,): the derivative of z in its outputs."""


class FrozenRisk(EmpiricalRisk):
    """F_a at all parameters of a box (or at a point, if the balls are thin)."""

    def __init__(self, landscape: EmpiricalRiskLandscape, where: Balls, slopes: Slopes) -> None:
        """`where`: (1, trained parameters)."""
        super().__init__(landscape, where)
        self._slopes = slopes

    def _jets(self, depth: int, layer: Layer, before: Rows) -> list[list[Derivatives]]:
        frozen = self._slopes[depth]
        if frozen is None:
            return super()._jets(depth, layer, before)
        balls = {slope: ball(slope) for row in frozen for slope in row}
        return [
            [Derivatives(balls[slope] * z, balls[slope], arb(0)) for slope, z in zip(slopes, row, strict=True)]
            for slopes, row in zip(frozen, before, strict=True)
        ]

    def _sample_loss(self, sample: int, outputs: list[arb]) -> SampleLoss:
        frozen = self._slopes[len(self._landscape.network.layers)]
        if frozen is None:
            return super()._sample_loss(sample, outputs)
        target, slopes = self._landscape.targets[sample], frozen[sample]
        return of_each([on_line(f - ball(y), slope) for f, y, slope in zip(outputs, target, slopes, strict=True)])

    def loss_in_output(self, layer: int, sample: int, unit: int) -> arb:
        """The derivative of F_a in what a unit puts out on a sample."""
        if layer == len(self._landscape.network.layers):
            return self._factors[sample]
        return self._backward[layer][0][sample][unit]

    def unit(self, layer: int, sample: int, unit: int) -> Unit:
        """A unit on a sample."""
        look()
        passes, outputs = self._forward
        everything = [arb(0)] * self._landscape.network.parameters
        if layer == len(passes):
            value = outputs[sample][unit] - ball(self._landscape.targets[sample][unit])
            row = [arb(int(output == unit)) for output in range(len(outputs[sample]))]
        else:
            here = passes[layer]
            for source, entry in enumerate(here.extended_row(sample)):
                everything[here.number(unit, source)] = entry
            value, row = here.before[sample][unit], here.weights.tolist()[unit]
        found = []
        for step in reversed(passes[:layer]):
            look()
            found.append(row)
            deltas = times(step.first[sample], row)
            inputs = step.extended_row(sample)
            for other, delta in enumerate(deltas):
                for source, entry in enumerate(inputs):
                    everything[step.number(other, source)] = delta * entry
            back = (arb_mat([deltas]) * step.weights).tolist()[0]
            row = plus(back, row) if step.layer.residual else back
        gradient = self._landscape.pull_back(everything, ball)
        return Unit(value, gradient, found[::-1])

    def curvature_of_unit(self, layer: int, sample: int, unit: int) -> arb:
        """A bound of the spectral norm of the Hessian of z: the theorem above."""
        slope = curvature = arb(0)
        passes = self._forward[0]
        for step in passes[:layer]:
            look()
            slope, curvature = step.bounds(sample, euclidean_norm(step.weights.entries()), slope, curvature)
        if not layer:
            return arb(0)
        if layer == len(passes):
            bound = curvature
        else:
            bound = euclidean_norm(passes[layer].weights.tolist()[unit]) * curvature + slope
        made = self._landscape.parameter_map
        return bound if made is None else ball(made.square_norm) * bound
