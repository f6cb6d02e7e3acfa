"""What makes statements about one exact point of an empirical risk checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_OPEN_KINKS, MAX_ORDER, MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.given_point import MINIMA, GivenPoint
from verify.checker.statements.network import Vector

METHODS = ("one-hidden-layer", "orthogonal-residuals")
BETTER = ("suboptimal-local-minimum", "not-a-global-minimum")
LINES = {"not-a-local-minimum": ["descent"], "degenerate-saddle": ["descent", "ascent"]}

Multipliers = tuple[tuple[tuple[Vector, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A direction, and the order in t at which the loss first changes along it."""

    direction: Matrix
    """(1, trained parameters), not zero"""
    order: int


@dataclass(frozen=True, slots=True)
class GivenPointWitness(Witness):
    """What the rules of the property need; the rest is None."""

    better_point: Matrix | None = None
    method: str | None = None
    multipliers: Multipliers = ()
    """For each neuron, each sign and each pattern of open kinks: the multipliers of its kinks."""
    descent: Line | None = None
    ascent: Line | None = None


def read_witness(field: Field, statement: GivenPoint) -> GivenPointWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    name, shape = statement.property, statement.landscape.shape
    lines = LINES.get(name, [])
    own = [*lines, *(["better_point"] if name in BETTER else []), *(["method"] if name in MINIMA else [])]
    method = field.member("method").text(*METHODS) if name in MINIMA else None
    parts = field.fields(["precision", *own, *(["multipliers"] if method == "one-hidden-layer" else [])])
    return GivenPointWitness(
        read_precision(parts["precision"]),
        better_point=parts["better_point"].matrix(*shape) if "better_point" in parts else None,
        method=method,
        multipliers=_read_multipliers(parts["multipliers"]) if "multipliers" in parts else (),
        **{line: _read_line(parts[line], shape) for line in lines},
    )


def _read_line(field: Field, shape: tuple[int, int]) -> Line:
    parts = field.fields(["direction", "order"])
    direction = parts["direction"].matrix(*shape)
    if not any(any(row) for row in direction):
        parts["direction"].fail("is zero")
    return Line(direction, parts["order"].count(1, MAX_ORDER))


def _read_multipliers(field: Field) -> Multipliers:
    return tuple(
        tuple(
            tuple(
                tuple(entry.number() for entry in pattern.items(0, MAX_SAMPLES))
                for pattern in sign.items(1, 2**MAX_OPEN_KINKS)
            )
            for sign in neuron.items(0, 2)
        )
        for neuron in field.items(1, MAX_UNKNOWNS)
    )
