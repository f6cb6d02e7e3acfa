"""The kind of statements about networks with quadratic activation."""

from __future__ import annotations

from typing import Any

from verify.checker.core.facts import Fact
from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind
from verify.checker.statements import quadratic_network
from verify.checker.statements.quadratic_network import GlobalMinima, NegativeCurvature, QuadraticStatement
from verify.checker.theorems.negative_curvature import negative_curvature
from verify.checker.theorems.quadratic_global_minimum import quadratic_global_minimum
from verify.checker.theorems.quadratic_spurious_minimum import quadratic_spurious_minimum


def _too_large(statement: QuadraticStatement) -> str | None:
    return beyond(("{} unknowns are", statement.landscape.width * statement.landscape.dimension, ARB_UNKNOWNS))


def _prove(task: Task[Any, Any]) -> Fact:
    match task.statement:
        case GlobalMinima():
            return quadratic_global_minimum(task)
        case NegativeCurvature():
            return negative_curvature(task)
    return quadratic_spurious_minimum(task)


QUADRATIC_NETWORK = Kind(quadratic_network.STATEMENT, quadratic_network.WITNESS, _prove, too_large=_too_large)
