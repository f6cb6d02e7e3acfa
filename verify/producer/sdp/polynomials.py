"""What a user calls: certificates that a polynomial is a sum of squares, and of its infimum.

Where there is none the reason says what is proved: a point where the polynomial is negative, a way along which it
falls for ever, or that no squares sum up to it; or that neither was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

from verify.checker.public import NotACertificate, Reason, Verified, at_most
from verify.checker.statements.polynomial import (
    Exponents,
    GlobalMinimum,
    GramWitness,
    Polynomial,
    SumOfSquares,
)
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.rounding import ceil, on_grid
from verify.producer.sdp.far_points import further_out
from verify.producer.sdp.gram import Found, exact_gram
from verify.producer.sdp.gram_face import Gram
from verify.producer.sdp.indeterminates import read_polynomial, refuse_size
from verify.producer.sdp.low_points import low_points, minimiser, negative_point, way_down
from verify.producer.sdp.newton_polytope import needed, newton_basis
from verify.producer.sdp.rational import DENOMINATOR, simplest
from verify.producer.sdp.squares import squares
from verify.producer.sdp.terms import Terms, evaluate, log2
from verify.producer.trust import verdict_on

if TYPE_CHECKING:
    import sympy

PRECISION = 256
SHARES = (0.01, 0.1, 0.5, 0.9)
"""Of the gap that is allowed, tried in this order."""
ROUNDS = 3
"""Points, one better than the other, from which lower bounds are tried."""
FALL = 64
"""A fall by this part of the gap is not worth a step further out."""


def sum_of_squares(polynomial: sympy.Expr | sympy.Poly) -> Certificate:
    """A certificate, verified by the checker, that a SymPy polynomial over Q is a sum of squares.

    Its symbols stand for all real numbers: ValueError where one has another assumption (positive=True), and for
    coefficients other than rational numbers.
    Raises NotCertified where no Gram matrix was found: that there is none is proved only where the reason says
    `not a sum of squares`: by a point where p < 0, by a monomial, or by a linear functional that is nonnegative on
    squares and negative on p.
    """
    names, terms = read_polynomial(polynomial)
    refuse_size(terms)
    basis, wrong = needed(terms, newton_basis(terms))
    low = cache(lambda: low_points(terms))
    basis, found = (basis, Found()) if wrong else squares(terms, basis, low)
    if found.gram is not None:
        return _certificate(SumOfSquares(_polynomial(names, terms), "sum-of-squares"), basis, found.gram)
    point = negative_point(terms, low(), [] if found.means is None else [found.means])
    if point is not None:
        value = f"the polynomial is at most {at_most(evaluate(terms, point))}, below 0, at {_where(names, point)}"
        raise NotCertified(f"not a sum of squares: {value}", {}, Reason.HYPOTHESIS_FALSE)
    if wrong is not None:
        raise NotCertified(f"not a sum of squares: {wrong}", {}, Reason.HYPOTHESIS_FALSE)
    if found.refuted:
        raise NotCertified(f"not a sum of squares: {_FUNCTIONAL}", {}, Reason.HYPOTHESIS_FALSE)
    raise NotCertified(
        "undecided: no rational Gram matrix that is semidefinite was found, and no proof that there is none",
        {"largest_least_eigenvalue": found.largest},
        Reason.NO_CANDIDATE,
    )


_FUNCTIONAL = "a linear functional that is nonnegative on every square is negative on it"


def global_minimum(polynomial: sympy.Expr | sympy.Poly, gap: float = 1e-8) -> Certificate:
    """A certificate that the infimum of a SymPy polynomial over Q is in [l, u], and a point where p <= u.

    Over all real values of the symbols, with the ValueErrors of `sum_of_squares`.
    l is where p - l is a sum of squares, u - l at most `gap` (1 + |u|); l = u where the best point found is rational,
    of few digits, and proved to be a minimiser. Raises NotCertified.
    """
    names, terms = read_polynomial(polynomial)
    refuse_size(terms)
    if not gap > 0:
        raise ValueError(f"the gap must be positive, not {gap}")
    constant = (0,) * len(names)
    if (curve := way_down(terms)) is not None:
        weights, direction = curve
        path = ", ".join(f"{name} = {_power(d, k)}" for name, d, k in zip(names, direction, weights, strict=True))
        raise NotCertified(f"unbounded below: it falls for ever at {path} as t grows", {}, Reason.HYPOTHESIS_FALSE)
    basis, wrong = needed(terms, newton_basis({**terms, constant: Fraction(1)}), free=constant)
    if wrong is not None:
        raise NotCertified(f"no shift of the polynomial is a sum of squares: {wrong}", {}, Reason.HYPOTHESIS_FALSE)
    point = minimiser(terms)
    found, last = Found(), Fraction(0)
    for _ in range(ROUNDS):
        value = evaluate(terms, point)
        high = ceil(value, 100)
        allowed = Fraction(gap) * (1 + abs(high))
        for bound in _bounds(point, value, high, allowed):
            lower = {**terms, constant: terms.get(constant, Fraction(0)) - bound}
            monomials, found = squares(lower, basis, partial(list, [point]), more=1)
            last = bound
            if found.gram is not None:
                statement = GlobalMinimum(_polynomial(names, terms), "global-minimum", (bound, high), tuple(point))
                return _certificate(statement, monomials, found.gram)
        others = [further_out(terms, point, allowed / FALL)]
        if found.means is not None:
            others.append(minimiser(terms, [found.means]))
        point = min(others, key=lambda each: evaluate(terms, each))
        if evaluate(terms, point) >= value:
            break
    high = ceil(evaluate(terms, point), 100)
    measured = {"smallest_value": float(high)}
    for power in range(1, 9):  # a lower bound that is not good enough
        bound = high - Fraction(gap) * 10**power * (1 + abs(high))
        lower = {**terms, constant: terms.get(constant, Fraction(0)) - bound}
        if exact_gram(lower, basis).gram is not None:
            measured["lower_bound"] = float(bound)
            break
    if found.refuted:
        reason = (
            f"no lower bound within the gap of the smallest value found: for no l from {at_most(last)} on p - l is a "
            "sum of squares; a linear functional that is nonnegative on every square is negative on it"
        )
        raise NotCertified(reason, measured, Reason.NO_CANDIDATE)
    raise NotCertified(
        "no lower bound by a sum of squares that was tried is within the gap of the smallest value found",
        measured,
        Reason.NO_CANDIDATE,
    )


def _bounds(point: Sequence[Fraction], value: Fraction, high: Fraction, allowed: Fraction) -> Iterator[Fraction]:
    """Lower bounds to try, the best first; never more than the gap below the value."""
    is_simple = high == value and max(entry.denominator for entry in point) <= DENOMINATOR
    if is_simple:  # it may be the infimum itself
        yield high
    below = simplest(high - allowed / 2, high)
    if below.denominator <= DENOMINATOR and not (is_simple and below == high):
        yield below
    for share in SHARES:
        yield on_grid(high - Fraction(share) * allowed, 8 - log2(allowed))


def _where(names: Sequence[str], point: Sequence[Fraction]) -> str:
    return ", ".join(f"{name} = {entry}" for name, entry in zip(names, point, strict=True))


def _power(direction: Fraction, weight: int) -> str:
    if weight == 0 or not direction:
        return str(direction)
    power = "t" if weight == 1 else f"t^{weight}"
    return power if direction == 1 else f"-{power}" if direction == -1 else f"{direction} {power}"


def _polynomial(names: Sequence[str], terms: Terms) -> Polynomial:
    return Polynomial(tuple(names), tuple(terms.items()))


def _certificate(statement: SumOfSquares, basis: Sequence[Exponents], gram: Gram) -> Certificate:
    """The certificate, if the checker verifies it. Raises NotCertified."""
    witness = GramWitness(PRECISION, tuple(basis), tuple(map(tuple, gram)))
    certificate = Certificate.of("polynomial", statement, witness, {"program": "verify.producer.sdp"})
    try:
        verdict = verdict_on(certificate.read())
    except NotACertificate as error:
        raise NotCertified(f"no certificate was written: {error}", {}, Reason.TOO_LARGE) from None
    if not isinstance(verdict, Verified):
        raise NotCertified(
            f"the checker does not verify the certificate tried: {getattr(verdict, 'reason', '')}",
            {},
            getattr(verdict, "code", Reason.NOT_PROVED),
        )
    return certificate
