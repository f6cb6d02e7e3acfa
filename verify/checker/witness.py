"""What a certificate carries besides its statement, to make the statement checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.limits import MAX_PRECISION, MIN_PRECISION
from verify.checker.reader import Field
from verify.checker.statement import Matrix, Minimum, Saddle


@dataclass(frozen=True, slots=True)
class Witness:
    """What every certificate carries."""

    precision: int
    """Bits of the ball arithmetic: a hint, since any precision proves only what is true."""


@dataclass(frozen=True, slots=True)
class MinimumWitness(Witness):
    """For a local minimum."""

    better_point: Matrix | None
    """(n, d), a student of smaller loss; None appeals to realisability (and is all that a strict minimum needs)."""


@dataclass(frozen=True, slots=True)
class SaddleWitness(Witness):
    """For a saddle."""

    negative_direction: Matrix
    """(n, d), not zero: a direction of negative curvature."""
    positive_direction: Matrix
    """(n, d), not zero: a direction of positive curvature."""


def read_witness(field: Field, statement: Minimum | Saddle) -> MinimumWitness | SaddleWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    shape = (statement.landscape.neurons, statement.landscape.input_dimension)
    if isinstance(statement, Saddle):
        parts = field.fields(["precision", "negative_direction", "positive_direction"])
        down, up = (parts[name].matrix(*shape) for name in ("negative_direction", "positive_direction"))
        for name, direction in (("negative_direction", down), ("positive_direction", up)):
            if not any(any(row) for row in direction):
                parts[name].fail("is zero")
        return SaddleWitness(_precision(parts), down, up)
    parts = field.fields(["precision"], ["better_point"] if statement.property == "spurious-local-minimum" else [])
    better = parts["better_point"].matrix(*shape) if "better_point" in parts else None
    return MinimumWitness(_precision(parts), better)


def _precision(parts: dict[str, Field]) -> int:
    return parts["precision"].count(MIN_PRECISION, MAX_PRECISION)
