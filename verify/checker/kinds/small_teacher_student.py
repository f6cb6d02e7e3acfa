"""The kinds of statements about small teachers: all students at once, or points in closed form; by property."""

from __future__ import annotations

from verify.checker.core.facts import Fact
from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind
from verify.checker.statements import antiparallel_teachers as antiparallel
from verify.checker.statements import equal_students as equal
from verify.checker.statements import one_neuron as one
from verify.checker.statements import saddle_out_of_span as out_of_span
from verify.checker.statements import symmetric_students as symmetric
from verify.checker.statements import two_neurons as two
from verify.checker.statements.cover_witness import CoverWitness
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.checker.theorems.antiparallel_teachers import antiparallel_teachers
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.equal_students import equal_students
from verify.checker.theorems.one_neuron import one_neuron
from verify.checker.theorems.saddle_out_of_span import saddle_out_of_span
from verify.checker.theorems.symmetric_students import symmetric_students
from verify.checker.theorems.two_neurons import two_neurons
from verify.checker.theorems.two_on_spheres import two_on_spheres


def _too_large(landscape: TeacherStudentLandscape) -> str | None:
    rows, columns = landscape.shape
    return beyond(("{} unknowns are", rows * columns, ARB_UNKNOWNS))


def _two(task: Task[two.CoverStatement, CoverWitness]) -> Fact:
    return two_on_spheres(task) if task.statement.domain == two.SPHERES else two_neurons(task)


# A cover is not too large beforehand: its number of pieces is limited where it is proved.
TWO_NEURONS = Kind(two.STATEMENT, two.WITNESS, _two)
ONE_NEURON = Kind(one.STATEMENT, one.WITNESS, one_neuron)
ANTIPARALLEL_TEACHERS = Kind(antiparallel.STATEMENT, antiparallel.WITNESS, antiparallel_teachers)
EQUAL_STUDENTS = Kind(equal.STATEMENT, equal.WITNESS, equal_students)
SYMMETRIC_STUDENTS = Kind(symmetric.STATEMENT, symmetric.WITNESS, symmetric_students)
OUT_OF_SPAN = Kind(
    out_of_span.STATEMENT,
    out_of_span.WITNESS,
    saddle_out_of_span,
    too_large=lambda statement: _too_large(statement.landscape),
    task=CriticalPointTask,
)

SMALL_TEACHER_STUDENT: dict[str, Kind] = {
    **dict.fromkeys(two.PROPERTIES, TWO_NEURONS),
    one.PROPERTY: ONE_NEURON,
    antiparallel.PROPERTY: ANTIPARALLEL_TEACHERS,
    equal.PROPERTY: EQUAL_STUDENTS,
    out_of_span.PROPERTY: OUT_OF_SPAN,
    symmetric.PROPERTY: SYMMETRIC_STUDENTS,
}
