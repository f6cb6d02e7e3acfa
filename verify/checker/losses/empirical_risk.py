"""F(theta) = sum_n factor_n l(f_theta(x_n), y_n) + decay, its gradient and Hessian, over a box of parameters.

Layer l maps a to sigma(z) + r a with z = W a + b and r = 0 or 1. For one sample write g_l
and G_l for the gradient and the Hessian of its loss as a function of the l-th layer's
output, s' and s'' for the diagonal matrices of sigma' and sigma'' at z_l, and
M_l = s' W + r I for the layer's derivative. Then
    delta_l = s' g_l,    g_{l-1} = W^T delta_l + r g_l,    dF/dW_l = delta_l a_{l-1}^T,    dF/db_l = delta_l,
    G_{l-1} = M_l^T G_l M_l + W^T diag(s'' g_l) W.
The second derivatives in the parameters: `layer_hessian`, and `second_derivatives` where they are made from others.
docs/AUDIT.md derives all of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball, point
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.outcome import Open
from verify.checker.losses.layer_activations import Derivatives
from verify.checker.losses.layer_hessian import LayerHessian
from verify.checker.losses.layer_pass import (
    Pass,
    Rows,
    jets_of,
    plus,
    plus_diagonal,
    scale_rows,
)
from verify.checker.losses.loss import Region
from verify.checker.losses.sample_losses import SampleLoss, may_bend, sample_loss
from verify.checker.losses.second_derivatives import SecondDerivatives
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer
from verify.checker.statements.sample_loss import LOSSES


class EmpiricalRisk:
    """The landscape at all parameters of a box (or at a point, if the balls are thin)."""

    lifts: ClassVar[bool] = False

    def __init__(self, landscape: EmpiricalRiskLandscape, where: Balls) -> None:
        """`where`: (1, trained parameters)."""
        self._landscape = landscape
        self._trained = where[0]
        self._samples = len(landscape.inputs)

    @cached_property
    def _forward(self) -> tuple[list[Pass], Rows]:
        """Each layer on all samples, and the outputs (samples, outputs)."""
        landscape = self._landscape
        passes: list[Pass] = []
        parameters = list(landscape.complete(self._trained, ball))
        rows: Rows = [[ball(entry) for entry in row] for row in landscape.inputs]
        for layer, start in zip(landscape.network.layers, landscape.network.starts, strict=True):
            look()
            end = start + layer.width * layer.inputs
            weights = arb_mat(layer.width, layer.inputs, parameters[start:end])
            before: Rows = (arb_mat(rows) * weights.transpose()).tolist()
            if layer.bias:
                bias = parameters[end : end + layer.width]
                before = [[z + b for z, b in zip(row, bias, strict=True)] for row in before]
            jets = self._jets(len(passes), layer, before)
            first = [[jet.first for jet in row] for row in jets]
            second = [[jet.second for jet in row] for row in jets]
            passes.append(Pass(layer, weights, rows, before, first, second, start))
            values = [[jet.value for jet in row] for row in jets]
            rows = [plus(new, old) for new, old in zip(values, rows, strict=True)] if layer.residual else values
        return passes, rows

    def _jets(self, depth: int, layer: Layer, before: Rows) -> list[list[Derivatives]]:
        """The activation and its derivatives at what the units of a layer are given on each sample."""
        return [jets_of(layer, row) for row in before]

    @cached_property
    def _losses(self) -> list[SampleLoss]:
        found = []
        for sample, outputs in enumerate(self._forward[1]):
            look()
            found.append(self._sample_loss(sample, outputs))
        return found

    def _sample_loss(self, sample: int, outputs: list[arb]) -> SampleLoss:
        return sample_loss(self._landscape, sample, outputs)

    @cached_property
    def _factors(self) -> list[arb]:
        """(samples,): what the loss of each is multiplied by."""
        return [ball(factor) for factor in self._landscape.factors]

    @cached_property
    def _output_gradients(self) -> Rows:
        """(samples, outputs): of factor_n l(f_n, y_n) in f_n."""
        return [
            [factor * entry for entry in loss.gradient]
            for factor, loss in zip(self._factors, self._losses, strict=True)
        ]

    def _output_curvatures(self) -> list[arb_mat]:
        """For each sample the second derivative of factor_n l(f_n, y_n) in f_n."""
        return [factor * arb_mat(loss.hessian) for factor, loss in zip(self._factors, self._losses, strict=True)]

    @cached_property
    def _backward(self) -> list[tuple[Rows, Rows]]:
        """For each layer g and delta, each (samples, width)."""
        found: list[tuple[Rows, Rows]] = []
        gradients = self._output_gradients
        for step in reversed(self._forward[0]):
            look()
            deltas, back = step.back(gradients)
            found.append((gradients, deltas))
            gradients = back
        return found[::-1]

    def before_activation(self) -> list[tuple[Layer, Rows]]:
        """For each layer z, (samples, width)."""
        return [(step.layer, step.before) for step in self._forward[0]]

    def residuals(self) -> Rows:
        """f - y: (samples, outputs)."""
        targets = ([ball(entry) for entry in row] for row in self._landscape.targets)
        return [
            [f - y for f, y in zip(outputs, row, strict=True)]
            for outputs, row in zip(self._forward[1], targets, strict=True)
        ]

    def near_a_kink(self) -> str | None:
        """What meets a kink of its activation or loss somewhere in the box, or may do so; None only if proved.

        To be asked before derivatives are believed: a product of matrices need not keep a NaN
        where the other factor is 0.
        """
        for depth, step in enumerate(self._forward[0]):
            for sample, row in enumerate(step.before if step.layer.activation.has_kink else []):
                for unit, z in enumerate(row):
                    if not abs(z) > 0:
                        return f"unit {unit} of layer {depth} on sample {sample}"
        for sample, outputs in enumerate(self._forward[1]):
            if (output := may_bend(self._landscape, sample, outputs)) is not None:
                return f"the loss of output {output} on sample {sample}"
        return None

    def smooth(self, region: Region) -> tuple[str, str]:
        """Prove that activations and losses are C^2 at what they are given, for every sample, over the whole box."""
        bends = self._landscape.loss not in LOSSES
        if not (bends or any(layer.activation.has_kink for layer in self._landscape.network.layers)):
            return "the loss is C^2", "everywhere, because the activations are"
        if (unit := self.near_a_kink()) is not None:
            raise Open(f"{unit} may meet a kink within the radius, where the loss need not be C^2", Reason.KINK)
        neither = "neither a unit nor a sample's loss meets" if bends else "no unit meets"
        return "the loss is C^2 within the radius", f"{neither} a kink there, on any sample"

    @property
    def input_dimension_matrix(self) -> arb_mat:
        """None: the samples have the inputs that they have."""
        raise Open("a network on data has no higher input dimensions", Reason.NOT_MODELLED)

    def at(self, where: Matrix) -> EmpiricalRisk:
        """The same landscape at exact parameters."""
        return EmpiricalRisk(self._landscape, point(where))

    def realisation(self) -> None:
        """There is no teacher."""

    def neuron_curvature(self, unit: int) -> arb_mat:
        """sum_n r_n sigma''(z_n) x_n x_n^T of a unit of the first layer, x extended by the 1 of a bias.

        r is the derivative of factor_n l in the first output: (inputs + bias, inputs + bias).
        """
        first = self._forward[0][0]
        rows = first.extended()
        weights = [r[0] * s[unit] for r, s in zip(self._output_gradients, first.second, strict=True)]
        return arb_mat(rows).transpose() * scale_rows(weights, arb_mat(rows))

    def value(self) -> arb:
        """F."""
        decay = sum(
            (
                ball(rate) * theta * theta  # a power of a ball around 0 is NaN
                for rate, theta in zip(self._landscape.decays(), self._trained, strict=True)
                if rate
            ),
            arb(0),
        )
        losses = (factor * loss.value for factor, loss in zip(self._factors, self._losses, strict=True))
        return sum(losses, arb(0)) + decay / 2

    def gradient(self) -> Balls:
        """(1, trained parameters)."""
        everything: list[arb] = []
        for step, (_, deltas) in zip(self._forward[0], self._backward, strict=True):
            back = arb_mat(deltas).transpose()
            everything += (back * arb_mat(step.inputs)).entries()
            if step.layer.bias:
                everything += (back * arb_mat(self._samples, 1, [arb(1)] * self._samples)).entries()
        landscape = self._landscape
        slopes = zip(landscape.pull_back(everything, ball), landscape.decays(), self._trained, strict=True)
        return [[slope + ball(rate) * theta for slope, rate, theta in slopes]]

    def hessian(self) -> arb_mat:
        """(trained parameters, trained parameters)."""
        if (made := self._landscape.parameter_map) is None:
            return self._with_decay(self._layers.hessian(self._output_curvatures()))
        sums = SecondDerivatives(made, self._forward[0], self._backward)
        return self._with_decay(sums.hessian(self._output_curvatures()))

    def hessian_from_below(self) -> arb_mat | None:
        """An exact matrix that is below the Hessian everywhere: docs/AUDIT.md, "One layer, from below"."""
        landscape = self._landscape
        is_one_layer = len(landscape.network.layers) == 1 and landscape.parameter_map is None
        return self._with_decay(self._layers.from_below(self._output_curvatures())) if is_one_layer else None

    @property
    def _layers(self) -> LayerHessian:
        return LayerHessian(self._landscape.trained_indices(), self._forward[0], self._backward)

    def _with_decay(self, hessian: arb_mat) -> arb_mat:
        return plus_diagonal(hessian, [ball(rate) for rate in self._landscape.decays()])
