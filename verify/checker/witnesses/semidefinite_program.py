"""What makes statements about semidefinite programs checkable."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.semidefinite_program import (
    Infeasible,
    Program,
    SemidefiniteStatement,
    UpperBound,
)


@dataclass(frozen=True, slots=True)
class PointWitness(Witness):
    """A point, or a direction, on the side of the inequality."""

    point: tuple[Fraction, ...]
    """x, (m,)."""


@dataclass(frozen=True, slots=True)
class DualWitness(Witness):
    """A block-diagonal symmetric matrix on the side of the equalities."""

    dual: tuple[Matrix, ...]
    """Y near which one is feasible: per block the lower triangle, or one row with the diagonal of a diagonal block."""


def read_witness(field: Field, statement: SemidefiniteStatement) -> PointWitness | DualWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    program = statement.landscape
    if isinstance(statement, UpperBound) or (isinstance(statement, Infeasible) and statement.side == "equality"):
        parts = field.fields(["precision", "point"])
        return PointWitness(read_precision(parts["precision"]), parts["point"].vector(program.variables))
    parts = field.fields(["precision", "dual"])
    return DualWitness(read_precision(parts["precision"]), _read_dual(parts["dual"], program))


def _read_dual(field: Field, program: Program) -> tuple[Matrix, ...]:
    count = len(program.blocks)
    return tuple(
        (entry.vector(block.order),) if block.diagonal else entry.triangle(block.order)
        for entry, block in zip(field.items(count, count), program.blocks, strict=True)
    )
