"""Whether critical values of a linear network are all: critical points found by Newton's method, in floating point."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.linear_critical_values import CriticalValues

Array = NDArray[np.float64]


def is_no_critical_value(statement: CriticalValues, random: np.random.Generator) -> str | None:
    """A critical point with another loss; or a value, by NumPy's eigenvalues, that is not where it is claimed to be."""
    network = statement.landscape
    if network.target is not None:
        X, Y = np.eye(network.widths[0]), np.array(network.target, dtype=float)
    else:
        X, Y = (np.array(rows, dtype=float).T for rows in (network.inputs, network.targets))
    S, M = X @ X.T, Y @ X.T
    eigenvalues = np.linalg.eigvalsh(M @ np.linalg.solve(S, M.T))[::-1]
    for value, (low, high) in zip(eigenvalues, statement.eigenvalues, strict=True):
        slack = 1e-9 * eigenvalues[0]
        if not float(low) - slack <= value <= float(high) + slack:
            return f"{value} is an eigenvalue of T"
    whole, p = float((Y * Y).sum()), min(network.widths)
    values = [(whole - sum(kept)) / 2 for r in range(p + 1) for kept in combinations(eigenvalues, r)]
    for _ in range(6):
        found = critical_loss(S, M, whole, network.shapes, random)
        if found is not None and min(abs(found - value) for value in values) > 1e-6 * (1 + whole):
            return f"there is a critical point of loss {found}"
    return None


def critical_loss(
    S: Array, M: Array, whole: float, shapes: tuple[tuple[int, int], ...], random: np.random.Generator
) -> float | None:
    """The loss where Levenberg's method for a zero of the gradient ends; None: at no zero."""
    point = random.normal(size=sum(a * b for a, b in shapes)) * random.uniform(0.2, 1.5)

    def split(flat: Array) -> list[Array]:
        ends = np.cumsum([a * b for a, b in shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]

    def product(layers: list[Array], size: int) -> Array:
        W = np.eye(size)
        for layer in layers:
            W = layer @ W
        return W

    def gradient(flat: Array) -> Array:
        layers = split(flat)
        G = product(layers, len(S)) @ S - M
        parts = []
        for j, layer in enumerate(layers):
            above, below = product(layers[j + 1 :], len(layer)), product(layers[:j], len(S))
            parts.append((above.T @ G @ below.T).ravel())
        return np.concatenate(parts)

    damping = 1e-2
    for _ in range(60):
        at = gradient(point)
        h = 1e-6
        J = np.stack(
            [(gradient(point + h * e) - gradient(point - h * e)) / (2 * h) for e in np.eye(len(point))], axis=1
        )
        step = np.linalg.lstsq(J.T @ J + damping * np.eye(len(point)), -J.T @ at, rcond=None)[0]
        better = np.linalg.norm(gradient(point + step)) < np.linalg.norm(at)
        point, damping = (point + step, max(damping / 5, 1e-12)) if better else (point, damping * 5)
        if np.linalg.norm(at) < 1e-11:
            break
    if np.linalg.norm(gradient(point)) > 1e-9:
        return None
    W = product(split(point), len(S))
    return float(((W @ S) * W).sum() / 2 - (W * M).sum() + whole / 2)
