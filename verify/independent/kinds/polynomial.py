"""The kind polynomial: sums of squares, and infima."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from ..fields import MAX_MATRIX_ORDER, MAX_PRECISION, MIN_PRECISION, Field, interval, numbers, triangle
from ..outcomes import Clock, decide
from ..rational import Rationals, exact_sum, prove_semidefinite, symmetric
from ..words import between

MAX_INDETERMINATES = 64
MAX_POLYNOMIAL_TERMS, MAX_POLYNOMIAL_DEGREE = 10_000, 128
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
Monomial = tuple[int, ...]


@dataclass(frozen=True)
class PolynomialClaim:
    """A polynomial as a sum of squares z^T G z, or, with `value` and `point`, that plus the lower bound."""

    claimed: str
    terms: dict[Monomial, Fraction]
    value: tuple[Fraction, Fraction] | None
    point: list[Fraction]
    basis: list[Monomial]
    G: Rationals

    def sentence(self) -> str:
        """What was proved."""
        what = "is a sum of squares" if self.value is None else f"has its infimum in {between(self.value)}"
        return f"{self.claimed}: the polynomial of {len(self.terms)} terms {what}"

    def prove(self, clock: Clock) -> None:
        """1 to 3."""
        parts: dict[Monomial, list[Fraction]] = {term: [-c] for term, c in self.terms.items()}
        if self.value is not None:
            parts.setdefault((0,) * len(self.basis[0]), []).append(self.value[0])
        for a, first in enumerate(self.basis):
            clock.tick()
            for b, second in enumerate(self.basis[: a + 1]):
                product = tuple(x + y for x, y in zip(first, second, strict=True))
                parts.setdefault(product, []).append((1 + (a != b)) * self.G[a][b])
        same = all(exact_sum(terms, clock) == 0 for terms in parts.values())
        decide(same, not same, "the polynomial less the bound is z^T G z")
        prove_semidefinite("G", self.G, clock)
        if self.value is not None:
            powers = (
                math.prod(x**e for x, e in zip(self.point, term, strict=True)) * c for term, c in self.terms.items()
            )
            there = exact_sum(powers, clock)
            decide(
                there <= self.value[1], there > self.value[1], "the polynomial at the point is at most the upper bound"
            )


def read_polynomial(statement: Field, witness: Field) -> PolynomialClaim:
    """A statement of the kind polynomial with its witness."""
    name = statement.member("property").word("sum-of-squares", "global-minimum")
    more = ("value", "point") if name == "global-minimum" else ()
    fields = statement.members("landscape", "property", *more)
    land = fields["landscape"].members("kind", "indeterminates", "terms")
    names = [entry.word() for entry in land["indeterminates"].entries(1, MAX_INDETERMINATES)]
    if len(set(names)) < len(names) or not all(map(NAME.fullmatch, names)):
        land["indeterminates"].fail("must be different names of letters, digits and _")
    n = len(names)

    def monomial(field: Field) -> Monomial:
        exponents = tuple(entry.integer(0, MAX_POLYNOMIAL_DEGREE) for entry in field.entries(n, n))
        if sum(exponents) > MAX_POLYNOMIAL_DEGREE:
            field.fail(f"a degree above {MAX_POLYNOMIAL_DEGREE}")
        return exponents

    terms: dict[Monomial, Fraction] = {}
    for field in land["terms"].entries(1, MAX_POLYNOMIAL_TERMS):
        exponents, coefficient = field.entries(2, 2)
        term = monomial(exponents)
        if term in terms:
            field.fail("a monomial is given twice")
        terms[term] = coefficient.number()
    given = witness.members("precision", "basis", "gram")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    basis = [monomial(field) for field in given["basis"].entries(1, MAX_MATRIX_ORDER)]
    if len(set(basis)) < len(basis):
        given["basis"].fail("a monomial is given twice")
    value = interval(fields["value"]) if more else None
    point = numbers(fields["point"], n, n) if more else []
    return PolynomialClaim(name, terms, value, point, basis, symmetric(triangle(given["gram"], len(basis))))
