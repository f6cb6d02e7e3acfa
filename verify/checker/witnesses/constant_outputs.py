"""What makes a statement about constant outputs checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.constant_outputs import ConstantOutputs


@dataclass(frozen=True, slots=True)
class ConstantOutputsWitness(Witness):
    """A point of smaller loss; None where none is needed."""

    better_point: Matrix | None


def read_witness(field: Field, statement: ConstantOutputs) -> ConstantOutputsWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", *(["better_point"] if statement.suboptimal else [])])
    better = parts["better_point"].matrix(*statement.landscape.shape) if statement.suboptimal else None
    return ConstantOutputsWitness(read_precision(parts["precision"]), better)
