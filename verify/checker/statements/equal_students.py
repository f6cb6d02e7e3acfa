"""Statement: as many equal students as teachers, along the sum of an orthonormal teacher, are a strict saddle."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.schema import text
from verify.checker.core.statement import Statement
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

PROPERTY = "saddle-of-equal-students"


@dataclass(frozen=True, slots=True)
class SaddleOfEqualStudents(Statement):
    """The critical point with w_1 = ... = w_k = x (v_1 + ... + v_k)."""

    landscape: TeacherStudentLandscape
    property: str

    @builtins.property
    def scope(self) -> str:
        """One k, in every input dimension."""
        return self.landscape.scope(every_dimension=True)

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words."""
        k = len(self.landscape.teacher)
        return (
            f"{self.landscape.subject(every_dimension=True)} has a critical point at which every student is x times "
            f"the sum of the teacher's neurons, x = (sqrt({k - 1}) - arccos(1/sqrt({k})) + pi) / ({k} pi), and the "
            f"Hessian there has a negative eigenvalue and a positive one: a saddle."
        )


STATEMENT = Table(SaddleOfEqualStudents, (Row("landscape", SMALL), Row("property", text(PROPERTY))))
WITNESS = PRECISION_ALONE
