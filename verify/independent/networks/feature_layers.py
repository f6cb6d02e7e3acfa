"""Layers in positions and channels, as a file gives them.

Layers are counted from 1, and 0 are the inputs. Each is given one before it, and a sum several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..fields import MAX_UNKNOWNS, Field, numbers
from ..rational import Rationals
from .activations import Activation
from .risk import MAX_LAYERS, read_layer_activation

MAX_PARAMETERS = 262_144
Shape = tuple[int, int]
Indices = list[list[int]]
T = TypeVar("T")


@dataclass(frozen=True)
class FeatureLayer:
    """A layer. `reads`: the positions that each of its positions reads; a fully connected layer reads all of them.

    The number -1 stands for a place outside, where 0 is read.
    """

    kind: str
    activation: Activation
    given: Shape
    shape: Shape
    reads: Indices
    biases: str
    sources: tuple[int, ...]
    """The numbers of the layers that it is given."""

    @property
    def units(self) -> int:
        """Their number."""
        return self.shape[0] * self.shape[1]

    @property
    def inputs(self) -> int:
        """The number of what it is given."""
        return self.given[0] * self.given[1]

    @property
    def weights(self) -> Shape:
        """Rows and columns; none of a pooling."""
        rows = {"convolution": self.shape[1], "fully-connected": self.units}.get(self.kind, 0)
        return rows, len(self.reads[0]) * self.given[1] if rows else 0

    @property
    def bias_count(self) -> int:
        """Of a pooling 0."""
        return {"none": 0, "shared": self.shape[1], "per-unit": self.units}[self.biases]

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        rows, columns = self.weights
        return rows * columns + self.bias_count

    @property
    def analytic(self) -> bool:
        """On all of R."""
        return self.kind != "max-pool" and not self.activation.kink

    def columns(self, position: int) -> list[int]:
        """The numbers of the units that a position reads, -1 for those outside."""
        channels = self.given[1]
        return [p * channels + c if p >= 0 else -1 for p in self.reads[position] for c in range(channels)]

    @property
    def sizes(self) -> list[int]:
        """Of the groups of a pooling, with what is outside: for each position and channel."""
        return [len(group) for group in self.reads for _ in range(self.given[1])]

    def pooled(self, row: Sequence[T]) -> list[list[T]]:
        """What a pooling takes together: for each position and channel."""
        channels = self.given[1]
        return [[row[p * channels + c] for p in group if p >= 0] for group in self.reads for c in range(channels)]


@dataclass(frozen=True)
class Parameters:
    """Of a layer with weights."""

    weights: Rationals
    biases: list[Fraction]


def read_layers(field: Field, given: Shape) -> list[FeatureLayer]:
    """The layers of inputs with positions and channels."""
    layers: list[FeatureLayer] = []
    shapes = [given]
    for entry in field.entries(1, MAX_LAYERS):
        layer = _read_layer(entry, shapes)
        if layer.units > MAX_UNKNOWNS:
            entry.fail(f"more units than {MAX_UNKNOWNS}")
        layers.append(layer)
        if sum(each.parameters for each in layers) > MAX_PARAMETERS:
            entry.fail(f"more parameters than {MAX_PARAMETERS}")
        shapes.append(layer.shape)
    return layers


def _read_layer(field: Field, shapes: list[Shape]) -> FeatureLayer:
    """The next layer, the inputs and the layers before it having these shapes."""
    kind = field.member("kind").word("fully-connected", "convolution", "max-pool", "average-pool", "sum")
    if kind == "sum":
        fields = field.members("kind", "terms", "activation")
        terms = [each.integer(0, len(shapes) - 1) for each in fields["terms"].entries(2, MAX_LAYERS)]
        if len(set(terms)) < len(terms) or len({shapes[term] for term in terms}) > 1:
            fields["terms"].fail("not different layers of one shape")
        shape = shapes[terms[0]]
        return FeatureLayer(kind, read_layer_activation(fields["activation"]), shape, shape, [], "none", tuple(terms))
    names = ["kind", "activation", *(["from"] if isinstance(field.value, dict) and "from" in field.value else [])]
    more = {"fully-connected": ["width", "positions", "biases"], "convolution": ["filters", "patches", "biases"]}
    fields = field.members(*names, *more.get(kind, ["groups"]))
    source = fields["from"].integer(0, len(shapes) - 1) if "from" in fields else len(shapes) - 1
    given = shapes[source]
    activation = read_layer_activation(fields["activation"])
    if "groups" in fields:
        groups = _indices(fields["groups"], given[0], outside=kind == "average-pool")
        return FeatureLayer(kind, activation, given, (len(groups), given[1]), groups, "none", (source,))
    if kind == "convolution":
        patches = _indices(fields["patches"], given[0], outside=True)
        filters = fields["filters"].integer(1, MAX_UNKNOWNS)
        if any(len(patch) != len(patches[0]) for patch in patches):
            fields["patches"].fail("the patches are not of one size")
        biases, shape = fields["biases"].word("none", "shared", "per-unit"), (len(patches), filters)
    else:
        shape = fields["positions"].integer(1, MAX_UNKNOWNS), fields["width"].integer(1, MAX_UNKNOWNS)
        patches = [list(range(given[0]))]
        biases = fields["biases"].word("none", "per-unit")
    return FeatureLayer(kind, activation, given, shape, patches, biases, (source,))


def _indices(field: Field, positions: int, *, outside: bool) -> Indices:
    found = []
    for entry in field.entries(1, MAX_UNKNOWNS):
        row = [place.integer(-1 if outside else 0, positions - 1) for place in entry.entries(1, MAX_UNKNOWNS)]
        inside = [place for place in row if place >= 0]
        if len(set(inside)) < len(inside):
            entry.fail("names a position twice")
        found.append(row)
    return found


def read_point(field: Field, layers: Sequence[FeatureLayer], *, biases: bool = True) -> list[Parameters]:
    """The parameters of the layers that have weights."""
    weighted = [layer for layer in layers if layer.weights[0]]
    found = []
    for entry, layer in zip(field.entries(len(weighted), len(weighted)), weighted, strict=True):
        given = entry.members("weights", *(("biases",) if biases else ()))
        count = layer.bias_count
        found.append(
            Parameters(
                given["weights"].matrix(*layer.weights), numbers(given["biases"], count, count) if biases else []
            )
        )
    return found
