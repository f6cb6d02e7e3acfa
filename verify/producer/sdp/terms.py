"""Polynomials with rational coefficients as tables of terms: values, derivatives and translations, exactly; scales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb

import numpy as np
from flint import fmpq

from verify.checker.evaluators import rational
from verify.checker.statements.polynomial import Exponents
from verify.producer.sdp.instance import Array
from verify.producer.sdp.witness import to_fraction

Terms = dict[Exponents, Fraction]


def evaluate(terms: Terms, point: Sequence[Fraction]) -> Fraction:
    """p at a point, exactly."""
    powers: list[dict[int, fmpq]] = [{1: rational(entry)} for entry in point]
    total = fmpq(0)
    for exponents, coefficient in terms.items():
        product = rational(coefficient)
        for known, power in zip(powers, exponents, strict=True):
            if power:
                if power not in known:
                    known[power] = known[1] ** power
                product *= known[power]
        total += product
    return to_fraction(total)


def sizes_at(terms: Terms, point: Sequence[Fraction]) -> Fraction:
    """The sum of the terms' absolute values at a point."""
    positive = {exponents: abs(value) for exponents, value in terms.items()}
    return evaluate(positive, [abs(entry) for entry in point])


def derivative(terms: Terms, variable: int) -> Terms:
    """dp / dx_variable."""
    found: Terms = {}
    for exponents, coefficient in terms.items():
        power = exponents[variable]
        if power and coefficient:
            lower = (*exponents[:variable], power - 1, *exponents[variable + 1 :])
            found[lower] = coefficient * power
    return found


def as_function(terms: Terms) -> Callable[[Array], tuple[float, Array]]:
    """p and its gradient in float64 at a point, (v,)."""
    count = len(next(iter(terms)))

    def compiled(part: Terms) -> Callable[[Array], float]:
        if not part:
            return lambda x: 0.0
        powers, values = np.array(list(part), dtype=float), np.array([float(value) for value in part.values()])
        return lambda x: float(values @ np.prod(np.power(x, powers), axis=1))

    value, partial = compiled(terms), [compiled(derivative(terms, index)) for index in range(count)]
    return lambda x: (value(x), np.array([each(x) for each in partial]))


def scales(terms: Terms) -> list[int]:
    """k such that with x_i = 2^k_i x_i' the coefficients of even monomials are of nearly one size, up to a factor."""
    nonzero = {exponents: value for exponents, value in terms.items() if value}
    even = {exponents: value for exponents, value in nonzero.items() if not any(power % 2 for power in exponents)}
    chosen = even if len(even) > 1 else nonzero
    count = len(next(iter(terms)))
    if not chosen:
        return [0] * count
    rows = np.array([[*exponents, 1] for exponents in chosen], dtype=float)
    sizes = np.array([float(log2(value)) for value in chosen.values()])
    found = np.linalg.lstsq(rows, -sizes, rcond=None)[0][:-1]
    return [round(float(entry)) for entry in found]


def scaled(terms: Terms, powers: Sequence[int]) -> Terms:
    """p(2^k_1 x_1, ...)."""
    return {exponents: value * factor(exponents, powers) for exponents, value in terms.items()}


def factor(exponents: Exponents, powers: Sequence[int]) -> Fraction:
    """2^(k . exponents)."""
    return Fraction(2) ** exponent_of(exponents, powers)


def exponent_of(exponents: Exponents, powers: Sequence[int]) -> int:
    """k . exponents."""
    return sum(k * e for k, e in zip(powers, exponents, strict=True))


def log2(value: Fraction) -> int:
    """About log2 |value|, of a number other than 0."""
    return abs(value.numerator).bit_length() - value.denominator.bit_length()


def translated(terms: Terms, point: Sequence[Fraction]) -> Terms:
    """p(point + x)."""
    for variable, shift in enumerate(point):
        if not shift:
            continue
        found: Terms = {}
        for exponents, coefficient in terms.items():
            power = exponents[variable]
            for k in range(power + 1):
                lower = (*exponents[:variable], k, *exponents[variable + 1 :])
                found[lower] = found.get(lower, Fraction(0)) + coefficient * comb(power, k) * shift ** (power - k)
        terms = {exponents: value for exponents, value in found.items() if value}
    return terms or {(0,) * len(point): Fraction(0)}
