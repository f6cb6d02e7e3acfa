"""Statements about all nearly orthonormal teachers at once, and so about nearly all random ones."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from verify.checker.core.exact import Matrix, at_least, at_most, exactly, reach
from verify.checker.core.limits import MAX_FRACTIONS, MAX_NEURONS, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import KINDS, read_sign
from verify.checker.statements.teacher_student import LOSS, RELU, TeacherStudentLandscape, identity

KIND = "nearly-orthonormal-teachers"
PROPERTY = "spurious-local-minimum"
_DIGITS = 32
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

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return (
            f"{LOSS.format(RELU.describe())}; G is the Gram matrix of the teacher, G_ij = v_i.v_j, and | |_F the "
            "Frobenius norm; the given point is a student in orthonormal coordinates of which the first k are those "
            "in which the teacher is G^(1/2)"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        k, distance = self.teachers, exactly(self.distance, _DIGITS)
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

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        random = "".join(
            f", all but a fraction of {exactly(near.fraction) or at_most(near.fraction)} from d = {_whole(near)} on"
            for near in self.random_teachers
        )
        distance = exactly(self.distance, _DIGITS) or at_least(self.distance)
        return f"{PROPERTY} (|G - I|_F <= {distance}, d >= {self.teachers}){random}"


def read_statement(field: Field) -> NearlyOrthonormalTeachers:
    """Read a certificate's `statement`."""
    names = ["landscape", "property", "input_dimension", "region", "hessian_lower_bound", "loss_lower_bound"]
    parts = field.fields([*names, "random_teachers"])
    landscape = parts["landscape"].fields(["kind", "activation", "teacher", "neurons"])
    landscape["kind"].text(KIND)
    landscape["activation"].text("relu")
    teacher = landscape["teacher"].fields(["neurons", "distance"])
    k = teacher["neurons"].count(2, MAX_NEURONS)
    n = landscape["neurons"].count(1, MAX_NEURONS)
    if n + k > MAX_NEURONS or n * k > MAX_UNKNOWNS:
        landscape["neurons"].fail(f"{n} student and {k} teacher neurons are more than {MAX_NEURONS}")
    parts["property"].text(PROPERTY)
    parts["input_dimension"].fields(["at_least"])["at_least"].count(k, k)
    region = parts["region"].fields(["shape", "center", "radius"])
    region["shape"].text("ball")
    random = parts["random_teachers"].items(0, MAX_FRACTIONS)
    return NearlyOrthonormalTeachers(
        region["center"].matrix(n, k),
        read_sign(region["radius"]),
        _read_between_0_and_1(teacher["distance"]),
        read_sign(parts["hessian_lower_bound"]),
        read_sign(parts["loss_lower_bound"]),
        tuple(_read_random(entry, k) for entry in random),
    )


def _read_random(field: Field, k: int) -> RandomTeachers:
    parts = field.fields(["fraction", "input_dimension"])
    dimension = parts["input_dimension"].fields(["at_least"])["at_least"]
    least = dimension.number()  # it may have more digits than a JSON integer
    if least.denominator != 1 or least < k:
        dimension.fail(f"must be an integer, at least {k}")
    return RandomTeachers(_read_between_0_and_1(parts["fraction"]), int(least))


def _read_between_0_and_1(field: Field) -> Fraction:
    number = read_sign(field)
    if number >= 1:
        field.fail("must be below 1")
    return number


def _whole(near: RandomTeachers) -> str:
    return at_most(Fraction(near.input_dimension), 9)
