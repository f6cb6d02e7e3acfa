"""Statements about one exact symmetric matrix."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_MATRIX_ORDER
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement


@dataclass(frozen=True, slots=True)
class SymmetricMatrix:
    """A matrix, by its lower triangle."""

    rows: Matrix
    """Row i, from 1, has i entries."""

    @classmethod
    def read(cls, field: Field) -> SymmetricMatrix:
        """Read `statement.landscape`."""
        parts = field.fields(["kind", "lower_triangle"])
        parts["kind"].text("matrix")
        return cls(parts["lower_triangle"].triangle(len(parts["lower_triangle"].items(1, MAX_MATRIX_ORDER))))


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


def read_statement(field: Field) -> MatrixStatement:
    """Read a certificate's `statement`."""
    parts = field.fields(["landscape", "property"])
    name = parts["property"].text("positive-semidefinite")
    return MatrixStatement(SymmetricMatrix.read(parts["landscape"]), name)
