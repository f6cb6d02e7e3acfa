"""Statements about all nearly orthonormal teachers at once, and so about nearly all random ones."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from verify.checker.core.exact import Matrix, at_least, at_most, exactly, reach
from verify.checker.core.limits import MAX_FRACTIONS, MAX_NEURONS, MAX_UNKNOWNS
from verify.checker.core.schema import POSITIVE, Constant, Count, Known, ListOf, where, whole
from verify.checker.core.statement import Statement
from verify.checker.core.table import Refusal, Row, Table, values
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.critical_point import KINDS
from verify.checker.statements.landscape import region
from verify.checker.statements.teacher_student import LOSS, RELU, TeacherStudentLandscape, identity

KIND = "nearly-orthonormal-teachers"
PROPERTY = "spurious-local-minimum"
DIGITS = 32
"""Of the distance: it is used in both directions, so it is printed as it is unless it is longer than this."""


class RandomTeachers(NamedTuple):
    """How many random teachers are near enough to an orthonormal one."""

    fraction: Fraction
    """Between 0 and 1: of independent teacher neurons, uniform on the unit sphere, all but this fraction are."""
    input_dimension: int
    """In every input dimension from this one on."""


@dataclass(frozen=True, slots=True)
class NearlyOrthonormalTeachers(Statement):
    """A spurious minimum near the center for every teacher whose Gram matrix is near the identity."""

    center: Matrix
    """(n, k), in coordinates in which the teacher is the square root of its Gram matrix."""
    radius: Fraction
    """How far the minimum may be from the center: a Euclidean distance in R^(n k)."""
    distance: Fraction
    """Of the teacher's Gram matrix from the identity, in the Frobenius norm: between 0 and 1."""
    hessian_lower_bound: Fraction
    """Every eigenvalue of the Hessian is at least this, everywhere within the radius."""
    loss_lower_bound: Fraction
    """Positive: the loss at the minimum is at least this."""
    random_teachers: tuple[RandomTeachers, ...]
    property: str = PROPERTY

    @builtins.property
    def neurons(self) -> int:
        """n, of the student."""
        return len(self.center)

    @builtins.property
    def teachers(self) -> int:
        """k, the teacher's neurons."""
        return len(self.center[0])

    @builtins.property
    def orthonormal(self) -> TeacherStudentLandscape:
        """The landscape in the middle: that of the teacher e_1, ..., e_k."""
        return TeacherStudentLandscape(RELU, identity(self.teachers), True, self.neurons)

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"a region of teachers: k = {self.teachers}, n = {self.neurons}, every input dimension d >= k"

    definition = (
        f"{LOSS.format(RELU.describe())}; G is the Gram matrix of the teacher, G_ij = v_i.v_j, and | |_F the "
        "Frobenius norm; the given point is a student in orthonormal coordinates of which the first k are those "
        "in which the teacher is G^(1/2)"
    )
    """What the sentence's words stand for."""

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        k, distance = self.teachers, exactly(self.distance, DIGITS)
        random = "".join(
            f" For every d >= {_whole(near)}, if v_1, ..., v_{k} are independent and uniform on the unit sphere, "
            f"|G - I|_F is larger than {distance or at_most(self.distance)} with probability at most "
            f"{exactly(near.fraction) or at_most(near.fraction)}."
            for near in self.random_teachers
        )
        near = distance or at_least(self.distance)
        return (
            f"For every d >= {k} and every teacher of {k} neurons in R^d with |G - I|_F <= {near}, the population loss "
            f"of {self.neurons} {RELU.describe()} student neurons has {KINDS[PROPERTY]}, "
            f"within {reach(self.radius)} of the given point, with loss >= {at_least(self.loss_lower_bound)} and "
            f"Hessian eigenvalues >= {at_least(self.hessian_lower_bound)}.{random}"
        )


def _whole(near: RandomTeachers) -> str:
    return at_most(Fraction(near.input_dimension), 9)


def _teachers(known: Known) -> int:
    return int(known["teachers"])


def _shape(known: Known) -> tuple[int, int]:
    return known["neurons"], known["teachers"]


def _too_many(known: Known) -> str | None:
    n, k = _shape(known)
    if n + k > MAX_NEURONS or n * k > MAX_UNKNOWNS:
        return f"{n} student and {k} teacher neurons are more than {MAX_NEURONS}"
    return None


def _made(neurons: int, teachers: int, **values: Any) -> NearlyOrthonormalTeachers:
    """The sizes are those of the center."""
    return NearlyOrthonormalTeachers(**values)


_FRACTION = where(POSITIVE, lambda number: number < 1, "must be below 1")
_TEACHER = Table.of(values, Row("neurons", Count(2, MAX_NEURONS), into="teachers"), Row("distance", _FRACTION))
_LANDSCAPE = Table.of(
    values,
    Row("kind", Constant(KIND)),
    Row("activation", Constant("relu")),
    Row("teacher", _TEACHER),
    Row("neurons", Count(1, MAX_NEURONS)),
    Refusal("neurons", _too_many),
)
_DIMENSION = whole(_teachers, "must be an integer, at least {least}")
_RANDOM = Table.of(
    RandomTeachers,
    Row("fraction", _FRACTION),
    Row("input_dimension", Table.of(values, Row("at_least", _DIMENSION, into="input_dimension"))),
)
STATEMENT = Table.of(
    _made,
    Row("landscape", _LANDSCAPE),
    Row("property", Constant(PROPERTY)),
    Row("input_dimension", Table.of(values, Row("at_least", Count(_teachers, _teachers), into="teachers"))),
    region("ball", _shape),
    Row("hessian_lower_bound", POSITIVE),
    Row("loss_lower_bound", POSITIVE),
    Row("random_teachers", ListOf(_RANDOM, 0, MAX_FRACTIONS)),
)


@dataclass(frozen=True, slots=True)
class NearbyWitness(Witness):
    """Bounds for the orthonormal teacher, at the center; both are proved."""

    eigenvalue: Fraction
    """lambda: every eigenvalue of the Hessian is at least this."""
    response: Fraction
    """c: to first order the minimum moves by at most c |D|_F when the teacher moves by a symmetric D."""


WITNESS = witness_of(NearbyWitness, Row("eigenvalue", POSITIVE), Row("response", POSITIVE))
