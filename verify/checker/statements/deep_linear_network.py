"""One deep linear network: its widths, and the matrix or the data that it learns."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_LAYERS, MAX_NEURONS, MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import Constant, Count, Known, ListOf, Size, Unless, any_matrix, exactly, matrix, vector
from verify.checker.core.table import Refusal, Row, Table

Layers = tuple[Matrix, ...]
"""W_1, ..., W_H; W_j is (d_j, d_(j-1))."""


@dataclass(frozen=True, slots=True)
class DeepLinearNetwork:
    """F(W) = 1/2 |W_H ... W_1 X - Y|_F^2; with a target instead of data X is the identity, and Y the target."""

    widths: tuple[int, ...]
    """d_0, ..., d_H."""
    target: Matrix | None
    """(d_H, d_0)"""
    inputs: Matrix | None
    """X^T: rows are samples, (n, d_0)."""
    targets: Matrix | None
    """Y^T: rows are samples, (n, d_H)."""

    @builtins.property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Of W_1, ..., W_H."""
        return tuple(zip(self.widths[1:], self.widths, strict=False))

    @builtins.property
    def unknowns(self) -> int:
        """Of all layers."""
        return sum(rows * columns for rows, columns in self.shapes)

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        H = len(self.shapes)
        product = {1: "W_1", 2: "W_2 W_1"}.get(H, f"W_{H} ... W_1")
        if self.target is not None:
            return f"the loss is F(W) = 1/2 |{product} - Phi|_F^2 for the given matrix Phi"
        return f"the loss is F(W) = 1/2 sum_n |{product} x_n - y_n|^2 over the given samples"

    symbol = "W"
    """Of the layers together."""

    parts = "layers"
    """What gradient descent moves at once."""

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"The{self.describe().removeprefix('the')}"

    def start_in_words(self, start: Layers) -> str:
        """Whether all layers are the identity."""
        identity = all(
            entry == (i == j) for layer in start for i, row in enumerate(layer) for j, entry in enumerate(row)
        )
        return "the identity" if identity else "the given start"

    def describe(self) -> str:
        """Sizes."""
        widths = "-".join(map(str, self.widths))
        samples = "" if self.inputs is None else f" on {len(self.inputs)} given samples"
        return f"the deep linear network of widths {widths}{samples or ' with the given target'}"


def _has_target(known: Known, landscape: Field) -> bool:
    return isinstance(landscape.content, dict) and "target" in landscape.content


def _has_data(known: Known, landscape: Field) -> bool:
    return not _has_target(known, landscape)


def _too_many(known: Known) -> str | None:
    widths = known["widths"]
    unknowns = sum(a * b for a, b in zip(widths, widths[1:], strict=False))
    return f"more than {MAX_UNKNOWNS} unknowns" if unknowns > MAX_UNKNOWNS else None


def _samples(known: Known) -> int:
    return len(known["inputs"])


def _columns(place: int) -> Size:
    return lambda known: int(known["widths"][place])


DEEP_LINEAR_NETWORK = Table.of(
    DeepLinearNetwork,
    Row("kind", Constant("deep-linear-network")),
    Row("widths", ListOf(Count(1, MAX_NEURONS), 2, MAX_LAYERS)),
    Refusal("widths", _too_many),
    Row("target", matrix(lambda known: (known["widths"][-1], known["widths"][0])), needed=_has_target),
    Row("inputs", ListOf(vector(_columns(0)), 1, MAX_SAMPLES), needed=_has_data),
    Row("targets", ListOf(vector(_columns(-1)), _samples, _samples), needed=_has_data),
)


class Layered(Protocol):
    """What has layers."""

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Of W_1, ..., W_H."""


def layers_of(network: Callable[[Known], Layered]) -> Unless[Layers]:
    """One matrix for each layer of the network that is known."""

    def refused(layers: Layers, known: Known) -> str | None:
        for place, (layer, shape) in enumerate(zip(layers, network(known).shapes, strict=True)):
            if (len(layer), len(layer[0])) != shape:
                return f"matrix {place} is {len(layer)} x {len(layer[0])}, must be {shape[0]} x {shape[1]}"
        return None

    def count(known: Known) -> int:
        return len(network(known).shapes)

    return Unless(exactly(count, any_matrix(MAX_NEURONS, MAX_NEURONS)), refused)
