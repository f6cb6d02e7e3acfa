"""Signs of eigenvalues: never more than exact arithmetic counts, and all of them where they are well separated.

Oracle: a symmetric matrix has real eigenvalues only, so Descartes' rule is sharp: as many
are positive as its characteristic polynomial, computed exactly, has changes of sign.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq
from hypothesis import example, given
from hypothesis import strategies as st

from verify.checker.core import definiteness
from verify.checker.core.definiteness import (
    has_negative_minor,
    is_positive_definite,
    negative_eigenvalues,
    positive_eigenvalues,
    shifted,
)

Rows = list[list[Fraction]]

ENTRIES = st.integers(-6, 6).map(Fraction) | st.fractions(-2, 2, max_denominator=64)
RADII = st.sampled_from([Fraction(0), Fraction(1, 10**9), Fraction(1, 100), Fraction(1, 3)])


def symmetric(entries: st.SearchStrategy[Fraction], least: int = 1, most: int = 5) -> st.SearchStrategy[Rows]:
    def build(size: int) -> st.SearchStrategy[Rows]:
        triangle = st.tuples(*(st.tuples(*[entries] * (i + 1)) for i in range(size)))
        return triangle.map(lambda rows: [[rows[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)])

    return st.integers(least, most).flatmap(build)


def product(A: Rows, B: Rows) -> Rows:
    columns = list(zip(*B, strict=True))
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in A]


def gram(B: Rows) -> Rows:
    return product(B, [list(column) for column in zip(*B, strict=True)])


def exact_inertia(A: Rows) -> tuple[int, int]:
    """How many eigenvalues are negative and positive (Faddeev and LeVerrier; Descartes)."""
    size = len(A)
    coefficients, M = [Fraction(1)], [[Fraction(0)] * size for _ in A]
    for step in range(1, size + 1):
        M = product(A, [[x + coefficients[-1] * (i == j) for j, x in enumerate(row)] for i, row in enumerate(M)])
        coefficients.append(-sum((M[i][i] for i in range(size)), Fraction(0)) / step)
    signs = [c > 0 for c in coefficients if c]
    mirrored = [(c > 0) == (index % 2 == 0) for index, c in enumerate(coefficients) if c]
    negative, positive = (sum(a != b for a, b in zip(row, row[1:], strict=False)) for row in (mirrored, signs))
    return negative, positive


def balls(A: Rows, radius: Fraction = Fraction(0)) -> arb_mat:
    def ball(entry: Fraction) -> arb:
        low, high = (arb(fmpq(end.numerator, end.denominator)) for end in (entry - radius, entry + radius))
        return low.union(high)

    return arb_mat([[ball(entry) for entry in row] for row in A])


def claims(A: arb_mat) -> tuple[int, int]:
    counts = negative_eigenvalues(A), positive_eigenvalues(A)
    assert min(counts) >= 0, "a number that is not 0 would be taken for an eigenvalue"
    return counts


# The oracle itself


def test_oracle_on_known_matrices() -> None:
    one, zero = Fraction(1), Fraction(0)
    assert exact_inertia([[one, zero], [zero, -one]]) == (1, 1)
    assert exact_inertia([[zero, one], [one, zero]]) == (1, 1)
    assert exact_inertia([[one, one], [one, one]]) == (0, 1)
    assert exact_inertia([[zero, zero], [zero, zero]]) == (0, 0)
    assert exact_inertia([[2 * one, one, zero], [one, 2 * one, one], [zero, one, 2 * one]]) == (0, 3)


# Never too many


@given(symmetric(ENTRIES))
def test_never_more_than_there_are(A: Rows) -> None:
    claimed, exact = claims(balls(A)), exact_inertia(A)
    assert claimed[0] <= exact[0]
    assert claimed[1] <= exact[1]


@given(symmetric(ENTRIES, most=4), RADII, st.data())
def test_never_more_than_any_matrix_in_the_balls_has(A: Rows, radius: Fraction, data: st.DataObject) -> None:
    claimed = claims(balls(A, radius))
    corner = data.draw(symmetric(st.sampled_from([-radius, radius]), len(A), len(A)))
    inside = [[x + y for x, y in zip(row, shift, strict=True)] for row, shift in zip(A, corner, strict=True)]
    exact = exact_inertia(inside)
    assert claimed[0] <= exact[0]
    assert claimed[1] <= exact[1]


@given(symmetric(st.integers(-3, 3).map(Fraction), least=2), st.integers(0, 4), st.integers(0, 4))
def test_singular_matrices_are_never_definite(B: Rows, first: int, second: int) -> None:
    B[first % len(B)] = B[second % len(B)] if first % len(B) != second % len(B) else [Fraction(0)] * len(B)
    assert not is_positive_definite(balls(gram(B)))


@given(symmetric(st.integers(-3, 3).map(Fraction), least=2), st.integers(-2, 2))
def test_indefinite_by_one_ulp_is_never_accepted(B: Rows, factor: int) -> None:
    """A singular positive semidefinite matrix with one diagonal entry lowered to the float below."""
    B[0] = [factor * x + y * (len(B) > 2) for x, y in zip(B[1], B[-1], strict=True)]
    A = gram(B)
    A[0][0] = Fraction(math.nextafter(float(A[0][0]), -math.inf))
    assert not is_positive_definite(balls(A))
    assert positive_eigenvalues(balls(A)) <= exact_inertia(A)[1] < len(A)


def test_the_matrix_that_a_verified_sdp_package_got_wrong() -> None:
    """SOUNDNESS.md: an enclosure by approximate eigenvectors missed the eigenvalue near 0."""
    rows = [[0.975295247577486, -0.15522379853056187], [-0.15522379853056187, 0.02470475242251419]]
    A = [[Fraction(entry) for entry in row] for row in rows]
    counts = set()
    for eigenvalue in (0, 1):
        for steps in range(-50, 51):
            t = eigenvalue + Fraction(steps, 10**17)
            moved = [[entry - t * (i == j) for j, entry in enumerate(row)] for i, row in enumerate(A)]
            claimed, exact = claims(balls(moved)), exact_inertia(moved)
            assert claimed[0] <= exact[0]
            assert claimed[1] <= exact[1]
            counts.add(exact)
    assert counts == {(0, 2), (1, 1), (2, 0)}, "both eigenvalues were stepped over"
    assert claims(shifted(balls(A), arb(0.5))) == (1, 1)


SMALL = st.integers(-4, 4).map(Fraction)


@given(symmetric(SMALL, most=3), st.integers(1, 3), st.data())
@example([[Fraction(0)]], 1, None)
@example([[Fraction(-1, 4)]], 1, None)
def test_wrong_hints_never_make_it_lie(A: Rows, shift: int, data: st.DataObject | None) -> None:
    """Whatever L, D and s are: here s and the residual are of one size, and D may have zeros."""
    size = len(A)
    halves = st.integers(-4, 4).map(lambda m: m / 2)
    draw = data.draw if data else lambda _: 0.5 * (A[0][0] < 0)
    lower = [[*(draw(halves) for _ in range(i)), 1.0] for i in range(size)]
    diagonal = [draw(halves) for _ in range(size)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definiteness, "_shift", lambda entries, floats: float(shift))
        patched.setattr(definiteness, "_factorise", lambda matrix, shift, definite: (lower, diagonal))
        assert 0 <= positive_eigenvalues(balls(A)) <= exact_inertia(A)[1]


def test_radii_whose_sum_overflows_a_float_prove_nothing() -> None:
    """A shift of twice 1e308 is infinite, and an infinite residual is not greater than it."""
    for size in (1, 2, 3):
        huge = arb_mat([[arb(0, 1e308) if i == j else arb(0) for j in range(size)] for i in range(size)])
        assert claims(huge) == (0, 0)


@pytest.mark.parametrize(("entry", "proved"), [(4, 1), (6, 1), (5, 1), (Fraction(13, 2), 0), (Fraction(7, 2), 0)])
def test_the_residual_may_be_as_large_as_the_shift_and_no_larger(entry: Fraction, proved: int) -> None:
    """With s = 1 and D = 4, E = a - s - D = a - 5 must be in [-1, 1]."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definiteness, "_shift", lambda entries, floats: 1.0)
        patched.setattr(definiteness, "_factorise", lambda matrix, shift, definite: ([[1.0]], [4.0]))
        assert positive_eigenvalues(balls([[Fraction(entry)]])) == proved


