"""What the rules about one critical point share: the landscape at its center and over its region."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from verify.checker.arithmetic import box, point
from verify.checker.landscapes.teacher_student import TeacherStudent
from verify.checker.rules.task import Task
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.witnesses.witness import Witness

CriticalPointT = TypeVar("CriticalPointT", bound=CriticalPoint)
WitnessT = TypeVar("WitnessT", bound=Witness)


class CriticalPointTask(Task[CriticalPointT, WitnessT]):
    """A statement about one critical point, to be proved."""

    @cached_property
    def at_center(self) -> TeacherStudent:
        """The landscape at the statement's center."""
        return TeacherStudent(self.statement.landscape, point(self.statement.center), self.check_time)

    @cached_property
    def region(self) -> TeacherStudent:
        """The landscape over a box that contains the statement's region."""
        return TeacherStudent(
            self.statement.landscape, box(self.statement.center, self.statement.radius), self.check_time
        )
