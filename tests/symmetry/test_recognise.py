"""A shuffled student is recognised: its groups, its name, and its values again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from verify.checker.core.symmetry import Symmetry
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.symmetry import SymmetricStudent, critical_point
from verify.producer.symmetry.families import TYPE_II
from verify.producer.symmetry.recognise import as_symmetric, isotropy

CASES = {
    "S_7 x S_1": (7, 1),
    "S_6 x S_2": (6, 2),
    "S_8": (8,),
    "S_4 x S_3 x S_1": (4, 3, 1),
    "S_3 x S_3": (3, 3),
    "S_5 x S_2 + 2": (5, 2),
    "S_1 x S_1 x S_1": (1, 1, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_shuffled(name: str) -> None:
    symmetry = Symmetry(CASES[name], int(name[-1]) if "+" in name else 0)
    random = np.random.default_rng(5)
    values = random.normal(size=len(symmetry.orbits))
    W = SymmetricStudent(symmetry, tuple(map(Fraction, values))).dense()
    shuffled = W[random.permutation(len(W))][:, random.permutation(W.shape[1])]
    found = isotropy(shuffled)
    assert found.name == name
    again = as_symmetric(shuffled, found).dense()
    np.testing.assert_allclose(np.linalg.svd(again)[1], np.linalg.svd(W)[1], atol=1e-12)
    landscape = ReLUTeacherStudent.orthonormal(W.shape[1])
    assert float(landscape.value(again)) == pytest.approx(float(landscape.value(W)))


def test_no_row_of_its_own() -> None:
    assert isotropy(np.ones((3, 3))).name == "S_3 (not row by row)"
    assert isotropy(np.ones((2, 2))).symmetry is None
    with pytest.raises(ValueError, match="not of the form"):
        as_symmetric(np.ones((3, 3)), isotropy(np.ones((3, 3))))


def test_a_point_of_the_dense_search() -> None:
    student = critical_point(Symmetry((6, 2), 0), TYPE_II.start((6, 2)))
    assert isotropy(student.dense()[::-1]).name == "S_6 x S_2"
    assert isotropy(student.dense() + 1e-3 * np.random.default_rng(0).normal(size=(8, 8))).name == " x ".join(
        ["S_1"] * 8
    )
