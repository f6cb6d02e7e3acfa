"""Statements about one exact symmetric matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_MATRIX_ORDER
from verify.checker.core.schema import Constant, triangle
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.statements.landscape import AboutLandscape


@dataclass(frozen=True, slots=True)
class SymmetricMatrix:
    """A matrix, by its lower triangle."""

    rows: Matrix
    """Row i, from 1, has i entries."""
    definition: ClassVar = "the matrix A is the symmetric one whose lower triangle the certificate gives"

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"The given symmetric matrix A of order {len(self.rows)}"

    def scope(self) -> str:
        """What a proof about it covers: one matrix."""
        return f"one matrix of order {len(self.rows)}"


@dataclass(frozen=True, slots=True)
class MatrixStatement(AboutLandscape[SymmetricMatrix]):
    """The matrix is positive semidefinite; it may be singular."""

    def claim(self) -> str:
        """What is said of it."""
        return "has no negative eigenvalue"


TRIANGLE = triangle(1, MAX_MATRIX_ORDER)
MATRIX = Table.of(SymmetricMatrix, Row("kind", Constant("matrix")), Row("lower_triangle", TRIANGLE, into="rows"))
STATEMENT = statement_of(MatrixStatement, MATRIX, "positive-semidefinite")
