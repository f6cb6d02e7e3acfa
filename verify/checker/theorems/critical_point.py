"""What the rules about one critical point share: the loss at its center and over its region, and that it is C^2."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from verify.checker.core.balls import box, point
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.losses.loss import Loss, Region
from verify.checker.losses.registry import loss_at
from verify.checker.statements.critical_point import CriticalPoint, Minimum

if TYPE_CHECKING:  # most files are about no such point
    from verify.checker.statements.saddle_out_of_span import SaddleOutOfSpan

CriticalPointT = TypeVar("CriticalPointT", bound="CriticalPoint | SaddleOutOfSpan")
WitnessT = TypeVar("WitnessT", bound=Witness)


class CriticalPointTask(Task[CriticalPointT, WitnessT]):
    """A statement about one critical point, to be proved."""

    @cached_property
    def at_center(self) -> Loss:
        """The loss at the statement's center."""
        return loss_at(self.statement.landscape, point(self.statement.center))

    @cached_property
    def region(self) -> Loss:
        """The loss over a box that contains the statement's region."""
        return loss_at(self.statement.landscape, box(self.statement.center, self.statement.radius))


def prove_smooth(task: CriticalPointTask[CriticalPointT, WitnessT], rule: str) -> None:
    """Prove that F is C^2 on the region, never assume it: a Euclidean ball around a minimum, else a box."""
    statement = task.statement
    region = Region(statement.center, statement.radius, euclidean=isinstance(statement, Minimum))
    task.record(rule, *task.region.smooth(region))
