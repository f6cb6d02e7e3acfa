"""Facts that nobody proved, for tests of one rule by itself, and of what a wrong fact can do.

They are made as no module of the project may make them (tests/checker/test_facts.py looks).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from verify.checker.core.facts import Fact
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.theorems.descent import Descent
from verify.checker.theorems.every_input_dimension import EveryInputDimension
from verify.checker.theorems.given_point import LossAtPoint
from verify.checker.theorems.strict_local_minimum import StrictMinimum
from verify.checker.theorems.symmetric_local_minimum import SymmetricMinimum

FactT = TypeVar("FactT", bound=Fact)


def forced(kind: type[FactT], /, **fields: Any) -> FactT:
    """A fact of this class with these fields."""
    fact = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(fact, name, value)
    return fact


def strict_minimum(statement: Minimum) -> Any:
    """That the statement's minimum is one, in the input dimensions that it names."""
    names = ("landscape", "center", "radius", "hessian_lower_bound", "value")
    fact = forced(StrictMinimum, **{name: getattr(statement, name) for name in names})
    if not statement.every_dimension:
        return fact
    return forced(EveryInputDimension, minimum=fact, hessian_lower_bound=statement.hessian_lower_bound)


def in_given_dimension(statement: Minimum) -> Any:
    """That the statement's minimum is one in the given input dimension."""
    return strict_minimum(replace(statement, every_dimension=False))


def loss_at_point(statement: GivenPoint) -> LossAtPoint:
    """That the loss at the statement's point is within its bounds."""
    return forced(LossAtPoint, landscape=statement.landscape, point=statement.point, value=statement.value)


def descent_from(statement: GivenPoint) -> Descent:
    """That the loss falls from the statement's point."""
    return forced(Descent, at=loss_at_point(statement))


def symmetric_minima(statement: SymmetricPoints) -> dict[int, SymmetricMinimum]:
    """That each of the statement's points is a minimum."""
    alone = (SymmetricPoints(statement.activation, (replace(point, splits=()),)) for point in statement.points)
    return {index: forced(SymmetricMinimum, statement=claim) for index, claim in enumerate(alone)}
