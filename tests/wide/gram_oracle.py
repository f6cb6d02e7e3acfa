"""Limiting Gram matrices by Gauss-Hermite quadrature, in floats, by the recursion with all means in it: an oracle.

It shares nothing with the checker: no series, no centred covariance, and ReLU by the angle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import erf, expit

from tests.wide.oracles import Array
from verify.checker.statements.limiting_gram_matrix import ONE_HIDDEN, GramMatrix

Function = Callable[[Array], Array]
NODES = 80
_z, _w = np.polynomial.hermite_e.hermegauss(NODES)
_w = _w / np.sqrt(2 * np.pi)
SIGMA: dict[str, tuple[Function, Function]] = {
    "erf": (erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-z * z)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "softplus": (lambda z: np.logaddexp(0, z), expit),
    "arctan": (np.arctan, lambda z: 1 / (1 + z * z)),
}


def pair(name: str, slope: bool, p: float, q: float, s: float) -> float:
    """E sigma(u) sigma(v), or of sigma', for variances p, s and covariance q."""
    if name == "relu":
        angle = np.arccos(np.clip(q / np.sqrt(p * s), -1, 1))
        if slope:
            return float((np.pi - angle) / (2 * np.pi))
        return float(np.sqrt(p * s) * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi))
    f = SIGMA[name][slope]
    first = np.sqrt(p)
    second, third = q / first, np.sqrt(max(s - q * q / p, 0.0))
    u, v = first * _z[:, None] + 0 * _z[None, :], second * _z[:, None] + third * _z[None, :]
    return float((f(u) * f(v) * _w[:, None] * _w[None, :]).sum())


def mean(name: str, p: float) -> float:
    """E sigma(u)."""
    return float(np.sqrt(p / (2 * np.pi))) if name == "relu" else float((SIGMA[name][0](np.sqrt(p) * _z) * _w).sum())


def each(name: str, slope: bool, K: Array) -> Array:
    """Of all pairs of a covariance."""
    size = range(len(K))
    return np.array([[pair(name, slope, K[i, i], K[i, j], K[j, j]) for j in size] for i in size])


def gram(of: GramMatrix) -> Array:
    """The matrix."""
    X = np.array([[float(x) for x in row] for row in of.inputs])
    X = X / np.linalg.norm(X, axis=1)[:, None] if of.divided else X
    at = X.reshape(len(X), of.positions, -1)
    name, depth, places = of.activation, of.depth, range(of.positions)
    c = 1.0 if of.architecture == ONE_HIDDEN else 1 / pair(name, False, 1.0, 1.0, 1.0)
    outputs = [at[:, k] @ at[:, k].T for k in places]
    means = [np.zeros(len(X)) for _ in places]
    scale = None if of.residual_scale is None else float(of.residual_scale) / depth

    def given() -> list[Array]:
        return [sum((outputs[k] for k in patch), np.zeros((len(X), len(X)))) for patch in of.patches]

    for layer in range(1, depth):
        for k, K in enumerate(given()):
            m, S = np.array([mean(name, K[i, i]) for i in range(len(X))]), each(name, False, K)
            if scale is None or layer == 1:
                outputs[k], means[k] = c * S, np.sqrt(c) * m
            else:
                crossed = np.outer(means[k], m)
                outputs[k] = outputs[k] + scale * (crossed + crossed.T) + scale**2 * S
                means[k] = means[k] + scale * m
    square = c if scale is None or depth == 1 else scale**2
    return np.array(square * sum(K * each(name, True, K) for K in given()))
