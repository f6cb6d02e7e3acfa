"""Layers of units in positions and channels, as a certificate describes them: fully connected, convolutional, pooling.

A layer is given P positions with C channels each; unit p C + c is channel c at position p.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_FEATURE_PARAMETERS, MAX_LAYERS, MAX_UNKNOWNS
from verify.checker.core.schema import Count, Known, ListOf, Unless, exactly, matrix, text, vector
from verify.checker.core.table import Derived, Refusal, Row, Table, Variants
from verify.checker.statements.network import LAYER_ACTIVATION, SMOOTH, LayerActivation, Vector

Indices = tuple[tuple[int, ...], ...]
Shape = tuple[int, int]
"""Positions and channels."""


@dataclass(frozen=True, slots=True)
class FeatureLayer:
    """One layer; the classes below are its kinds."""

    kind: str
    activation: LayerActivation
    given: Shape
    """Positions and channels of what it is given."""

    @builtins.property
    def inputs(self) -> int:
        """How many units it is given."""
        return self.given[0] * self.given[1]

    @builtins.property
    def shape(self) -> Shape:
        """Positions and channels of its units."""
        raise NotImplementedError

    @builtins.property
    def units(self) -> int:
        """How many it has."""
        return self.shape[0] * self.shape[1]

    @builtins.property
    def weights(self) -> Shape | None:
        """Rows and columns of its matrix of weights, where it has weights."""
        return None

    @builtins.property
    def bias_count(self) -> int:
        """How many biases it has."""
        return 0

    @builtins.property
    def is_analytic(self) -> bool:
        """Whether its units are analytic functions, on all of R, of what they are given and of the weights."""
        name, parameters = self.activation.name, self.activation.parameters
        return name in (*SMOOTH, "polynomial") or (name == "piecewise-linear" and parameters[0] == parameters[1])

    def describe(self) -> str:
        """In a few words."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FullyConnected(FeatureLayer):
    """a -> sigma(W a + b)."""

    width: int
    """Channels of each position."""
    positions: int
    """More than 1 where a convolution or a pooling comes next."""
    biases: str
    """`none` or `per-unit`."""

    @builtins.property
    def shape(self) -> Shape:
        """As given."""
        return self.positions, self.width

    @builtins.property
    def weights(self) -> Shape:
        """W: (units, inputs)."""
        return self.units, self.inputs

    @builtins.property
    def bias_count(self) -> int:
        """One for each unit, or none."""
        return self.units if self.biases == "per-unit" else 0

    def describe(self) -> str:
        """In a few words."""
        arranged = f" in {self.positions} positions" if self.positions > 1 else ""
        biases = "" if self.bias_count else " without biases"
        return f"{self.units} {self.activation.describe()} unit{'s' * (self.units != 1)}{arranged}{biases}"


@dataclass(frozen=True, slots=True)
class Convolution(FeatureLayer):
    """Filter t at position p: sigma(w_t . (the channels at the positions of patch p) + b)."""

    filters: int
    patches: Indices
    """Each as long as the first: positions that it reads. Weight i C + c of a filter is of its i-th, channel c."""
    biases: str
    """`none`, `shared` (one a filter) or `per-unit`."""

    @builtins.property
    def shape(self) -> Shape:
        """A position for each patch, a channel for each filter."""
        return len(self.patches), self.filters

    @builtins.property
    def weights(self) -> Shape:
        """(filters, weights of one filter)."""
        return self.filters, len(self.patches[0]) * self.given[1]

    @builtins.property
    def bias_count(self) -> int:
        """By how they are shared."""
        return {"none": 0, "shared": self.filters, "per-unit": self.units}[self.biases]

    def describe(self) -> str:
        """In a few words."""
        size, count = len(self.patches[0]), len(self.patches)
        biases = {"none": ", no biases", "shared": "", "per-unit": ", biases not shared"}[self.biases]
        filters = f"{self.filters} filter{'s' * (self.filters != 1)}"
        return f"convolution of {filters} on {count} patches of {size} ({self.activation.describe()}{biases})"


