"""Statements about the smallest eigenvalue of the Gram matrix of a network of infinite width, on given samples."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, written
from verify.checker.core.limits import (
    MAX_HERMITE_TERMS,
    MAX_LAYERS,
    MAX_UNKNOWNS,
)
from verify.checker.core.schema import (
    POSITIVE,
    Constant,
    Count,
    Known,
    ListOf,
    Unless,
    Word,
    exactly,
    text,
    where,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Derived, Refusal, Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import SAMPLES
from verify.checker.statements.feature_layers import Indices
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.words import plural

KIND = "limiting-gram-matrix"
EIGENVALUE = "smallest-eigenvalue"
ONE_HIDDEN, FULLY_CONNECTED, RESIDUAL = "one-hidden-layer", "fully-connected", "residual"
CONVOLUTIONAL = "convolutional-residual"
CLOSED = ("relu", "erf")
"""Activations whose kernels have closed forms; the others' are Hermite series."""
SERIES = ("tanh", "sigmoid", "softplus", "arctan")
AS_GIVEN, DIVIDED = "of-norm-1", "divided-by-their-norms"
WHOLE = ((0,),)
"""The patches where nothing is convolved."""
ARCHITECTURES = {
    ONE_HIDDEN: "networks with one hidden layer",
    FULLY_CONNECTED: "fully connected networks",
    RESIDUAL: "residual networks",
    CONVOLUTIONAL: "convolutional residual networks",
}
LAYERS_OF = {
    ONE_HIDDEN: (
        "f(x) = sum_r a_r sigma(w_r . x), a_r = +-1/sqrt(m), w_r ~ N(0, I): the matrix is "
        "H_ij = x_i . x_j E sigma'(w . x_i) sigma'(w . x_j)"
    ),
    FULLY_CONNECTED: "x_h = sqrt(c/m) sigma(W_h x_(h-1)) for 1 <= h <= H, f = a . x_H",
    RESIDUAL: (
        "x_1 = sqrt(c/m) sigma(W_1 x), x_h = x_(h-1) + r/(H sqrt(m)) sigma(W_h x_(h-1)) for 2 <= h <= H, f = a . x_H"
    ),
    CONVOLUTIONAL: (
        "x_1 = sqrt(c/m) sigma(W_1 P x), x_h = x_(h-1) + r/(H sqrt(m)) sigma(W_h P x_(h-1)) for 2 <= h <= H, with P x "
        "the patches of x, f = <a, x_H>"
    ),
}

DEEP = (
    "; entries of W_h and a are independent N(0, 1), c = 1 / E sigma(z)^2, z ~ N(0, 1); the matrix is the limit, for "
    "width m to infinity, of the inner products of the gradients of f(x_i) and f(x_j) in W_H, whose E sigma' sigma' is "
    "over the covariance of what layer H is given"
)
"""What is to be said of all but networks with one hidden layer."""


def definition_of(architecture: str) -> str:
    """What the words about networks and their matrix stand for."""
    return LAYERS_OF[architecture] + DEEP * (architecture != ONE_HIDDEN)


@dataclass(frozen=True, slots=True)
class GramMatrix:
    """The limit, for infinite width, of the Gram matrix of the gradients in the last hidden layer's weights."""

    architecture: str
    depth: int
    """H: the number of hidden layers."""
    activation: str
    residual_scale: Fraction | None
    """r, of the residual architectures."""
    channels: int
    patches: Indices
    """For each position the positions of its patch, the same in each layer."""
    divided: bool
    """Whether the network is given the samples divided by their norms; else these are 1."""
    inputs: Matrix
    """(samples, positions x channels)"""

    @builtins.property
    def positions(self) -> int:
        """Of an input, and of each layer."""
        return len(self.patches)

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        return definition_of(self.architecture)

    def network(self) -> str:
        """In words."""
        what = ARCHITECTURES[self.architecture]
        depth = "" if self.architecture == ONE_HIDDEN else f" with {plural(self.depth, 'hidden layer')}"
        scale = "" if self.residual_scale is None else f", r = {written(self.residual_scale)}"
        places = f", {self.positions} positions" if self.architecture == CONVOLUTIONAL else ""
        return f"{what}{depth}, {name_of(self.activation)}{scale}{places}"

    def data(self) -> str:
        """The samples in words."""
        divided = ", divided by their norms" if self.divided else ""
        return f"the {plural(len(self.inputs), 'sample')} given in R^{len(self.inputs[0])}{divided}"

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"The limiting Gram matrix of {self.network()}, on {self.data()},"

    def scope(self) -> str:
        """What a proof about it covers."""
        return f"one data set, infinite width: {self.network()}"


