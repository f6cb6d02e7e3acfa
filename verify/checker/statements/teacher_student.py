"""The landscape of a student network and a teacher with Gaussian input, as a certificate describes it."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from verify.checker.core.exact import Matrix, written
from verify.checker.core.limits import MAX_NEURONS, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import NUMBER, Choice, Constant, Count, Known, Leaf, Unless, vector, where
from verify.checker.core.table import Refusal, Row, Table
from verify.checker.losses.kernels import SMOOTH, smooth
from verify.checker.statements.words import plural


@dataclass(frozen=True, slots=True)
class Activation:
    """sigma: the name of a smooth one, or "leaky-relu" with its slope on the negative half-line; ReLU has slope 0."""

    name: str
    slope: Fraction = Fraction(0)

    @builtins.property
    def is_smooth(self) -> bool:
        """The dual kernel is smooth for all w and v, so that the loss is too, at zero neurons as well."""
        return self.name in SMOOTH

    @builtins.property
    def vanishes_at_zero(self) -> bool:
        """sigma(0) = 0, so that a zero neuron computes the zero function."""
        return smooth(self.name).vanishes_at_zero if self.is_smooth else True

    def describe(self) -> str:
        """Its name in a sentence, with its formula where the name is not one."""
        if self.is_smooth:
            formula = smooth(self.name).formula
            return self.name if formula == f"{self.name}(z)" else f"{self.name} (sigma(z) = {formula})"
        return f"leaky ReLU (slope {written(self.slope)})" if self.slope else "ReLU"


KIND = "population-teacher-student"
RELU = Activation("leaky-relu")
LOSS = (
    "the population loss is F(w_1, ..., w_n) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d), "
    "students w_i and teachers v_j in R^d, sigma = {}"
)


@dataclass(frozen=True, slots=True)
class TeacherStudentLandscape:
    """F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2, x ~ N(0, I), over students W of `neurons` rows."""

    activation: Activation
    teacher: Matrix
    """(k, d), rows are the teacher's neurons."""
    orthonormal: bool
    """The teacher is e_1, ..., e_k, given as such."""
    neurons: int

    @builtins.property
    def input_dimension(self) -> int:
        """Columns of the teacher and of the student as written in the certificate."""
        return len(self.teacher[0])

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return LOSS.format(self.activation.describe())

    @builtins.property
    def shape(self) -> tuple[int, int]:
        """Of a student."""
        return self.neurons, self.input_dimension

    def setting(self, *, every_dimension: bool = False) -> str:
        """The input dimensions meant."""
        return f"d {'>=' if every_dimension else '='} {self.input_dimension}"

    def subject(self, *, every_dimension: bool = False) -> str:
        """The beginning of a sentence about it."""
        every = "every " if every_dimension else ""
        return f"For {every}{self.setting(every_dimension=every_dimension)}, the population loss of {self.describe()}"

    def scope(self, *, every_dimension: bool = False) -> str:
        """What a proof about it covers: one landscape, in one or in every input dimension."""
        setting = self.setting(every_dimension=every_dimension)
        every = "every input dimension " if every_dimension else ""
        return f"one instance: k = {len(self.teacher)}, n = {self.neurons}, {every}{setting}"

    def describe(self) -> str:
        """Teacher and student in words, without the input dimension."""
        teacher = plural(len(self.teacher), f"{'orthonormal' if self.orthonormal else 'given'} neuron")
        return f"{plural(self.neurons, f'{self.activation.describe()} student neuron')} and a teacher of {teacher}"


def identity(order: int) -> Matrix:
    """The teacher e_1, ..., e_k."""
    return tuple(tuple(Fraction(int(i == j)) for j in range(order)) for i in range(order))


def _read_name(field: Field, known: Known) -> Activation:
    name = field.text()
    if name == "relu":
        return RELU
    if name not in SMOOTH:
        names = '"relu", "erf", {"leaky-relu": SLOPE}, and the smooth ones of docs/CERTIFICATE.md'
        field.fail(f"{name[:40]!r} is not known; known: {names}")
    return Activation(name)


ACTIVATION: Choice[str, Activation] = Choice(
    {
        "name": Leaf("name of an activation", _read_name),
        "slope": Table.of(partial(Activation, "leaky-relu"), Row("leaky-relu", NUMBER, into="slope")),
    },
    lambda field, known: "slope" if isinstance(field.content, dict) else "name",
)


class Teacher(NamedTuple):
    """The teacher's neurons, and whether they are given as orthonormal ones."""

    neurons: Matrix
    orthonormal: bool


_NEURON = where(vector(lambda known: known["columns"]), any, "a teacher neuron is zero")


def read_rows(field: Field, known: Known) -> Teacher:
    """A matrix of at least one row and one column, none of whose rows is zero, when it is not too large."""
    rows = field.items(1, MAX_UNKNOWNS)
    columns = len(rows[0].items(1, MAX_UNKNOWNS))
    if (reason := _too_many(len(rows), columns)) is not None:
        field.fail(reason)
    return Teacher(tuple(_NEURON.read(row, {"columns": columns}) for row in rows), False)


TEACHER = Choice(
    {
        "rows": Table.of(lambda rows: rows, Row("rows", Leaf("rows of a teacher", read_rows))),
        "orthonormal": Table.of(
            lambda orthonormal: Teacher(identity(orthonormal), True),
            Row("orthonormal", Unless(Count(1, MAX_UNKNOWNS), lambda order, known: _too_many(order, order))),
        ),
    },
    lambda field, known: "rows" if isinstance(field.content, dict) and "rows" in field.content else "orthonormal",
)


def _too_many(rows: int, columns: int) -> str | None:
    return f"{rows} x {columns} unknowns are more than {MAX_UNKNOWNS}" if rows * columns > MAX_UNKNOWNS else None


def _too_many_neurons(known: Known) -> str | None:
    neurons, teacher = known["neurons"], known["teacher"].neurons
    if neurons + len(teacher) > MAX_NEURONS:
        return f"{neurons} student and {len(teacher)} teacher neurons are more than {MAX_NEURONS}"
    return None


def _made(activation: Activation, teacher: Teacher, neurons: int) -> TeacherStudentLandscape:
    return TeacherStudentLandscape(activation, teacher.neurons, teacher.orthonormal, neurons)


LANDSCAPE = Table.of(
    _made,
    Row("kind", Constant(KIND)),
    Row("activation", ACTIVATION),
    Row("teacher", TEACHER),
    Row("neurons", Count(1, MAX_UNKNOWNS)),
    Refusal("neurons", lambda known: _too_many(known["neurons"], len(known["teacher"].neurons[0]))),
    Refusal("neurons", _too_many_neurons),
)
SMALL = replace(LANDSCAPE, rows=(Row("kind", Constant("small-teacher-student")), *LANDSCAPE.rows[1:]))
"""For statements about all students at once."""
