"""One file per rule, one rule per theorem; and which rules prove which property."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verify.checker.rules.every_input_dimension import every_input_dimension
from verify.checker.rules.proof import Task
from verify.checker.rules.saddle import saddle
from verify.checker.rules.spurious_local_minimum import spurious_local_minimum
from verify.checker.rules.strict_local_minimum import strict_local_minimum
from verify.checker.statement import Minimum, Saddle

Rule = Callable[[Task[Any, Any]], None]


def rules_for(statement: Minimum | Saddle) -> list[Rule]:
    """The rules whose theorems together give the statement, in the order in which they build on each other."""
    if isinstance(statement, Saddle):
        return [saddle]
    rules: list[Rule] = [strict_local_minimum]
    if statement.every_dimension:
        rules.append(every_input_dimension)
    if statement.property == "spurious-local-minimum":
        rules.append(spurious_local_minimum)
    return rules
