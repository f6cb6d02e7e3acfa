"""Activations of a network's layers in balls: value, first and second derivative.

Each function encloses its values at every point of the ball. Where a derivative does
not exist at some point of the ball (a kink), the result is NaN, which proves nothing.
The derivatives are written by hand, in forms that are narrow over a ball; that they are those of the
value is proved on symbols (tests/symbolic/test_layer_activations.py).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.statements.network import LayerActivation


class Derivatives(NamedTuple):
    """sigma, sigma' and sigma'' at a ball."""

    value: arb
    first: arb
    second: arb


def derivatives(activation: LayerActivation, z: arb) -> Derivatives:
    """sigma and its derivatives at every point of z."""
    match activation.name:
        case "piecewise-linear":
            return _piecewise_linear(activation.parameters, z)
        case "polynomial":
            return _polynomial(activation.parameters, z)
        case "elu":
            return _elu(activation.parameters, z)
        case "sigmoid":
            s = sigmoid(z)
            slope = s * sigmoid(-z)
            return Derivatives(s, slope, slope * (1 - 2 * s))
        case "tanh":
            t = z.tanh()
            slope = z.sech() ** 2
            return Derivatives(t, slope, -2 * t * slope)
        case "arctan":
            slope = 1 / (1 + z * z)
            return Derivatives(z.atan(), slope, -2 * z * slope * slope)
        case "softplus":
            s = sigmoid(z)
            return Derivatives(softplus(z), s, s * sigmoid(-z))
        case "gelu":
            return _gelu(z)
    raise ValueError(f"no activation {activation.name!r}")


def value(activation: LayerActivation, z: arb) -> arb:
    """sigma at every point of z; without the derivatives where they would take longer than the value."""
    match activation.name:
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return z.tanh()
        case "arctan":
            return z.atan()
        case "softplus":
            return softplus(z)
    return derivatives(activation, z).value


def sigmoid(z: arb) -> arb:
    """1 / (1 + exp(-z)), between 0 and 1; it grows, so that the values at a wide ball's ends enclose the others."""
    if z.rad() > 1:
        return sigmoid(z.lower()).union(sigmoid(z.upper()))
    return 1 / (1 + (-z).exp())


def softplus(z: arb) -> arb:
    """log(1 + exp(z))."""
    return (-z).exp().log1p() + z if z > 0 else z.exp().log1p()


def _piecewise_linear(slopes: tuple[Fraction, ...], z: arb) -> Derivatives:
    negative, positive = slopes
    if negative == positive or z > 0:
        slope = ball(positive)
    elif z < 0:
        slope = ball(negative)
    else:
        # Continuous and monotone on either side of 0: each side's values, where the other side gives 0.
        right, left = ball(positive) * z.max(arb(0)), ball(negative) * z.min(arb(0))
        return Derivatives(right.union(left).union(arb(0)), arb.nan(), arb.nan())
    return Derivatives(slope * z, slope, arb(0))


def _polynomial(coefficients: tuple[Fraction, ...], z: arb) -> Derivatives:
    value, first, second = arb(0), arb(0), arb(0)
    for coefficient in reversed(coefficients):  # Horner's rule, differentiated twice
        second = second * z + 2 * first
        first = first * z + value
        value = value * z + ball(coefficient)
    return Derivatives(value, first, second)


def _elu(parameters: tuple[Fraction, ...], z: arb) -> Derivatives:
    scale, alpha = parameters
    if z > 0:
        return Derivatives(ball(scale) * z, ball(scale), arb(0))
    curve = ball(scale * alpha)
    if z < 0:
        slope = curve * z.exp()
        return Derivatives(curve * z.expm1(), slope, slope)
    right, left = ball(scale) * z.max(arb(0)), curve * z.min(arb(0)).expm1()
    return Derivatives(right.union(left).union(arb(0)), arb.nan(), arb.nan())


def _gelu(z: arb) -> Derivatives:
    """z Phi(z), with Phi and phi the normal distribution function and density: Phi + z phi, (2 - z^2) phi."""
    phi = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
    below = (1 + (z / arb(2).sqrt()).erf()) / 2
    return Derivatives(z * below, below + z * phi, (2 - z * z) * phi)
