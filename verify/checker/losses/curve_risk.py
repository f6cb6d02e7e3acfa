"""How an empirical risk changes along a curve: F(g(t)) - F(g(0)) for small t > 0, as a power series.

g(t) = theta + g_1 t + ... + g_k t^k with rational vectors. `mixed_series` says what the coefficients are. The loss of a
sample enters by its change alone, in which no constant has to cancel: f^2 by products, softplus and the logarithm of a
sum of exponentials by their derivatives, sigmoid and the shares exp f_o / sum_p exp f_p.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.outcome import Open
from verify.checker.losses.mixed_series import (
    Number,
    Series,
    along,
    constant,
    exponential,
    inverse,
    plus,
    product,
    scaled,
    sigmoid,
    softplus,
    times,
    total,
)
from verify.checker.losses.network_series import NetworkSeries, line
from verify.checker.losses.own_parameters import require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.sample_loss import LOSSES


class CurveRisk(NetworkSeries):
    """The landscape on a curve from a point; on no curve, at the point alone (order 0)."""

    def __init__(
        self,
        landscape: EmpiricalRiskLandscape,
        point: Matrix,
        curve: Sequence[Matrix] = (),
        order: int = 0,
    ) -> None:
        """`point`, and g_1, g_2, ...: (1, trained parameters)."""
        require_own_parameters(landscape)
        if landscape.loss not in LOSSES:
            raise Open(f"along curves the loss `{landscape.loss}` has no series here", Reason.NOT_MODELLED)
        columns = zip(*(matrix[0] for matrix in (point, *curve)), strict=True)
        self._trained = [line(column, order) for column in columns]
        super().__init__(landscape, landscape.complete(self._trained, lambda x: constant(x, order + 1)), order)

    @property
    def before_activation(self) -> list[list[list[Series]]]:
        """z for each layer, sample and unit."""
        return self._forward[0]

    @property
    def outputs(self) -> list[list[Series]]:
        """(samples, outputs)."""
        return self._forward[1]

    def on_a_kink(self) -> str | None:
        """A unit that is on the kink of its activation at t = 0, or may be."""
        for depth, (layer, samples) in enumerate(zip(self._landscape.network.layers, self._forward[0], strict=True)):
            for sample, row in enumerate(samples if layer.activation.has_kink else []):
                for unit, z in enumerate(row):
                    if not (z[0] > 0 or z[0] < 0):
                        return f"unit {unit} of layer {depth} on sample {sample}"
        return None

    def output_slopes(self, sample: int) -> list[Number]:
        """(outputs,): the derivative of factor l in each output, at t = 0."""
        outputs, target = [f[:1] for f in self._forward[1][sample]], self._landscape.targets[sample]
        match self._landscape.loss:
            case "squares":
                slopes = [product(Fraction(2), total([f[0], -y])) for f, y in zip(outputs, target, strict=True)]
            case "logistic":
                slopes = [product(-y, sigmoid(scaled(-y, f))[0]) for f, y in zip(outputs, target, strict=True)]
            case "cross-entropy":
                mass = sum(target, Fraction(0))
                slopes = [
                    total([product(mass, share[0]), -y]) for share, y in zip(_shares(outputs), target, strict=True)
                ]
        return [product(self._landscape.factors[sample], slope) for slope in slopes]

    def change(self) -> list[Number]:
        """The coefficients of t, ..., t^order of F."""
        terms = [constant(Fraction(0), self._length)]
        landscape = self._landscape
        for outputs, target, factor in zip(self._forward[1], landscape.targets, landscape.factors, strict=True):
            look()
            terms.append(scaled(factor, self._of_sample(outputs, target)))
        for rate, theta in zip(self._landscape.decays(), self._trained, strict=True):
            if rate:
                terms.append(scaled(rate / 2, times(theta, theta)))
        return plus(*terms)[1:]

    def _of_sample(self, outputs: list[Series], target: Sequence[Fraction]) -> Series:
        """The change of a sample's loss; the constant term is nothing in particular."""
        match self._landscape.loss:
            case "squares":
                residuals = [[total([f[0], -y]), *f[1:]] for f, y in zip(outputs, target, strict=True)]
                return plus(*(times(r, r) for r in residuals))
            case "logistic":
                return plus(*(softplus(scaled(-y, f)) for f, y in zip(outputs, target, strict=True)))
        zero = constant(Fraction(0), self._length)
        mass, terms = sum(target, Fraction(0)), [zero]
        for f, share, y in zip(outputs, _shares(outputs), target, strict=True):
            terms.append(scaled(mass, along(Fraction(0), share, f)))
            terms.append(scaled(-y, f))
        return plus(*terms)


def _shares(outputs: list[Series]) -> list[Series]:
    """exp f_o / sum_p exp f_p; only differences of outputs enter."""
    found = []
    for f in outputs:
        differences = [plus(other, scaled(Fraction(-1), f)) for other in outputs]
        found.append(inverse(plus(*(exponential(difference) for difference in differences))))
    return found


def slopes(landscape: EmpiricalRiskLandscape, point: Matrix) -> Iterator[Number]:
    """The derivative of F in each trained parameter, from the side on which that grows."""
    for index in range(landscape.trained):
        look()
        axis = (tuple(Fraction(int(i == index)) for i in range(landscape.trained)),)
        yield from CurveRisk(landscape, point, [axis], 1).change()
