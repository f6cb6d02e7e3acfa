"""The kind network-features: ranks of features, and what follows of critical points and minima."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, matrix, truth
from ..intervals import Interval
from ..networks.activations import Activation
from ..networks.feature_layers import FeatureLayer, Parameters, read_layers, read_point
from ..networks.features import enclosures, is_rational, outputs, sums
from ..networks.ranks import enclosed_rank, prove_rank, rank_at_least
from ..networks.risk import MAX_DATA, MAX_SAMPLES
from ..outcomes import Clock, Open, decide
from ..rational import Rationals

RANK, DEAD = "feature-rank", "features-vanish-on-an-open-set"
CRITICAL, MINIMUM = "every-critical-point-global", "every-full-rank-local-minimum-global"
HERE, ALMOST_ALL, PATTERN = "this-point", "almost-all", "almost-all-with-this-pattern"
ONE = Fraction(1)


@dataclass(frozen=True)
class Features:
    """Samples, layers, and which point proves what is claimed of which parameters."""

    claimed: str
    layers: list[FeatureLayer]
    inputs: Rationals
    extent: str
    point: list[Parameters]
    bits: int

    def described(self) -> str:
        """In a few words."""
        return f"the {len(self.layers)} layers of the file on {len(self.inputs)} samples"

    def prove_rank(self, depth: int, rank: int, constant: bool, clock: Clock) -> None:
        """The features of so many layers have the rank, for the extent's parameters."""
        below = self.layers[:depth]
        columns = (below[-1].units if below else len(self.inputs[0])) + constant
        decide(columns >= rank, True, f"the features have {rank} columns")
        different = len({tuple(row) for row in self.inputs})
        decide(different >= rank, True, f"{rank} of the samples are different")
        if self.extent == ALMOST_ALL:
            decide(all(layer.analytic for layer in below), True, "every layer is analytic")
        strict = self.extent == PATTERN
        if is_rational(below):
            rows, _ = outputs(below, self.inputs, self.point, clock, strict=strict)
            prove_rank("the features", [[*row, ONE] for row in rows] if constant else rows, rank, clock)
            return
        boxes, _ = enclosures(below, self.inputs, self.point, self.bits, clock, strict=strict)
        one = [Interval.of(1, self.bits)] * constant
        found = enclosed_rank([[*row, *one] for row in boxes], clock)
        decide(found >= rank, False, f"the features have rank {rank}, in intervals")


@dataclass(frozen=True)
class RankClaim(Features):
    """The features of the last layer have a rank."""

    rank: int
    constant: bool

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {self.described()}: at least {self.rank} ({self.extent})"

    def prove(self, clock: Clock) -> None:
        """The rank."""
        self.prove_rank(len(self.layers), self.rank, self.constant, clock)


@dataclass(frozen=True)
class DeadClaim(Features):
    """The features of the last layer vanish near the point."""

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} around the given point, for {self.described()}"

    def prove(self, clock: Clock) -> None:
        """Every unit is off."""
        activation = self.layers[-1].activation
        decide(activation.name == "lines" and activation.numbers[0] == 0, True, "the activation is 0 below 0")
        if is_rational(self.layers):
            _, before = outputs(self.layers, self.inputs, self.point, clock, strict=False)
            decide(all(z < 0 for row in before for z in row), True, "every unit is off on every sample")
            return
        _, boxes = enclosures(self.layers, self.inputs, self.point, self.bits, clock, strict=False)
        sums_ = [z for row in boxes for z in row]
        decide(all(z.hi < 0 for z in sums_), any(z.lo >= 0 for z in sums_), "every unit is off on every sample")


@dataclass(frozen=True)
class WideClaim(Features):
    """Critical points or local minima with features of full rank in layer k are global."""

    k: int
    constant: bool
    attained: bool
    later: list[Parameters]

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for the features of layer {self.k} of {self.described()} ({self.extent})"

    def prove(self, clock: Clock) -> None:
        """The layers' shapes and activations, and the rank."""
        first, above, last = self.layers[self.k], self.layers[self.k + 1 :], self.layers[-1]
        for place, layer in enumerate(self.layers[self.k :], start=self.k + 1):
            chained = place - 1 in layer.sources and all(s <= self.k or s == place - 1 for s in layer.sources)
            decide(chained, True, "each layer above is given the one before, and adds none that is above the features")
        decide(first.kind == "fully-connected", True, "the layer after the features is fully connected")
        decide(not self.constant or first.bias_count > 0, True, "it has biases")
        decide(last.kind != "max-pool" and is_identity(last.activation), True, "the last layer is linear")
        self.prove_rank(self.k, len(self.inputs), self.constant, clock)
        given = iter(self.later)
        for layer in above:
            if layer.kind in ("max-pool", "sum"):
                continue
            if layer.kind == "average-pool":
                decide(
                    apart(layer) and all(max(read) >= 0 for read in layer.reads), True, "means are of disjoint groups"
                )
                continue
            decide(layer.units <= layer.inputs, True, "no layer above is wider than the one before")
            if layer.kind == "convolution":
                filters = next(given)
                bare = replace(layer, biases="none")
                unit = [[Fraction(i == j) for j in range(layer.inputs)] for i in range(layer.inputs)]
                found = rank_at_least([sums(bare, row, filters) for row in unit], clock)
                decide(found == layer.units, False, "the convolution is onto")
        for layer in self.layers[self.k : -1]:
            if self.claimed == CRITICAL:
                decide(layer.kind != "max-pool", True, "there is no pooling above")
                decide(never_flat(layer.activation), True, "no activation above has a derivative of 0")
            else:
                decide(layer.kind != "max-pool" or apart(layer), True, "poolings above are over disjoint groups")
                decide(monotone(layer.activation), True, "the activations above are strictly monotone")
        if self.attained:
            plain = all(layer.kind == "fully-connected" and layer.bias_count for layer in above)
            decide(plain, True, "the layers above are fully connected, with biases")
            rising = all(monotone(layer.activation) for layer in self.layers[self.k : -1])
            decide(rising, True, "the activations above are strictly monotone")


