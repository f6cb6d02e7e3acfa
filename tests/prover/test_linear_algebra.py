"""Steps and eigenvalues by factorisation agree with the dense ones."""

from __future__ import annotations

import numpy as np
import pytest

from verify.producer.prover import linear_algebra
from verify.producer.prover.linear_algebra import newton_solver, spectrum


def symmetric(signs: list[int], seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(random.standard_normal((len(signs), len(signs))))
    return (Q * (np.array(signs) * random.uniform(1, 2, len(signs)))) @ Q.T


@pytest.mark.parametrize("signs", [[1] * 40, [1] * 30 + [-1] * 10])
def test_large_matrices_are_treated_as_small_ones(signs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    H = symmetric(signs)
    gradient = np.random.default_rng(1).standard_normal((8, 5))
    step, small = newton_solver(H)(gradient), spectrum(H)
    monkeypatch.setattr(linear_algebra, "DENSE", 0)
    assert np.allclose(newton_solver(H)(gradient), step)
    assert np.allclose(spectrum(H), small, rtol=1e-2)
    assert np.allclose(H @ step.ravel(), -gradient.ravel())


@pytest.mark.parametrize("dense", [0, 100])
def test_not_finite(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_algebra, "DENSE", dense)
    with pytest.raises(np.linalg.LinAlgError):
        newton_solver(np.full((2, 2), np.nan))


def test_least_squares_are_left_where_the_hessian_is_definite_and_well_conditioned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Singular, indefinite and badly scaled Hessians keep the step of least length; for others it is the same."""
    random = np.random.default_rng(2)
    definite, gradient = symmetric([1] * 80, seed=3), random.standard_normal((8, 10))
    by_least_squares: list[int] = []
    right = np.linalg.lstsq

    def counted(*arguments, **options):  # type: ignore[no-untyped-def]
        by_least_squares.append(1)
        return right(*arguments, **options)

    monkeypatch.setattr(np.linalg, "lstsq", counted)
    step = newton_solver(definite)(gradient)
    assert not by_least_squares
    assert np.allclose(step.ravel(), right(definite, -gradient.ravel(), rcond=1e-13)[0])
    values, vectors = np.linalg.eigh(definite)
    flat = (vectors[:, 1:] * values[1:]) @ vectors[:, 1:].T
    shortest = newton_solver(flat)(gradient)
    assert len(by_least_squares) == 1
    assert abs(vectors[:, 0] @ shortest.ravel()) < 1e-9
    newton_solver(symmetric([1] * 79 + [-1]))(gradient)
    assert len(by_least_squares) == 2
