"""Generalised derivatives of an empirical risk by back-propagation, over a box of parameters, on kinks too.

Theorem. Let L be the sum of losses as a function of what the units of one layer are given on all samples, the layers
after it being those of a network with parameters in the box. For two such values, the segment between them lying where
those of the box are enclosed, L(z') - L(z) = sum <d_n, z'_n - z_n> with d in the interval that back-propagation
gives, with every slope between those of the half-lines where a unit may be on its kink.
Proof. By the theorem of `directional`, along the segment L is the integral of what forward differentiation gives, with
any such slopes. That is <d(t), z' - z>, d(t) what back-propagation gives with the same slopes. The mean of d(t) over t
lies in the interval, which is convex. QED
"""

from __future__ import annotations

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_activations import Derivatives
from verify.checker.losses.layer_pass import Pass, Rows
from verify.checker.statements.network import Layer


class Subgradients(EmpiricalRisk):
    """The landscape over a box, every slope that is not known being an interval."""

    def _jets(self, depth: int, layer: Layer, before: Rows) -> list[list[Derivatives]]:
        jets = super()._jets(depth, layer, before)
        if not (layer.activation.is_piecewise_linear and layer.activation.has_kink):
            return jets
        low, high = map(ball, layer.activation.parameters)
        either = low.union(high)
        return [[jet._replace(first=either) if jet.first.is_nan() else jet for jet in row] for row in jets]

    def layer(self, depth: int) -> Pass:
        """One layer on all samples."""
        return self._forward[0][depth]

    def in_inputs(self, depth: int) -> Rows:
        """(samples, width): d of a layer."""
        return self._backward[depth][1]

    def in_output(self, depth: int, sample: int, unit: int) -> arb:
        """The derivative of the risk in what a unit puts out on a sample."""
        return self._backward[depth][0][sample][unit]
