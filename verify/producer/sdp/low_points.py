"""Where a polynomial is small: candidates for a global minimiser, points where it is negative, and ways down for ever.

What is found is found by local search in float64 and may miss the best; what is said of it is computed exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq_mat
from scipy.optimize import minimize

from verify.checker.evaluators import rational
from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.instance import Array
from verify.producer.sdp.terms import Terms, as_function, derivative, evaluate, log2, scaled, scales, sizes_at
from verify.producer.sdp.witness import to_fraction

STARTS, REACHES = 12, (10.0, 1e3)
"""Random starts, and how far an entry may go, in the scaled variables."""
DENOMINATORS = (1, 2, 3, 4, 5, 6, 10, 12, 100, 1_000)
GRIDS = (4, 8, 16, 40, 80, 160, 320)
"""Bits of a point's entries, after the first that counts."""
WORTH = 12
"""Of the local minima, so many are refined."""
NEWTON = 7
MOST_CURVES = 400


def low_points(terms: Terms, starts: Sequence[Sequence[float]] = ()) -> list[list[Fraction]]:
    """Nearly local minima, refined by Newton's method where that converges; the best first."""
    count = len(next(iter(terms)))
    powers = scales(terms)
    near = _descend(scaled(terms, powers), powers, starts)
    found: dict[tuple[Fraction, ...], Fraction] = {}
    for point in near[:WORTH]:
        for each in (point, *_refined(terms, point)):
            for simple in (*_simple(each), each):
                found.setdefault(tuple(simple), evaluate(terms, simple))
    origin = (Fraction(0),) * count
    found.setdefault(origin, evaluate(terms, origin))
    return [list(point) for point, _ in sorted(found.items(), key=lambda item: item[1])]


def minimiser(terms: Terms, starts: Sequence[Sequence[float]] = ()) -> list[Fraction]:
    """The best point found, rounded as far as its value allows: to few digits if that is no worse."""
    best = low_points(terms, starts)[0]
    value = evaluate(terms, best)
    tolerated = value + sizes_at(terms, best) / 2**60
    for denominator in DENOMINATORS:
        simple = [entry.limit_denominator(denominator) for entry in best]
        if evaluate(terms, simple) <= value:
            return simple
    for bits in GRIDS[3:]:
        simple = _on_grid(best, bits)
        if evaluate(terms, simple) <= tolerated:
            return simple
    return best


def negative_point(
    terms: Terms, known: Sequence[Sequence[Fraction]], starts: Sequence[Sequence[float]] = ()
) -> list[Fraction] | None:
    """A point where p < 0, of few digits; None if none was found. known: low points, from other starts."""
    curve = way_down(terms)
    if curve is not None:
        weights, direction = curve
        for doubling in range(64):
            point = [
                entry * (Fraction(2) ** (doubling * weight)) for entry, weight in zip(direction, weights, strict=True)
            ]
            if evaluate(terms, point) < 0:
                return point
    for low in itertools.chain(known[:WORTH], low_points(terms, starts)[:WORTH] if starts else ()):
        if evaluate(terms, low) < 0:
            simpler = itertools.chain(_simple(low), (_on_grid(low, bits) for bits in GRIDS))
            return next((simple for simple in simpler if evaluate(terms, simple) < 0), list(low))
    return None


def way_down(terms: Terms) -> tuple[tuple[int, ...], tuple[Fraction, ...]] | None:
    """Weights k and d such that p(t^k_1 d_1, t^k_2 d_2, ...) falls below every bound as t grows; None if not found.

    Proved: its leading power of t, which is positive, has a negative coefficient.
    """
    count = len(next(iter(terms)))
    span = (0, 1, 2, -1) if count <= 3 else (0, 1)
    weights = sorted(
        itertools.islice(itertools.product(span, repeat=count), MOST_CURVES), key=lambda k: k != (1,) * count
    )
    for weight in weights:
        degrees = {e: sum(k * power for k, power in zip(weight, e, strict=True)) for e, value in terms.items() if value}
        top = max(degrees.values(), default=0)
        if top <= 0:
            continue
        form = {e: terms[e] for e, degree in degrees.items() if degree == top}
        for direction in _directions(form, count):
            if evaluate(form, direction) < 0:
                return weight, direction
    return None


