"""Variables in which a polynomial's coefficients are small integers, and of one size about its middle.

x = t + s x', one s a variable. t is where the terms below the highest ones nearly vanish; far from it powers of t hide
everything in float64. s is a product of small primes that makes p(t + s x') integral, and as little divisible as can
be: then the relations that the lattice looks for are short. Powers of 2 are left to `scales`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from verify.checker.statements.polynomial import Exponents
from verify.producer.sdp.rational import simplest
from verify.producer.sdp.terms import Terms, scaled, scales, translated

PRIMES = (3, 5, 7, 11, 13)
STEPS = 3
"""Of the search for the middle."""
FAR = 1.0
"""From the middle, in units of the polynomial's own scale: an origin no farther is left where it is."""
NEAR = Fraction(1, 4)
"""How far from the middle its stand-in of few digits may be, in these units."""


@dataclass(frozen=True)
class OwnVariables:
    """x = t + s x', and p times the factor."""

    middle: tuple[Fraction, ...]
    """t, (v,)."""
    units: tuple[Fraction, ...]
    """s, (v,), positive."""
    factor: Fraction
    """Positive."""

    @property
    def are_given(self) -> bool:
        """Whether they are the variables that there were."""
        return not any(self.middle) and set(self.units) == {Fraction(1)} and self.factor == 1

    def inside(self, terms: Terms) -> Terms:
        """The factor times p(t + s x')."""
        moved = translated(terms, self.middle)
        return {e: value * self.factor * self.unit_of(e) for e, value in moved.items()}

    def point(self, x: Sequence[Fraction]) -> list[Fraction]:
        """x'."""
        return [(a - t) / s for a, t, s in zip(x, self.middle, self.units, strict=True)]

    def unit_of(self, exponents: Exponents) -> Fraction:
        """s^e."""
        product = Fraction(1)
        for s, e in zip(self.units, exponents, strict=True):
            product *= s**e
        return product


def own_variables(terms: Terms) -> OwnVariables:
    """The variables to look in."""
    middle = _middle(terms)
    moved = translated(terms, middle)
    units, factor = [Fraction(1)] * len(middle), Fraction(1)
    for prime in PRIMES:
        powers, least = _powers(moved, prime)
        units = [unit * Fraction(prime) ** k for unit, k in zip(units, powers, strict=True)]
        factor *= Fraction(prime) ** -least
    return OwnVariables(tuple(middle), tuple(units), factor)


def _middle(terms: Terms) -> list[Fraction]:
    """Where the terms one degree below the highest nearly vanish, of few digits; 0 in each variable that is near it."""
    count = len(next(iter(terms)))
    exact = [Fraction(0)] * count
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            moved = translated(terms, exact)
            powers = scales(moved)
            step = _step(scaled(moved, powers))
            if not np.isfinite(step).all():
                return [Fraction(0)] * count
            exact = [t + Fraction(float(d)) * Fraction(2) ** k for t, d, k in zip(exact, step, powers, strict=True)]
    units = [Fraction(2) ** k for k in scales(translated(terms, exact))]
    return [
        simplest(t - NEAR * unit, t + NEAR * unit) if abs(t) > FAR * unit else Fraction(0)
        for t, unit in zip(exact, units, strict=True)
    ]


def _step(terms: Terms) -> np.ndarray:
    """By least squares."""
    count = len(next(iter(terms)))
    size = max(map(abs, terms.values()), default=Fraction(0)) or Fraction(1)
    values = {e: float(value / size) for e, value in terms.items()}
    top = max(map(sum, values), default=0)
    each = [max((e[i] for e in values), default=0) for i in range(count)]
    below = {
        tuple(power - (i == j) for j, power in enumerate(e))
        for e in values
        for i in range(count)
        if e[i] and (sum(e) == top or e[i] == each[i])
    }
    rows, wanted = [], []
    for e in sorted(below):
        above = [tuple(power + (i == j) for j, power in enumerate(e)) for i in range(count)]
        rows.append([(e[i] + 1) * values.get(above[i], 0.0) for i in range(count)])
        wanted.append(-values.get(e, 0.0))
    found = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=1e-6)[0] if rows else np.zeros(count)
    return np.asarray(found)


def _powers(terms: Terms, prime: int) -> tuple[list[int], int]:
    """k and the least power of the prime in p(prime^k x'), so that the sum of the other powers is least."""
    found = {e: _valuation(value, prime) for e, value in terms.items() if value}
    count = len(next(iter(terms)))
    if not any(found.values()):
        return [0] * count, 0
    rows = np.array([[*e, -1] for e in found], dtype=float)
    values = np.array(list(found.values()), dtype=float)
    best = linprog(rows.sum(axis=0), A_ub=-rows, b_ub=values, bounds=(None, None), method="highs")
    candidates = [[0] * count]
    if best.x is not None and np.isfinite(best.x).all():
        candidates.append([round(float(k)) for k in best.x[:-1]])

    def powers(k: list[int]) -> list[int]:
        return [value + sum(a * b for a, b in zip(k, e, strict=True)) for e, value in found.items()]

    chosen = min(candidates, key=lambda k: sum(powers(k)) - len(found) * min(powers(k)))
    return chosen, min(powers(chosen))


def _valuation(value: Fraction, prime: int) -> int:
    count, number = 0, value.numerator
    while number % prime == 0:
        count, number = count + 1, number // prime
    number = value.denominator
    while number % prime == 0:
        count, number = count - 1, number // prime
    return count
