"""What makes a statement about constant outputs checkable."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.exact import Matrix
from verify.checker.reader import Field
from verify.checker.statements.constant_outputs import ConstantOutputs
from verify.checker.witnesses.witness import Witness, read_precision


@dataclass(frozen=True, slots=True)
class ConstantOutputsWitness(Witness):
    """A point of smaller loss; None where none is needed."""

    better_point: Matrix | None


def read_witness(field: Field, statement: ConstantOutputs) -> ConstantOutputsWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", *(["better_point"] if statement.suboptimal else [])])
    better = parts["better_point"].matrix(*statement.landscape.shape) if statement.suboptimal else None
    return ConstantOutputsWitness(read_precision(parts["precision"]), better)
