"""Statement: no spurious minimum of two students, for every teacher of two neurons in a region."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import written
from verify.checker.core.schema import BOUNDS, Constant, exactly, text, where
from verify.checker.core.statement import Statement
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION
from verify.checker.statements.cover_witness import CoverWitness, cover
from verify.checker.statements.teacher_student import LOSS

KIND, NO_SPURIOUS = "two-neuron-teachers", "no-spurious-minimum"
PROPERTIES = (NO_SPURIOUS,)
Range = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class TwoNeuronTeachers:
    """Two ReLU students, and all teachers of two neurons whose norms and angle are in given ranges."""

    ratios: Range
    """Of the norms."""
    angles: Range
    """Between them, in radians."""

    def describe(self) -> str:
        """In words."""
        (a, b), (c, e) = (map(written, ends) for ends in (self.ratios, self.angles))
        return (
            f"2 ReLU student neurons and a teacher of 2 neurons, with a ratio of their norms in [{a}, {b}] and an "
            f"angle between them in [{c}, {e}] radians"
        )


@dataclass(frozen=True, slots=True)
class StatementOfTeachers(Statement):
    """One property, for each of the teachers: every local minimum is global."""

    landscape: TwoNeuronTeachers
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"all students, a region of teachers, every input dimension d >= 2: {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return LOSS.format("ReLU")

    def sentence(self) -> str:
        """The statement in words."""
        return (
            f"For every d >= 2, the population loss of {self.landscape.describe()}, has no local minimum that is not "
            f"global, differentiable there or not; every critical point without zero neuron that is not global has a "
            f"negative eigenvalue of the Hessian."
        )


RANGE = where(BOUNDS, lambda ends: ends[0] > 0, "must be positive")
LANDSCAPE = Table(
    TwoNeuronTeachers,
    (
        Row("kind", Constant(KIND)),
        Row("activation", Constant("relu")),
        Row("ratios", RANGE),
        Row("angles", RANGE),
    ),
)
STATEMENT = Table(StatementOfTeachers, (Row("landscape", LANDSCAPE), Row("property", text(*PROPERTIES))))
WITNESS = Table(CoverWitness, (PRECISION, Row("covers", exactly(1, cover(4)))))
