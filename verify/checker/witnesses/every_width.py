"""What makes a statement about neurons that share one weight vector checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.every_width import EveryWidth


@dataclass(frozen=True, slots=True)
class EveryWidthWitness(Witness):
    """A point of smaller loss, of the network of the least width claimed; None where none is needed."""

    better_point: Matrix | None


def read_witness(field: Field, statement: EveryWidth) -> EveryWidthWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", *(["better_point"] if statement.suboptimal else [])])
    shape = statement.landscape.with_hidden_width(statement.widths_from).shape
    better = parts["better_point"].matrix(*shape) if statement.suboptimal else None
    return EveryWidthWitness(read_precision(parts["precision"]), better)
