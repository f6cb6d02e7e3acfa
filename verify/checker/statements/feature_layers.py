"""Layers of units in positions and channels: fully connected, convolutional, pooling, and sums of earlier layers.

A layer is given P positions with C channels each; unit p C + c is channel c at position p. Layers are counted from 1, 0
are the inputs; each is given one before it, mostly the last one, and a sum is given several.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field

from verify.checker.core.exact import Matrix
from verify.checker.statements.network import SMOOTH, LayerActivation, Vector
from verify.checker.statements.words import plural

Indices = tuple[tuple[int, ...], ...]
Shape = tuple[int, int]
"""Positions and channels."""
OUTSIDE = -1
"""In a patch, or a group whose mean is taken: a place outside of the layer before, where 0 is read."""


@dataclass(frozen=True, slots=True)
class FeatureLayer:
    """One layer; the classes below are its kinds."""

    kind: str
    activation: LayerActivation
    given: Shape
    """Positions and channels of what it is given."""
    source: int | None = field(default=None, kw_only=True)
    """Which layer it is given; None: the one before."""

    def sources(self, place: int) -> tuple[int, ...]:
        """The layers that it is given, itself being the one of that number."""
        return (place - 1 if self.source is None else self.source,)

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

    def of(self) -> str:
        """Which layer it is given, where that is not the one before."""
        return "" if self.source is None else f" of {named((self.source,))}"


def is_padded(groups: Indices) -> bool:
    """Whether any of the groups has a place outside."""
    return any(OUTSIDE in group for group in groups)


def named(places: Sequence[int]) -> str:
    """Layers by their numbers."""
    several = [f"layer {place}" if place else "the inputs" for place in places]
    return ", ".join(several[:-1]) + " and " * (len(several) > 1) + several[-1]


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
        return f"{plural(self.units, f'{self.activation.describe()} unit')}{arranged}{biases}{self.of()}"


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
        padded = " with zeros outside" * is_padded(self.patches)
        filters, about = plural(self.filters, "filter"), f"({self.activation.describe()}{biases})"
        return f"convolution of {filters} on {count} patches of {size}{padded}{self.of()} {about}"


@dataclass(frozen=True, slots=True)
class Pool(FeatureLayer):
    """One number of each channel in each group of positions."""

    groups: Indices

    @builtins.property
    def shape(self) -> Shape:
        """A position for each group; the channels stay."""
        return len(self.groups), self.given[1]

    @builtins.property
    def is_disjoint(self) -> bool:
        """Whether no two groups have a position in common."""
        positions = [position for group in self.groups for position in group if position != OUTSIDE]
        return len(set(positions)) == len(positions)


@dataclass(frozen=True, slots=True)
class MaxPool(Pool):
    """sigma(the largest of each channel in each group of positions)."""

    @builtins.property
    def is_analytic(self) -> bool:
        """A maximum is not."""
        return False

    def describe(self) -> str:
        """In a few words."""
        return f"max pooling of {len(self.groups)} groups{self.of()}{_unless_identity(self.activation)}"


@dataclass(frozen=True, slots=True)
class AveragePool(Pool):
    """sigma(the mean of each channel in each group of positions), where what is outside counts as 0."""

    @builtins.property
    def reads_in_each(self) -> bool:
        """Whether each group has a position that is not outside."""
        return all(set(group) - {OUTSIDE} for group in self.groups)

    def describe(self) -> str:
        """In a few words."""
        padded = " with zeros outside" * is_padded(self.groups)
        means = f"average pooling of {len(self.groups)} groups{padded}"
        return f"{means}{self.of()}{_unless_identity(self.activation)}"


@dataclass(frozen=True, slots=True)
class Sum(FeatureLayer):
    """sigma(the sum of earlier layers of one shape, unit by unit): where a residual connection ends."""

    terms: tuple[int, ...]
    """The numbers of the layers."""

    def sources(self, place: int) -> tuple[int, ...]:
        """Its terms."""
        return self.terms

    @builtins.property
    def shape(self) -> Shape:
        """That of its terms."""
        return self.given

    def describe(self) -> str:
        """In a few words."""
        return f"sum of {named(self.terms)}{_unless_identity(self.activation)}"


def _unless_identity(activation: LayerActivation) -> str:
    name = activation.describe()
    return "" if name == "identity" else f" ({name})"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of one layer."""

    weights: Matrix
    biases: Vector
    """Empty where the layer has none; of a convolution, where they are not shared, those of one position together."""


Point = tuple[Parameters, ...]
"""Of the layers that have weights, in order."""


def weighted(layers: Sequence[FeatureLayer]) -> list[FeatureLayer]:
    """Those that have weights."""
    return [layer for layer in layers if layer.weights is not None]