def test_balls_of_very_different_sizes() -> None:
    """Products of such floats overflow; sums do not."""
    huge = arb(2) ** 600
    assert is_positive_definite(arb_mat([[arb(2) ** 700 + arb(0, 1) * huge]]))


def test_an_infinite_shift_proves_nothing() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definiteness, "_shift", lambda entries, floats: math.inf)
        patched.setattr(definiteness, "_factorise", lambda matrix, shift, definite: ([[1.0]], [1.0]))
        assert positive_eigenvalues(balls([[Fraction(-1)]])) == 0


@given(st.integers(1, 4), st.floats(), st.sampled_from(["lower", "diagonal"]))
@example(2, math.nan, "diagonal")
@example(2, math.inf, "diagonal")
@example(2, math.inf, "lower")
def test_hints_that_are_no_numbers_prove_nothing(size: int, hint: float, which: str) -> None:
    A = [[Fraction(int(i == j)) - Fraction(1, 2) for j in range(size)] for i in range(size)]
    lower = [[hint if which == "lower" else 0.0] * i + [1.0] for i in range(size)]
    diagonal = [hint if which == "diagonal" else 0.25] * size
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definiteness, "_shift", lambda entries, floats: 0.25)
        patched.setattr(definiteness, "_factorise", lambda matrix, shift, definite: (lower, diagonal))
        for B in (A, [[-x for x in row] for row in A]):
            assert 0 <= positive_eigenvalues(balls(B)) <= exact_inertia(B)[1]


