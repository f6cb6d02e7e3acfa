"""The loss of each sample as a function of the outputs, in float64: value, gradient, Hessian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

Array = NDArray[np.float64]


def sample_loss(kind: str, f: Array, y: Array) -> tuple[Array, Array, Array]:
    """(samples,), (samples, outputs) and (samples, outputs, outputs), for f and y (samples, outputs)."""
    unit = np.eye(f.shape[1])
    if kind == "squares":
        return ((f - y) ** 2).sum(1), 2 * (f - y), np.broadcast_to(2 * unit, (len(f), *unit.shape))
    if kind == "logistic":
        wrong = expit(-y * f)
        return np.logaddexp(0, -y * f).sum(1), -y * wrong, (y * y * wrong * expit(y * f))[:, :, None] * unit
    total, level = y.sum(1, keepdims=True), logsumexp(f, axis=1, keepdims=True)
    p = np.exp(f - level)
    return (
        (y * (level - f)).sum(1),
        total * p - y,
        total[:, :, None] * (p[:, :, None] * unit - p[:, :, None] * p[:, None, :]),
    )
