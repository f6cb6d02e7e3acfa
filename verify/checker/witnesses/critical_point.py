"""What makes statements about one critical point checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.critical_point import Minimum, Saddle


@dataclass(frozen=True, slots=True)
class MinimumWitness(Witness):
    """For a local minimum."""

    better_point: Matrix | None
    """A point of smaller loss; None appeals to realisability (and is all that a strict minimum needs)."""


@dataclass(frozen=True, slots=True)
class SaddleWitness(Witness):
    """For a saddle."""

    negative_direction: Matrix
    """Not zero: a direction of negative curvature."""
    positive_direction: Matrix
    """Not zero: a direction of positive curvature."""


def read_witness(field: Field, statement: Minimum | Saddle) -> MinimumWitness | SaddleWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    shape = statement.landscape.shape
    if isinstance(statement, Saddle):
        parts = field.fields(["precision", "negative_direction", "positive_direction"])
        down, up = (parts[name].matrix(*shape) for name in ("negative_direction", "positive_direction"))
        for name, direction in (("negative_direction", down), ("positive_direction", up)):
            if not any(any(row) for row in direction):
                parts[name].fail("is zero")
        return SaddleWitness(read_precision(parts["precision"]), down, up)
    parts = field.fields(["precision"], ["better_point"] if statement.property == "spurious-local-minimum" else [])
    better = parts["better_point"].matrix(*shape) if "better_point" in parts else None
    return MinimumWitness(read_precision(parts["precision"]), better)
