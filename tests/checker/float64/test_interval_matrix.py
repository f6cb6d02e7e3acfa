"""Matrices by midpoint and spread: what is proved holds for every symmetric matrix in them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.checker.float64.exact import exceeds_exactly, inertia_exactly
from verify.checker.core.interval_matrix import BallMatrix
from verify.checker.core.task import ends
from verify.checker.float64 import interval_matrix
from verify.checker.float64.bounds import exactly, gamma
from verify.checker.float64.interval_matrix import Float64Matrix

Array = NDArray[np.float64]
SIZES = st.integers(1, 6)
ENTRIES = st.integers(-8, 8).map(float) | st.floats(-4, 4, allow_subnormal=False)


@st.composite
def symmetric(draw: st.DrawFn, entries: st.SearchStrategy[float] = ENTRIES) -> Array:
    size = draw(SIZES)
    lower = np.tril(draw(arrays(np.float64, (size, size), elements=entries)))
    return np.asarray(lower + np.tril(lower, -1).T)


def matrix(A: Array, spread: float = 0.0) -> Float64Matrix:
    return Float64Matrix(A.copy(), spread, spread)


def perturbed(A: Array, spread: float, seed: int) -> Array:
    """A symmetric matrix, rounded, within a little less than `spread` in the spectral norm."""
    E = np.random.default_rng(seed).standard_normal(A.shape)
    E = np.tril(E) + np.tril(E, -1).T
    return np.asarray(A + E * (spread * 0.999 / max(np.linalg.norm(E, 2), 1e-300)))


@given(symmetric(), st.sampled_from([0.0, 1e-12, 1e-3, 0.3]), st.integers(0, 99))
def test_inertia_is_never_more_than_there_is(A: Array, spread: float, seed: int) -> None:
    negative, positive = matrix(A, spread).inertia()
    exact = inertia_exactly(perturbed(A, spread, seed) if spread else A)
    assert negative <= exact[0]
    assert positive <= exact[1]


def test_inertia_is_found_where_it_is_clear() -> None:
    for seed in range(40):
        random = np.random.default_rng(seed)
        size = int(random.integers(1, 30))
        Q, _ = np.linalg.qr(random.standard_normal((size, size)))
        values = random.uniform(0.1, 2, size) * random.choice([-1, 1], size)
        expected = int((values < 0).sum()), int((values > 0).sum())
        A = (Q * values) @ Q.T
        assert matrix(A, 0.01).inertia() == expected
        assert matrix(A, 0.2).inertia() in ((0, 0), expected)


@given(symmetric())
def test_singular_matrices_have_no_inertia(A: Array) -> None:
    A = np.round(A)
    A[0] = A[:, 0] = 0
    assert sum(matrix(A).inertia()) == 0


def test_the_matrix_that_a_verified_sdp_package_got_wrong() -> None:
    """SOUNDNESS.md: an enclosure by approximate eigenvectors missed the eigenvalue near 0."""
    A = np.array([[0.975295247577486, -0.15522379853056187], [-0.15522379853056187, 0.02470475242251419]])
    exact = inertia_exactly(A)
    assert matrix(A).inertia() in ((0, 0), exact)
    assert not matrix(A).is_at_least(Fraction(1, 10**18)) or exceeds_exactly(A, Fraction(1, 10**18))
    # Shifted to be clear on either side.
    for shift in (-1e-3, 1e-3):
        B = A + shift * np.eye(2)
        assert matrix(B).inertia() == inertia_exactly(B)


@given(symmetric(), st.fractions(Fraction(1, 1000), 2, max_denominator=10**6), st.sampled_from([0.0, 1e-10, 0.1]))
def test_bounded_below(A: Array, bound: Fraction, spread: float) -> None:
    A = A @ A.T
    if matrix(A, spread).is_at_least(bound):
        assert exceeds_exactly(A, bound + Fraction(spread))
    if matrix(A, spread).has_eigenvalue_below(bound):
        assert not exceeds_exactly(A, bound - Fraction(spread))


def test_both_answers_occur() -> None:
    A = np.array([[2.0, 1.0], [1.0, 2.0]])
    assert matrix(A).is_at_least(Fraction(99, 100))
    assert not matrix(A).has_eigenvalue_below(Fraction(99, 100))
    assert matrix(A).has_eigenvalue_below(Fraction(101, 100))
    assert not matrix(A).is_at_least(Fraction(101, 100))
    assert not matrix(A, 0.02).is_at_least(Fraction(99, 100))
    assert not matrix(A, 0.02).has_eigenvalue_below(Fraction(101, 100))


@given(symmetric(), st.data())
def test_curvature_contains_the_rayleigh_quotient(A: Array, data: st.DataObject) -> None:
    entry = st.fractions(-3, 3, max_denominator=97)
    z = data.draw(st.lists(entry, min_size=len(A), max_size=len(A)).filter(any))
    spread = data.draw(st.sampled_from([0.0, 1e-9, 0.01]))
    quotient = sum((Fraction(A[i, j]) * z[i] * z[j] for i in range(len(A)) for j in range(len(A))), Fraction(0)) / sum(
        x * x for x in z
    )
    for shift in (-Fraction(spread), Fraction(0), Fraction(spread)):  # of A + shift I
        low, high = ends(matrix(A, spread).curvature((tuple(z),)))
        assert low <= quotient + shift <= high


@given(symmetric(), st.sampled_from([0.0, 0.01]))
def test_absolute_sum(A: Array, spread: float) -> None:
    whole = sum(abs(Fraction(entry)) for entry in A.ravel()) + len(A) * Fraction(spread)
    assert ends(matrix(A, spread).absolute_sum())[1] >= whole


@given(symmetric(), st.data())
def test_newton_encloses_the_step_and_bounds_the_contraction(A: Array, data: st.DataObject) -> None:
    spread = data.draw(st.sampled_from([1e-9, 0.01]))
    g = data.draw(st.lists(st.integers(-5, 5), min_size=len(A), max_size=len(A)))
    newton = matrix(A, spread).newton(arb_mat([[x] for x in g]))
    if newton is None:
        return
    inverse = arb_mat([[arb(float(entry)) for entry in row] for row in A]).inv()
    step = max((abs(row[0]) for row in (inverse * arb_mat([[x] for x in g])).tolist()), key=lambda ball: float(ball))
    assert newton.step.overlaps(step)
    B = perturbed(A, spread, 1)
    difference = np.linalg.inv(A) @ (A - B)
    assert float(newton.contraction.upper()) >= np.abs(difference).sum(1).max() * (1 - 1e-6)


def test_newton_is_found() -> None:
    newton = matrix(np.diag([2.0, -1.0]), 0.01).newton(arb_mat([[1], [1]]))
    assert newton is not None
    assert newton.step.contains(1)
    assert newton.contraction < 0.03
    assert matrix(np.diag([2.0, 0.0])).newton(arb_mat([[1], [1]])) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_not_finite_proves_nothing(bad: float) -> None:
    broken = np.diag([1.0, bad])
    for A in (matrix(broken), matrix(np.eye(2), bad)):
        assert A.inertia() == (0, 0)
        assert not A.curvature(((Fraction(1), Fraction(1)),)) > 0
        assert not A.curvature(((Fraction(1), Fraction(1)),)) < 10
        assert not A.absolute_sum() < 10
        assert not A.has_eigenvalue_below(Fraction(5))
        newton = A.newton(arb_mat([[1], [1]]))
        assert newton is None or not newton.contraction < 1
        assert not A.is_at_least(Fraction(1, 2))


def test_beyond_the_size_of_the_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interval_matrix, "MAX_EIGENVECTORS", 1)
    A = np.diag([1.0, -1.0])
    assert matrix(A).inertia() == (0, 0)
    assert matrix(A).newton(arb_mat([[1], [1]])) is None
    assert not matrix(A).has_eigenvalue_below(Fraction(5))


def test_false_hints_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    A = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues 3 and -1
    assert matrix(A).inertia() == (1, 1)
    rotated = np.array([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]])
    for values, vectors in (
        ([1.0, 3.0], np.eye(2)),  # no negative one
        ([-3.0, -1.0], np.eye(2)),  # two
        ([-1.0, 3.0], rotated @ np.array([[1.0, 1.0], [1.0, 1.0]])),  # not independent
        ([-1.0, 3.0], np.eye(2)),  # not eigenvectors
        ([-1.0, 3.0], np.zeros((2, 2))),
        ([-100.0, 100.0], rotated),
    ):
        monkeypatch.setattr(np.linalg, "eigh", lambda matrix, v=values, z=vectors: (np.array(v), z))
        assert matrix(A).inertia() in ((0, 0), (1, 1))
        assert not matrix(A).has_eigenvalue_below(Fraction(-2))


@given(symmetric(st.fractions(-3, 3, max_denominator=7).map(float)), st.sampled_from([0.0, 1e-3]))
def test_from_balls(A: Array, radius: float) -> None:
    balls = arb_mat([[arb(float(x)) + arb(0, radius) for x in row] for row in A])
    enclosed = Float64Matrix.from_balls(balls)
    assert enclosed.spread >= radius * len(A) * (1 - 1e-12)
    assert enclosed.spread <= radius * len(A) * (1 + 1e-9) + 1e-300
    by_balls, by_floats = BallMatrix(balls).inertia(), enclosed.inertia()
    if sum(by_balls) == sum(by_floats) == len(A):
        assert by_balls == by_floats


def test_from_balls_that_are_not_finite() -> None:
    balls = arb_mat([[arb(1), arb(0)], [arb("nan"), arb(1)]])
    assert not Float64Matrix.from_balls(balls).is_at_least(Fraction(1, 2))


# Each term of an error bound, alone, against the formulas of docs/FLOAT64.md


def test_every_term_of_a_rayleigh_quotient_s_error() -> None:
    A, z = np.ones((3, 3)), (Fraction(1), Fraction(1, 3), Fraction(1, 7))
    for spread in (0.0, 1e-15):
        vector = np.array([float(x) for x in z])
        missed = float(sum(abs(x - Fraction(float(x))) ** 2 for x in z)) ** 0.5
        g, square = gamma(3).value(), float(vector @ vector)
        expected = g * vector @ (A @ vector) + vector @ (g * (A @ vector)) + square * spread
        expected += (3 + spread) * (2 * square**0.5 + missed) * missed
        with ctx.workprec(200):
            radius = float(matrix(A, spread).curvature((z,)).rad()) * square
        assert 0.999 * expected <= radius <= 1.01 * expected + 1e-17


def test_the_errors_of_the_two_products(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(interval_matrix, "exceeds", lambda matrix, bound: seen.append(bound) or True)
    A, V = np.full((3, 3), 2.0), np.array([[1.0], [2.0], [2.0]])  # of the norms 6 and 3
    interval_matrix._as_many_positive(A, V)
    image = np.linalg.norm(A @ V)
    g = gamma(3).value()
    assert seen[-1] >= 2 * (g * 3 * image + 3 * g * 6 * 3) * (1 - 1e-12)
    interval_matrix._no_more_not_positive(A, V)
    assert seen[-1] >= 2 * (gamma(1).value() * 9 + 2.0**-53 * np.linalg.norm(A + V @ V.T)) * (1 - 1e-12)
    assert seen[-1] < 1e-13


def test_a_gap_that_is_not_there_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eigenvalues, as hints, a thousand times too large."""
    A = np.diag([1.0, -1.0])
    values, vectors = np.linalg.eigh(A)
    monkeypatch.setattr(np.linalg, "eigh", lambda matrix: (1000 * values, vectors))
    assert matrix(A).newton(arb_mat([[1], [1]])) is None


