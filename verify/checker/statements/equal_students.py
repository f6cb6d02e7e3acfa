"""Statement: as many equal students as teachers, along the sum of an orthonormal teacher, are a strict saddle."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.statement import statement_of
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.landscape import AboutEveryDimension
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

PROPERTY = "saddle-of-equal-students"


@dataclass(frozen=True, slots=True)
class SaddleOfEqualStudents(AboutEveryDimension[TeacherStudentLandscape]):
    """The critical point with w_1 = ... = w_k = x (v_1 + ... + v_k)."""

    def claim(self) -> str:
        """What is said of it."""
        k = len(self.landscape.teacher)
        return (
            f"has a critical point at which every student is x times "
            f"the sum of the teacher's neurons, x = (sqrt({k - 1}) - arccos(1/sqrt({k})) + pi) / ({k} pi), and the "
            f"Hessian there has a negative eigenvalue and a positive one: a saddle"
        )


STATEMENT = statement_of(SaddleOfEqualStudents, SMALL, PROPERTY)
WITNESS = PRECISION_ALONE
