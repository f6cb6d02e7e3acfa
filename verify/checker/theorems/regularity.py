"""Twice differentiability of the loss on the region of a statement: proved, never assumed."""

from __future__ import annotations

from verify.checker.losses.loss import Region
from verify.checker.statements.critical_point import Minimum
from verify.checker.theorems.critical_point import CriticalPointT, CriticalPointTask, WitnessT


def prove_smooth(task: CriticalPointTask[CriticalPointT, WitnessT], rule: str) -> None:
    """Prove that F is C^2 on the region: a Euclidean ball around a minimum, else a box."""
    statement = task.statement
    region = Region(statement.center, statement.radius, euclidean=isinstance(statement, Minimum))
    task.record(rule, *task.region.smooth(region))
