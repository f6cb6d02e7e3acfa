"""An empirical risk of few parameters over many boxes at once, in balls of float64: loss, gradient and Hessian.

Derivatives are carried along with the values, from the inputs to the outputs; p is the number of trained parameters.
Rounding is ignored: what comes out is a hint for the test that the checker is to make.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer
from verify.producer.landscapes import floats
from verify.producer.prover.covers.float_balls import Array, FloatBalls, Mask
from verify.producer.prover.covers.float_ranges import activation_ranges, sigmoid, sigmoid_slope, softplus


class Jet(NamedTuple):
    """Values, and their first and second derivatives in the parameters: (..., p) and (..., p, p) after the values'."""

    value: FloatBalls
    first: FloatBalls
    second: FloatBalls


class FloatRisk:
    """F over boxes (boxes, p)."""

    def __init__(self, landscape: EmpiricalRiskLandscape) -> None:
        """Any loss of `sample_loss.LOSSES`."""
        self._layers, self._loss = landscape.network.layers, landscape.loss
        made = landscape.as_map()
        self._slopes = np.zeros((made.parameters, made.trained))
        for term in made.entries:
            self._slopes[term.parameter, term.trained] = floats.nearest(term.coefficient)
        self._constants = np.zeros(made.parameters)
        for index, value in made.constants:
            self._constants[index] = floats.nearest(value)
        self._starts = list(landscape.network.starts)
        self._inputs, self._targets = floats.matrix(landscape.inputs), floats.matrix(landscape.targets)
        self._factors, self._rates = floats.vector(landscape.factors), floats.vector(landscape.decays())

    @property
    def numbers(self) -> int:
        """How many are kept for one box, about."""
        widest = max(max(layer.width, layer.inputs) for layer in self._layers)
        return len(self._inputs) * widest * self._slopes.shape[1] ** 2

    def jet(self, low: Array, high: Array) -> tuple[Jet, Mask]:
        """F, and whether no unit may meet a kink; for each box (boxes, p)."""
        where = FloatBalls.between(low, high)
        jet, smooth = self._outputs(where)
        value, slope, bend = self._of_outputs(jet.value)  # (boxes, samples, outputs [, outputs])
        both = jet.first[:, :, :, None, :, None] * jet.first[:, :, None, :, None, :]
        second = _sum(slope[..., None, None] * jet.second, 2) + _sum(_sum(bend[..., None, None] * both, 3), 2)
        first = _sum(slope[..., None] * jet.first, 2)
        factors = FloatBalls(self._factors)
        total = Jet(
            _sum(factors * _sum(value, 2), 1),
            _sum(factors[:, None] * first, 1),
            _sum(factors[:, None, None] * second, 1),
        )
        rates = FloatBalls(self._rates)
        decay = _sum(rates * where * where, 1) * 0.5
        return Jet(total.value + decay, total.first + rates * where, total.second + np.diag(self._rates)), smooth

    def _outputs(self, where: FloatBalls) -> tuple[Jet, Mask]:
        count, size = where.middle.shape
        smooth = np.ones(count, dtype=bool)
        slopes = np.abs(self._slopes)
        everything = FloatBalls(where.middle @ self._slopes.T + self._constants, where.radius @ slopes.T)
        shape = (count, *self._inputs.shape)
        jet = Jet(
            FloatBalls(np.broadcast_to(self._inputs, shape)),
            FloatBalls(np.zeros((*shape, size))),
            FloatBalls(np.zeros((*shape, size, size))),
        )
        for layer, start in zip(self._layers, self._starts, strict=True):
            before = self._before(layer, start, everything, jet)
            value, first, second = activation_ranges(layer.activation, before.value)
            if layer.activation.has_kink:
                smooth &= (abs(before.value).low > 0).all(axis=(1, 2))
            outer = before.first[..., :, None] * before.first[..., None, :]
            after = Jet(
                value,
                first[..., None] * before.first,
                first[..., None, None] * before.second + second[..., None, None] * outer,
            )
            jet = Jet(*(new + old for new, old in zip(after, jet, strict=True))) if layer.residual else after
        return jet, smooth

    def _before(self, layer: Layer, start: int, everything: FloatBalls, jet: Jet) -> Jet:
        """z = W a + b: (boxes, samples, width), and so on."""
        end = start + layer.width * layer.inputs
        shape = (layer.width, layer.inputs)
        weights = everything[:, start:end].reshaped(len(everything.middle), 1, *shape)
        moves = FloatBalls(self._slopes[start:end].reshape(*shape, -1))
        a = Jet(*(part[:, :, None] for part in jet))  # (boxes, samples, 1, inputs, ...)
        value = _sum(weights * a.value, 3)
        first = _sum(weights[..., None] * a.first + moves * a.value[..., None], 3)
        mixed = moves[..., :, None] * a.first[..., None, :]
        second = _sum(weights[..., None, None] * a.second + mixed + _swapped(mixed), 3)
        if layer.bias:
            value = value + everything[:, None, end : end + layer.width]
            first = first + FloatBalls(self._slopes[end : end + layer.width])
        return Jet(value, first, second)

    def _of_outputs(self, f: FloatBalls) -> tuple[FloatBalls, FloatBalls, FloatBalls]:
        """The samples' losses: values and first derivatives of each output, second ones of each pair of outputs."""
        unit = FloatBalls(np.eye(f.middle.shape[2]))
        y = FloatBalls(self._targets)
        if self._loss == "squares":
            rest = f - y
            return rest * rest, rest * 2.0, (rest * 0.0 + 2.0)[..., None] * unit
        if self._loss == "logistic":
            along = y * f
            wrong = sigmoid(-along)
            return softplus(-along), -y * wrong, (y * y * sigmoid_slope(along))[..., None] * unit
        return _cross_entropy(f, y, unit)


def _cross_entropy(f: FloatBalls, y: FloatBalls, unit: FloatBalls) -> tuple[FloatBalls, FloatBalls, FloatBalls]:
    total = FloatBalls(y.middle.sum(axis=1, keepdims=True))
    differences = f[..., None, :] - f[..., :, None]
    shares = 1.0 / _sum(differences.increasing(np.exp), 3)
    surprise = -(y * shares.increasing(np.log))
    own = (shares * (1.0 - shares))[..., None] * unit
    bend = total[..., None] * (own - shares[..., :, None] * shares[..., None, :] * FloatBalls(1 - unit.middle))
    return surprise, total * shares - y, bend


def _sum(parts: FloatBalls, axis: int) -> FloatBalls:
    return FloatBalls(parts.middle.sum(axis=axis), parts.radius.sum(axis=axis))


def _swapped(parts: FloatBalls) -> FloatBalls:
    """The transposed matrices."""
    return FloatBalls(parts.middle.swapaxes(-1, -2), parts.radius.swapaxes(-1, -2))
