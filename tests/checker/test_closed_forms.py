"""Rules without numbers of their own, `antiparallel-teachers` and `equal-students`: against the loss itself."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.corpus.forge import seal
from verify import TeacherStudent
from verify.checker.public import Certificate, Rejected, Verified, parse, prove


def verdict(teacher: dict[str, Any], neurons: int, name: str, activation: Any = "relu", **more: Any) -> Any:
    landscape = {"kind": "small-teacher-student", "activation": activation, "teacher": teacher, "neurons": neurons}
    statement = {"landscape": landscape, "property": name, **more}
    document = {"format": "landscape-verify-certificate/1", "statement": statement, "witness": {"precision": 64}}
    return prove(Certificate.read(parse(json.dumps(seal(document)).encode())))


def change_across(a: Fraction, c: Fraction, share: Fraction, step: float) -> float:
    """How much higher the loss is where the two students, in the plane, move apart across the teachers' line."""
    students = np.array([[-float(share * c), step], [-float((1 - share) * c), -step]])
    loss = TeacherStudent("relu", np.array([[float(a), 0.0], [-float(c), 0.0]]))
    return float(loss.value(students)) - float(a) ** 2 / 4


SIZES = [Fraction(1, 3), Fraction(1), Fraction(3)]
SHARES = [Fraction(share, 20) for share in (-3, 0, 1, 3, 5, 8, 10, 17, 20)]


@pytest.mark.parametrize("sign", [1, -1])
def test_antiparallel_students_are_a_minimum_where_the_loss_rises_across(sign: int) -> None:
    """2 (a + c) r_1 r_2 > a c^2 or <: the loss rises or falls with the third power of the step."""
    found = {True: 0, False: 0}
    for a, c, share in product(SIZES, SIZES, SHARES):
        point = [[str(-sign * share * c)], [str(-sign * (1 - share) * c)]]
        teacher = {"rows": [[str(sign * a)], [str(-sign * c)]]}
        verified = isinstance(verdict(teacher, 2, "suboptimal-local-minimum", point=point), Verified)
        found[verified] += 1
        if 0 < share < 1 and 2 * (a + c) * share * (1 - share) != a:
            assert verified == (change_across(a, c, share, 0.01 * float(c)) > 0), (a, c, share)
        else:
            assert not verified
    assert min(found.values()) > 10


@pytest.mark.parametrize("activation", ["relu", "erf", {"leaky-relu": "1/2"}, {"leaky-relu": "0"}])
def test_equal_students_need_as_many_orthonormal_teachers_and_relu(activation: Any) -> None:
    for k, n in product(range(1, 4), range(1, 4)):
        given = {"rows": [[str(int(i == j)) for j in range(k)] for i in range(k)]}
        for teacher in ({"orthonormal": k}, given):
            right = activation in ("relu", {"leaky-relu": "0"}) and k == n >= 2 and teacher is not given
            found = verdict(teacher, n, "saddle-of-equal-students", activation)
            assert isinstance(found, Verified if right else Rejected), (k, n, teacher)


@pytest.mark.parametrize("k", [2, 3, 7])
def test_the_saddle_of_equal_students_is_where_the_sentence_says(k: int) -> None:
    x = (np.sqrt(k - 1) - np.arccos(1 / np.sqrt(k)) + np.pi) / (k * np.pi)
    loss, students = TeacherStudent("relu", np.eye(k)), np.full((k, k), x)
    assert np.abs(np.asarray(loss.gradient(students))).max() < 1e-12
    apart = np.zeros((k, k))
    apart[0, 0], apart[1, 0] = 1e-3, -1e-3
    assert loss.value(students + apart) < loss.value(students) < loss.value(1.01 * students)
