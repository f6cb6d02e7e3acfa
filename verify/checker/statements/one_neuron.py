"""Statement: the gradient of one neuron's loss points away from the teacher, everywhere."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.schema import exactly
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import witness_of
from verify.checker.statements.cover_witness import CoverWitness, cover
from verify.checker.statements.landscape import AboutEveryDimension
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

PROPERTY = "one-point-monotone"


@dataclass(frozen=True, slots=True)
class OnePointMonotone(AboutEveryDimension[TeacherStudentLandscape]):
    """<grad F(w), w - v> > 0 at every w other than 0 and v."""

    @builtins.property
    def scope(self) -> str:
        """All students, in every input dimension."""
        return f"all students: {self.landscape.scope(every_dimension=True)}"

    def claim(self) -> str:
        """What is said of it."""
        return (
            "has <grad F(w), w - v> > 0 at every w other than 0 and the teacher v: v is the only critical point other "
            "than 0 and the only local minimum, and the gradient flow from every w converges to v, unless w is v times "
            "a number <= 0"
        )


STATEMENT = statement_of(OnePointMonotone, SMALL, PROPERTY)
WITNESS = witness_of(CoverWitness, Row("covers", exactly(1, cover(1))))
