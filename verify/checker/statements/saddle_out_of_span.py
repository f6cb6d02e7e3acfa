"""Statement: a critical point out of the teacher's span near a given one, which has a negative eigenvalue."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, reach
from verify.checker.core.schema import vector, where
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import AboutEveryDimension, region
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

PROPERTY = "saddle-out-of-span"


@dataclass(frozen=True, slots=True)
class SaddleOutOfSpan(AboutEveryDimension[TeacherStudentLandscape]):
    """The one critical point in a box of students."""

    center: Matrix
    """(n, d), rows are neurons."""
    radius: Fraction
    """Of the largest difference of an entry."""

    def claim(self) -> str:
        """What is said of it; the printed bound is rounded so that it stays true."""
        return (
            f"has a critical point, with every entry within "
            f"{reach(self.radius)} of the given point's, at which a student is out of the span of the teacher, and the "
            f"Hessian there has a negative eigenvalue and a positive one: a saddle"
        )


@dataclass(frozen=True, slots=True)
class PerpendicularWitness(Witness):
    """Along which a student is out of the span."""

    perpendicular: tuple[Fraction, ...]
    """(d): perpendicular to each teacher."""


STATEMENT = statement_of(SaddleOutOfSpan, SMALL, PROPERTY, region("box"))
_ANY = vector(lambda known: known["statement"].landscape.shape[1])
WITNESS = witness_of(PerpendicularWitness, Row("perpendicular", where(_ANY, any, "is zero")))
