"""The features of layers on samples, exactly or in balls (`losses.feature_numbers`).

Layer by layer: gather what a filter reads, one product of matrices a position, then the activation, entry by entry.
Where an activation has a kink, or a maximum is taken, it is told whether the point is off all kinks and ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from verify.checker.core.exact import Matrix
from verify.checker.losses.feature_numbers import Enclosures, Integers, Rows, Values
from verify.checker.statements.feature_layers import (
    OUTSIDE,
    AveragePool,
    Convolution,
    FeatureLayer,
    FullyConnected,
    Indices,
    MaxPool,
    Parameters,
    Point,
    Sum,
    is_padded,
)

ON_A_KINK = "a unit of layer {} is on its kink on sample {}, or not proved off it"
TIE = "a maximum of layer {} is attained twice on sample {}, or not proved to be attained once"


def is_exact(layers: Sequence[FeatureLayer]) -> bool:
    """Whether all activations are piecewise linear or polynomials, so that rational points have rational features."""
    return all(layer.activation.name in ("piecewise-linear", "polynomial") for layer in layers)


class Outputs(NamedTuple):
    """Of the last of some layers."""

    values: Values
    before: Rows
    """(samples, units): what its activation is given."""


def outputs(
    numbers: Integers | Enclosures, layers: Sequence[FeatureLayer], inputs: Matrix, point: Point, *, branches: bool
) -> Outputs:
    """The features of the last of the layers; without layers the inputs.

    `branches`: raise where a unit of any of the layers is on its kink, or a maximum is attained twice; Refuted where
    that is certain.
    """
    found = [numbers.start(inputs)]
    before = found[0].rows
    needed = {source: place for place, layer in enumerate(layers, start=1) for source in layer.sources(place)}
    parameters = iter(point)
    for place, layer in enumerate(layers, start=1):
        given = [found[source] for source in layer.sources(place)]
        sums = _before_activation(numbers, layer, given, parameters, TIE.format(place, "{}") if branches else None)
        if branches and layer.activation.has_kink:
            for sample, row in enumerate(sums.rows):
                if not all(map(numbers.off_kink, row)):
                    raise numbers.NOT_TOLD(ON_A_KINK.format(place, sample))
        found.append(numbers.activate(layer.activation, sums))
        before = sums.rows
        for source in (*layer.sources(place), place):
            if needed.get(source, 0) <= place < len(layers):  # of no use any more
                found[source] = Values([])
    return Outputs(found[-1], before)


def _before_activation(
    numbers: Integers | Enclosures,
    layer: FeatureLayer,
    given: list[Values],
    parameters: Iterator[Parameters],
    tie: str | None,
) -> Values:
    """What the activation of a layer is given. `tie`: what to say of a sample where a maximum is attained twice."""
    if isinstance(layer, Sum):
        return numbers.sum(given)
    (only,) = given
    if isinstance(layer, MaxPool):
        return _largest(numbers, layer, only, tie)
    if isinstance(layer, AveragePool):
        columns = _columns(layer, layer.groups)
        channels = layer.given[1]
        each = [[group[c + i] for i in range(0, len(group), channels)] for group in columns for c in range(channels)]
        return numbers.means(_padded(numbers, only, layer.groups), each)
    return weighted_sums(numbers, layer, only, next(parameters))


def weighted_sums(numbers: Integers | Enclosures, layer: FeatureLayer, given: Values, parameters: Parameters) -> Values:
    """What the activation of a layer with weights is given."""
    if isinstance(layer, FullyConnected):
        biases = [parameters.biases] if layer.bias_count else []
        return numbers.linear(given, parameters.weights, biases, [range(layer.inputs)])
    if not isinstance(layer, Convolution):
        raise TypeError(f"a {layer.kind} layer has no weights")
    gathers = _columns(layer, layer.patches)
    T = layer.filters
    each = {
        "none": [],
        "shared": [parameters.biases] * len(gathers),
        "per-unit": [parameters.biases[p * T : (p + 1) * T] for p in range(len(gathers))],
    }
    return numbers.linear(_padded(numbers, given, layer.patches), parameters.weights, each[layer.biases], gathers)


def _columns(layer: FeatureLayer, groups: Indices) -> list[list[int]]:
    """The units of each group of positions, all channels of a position together; -1 for those outside."""
    channels = layer.given[1]
    return [[p * channels + c if p != OUTSIDE else -1 for p in group for c in range(channels)] for group in groups]


def _padded(numbers: Integers | Enclosures, given: Values, groups: Indices) -> Values:
    """With a last column of zeros, which the number -1 means, where a group has a place outside."""
    if not is_padded(groups):
        return given
    return given._replace(rows=[[*row, numbers.ZERO] for row in given.rows])


def _largest(numbers: Integers | Enclosures, layer: MaxPool, given: Values, tie: str | None) -> Values:
    channels = layer.given[1]
    groups = [[p * channels + c for p in group] for group in layer.groups for c in range(channels)]
    found = []
    for sample, row in enumerate(given.rows):
        maxima = [numbers.largest([row[i] for i in group]) for group in groups]
        if tie is not None and not all(once for _, once in maxima):
            raise numbers.NOT_TOLD(tie.format(sample))
        found.append([largest for largest, _ in maxima])
    return given._replace(rows=found)
