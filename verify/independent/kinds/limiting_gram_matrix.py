"""The kind limiting-gram-matrix: Gram matrices of infinite width, and widths that do for a random start."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, matrix, numbers
from ..intervals import Interval, Matrix, norm, pi
from ..networks.activations import Activation
from ..networks.limits import SERIES, Network, gram_matrix, inner_products
from ..networks.risk import MAX_DATA, MAX_LAYERS, MAX_SAMPLES, read_layer_activation
from ..outcomes import Clock, decide
from ..rational import exact_dot
from ..signs import Symmetric, has_negative, is_positive_definite, prove_bounded_below

EIGENVALUE = "smallest-eigenvalue"
RANDOM = "gradient-descent-converges-from-random-initialisation"
EVERY = "positive-definite-for-every-data-set"
SINGLE, CONNECTED, RESIDUAL = "one-hidden-layer", "fully-connected", "residual"
CONVOLUTIONAL = "convolutional-residual"
MAX_TERMS, MAX_WIDTH = 512, 999_999_999
MAX_ENTRIES = 262_144
SLACK = Fraction(1, 2**30)


@dataclass(frozen=True)
class Limiting:
    """A network and how its matrix is enclosed."""

    claimed: str
    net: Network
    terms: int
    bits: int

    def number(self, value: Fraction | int) -> Interval:
        """As an interval."""
        return Interval.of(value, self.bits)

    def prove_norms(self, clock: Clock) -> None:
        """The samples have norm 1, or may be divided by their norms; and they are not too many to look at."""
        entries = len(self.net.inputs) ** 2 * self.net.depth * len(self.net.patches)
        decide(entries <= MAX_ENTRIES, False, f"{entries} entries of covariances are too many")
        good = all(any(row) if self.net.divided else exact_dot(row, row, clock) == 1 for row in self.net.inputs)
        decide(good, True, "no sample is 0" if self.net.divided else "every sample has norm 1")

    def matrix(self, clock: Clock, *, enclosed: bool) -> Matrix:
        """The matrix, or one that is less."""
        return gram_matrix(self.net, self.terms, self.bits, enclosed, clock)


@dataclass(frozen=True)
class Eigenvalue(Limiting):
    """Bounds of the smallest eigenvalue."""

    least: Fraction
    most: Fraction | None

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of the matrix of the file: within the bounds that it gives"

    def prove(self, clock: Clock) -> None:
        """The matrix, or the less one, is bounded below; and it has an eigenvalue below the other bound."""
        self.prove_norms(clock)
        lower = self.matrix(clock, enclosed=False)
        prove_bounded_below("the matrix", lower, lambda: self.matrix(clock, enclosed=True), self.least, clock)
        if self.most is not None:
            M = Symmetric.enclosing(self.matrix(clock, enclosed=True))
            shifted = Symmetric(M.bound(0, -Interval.of(self.most, M.bits).lo), M.spread, M.bits)
            above = Symmetric.enclosing(lower).bound(-1, -Interval.of(self.most, M.bits).hi)
            proved = has_negative(shifted, clock)
            refuted = not proved and is_positive_definite(above, M.bits, clock)
            decide(proved, refuted, "the matrix has an eigenvalue below the upper bound")


@dataclass(frozen=True)
class RandomStart(Limiting):
    """Gradient descent converges from most starts."""

    targets: list[Fraction]
    width: int
    delta: Fraction
    step: Fraction
    rate: Fraction
    least: Fraction
    square: Fraction
    energy: Fraction
    epsilon: Fraction

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for every even width from {self.width} on"

    def prove(self, clock: Clock) -> None:
        """The matrix, its inverse, the data's norm; then four inequalities."""
        self.prove_norms(clock)
        decide(self.net.activation != "relu", True, "the activation has a bounded second derivative")
        bits, y = self.bits, self.targets
        number = self.number
        H = self.matrix(clock, enclosed=False)
        bounded_below("H", H, self.least, clock)
        shares = [[a * b / self.energy for b in y] for a in y]
        rest = [[x - number(s) for x, s in zip(*pair, strict=True)] for pair in zip(H, shares, strict=True)]
        bounded_below("what is left of H without y y^T / Q", rest, self.least * SLACK, clock)
        inner = inner_products(self.net, bits, clock)[0]  # there is one position
        left = [[int(i == j) * number(self.square) - x for j, x in enumerate(row)] for i, row in enumerate(inner)]
        M = Symmetric.enclosing(left)
        negative = has_negative(M, clock)
        definite = is_positive_definite(M.bound(-1, -number(self.square * SLACK).hi), bits, clock)
        decide(definite, negative, "|X|^2 is at most its bound")
        first, second = self.bounds()
        kept, m, least, X2 = number(1 - self.epsilon), self.width, number(self.least), number(self.square)
        phi = number(self.epsilon) + kept * kept.log()
        samples = len(y)
        log = number(samples / self.delta).log()
        compare("the matrix Chernoff bound", m * (least * phi), 2 * (first.square() * X2 * log))
        root = (6 * number(2).sqrt()) - number(7)
        left_side = m * (least * kept.square() * root.square())
        compare("the Kantorovich condition", left_side, 64 * (second.square() * X2 * number(self.energy)))
        curvature = first.square() * X2 + second * (X2 / number(m)).sqrt() * norm([number(t) for t in y])
        compare("the step", number(1), number(self.step) * curvature)
        compare("the rate", (number(1) - number(Fraction(1, 2)).sqrt()).square() * kept * least, number(self.rate))

    def bounds(self) -> tuple[Interval, Interval]:
        """sup |sigma'| and sup |sigma''|."""
        number = self.number
        three = number(3).sqrt()
        if self.net.activation == "erf":  # sigma'' = -2 z sigma' is largest for z^2 = 1/2
            steep = number(2) / pi(self.bits).sqrt()
            return steep, steep * number(2).sqrt() / number(Fraction(1, 2)).exp()
        return {
            "tanh": (number(1), number(4) / (3 * three)),
            "sigmoid": (number(Fraction(1, 4)), number(1) / (6 * three)),
            "softplus": (number(1), number(Fraction(1, 4))),
            "arctan": (number(1), 3 * three / number(8)),
        }[self.net.activation]


