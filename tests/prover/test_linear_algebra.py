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
