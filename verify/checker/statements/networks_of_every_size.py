"""Statements about all networks of some form, whatever their depth, their widths and the number of their samples."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.limits import MAX_LAYERS, MAX_NEURONS, MAX_UNKNOWNS
from verify.checker.core.schema import FLAG, NUMBER, Constant, Count, ListOf, Unless, exactly, vector
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE, Witness, witness_of
from verify.checker.statements.feature_layers import Indices
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.network import LAYER_ACTIVATION, LayerActivation

KIND = "networks-of-every-size"
SINGULAR, NOT_ONTO, BAD = "singular-upper-hessian", "convolution-never-onto", "bad-local-minimum-of-every-size"


@dataclass(frozen=True, slots=True)
class WideLayer:
    """Networks with a layer k of n_k units, on N samples, n_k >= N + e; layer k + 1 is fully connected."""

    excess: int
    """e."""
    biases: bool
    """Whether layer k + 1 has biases, trained with its weights."""

    def describe(self) -> str:
        """In words."""
        more = f" + {self.excess}" if self.excess else ""
        biases = "with" if self.biases else "without"
        return f"every network with n_k >= N{more} units in a layer k and a fully connected layer k + 1 {biases} biases"


@dataclass(frozen=True, slots=True)
class SingularUpperHessian(AboutLandscape[WideLayer]):
    """The Hessian in the parameters of the layers above layer k is singular everywhere."""

    definition = (
        "the features of a layer are its outputs on the samples; the Hessian is that of the loss in the parameters of "
        "the layers k + 1 to the last, wherever it exists"
    )

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"all data sets of N samples, all losses, all points: {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words."""
        return (
            f"For every N, every set of N samples and {self.landscape.describe()}: for every loss of the outputs, "
            "without weight decay, the Hessian in the parameters of the layers above layer k is singular at every "
            "point where it exists: a theorem with the hypothesis that it is not says nothing of these networks."
        )


@dataclass(frozen=True, slots=True)
class Patches:
    """Filters on patches of the positions that a layer has."""

    patches: Indices

    def describe(self) -> str:
        """In words."""
        return f"{len(self.patches)} patches of {len(self.patches[0])} positions"


@dataclass(frozen=True, slots=True)
class NeverOnto(AboutLandscape[Patches]):
    """The linear map of a convolution on these patches is never onto."""

    definition = "a filter has a weight for each place in a patch, the same for all patches; an output for each patch"
    """What the words stand for."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"all filters, and all numbers of filters: {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words."""
        used = {position for patch in self.landscape.patches for position in patch}
        different = len(set(map(frozenset, self.landscape.patches))) == len(self.landscape.patches)
        which = ", all of them different as sets" if different else ""
        return (
            f"For the given {self.landscape.describe()}{which}, which together contain {len(used)} positions: whatever "
            f"the number T of filters and their weights, the linear map to the {len(self.landscape.patches)} T outputs "
            f"has a rank of at most {len(self.landscape.patches) - 1} T and is not onto."
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Fully connected networks with biases, linear outputs, and activations of which the first is the first layer's."""

    first: LayerActivation
    later: tuple[LayerActivation, ...]
    """Each of the further hidden layers has one of these, or they all have `first` where there are none."""

    @builtins.property
    def others(self) -> tuple[LayerActivation, ...]:
        """Of the hidden layers after the first."""
        return self.later or (self.first,)

    def describe(self) -> str:
        """In words."""
        first, others = self.first.describe(), [each.describe() for each in self.others]
        later = (
            f"{first} in all hidden layers" if others == [first] else f"{first} in the first, {_or(others)} in others"
        )
        return f"fully connected networks with biases, a linear output and {later}"


def _or(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


@dataclass(frozen=True, slots=True)
class BadMinimumOfEverySize(AboutLandscape[Chain]):
    """A local minimum that is not global, for every d, every depth and all widths."""

    definition = (
        "the risk is 1/2 sum_n (f(x_n) - y_n)^2 over the 2d + 1 samples e_1, -e_1, ..., e_d, -e_d with y = 0 and 0 "
        "with y = 1; all weights and biases are trained"
    )
    """What the words stand for."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"every input dimension, every depth, all widths; one data set for each d: {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words."""
        return (
            f"For every input dimension d >= 1, every number of hidden layers and all their widths, the risk of "
            f"{self.landscape.describe()} has a local minimum with the risk d / (2d + 1) that is not global: there the "
            "weights of the first layer are 0."
        )


@dataclass(frozen=True, slots=True)
class Dependence(Witness):
    """Coefficients of the patches."""

    coefficients: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class BentAndSteep(Witness):
    """Where sigma'' of the first activation, and sigma' of the others, are not 0."""

    first: Fraction
    later: tuple[Fraction, ...]


def _patches_refused(rows: Indices, known: object) -> str | None:
    if len(set(map(len, rows))) > 1:
        return "the patches are not of one size"
    twice = any(len(set(row)) < len(row) for row in rows)
    return "a patch names a position twice" if twice else None


PATCHES = Unless(
    ListOf(ListOf(Count(0, MAX_UNKNOWNS - 1), 1, MAX_NEURONS), 1, MAX_NEURONS),
    _patches_refused,
)
SINGULAR_STATEMENT = statement_of(
    SingularUpperHessian,
    Table.of(WideLayer, Row("kind", Constant(KIND)), Row("excess", Count(0, MAX_UNKNOWNS)), Row("biases", FLAG)),
    SINGULAR,
)
NOT_ONTO_STATEMENT = statement_of(
    NeverOnto, Table.of(Patches, Row("kind", Constant(KIND)), Row("patches", PATCHES)), NOT_ONTO
)
BAD_STATEMENT = statement_of(
    BadMinimumOfEverySize,
    Table.of(
        Chain,
        Row("kind", Constant(KIND)),
        Row("first", LAYER_ACTIVATION),
        Row("later", ListOf(LAYER_ACTIVATION, 0, MAX_LAYERS)),
    ),
    BAD,
)
SINGULAR_WITNESS = PRECISION_ALONE
NOT_ONTO_WITNESS = witness_of(
    Dependence, Row("coefficients", vector(lambda known: len(known["statement"].landscape.patches)))
)
BAD_WITNESS = witness_of(
    BentAndSteep,
    Row("first", NUMBER),
    Row("later", exactly(lambda known: len(known["statement"].landscape.others), NUMBER)),
)
