"""Statements about all critical points, or all local minima, of two students and two teachers."""

from __future__ import annotations

import builtins
from collections import Counter
from dataclasses import dataclass

from verify.checker.core.exact import reach
from verify.checker.core.limits import MAX_COVER_ZEROS
from verify.checker.core.schema import Known, ListOf, text
from verify.checker.core.statement import Statement, statement_of
from verify.checker.core.table import Row, Variants
from verify.checker.core.witness import witness_of
from verify.checker.statements.cover_witness import CoverWitness, FoundPoint, cover, found_points
from verify.checker.statements.teacher_student import SMALL, TeacherStudentLandscape

COMPLETE, NO_SPURIOUS = "critical-points-complete", "no-spurious-minimum"
PROPERTIES = (COMPLETE, NO_SPURIOUS)
EVERYWHERE, SPHERES = "everywhere", "unit-spheres"
GLOBAL, SPURIOUS, NEGATIVE = "global-minimum", "spurious-minimum", "negative-curvature"
WORDS = {
    GLOBAL: ("a global minimum", "global minima"),
    SPURIOUS: ("a strict local minimum that is not global", "strict local minima that are not global"),
    NEGATIVE: ("one with a negative eigenvalue of the Hessian", "with a negative eigenvalue of the Hessian"),
}
UNKNOWNS = {EVERYWHERE: (2,), SPHERES: (2, 3)}
"""Of the covers: in the plane of the teacher; on spheres also out of it."""


@dataclass(frozen=True, slots=True)
class CoverStatement(Statement):
    """What is claimed of all critical points at once."""

    landscape: TeacherStudentLandscape
    property: str
    domain: str
    """EVERYWHERE or SPHERES."""

    @builtins.property
    def scope(self) -> str:
        """One teacher, every input dimension, all students."""
        students = "all students of norm 1" if self.domain == SPHERES else "all students"
        return f"{students}: {self.landscape.scope(every_dimension=True)}"

    @builtins.property
    def definition(self) -> str:
        """The loss, and where."""
        where = ", on the product of the unit spheres |w_i| = 1" if self.domain == SPHERES else ""
        return f"{self.landscape.definition}{where}"

    @builtins.property
    def subject(self) -> str:
        """The beginning of the sentence."""
        where = " on the product of unit spheres" if self.domain == SPHERES else ""
        return f"{self.landscape.subject(every_dimension=True)}{where}"


@dataclass(frozen=True, slots=True)
class NoSpuriousMinimum(CoverStatement):
    """Every local minimum is global, and more."""

    def sentence(self) -> str:
        """The statement in words."""
        return f"{self.subject} has no local minimum that is not global{self._others()}."

    def _others(self) -> str:
        if self.domain == SPHERES:
            return (
                ", and every critical point that is not global has a negative eigenvalue of the Hessian along the "
                "spheres"
            )
        return (
            ", differentiable there or not; every critical point without zero neuron that is not global has a negative "
            "eigenvalue of the Hessian"
        )


@dataclass(frozen=True, slots=True)
class CriticalPointsComplete(CoverStatement):
    """A complete list of critical points, up to exchanging the students."""

    points: tuple[FoundPoint, ...]

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        within = reach(max(point.radius for point in self.points))
        count = len(self.points)
        listed = f"exactly {count} critical point{'s' * (count != 1)}"
        each = f"{self.counted()}, each within {within} of the given one in each entry"
        if self.domain == SPHERES:
            return (
                f"{self.subject} has, up to exchanging the students and to orthogonal maps that leave the teacher as "
                f"it is, {listed} (those with a third coordinate for d >= 3): {each}."
            )
        return (
            f"{self.subject} has, up to exchanging the students, {listed} in the plane of the teacher without a zero "
            f"neuron and without two neurons of one direction: {each}. Every other critical point without zero neuron "
            f"has a negative eigenvalue of the Hessian, and a point with a zero neuron is no local minimum."
        )

    def counted(self) -> str:
        """How many points of each kind, in words."""
        return counted(self.points, " along the spheres" if self.domain == SPHERES else "")


def counted(points: tuple[FoundPoint, ...], where: str = "") -> str:
    """How many points of each kind, in words; `where`: along which directions a Hessian is negative."""
    counts = Counter(point.what for point in points)
    return ", ".join(
        (WORDS[kind][0] if counts[kind] == 1 else f"{counts[kind]} {WORDS[kind][1]}") + where * (kind == NEGATIVE)
        for kind in WORDS
        if counts[kind]
    )


def _shape(known: Known) -> tuple[int, int]:
    rows, columns = known["landscape"].shape
    return rows, 3 if known["domain"] == SPHERES else columns


def _unknowns(known: Known) -> tuple[int, ...]:
    return UNKNOWNS[known["statement"].domain]


def _count(known: Known) -> int:
    return len(_unknowns(known))


POINTS = Row("points", found_points(_shape, 1, MAX_COVER_ZEROS, *WORDS))
DOMAIN = Row("domain", text(EVERYWHERE, SPHERES))
STATEMENT = Variants(
    "property",
    {
        NO_SPURIOUS: statement_of(NoSpuriousMinimum, SMALL, NO_SPURIOUS, DOMAIN),
        COMPLETE: statement_of(CriticalPointsComplete, SMALL, COMPLETE, DOMAIN, POINTS),
    },
)
COVERS = ListOf(cover(lambda known: _unknowns(known)[len(known["before"])]), _count, _count)
WITNESS = witness_of(CoverWitness, Row("covers", COVERS))
