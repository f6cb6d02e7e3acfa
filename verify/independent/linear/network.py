"""One deep linear network, with a target or with data."""

from __future__ import annotations

from dataclasses import dataclass

from ..fields import MAX_NEURONS, MAX_UNKNOWNS, Field
from ..rational import Rationals

MAX_LAYERS, MAX_SAMPLES = 64, 16_384


@dataclass(frozen=True)
class Network:
    """F = 1/2 |W_H ... W_1 - Phi|^2, or 1/2 sum |W_H ... W_1 x_n - y_n|^2."""

    widths: list[int]
    target: Rationals | None
    inputs: Rationals
    outputs: Rationals

    def described(self) -> str:
        """In a few words."""
        return f"the deep linear network {'-'.join(map(str, self.widths))} of the file"

    def read_layers(self, field: Field) -> list[Rationals]:
        """One matrix for each layer."""
        H = len(self.widths) - 1
        entries = field.entries(H, H)
        return [entry.matrix(self.widths[j + 1], self.widths[j]) for j, entry in enumerate(entries)]


def read_network(field: Field) -> Network:
    """The landscape."""
    with_target = isinstance(field.value, dict) and "target" in field.value
    land = field.members("kind", "widths", *(("target",) if with_target else ("inputs", "targets")))
    widths = [entry.integer(1, MAX_NEURONS) for entry in land["widths"].entries(2, MAX_LAYERS)]
    if sum(a * b for a, b in zip(widths, widths[1:], strict=False)) > MAX_UNKNOWNS:
        land["widths"].fail(f"more than {MAX_UNKNOWNS} unknowns")
    if with_target:
        return Network(widths, land["target"].matrix(widths[-1], widths[0]), [], [])
    n = len(land["inputs"].entries(1, MAX_SAMPLES))
    return Network(widths, None, land["inputs"].matrix(n, widths[0]), land["targets"].matrix(n, widths[-1]))
