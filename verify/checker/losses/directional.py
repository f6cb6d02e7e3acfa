"""The slopes of an empirical risk along a direction, over a box of parameters, on kinks too.

Theorem. Let F be an empirical risk of a network with activations that are C^1 or piecewise linear, u a direction, and
D an interval that contains what forward differentiation along u gives at every point of a box, with every slope
between those of the half-lines where a unit may be on its kink. Then F(x + t u) - F(x) lies in t D for t >= 0, as long
as the segment stays in the box.
Proof. On the segment each z is Lipschitz in t, so that it is differentiable for almost every t, and F is the integral
of its derivative. The activation h of a unit at z(t) has there the derivative h'(z) z' where z(t) is not 0; where
z(t) = 0, z'(t) = 0 for almost every such t, since points with z = 0 and z' not 0 are isolated zeros, and
|h(z(s)) - h(z(t))| <= C |z(s) - z(t)| makes the derivative 0 as well: any slope gives it. So for almost every t the
derivative is one that D contains. QED
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball
from verify.checker.core.clock import look
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_activations import Derivatives
from verify.checker.losses.layer_pass import Pass, Rows, plus, times
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer


class DirectionalRisk(EmpiricalRisk):
    """The landscape over a box, with a direction."""

    def __init__(
        self,
        landscape: EmpiricalRiskLandscape,
        where: Balls,
        direction: Sequence[Fraction],
    ) -> None:
        """`where`: (1, trained parameters), `direction`: (trained parameters,)."""
        super().__init__(landscape, where)
        self._direction = [ball(entry) for entry in direction]
        self.of_units: list[Rows] = []
        """For each layer the slope of z, (samples, width); when that of the risk is known."""

    def slope(self) -> arb:
        """D."""
        landscape = self._landscape
        changes = list(landscape.complete(self._direction, ball, shift=False))
        rows: Rows = [[arb(0)] * landscape.network.inputs for _ in landscape.inputs]
        for step in self._forward[0]:
            look()
            of_z = self._of_z(step, changes[step.start : step.start + step.layer.parameters], rows)
            self.of_units.append(of_z)
            rows = self._outputs(step, of_z, rows)
        along = sum(
            (
                g * change
                for gradients, row in zip(self._output_gradients, rows, strict=True)
                for g, change in zip(gradients, row, strict=True)
            ),
            arb(0),
        )
        for rate, theta, change in zip(landscape.decays(), self._trained, self._direction, strict=True):
            along += ball(rate) * theta * change
        return along

    @staticmethod
    def _of_z(step: Pass, changes: list[arb], rows: Rows) -> Rows:
        """The change of z, from that of a layer's inputs."""
        layer = step.layer
        weights = arb_mat(layer.width, layer.inputs, changes[: layer.width * layer.inputs])
        direct = (arb_mat(step.inputs) * weights.transpose()).tolist()
        carried = (arb_mat(rows) * step.weights.transpose()).tolist()
        biases = changes[layer.width * layer.inputs :] if layer.bias else [arb(0)] * layer.width
        return [
            [x + y + b for x, y, b in zip(new, old, biases, strict=True)]
            for new, old in zip(direct, carried, strict=True)
        ]

    @staticmethod
    def _outputs(step: Pass, of_z: Rows, rows: Rows) -> Rows:
        """The change of a layer's outputs, from those of z and of its inputs."""
        found = []
        for sample, changes in enumerate(of_z):
            look()
            row = times(_slopes(step, sample), changes)
            found.append(plus(row, rows[sample]) if step.layer.residual else row)
        return found


class OnOneSide(DirectionalRisk):
    """The same where some units on some samples are on a given side of their kinks."""

    def __init__(
        self,
        landscape: EmpiricalRiskLandscape,
        where: Balls,
        direction: Sequence[Fraction],
        slopes: Mapping[tuple[int, int, int], Fraction],
    ) -> None:
        """`slopes`: of layer, sample, unit."""
        super().__init__(landscape, where, direction)
        self._sides = slopes

    def _jets(self, depth: int, layer: Layer, before: Rows) -> list[list[Derivatives]]:
        jets = super()._jets(depth, layer, before)
        for (level, sample, unit), slope in self._sides.items():
            if level == depth:
                jets[sample][unit] = jets[sample][unit]._replace(first=ball(slope))
        return jets


def _slopes(step: Pass, sample: int) -> list[arb]:
    """Of the activation: between those of the half-lines where a unit may be on its kink."""
    activation = step.layer.activation
    if not activation.is_piecewise_linear:
        return step.first[sample]
    low, high = map(ball, activation.parameters)
    either = low.union(high)
    return [either if slope.is_nan() else slope for slope in step.first[sample]]
