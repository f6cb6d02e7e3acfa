"""The kind of statements about all losses of a product of matrices."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import matrix_products as said
from verify.checker.theorems.matrix_products import matrix_products

MATRIX_PRODUCTS: dict[str, Kind] = {said.PROPERTY: Kind(said.STATEMENT, said.WITNESS, matrix_products)}
