"""Kinks that hold a local minimum: the risk rises at least in proportion to how far a unit is from its kink.

Theorem. Let x be a local minimum of F in a ball B, t what a unit with a kink is given on a sample (and on other samples
and places, at which it is given the same function), and let there be directions p, p' such that everywhere on B, with
every slope between those of the half-lines for other units that may be on their kinks,
  (1) with the unit's slope where t > 0, F and t fall along p, and
  (2) with the unit's slope where t < 0, F falls and t rises along p'.
Then t(x) = 0, and F(y) >= F(x) + c |t(y)| for some c > 0 and all y near x.
Proof. From y near x with t(y) > 0 go along p. By the theorem of `directional` t falls at rates between some g > 0 and
G, and F at a rate >= f > 0, as long as t > 0: until t = 0 at some z, at a distance between t(y) / G and t(y) / g, hence
near x. So F(y) >= F(z) + f t(y) / G >= F(x) + (f / G) t(y). The same with p' for t(y) < 0. For y = x: t(x) = 0. QED

The directions are found here: p' = -p is the shortest combination of given gradients along which, in the middle of the
region, t rises at the rate 1 and what the other units of the list are given stays.
Source: derived here; docs/BASIN.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, approximate_inverse
from verify.checker.core.outcome import Open, decide
from verify.checker.core.task import ends, lower, upper
from verify.checker.losses.directional import OnOneSide
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

Place = tuple[int, int, int]
"""Layer, sample, unit."""


def prove_held(
    landscape: EmpiricalRiskLandscape, region: Balls, groups: Sequence[Sequence[Place]], gradients: Sequence[list[arb]]
) -> None:
    """Prove (1) and (2) for groups of pairs, each of one function; `gradients`: about that of each, (trained,)."""
    if not groups:
        return
    across = arb_mat(gradients).mid()
    inverse = approximate_inverse(across * across.transpose())
    if inverse is None:
        raise Open("kinks that hold the minimum depend on each other")
    directions = (across.transpose() * inverse).transpose().tolist()
    for group, direction in zip(groups, directions, strict=True):
        rising = [_rounded(entry) for entry in direction]
        low, high = landscape.network.layers[group[0][0]].activation.parameters
        down, up = dict.fromkeys(group, high), dict.fromkeys(group, low)
        _prove_leads(group[0], -_falling(landscape, region, [-entry for entry in rising], down))
        _prove_leads(group[0], _falling(landscape, region, rising, up))


def _falling(
    landscape: EmpiricalRiskLandscape, region: Balls, direction: Sequence[Fraction], slopes: Mapping[Place, Fraction]
) -> arb:
    """Prove that F falls along a direction, with these slopes; returns that of what their units are given."""
    risk = OnOneSide(landscape, region, direction, slopes)
    slope = risk.slope()
    layer, sample, unit = next(iter(slopes))
    found = f"the loss's slope towards it is in [{lower(slope)}, {upper(slope)}]"
    decide(slope < 0, False, f"beside the kink of {_name((layer, sample, unit))} {found}, not proved negative")
    return risk.of_units[layer][sample][unit]


def _prove_leads(place: Place, towards: arb) -> None:
    """`towards`: how fast the way goes to the kink."""
    found = f"was not proved to lead there: [{lower(towards)}, {upper(towards)}]"
    decide(towards > 0, False, f"the way to the kink of {_name(place)} {found}")


def _name(place: Place) -> str:
    layer, sample, unit = place
    return f"unit {unit} of layer {layer} on sample {sample}"


def _rounded(entry: arb) -> Fraction:
    """Any number near it."""
    return ends(entry.mid())[0]