# All of them, where they are well separated


@given(symmetric(st.integers(-5, 5).map(Fraction)), st.sampled_from([1, Fraction(1, 1000), Fraction(1, 10**9)]))
def test_definite_matrices_are_recognised(B: Rows, margin: Fraction) -> None:
    A = [[x + margin * (i == j) for j, x in enumerate(row)] for i, row in enumerate(gram(B))]
    assert is_positive_definite(balls(A))
    assert claims(balls([[-x for x in row] for row in A])) == (len(A), 0)


@given(symmetric(st.fractions(-1, 1, max_denominator=8)), st.lists(st.booleans(), min_size=5, max_size=5), RADII)
@example([[Fraction(0)]], [True] * 5, Fraction(1, 3))
def test_diagonally_dominant_matrices_are_recognised(B: Rows, signs: list[bool], radius: Fraction) -> None:
    A = [[x + 12 * (2 * signs[i] - 1) * (i == j) for j, x in enumerate(row)] for i, row in enumerate(B)]
    positive = sum(signs[: len(A)])
    assert claims(balls(A, radius)) == (len(A) - positive, positive)


@pytest.mark.parametrize("scale", [-900, -500, 0, 400, 900])
def test_scale_does_not_matter(scale: int) -> None:
    one = Fraction(2) ** scale
    assert is_positive_definite(balls([[2 * one, one], [one, 2 * one]]))
    assert not is_positive_definite(balls([[2 * one, 2 * one], [2 * one, 2 * one]]))
    assert not is_positive_definite(balls([[one, 2 * one], [2 * one, one]]))


def test_beyond_the_range_of_floats_nothing_is_claimed() -> None:
    for scale in (2_000, -2_000):
        A = [[Fraction(2) ** scale, Fraction(0)], [Fraction(0), Fraction(2) ** scale]]
        assert claims(balls(A)) == (0, 0)


def test_precision_does_not_change_what_is_true() -> None:
    one, tiny = Fraction(1), Fraction(1, 2**60)
    for bits in (53, 200, 2_048):
        with ctx.workprec(bits):
            assert not is_positive_definite(balls([[one, one + tiny], [one + tiny, one]]))


# Nothing from nothing


