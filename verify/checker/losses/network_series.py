"""What the units of a network are given and put out along a curve of its parameters, as power series in t.

The one forward pass for `exact_risk`, where all coefficients are rational, and `curve_risk`, where they may be balls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property

from verify.checker.core.clock import look
from verify.checker.losses.mixed_series import Series, activated, constant, inner, plus
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer


class NetworkSeries:
    """The network of a landscape, on all its samples."""

    def __init__(self, landscape: EmpiricalRiskLandscape, parameters: Iterable[Series], order: int) -> None:
        """`parameters`: all of the network's."""
        self._landscape, self._length = landscape, order + 1
        self._parameters = list(parameters)

    @cached_property
    def _forward(self) -> tuple[list[list[list[Series]]], list[list[Series]]]:
        """z for each layer, sample and unit; the outputs, (samples, outputs)."""
        before: list[list[list[Series]]] = []
        rows = [[constant(entry, self._length) for entry in row] for row in self._landscape.inputs]
        network = self._landscape.network
        for depth, (layer, start) in enumerate(zip(network.layers, network.starts, strict=True)):
            parameters = self._parameters[start : start + layer.parameters]
            zs = []
            for sample, row in enumerate(rows):
                look()
                z = _affine(layer, parameters, row)
                zs.append(z)
                after = [
                    activated(layer.activation, entry, f"unit {unit} of layer {depth} on sample {sample}")
                    for unit, entry in enumerate(z)
                ]
                rows[sample] = (
                    [plus(new, old) for new, old in zip(after, row, strict=True)] if layer.residual else after
                )
            before.append(zs)
        return before, rows


def _affine(layer: Layer, parameters: list[Series], row: list[Series]) -> list[Series]:
    found = []
    for unit in range(layer.width):
        weights = parameters[unit * layer.inputs : (unit + 1) * layer.inputs]
        z = inner(zip(weights, row, strict=True), len(row[0]))
        found.append(plus(z, parameters[layer.width * layer.inputs + unit]) if layer.bias else z)
    return found


def line(coefficients: Sequence[Fraction], order: int) -> Series:
    """The polynomial with these coefficients, up to an order."""
    return [*coefficients, *[Fraction(0)] * (order + 1)][: order + 1]
