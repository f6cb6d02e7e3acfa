"""What makes statements about a polynomial checkable: a Gram matrix."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_MATRIX_ORDER
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.polynomial import Exponents, SumOfSquares, read_exponents


@dataclass(frozen=True, slots=True)
class GramWitness(Witness):
    """Monomials z and a symmetric matrix G with p = z^T G z, or p - l = z^T G z."""

    basis: tuple[Exponents, ...]
    """z, as exponents; no monomial twice."""
    gram: Matrix
    """G, the lower triangle."""


def read_witness(field: Field, statement: SumOfSquares) -> GramWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", "basis", "gram"])
    count = len(statement.landscape.indeterminates)
    basis = tuple(read_exponents(entry, count) for entry in parts["basis"].items(1, MAX_MATRIX_ORDER))
    if len(set(basis)) != len(basis):
        parts["basis"].fail("a monomial is given more than once")
    return GramWitness(read_precision(parts["precision"]), basis, parts["gram"].triangle(len(basis)))
