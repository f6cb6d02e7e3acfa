"""The kind matrix: a matrix without a negative eigenvalue."""

from __future__ import annotations

from dataclasses import dataclass

from ..fields import MAX_MATRIX_ORDER, MAX_PRECISION, MIN_PRECISION, Field, triangle
from ..outcomes import Clock
from ..rational import Rationals, prove_semidefinite, symmetric


@dataclass(frozen=True)
class MatrixClaim:
    """A matrix without a negative eigenvalue."""

    claimed: str
    A: Rationals

    def sentence(self) -> str:
        """What was proved."""
        return f"the matrix of order {len(self.A)} is {self.claimed}"

    def prove(self, clock: Clock) -> None:
        """What it says."""
        prove_semidefinite("the matrix", self.A, clock)


def read_matrix(statement: Field, witness: Field) -> MatrixClaim:
    """A statement of the kind matrix."""
    fields = statement.members("landscape", "property")
    name = fields["property"].word("positive-semidefinite")
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    field = fields["landscape"].members("kind", "lower_triangle")["lower_triangle"]
    return MatrixClaim(name, symmetric(triangle(field, len(field.entries(1, MAX_MATRIX_ORDER)))))
