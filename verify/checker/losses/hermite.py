"""Hermite coefficients of activations in balls, by the trapezoidal rule with a proved error.

a_n(s) = E g(s z) h_n(z) for z ~ N(0, 1), with h_n the Hermite polynomials of norm 1, phi the density of z.

Theorem. Let g be analytic near |Im w| <= strip, with |g(w)| <= g0 + g1 |w| there. Let a > 0, s a <= strip, h > 0,
R = J h >= sqrt 2, T(f) = h sum of f(j h) over |j| <= J, A = exp(2 pi a / h) - 1, N = 2 (R + 1 / R) phi(R). Then
  |a_n(s) - T(g(s .) h_n phi)| <= 2 exp(a^2 / 2 + a sqrt n) (g0 + g1 s (1 + a)) / A
                                  + (g0 + g1 s) sqrt(N) sqrt(1 + 2 exp(a^2 / 2 + 2 a sqrt n) / A),
  |E g(s z)^2 - T(g(s .)^2 phi)| <= 2 exp(a^2 / 2) (g0 + g1 s (1 + a))^2 / A + (g0 + g1 s)^2 N.
Proof. docs/WIDE.md, "Hermite coefficients": Poisson's summation formula for the sum over all j, whose transform is
bounded on the lines Im z = +-a by Cauchy-Schwarz and E |h_n(z + i y)|^2 <= exp(2 |y| sqrt n); and the tails. QED
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from flint import arb, arb_mat, ctx

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.outcome import decide

WIDEST = Fraction(2)
"""Of the strips |Im z| <= a: a wider one needs fewer nodes, but its bounds grow with exp(a^2 / 2)."""
STEP = Fraction(1, 16)
"""a is a multiple of it."""
MOST_VALUES = 2**20
"""Of Hermite polynomials at the nodes z > 0."""


class Growth(NamedTuple):
    """|g(w)| <= at_zero + slope |w| for |Im w| <= strip, where g is analytic."""

    at_zero: Fraction
    slope: Fraction
    strip: Fraction


@dataclass(frozen=True, slots=True)
class Expansion:
    """Of g(s .) for some numbers s."""

    coefficients: list[list[arb]]
    """For each s: a_0, a_1, ..."""
    squares: list[arb]
    """For each s: E g(s z)^2, the sum of all a_n^2."""


class _Nodes(NamedTuple):
    """The nodes, h phi(z) at each, the matrix h phi(z) h_n(z), and A, N of the theorem."""

    points: list[arb]
    weights: arb_mat
    polynomials: arb_mat
    alias: arb
    beyond: arb


def expand(g: Callable[[arb], arb], growth: Growth, scales: Sequence[arb], terms: int) -> Expansion:
    """The first coefficients for each of the `scales`, which are positive or exactly 0. Raises Open for large ones."""
    largest = ball(STEP)
    for scale in scales:
        largest = largest.max(scale)
    room = float((ball(growth.strip / STEP) / largest).lower())
    a = min(WIDEST, STEP * int(0.999 * room)) if math.isfinite(room) and room > 0 else Fraction(0)
    inside = a > 0 and all((scale > 0 or scale == 0) and scale * ball(a) <= ball(growth.strip) for scale in scales)
    decide(inside, False, "a variance of a layer was not enclosed between 0 and the largest that is known here")
    nodes = _nodes(a, terms, ctx.prec)
    values = []
    for scale in scales:
        look()
        values.append([g(scale * z) for z in nodes.points])
    found = (arb_mat(values) * nodes.polynomials).tolist()
    squares = (arb_mat([[value * value for value in row] for row in values]) * nodes.weights).tolist()
    width, spread = ball(a), (ball(a * a) / 2).exp()
    twists = [(width * arb(n).sqrt()).exp() for n in range(terms)]
    coefficients, second_moments = [], []
    for scale, row, square in zip(scales, found, squares, strict=True):
        size = ball(growth.at_zero) + ball(growth.slope) * scale * (1 + width)
        reach = ball(growth.at_zero) + ball(growth.slope) * scale
        errors = (
            2 * spread * twist * size / nodes.alias
            + reach * (nodes.beyond * (1 + 2 * spread * twist * twist / nodes.alias)).sqrt()
            for twist in twists
        )
        coefficients.append([_within(value, error) for value, error in zip(row, errors, strict=True)])
        error = 2 * spread * size * size / nodes.alias + reach * reach * nodes.beyond
        second_moments.append(_within(square[0], error))
    return Expansion(coefficients, second_moments)


def _within(value: arb, error: arb) -> arb:
    return value + (-error).union(error)


@lru_cache(maxsize=4)
def _nodes(a: Fraction, terms: int, precision: int) -> _Nodes:
    """The step and R are hints: with any the theorem holds."""
    bits = precision * math.log(2)
    step = 2 * math.pi * float(a) / (bits + float(a) ** 2 / 2 + float(a) * math.sqrt(terms))
    count = math.ceil(max(2 * math.sqrt(bits), 2) / step)
    decide(
        count * terms <= MOST_VALUES, False, f"{terms} Hermite coefficients at a precision of {precision} are too many"
    )
    more = int(2 * count * step * math.sqrt(terms)) + 32  # bits that the recurrence of h_n loses
    h = arb(step)
    density = h / (2 * arb.pi()).sqrt()
    points = [h * j for j in range(-count, count + 1)]
    weights, rows = [], []
    for z in points:
        weight = density * (-z * z / 2).exp()
        weights.append([weight])
        rows.append([weight * value for value in _hermite(z, terms, precision + more)])
    end = h * count
    beyond = 2 * (end + 1 / end) * (-end * end / 2).exp() / (2 * arb.pi()).sqrt()
    alias = (2 * arb.pi() * ball(a) / h).exp() - 1
    decide(bool(end * end >= 2 and alias > 0), False, "the nodes of the trapezoidal rule do not reach far enough")
    return _Nodes(points, arb_mat(weights), arb_mat(rows), alias, beyond)


def _hermite(z: arb, terms: int, precision: int) -> list[arb]:
    """h_0, ..., h_(terms - 1) at z: sqrt(n + 1) h_(n + 1) = z h_n - sqrt(n) h_(n - 1)."""
    look()
    with ctx.workprec(precision):
        last, found, root = arb(0), [arb(1)], arb(0)
        for n in range(1, terms):
            next_root = arb(n).sqrt()
            last, new = found[-1], (z * found[-1] - root * last) / next_root
            found.append(new)
            root = next_root
    return found[:terms]
