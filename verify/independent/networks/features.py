"""Layers in positions and channels, as a file gives them, and their outputs on samples: exactly, or in intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..fields import MAX_UNKNOWNS, Field, numbers
from ..intervals import Interval, Matrix, Vector, total
from ..outcomes import Clock, Open, Refuted
from ..rational import EXACT_BITS, Rationals
from .activations import Activation, activate
from .risk import MAX_LAYERS, read_layer_activation

MAX_PARAMETERS = 262_144
PRODUCTS_HERE, ENCLOSED_PRODUCTS_HERE = 20_000_000, 2_000_000
Shape = tuple[int, int]
Indices = list[list[int]]


@dataclass(frozen=True)
class FeatureLayer:
    """A layer. `reads`: the positions that each of its positions reads; a fully connected layer reads all of them."""

    kind: str
    activation: Activation
    given: Shape
    shape: Shape
    reads: Indices
    biases: str

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
        rows = {"max-pool": 0, "convolution": self.shape[1], "fully-connected": self.units}[self.kind]
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
        """The numbers of the units that a position reads."""
        channels = self.given[1]
        return [p * channels + c for p in self.reads[position] for c in range(channels)]


@dataclass(frozen=True)
class Parameters:
    """Of a layer with weights."""

    weights: Rationals
    biases: list[Fraction]


def read_layers(field: Field, given: Shape) -> list[FeatureLayer]:
    """The layers, of which the first is given positions and channels."""
    layers: list[FeatureLayer] = []
    for entry in field.entries(1, MAX_LAYERS):
        layer = _read_layer(entry, given)
        if layer.units > MAX_UNKNOWNS:
            entry.fail(f"more units than {MAX_UNKNOWNS}")
        layers.append(layer)
        if sum(each.parameters for each in layers) > MAX_PARAMETERS:
            entry.fail(f"more parameters than {MAX_PARAMETERS}")
        given = layer.shape
    return layers


def _read_layer(field: Field, given: Shape) -> FeatureLayer:
    kind = field.member("kind").word("fully-connected", "convolution", "max-pool")
    if kind == "max-pool":
        fields = field.members("kind", "groups", "activation")
        groups = _indices(fields["groups"], given[0])
        return FeatureLayer(
            kind, read_layer_activation(fields["activation"]), given, (len(groups), given[1]), groups, "none"
        )
    if kind == "convolution":
        fields = field.members("kind", "filters", "patches", "activation", "biases")
        patches, filters = _indices(fields["patches"], given[0]), fields["filters"].integer(1, MAX_UNKNOWNS)
        if any(len(patch) != len(patches[0]) for patch in patches):
            fields["patches"].fail("the patches are not of one size")
        biases, shape = fields["biases"].word("none", "shared", "per-unit"), (len(patches), filters)
    else:
        fields = field.members("kind", "width", "positions", "activation", "biases")
        shape = fields["positions"].integer(1, MAX_UNKNOWNS), fields["width"].integer(1, MAX_UNKNOWNS)
        patches = [list(range(given[0]))]
        biases = fields["biases"].word("none", "per-unit")
    return FeatureLayer(kind, read_layer_activation(fields["activation"]), given, shape, patches, biases)


def _indices(field: Field, positions: int) -> Indices:
    found = []
    for entry in field.entries(1, MAX_UNKNOWNS):
        row = [place.integer(0, positions - 1) for place in entry.entries(1, MAX_UNKNOWNS)]
        if len(set(row)) < len(row):
            entry.fail("names a position twice")
        found.append(row)
    return found


def read_point(field: Field, layers: Sequence[FeatureLayer], *, biases: bool = True) -> list[Parameters]:
    """The parameters of the layers that have weights."""
    weighted = [layer for layer in layers if layer.kind != "max-pool"]
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


def sums(layer: FeatureLayer, row: Sequence[Fraction], parameters: Parameters) -> list[Fraction]:
    """What the activations of a layer with weights are given, on one sample."""
    found: list[Fraction] = []
    for position in range(len(layer.reads)):
        read = [row[column] for column in layer.columns(position)]
        for channel, weights in enumerate(parameters.weights):
            total = sum((w * x for w, x in zip(weights, read, strict=True) if w and x), Fraction(0))
            if layer.biases != "none":
                total += parameters.biases[channel + (position * layer.shape[1] if layer.biases == "per-unit" else 0)]
            if total.denominator.bit_length() > EXACT_BITS:
                raise Open(f"an exact number has more than {EXACT_BITS} bits")
            found.append(total)
    return found


def is_rational(layers: Sequence[FeatureLayer]) -> bool:
    """Rational points have rational features."""
    return all(layer.activation.rational for layer in layers)


def _limit(layers: Sequence[FeatureLayer], inputs: Rationals, most: int) -> None:
    work = sum(len(inputs) * len(layer.reads) * layer.weights[0] * layer.weights[1] for layer in layers)
    if work > most:
        raise Open("more samples and weights than this checker takes on")


def outputs(
    layers: Sequence[FeatureLayer], inputs: Rationals, point: Sequence[Parameters], clock: Clock, *, strict: bool
) -> tuple[Rationals, Rationals]:
    """What the last of rational layers gives, and what its activations are given. `strict`: refuted on a kink or at a
    tie."""
    _limit(layers, inputs, PRODUCTS_HERE)
    found, before = [], []
    for row in inputs:
        given, z = iter(point), row
        for layer in layers:
            clock.tick()
            if layer.kind == "max-pool":
                groups = [
                    [row[p * layer.given[1] + c] for p in group] for group in layer.reads for c in range(layer.given[1])
                ]
                z = [max(group) for group in groups]
                if strict and any(group.count(top) > 1 for group, top in zip(groups, z, strict=True)):
                    raise Refuted("each maximum is attained once")
            else:
                z = sums(layer, row, next(given))
            if strict and layer.activation.kink and not all(z):
                raise Refuted("no unit is on its kink")
            row = [value(layer.activation, x) for x in z]
        found.append(row)
        before.append(z)
    return found, before


def value(activation: Activation, z: Fraction) -> Fraction:
    """sigma(z), of a rational activation."""
    if activation.name == "lines":
        return activation.numbers[0 if z <= 0 else 1] * z
    total = Fraction(0)
    for coefficient in reversed(activation.numbers):
        total = total * z + coefficient
    return total


def enclosures(
    layers: Sequence[FeatureLayer],
    inputs: Rationals,
    point: Sequence[Parameters],
    bits: int,
    clock: Clock,
    *,
    strict: bool,
) -> tuple[Matrix, Matrix]:
    """As `outputs`, of any layers. `strict`: open where a unit may be on its kink, or a maximum attained twice."""
    _limit(layers, inputs, ENCLOSED_PRODUCTS_HERE)
    weights = [[[Interval.of(w, bits) for w in row] for row in each.weights] for each in point]
    biases = [[Interval.of(b, bits) for b in each.biases] for each in point]
    found, before = [], []
    for sample in inputs:
        given = iter(zip(weights, biases, strict=True))
        row = z = [Interval.of(x, bits) for x in sample]
        for layer in layers:
            clock.tick()
            z = _largest(layer, row, strict) if layer.kind == "max-pool" else _enclosed_sums(layer, row, *next(given))
            if strict and layer.activation.kink and any(x.lo <= 0 <= x.hi for x in z):
                raise Open("a unit is not proved to be off its kink")
            row = [activate(layer.activation, x)[0] for x in z]
        found.append(row)
        before.append(z)
    return found, before


def _largest(layer: FeatureLayer, row: Vector, strict: bool) -> Vector:
    """The maximum of each group, which is the larger of the ends; one is above all others if its low end is."""
    found = []
    for group in layer.reads:
        for channel in range(layer.given[1]):
            entries = [row[p * layer.given[1] + channel] for p in group]
            low, high = max(x.lo for x in entries), max(x.hi for x in entries)
            if strict and sum(x.hi >= low for x in entries) > 1:
                raise Open("a maximum is not proved to be attained once")
            found.append(Interval(low, high, entries[0].bits))
    return found


def _enclosed_sums(layer: FeatureLayer, row: Vector, weights: Matrix, biases: Vector) -> Vector:
    """As `sums`."""
    bits, found = row[0].bits, []
    for position in range(len(layer.reads)):
        read = [row[column] for column in layer.columns(position)]
        for channel, each in enumerate(weights):
            sum_ = total((w * x for w, x in zip(each, read, strict=True)), bits)
            if layer.biases != "none":
                sum_ += biases[channel + (position * layer.shape[1] if layer.biases == "per-unit" else 0)]
            found.append(sum_)
    return found
