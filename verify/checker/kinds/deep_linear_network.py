"""The kinds of statements about one deep linear network, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import gradient_descent
from verify.checker.statements import linear_critical_point as critical
from verify.checker.statements import linear_critical_values as values
from verify.checker.theorems.critical_values import critical_values
from verify.checker.theorems.linear_critical_point import linear_critical_point
from verify.checker.theorems.trajectory import converges, reaches


def _too_large(statement: critical.LinearCriticalPoint) -> str | None:
    unknowns = statement.landscape.unknowns
    return beyond(("{} unknowns are", unknowns, ARB_UNKNOWNS))


SADDLE = Kind(critical.STATEMENT, critical.WITH_CURVE, linear_critical_point, too_large=_too_large)
DEEP_LINEAR_NETWORK: dict[str, Kind] = {
    gradient_descent.REACHES: Kind(gradient_descent.REACHES_STATEMENT, gradient_descent.REACHES_WITNESS, reaches),
    gradient_descent.CONVERGES: Kind(
        gradient_descent.CONVERGES_STATEMENT, gradient_descent.CONVERGES_WITNESS, converges
    ),
    critical.STRICT: SADDLE,
    critical.DEGENERATE: SADDLE,
    values.PROPERTY: Kind(values.STATEMENT, values.WITNESS, critical_values),
    critical.GLOBAL: Kind(critical.STATEMENT, critical.WITH_THRESHOLD, linear_critical_point, too_large=_too_large),
}
