"""A matrix needs no witness: the checker factorises it itself."""

from __future__ import annotations

from verify.checker.reader import Field
from verify.checker.statements.matrix import MatrixStatement
from verify.checker.witnesses.witness import Witness, read_precision


def read_witness(field: Field, statement: MatrixStatement) -> Witness:
    """Read a certificate's `witness`: the precision alone."""
    return Witness(read_precision(field.fields(["precision"])["precision"]))
