"""What the rules about one critical point share: the landscape at its center and over its region, and its matrices."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from verify.checker.arithmetic import box, point
from verify.checker.interval_matrix import BallMatrix, IntervalMatrix
from verify.checker.landscapes.teacher_student import TeacherStudent
from verify.checker.rules.task import Open, Task
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

    def hessian(self, landscape: TeacherStudent) -> IntervalMatrix:
        """The Hessian at all students of the landscape, in the arithmetic of the tier."""
        if self.trust == "arb":
            return BallMatrix(landscape.hessian())
        from verify.checker.float64 import memory, teacher_student

        refusal = memory.refusal(landscape.neurons * landscape.input_dimension)
        if refusal is not None:
            raise Open(refusal)
        return teacher_student.hessian(landscape)

    def input_dimension_matrix(self, landscape: TeacherStudent) -> IntervalMatrix:
        """The Hessian's block for a new input coordinate, in the arithmetic of the tier."""
        if self.trust == "arb":
            return BallMatrix(landscape.input_dimension_matrix)
        from verify.checker.float64.interval_matrix import Float64Matrix

        return Float64Matrix.from_balls(landscape.input_dimension_matrix)