def test_the_step_is_bounded_by_the_length_of_the_gradient() -> None:
    """A Hadamard matrix: its inverse has row sums of sqrt(N) times its spectral norm."""
    hadamard = np.array([[1.0]])
    for _ in range(4):
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    newton = matrix(hadamard / 4).newton(arb_mat([[1]] * 16))  # eigenvalues 1 and -1; Y g = 4 e_1
    assert newton is not None
    assert newton.step.overlaps(arb(4))


def test_radii_of_both_triangles_count() -> None:
    balls = arb_mat([[arb(2, 0.125 * (0 in (i, j))) for j in range(5)] for i in range(5)])
    assert Float64Matrix.from_balls(balls).spread >= 5 * 0.125


# Underflow, where nothing else is left: each step of a bound is rounded up by the smallest float, at the least

TINY = 2.0**-1074


def test_the_underflow_of_a_rayleigh_quotient() -> None:
    size = 100
    with ctx.workprec(200):
        ball = matrix(np.zeros((size, size))).curvature(((Fraction(1),) * size,))
        radius = float(ball.rad() * size / arb(TINY))
    assert size * size + size <= radius <= size * size + 6 * size


def test_the_underflow_of_the_two_products(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(interval_matrix, "exceeds", lambda matrix, bound: seen.append(bound / TINY) or True)
    monkeypatch.setattr(interval_matrix, "frobenius", lambda matrix: exactly(np.linalg.norm(matrix)))  # 0 of zeros
    size, count = 100, 3
    interval_matrix._as_many_positive(np.zeros((size, size)), np.eye(size, count)[:, :1])
    assert 2 * (size**2 + size**2) <= seen[-1] <= 2 * (size**2 + size**2) + 100
    interval_matrix._no_more_not_positive(np.zeros((size, size)), np.zeros((size, count)))
    assert 2 * size * count <= seen[-1] <= 2 * size * count + 100


# Eigenvectors are hints: whatever LAPACK returns for them, nothing false is said


@pytest.mark.parametrize(
    ("values", "vectors"),
    [
        ([math.nan, 1.0, 2.0], np.eye(3)),
        ([-math.inf, 1.0, 2.0], np.eye(3)),
        ([-1.0, 1.0, math.inf], np.eye(3)),
        ([-1.0, 1.0, 2.0], np.full((3, 3), math.nan)),
        ([-1.0, 1.0, 2.0], np.full((3, 3), math.inf)),
        ([-1.0, 1.0, 2.0], np.zeros((3, 3))),
        ([-1.0, -1.0, 2.0], np.eye(3)),
        ([1.0, 1.0, 2.0], np.eye(3)),
        ([0.0, 1.0, 2.0], np.eye(3)),
        ([-1.0, 1.0, 2.0], np.eye(3)[::-1]),
    ],
    ids=["NaN", "-inf", "inf", "NaN vectors", "infinite vectors", "no vectors", "too many", "too few", "0", "others"],
)
def test_odd_eigenvectors_prove_nothing(
    values: list[float], vectors: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    def enclosure() -> Float64Matrix:
        return Float64Matrix(np.diag([-1.0, 1.0, 2.0]), 0.0, 0.0)

    assert enclosure().inertia() == (1, 2)
    monkeypatch.setattr(np.linalg, "eigh", lambda matrix: (np.array(values), vectors))
    assert enclosure().inertia() == (0, 0)
    assert enclosure().newton(arb_mat(3, 1)) is None
    assert not enclosure().has_eigenvalue_below(Fraction(-1))
