"""Statements about Gram matrices of networks of infinite width, and what follows for gradient descent on wide ones."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, written
from verify.checker.core.limits import (
    MAX_HERMITE_TERMS,
    MAX_LAYERS,
    MAX_UNKNOWNS,
    MAX_WIDTH,
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
    vector,
    where,
)
from verify.checker.core.statement import Statement
from verify.checker.core.table import Derived, Refusal, Row, Table, Variants
from verify.checker.core.witness import PRECISION, PRECISION_ALONE, Witness
from verify.checker.statements.empirical_risk import SAMPLES
from verify.checker.statements.feature_layers import Indices
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.network import LAYER_ACTIVATION, LayerActivation, Vector

KIND = "limiting-gram-matrix"
EIGENVALUE = "smallest-eigenvalue"
RANDOM = "gradient-descent-converges-from-random-initialisation"
EVERY_DATA_SET = "positive-definite-for-every-data-set"
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
        rest = (
            ""
            if self.architecture == ONE_HIDDEN
            else (
                "; entries of W_h and a are independent N(0, 1), c = 1 / E sigma(z)^2, z ~ N(0, 1); the matrix is the "
                "limit, for width m to infinity, of the inner products of the gradients of f(x_i) and f(x_j) in W_H, "
                "whose E sigma' sigma' is over the covariance of what layer H is given"
            )
        )
        return LAYERS_OF[self.architecture] + rest

    def squares(self) -> list[Fraction]:
        """|x|^2 of each sample as it is written."""
        return [sum((x * x for x in row), Fraction(0)) for row in self.inputs]

    def network(self) -> str:
        """In words."""
        what = ARCHITECTURES[self.architecture]
        depth = "" if self.architecture == ONE_HIDDEN else f" with {self.depth} hidden layer{'s' * (self.depth != 1)}"
        scale = "" if self.residual_scale is None else f", r = {written(self.residual_scale)}"
        places = f", {self.positions} positions" if self.architecture == CONVOLUTIONAL else ""
        return f"{what}{depth}, {name_of(self.activation)}{scale}{places}"

    def data(self) -> str:
        """The samples in words."""
        count = len(self.inputs)
        divided = ", divided by their norms" if self.divided else ""
        return f"the {count} sample{'s' * (count != 1)} given in R^{len(self.inputs[0])}{divided}"

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
class SmallestEigenvalue(AboutLandscape):
    """The smallest eigenvalue lies between these."""

    at_least: Fraction
    at_most: Fraction | None

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        above = "" if self.at_most is None else f" and at most {at_most(self.at_most)}"
        return f"has smallest eigenvalue at least {at_least(self.at_least)}{above}"


@dataclass(frozen=True, slots=True)
class ConvergesFromRandomInitialisation(AboutLandscape):
    """Gradient descent on every network at least as wide converges, with a probability."""

    targets: Vector
    """y, one for each sample."""
    width: int
    """m, and every larger even one."""
    failure_probability: Fraction
    """delta."""
    step: Fraction
    """The largest h."""
    rate: Fraction
    """r: the loss after t steps of size h is at most (1 - r h)^t times that at the start."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one data set, every width from {self.width} on, a random start: {self.landscape.network()}"

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        return (
            "f(x) = sum_r a_r sigma(w_r . x), r = 1, ..., m; a_r = 1/sqrt(m) for r <= m/2 and -1/sqrt(m) for the "
            "others, not trained; at the start w_1, ..., w_(m/2) are independent N(0, I), and w_(r + m/2) = w_r; the "
            "targets are fixed before the draw; the loss is 1/2 sum_i (f(x_i) - y_i)^2"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"For {self.landscape.network()}, on {self.landscape.data()} and the targets given, and every even width "
            f"m >= {self.width}: but for draws of probability at most {at_most(self.failure_probability)} of the "
            "random initialisation (Gaussian first-layer weights, in pairs whose output weights have opposite signs), "
            "full-batch gradient descent on all first-layer weights, in exact arithmetic and with any constant step "
            f"0 < h <= {at_least(self.step)}, converges to a point of loss 0, and after t steps the loss is at most "
            f"(1 - {at_least(self.rate)} h)^t times that at the start, for all t."
        )


@dataclass(frozen=True, slots=True)
class EveryDataSet:
    """Networks of one sort, of every depth, on every data set."""

    architecture: str
    activation: LayerActivation

    def describe(self) -> str:
        """In words."""
        depth = "" if self.architecture == ONE_HIDDEN else " of every depth"
        return f"{ARCHITECTURES[self.architecture]}{depth}, {self.activation.describe()}"


