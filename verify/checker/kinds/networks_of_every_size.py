"""The kinds of statements about networks of every size, by property."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import networks_of_every_size as statements
from verify.checker.theorems.networks_of_every_size import (
    constant_first_layer,
    dependent_patches,
    singular_upper_hessian,
)

NETWORKS_OF_EVERY_SIZE: dict[str, Kind] = {
    statements.SINGULAR: Kind(statements.SINGULAR_STATEMENT, statements.SINGULAR_WITNESS, singular_upper_hessian),
    statements.NOT_ONTO: Kind(statements.NOT_ONTO_STATEMENT, statements.NOT_ONTO_WITNESS, dependent_patches),
    statements.BAD: Kind(statements.BAD_STATEMENT, statements.BAD_WITNESS, constant_first_layer),
}
