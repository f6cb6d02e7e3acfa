"""Symmetric students: gradient, loss and Hessian blocks against the dense evaluator, and series against balls."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from flint import arb, ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.checker.core.balls import ball
from verify.checker.core.dual import Dual
from verify.checker.core.series import Domain
from verify.checker.losses.angles import change_of_angle
from verify.checker.losses.block_symmetric import BlockSymmetricReLU
from verify.checker.losses.one_large_group import OneLargeGroup, Pencil
from verify.checker.losses.teacher_student import TeacherStudent
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


def repeated(blocks: list[tuple[Pencil, int]]) -> np.ndarray:
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
    "one neuron more": (
        [[1], [0], [0, 0, 2], [0], [0], [0], [-1]],
        [3, 4, 3, 2, 1, 2, 1],
        ["-9/16", "-13/8", "5/16", "15/16", "-11/8", "11/16", "35/32"],
    ),
}
FIRST_POWERS = {"type A": (2, 0), "type II": (2, 2), "one neuron more": (1, 2)}
"""With which powers of s the gradient and the loss begin, whatever the unknowns are."""


def entries(block: Pencil) -> Iterator[object]:
    for rows in (block.form, block.gram):
        for row in rows:
            yield from row


@pytest.mark.parametrize("name", UNKNOWNS)
@pytest.mark.parametrize("k", [256, 1_000, 10**6])
def test_series_enclose_what_balls_give_at_one_k(name: str, k: int) -> None:
    """One code path, two arithmetics: the cancelled series against the uncancelled numbers."""
    with ctx.workprec(400):
        type_, _ = TYPES[name]
        leading, exponents, unknowns = UNKNOWNS[name]
        least, power = FIRST_POWERS[name]
        domain, place = Domain(arb(1 / 16), 24), 1 / arb(k).sqrt()
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
            assert x.low >= least
            assert x.over(place).overlaps(y)
            assert x.over(place).rad() < 1e-9
        loss = uniform.value()
        assert loss.low == power
        assert loss.over(place).overlaps(single.value())
        for build in ("standard", "symmetric", "antisymmetric"):
            pair = zip(
                entries(getattr(type_, build)(m_series, series)), entries(getattr(type_, build)(m, values)), strict=True
            )
            for x, y in pair:
                found = (domain.series([1]) * x).over(place)
                assert found.overlaps(arb(y))
                assert found.rad() < 1e-6 * k


def one_neuron_more(s0: float, polynomials: list[list[Fraction]], split: int = 0) -> BlockSymmetricReLU:
    """The student whose unknowns are polynomials in s, on (0, s0]."""
    domain, (leading, exponents, _) = Domain(arb(s0), 24), UNKNOWNS["one neuron more"]
    values = [
        domain.series(start) + domain.series([ball(x) for x in polynomial], e)
        for start, polynomial, e in zip(leading, polynomials, exponents, strict=True)
    ]
    return TYPES["one neuron more"][0].student(domain.series([1], -2) - 1, values, split)


changes = st.lists(st.fractions(-1, 1, max_denominator=64), min_size=2, max_size=2)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(changes, min_size=7, max_size=7), st.integers(256, 10**9), st.sampled_from([0, 2]))
def test_relative_angles_are_those_of_the_neurons(moves: list[list[Fraction]], k: int, split: int) -> None:
    """pi - t, |v| sin t and w.v against what the cosine gives at one k, in balls of 400 bits."""
    with ctx.workprec(400):
        place = 1 / arb(k).sqrt()
        unknowns = map(Fraction, UNKNOWNS["one neuron more"][2])
        polynomials = [[x + first / 4, *rest] for x, (first, *rest) in zip(unknowns, moves, strict=True)]
        student = one_neuron_more(1 / 16, polynomials, split)
        relative = 0
        for row, other in student.pairs:
            angle = student.among(row, other)
            inner, norm, length = (
                x.over(place) for x in (student._inner(row, other), student.norms[row], student.norms[other])
            )
            t = (inner / (norm * length)).acos()
            sine, rest, product = angle.sine, angle.rest, angle.inner
            if angle.base is not None:
                relative += 1
                cell, taught = student.with_teacher(row)[angle.base]
                sine, rest = sine + taught.sine, rest + angle.turn * taught.rest
                product = product + angle.turn * cell.value
                assert product.over(place).overlaps(inner)
                assert angle.sine.low >= 1 + (other != len(student.classes) - 1)
            assert sine.over(place).overlaps(length * t.sin())
            assert (rest.over(place) + angle.quarters * arb.pi() / 2).overlaps(arb.pi() - t)
            # Near the end of the interval the remainder is as wide as the moves make it.
            assert k < 1024 or max(sine.over(place).rad(), rest.over(place).rad()) < 1e-6
        assert relative == 2 + split, "the vanishing row's angles with the other rows, and no others"


@pytest.mark.parametrize(("slope", "enclosed"), [("35/32", True), ("40", False)])
def test_a_row_that_leaves_its_limit_is_not_enclosed(slope: str, enclosed: bool) -> None:
    """The last row is -1 + 40 s in the last coordinate: at s = 1/16 it has turned round."""
    with ctx.workprec(200):
        *others, _ = map(Fraction, UNKNOWNS["one neuron more"][2])
        student = one_neuron_more(1 / 16, [[x] for x in (*others, Fraction(slope))])
        assert all(x.is_finite for x in student.gradient().values()) is enclosed


components = st.lists(st.fractions(-2, 2, max_denominator=32), min_size=3, max_size=3)


@settings(max_examples=examples(150), deadline=None)
@given(components, components)
def test_the_change_of_an_angle_is_enclosed_below_a_right_angle(w: list[Fraction], v: list[Fraction]) -> None:
    """With e = (1, 0, 0), any w and v: against the arc cosines; NaN where the change is no arc sine of its sine."""
    assume(any(v) and any(w[1:]))
    e = [Fraction(1), Fraction(0), Fraction(0)]
    with ctx.workprec(200):

        def dot(x: list[Fraction], y: list[Fraction]) -> arb:
            return ball(sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0)))

        def angle(x: list[Fraction]) -> arb:
            return (dot(w, x) / (dot(w, w) * dot(x, x)).sqrt()).acos()

        d = [x - y for x, y in zip(v, e, strict=True)]
        height, length, expected = dot(w[1:], w[1:]).sqrt(), dot(v, v).sqrt(), angle(v) - angle(e)
        assume(not expected.is_nan())  # parallel neurons, by rounding
        rise, change = change_of_angle(dot(w, w), dot(w, e), height, dot(w, d), dot(v, v) - 1, length)
        if not rise.is_nan():
            assert rise.overlaps(dot(w, w).sqrt() * (length * angle(v).sin() - angle(e).sin()))
        if abs(expected) < arb.pi() / 2 - 1e-20 and not rise.is_nan():
            assert change.overlaps(expected)
            assert change.rad() < 1e-20
        if not abs(expected) < arb.pi() / 2:
            assert change.is_nan()


def test_parallel_neurons_are_not_enclosed() -> None:
    """Rows 1 and 2 are parallel: the formulas read 0/0 there, and nothing finite may come out."""
    student = OneLargeGroup(0, 0).student(6, [arb(1), arb(1)])
    assert not all(entry.is_finite() for entry in student.gradient().values())
    zero = OneLargeGroup(0, 0).student(6, [arb(0, 0.1), arb(0, 0.1)])
    assert not any(entry.is_finite() for entry in zero.gradient().values())