@dataclass(frozen=True, slots=True)
class PositiveDefiniteForEveryDataSet(Statement):
    """The matrix is positive definite wherever no two samples are parallel; where convolved, at no position."""

    landscape: EveryDataSet
    property: str

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        parallel = "samples are parallel if x_i = x_j or x_i = -x_j"
        if self._convolved:
            parallel = "the patches of two samples at a position are parallel if one is a multiple of the other"
        return f"{LAYERS_OF[self.landscape.architecture]}; {parallel}"

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        without = "patches at a position that are 0 or parallel" if self._convolved else "parallel samples"
        return f"every data set without {without}, infinite width: {self.landscape.describe()}"

    @builtins.property
    def _convolved(self) -> bool:
        return self.landscape.architecture == CONVOLUTIONAL

    def sentence(self) -> str:
        """The statement in words."""
        if self._convolved:
            return (
                "For all numbers of positions and channels, all patches, one for each position, every r > 0 and every "
                "number of samples of norm 1 whose patches at each position are not 0, no two of them parallel: the "
                f"limiting Gram matrix of {self.landscape.describe()}, is positive definite."
            )
        scales = " and every r > 0" if self.landscape.architecture == RESIDUAL else ""
        return (
            f"For every input dimension, every number of samples of norm 1 no two of which are parallel{scales}: the "
            f"limiting Gram matrix of {self.landscape.describe()}, is positive definite."
        )


@dataclass(frozen=True, slots=True)
class SeriesWitness(Witness):
    """How many Hermite coefficients are used, where the activation has no closed form."""

    terms: int


@dataclass(frozen=True, slots=True)
class WidthWitness(SeriesWitness):
    """Numbers of the theorem about random initialisations."""

    least_eigenvalue: Fraction
    """lambda: a lower bound of the smallest eigenvalue."""
    largest_square: Fraction
    """X: an upper bound of |X|^2."""
    energy: Fraction
    """Q: an upper bound of y^T H^-1 y."""
    loss_of_eigenvalue: Fraction
    """epsilon: H(0) >= (1 - epsilon) H but for rare draws."""


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
SCALE = where(POSITIVE, lambda number: number < 1, "must be less than 1")
PROBABILITY = where(POSITIVE, lambda number: number < 1, "must be less than 1")


def _network(architecture: str) -> Table:
    """The members of one architecture."""
    single, residual = architecture == ONE_HIDDEN, architecture in (RESIDUAL, CONVOLUTIONAL)
    first = (Row("kind", Constant(KIND)), Row("architecture", text(architecture)))
    depth = Derived("depth", lambda known: 1) if single else Row("depth", Count(2 if residual else 1, MAX_LAYERS))
    scale = Row("residual_scale", SCALE) if residual else Derived("residual_scale", lambda known: None)
    data = (
        Row("samples", Word({AS_GIVEN: False, DIVIDED: True}), into="divided"),
        Row("inputs", SAMPLES),
    )
    convolved = (
        (
            Row("channels", Count(1, MAX_UNKNOWNS)),
            Refusal("channels", _channels_refused),
            Row("patches", PATCHES),
        )
        if architecture == CONVOLUTIONAL
        else (
            Derived("channels", lambda known: len(known["inputs"][0])),
            Derived("patches", lambda known: WHOLE),
        )
    )
    rows = (*first, depth, Row("activation", text(*CLOSED, *SERIES)), scale, *data, *convolved)
    return Table(GramMatrix, rows)


def _bounds_refused(known: Known) -> str | None:
    above = known["at_most"]
    return "is below the lower bound" if above is not None and above < known["at_least"] else None


def _odd(known: Known) -> str | None:
    return "must be even" if known["width"] % 2 else None


EIGENVALUE_LANDSCAPE = Variants("architecture", {name: _network(name) for name in ARCHITECTURES})
EIGENVALUE_STATEMENT = Table(
    SmallestEigenvalue,
    (
        Row("landscape", EIGENVALUE_LANDSCAPE),
        Row("property", text(EIGENVALUE)),
        Row("at_least", POSITIVE),
        Row("at_most", POSITIVE, optional=True),
        Refusal("at_most", _bounds_refused),
    ),
)
RANDOM_STATEMENT = Table(
    ConvergesFromRandomInitialisation,
    (
        Row("landscape", _network(ONE_HIDDEN)),
        Row("property", text(RANDOM)),
        Row("targets", vector(lambda known: len(known["landscape"].inputs))),
        Row("width", Count(2, MAX_WIDTH)),
        Refusal("width", _odd),
        Row("failure_probability", PROBABILITY),
        Row("step", POSITIVE),
        Row("rate", POSITIVE),
    ),
)
EVERY_DATA_SET_STATEMENT = Table(
    PositiveDefiniteForEveryDataSet,
    (
        Row(
            "landscape",
            Table(
                EveryDataSet,
                (
                    Row("kind", Constant(KIND)),
                    Row("architecture", text(*ARCHITECTURES)),
                    Row("activation", LAYER_ACTIVATION),
                ),
            ),
        ),
        Row("property", text(EVERY_DATA_SET)),
    ),
)
TERMS = Row("terms", Count(1, MAX_HERMITE_TERMS))
EIGENVALUE_WITNESS = Table(SeriesWitness, (PRECISION, TERMS))
RANDOM_WITNESS = Table(
    WidthWitness,
    (
        PRECISION,
        TERMS,
        Row("least_eigenvalue", POSITIVE),
        Row("largest_square", POSITIVE),
        Row("energy", POSITIVE),
        Row("loss_of_eigenvalue", PROBABILITY),
    ),
)
EVERY_DATA_SET_WITNESS = PRECISION_ALONE
