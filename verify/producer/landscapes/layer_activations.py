"""Activations of a network's layers in float64: value, first and second derivative."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit

from verify.checker.statements.network import LayerActivation
from verify.producer.landscapes import floats

Array = NDArray[np.float64]


def derivatives(activation: LayerActivation, z: Array) -> tuple[Array, Array, Array]:
    """sigma, sigma' and sigma'' at z; at a kink the derivatives from the left."""
    parameters = floats.vector(activation.parameters).tolist()
    match activation.name:
        case "piecewise-linear":
            slope = np.where(z > 0, parameters[1], parameters[0])
            return slope * z, slope, np.zeros_like(z)
        case "polynomial":
            p = np.polynomial.Polynomial(parameters)
            return p(z), p.deriv()(z) + 0 * z, p.deriv(2)(z) + 0 * z
        case "elu":
            scale, alpha = parameters
            curve = scale * alpha * np.exp(np.minimum(z, 0))
            right = z > 0
            return (
                np.where(right, scale * z, scale * alpha * np.expm1(np.minimum(z, 0))),
                np.where(right, scale, curve),
                np.where(right, 0.0, curve),
            )
        case "sigmoid":
            s = expit(z)
            slope = s * expit(-z)
            return s, slope, slope * (1 - 2 * s)
        case "tanh":
            t = np.tanh(z)
            return t, 1 - t * t, -2 * t * (1 - t * t)
        case "arctan":
            slope = 1 / (1 + z * z)
            return np.arctan(z), slope, -2 * z * slope * slope
        case "softplus":
            s = expit(z)
            return log_1_plus_exp(z), s, s * expit(-z)
        case "gelu":
            phi = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
            below = (1 + erf(z / np.sqrt(2))) / 2
            return z * below, below + z * phi, (2 - z * z) * phi
    raise ValueError(f"no activation {activation.name!r}")


@np.errstate(invalid="ignore")  # where a search has left the numbers it is told so by the value
def log_1_plus_exp(z: Array) -> Array:
    """log(1 + exp(z)), NaN where z is."""
    found: Array = np.logaddexp(0, z)
    return found
