"""Theorems about few neurons whose hypotheses are inequalities between rational numbers: on both sides of each."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.statements import antiparallel_teachers as two_students
from verify.checker.statements import saddle_out_of_span as saddles
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape
from verify.checker.theorems.antiparallel_teachers import antiparallel_teachers
from verify.checker.theorems.saddle_out_of_span import _prove_out_of_span

Vector = tuple[Fraction, ...]


def relu(teacher: tuple[Vector, ...], neurons: int) -> TeacherStudentLandscape:
    return TeacherStudentLandscape(RELU, teacher, False, neurons)


# antiparallel-teachers: r_1 + r_2 = c and 2 (a + c) r_1 r_2 > a c^2


def is_proved(teachers: tuple[Fraction, Fraction], students: tuple[Fraction, Fraction]) -> bool:
    (first, second), (one, other) = teachers, students
    landscape = relu(((first,), (second,)), 2)
    statement = two_students.SuboptimalStudents(landscape, two_students.PROPERTY, ((one,), (other,)))
    try:
        antiparallel_teachers(Task(statement, Witness(64)))
    except Refuted:
        return False
    return True


def loss(students: np.ndarray, teachers: np.ndarray) -> float:
    """1/2 E (sum_i relu(w_i . x) - sum_j relu(v_j . x))^2 by the arc-cosine kernel."""
    vectors, signs = np.concatenate([students, teachers]), np.array([1, 1, -1, -1])
    sizes = np.linalg.norm(vectors, axis=1)
    x, y = vectors.T
    angles = np.abs(np.arctan2(np.outer(x, y) - np.outer(y, x), vectors @ vectors.T))
    kernel = sizes[:, None] * sizes * (np.sin(angles) + (np.pi - angles) * np.cos(angles)) / (2 * np.pi)
    return float(signs @ kernel @ signs / 2)


def rises(a: Fraction, c: Fraction, r: Fraction) -> bool:
    """The students -r and -(c - r), pulled apart to both sides of the line."""
    teachers = np.array([[float(a), 0.0], [-float(c), 0.0]])
    along = [-float(r), -float(c - r)]
    apart = 2.0**-7 * float(min(r, c - r))
    here, there = (np.array([[along[0], y], [along[1], -y]]) for y in (0.0, apart))
    return loss(there, teachers) > loss(here, teachers)


def test_two_students_of_antiparallel_teachers_are_a_minimum_just_where_the_loss_rises() -> None:
    """For teachers a and -c: proved if r (c - r) is above a c^2 / 2 (a + c), where the loss rises off the line."""
    draw, found = random.Random(4), set()
    for _ in range(60):
        a, c, r = Fraction(draw.randint(1, 24), 8), Fraction(draw.randint(1, 24), 8), Fraction(draw.randint(1, 31), 32)
        share = 2 * (a + c) * r * (1 - r) / a
        if abs(share - 1) < Fraction(1, 20):
            continue
        students = -r * c, -(1 - r) * c
        found.add(share > 1)
        assert is_proved((a, -c), students) is (share > 1) is rises(a, c, r * c)
        turned = -students[0], -students[1]
        assert is_proved((-a, c), turned) is is_proved((c, -a), turned) is (share > 1)
        assert is_proved((-c, a), students) is (share > 1)
    assert found == {True, False}


def test_at_equality_nothing_is_proved_of_two_students() -> None:
    """a = c = 1 and r_1 = r_2 = 1/2: 2 (a + c) r_1 r_2 = 1 = a c^2."""
    half, tiny = Fraction(1, 2), Fraction(1, 10**9)
    assert not is_proved((Fraction(1), Fraction(-1)), (-half, -half))
    assert is_proved((Fraction(1) - tiny, Fraction(-1)), (-half, -half))


@pytest.mark.parametrize(
    ("teachers", "students"),
    [
        (("1/10", "-1"), ("-1/2", "-1/3")),  # they do not add up
        (("1/10", "-1"), ("1/2", "1/2")),  # towards the other teacher
        (("1/10", "-1"), ("-3/2", "1/2")),  # on both sides
        (("1/10", "-1"), ("-1", "0")),  # one is 0
        (("1/10", "1"), ("1/2", "1/2")),  # the teachers have one direction
    ],
)
def test_what_two_students_must_be(teachers: tuple[str, str], students: tuple[str, str]) -> None:
    half = Fraction(1, 2)
    assert is_proved((Fraction(1, 10), Fraction(-1)), (-half, -half))
    a, c, one, other = map(Fraction, (*teachers, *students))
    assert not is_proved((a, c), (one, other))


# saddle-out-of-span: u perpendicular to the teachers, and |u . c_i| > r (|u_1| + ... + |u_d|)

TEACHER = ((Fraction(1), Fraction(2), Fraction(0)),)
ACROSS = (Fraction(2), Fraction(-1), Fraction(3))
"""Perpendicular to it; the sum of the sizes is 6."""


def decided(center: Vector, radius: Fraction, direction: Vector = ACROSS) -> str:
    """The neuron that is out of the span, of this one and of one in the span."""
    inside = (Fraction(3), Fraction(6), Fraction(0))
    statement = saddles.SaddleOutOfSpan(relu(TEACHER, 2), saddles.PROPERTY, (inside, center), radius)
    task = Task(statement, saddles.PerpendicularWitness(64, direction))
    _prove_out_of_span(task)
    [met] = task.met
    return met.measured


@pytest.mark.parametrize("sign", [1, -1])
def test_a_neuron_is_out_of_the_span_if_its_product_is_larger_than_the_box_reaches(sign: int) -> None:
    """u . (1, -2, 1) = 7 in a box of 6 r; the corner -r sign(u) of the box of r = 7/6 is in the span."""
    center, radius, tiny = (Fraction(sign), Fraction(-2 * sign), Fraction(sign)), Fraction(7, 6), Fraction(1, 10**9)
    assert decided(center, radius - tiny) == "neuron 1"
    with pytest.raises(Open, match="the direction's products may all be 0"):
        decided(center, radius)
    corner = [c - sign * radius * (1 if u > 0 else -1) for c, u in zip(center, ACROSS, strict=True)]
    assert sum(u * x for u, x in zip(ACROSS, corner, strict=True)) == 0


def test_the_direction_is_perpendicular_to_the_teacher_exactly() -> None:
    center, radius = (Fraction(1), Fraction(-2), Fraction(1)), Fraction(1, 100)
    with pytest.raises(Refuted, match="not perpendicular to teacher 0"):
        decided(center, radius, (Fraction(2) + Fraction(1, 10**30), Fraction(-1), Fraction(3)))
