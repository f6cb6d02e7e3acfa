"""Statement: all critical points among the students that permutations leave alone, as many as orthonormal teachers."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.exact import reach
from verify.checker.core.limits import MAX_COVER_ZEROS
from verify.checker.core.schema import exactly
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import witness_of
from verify.checker.statements.cover_witness import CoverWitness, FoundPoint, cover, found_points
from verify.checker.statements.landscape import AboutEveryDimension
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape
from verify.checker.statements.two_neurons import SPURIOUS, WORDS, counted

PROPERTY = "symmetric-critical-points-complete"


@dataclass(frozen=True, slots=True)
class SymmetricCriticalPoints(AboutEveryDimension[TeacherStudentLandscape]):
    """A complete list of critical points with w_i = a v_i + b (the sum of the other v_j)."""

    points: tuple[FoundPoint, ...]
    """The center of each is the row a, b."""

    def claim(self) -> str:
        """What is said of it."""
        within = reach(max(point.radius for point in self.points))
        count, spurious = len(self.points), sum(point.what == SPURIOUS for point in self.points)
        none = "every local minimum among them is global" if not spurious else f"no other is {WORDS[SPURIOUS][0]}"
        return (
            f"has, among the students w_i = a v_i + b (sum of the other v_j) other than 0, exactly {count} critical "
            f"point{'s' * (count != 1)}: {counted(self.points)}, each (a, b) within {within} of the given one in each "
            f"entry; {none}, and the student 0 is no local minimum"
        )


POINTS = Row("points", found_points(lambda known: (1, 2), 1, MAX_COVER_ZEROS, *WORDS))
STATEMENT = statement_of(SymmetricCriticalPoints, SMALL, PROPERTY, POINTS)
WITNESS = witness_of(CoverWitness, Row("covers", exactly(1, cover(1))))
