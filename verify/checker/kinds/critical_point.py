"""The kind of statements about one critical point of a teacher-student landscape."""

from __future__ import annotations

from typing import Any

from verify.checker.core.facts import Fact
from verify.checker.core.limits import ARB_UNKNOWNS, AUTO_UNKNOWNS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import critical_point
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.every_input_dimension import every_input_dimension
from verify.checker.theorems.saddle import saddle
from verify.checker.theorems.spurious_local_minimum import spurious_local_minimum
from verify.checker.theorems.strict_local_minimum import strict_local_minimum


def _too_large(statement: Minimum | Saddle) -> str | None:
    return beyond(("{} unknowns are", _unknowns(statement), ARB_UNKNOWNS))


def _is_large(statement: Minimum | Saddle) -> bool:
    return _unknowns(statement) > AUTO_UNKNOWNS


def _unknowns(statement: Minimum | Saddle) -> int:
    rows, columns = statement.landscape.shape
    return rows * columns


def prove_near(task: CriticalPointTask[Any, Any]) -> Fact:
    """Prove a statement about one critical point near a given one, of any landscape."""
    if isinstance(task.statement, Saddle):
        return saddle(task)
    strict = strict_local_minimum(task)
    minimum = every_input_dimension(task, strict) if task.statement.every_dimension else strict
    is_spurious = task.statement.property == "spurious-local-minimum"
    return spurious_local_minimum(task, minimum) if is_spurious else minimum


CRITICAL_POINT = Kind(
    critical_point.STATEMENT,
    critical_point.WITNESS,
    prove_near,
    too_large=_too_large,
    task=CriticalPointTask,
    is_large=_is_large,
)
