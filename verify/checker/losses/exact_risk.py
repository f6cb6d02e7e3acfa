"""The empirical risk along a half-line, exactly: F(theta + t u) for all small t >= 0, as a polynomial in t.

For networks whose activations are piecewise linear or polynomial, with a loss that is so too.
Everything is computed modulo t^(order + 1) in rational numbers. Where a pre-activation
z(t) = z_0 + z_1 t + ... meets the kink of a piecewise linear activation at t = 0, its sign for
small t > 0 is that of its first coefficient that is not 0, so that the piece is known; if all
coefficients up to `order` are 0, so are those of the activation's value; and so for the losses of residuals, of which
`huber` is the same to first order on both sides of its bends. With order 0 this is plain evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import EXACT_BITS
from verify.checker.core.outcome import Open
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer, LayerActivation

Series = list[Fraction]
"""Coefficients of t^0, ..., t^order."""


class TooLarge(Open):
    """A number has more than EXACT_BITS bits."""

    def __init__(self) -> None:
        super().__init__(f"an exact number has more than {EXACT_BITS} bits", Reason.TOO_LARGE)


def is_exact(landscape: EmpiricalRiskLandscape) -> bool:
    """Whether the risk is evaluated here."""
    names = {layer.activation.name for layer in landscape.network.layers}
    return landscape.loss in ("squares", "absolute", "hinge", "huber") and names <= {"piecewise-linear", "polynomial"}


class ExactRisk:
    """The landscape at theta + t u for small t >= 0. Raises TooLarge where numbers grow out of bounds."""

    def __init__(
        self,
        landscape: EmpiricalRiskLandscape,
        point: Matrix,
        direction: Matrix | None = None,
        order: int = 0,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """`point`, `direction`: (1, trained parameters). `tick` is called between steps; it may raise to give up."""
        self._landscape, self._order, self._tick = landscape, order, tick
        slopes = direction[0] if direction is not None else [Fraction(0)] * landscape.trained
        values = landscape.complete(point[0], Fraction)
        changes = landscape.complete(slopes, Fraction, shift=False)
        self._parameters = list(zip(values, changes, strict=True))
        self._trained = list(zip(point[0], slopes, strict=True))

    @cached_property
    def before_activation(self) -> list[list[list[Series]]]:
        """z for each layer, sample and unit."""
        return self._forward[0]

    @property
    def outputs(self) -> list[list[Series]]:
        """(samples, outputs)."""
        return self._forward[1]

    @cached_property
    def _forward(self) -> tuple[list[list[list[Series]]], list[list[Series]]]:
        before: list[list[list[Series]]] = []
        zeros = [Fraction(0)] * self._order
        rows = [[[entry, *zeros] for entry in row] for row in self._landscape.inputs]
        network = self._landscape.network
        for layer, start in zip(network.layers, network.starts, strict=True):
            parameters = self._parameters[start : start + layer.parameters]
            z: list[list[Series]] = []
            for row in rows:
                self._tick()
                z.append(self._affine(layer, parameters, row))
            before.append(z)
            after = [[self._apply(layer.activation, entry) for entry in row] for row in z]
            if layer.residual:
                after = [
                    [_sum(x, y) for x, y in zip(new, old, strict=True)] for new, old in zip(after, rows, strict=True)
                ]
            rows = after
        return before, rows

    def _affine(self, layer: Layer, parameters: list[tuple[Fraction, Fraction]], row: list[Series]) -> list[Series]:
        result = []
        for unit in range(layer.width):
            total = [Fraction(0)] * (self._order + 1)
            if layer.bias:
                total[:2] = parameters[layer.width * layer.inputs + unit][: self._order + 1]
            weights = parameters[unit * layer.inputs : (unit + 1) * layer.inputs]
            for (weight, slope), entry in zip(weights, row, strict=True):
                _add_product(total, weight, slope, entry)
            result.append(total)
        return result

    def _apply(self, activation: LayerActivation, z: Series) -> Series:
        if activation.is_piecewise_linear:
            leading = next((entry for entry in z if entry), Fraction(0))
            slope = activation.parameters[leading > 0]
            return _bounded([slope * entry for entry in z])
        total = [Fraction(0)] * len(z)
        for coefficient in reversed(activation.parameters):  # Horner's rule
            total = _product(total, z)
            total[0] += coefficient
        return _bounded(total)

    def value(self) -> Series:
        """F(theta + t u)."""
        total = [Fraction(0)] * (self._order + 1)
        landscape = self._landscape
        for outputs, target, factor in zip(self.outputs, landscape.targets, landscape.factors, strict=True):
            self._tick()
            for output, wanted in zip(outputs, target, strict=True):
                residual = [output[0] - wanted, *output[1:]]
                loss = self._of_residual(residual, wanted)
                total = _bounded(_sum(total, [factor * entry for entry in loss]))
        for rate, (theta, slope) in zip(self._landscape.decays(), self._trained, strict=True):
            if rate:
                line = [theta, slope, *[Fraction(0)] * self._order][: self._order + 1]
                total = _bounded(_sum(total, [rate / 2 * entry for entry in _product(line, line)]))
        return total

    def _of_residual(self, residual: Series, target: Fraction) -> Series:
        """The loss of one output."""
        if self._landscape.loss == "squares":
            return _product(residual, residual)
        if (delta := self._landscape.delta) is None:
            slope = (self._landscape.residual_slopes(target) or ())[_sign(residual) > 0]
            return [slope * entry for entry in residual]
        size = [_sign(residual) * entry for entry in residual]
        beyond = [size[0] - delta, *size[1:]]
        if _sign(beyond) > 0:
            return [delta * (beyond[0] + delta / 2), *(delta * entry for entry in beyond[1:])]
        return [entry / 2 for entry in _product(residual, residual)]


def _sign(series: Series) -> int:
    """For all small t > 0, as far as it is known; where all coefficients are 0, it is 0."""
    leading = next((entry for entry in series if entry), Fraction(0))
    return (leading > 0) - (leading < 0)


def _add_product(total: Series, weight: Fraction, slope: Fraction, entry: Series) -> None:
    """total += (weight + slope t) entry."""
    if weight:
        for power, coefficient in enumerate(entry):
            if coefficient:
                look()
                total[power] += weight * coefficient
    if slope:
        for power, coefficient in enumerate(entry[:-1], start=1):
            if coefficient:
                total[power] += slope * coefficient
    _bounded(total)


def _sum(left: Series, right: Series) -> Series:
    return [x + y for x, y in zip(left, right, strict=True)]


def _product(left: Series, right: Series) -> Series:
    result = [Fraction(0)] * len(left)
    for i, x in enumerate(left):
        if x:
            for j, y in enumerate(right[: len(left) - i]):
                look()  # each number may have EXACT_BITS bits
                result[i + j] += x * y
    return result


def total(terms: Iterable[Fraction]) -> Fraction:
    """The sum of many exact numbers. Raises TooLarge."""
    result = Fraction(0)
    for term in terms:
        look()
        result += term
        _bounded([result])
    return result


def _bounded(series: Series) -> Series:
    for entry in series:
        if entry.numerator.bit_length() + entry.denominator.bit_length() > EXACT_BITS:
            raise TooLarge
    return series
