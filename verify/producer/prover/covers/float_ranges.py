"""Activations and their derivatives over balls of float64: their ranges, but for rounding.

A continuous function takes its least and its largest value on an interval at an end, or where it turns; those places
are known of each function here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit, ndtr

from verify.checker.statements.network import LayerActivation
from verify.producer.landscapes import floats
from verify.producer.prover.covers.float_balls import Array, FloatBalls

STEEP = float(np.log(2 + np.sqrt(3)))
"""Where the slope of the sigmoid changes most."""
LOWEST_GELU = -0.7517915246935645


def sigmoid(z: FloatBalls) -> FloatBalls:
    """1 / (1 + exp(-z)), which grows."""
    return _range(expit, z)


def sigmoid_slope(z: FloatBalls) -> FloatBalls:
    """The derivative."""
    return _range(lambda x: expit(x) * expit(-x), z, 0.0)


def softplus(z: FloatBalls) -> FloatBalls:
    """log(1 + exp(z)), which grows."""
    return _range(lambda x: np.logaddexp(0, x), z)


def activation_ranges(activation: LayerActivation, z: FloatBalls) -> tuple[FloatBalls, FloatBalls, FloatBalls]:
    """sigma, sigma' and sigma''; NaN for derivatives where a kink may be met."""
    parameters = floats.vector(activation.parameters).tolist()
    match activation.name:
        case "sigmoid":
            return sigmoid(z), sigmoid_slope(z), _range(_sigmoid_bend, z, -STEEP, STEEP)
        case "softplus":
            return softplus(z), sigmoid(z), sigmoid_slope(z)
        case "tanh":
            return (
                _range(np.tanh, z),
                _range(lambda x: 4 * expit(2 * x) * expit(-2 * x), z, 0.0),
                _range(lambda x: 8 * _sigmoid_bend(2 * x), z, -STEEP / 2, STEEP / 2),
            )
        case "arctan":
            steep = 1 / np.sqrt(3)
            return (
                _range(np.arctan, z),
                _range(lambda x: 1 / (1 + x * x), z, 0.0),
                _range(lambda x: -2 * x / (1 + x * x) ** 2, z, -steep, steep),
            )
        case "gelu":
            root = np.sqrt(2)
            return (
                _range(lambda x: x * ndtr(x), z, LOWEST_GELU),
                _range(lambda x: ndtr(x) + x * _density(x), z, -root, root),
                _range(lambda x: (2 - x * x) * _density(x), z, -2.0, 0.0, 2.0),
            )
        case "polynomial":
            return _polynomial(parameters, z)
    return _with_kink(activation.name, parameters, z)


def _sigmoid_bend(x: Array) -> Array:
    s = expit(x)
    found: Array = s * expit(-x) * (1 - 2 * s)
    return found


def _density(x: Array) -> Array:
    found: Array = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    return found


def _range(function: Callable[[Array], Array], z: FloatBalls, *turns: float) -> FloatBalls:
    """The values of a function that turns at these places alone."""
    ends = [function(z.low), function(z.high)]
    ends += [np.where((z.low < turn) & (turn < z.high), function(np.array(turn)), ends[0]) for turn in turns]
    return FloatBalls.between(np.minimum.reduce(ends), np.maximum.reduce(ends))


def _polynomial(coefficients: list[float], z: FloatBalls) -> tuple[FloatBalls, FloatBalls, FloatBalls]:
    value, first, second = (FloatBalls(np.zeros_like(z.middle)) for _ in range(3))
    for coefficient in reversed(coefficients):  # as the checker has it
        second = second * z + first * 2.0
        first = first * z + value
        value = value * z + coefficient
    return value, first, second


def _with_kink(name: str, parameters: list[float], z: FloatBalls) -> tuple[FloatBalls, FloatBalls, FloatBalls]:
    left, right = z.high < 0, z.low > 0

    def curve(on_left: Callable[[Array], Array], slope: float) -> FloatBalls:
        both = [np.where(end > 0, slope * end, on_left(np.minimum(end, 0))) for end in (z.low, z.high)]
        kink = np.where(left | right, both[0], 0)
        return FloatBalls.between(np.minimum.reduce([*both, kink]), np.maximum.reduce([*both, kink]))

    def of(on_left: FloatBalls, on_right: float) -> FloatBalls:
        known = [
            np.where(left, part, np.where(right, end, np.nan))
            for part, end in ((on_left.middle, on_right), (on_left.radius, 0.0))
        ]
        return FloatBalls(*known)

    if name == "piecewise-linear":
        low, high = parameters
        zero = FloatBalls(np.zeros_like(z.middle))
        if low == high:
            return z * low, zero + low, zero
        return curve(lambda x: low * x, high), of(zero + low, high), of(zero, 0.0)
    scale, alpha = parameters
    bend = _range(lambda x: scale * alpha * np.exp(np.minimum(x, 0)), z)
    return curve(lambda x: scale * alpha * np.expm1(x), scale), of(bend, scale), of(bend, 0.0)
