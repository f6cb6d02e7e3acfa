"""A matrix needs no witness: the checker factorises it itself."""

from __future__ import annotations

from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.matrix import MatrixStatement


def read_witness(field: Field, statement: MatrixStatement) -> Witness:
    """Read a certificate's `witness`: the precision alone."""
    return Witness(read_precision(field.fields(["precision"])["precision"]))
