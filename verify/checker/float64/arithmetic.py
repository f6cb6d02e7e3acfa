"""The tier `float64` as an arithmetic: which matrices it makes, and when it refuses to."""

from __future__ import annotations

from flint import arb_mat

from verify.checker.core.codes import Reason
from verify.checker.core.interval_matrix import BALLS, Curved, IntervalMatrix
from verify.checker.core.outcome import Open
from verify.checker.float64 import environment, memory, teacher_student
from verify.checker.float64.interval_matrix import Float64Matrix
from verify.checker.losses.teacher_student import TeacherStudent


class Float64Arithmetic:
    """Verified floating point for teacher-student landscapes; all else is in balls, which this tier trusts too."""

    def hessian(self, loss: Curved) -> IntervalMatrix:
        """Assembled in float64. Raises Open where there is too little memory, or a package is missing."""
        if not isinstance(loss, TeacherStudent):
            return BALLS.hessian(loss)
        unknowns = loss.neurons * loss.input_dimension
        if (refusal := memory.refusal(unknowns)) is not None:
            raise Open(refusal, Reason.OUT_OF_MEMORY)
        if (missing := environment.unavailable_for(unknowns)) is not None:
            raise Open(missing, Reason.MISSING_SOFTWARE)
        return teacher_student.hessian(loss)

    def matrix(self, balls: arb_mat) -> IntervalMatrix:
        """Rounded outward."""
        return Float64Matrix.from_balls(balls)