def apart(layer: FeatureLayer) -> bool:
    """No position is read twice."""
    read = [p for group in layer.reads for p in group if p >= 0]
    return len(set(read)) == len(read)


def slopes(activation: Activation) -> tuple[Fraction, Fraction] | None:
    """Of what is linear on each side of 0, but for a constant; Open for other polynomials, which are not looked at."""
    if activation.name == "lines":
        return activation.numbers[0], activation.numbers[1]
    if activation.name != "polynomial":
        return None
    if any(activation.numbers[2:]):
        raise Open("polynomials of a higher degree are not looked at by this checker")
    slope = activation.numbers[1] if len(activation.numbers) > 1 else Fraction(0)
    return slope, slope


def degree(activation: Activation) -> int:
    """Of a polynomial; 0 of others."""
    if activation.name != "polynomial":
        return 0
    return max((power for power, number in enumerate(activation.numbers) if number), default=0)


def is_identity(activation: Activation) -> bool:
    """Whether it is."""
    shifted = activation.name == "polynomial" and activation.numbers[0] != 0
    return not shifted and slopes(activation) == (ONE, ONE)


def never_flat(activation: Activation) -> bool:
    """The derivative is not 0 where there is one."""
    if activation.name == "elu":
        return 0 not in activation.numbers
    if degree(activation) > 1 and (degree(activation) % 2 == 0 or not activation.numbers[1]):
        return False  # a derivative of an odd degree has a zero, and 0 is one if the linear term is missing
    sides = slopes(activation)
    return 0 not in sides if sides else activation.name in ("sigmoid", "tanh", "arctan", "softplus")


def monotone(activation: Activation) -> bool:
    """Strictly."""
    if activation.name == "elu":
        return activation.numbers[0] != 0 and activation.numbers[1] > 0
    if degree(activation) > 1 and degree(activation) % 2 == 0:
        return False
    sides = slopes(activation)
    return sides[0] * sides[1] > 0 if sides else never_flat(activation)


def read_network_features(statement: Field, witness: Field) -> Claim:
    """A statement of the kind network-features."""
    name = statement.member("property").word(RANK, DEAD, CRITICAL, MINIMUM)
    more = {RANK: ("rank", "column_of_ones", "for"), DEAD: ("point",)}.get(
        name, ("layer", "column_of_ones", "attained", "for")
    )
    fields = statement.members("landscape", "property", *more)
    land = fields["landscape"]
    has_inputs = isinstance(land.value, dict) and "inputs" in land.value
    parts = land.members("kind", "channels", "layers", *(("inputs",) if has_inputs else ("samples", "dimension")))
    inputs: Rationals = []
    if has_inputs:
        inputs = matrix(parts["inputs"], MAX_SAMPLES, MAX_UNKNOWNS, MAX_DATA)
        count, size = len(inputs), len(inputs[0])
    else:
        count, size = parts["samples"].integer(1, MAX_SAMPLES), parts["dimension"].integer(1, MAX_UNKNOWNS)
    channels = parts["channels"].integer(1, MAX_UNKNOWNS)
    if size % channels:
        parts["channels"].fail("the inputs are no whole number of positions")
    layers = read_layers(parts["layers"], (size // channels, channels))
    if name == DEAD:
        if not has_inputs:
            land.fail("must have inputs")
        point = read_point(fields["point"], layers)
        return DeadClaim(name, layers, inputs, HERE, point, _bits(witness.members("precision")))
    k = fields["layer"].integer(0, len(layers) - 1) if "layer" in fields else len(layers)
    rank = fields["rank"].integer(1, count) if "rank" in fields else count
    constant = truth(fields["column_of_ones"])
    attained = truth(fields["attained"]) if "attained" in fields else False
    if attained and name == MINIMUM:
        fields["attained"].fail("is claimed of critical points only")
    kinds = (HERE, ALMOST_ALL, PATTERN) if name == RANK else (ALMOST_ALL, PATTERN)
    extent = fields["for"].member("parameters").word(*kinds)
    within = fields["for"].members("parameters", "wider", *(() if extent == ALMOST_ALL else ("point",)))
    if not has_inputs and extent != ALMOST_ALL:
        within["parameters"].fail("must be almost-all where the samples are not given")
    wider = truth(within["wider"])
    if wider and not k:
        within["wider"].fail("there is no layer to be wider")
    if wider and extent == HERE:
        within["wider"].fail("one point has no wider networks")
    wanted = ["precision"]
    wanted += [] if has_inputs else ["inputs"]
    wanted += ["point"] if extent == ALMOST_ALL else []
    given = witness.members(*wanted, *(() if name == RANK else ("later",)))
    bits = _bits(given)
    if not has_inputs:
        inputs = given["inputs"].matrix(count, size)
    point = read_point(given["point"] if extent == ALMOST_ALL else within["point"], layers[:k])
    if name == RANK:
        return RankClaim(name, layers, inputs, extent, point, bits, rank, constant)
    convolutions = [layer for layer in layers[k + 1 :] if layer.kind == "convolution"]
    later = read_point(given["later"], convolutions, biases=False)
    return WideClaim(name, layers, inputs, extent, point, bits, k, constant, attained, later)


def _bits(given: dict[str, Field]) -> int:
    """Of the intervals."""
    return 64 + 2 * given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
