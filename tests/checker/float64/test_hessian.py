"""The Hessian in float64 encloses the one in balls: at the center, over the region, and at random students in it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given
from hypothesis import strategies as st

from tests.checker.conftest import CRITICAL_POINTS, certificate_of
from verify.checker.core.balls import box, point
from verify.checker.evaluators import TeacherStudent
from verify.checker.float64.interval_matrix import Float64Matrix
from verify.checker.float64.teacher_student import hessian
from verify.checker.statements.teacher_student import Activation, TeacherStudentLandscape

Rows = list[list[Fraction]]
ENTRIES = st.integers(-8, 8).map(lambda m: Fraction(m, 3))


def distance(enclosure: Float64Matrix, exact: arb_mat) -> tuple[float, float]:
    """Bounds of the spectral norm, about, and of the largest row sum of the difference, for thin balls."""
    size = len(enclosure.midpoint)
    lower = np.tril(enclosure.midpoint)
    symmetric = lower + np.tril(lower, -1).T
    difference = np.array(
        [[float((exact[i, j] - arb(float(symmetric[i, j]))).mid()) for j in range(size)] for i in range(size)]
    )
    return float(np.linalg.norm(difference, 2)), float(np.abs(difference).sum(axis=1).max())


def assert_encloses(landscape: TeacherStudentLandscape, center: Rows, radius: Fraction, students: list[Rows]) -> None:
    with ctx.workprec(128):
        exact_center = tuple(map(tuple, center))
        enclosure = hessian(TeacherStudent(landscape, box(exact_center, radius)))
        for student in students:
            exact = TeacherStudent(landscape, point(tuple(map(tuple, student)))).hessian()
            if not all(entry.is_finite() and float(entry.rad()) < 1e-20 for entry in exact.entries()):
                continue  # parallel neurons: the enclosure in balls is wide too
            spectral, rows = distance(enclosure, exact)
            assert spectral <= enclosure.spread * (1 + 1e-9)
            assert rows <= enclosure.row_spread * (1 + 1e-9)


@pytest.mark.parametrize("path", CRITICAL_POINTS, ids=lambda path: path.stem)
def test_of_each_valid_certificate(path: object) -> None:
    statement = certificate_of(path).statement
    random = np.random.default_rng(0)
    inside = []
    for _ in range(6):
        signs = random.choice([-1, 1], (len(statement.center), len(statement.center[0])))
        inside.append(
            [
                [entry + int(sign) * statement.radius for entry, sign in zip(row, row_signs, strict=True)]
                for row, row_signs in zip(statement.center, signs, strict=True)
            ]
        )
    assert_encloses(statement.landscape, [list(row) for row in statement.center], statement.radius, inside)


@given(st.data())
def test_of_random_landscapes(data: st.DataObject) -> None:
    d, n, k = (data.draw(st.integers(1, 3)) for _ in range(3))
    name = data.draw(st.sampled_from(["erf", "leaky-relu"]))
    activation = Activation(name, data.draw(ENTRIES) if name == "leaky-relu" else Fraction(0))

    def rows(count: int) -> Rows:
        row = st.lists(ENTRIES, min_size=d, max_size=d).filter(any)
        return data.draw(st.lists(row, min_size=count, max_size=count))

    teacher, center = rows(k), rows(n)
    radius = data.draw(st.sampled_from([Fraction(0), Fraction(1, 10**12), Fraction(1, 1000)]))
    fractions = st.lists(st.fractions(-1, 1, max_denominator=8), min_size=n * d, max_size=n * d)
    moves = data.draw(fractions)
    student = [[center[i][j] + radius * moves[i * d + j] for j in range(d)] for i in range(n)]
    landscape = TeacherStudentLandscape(activation, tuple(map(tuple, teacher)), False, n)
    assert_encloses(landscape, center, radius, [center, student])


def test_parallel_neurons_are_bounded_as_a_whole() -> None:
    """At parallel neurons the second derivatives of the kernel are infinite; the blocks are not."""
    landscape = TeacherStudentLandscape(Activation("leaky-relu"), ((Fraction(1), Fraction(0)),), False, 2)
    center = ((Fraction(2), Fraction(0)), (Fraction(1), Fraction(0)))
    with ctx.workprec(128):
        radii = Fraction(0), Fraction(1, 10**6)
        at_center, near = (hessian(TeacherStudent(landscape, box(center, radius))) for radius in radii)
        exact = TeacherStudent(landscape, point(center)).hessian()
    assert distance(at_center, exact)[0] <= at_center.spread < 1e-14
    assert at_center.spread < near.spread < 1e-2


def test_a_neuron_that_may_vanish_gives_no_enclosure() -> None:
    landscape = TeacherStudentLandscape(Activation("leaky-relu"), ((Fraction(1), Fraction(0)),), False, 1)
    with ctx.workprec(128):
        enclosure = hessian(TeacherStudent(landscape, box(((Fraction(0), Fraction(0)),), Fraction(1))))
    assert not np.isfinite(enclosure.spread)
    assert not enclosure.is_at_least(Fraction(1, 1000))