def name_of(activation: str) -> str:
    """In a sentence."""
    return "ReLU" if activation == "relu" else activation


@dataclass(frozen=True, slots=True)
class SmallestEigenvalue(AboutLandscape[GramMatrix]):
    """The smallest eigenvalue lies between these."""

    at_least: Fraction
    at_most: Fraction | None

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        above = "" if self.at_most is None else f" and at most {at_most(self.at_most)}"
        return f"has smallest eigenvalue at least {at_least(self.at_least)}{above}"


@dataclass(frozen=True, slots=True)
class SeriesWitness(Witness):
    """How many Hermite coefficients are used, where the activation has no closed form."""

    terms: int


def _positions(known: Known) -> int:
    return int(len(known["inputs"][0]) // known["channels"])


def _channels_refused(known: Known) -> str | None:
    width = len(known["inputs"][0])
    return f"{width} inputs are no whole number of positions" if width % known["channels"] else None


def _patch_refused(patch: tuple[int, ...], known: Known) -> str | None:
    return "a patch names a position twice" if len(set(patch)) < len(patch) else None


PATCHES = exactly(
    _positions,
    Unless(ListOf(Count(0, lambda known: _positions(known) - 1), 1, _positions), _patch_refused),
)
CONVOLVED = (
    Row("channels", Count(1, MAX_UNKNOWNS)),
    Refusal("channels", _channels_refused),
    Row("patches", PATCHES),
)
NOT_CONVOLVED = (
    Derived("channels", lambda known: len(known["inputs"][0])),
    Derived("patches", lambda known: WHOLE),
)
BELOW_ONE = where(POSITIVE, lambda number: number < 1, "must be less than 1")


def gram_matrix_of(architecture: str) -> Table[GramMatrix]:
    """The members of one architecture."""
    single, residual = architecture == ONE_HIDDEN, architecture in (RESIDUAL, CONVOLUTIONAL)
    return Table.of(
        GramMatrix,
        Row("kind", Constant(KIND)),
        Row("architecture", text(architecture)),
        Derived("depth", lambda known: 1) if single else Row("depth", Count(2 if residual else 1, MAX_LAYERS)),
        Row("activation", text(*CLOSED, *SERIES)),
        Row("residual_scale", BELOW_ONE) if residual else Derived("residual_scale", lambda known: None),
        Row("samples", Word({AS_GIVEN: False, DIVIDED: True}), into="divided"),
        Row("inputs", SAMPLES),
        *(CONVOLVED if architecture == CONVOLUTIONAL else NOT_CONVOLVED),
    )


def _bounds_refused(known: Known) -> str | None:
    above = known["at_most"]
    return "is below the lower bound" if above is not None and above < known["at_least"] else None


EIGENVALUE_LANDSCAPE = Variants("architecture", {name: gram_matrix_of(name) for name in ARCHITECTURES})
EIGENVALUE_STATEMENT = statement_of(
    SmallestEigenvalue,
    EIGENVALUE_LANDSCAPE,
    EIGENVALUE,
    Row("at_least", POSITIVE),
    Row("at_most", POSITIVE, optional=True),
    Refusal("at_most", _bounds_refused),
)
TERMS = Row("terms", Count(1, MAX_HERMITE_TERMS))
EIGENVALUE_WITNESS = witness_of(SeriesWitness, TERMS)
