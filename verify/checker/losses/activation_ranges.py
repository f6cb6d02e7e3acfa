"""Smooth activations over wide balls: no wider than their values, but for rounding.

Theorem. Let f be continuous on [a, b], and monotone between any two neighbours among a, b and the points t_1, ..., t_m
of [a, b]. Then f([a, b]) is the hull of f(a), f(b), f(t_1), ..., f(t_m).

Where the functions here turn, s being the sigmoid, c = log(2 + sqrt 3), phi and Phi the normal density and
distribution function (each line follows from the derivative that is named; tests/symbolic proves them on symbols):
  s, softplus, tanh, arctan   nowhere;
  s' = s (1 - s)              at 0, as s'' = s' (1 - 2 s);
  s''                         at c and -c, as s''' = s' (1 - 6 s') and s' = 1/6 there and nowhere else;
  tanh'(z) = 4 s'(2 z), tanh''(z) = 8 s''(2 z);
  arctan'                     at 0;  arctan'' at 1/sqrt 3 and -1/sqrt 3, as arctan''' = (6 z^2 - 2)/(1 + z^2)^3;
  gelu'' = (2 - z^2) phi      at 0, 2 and -2, as gelu''' = z (z^2 - 4) phi;
  gelu' = Phi + z phi         at sqrt 2 and -sqrt 2;
  gelu = z Phi                at one point of (-0.76, -0.75): gelu' is negative at -0.76 and positive at -0.75, it grows
                              between -sqrt 2 and sqrt 2, is below its limit 0 before, and above its limit 1 after.
"""

from __future__ import annotations

from flint import arb

from verify.checker.losses.layer_activations import Derivatives, derivatives, sigmoid, softplus
from verify.checker.statements.network import SMOOTH, LayerActivation

_NARROW = 2.0**-24
"""Balls of a smaller radius lose little in `derivatives`."""


def ranges(activation: LayerActivation, z: arb) -> Derivatives:
    """sigma, sigma' and sigma'' at every point of z."""
    if activation.name not in SMOOTH or not z.is_finite() or z.rad() < _NARROW:
        return derivatives(activation, z)

    low, high = z.lower(), z.upper()
    ends = zip(derivatives(activation, low), derivatives(activation, high), strict=True)
    hulls = [at_low.union(at_high) for at_low, at_high in ends]
    for index, turns in enumerate(_turns(activation.name)):
        for turn in turns:
            if _may_be_inside(turn, low, high):
                hulls[index] = hulls[index].union(derivatives(activation, turn)[index])
    return Derivatives(*hulls)


def sigmoid_slope(z: arb) -> arb:
    """s'(z) at every point of z."""
    low, high = z.lower(), z.upper()
    hull = (sigmoid(low) * sigmoid(-low)).union(sigmoid(high) * sigmoid(-high))
    return hull.union(arb(1) / 4) if _may_be_inside(arb(0), low, high) else hull


def softplus_range(z: arb) -> arb:
    """log(1 + exp(z)), which grows, at every point of z."""
    return softplus(z.lower()).union(softplus(z.upper()))


def _may_be_inside(point: arb, low: arb, high: arb) -> bool:
    """False only if a point is proved not to lie between these ends."""
    return not (point < low or point > high)


def _turns(name: str) -> tuple[list[arb], list[arb], list[arb]]:
    """Where the activation and its first and second derivatives turn, enclosed."""
    match name:
        case "sigmoid":
            steep = (2 + arb(3).sqrt()).log()
            return [], [arb(0)], [-steep, steep]
        case "tanh":
            steep = (2 + arb(3).sqrt()).log() / 2
            return [], [arb(0)], [-steep, steep]
        case "softplus":
            return [], [], [arb(0)]
        case "arctan":
            steep = 1 / arb(3).sqrt()
            return [], [arb(0)], [-steep, steep]
        case "gelu":
            root = arb(2).sqrt()
            return [arb(-76).union(arb(-75)) / 100], [-root, root], [arb(-2), arb(0), arb(2)]
    raise ValueError(f"it is not known where {name!r} turns")