def test_empty_matrix_is_not_definite() -> None:
    assert claims(arb_mat(0, 0)) == (0, 0)
    assert not is_positive_definite(arb_mat(0, 0))


def test_zero_matrix_has_no_signs() -> None:
    assert claims(arb_mat(3, 3)) == (0, 0)


@pytest.mark.parametrize("bad", [arb.nan(), arb.pos_inf(), arb.neg_inf(), arb(0, math.inf), arb(1, math.inf)])
@pytest.mark.parametrize("place", [(0, 0), (1, 1), (2, 2), (1, 0), (2, 1)])
def test_infinite_and_undefined_entries_are_never_accepted(bad: arb, place: tuple[int, int]) -> None:
    """LAPACK's Cholesky factorisation succeeds on matrices with NaN and with an infinite diagonal entry."""
    rows = [[arb(10 * (i == j)) for j in range(3)] for i in range(3)]
    rows[place[0]][place[1]] = rows[place[1]][place[0]] = bad
    assert claims(arb_mat(rows)) == (0, 0)
    assert not is_positive_definite(arb_mat(rows))
    rows[0][2] = rows[2][0] = arb(99)
    assert not has_negative_minor(arb_mat(rows))


# Minors of a few rows


@given(symmetric(ENTRIES, most=4), RADII, st.data())
def test_a_negative_minor_is_seen_only_if_every_matrix_in_the_balls_has_a_negative_eigenvalue(
    A: Rows, radius: Fraction, data: st.DataObject
) -> None:
    """And of exact balls always, where there is such an eigenvalue and no minor is too small for the precision."""
    if has_negative_minor(balls(A, radius)):
        corner = data.draw(symmetric(st.sampled_from([-radius, radius]), len(A), len(A)))
        assert exact_inertia([[x + y for x, y in zip(*rows, strict=True)] for rows in zip(A, corner, strict=True)])[0]
    assert has_negative_minor(balls(A)) == (exact_inertia(A)[0] > 0)


def test_zeros_on_the_diagonal_and_scales_far_apart_do_not_hide_a_negative_eigenvalue() -> None:
    saddle = [["1/20", 0, "-1/20"], [0, 0, "-7/10"], ["-1/20", "-7/10", "1/20"]]
    assert has_negative_minor(balls([[Fraction(x) for x in row] for row in saddle]))
    assert has_negative_minor(balls([[Fraction(10**9), Fraction(0)], [Fraction(0), Fraction(-1, 10**9)]]))
    assert not has_negative_minor(balls([[Fraction(10**9), Fraction(0)], [Fraction(0), Fraction(1, 10**9)]]))


def test_balls_that_reach_zero_are_not_definite() -> None:
    assert is_positive_definite(arb_mat([[arb(1, 0.4)]]))
    assert not is_positive_definite(arb_mat([[arb(1, 1)]]))
    assert claims(arb_mat([[arb(0, 1)]])) == (0, 0)


@pytest.mark.parametrize(("size", "negative"), [(65, 0), (130, 7), (150, 75)])
def test_large_matrices_are_factorised_some_columns_at_a_time(size: int, negative: int) -> None:
    """In as many blocks as it takes, with what one block gives; signs that are well separated are all proved."""
    random = np.random.default_rng(size)
    A = random.uniform(-0.01, 0.01, (size, size))  # so that elimination without pivoting is stable
    A = A + A.T + np.diag(random.uniform(1, 2, size) * np.where(np.arange(size) < negative, -1, 1))
    assert claims(arb_mat(A.tolist())) == (negative, size - negative)
    rows, shift = A.tolist(), 2.0**-40
    lower, diagonal = definiteness._factorise(rows, shift, definite=False)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(definiteness, "_BLOCK", size)
        whole, pivots = definiteness._factorise(rows, shift, definite=False)
    assert [len(row) for row in lower] == list(range(1, size + 1))
    np.testing.assert_allclose(diagonal, pivots, rtol=1e-12)
    for row, other in zip(lower, whole, strict=True):
        np.testing.assert_allclose(row, other, rtol=1e-10, atol=1e-14)
