"""Statement: two students at a local minimum that is not global, for two teachers of opposite directions."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import Matrix, written
from verify.checker.core.schema import matrix
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.landscape import AboutEveryDimension
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

PROPERTY = "suboptimal-local-minimum"


@dataclass(frozen=True, slots=True)
class SuboptimalStudents(AboutEveryDimension[TeacherStudentLandscape]):
    """A local minimum, not strict, at a given student, which is not global."""

    point: Matrix
    """(n, d), rows are neurons."""

    def claim(self) -> str:
        """What is said of it."""
        where = ", ".join(written(entry) for row in self.point for entry in row)
        return (
            f"has a local minimum that is neither strict nor global "
            f"at the students of entries {where}, padded with zeros"
        )


STATEMENT = statement_of(
    SuboptimalStudents, SMALL, PROPERTY, Row("point", matrix(lambda known: known["landscape"].shape))
)
WITNESS = PRECISION_ALONE
