"""What the rules about one critical point share: the landscape at its center and over its region, and its matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol, TypeVar

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, box, point
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.interval_matrix import BallMatrix, IntervalMatrix
from verify.checker.core.task import Open, Task
from verify.checker.core.witness import Witness
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.teacher_student import TeacherStudentLandscape

CriticalPointT = TypeVar("CriticalPointT", bound=CriticalPoint)
WitnessT = TypeVar("WitnessT", bound=Witness)


class Evaluator(Protocol):
    """A landscape at all points of a box."""

    def value(self) -> arb:
        """The loss."""

    def gradient(self) -> Balls:
        """Of the shape of a point."""

    def hessian(self) -> arb_mat:
        """Unknowns ordered row by row of a point."""


EVALUATORS: dict[type, Callable[..., Any]] = {
    TeacherStudentLandscape: TeacherStudent,
    EmpiricalRiskLandscape: EmpiricalRisk,
}
"""What evaluates each landscape, called with the landscape, a point or box, and what to call between steps."""


class CriticalPointTask(Task[CriticalPointT, WitnessT]):
    """A statement about one critical point, to be proved."""

    @cached_property
    def at_center(self) -> Any:
        """The `Evaluator` of the landscape at the statement's center."""
        return self._evaluator(point(self.statement.center))

    @cached_property
    def region(self) -> Any:
        """The `Evaluator` of the landscape over a box that contains the statement's region."""
        return self._evaluator(box(self.statement.center, self.statement.radius))

    def value_at(self, where: Matrix) -> arb:
        """The loss at an exact point."""
        return self._evaluator(point(where)).value()

    def hessian(self, landscape: Evaluator) -> IntervalMatrix:
        """The Hessian everywhere that the evaluator stands for, in the arithmetic of the tier."""
        if self.trust == "arb" or not isinstance(landscape, TeacherStudent):
            return BallMatrix(landscape.hessian())
        from verify.checker.float64 import environment, memory, teacher_student

        refusal = memory.refusal(landscape.neurons * landscape.input_dimension)
        if refusal is not None:
            raise Open(refusal, Reason.OUT_OF_MEMORY)
        missing = environment.unavailable_for(landscape.neurons * landscape.input_dimension)
        if missing is not None:
            raise Open(missing, Reason.MISSING_SOFTWARE)
        return teacher_student.hessian(landscape)

    def input_dimension_matrix(self, landscape: TeacherStudent) -> IntervalMatrix:
        """The Hessian's block for a new input coordinate, in the arithmetic of the tier."""
        if self.trust == "arb":
            return BallMatrix(landscape.input_dimension_matrix)
        from verify.checker.float64.interval_matrix import Float64Matrix

        return Float64Matrix.from_balls(landscape.input_dimension_matrix)

    def _evaluator(self, where: Balls) -> Evaluator:
        landscape = self.statement.landscape
        evaluator: Evaluator = EVALUATORS[type(landscape)](landscape, where, self.check_time)
        return evaluator
