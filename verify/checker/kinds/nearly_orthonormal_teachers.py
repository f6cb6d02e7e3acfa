"""The kind of statements about all nearly orthonormal teachers."""

from __future__ import annotations

from verify.checker.core.facts import Fact
from verify.checker.core.limits import ARB_RESPONSE, ARB_UNKNOWNS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import nearly_orthonormal_teachers as statements
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.checker.theorems.nearly_orthonormal_teachers import NearbyTask, nearly_orthonormal_teachers
from verify.checker.theorems.random_teachers import random_teachers


def _too_large(statement: NearlyOrthonormalTeachers) -> str | None:
    n, k = statement.neurons, statement.teachers
    if n < k:
        return None  # refused by the rule, at once
    return beyond(("{} unknowns are", n * k, ARB_UNKNOWNS), ("n k^3 = {} is", n * k**3, ARB_RESPONSE))


def _prove(task: NearbyTask) -> Fact:
    minimum = nearly_orthonormal_teachers(task)
    return random_teachers(task, minimum) if task.statement.random_teachers else minimum


NEARLY_ORTHONORMAL_TEACHERS = Kind(statements.STATEMENT, statements.WITNESS, _prove, too_large=_too_large)
