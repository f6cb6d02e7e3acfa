"""The kinds of statements about one deep linear network, by property."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import gradient_descent
from verify.checker.theorems.trajectory import converges, reaches

DEEP_LINEAR_NETWORK: dict[str, Kind] = {
    gradient_descent.REACHES: Kind(gradient_descent.REACHES_STATEMENT, gradient_descent.REACHES_WITNESS, reaches),
    gradient_descent.CONVERGES: Kind(
        gradient_descent.CONVERGES_STATEMENT, gradient_descent.CONVERGES_WITNESS, converges
    ),
}
