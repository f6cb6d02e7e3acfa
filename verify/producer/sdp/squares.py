"""Exact Gram matrices by other variables: the polynomial's own, and with the origin where it is small.

Gram matrices of p in x' = (x - t) / s are those in x by a change of the monomials, exactly. Which variables are tried
decides only whether one is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from flint import fmpq_mat

from verify.checker.evaluators import rational
from verify.checker.statements.polynomial import Exponents
from verify.producer.sdp.gram import Found, exact_gram
from verify.producer.sdp.gram_face import Gram, whole
from verify.producer.sdp.newton_polytope import needed, newton_basis
from verify.producer.sdp.own_variables import own_variables
from verify.producer.sdp.terms import Terms, evaluate, translated

SHORT = 64
"""Bits of the coordinates of an origin."""


def squares(
    terms: Terms, basis: Sequence[Exponents], near_zeros: Callable[[], Sequence[Sequence[Fraction]]], more: int = 2
) -> tuple[list[Exponents], Found]:
    """`exact_gram` in the polynomial's own variables; where these do not decide, in the given ones, and about zeros.

    Returns the monomials of the Gram matrix too.
    """
    own = own_variables(terms)
    if not own.are_given:
        inside = own.inside(terms)
        inner, wrong = needed(inside, newton_basis(inside))
        if wrong is not None:
            return list(basis), Found(refuted=True)
        monomials, found = _about_zeros(inside, inner, lambda: [own.point(each) for each in near_zeros()], more)
        if found.gram is not None:
            units = [own.unit_of(exponents) for exponents in monomials]
            gram = [
                [v / (a * b * own.factor) for v, b in zip(row, units, strict=False)]
                for row, a in zip(found.gram, units, strict=True)
            ]
            return _back(monomials, gram, own.middle)
        if found.refuted:
            return list(basis), found
    return _about_zeros(terms, basis, near_zeros, more)


def _about_zeros(
    terms: Terms, basis: Sequence[Exponents], near_zeros: Callable[[], Sequence[Sequence[Fraction]]], more: int
) -> tuple[list[Exponents], Found]:
    """`exact_gram`; where it does not decide, again with the origin at a few of the points where p is small.

    There a rational zero is one of the origin: squares lack the constant.
    """
    found = exact_gram(terms, basis, near_zeros)
    if found.gram is not None or found.refuted:
        return list(basis), found
    for point in _origins(near_zeros(), more):
        least = evaluate(terms, point)
        if least < 0:
            continue
        moved = translated(terms, point)
        constant = (0,) * len(point)
        for rest in dict.fromkeys((Fraction(0), least)):  # p(point) itself is a square too
            lower = {**moved, constant: moved.get(constant, Fraction(0)) - rest}
            inner, wrong = needed(lower, newton_basis(lower))
            if wrong is not None:
                found.refuted |= not rest
                continue
            there = exact_gram(lower, inner, partial(_shifted, near_zeros, point))
            if there.gram is not None:
                return _back(*_with_constant(inner, there.gram, rest), point)
            found.refuted |= there.refuted and not rest
    return list(basis), found


def _origins(near: Sequence[Sequence[Fraction]], most: int) -> list[list[Fraction]]:
    """Points of few digits, and the integers nearest to the first point, where these are large."""
    found = [list(each) for each in near if max(e.denominator for e in each).bit_length() <= SHORT][:most]
    rounded = [Fraction(round(entry)) for entry in near[0]] if near else []
    if any(abs(entry) > 3 for entry in rounded):
        found.append(rounded)
    return [point for index, point in enumerate(found) if any(point) and point not in found[:index]]


def _shifted(points: Callable[[], Sequence[Sequence[Fraction]]], origin: Sequence[Fraction]) -> list[list[Fraction]]:
    return [[a - b for a, b in zip(point, origin, strict=True)] for point in points()]


def _with_constant(basis: list[Exponents], gram: Gram, value: Fraction) -> tuple[list[Exponents], Gram]:
    """The Gram matrix of p + value."""
    constant = (0,) * len(basis[0])
    if constant not in basis:
        basis, gram = [constant, *basis], [[Fraction(0)], *([Fraction(0), *row] for row in gram)]
    place = basis.index(constant)
    return basis, [[entry + value * (i == j == place) for j, entry in enumerate(row)] for i, row in enumerate(gram)]


def _back(basis: Sequence[Exponents], gram: Gram, point: Sequence[Fraction]) -> tuple[list[Exponents], Found]:
    """From the monomials of x - point to those of x."""
    images = [translated({exponents: Fraction(1)}, [-entry for entry in point]) for exponents in basis]
    monomials = sorted(set().union(*images))
    change = fmpq_mat([[rational(image.get(exponents, Fraction(0))) for image in images] for exponents in monomials])
    triangle = [[rational(entry) for entry in row] for row in gram]
    return monomials, Found(whole(triangle, change))
