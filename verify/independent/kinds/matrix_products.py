"""The kind matrix-products: critical points of all losses of a product of matrices, and one point of them."""

from __future__ import annotations

from dataclasses import dataclass

from ..claims import Claim
from ..fields import MAX_NEURONS, MAX_PRECISION, MIN_PRECISION, Field
from ..linear.critical import MAX_ORDER, MAX_UNKNOWNS_HERE
from ..linear.network import Network
from ..linear.series import Series, times
from ..linear.targets import transpose
from ..outcomes import Clock, Open, decide
from ..rational import Rationals

PROPERTY, NO_EXTREMUM = "critical-points-are-global-or-saddles", "neither-minimum-nor-maximum"
MAX_LAYERS = 64


@dataclass(frozen=True)
class Products:
    """Of the widths given, or of all without a bottleneck; of the squared loss with any widths."""

    claimed: str
    widths: list[int]
    squared: bool

    def sentence(self) -> str:
        """The statement, in words."""
        every = "any" if self.squared else "without a bottleneck"
        loss = ", squared loss, X X^T invertible" if self.squared else ""
        return f"{self.claimed} (widths {'-'.join(map(str, self.widths)) or every}{loss})"

    def prove(self, clock: Clock) -> None:
        """No hidden width is below both outer ones, or the loss is the squared one."""
        wide = all(min(self.widths[0], self.widths[-1]) <= width for width in self.widths[1:-1])
        decide(self.squared or wide, True, "the network has no bottleneck")


@dataclass(frozen=True)
class Move:
    """The layers move, their product does not, and one gets a gradient."""

    claimed: str
    network: Network
    point: list[Rationals]
    gradient: Rationals
    curve: list[list[Rationals]]
    layer: int

    def sentence(self) -> str:
        """The statement, in words."""
        return f"{self.claimed}: the given point of widths {'-'.join(map(str, self.network.widths))}, every such loss"

    def prove(self, clock: Clock) -> None:
        """Both polynomials, term by term."""
        if sum(len(W) * len(W[0]) for W in self.point) > MAX_UNKNOWNS_HERE:
            raise Open(f"more unknowns than this checker's {MAX_UNKNOWNS_HERE}")
        layers: list[Series] = [[W, *(term[j] for term in self.curve)] for j, W in enumerate(self.point)]
        below: Series = []  # W_(j-1)(t) ... W_1(t), of all layers in the end
        above: Series = []
        for layer in layers[: self.layer - 1]:
            below = times(layer, below, clock) if below else layer
        for layer in layers[self.layer :]:
            above = times(layer, above, clock) if above else layer
        whole = times(layers[self.layer - 1], below, clock) if below else layers[self.layer - 1]
        whole = times(above, whole, clock) if above else whole
        decide(not any(any(map(any, term)) for term in whole[1:]), True, "the product does not change")
        slope: Series = [self.gradient]
        if above:
            slope = times([transpose(term) for term in above], slope, clock)
        if below:
            slope = times(slope, [transpose(term) for term in below], clock)
        decide(any(any(map(any, term)) for term in slope), True, "the layer has a gradient")


def _read_move(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "point", "gradient")
    land = fields["landscape"].members("kind", "layer_widths")
    network = Network(_widths(land["layer_widths"]), None, [], [])
    point = network.read_layers(fields["point"])
    gradient = fields["gradient"].matrix(network.widths[-1], network.widths[0])
    if not any(map(any, gradient)):
        fields["gradient"].fail("is zero")
    given = witness.members("precision", "curve", "layer")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    curve = [network.read_layers(entry) for entry in given["curve"].entries(1, MAX_ORDER)]
    return Move(NO_EXTREMUM, network, point, gradient, curve, given["layer"].integer(1, len(point)))


def _widths(field: Field) -> list[int]:
    return [entry.integer(1, MAX_NEURONS) for entry in field.entries(2, MAX_LAYERS)]


def read_matrix_products(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    if statement.member("property").word(PROPERTY, NO_EXTREMUM) == NO_EXTREMUM:
        return _read_move(statement, witness)
    fields = statement.members("landscape", "property")
    land = fields["landscape"].members("kind", optional=("layer_widths", "loss"))
    if "loss" in land:
        land["loss"].word("squared")
    widths = _widths(land["layer_widths"]) if "layer_widths" in land else []
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return Products(PROPERTY, widths, "loss" in land)
