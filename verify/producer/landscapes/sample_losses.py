"""The loss of each sample as a function of the outputs, in float64: value, gradient, Hessian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.landscapes import floats
from verify.producer.landscapes.layer_activations import log_1_plus_exp

Array = NDArray[np.float64]


def sample_loss(exact: EmpiricalRiskLandscape, f: Array, y: Array) -> tuple[Array, Array, Array]:
    """(samples,), (samples, outputs) and (samples, outputs, outputs), for f and y (samples, outputs).

    Without the samples' factors. At a bend, one side's derivatives.
    """
    unit, kind = np.eye(f.shape[1]), exact.loss
    if (slopes := residual_slopes(exact)) is not None:
        return on_lines(f - y, np.where(f > y, slopes[1], slopes[0]))
    if kind == "huber":
        delta, size = floats.nearest(exact.delta or 0), np.abs(f - y)
        near = size <= delta
        value = np.where(near, size**2 / 2, delta * (size - delta / 2))
        return value.sum(1), np.clip(f - y, -delta, delta), near[:, :, None] * unit
    if kind == "squares":
        return ((f - y) ** 2).sum(1), 2 * (f - y), np.broadcast_to(2 * unit, (len(f), *unit.shape))
    if kind == "logistic":
        wrong = expit(-y * f)
        return log_1_plus_exp(-y * f).sum(1), -y * wrong, (y * y * wrong * expit(y * f))[:, :, None] * unit
    total, level = y.sum(1, keepdims=True), logsumexp(f, axis=1, keepdims=True)
    p = np.exp(f - level)
    return (
        (y * (level - f)).sum(1),
        total * p - y,
        total[:, :, None] * (p[:, :, None] * unit - p[:, :, None] * p[:, None, :]),
    )


def residual_slopes(exact: EmpiricalRiskLandscape) -> Array | None:
    """Of a loss that is linear on each side of the residual 0: on both sides, (2, samples, outputs)."""
    if exact.residual_slopes(exact.targets[0][0]) is None:
        return None
    pairs = [[exact.residual_slopes(y) or () for y in row] for row in exact.targets]
    return np.array([[[float(pair[side]) for pair in row] for row in pairs] for side in (0, 1)])


def on_lines(residuals: Array, slopes: Array) -> tuple[Array, Array, Array]:
    """Of losses that are these slopes times the residuals, each (samples, outputs)."""
    return (slopes * residuals).sum(1), slopes, np.zeros((*slopes.shape, slopes.shape[1]))