def _directions(form: Terms, count: int) -> Iterator[tuple[Fraction, ...]]:
    signs = itertools.islice(itertools.product((1, -1), repeat=count), 64)
    yield from (tuple(map(Fraction, each)) for each in signs)
    if len(form) > 1:
        random = np.random.default_rng(1)
        function = as_function(form)
        for start in random.normal(size=(4, count)):
            found = minimize(function, start, jac=True, method="L-BFGS-B", bounds=[(-1, 1)] * count)
            if np.isfinite(found.x).all():
                yield tuple(on_grid(float(entry), 12) for entry in found.x)


def _descend(terms: Terms, powers: Sequence[int], starts: Sequence[Sequence[float]]) -> list[list[Fraction]]:
    """Ends of local searches, the best first; `terms` are in the scaled variables, starts and ends in the unscaled."""
    count = len(powers)
    largest = max((log2(value) for value in terms.values() if value), default=0)
    function = as_function({exponents: value / Fraction(2) ** largest for exponents, value in terms.items()})
    random = np.random.default_rng(0)
    given = [np.array([float(x) * 2.0**-k for x, k in zip(start, powers, strict=True)]) for start in starts]
    ends: list[tuple[float, Array]] = []
    with np.errstate(all="ignore"):
        for reach in REACHES:
            for start in (*given, np.zeros(count), *random.normal(scale=reach / 5, size=(STARTS, count))):
                if not np.isfinite(start).all():
                    continue
                begin = np.clip(start, -reach, reach)
                options = {"ftol": 0.0, "gtol": 1e-13, "maxiter": 500}
                found = minimize(
                    function, begin, jac=True, method="L-BFGS-B", bounds=[(-reach, reach)] * count, options=options
                )
                if np.isfinite(found.fun) and np.isfinite(found.x).all():
                    ends.append((float(found.fun), found.x))
    ends.sort(key=lambda end: end[0])
    distinct: list[Array] = []
    for _, x in ends:
        if all(np.abs(x - other).max() > 1e-4 * (1 + np.abs(x).max()) for other in distinct):
            distinct.append(x)
    return [[Fraction(float(x)) * Fraction(2) ** k for x, k in zip(each, powers, strict=True)] for each in distinct]


def _refined(terms: Terms, point: Sequence[Fraction]) -> Iterator[list[Fraction]]:
    """Newton's method for the gradient's zero, to about 300 bits, where it converges."""
    count = len(point)
    gradient = [derivative(terms, i) for i in range(count)]
    hessian = [[derivative(gradient[i], j) if j <= i else {} for j in range(count)] for i in range(count)]
    at, before = list(point), None
    for _ in range(NEWTON):
        slope = [evaluate(part, at) if part else Fraction(0) for part in gradient]
        if not any(slope):
            break
        rows = fmpq_mat(count, count)
        for i in range(count):
            for j in range(i + 1):
                part = hessian[i][j]
                rows[i, j] = rows[j, i] = rational(evaluate(part, at) if part else Fraction(0))
        try:
            step = rows.solve(fmpq_mat([[rational(entry)] for entry in slope])).entries()
        except ZeroDivisionError:
            return
        change = [to_fraction(entry) for entry in step]
        size = max(map(abs, change))
        if before is not None and size > before:
            return
        before = size
        at = [
            on_grid(entry - each, 330 - max(0, log2(entry) if entry else 0))
            for entry, each in zip(at, change, strict=True)
        ]
    yield at


def _simple(point: Sequence[Fraction]) -> Iterator[list[Fraction]]:
    for denominator in DENOMINATORS:
        yield [entry.limit_denominator(denominator) for entry in point]


def _on_grid(point: Sequence[Fraction], bits: int) -> list[Fraction]:
    return [on_grid(entry, bits - log2(entry)) if entry else entry for entry in point]
