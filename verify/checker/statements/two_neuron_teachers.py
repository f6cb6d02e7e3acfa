"""Statements: no spurious minimum of two students, or exactly one, for every teacher of two neurons in a region."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import written
from verify.checker.core.limits import MAX_TUBE_TERMS
from verify.checker.core.schema import BOUNDS, NUMBER, POSITIVE, Choice, Constant, Leaf, ListOf, exactly, where
from verify.checker.core.statement import Statement, statement_of
from verify.checker.core.subdivision import Subdivision, read_tree
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.cover_witness import CoverWitness, cover
from verify.checker.statements.teacher_student import LOSS

KIND, NO_SPURIOUS, ONE_SPURIOUS = "two-neuron-teachers", "no-spurious-minimum", "one-spurious-minimum"
SPURIOUS = "spurious-minimum"
PROPERTIES = (NO_SPURIOUS, ONE_SPURIOUS, SPURIOUS)
Range = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class TwoNeuronTeachers:
    """Two ReLU students, and all teachers of two neurons whose norms and angle are in given ranges."""

    ratios: Range
    """Of the norms; a ratio of 0 is none."""
    angles: Range
    """Between them, in radians."""

    def describe(self) -> str:
        """In words."""
        (a, b), (c, e) = (map(written, ends) for ends in (self.ratios, self.angles))
        start = "[" if self.ratios[0] > 0 else "("
        return (
            f"2 ReLU student neurons and a teacher of 2 neurons, with a ratio of their norms in {start}{a}, {b}] "
            f"and an angle between them in [{c}, {e}] radians"
        )


@dataclass(frozen=True, slots=True)
class StatementOfTeachers(Statement):
    """One property, for each of the teachers: every local minimum is global, or all but one, or one is not."""

    landscape: TwoNeuronTeachers
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        students = "" if self.property == SPURIOUS else "all students, "
        return f"{students}a region of teachers, every input dimension d >= 2: {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return LOSS.format("ReLU")

    def sentence(self) -> str:
        """The statement in words."""
        subject = f"For every d >= 2, the population loss of {self.landscape.describe()}, has"
        if self.property == SPURIOUS:
            return f"{subject} a strict local minimum that is not global."
        if self.property == NO_SPURIOUS:
            return (
                f"{subject} no local minimum that is not global, differentiable there or not; every critical point "
                f"without zero neuron that is not global has a negative eigenvalue of the Hessian."
            )
        return (
            f"{subject}, up to exchanging the students, exactly one local minimum that is not global, differentiable "
            f"there or not, and it is strict; every other critical point without zero neuron that is not global has a "
            f"negative eigenvalue of the Hessian."
        )


RANGE = where(BOUNDS, lambda ends: ends[0] > 0, "must be positive")
FROM_ZERO = where(BOUNDS, lambda ends: ends[1] > 0 <= ends[0], "must not be negative, and the largest positive")


def _statement(name: str) -> Table[StatementOfTeachers]:
    landscape = Table.of(
        TwoNeuronTeachers,
        Row("kind", Constant(KIND)),
        Row("activation", Constant("relu")),
        Row("ratios", FROM_ZERO if name == SPURIOUS else RANGE),
        Row("angles", RANGE),
    )
    return statement_of(StatementOfTeachers, landscape, name)


@dataclass(frozen=True, slots=True)
class Tube:
    """For each teacher a box that has one zero of the equations."""

    center: tuple[tuple[tuple[Fraction, ...], ...], ...]
    """Of each unknown: coefficients of powers of the ratio, and in each row of powers of the angle, both less the
    middle of the region."""
    radii: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class TubeWitness(Witness):
    """A tube, and the pieces of the region on which it is proved to have one zero."""

    tube: Tube
    cells: Subdivision


@dataclass(frozen=True, slots=True)
class TubesWitness(CoverWitness):
    """A cover, and the same; the unknowns are the directions x and y."""

    tube: Tube
    cells: Subdivision


POLYNOMIAL = ListOf(ListOf(NUMBER, 1, MAX_TUBE_TERMS), 1, MAX_TUBE_TERMS)


def _tube(unknowns: int) -> tuple[Row, Row]:
    """A tube and its cells."""
    tube = Table.of(Tube, Row("center", exactly(unknowns, POLYNOMIAL)), Row("radii", exactly(unknowns, POSITIVE)))
    return Row("tube", tube), Row("cells", Leaf("tree of a cover", lambda field, known: read_tree(field, 2, 1)))


STATEMENT = Variants("property", {name: _statement(name) for name in PROPERTIES})
_COVERS = Row("covers", exactly(1, cover(4)))
WITNESS = Choice(
    {
        NO_SPURIOUS: witness_of(CoverWitness, _COVERS),
        ONE_SPURIOUS: witness_of(TubesWitness, _COVERS, *_tube(2)),
        SPURIOUS: witness_of(TubeWitness, *_tube(4)),
    },
    lambda field, known: str(known["statement"].property),
)
