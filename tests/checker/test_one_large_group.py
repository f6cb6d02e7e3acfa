"""Symmetric students: gradient, loss and Hessian blocks against the dense evaluator, and series against balls."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from flint import arb, ctx

from verify.checker.arithmetic import ball
from verify.checker.dual import Dual
from verify.checker.landscapes.one_large_group import Block, OneLargeGroup
from verify.checker.landscapes.teacher_student import TeacherStudent
from verify.checker.series import Domain
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape

TYPES = {
    "type A": (OneLargeGroup(0, 0), ["-7/10", "1/4"]),
    "type II": (OneLargeGroup(1, 1), ["49/50", "-1/30", "1/4", "1/7", "-3/5"]),
    "one neuron more": (OneLargeGroup(1, 2), ["49/50", "-1/30", "1/4", "1/7", "-3/5", "1/9", "1/5"]),
    "two fixed coordinates": (
        OneLargeGroup(2, 2),
        ["49/50", "-1/30", "1/4", "1/5", "1/7", "-3/5", "1/8", "1/9", "1/6", "-2/3"],
    ),
}
CASES = [(name, m) for name in TYPES for m in (5, 6, 7)]


def dense(type_: OneLargeGroup, m: int, values: list[Fraction]) -> list[list[Fraction]]:
    """The student as a matrix, written out from its description."""
    f = type_.fixed_coordinates
    (a, b, *c), rest = values[: 2 + f], values[2 + f :]
    rows = [[a if i == j else b for j in range(m)] + c for i in range(m)]
    for start in range(0, len(rest), 1 + f):
        d, *e = rest[start : start + 1 + f]
        rows.append([d] * m + e)
    return rows


def landscape(name: str, m: int) -> tuple[OneLargeGroup, list[Fraction], TeacherStudent]:
    type_, texts = TYPES[name]
    values = list(map(Fraction, texts))
    W = dense(type_, m, values)
    k = m + type_.fixed_coordinates
    teacher = tuple(tuple(Fraction(int(i == j)) for j in range(k)) for i in range(k))
    spec = TeacherStudentLandscape(RELU, teacher, True, len(W))
    return type_, values, TeacherStudent(spec, [[ball(x) for x in row] for row in W])


@pytest.mark.parametrize(("name", "m"), CASES)
def test_loss_and_gradient_are_those_of_the_dense_evaluator(name: str, m: int) -> None:
    with ctx.workprec(128):
        type_, values, full = landscape(name, m)
        student = type_.student(m, list(map(ball, values)))
        assert abs(student.value() - full.value()) < 1e-30
        gradient, expected = student.gradient(), full.gradient()
        column = lambda group: 0 if group == 0 else m + group - 1  # noqa: E731
        for row, group, own in type_.entries:
            i = 0 if row == 0 else m + row - 1
            j = 0 if own else 1 if row == group == 0 else column(group)
            assert abs(gradient[row, group, own] - expected[i][j]) < 1e-30


@pytest.mark.parametrize(("name", "m"), CASES)
def test_the_blocks_have_the_spectrum_of_the_dense_hessian(name: str, m: int) -> None:
    with ctx.workprec(128):
        type_, values, full = landscape(name, m)
        balls = list(map(ball, values))
        every = range(len(balls))
        duals = [Dual(value, tuple(arb(int(i == j)) for j in every)) for i, value in enumerate(balls)]
        gradient = type_.student(m, duals).gradient()
        jacobian = [list(gradient[entry].partials) for entry in type_.entries]
        blocks = [
            (type_.trivial(m, jacobian, [arb(1)] * len(balls)), 1),
            (type_.standard(m, balls), m - 1),
            (type_.symmetric(m, balls), m * (m - 3) // 2),
            (type_.antisymmetric(m, balls), (m - 1) * (m - 2) // 2),
        ]
        assert np.abs(repeated(blocks) - spectrum(full.hessian().tolist())).max() < 1e-12
        student = type_.student(m, balls)
        trivial, standard = type_.input_dimension_blocks(m, student)
        M = full.input_dimension_matrix.tolist()
        assert np.abs(repeated([(trivial, 1), (standard, m - 1)]) - spectrum(M)).max() < 1e-12


def floats(rows: list[list[object]]) -> np.ndarray:
    return np.array([[float(arb(entry).mid()) for entry in row] for row in rows])


def spectrum(matrix: list[list[object]]) -> np.ndarray:
    return np.linalg.eigvalsh(floats(matrix))


def repeated(blocks: list[tuple[Block, int]]) -> np.ndarray:
    """All eigenvalues of the blocks, with their multiplicities."""
    found: list[float] = []
    for (_, form, gram), copies in blocks:
        left = floats(form)
        assert np.abs(left - left.T).max() < 1e-12, "the form of a symmetric operator"
        found += list(scipy.linalg.eigh(left, floats(gram))[0]) * copies
    return np.array(sorted(found))


UNKNOWNS = {
    "type A": ([[-1, 0, 2], [0, 0, 2]], [4, 4], ["-3/2", "-3/4"]),
    "type II": ([[1], [0], [0, 0, 2], [0], [-1]], [4, 4, 4, 2, 2], ["5/2", "-5/4", "-9/2", "5/4", "21/4"]),
}


def entries(block: Block) -> Iterator[object]:
    for rows in (block.form, block.gram):
        for row in rows:
            yield from row


@pytest.mark.parametrize("name", UNKNOWNS)
@pytest.mark.parametrize("k", [100, 1_000, 10**6])
def test_series_enclose_what_balls_give_at_one_k(name: str, k: int) -> None:
    """One code path, two arithmetics: the cancelled series against the uncancelled numbers."""
    with ctx.workprec(400):
        type_, _ = TYPES[name]
        leading, exponents, unknowns = UNKNOWNS[name]
        domain, place = Domain(arb(0.1), 24), 1 / arb(k).sqrt()
        numbers = [ball(Fraction(text)) for text in unknowns]
        series = [
            domain.series(start) + domain.series([u], e)
            for start, u, e in zip(leading, numbers, exponents, strict=True)
        ]
        values = [x.over(place) for x in series]
        k_series, m = domain.series([1], -2), k - type_.fixed_coordinates
        m_series = k_series - type_.fixed_coordinates
        uniform, single = type_.student(m_series, series), type_.student(m, values)
        for x, y in zip(uniform.gradient().values(), single.gradient().values(), strict=True):
            assert x.low >= 2
            assert x.over(place).overlaps(y)
            assert x.over(place).rad() < 1e-9
        loss = uniform.value()
        assert loss.low == (2 if name == "type II" else 0)
        assert loss.over(place).overlaps(single.value())
        for build in ("standard", "symmetric", "antisymmetric"):
            pair = zip(
                entries(getattr(type_, build)(m_series, series)), entries(getattr(type_, build)(m, values)), strict=True
            )
            for x, y in pair:
                found = (domain.series([1]) * x).over(place)
                assert found.overlaps(arb(y))
                assert found.rad() < 1e-6 * k


def test_parallel_neurons_are_not_enclosed() -> None:
    """Rows 1 and 2 are parallel: the formulas read 0/0 there, and nothing finite may come out."""
    student = OneLargeGroup(0, 0).student(6, [arb(1), arb(1)])
    assert not all(entry.is_finite() for entry in student.gradient().values())
    zero = OneLargeGroup(0, 0).student(6, [arb(0, 0.1), arb(0, 0.1)])
    assert not any(entry.is_finite() for entry in zero.gradient().values())