@dataclass(frozen=True, slots=True)
class MaxPool(FeatureLayer):
    """sigma(the largest of each channel in each group of positions)."""

    groups: Indices

    @builtins.property
    def shape(self) -> Shape:
        """A position for each group; the channels stay."""
        return len(self.groups), self.given[1]

    @builtins.property
    def is_analytic(self) -> bool:
        """A maximum is not."""
        return False

    @builtins.property
    def is_disjoint(self) -> bool:
        """Whether no two groups have a position in common."""
        positions = [position for group in self.groups for position in group]
        return len(set(positions)) == len(positions)

    def describe(self) -> str:
        """In a few words."""
        name = self.activation.describe()
        return f"max pooling of {len(self.groups)} groups{'' if name == 'identity' else f' ({name})'}"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of one layer."""

    weights: Matrix
    biases: Vector
    """Empty where the layer has none; of a convolution, where they are not shared, those of one position together."""


Point = tuple[Parameters, ...]
"""Of the layers that have weights, in order."""


GIVEN = Derived("given", lambda known: known["before"][-1].shape if known["before"] else known["input_shape"])


def _last_position(known: Known) -> int:
    positions: int = known["given"][0]
    return positions - 1


INDICES = Unless(
    ListOf(Count(0, _last_position), 1, MAX_UNKNOWNS),
    lambda indices, known: "names a position twice" if len(set(indices)) < len(indices) else None,
)
GROUPS = ListOf(INDICES, 1, MAX_UNKNOWNS)
PATCHES = Unless(
    GROUPS, lambda rows, known: "the patches are not of one size" if len(set(map(len, rows))) > 1 else None
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


LAYER_KINDS = {
    "fully-connected": Table(
        FullyConnected,
        (
            GIVEN,
            _kind("fully-connected"),
            Row("width", Count(1, MAX_UNKNOWNS)),
            Row("positions", Count(1, MAX_UNKNOWNS)),
            ACTIVATION,
            Row("biases", text("none", "per-unit")),
        ),
    ),
    "convolution": Table(
        Convolution,
        (
            GIVEN,
            _kind("convolution"),
            Row("filters", Count(1, MAX_UNKNOWNS)),
            Row("patches", PATCHES),
            Refusal("filters", _too_many_units),
            Refusal("filters", _too_many_weights),
            ACTIVATION,
            Row("biases", text("none", "shared", "per-unit")),
        ),
    ),
    "max-pool": Table(MaxPool, (GIVEN, _kind("max-pool"), Row("groups", GROUPS), ACTIVATION)),
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


def weighted(layers: tuple[FeatureLayer, ...]) -> list[FeatureLayer]:
    """Those that have weights."""
    return [layer for layer in layers if layer.weights is not None]


def point_of(layers: Callable[[Known], tuple[FeatureLayer, ...]]) -> ListOf:
    """The parameters of those of the layers, known by then, that have any."""
    entry = Table(
        lambda layer, weights, biases: Parameters(weights, biases),
        (
            Derived("layer", lambda known: weighted(layers(known))[len(known["before"])]),
            Row("weights", matrix(lambda known: known["layer"].weights)),
            Row("biases", vector(lambda known: known["layer"].bias_count)),
        ),
    )
    return exactly(lambda known: len(weighted(layers(known))), entry)


def filters_of(layers: Callable[[Known], tuple[FeatureLayer, ...]]) -> ListOf:
    """The weights alone, of each of the layers."""
    entry = Table(
        lambda layer, weights: Parameters(weights, ()),
        (
            Derived("layer", lambda known: layers(known)[len(known["before"])]),
            Row("weights", matrix(lambda known: known["layer"].weights)),
        ),
    )
    return exactly(lambda known: len(layers(known)), entry)
