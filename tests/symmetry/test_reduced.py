"""Newton's method among symmetric students, and the certificates that come of it."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest

from verify.checker import Verified
from verify.checker.core.symmetry import Symmetry
from verify.checker.front.session import prove
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.statements.teacher_student import Activation
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.prover import NotCertified
from verify.producer.symmetry import SymmetricStudent, certificate, critical_point
from verify.producer.symmetry.families import TYPE_II
from verify.producer.symmetry.reduced import loss


def type_ii(k: int) -> SymmetricStudent:
    return critical_point(Symmetry((k - 1, 1), 0), TYPE_II.start((k - 1, 1)))


def test_newton_reaches_a_critical_point_of_the_dense_landscape() -> None:
    student = type_ii(9)
    landscape = ReLUTeacherStudent.orthonormal(9)
    assert np.abs(landscape.gradient(student.dense())).max() < 1e-14
    assert loss(student) == pytest.approx(float(landscape.value(student.dense())))


def test_newton_says_when_it_does_not_converge() -> None:
    with pytest.raises(NotCertified, match="Newton's method"):
        critical_point(Symmetry((3,), 0), [1e9, -1e9])
    with pytest.raises(NotCertified, match="is singular"):
        critical_point(Symmetry((3,), 0), [0, 0])  # no neuron, so no derivative


@pytest.mark.parametrize("k", [6, 7, 100, 10**6, 999_999_999])
def test_a_certificate_for_any_size(k: int) -> None:
    start = TYPE_II.start((k - 1, 1)) if k > 6 else [0.9867, -0.0504, 0.3080, 0.2245, -0.6015]
    student = critical_point(Symmetry((k - 1, 1), 0), start)
    statement = certificate([student], {}).read().statement
    assert isinstance(statement, SymmetricPoints)
    (point,) = statement.points
    assert point.property == "spurious-local-minimum"
    assert point.every_dimension
    assert point.splits
    assert float(point.loss[0]) == pytest.approx(loss(student), rel=1e-9)


def test_a_million_costs_what_ten_costs() -> None:
    def seconds(k: int) -> float:
        read = certificate([type_ii(k)], {}).read()
        times = []
        for _ in range(5):
            start = time.process_time()
            assert isinstance(prove(read), Verified)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(10**6) < 4 * seconds(10)


def test_the_values_and_the_dense_student() -> None:
    student = SymmetricStudent(Symmetry((2, 1), 1), tuple(map(Fraction, (1, 2, 3, 4, 5, 6, 7))))
    np.testing.assert_array_equal(student.dense(), [[1, 2, 3], [2, 1, 3], [4, 4, 5], [6, 6, 7]])


def test_a_degenerate_point_is_not_certified() -> None:
    # erf with two neurons too many: the extra ones can be exchanged for each other at no cost.
    zeros = SymmetricStudent(Symmetry((1,), 2), (Fraction(1), Fraction(0), Fraction(0)), Activation("erf"))
    with pytest.raises(NotCertified, match="singular"):
        certificate([zeros], {})
