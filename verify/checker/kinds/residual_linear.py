"""The kinds of statements about residual linear networks, by property: about all of them, or with one target."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import residual_linear as said
from verify.checker.theorems import residual_linear as theorems


def _too_large(statement: said.InequalityFails) -> str | None:
    entries = len(statement.point) * len(statement.covariance) ** 2
    return beyond(("{} entries of the A_i are", entries, ARB_UNKNOWNS))


RESIDUAL_LINEAR_NETWORKS: dict[str, Kind] = {
    said.INEQUALITY: Kind(said.INEQUALITY_STATEMENT, said.WITHOUT, theorems.gradient_inequality),
    said.CRITICAL: Kind(said.CRITICAL_STATEMENT, said.WITHOUT, theorems.critical_points_global),
    said.OPTIMA: Kind(said.OPTIMA_STATEMENT, said.WITHOUT, theorems.optima_near_identity),
}
RESIDUAL_LINEAR_NETWORK: dict[str, Kind] = {
    said.OPTIMUM: Kind(said.OPTIMUM_STATEMENT, said.FACTORS_WITNESS, theorems.optimum_near_identity),
    said.NONE_NEAR: Kind(said.NONE_STATEMENT, said.WITHOUT, theorems.no_optimum_near_identity),
    said.FAILS: Kind(said.FAILS_STATEMENT, said.LEAST_WITNESS, theorems.inequality_fails, too_large=_too_large),
}
