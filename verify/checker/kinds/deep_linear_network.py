"""The kinds of statements about one deep linear network, by property."""

from __future__ import annotations

from typing import Any

from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind
from verify.checker.statements import gradient_descent
from verify.checker.theorems.trajectory import converges, reaches


def _trajectory(statement: Any, witness: Any, prove: Any) -> Kind:
    return Kind(statement=statement, witness=witness, too_large=lambda statement: None, task=Task, prove=prove)


DEEP_LINEAR_NETWORK: dict[str, Kind] = {
    gradient_descent.REACHES: _trajectory(
        gradient_descent.REACHES_STATEMENT, gradient_descent.REACHES_WITNESS, reaches
    ),
    gradient_descent.CONVERGES: _trajectory(
        gradient_descent.CONVERGES_STATEMENT, gradient_descent.CONVERGES_WITNESS, converges
    ),
}