@dataclass(frozen=True)
class EveryDataSet:
    """Positive definite for all data without parallel samples."""

    claimed: str
    activation: Activation

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for the activation of the file"

    def prove(self, clock: Clock) -> None:
        """The activation is no polynomial."""
        name, values = self.activation.name, self.activation.numbers
        flat = name == "polynomial" or (name == "elu" and not values[0]) or (name == "lines" and values[0] == values[1])
        decide(not flat, True, "the activation is no polynomial")


def bounded_below(what: str, rows: Matrix, least: Fraction, clock: Clock) -> None:
    """Every eigenvalue is at least that; nothing is refuted, as the matrix meant may be larger."""
    M = Symmetric.enclosing(rows)
    definite = is_positive_definite(M.bound(-1, -Interval.of(least, M.bits).hi), M.bits, clock)
    decide(definite, False, f"{what} is bounded below")


def compare(what: str, larger: Interval, smaller: Interval) -> None:
    """An inequality."""
    decide(smaller <= larger, larger < smaller, what)


def read_limiting_gram_matrix(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    name = statement.member("property").word(EIGENVALUE, RANDOM, EVERY)
    if name == EVERY:
        land = statement.members("landscape", "property")["landscape"].members("kind", "architecture", "activation")
        land["architecture"].word(SINGLE, CONNECTED, RESIDUAL, CONVOLUTIONAL)
        witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
        return EveryDataSet(name, read_layer_activation(land["activation"]))
    if name == EIGENVALUE:
        fields = statement.members("landscape", "property", "at_least", optional=("at_most",))
        net = read_network(fields["landscape"], (SINGLE, CONNECTED, RESIDUAL, CONVOLUTIONAL))
        least, most = fields["at_least"].signed(1), fields["at_most"].signed(1) if "at_most" in fields else None
        if most is not None and most < least:
            fields["at_most"].fail("is below the lower bound")
        given = witness.members("precision", "terms")
        return Eigenvalue(name, net, *sizes(given), least, most)
    fields = statement.members("landscape", "property", "targets", "width", "failure_probability", "step", "rate")
    net = read_network(fields["landscape"], (SINGLE,))
    targets = numbers(fields["targets"], len(net.inputs), len(net.inputs))
    width = fields["width"].integer(2, MAX_WIDTH)
    if width % 2:
        fields["width"].fail("must be even")
    delta, step, rate = probability(fields["failure_probability"]), fields["step"].signed(1), fields["rate"].signed(1)
    given = witness.members("precision", "terms", "least_eigenvalue", "largest_square", "energy", "loss_of_eigenvalue")
    least, square, energy = (given[part].signed(1) for part in ("least_eigenvalue", "largest_square", "energy"))
    epsilon, (terms, bits) = probability(given["loss_of_eigenvalue"]), sizes(given)
    return RandomStart(name, net, terms, bits, targets, width, delta, step, rate, least, square, energy, epsilon)


def sizes(given: dict[str, Field]) -> tuple[int, int]:
    """The terms, and the bits of the intervals."""
    terms = given["terms"].integer(1, MAX_TERMS)
    return terms, 96 + given["precision"].integer(MIN_PRECISION, MAX_PRECISION)


def probability(field: Field) -> Fraction:
    """Between 0 and 1."""
    number = field.signed(1)
    return number if number < 1 else field.fail("must be less than 1")


def read_network(field: Field, architectures: tuple[str, ...]) -> Network:
    """The landscape."""
    architecture = field.member("architecture").word(*architectures)
    wanted = ["kind", "architecture", "activation", "samples", "inputs"]
    wanted += [] if architecture == SINGLE else ["depth"]
    residual = architecture in (RESIDUAL, CONVOLUTIONAL)
    wanted += ["residual_scale"] if residual else []
    wanted += ["channels", "patches"] if architecture == CONVOLUTIONAL else []
    parts = field.members(*wanted)
    depth = parts["depth"].integer(1 + residual, MAX_LAYERS) if "depth" in parts else 1
    activation = parts["activation"].word("relu", "erf", *SERIES)
    scale = probability(parts["residual_scale"]) if residual else None
    divided = parts["samples"].word("of-norm-1", "divided-by-their-norms") == "divided-by-their-norms"
    inputs = matrix(parts["inputs"], MAX_SAMPLES, MAX_UNKNOWNS, MAX_DATA)
    channels, patches = len(inputs[0]), [[0]]
    if architecture == CONVOLUTIONAL:
        channels = parts["channels"].integer(1, MAX_UNKNOWNS)
        if len(inputs[0]) % channels:
            parts["channels"].fail("the inputs are no whole number of positions")
        count = len(inputs[0]) // channels
        patches = []
        for entry in parts["patches"].entries(count, count):
            patch = [place.integer(0, count - 1) for place in entry.entries(1, count)]
            if len(set(patch)) < len(patch):
                entry.fail("a patch names a position twice")
            patches.append(patch)
    return Network(architecture, depth, activation, scale, channels, patches, divided, inputs)
