"""The tier `float64` as an arithmetic: which matrices it makes, and when it refuses to."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat, fmpq

from verify.checker.core.codes import Reason
from verify.checker.core.interval_matrix import BALLS, Curved, Form, IntervalMatrix
from verify.checker.core.outcome import Open
from verify.checker.float64 import descent, environment, memory, programs, teacher_student
from verify.checker.float64.interval_matrix import Float64Matrix
from verify.checker.losses.one_hidden_layer import OneHiddenLayer, Parameters
from verify.checker.losses.teacher_student import TeacherStudent


class Float64Arithmetic:
    """Verified floating point for what is large: Hessians of teacher-student landscapes, semidefinite programs, runs.

    All else is in balls, which this tier trusts too.
    """

    def hessian(self, loss: Curved) -> IntervalMatrix:
        """Assembled in float64. Raises Open where there is too little memory, or a package is missing."""
        if not isinstance(loss, TeacherStudent):
            return BALLS.hessian(loss)
        self._prepare(loss.neurons * loss.input_dimension)
        return teacher_student.hessian(loss)

    def matrix(self, balls: arb_mat) -> IntervalMatrix:
        """Rounded outward."""
        return Float64Matrix.from_balls(balls)

    def is_definite(self, rows: Sequence[Sequence[fmpq]], margin: arb) -> bool:
        """By one factorisation, or by inverse factors in balls."""
        return programs.is_definite(rows, margin)

    def distance(self, rows: Sequence[Form], defect: Sequence[fmpq]) -> arb | None:
        """By a factorisation of the Gram matrix. Raises Open for want of memory, or of a package."""
        self._prepare(len(rows), "Gram matrix", 4)
        return programs.distance(rows, defect)

    def descent(self, loss: OneHiddenLayer, start: Parameters, step: arb, steps: int) -> descent.Run | None:
        """Of tanh units with a fixed output layer, all numbers being doubles."""
        return descent.follow(loss, start, step, steps)

    def _prepare(self, unknowns: int, what: str = "Hessian", copies: int | None = None) -> None:
        if (refusal := memory.refusal(unknowns, what, copies)) is not None:
            raise Open(refusal, Reason.OUT_OF_MEMORY)
        if (missing := environment.unavailable_for(unknowns)) is not None:
            raise Open(missing, Reason.MISSING_SOFTWARE)
