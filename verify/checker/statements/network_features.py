"""Statements about the features of a network: the outputs of a layer on given samples, as a matrix, and its rank."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.witness import Witness
from verify.checker.statements.feature_layers import Convolution, FeatureLayer, Point, Shape, Sum
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.words import plural

RANK, DEAD = "feature-rank", "features-vanish-on-an-open-set"
CRITICAL, MINIMUM = "every-critical-point-global", "every-full-rank-local-minimum-global"
HERE, ALMOST_ALL, PATTERN = "this-point", "almost-all", "almost-all-with-this-pattern"


@dataclass(frozen=True, slots=True)
class NetworkFeatures:
    """Samples, and layers, each of which is given earlier ones."""

    inputs: Matrix | None
    """(samples, inputs); None where the statement is about almost all of so many:"""
    samples: int | None
    dimension: int | None
    channels: int
    input_shape: Shape
    """Positions and channels."""
    layers: tuple[FeatureLayer, ...]

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        return (
            "the features are the outputs of a layer as a matrix with a row for each sample; almost all: all but a set "
            "of measure zero"
        )

    @builtins.property
    def count(self) -> int:
        """Of samples."""
        return self.samples if self.inputs is None and self.samples is not None else len(self.inputs or ())

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"For the network of {self.describe()} on {self.data()}:"

    def data(self) -> str:
        """The samples in words."""
        samples = f"{plural(self.count, 'sample')} in R^{self.layers[0].inputs}"
        return f"the {samples} given" if self.inputs is not None else f"almost all sets of {samples}"

    def describe(self) -> str:
        """The layers in words."""
        return ", then ".join(layer.describe() for layer in self.layers)

    def added(self) -> str:
        """What is to be said of wider networks, where layers are added to one another."""
        has_sums = any(isinstance(layer, Sum) for layer in self.layers)
        return " (as many in layers that are added)" * has_sums

    def scope(self) -> str:
        """Left to the statement, which knows of which parameters."""
        return self.describe()

    def features(self, layer: int, constant: bool) -> int:
        """How many columns the features of a layer, counted from 0 for the inputs, have."""
        return (self.layers[layer - 1].units if layer else self.layers[0].inputs) + constant


@dataclass(frozen=True, slots=True)
class AboutFeatures(AboutLandscape[NetworkFeatures]):
    """What all statements of this kind have."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"{self.extent()}, {self.landscape.data()}: {self.landscape.describe()}"

    def extent(self) -> str:
        """Which parameters, and which networks."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Extent:
    """For which parameters of which networks features have a rank."""

    parameters: str
    """HERE, ALMOST_ALL or PATTERN."""
    wider: bool
    """And for every network with at least as many units in its fully connected layers and filters."""
    point: Point | None
    """With HERE and PATTERN: the parameters meant."""

    def describe(self) -> str:
        """In words."""
        if self.parameters == HERE:
            return "one point"
        words = "almost all parameters"
        if self.parameters == PATTERN:
            words += " with the given point's branch pattern"
        return f"{words}, all larger widths" if self.wider else words

    def words(self, where: str, units: str) -> str:
        """The end of a sentence: `where` there is a pattern, and the `units` of which a wider network has more."""
        if self.parameters == HERE:
            return "at the given parameters"
        words = "for almost all parameters"
        if self.parameters == PATTERN:
            words += (
                f" for which, on each sample, each unit with a kink{where} is on the side of the kink (or on it) "
                f"where it is at the given point, and each maximum{where} is attained where it is there"
            )
        if self.wider:
            words += f", and in the same way for every network with more {units}, position by position"
            if self.parameters == PATTERN:
                words += " (of the further units no pattern is asked)"
        return words


@dataclass(frozen=True, slots=True)
class FeatureRank(AboutFeatures):
    """The features of the last layer, perhaps with a column of ones, have this rank at least."""

    rank: int
    constant: bool
    within: Extent

    def claim(self) -> str:
        """What is said of it."""
        full = self.rank == self.landscape.count
        ones = ", with a column of ones beside them," if self.constant else ""
        units = "units in fully connected layers and filters in convolutions"
        units += self.landscape.added()
        rank = f"rank {self.rank}, that of their rows," if full else f"a rank of at least {self.rank}"
        return f"the features of the last layer{ones} have {rank} {self.within.words('', units)}"

    def extent(self) -> str:
        """Which parameters."""
        return self.within.describe()


@dataclass(frozen=True, slots=True)
class DeadFeatures(AboutFeatures):
    """The features of the last layer are 0 at and near a point."""

    point: Point

    def claim(self) -> str:
        """What is said of it."""
        return (
            "the features of the last layer are all 0 at the given parameters and at all near them, an open set: "
            "it is false that they have a positive rank for almost all parameters"
        )

    def extent(self) -> str:
        """Which parameters."""
        return "a neighbourhood of one point"


def _layers(first: int, last: int) -> str:
    return f"layer {first}" if first == last else f"layers {first} to {last}"


@dataclass(frozen=True, slots=True)
class WideNetwork(AboutFeatures):
    """Critical points, or local minima, with features of full rank in one layer are global."""

    layer: int
    """k, from 0: the layer whose features have full rank."""
    constant: bool
    """Full rank with a column of ones: for a bias in layer k + 1."""
    attained: bool
    """And the loss 0 is attained. Of CRITICAL."""
    within: Extent

    def claim(self) -> str:
        """What is said of it."""
        k, last = self.layer, len(self.landscape.layers)
        features = f"the features of layer {k}" if k else "the inputs"
        ones = " with a column of ones" if self.constant else ""
        rank = f"{features}{ones} have the rank {self.landscape.count} of their rows"
        later = ""
        if k + 1 < last:
            several = k + 2 < last
            later = f" and {'each of ' * several}the linear map{'s' * several} of {_layers(k + 2, last)} is onto"
        below = _layers(1, k)
        units = f"units in {below}{self.landscape.added()}"
        common = f"{rank}{later} {self.within.words(f' of {below}', units)}"
        if self.property == MINIMUM:
            return (
                "for every convex function l of the outputs on the samples, every local minimum of l(outputs) at which "
                f"{rank}{later} is a global minimum of l: no outputs whatever have a smaller loss; {common}"
            )
        kinks = ", where no unit of a layer above is on a kink," if self._has_kinks() else ""
        attained = (
            "; this is attained: there are such parameters with a loss of 0, for all targets" if self.attained else ""
        )
        return (
            "for all targets Y and every differentiable loss of the outputs whose gradient in the outputs is 0 for "
            "outputs Y alone, such as the sum of squares, without weight decay: every critical point"
            f"{kinks} at which {rank}{later} has the outputs Y; {common}{attained}"
        )

    def _has_kinks(self) -> bool:
        return any(layer.activation.has_kink for layer in self.landscape.layers[self.layer :])

    def convolutions_above(self) -> tuple[FeatureLayer, ...]:
        """Of the layers k + 2 to the last."""
        return tuple(layer for layer in self.landscape.layers[self.layer + 1 :] if isinstance(layer, Convolution))

    def extent(self) -> str:
        """Which parameters."""
        kind = "local minima" if self.property == MINIMUM else "critical points"
        return f"all targets, all {kind} with features of full rank ({self.within.describe()})"


@dataclass(frozen=True, slots=True)
class FeatureWitness(Witness):
    """One point at which the rank is what is claimed."""

    point: Point | None
    """Of the layers 1 to k; None where the statement has it."""
    inputs: Matrix | None
    """For a statement about almost all data."""


@dataclass(frozen=True, slots=True)
class WideWitness(FeatureWitness):
    """The same, and filters of the convolutions above layer k + 1 whose matrices are onto."""

    later: Point
