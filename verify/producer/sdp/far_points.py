"""Points far away at which a polynomial is nearly its infimum, where that is not attained.

Along a curve (s^k_1 a_1, s^k_2 a_2, ...) from a point a on, local search in float64 follows the bottom of the valley,
in variables scaled to 1. What p is at the points found is computed exactly; that no minimum is attained is not claimed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.terms import Terms, as_function, evaluate, log2, scaled

STEEPEST, MOST_CURVES, TRIED = 2, 125, 4
"""Of the weights k; and how many are looked at, and followed."""
DOUBLINGS = 40
BITS = 60
"""Of a coordinate."""


def further_out(terms: Terms, point: Sequence[Fraction], enough: Fraction) -> list[Fraction]:
    """The best point on curves from the given one on, followed until p falls by no more than `enough` in a step."""
    choices = [range(-STEEPEST, STEEPEST + 1) if entry else (0,) for entry in point]
    weights = [each for each in itertools.islice(itertools.product(*choices), MOST_CURVES) if any(each)]
    best = list(point), evaluate(terms, point)
    for weight in sorted(weights, key=lambda each: evaluate(terms, _along(point, each)))[:TRIED]:
        at, value = list(point), evaluate(terms, point)
        for _ in range(DOUBLINGS):
            moved = _polished(terms, _along(at, weight))
            fall = value - evaluate(terms, moved)
            if fall <= 0:
                break
            at, value = moved, value - fall
            if fall <= enough:
                break
        best = min(best, (at, value), key=lambda each: each[1])
    return best[0]


def _along(point: Sequence[Fraction], weight: Sequence[int]) -> list[Fraction]:
    return [entry * Fraction(2) ** k for entry, k in zip(point, weight, strict=True)]


def _polished(terms: Terms, point: list[Fraction]) -> list[Fraction]:
    """A point near it, up to a factor of 2 in each coordinate, where p is smaller, if one is found."""
    powers = [log2(entry) if entry else 0 for entry in point]
    inner = scaled(terms, powers)
    largest = max((log2(value) for value in inner.values() if value), default=0)
    function = as_function({exponents: value / Fraction(2) ** largest for exponents, value in inner.items()})
    start = np.array([float(entry / Fraction(2) ** k) for entry, k in zip(point, powers, strict=True)])
    with np.errstate(all="ignore"):
        bounds = [(x - abs(x) / 2, x + abs(x) / 2) for x in start]
        found = minimize(function, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 0.0}).x
    if not np.isfinite(found).all():
        return point
    near = [on_grid(float(x), BITS) * Fraction(2) ** k for x, k in zip(found, powers, strict=True)]
    return min(near, point, key=lambda each: evaluate(terms, each))
