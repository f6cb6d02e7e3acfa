"""The kind matrix-products: critical points of all losses of a product of matrices."""

from __future__ import annotations

from dataclasses import dataclass

from ..claims import Claim
from ..fields import MAX_NEURONS, MAX_PRECISION, MIN_PRECISION, Field
from ..outcomes import Clock, decide

PROPERTY = "critical-points-are-global-or-saddles"
MAX_LAYERS = 64


@dataclass(frozen=True)
class Products:
    """Of the widths given, or of all without a bottleneck."""

    claimed: str
    widths: list[int]

    def sentence(self) -> str:
        """The statement, in words."""
        return f"{self.claimed} (widths {'-'.join(map(str, self.widths)) or 'without a bottleneck'})"

    def prove(self, clock: Clock) -> None:
        """No hidden width is below both outer ones."""
        wide = all(min(self.widths[0], self.widths[-1]) <= width for width in self.widths[1:-1])
        decide(wide, True, "the network has no bottleneck")


def read_matrix_products(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    fields = statement.members("landscape", "property")
    fields["property"].word(PROPERTY)
    land = fields["landscape"].members("kind", optional=("layer_widths",))
    widths = (
        [entry.integer(1, MAX_NEURONS) for entry in land["layer_widths"].entries(2, MAX_LAYERS)]
        if "layer_widths" in land
        else []
    )
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return Products(PROPERTY, widths)
