"""What makes statements about quadratic networks checkable."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.quadratic_network import GlobalMinima, NegativeCurvature, QuadraticStatement


@dataclass(frozen=True, slots=True)
class MultiplierWitness(Witness):
    """For a global minimum."""

    multipliers: tuple[Fraction, ...]
    """u, (n,): about the residuals at the minimum."""


@dataclass(frozen=True, slots=True)
class DirectionWitness(Witness):
    """For negative curvature."""

    direction: Matrix
    """D, (k, d), not zero."""


@dataclass(frozen=True, slots=True)
class BetterPointWitness(Witness):
    """For a local minimum that is not global."""

    better_point: Matrix
    """(k, d), of smaller loss."""


def read_witness(
    field: Field, statement: QuadraticStatement
) -> MultiplierWitness | DirectionWitness | BetterPointWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    shape = statement.landscape.width, statement.landscape.dimension
    if isinstance(statement, GlobalMinima):
        parts = field.fields(["precision", "multipliers"])
        multipliers = parts["multipliers"].vector(len(statement.landscape.targets))
        return MultiplierWitness(read_precision(parts["precision"]), multipliers)
    if isinstance(statement, NegativeCurvature):
        parts = field.fields(["precision", "direction"])
        direction = parts["direction"].matrix(*shape)
        if not any(any(row) for row in direction):
            parts["direction"].fail("is zero")
        return DirectionWitness(read_precision(parts["precision"]), direction)
    parts = field.fields(["precision", "better_point"])
    return BetterPointWitness(read_precision(parts["precision"]), parts["better_point"].matrix(*shape))
