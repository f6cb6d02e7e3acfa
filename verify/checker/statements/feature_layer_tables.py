"""How a certificate has layers of positions and channels, and their parameters."""

from __future__ import annotations

from collections.abc import Callable

from verify.checker.core.limits import MAX_FEATURE_PARAMETERS, MAX_LAYERS, MAX_UNKNOWNS
from verify.checker.core.schema import Choice, Count, Known, ListOf, Type, Unless, exactly, matrix, text, vector
from verify.checker.core.table import Derived, Refusal, Row, Table, Variants
from verify.checker.statements.feature_layers import (
    OUTSIDE,
    AveragePool,
    Convolution,
    FeatureLayer,
    FullyConnected,
    MaxPool,
    Parameters,
    Shape,
    Sum,
    weighted,
)
from verify.checker.statements.network import LAYER_ACTIVATION


def _shape(place: int, known: Known) -> Shape:
    """Of a layer before this one, or of the inputs."""
    shape: Shape = known["before"][place - 1].shape if place else known["input_shape"]
    return shape


def _given(known: Known) -> Shape:
    return _shape(len(known["before"]) if known["source"] is None else known["source"], known)


SOURCE = Row("from", Count(0, lambda known: len(known["before"])), into="source", optional=True)
"""A layer before this one by its number; 0 are the inputs."""
GIVEN = Derived("given", _given)


INSIDE = Count(0, lambda known: int(known["given"][0]) - 1)
ANYWHERE = Choice({True: Count(OUTSIDE, OUTSIDE), False: INSIDE}, lambda field, known: field.content == OUTSIDE)


def _groups(index: Type[int]) -> ListOf[tuple[int, ...]]:
    """Lists of different positions of what is given; a place outside may be there several times."""

    def twice(indices: tuple[int, ...], known: Known) -> str | None:
        inside = [index for index in indices if index != OUTSIDE]
        return "names a position twice" if len(set(inside)) < len(inside) else None

    return ListOf(Unless(ListOf(index, 1, MAX_UNKNOWNS), twice), 1, MAX_UNKNOWNS)


PATCHES = Unless(
    _groups(ANYWHERE), lambda rows, known: "the patches are not of one size" if len(set(map(len, rows))) > 1 else None
)
ACTIVATION = Row("activation", LAYER_ACTIVATION)


def _kind(name: str) -> Row:
    return Row("kind", text(name))


def _too_many_units(known: Known) -> str | None:
    units = len(known["patches"]) * known["filters"]
    return f"{units} units are more than {MAX_UNKNOWNS}" if units > MAX_UNKNOWNS else None


def _too_many_weights(known: Known) -> str | None:
    entries = known["filters"] * len(known["patches"][0]) * known["given"][1]
    return f"{entries} weights are more than {MAX_FEATURE_PARAMETERS}" if entries > MAX_FEATURE_PARAMETERS else None


def _terms_refused(terms: tuple[int, ...], known: Known) -> str | None:
    if len(set(terms)) < len(terms):
        return "names a layer twice"
    if max(terms) > len(known["before"]):
        return f"layer {max(terms)} is not before this one"
    different = {_shape(place, known) for place in terms}
    return "the layers do not have the same positions and channels" if len(different) > 1 else None


TERMS = Unless(ListOf(Count(0, MAX_LAYERS), 2, MAX_LAYERS), _terms_refused)
LAYER_KINDS = {
    "fully-connected": Table.of(
        FullyConnected,
        SOURCE,
        GIVEN,
        _kind("fully-connected"),
        Row("width", Count(1, MAX_UNKNOWNS)),
        Row("positions", Count(1, MAX_UNKNOWNS)),
        ACTIVATION,
        Row("biases", text("none", "per-unit")),
    ),
    "convolution": Table.of(
        Convolution,
        SOURCE,
        GIVEN,
        _kind("convolution"),
        Row("filters", Count(1, MAX_UNKNOWNS)),
        Row("patches", PATCHES),
        Refusal("filters", _too_many_units),
        Refusal("filters", _too_many_weights),
        ACTIVATION,
        Row("biases", text("none", "shared", "per-unit")),
    ),
    "max-pool": Table.of(MaxPool, SOURCE, GIVEN, _kind("max-pool"), Row("groups", _groups(INSIDE)), ACTIVATION),
    "average-pool": Table.of(
        AveragePool, SOURCE, GIVEN, _kind("average-pool"), Row("groups", _groups(ANYWHERE)), ACTIVATION
    ),
    "sum": Table.of(
        Sum,
        _kind("sum"),
        Row("terms", TERMS),
        Derived("given", lambda known: _shape(known["terms"][0], known)),
        ACTIVATION,
    ),
}


def parameters(layers: tuple[FeatureLayer, ...]) -> int:
    """Weights and biases of all of them."""
    shapes = [(layer.weights or (0, 0), layer.bias_count) for layer in layers]
    return sum(rows * columns + biases for (rows, columns), biases in shapes)


def _too_many(layer: FeatureLayer, known: Known) -> str | None:
    total = parameters((*known["before"], layer))
    if total > MAX_FEATURE_PARAMETERS:
        return f"{total} parameters are more than {MAX_FEATURE_PARAMETERS}"
    return f"{layer.units} units are more than {MAX_UNKNOWNS}" if layer.units > MAX_UNKNOWNS else None


LAYERS = ListOf(Unless(Variants("kind", LAYER_KINDS), _too_many), 1, MAX_LAYERS)
"""Read when the `input_shape` is known."""


def point_of(layers: Callable[[Known], tuple[FeatureLayer, ...]]) -> ListOf[Parameters]:
    """The parameters of those of the layers, known by then, that have any."""
    entry = Table.of(
        lambda layer, weights, biases: Parameters(weights, biases),
        Derived("layer", lambda known: weighted(layers(known))[len(known["before"])]),
        Row("weights", matrix(lambda known: known["layer"].weights)),
        Row("biases", vector(lambda known: known["layer"].bias_count)),
    )
    return exactly(lambda known: len(weighted(layers(known))), entry)


def filters_of(layers: Callable[[Known], tuple[FeatureLayer, ...]]) -> ListOf[Parameters]:
    """The weights alone, of each of the layers."""
    entry = Table.of(
        lambda layer, weights: Parameters(weights, ()),
        Derived("layer", lambda known: layers(known)[len(known["before"])]),
        Row("weights", matrix(lambda known: known["layer"].weights)),
    )
    return exactly(lambda known: len(layers(known)), entry)
