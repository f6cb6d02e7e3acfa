"""The kinds of statements about all losses of a product of matrices, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import matrix_products as said
from verify.checker.theorems.matrix_products import matrix_products
from verify.checker.theorems.product_preserving_move import product_preserving_move


def _too_large(statement: said.NeitherMinimumNorMaximum) -> str | None:
    unknowns = sum(rows * columns for rows, columns in statement.landscape.shapes)
    return beyond(("{} unknowns are", unknowns, ARB_UNKNOWNS))


MATRIX_PRODUCTS: dict[str, Kind] = {
    said.PROPERTY: Kind(said.STATEMENT, said.WITNESS, matrix_products),
    said.NO_EXTREMUM: Kind(said.OF_A_POINT, said.WITH_MOVE, product_preserving_move, too_large=_too_large),
}
