"""What makes statements about symmetric critical points checkable: the precision, and nothing else."""

from __future__ import annotations

from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.symmetric import SymmetricPoints


def read_witness(field: Field, statement: SymmetricPoints) -> Witness:  # noqa: ARG001 - one signature for all kinds
    """Read a certificate's `witness`."""
    return Witness(read_precision(field.fields(["precision"])["precision"]))
