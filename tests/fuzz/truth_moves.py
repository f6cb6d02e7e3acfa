"""Whether a point may be an extremum of a loss of a product: gradient descent and ascent from beside it, in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.matrix_products import NeitherMinimumNorMaximum

Array = NDArray[np.float64]
STARTS, STEPS, NEAR = 8, 4000, 0.05
LARGEST = 1e3
"""Of an entry of a point: beyond it the steps are too short to find anything."""


def is_an_extremum(statement: NeitherMinimumNorMaximum, seed: int = 0) -> str | None:
    """l(W + D) = <G, D> + s |G| |D|^2 / 2: for s = 1 no smaller value is found near by, or for s = -1 no larger one."""
    G = np.array(statement.gradient, dtype=float)
    G = G / np.linalg.norm(G)
    point = [np.array(rows, dtype=float) for rows in statement.point]
    if max(np.abs(W).max(initial=0.0) for W in point) > LARGEST:
        return None
    random = np.random.default_rng(seed)
    for sign in (1.0, -1.0):
        if not any(_falls(point, sign * G, random) for _ in range(STARTS)):
            return f"no {'smaller' if sign > 0 else 'larger'} loss was found near the point"
    return None


@np.errstate(all="ignore")
def _falls(point: list[Array], G: Array, random: np.random.Generator) -> bool:
    """Whether <G, D> + |D|^2 / 2 gets below 0 from near the point."""
    layers = [W + NEAR * random.normal(size=W.shape) for W in point]
    at = _product(point, G.shape[1])
    step = 0.2 / max(1.0, max(np.linalg.norm(W, 2) for W in layers) ** (2 * len(layers) - 2))
    for _ in range(STEPS):
        D = _product(layers, G.shape[1]) - at
        if (G * D).sum() + (D * D).sum() / 2 < -1e-10:
            return True
        outer = G + D
        layers = [
            W - step * _product(layers[j + 1 :], len(W)).T @ outer @ _product(layers[:j], G.shape[1]).T
            for j, W in enumerate(layers)
        ]
    return False


def _product(layers: list[Array], size: int) -> Array:
    W = np.eye(size)
    for layer in layers:
        W = layer @ W
    return W
