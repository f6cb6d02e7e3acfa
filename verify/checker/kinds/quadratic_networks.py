"""The kinds of statements about quadratic networks of every size, by property."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import quadratic_networks as statements
from verify.checker.theorems.quadratic_networks import almost_every_perturbation, signed_pairs

QUADRATIC_NETWORKS: dict[str, Kind] = {
    statements.GLOBAL: Kind(statements.GLOBAL_STATEMENT, statements.GLOBAL_WITNESS, almost_every_perturbation),
    statements.NOT_GLOBAL: Kind(statements.NOT_GLOBAL_STATEMENT, statements.NOT_GLOBAL_WITNESS, signed_pairs),
}
