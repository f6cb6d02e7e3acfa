"""Statements about one exact symmetric matrix."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_MATRIX_ORDER
from verify.checker.core.schema import Constant, text, triangle
from verify.checker.core.statement import Statement
from verify.checker.core.table import Row, Table


@dataclass(frozen=True, slots=True)
class SymmetricMatrix:
    """A matrix, by its lower triangle."""

    rows: Matrix
    """Row i, from 1, has i entries."""


@dataclass(frozen=True, slots=True)
class MatrixStatement(Statement):
    """The matrix is positive semidefinite; it may be singular."""

    landscape: SymmetricMatrix
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one matrix."""
        return f"one matrix of order {len(self.landscape.rows)}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return "the matrix A is the symmetric one whose lower triangle the certificate gives"

    def sentence(self) -> str:
        """The statement in words."""
        return f"The given symmetric matrix A of order {len(self.landscape.rows)} has no negative eigenvalue."

    def summary(self) -> str:
        """The property and the order."""
        return f"{self.property}, {self.scope}"


TRIANGLE = triangle(1, MAX_MATRIX_ORDER)
MATRIX = Table(SymmetricMatrix, (Row("kind", Constant("matrix")), Row("lower_triangle", TRIANGLE, into="rows")))
STATEMENT = Table(MatrixStatement, (Row("landscape", MATRIX), Row("property", text("positive-semidefinite"))))
