"""What makes the absence of critical points checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.no_critical_point import NoCriticalPoint


@dataclass(frozen=True, slots=True)
class NoCriticalPointWitness(Witness):
    """A direction along which the loss falls everywhere in the region."""

    direction: Matrix
    """(1, trained parameters), not zero"""


def read_witness(field: Field, statement: NoCriticalPoint) -> NoCriticalPointWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", "direction"])
    direction = parts["direction"].matrix(*statement.landscape.shape)
    if not any(direction[0]):
        parts["direction"].fail("is zero")
    return NoCriticalPointWitness(read_precision(parts["precision"]), direction)
