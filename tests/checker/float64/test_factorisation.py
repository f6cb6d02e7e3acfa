"""Positive definiteness: never claimed of a matrix that exact rational arithmetic says is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.checker.float64.exact import exceeds_exactly
from verify.checker.float64 import factorisation
from verify.checker.float64.bounds import Bound, exactly
from verify.checker.float64.factorisation import exceeds

Array = NDArray[np.float64]


def proved(matrix: Array, bound: float = 0.0) -> bool:
    return exceeds(matrix.copy(), bound)


def random_matrices(count: int, seed: int) -> list[Array]:
    """Gram matrices and their neighbours: definite, singular to working precision, indefinite, graded, subnormal."""
    random = np.random.default_rng(seed)
    found = []
    for index in range(count):
        size = int(random.integers(1, 9))
        rank = size if index % 3 else max(1, size - 1)
        factor = random.integers(-3, 4, (size, rank)) if index % 2 else random.standard_normal((size, rank))
        scales = 2.0 ** random.integers(-40, 40, size) if index % 5 == 0 else np.ones(size)
        A = np.outer(scales, scales) * (factor @ factor.T)
        if index % 7 == 0:
            A *= 2.0 ** -int(random.integers(1000, 1074))
        if index % 4 == 0:
            a = random.integers(0, size)
            A[a, a] = np.nextafter(A[a, a], -np.inf if index % 8 else np.inf)
        if index % 11 == 0:
            A -= np.linalg.eigvalsh(A)[0] * np.eye(size) * (1 + random.standard_normal() * 2.0**-50)
        found.append(A)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_never_of_a_matrix_that_is_not_definite(seed: int) -> None:
    claimed = 0
    for A in random_matrices(1_000, seed):
        if proved(A):
            claimed += 1
            assert exceeds_exactly(A), A
    assert claimed > 100, "a test that never passes proves nothing of the checker"


@pytest.mark.parametrize("seed", range(3))
def test_never_of_a_bound_that_an_eigenvalue_does_not_exceed(seed: int) -> None:
    random = np.random.default_rng(seed)
    claimed = 0
    for A in random_matrices(600, 100 + seed):
        smallest = np.linalg.eigvalsh(A)[0]
        bound = abs(smallest) * (1 + random.choice([-1, 1]) * 2.0 ** -int(random.integers(1, 53)))
        if proved(A, bound):
            claimed += 1
            assert exceeds_exactly(A, bound), (A, bound)
    assert claimed > 50


def test_a_matrix_on_both_sides_of_the_border() -> None:
    """[[1, 1], [1, 1 + e]] is definite if and only if e > 0; proved for e above the rounding errors."""
    verdicts = [proved(np.array([[1.0, 1.0], [1.0, 1.0 + k * 2.0**-52]])) for k in range(-4, 60)]
    assert not any(verdicts[:5])
    assert verdicts[-1]
    assert verdicts == sorted(verdicts)


def test_indefinite_by_one_ulp() -> None:
    for size in (2, 5, 20, 60):
        random = np.random.default_rng(size)
        L = np.tril(random.integers(-2, 3, (size, size)), -1) + np.eye(size)
        L[-1, -1] = 0  # singular: the last pivot is 0, and all entries are integers
        A = L @ L.T
        assert not proved(A)
        A[-1, -1] = np.nextafter(A[-1, -1], -np.inf)
        assert not exceeds_exactly(A)
        assert not proved(A)
        A[-1, -1] += 1
        assert exceeds_exactly(A)
        assert proved(A) or size > 5  # the smallest eigenvalue of larger ones drowns in rounding errors


def test_the_bound_swallows_the_margin() -> None:
    A = np.diag([1.0, 2.0, 3.0])
    assert proved(A, 1 - 2.0**-30)
    for bound in (1.0, np.nextafter(1.0, 0), 1 + 2.0**-52, 2.0, math.inf, math.nan, -1.0):
        assert not proved(A, bound)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("size", [1, 2, 7, 33, 600])
def test_not_finite_anywhere(bad: float, size: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        A = 10 * np.eye(size)
        i, j = random.integers(0, size, 2)
        A[max(i, j), min(i, j)] = bad
        assert not proved(A)
        A = 10 * np.eye(size)
        A[i, i] = bad
        assert not proved(A)


def test_empty() -> None:
    assert not proved(np.zeros((0, 0)))


def test_overflow() -> None:
    assert not proved(np.full((3, 3), 2.0**1023))
    assert proved(np.diag([2.0**500, 2.0**500, 1.0]) * 2.0**100) is False  # the trace swallows the last one
    assert proved(np.diag([2.0**1000, 2.0**1000]))


def test_subnormal() -> None:
    tiny = 2.0**-1074
    assert not proved(np.diag([tiny, tiny]))
    assert not proved(np.array([[4 * tiny, 4 * tiny], [4 * tiny, 4 * tiny]]))
    assert proved(np.diag([2.0**-1000, 2.0**-1000]))


def test_what_is_above_the_diagonal_is_not_used() -> None:
    A = np.array([[2.0, 999.0], [1.0, 2.0]])
    assert proved(A)
    assert not proved(A.T.copy())


@pytest.mark.parametrize(
    "factor",
    [None, np.array([1.0, math.nan]), np.array([1.0, math.inf]), np.array([1.0, 0.0]), np.array([1.0, -1.0])],
    ids=["gave up", "NaN", "infinite", "zero", "negative"],
)
def test_what_lapack_says_is_looked_at(factor: Array | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """info = 0 alone proves nothing."""
    assert proved(np.eye(2))
    monkeypatch.setattr(factorisation, "_factor", lambda matrix: factor)
    assert not proved(np.eye(2))


def test_the_matrix_is_lowered_by_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Array] = []
    monkeypatch.setattr(factorisation, "_factor", lambda matrix: seen.append(matrix.copy()))
    A = np.eye(3) + 1
    exceeds(A.copy(), 0.25)
    lowered = np.diag(A) - np.diag(seen[0])
    assert (lowered > 0.25 + 4 * 2.0**-53 * np.trace(A)).all()
    assert (lowered < 0.25 + 1e-14).all()
    assert (np.tril(seen[0], -1) == np.tril(A, -1)).all()


def test_scipy_agrees_with_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    matrices = [*random_matrices(200, 7), np.diag([1.0, 2.0]), np.array([[2.0, 999.0], [1.0, 2.0]])]
    by_numpy = [proved(A) for A in matrices]
    monkeypatch.setattr(factorisation, "SCIPY_FROM", 0)
    by_scipy = [proved(A) for A in matrices]
    for A, claimed in zip(matrices, by_scipy, strict=True):
        assert not claimed or exceeds_exactly(A)
    assert sum(a != b for a, b in zip(by_numpy, by_scipy, strict=True)) <= 5
    assert not exceeds(np.array([[1.0, 0.0], [math.nan, 1.0]]), 0.0)


def test_a_large_matrix() -> None:
    """Beyond one block of LAPACK, with eigenvalues that are known: H = Q diag Q with an exact reflection Q."""
    size = 2_304  # a multiple of 256, above SCIPY_FROM
    v = np.ones(size)
    A = np.eye(size) * 2.0 - np.outer(v, v) * (1.5 / size)
    # eigenvalues: 0.5 on v (up to the rounding of 1.5 / size), else 2
    assert proved(A, 0.499)
    assert not proved(A, 0.501)


# What is looked at before and after, each alone: LAPACK is replaced by one that always succeeds


@pytest.fixture
def credulous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factorisation, "_factor", lambda matrix: np.ones(len(matrix)))
    assert proved(np.eye(2))


@pytest.mark.usefixtures("credulous")
def test_the_input_is_looked_at_before() -> None:
    for bad in (math.nan, math.inf, -math.inf):
        assert not proved(np.array([[1.0, 0.0], [bad, 1.0]]))
        assert not proved(np.eye(2), abs(bad))
    for diagonal in (0.0, -1.0):
        assert not proved(np.diag([1.0, diagonal]))
    assert not proved(np.diag([2.0**1023, 2.0**1023]))  # the shift is infinite
    assert not proved(np.eye(2), -1.0)


def test_lapack_s_refusal_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.linalg import lapack

    monkeypatch.setattr(factorisation, "SCIPY_FROM", 0)
    for info, expected in ((0, True), (1, False), (-1, False)):
        monkeypatch.setattr(lapack, "dpotrf", lambda *given, info=info, **options: (np.eye(2), info))
        assert proved(np.eye(2)) is expected


def test_underflow_is_counted_in_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Array] = []
    monkeypatch.setattr(factorisation, "_factor", lambda matrix: seen.append(matrix.copy()))
    size, tiny = 10, 2.0**-1074
    A = np.eye(size) * 2.0**-1050
    exceeds(A.copy(), 0.0)
    assert (A.diagonal() - seen[0].diagonal() >= 2 * size * (size + 2) * tiny).all()


@pytest.mark.parametrize("part", [0.0, 2.0**-30, 0.125, 0.25, 0.5])
def test_the_shift_is_the_theorem_s_for_every_gamma(part: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """t >= s + g / (1 - g) (tr A + e) + e: with three entries that add up to 7, and g as large as it may be."""
    counted: list[int] = []

    def gamma(roundings: int) -> Bound:
        counted.append(roundings)
        return exactly(part)

    monkeypatch.setattr(factorisation, "gamma", gamma)
    shift = factorisation._shift(np.array([1.0, 2.0, 4.0]), 0.75)
    assert counted == [4]
    least = 0.75 + part / (1 - part) * 7
    assert least <= shift <= 0.75 + (part + 2 * part * part) * 7 + 1e-12


def test_the_underflow_in_the_shift_is_not_more_than_it_need_be() -> None:
    size, tiny = 100, 2.0**-1074
    shift = factorisation._shift(np.full(size, tiny), 0.0)
    assert 2 * size * (size + 2) <= shift / tiny <= 2 * size * (size + 2) + 10


# What LAPACK itself may return, with success reported: neither library's answer is believed


ODD_PIVOTS = pytest.mark.parametrize("pivot", [math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0])


@ODD_PIVOTS
@pytest.mark.parametrize("place", [0, 2])
def test_a_factor_of_numpy_with_an_odd_pivot(pivot: float, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    factor = np.eye(3)
    monkeypatch.setattr(np.linalg, "cholesky", lambda matrix: factor)
    for in_place in (None, lambda matrix, out: factor):
        monkeypatch.setattr(factorisation, "_IN_PLACE", in_place)
        factor[place, place] = 1
        assert proved(np.eye(3))
        factor[place, place] = pivot
        assert not proved(np.eye(3))


@pytest.mark.parametrize("size", [1, 2, 36, 130, 513])
def test_a_factor_in_the_place_of_the_matrix_is_the_one_of_a_copy(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the lower triangle, whatever finite numbers are above it; and None where the matrix is not definite."""
    random = np.random.default_rng(size)
    square = random.normal(size=(size, size))
    matrix = square @ square.T + np.eye(size)
    above = np.tril(matrix) + np.triu(random.normal(size=(size, size)), 1)
    in_place = factorisation.by_numpy(above.copy())
    monkeypatch.setattr(factorisation, "_IN_PLACE", None)
    copied = factorisation.by_numpy(above.copy())
    assert in_place is not None and copied is not None
    assert np.abs(np.tril(in_place) - copied).max() < 1e-11 * np.abs(copied).max() * size
    above[-1, -1] = -1.0
    assert factorisation.by_numpy(above.copy()) is None
    monkeypatch.undo()
    assert factorisation.by_numpy(above.copy()) is None


@ODD_PIVOTS
@pytest.mark.parametrize("place", [0, 2])
def test_a_factor_of_scipy_with_an_odd_pivot(pivot: float, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.linalg import lapack

    factor = np.eye(3)
    monkeypatch.setattr(factorisation, "SCIPY_FROM", 0)
    monkeypatch.setattr(lapack, "dpotrf", lambda *given, **options: (factor, 0))
    assert proved(np.eye(3))
    factor[place, place] = pivot
    assert not proved(np.eye(3))
