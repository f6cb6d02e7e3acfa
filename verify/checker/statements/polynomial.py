"""Statements about one polynomial with rational coefficients on the whole of R^v."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least, at_most
from verify.checker.core.limits import MAX_INDETERMINATES, MAX_POLYNOMIAL_DEGREE, MAX_POLYNOMIAL_TERMS
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement

Exponents = tuple[int, ...]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}", re.ASCII)
_SHOWN = 200
"""Characters of a polynomial that is printed in full."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """p, by its terms."""

    indeterminates: tuple[str, ...]
    terms: tuple[tuple[Exponents, Fraction], ...]
    """Exponents, one per indeterminate, and the coefficient; no monomial twice."""

    @classmethod
    def read(cls, field: Field) -> Polynomial:
        """Read `statement.landscape`."""
        parts = field.fields(["kind", "indeterminates", "terms"])
        parts["kind"].text("polynomial")
        names: list[str] = []
        for entry in parts["indeterminates"].items(1, MAX_INDETERMINATES):
            if not _NAME.fullmatch(entry.text()) or entry.text() in names:
                entry.fail("must be a name of letters, digits and _ that no other indeterminate has")
            names.append(entry.text())
        terms: dict[Exponents, Fraction] = {}
        for entry in parts["terms"].items(1, MAX_POLYNOMIAL_TERMS):
            exponents, coefficient = entry.items(2, 2)
            monomial = read_exponents(exponents, len(names))
            if monomial in terms:
                exponents.fail("this monomial is given more than once")
            terms[monomial] = coefficient.number()
        return cls(tuple(names), tuple(terms.items()))

    @builtins.property
    def degree(self) -> int:
        """The largest sum of exponents; 0 of the zero polynomial."""
        return max((sum(exponents) for exponents, coefficient in self.terms if coefficient), default=0)

    @builtins.property
    def name(self) -> str:
        """What a sentence calls it: `p`, or, where that is an indeterminate, a name that none has."""
        names = ("p", *(f"p{number}" for number in range(MAX_INDETERMINATES)))
        return next(name for name in names if name not in self.indeterminates)

    def describe(self) -> str:
        """The polynomial, exactly, if it is short; else its size."""
        text = " + ".join(self._term(exponents, coefficient) for exponents, coefficient in self.terms)
        if len(text) <= _SHOWN:
            return text.replace("+ -", "- ")
        names = ", ".join(self.indeterminates[:5]) + (", ..." if len(self.indeterminates) > 5 else "")
        return f"the polynomial in {names} of degree {self.degree} whose {len(self.terms)} terms the certificate gives"

    def _term(self, exponents: Exponents, coefficient: Fraction) -> str:
        powers = [
            name if exponent == 1 else f"{name}^{exponent}"
            for name, exponent in zip(self.indeterminates, exponents, strict=True)
            if exponent
        ]
        if powers and abs(coefficient) == 1:
            return ("-" if coefficient < 0 else "") + " ".join(powers)
        return " ".join([str(coefficient), *powers])


@dataclass(frozen=True, slots=True)
class SumOfSquares(Statement):
    """p is a sum of squares of polynomials, so it is nowhere negative."""

    landscape: Polynomial
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one polynomial, everywhere."""
        return f"one polynomial, at all points of R^{len(self.landscape.indeterminates)}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return f"{self.landscape.name} = {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return f"With {self.definition}: {self._claim()}."

    def summary(self) -> str:
        """The property and the polynomial's size."""
        return f"{self.property}: {self._claim()}"

    def _claim(self) -> str:
        return f"{self.landscape.name} is a sum of squares of polynomials with real coefficients"


@dataclass(frozen=True, slots=True)
class GlobalMinimum(SumOfSquares):
    """p >= l everywhere, because p - l is a sum of squares, and p(a) <= u."""

    value: tuple[Fraction, Fraction]
    """l, u."""
    point: tuple[Fraction, ...]
    """a, one coordinate per indeterminate."""

    def _claim(self) -> str:
        low, high = at_least(self.value[0], 10), at_most(self.value[1], 10)
        p = self.landscape.name
        return f"the infimum of {p} is in [{low}, {high}], and {p} is at most {high} at the given point"


def read_exponents(field: Field, count: int) -> Exponents:
    """One exponent per indeterminate, whose sum is bounded."""
    exponents = tuple(entry.count(0, MAX_POLYNOMIAL_DEGREE) for entry in field.items(count, count))
    if sum(exponents) > MAX_POLYNOMIAL_DEGREE:
        field.fail(f"the degree is more than {MAX_POLYNOMIAL_DEGREE}")
    return exponents


def read_statement(field: Field) -> SumOfSquares:
    """Read a certificate's `statement`."""
    name = field.member("property").text("sum-of-squares", "global-minimum")
    if name == "sum-of-squares":
        parts = field.fields(["landscape", "property"])
        return SumOfSquares(Polynomial.read(parts["landscape"]), name)
    parts = field.fields(["landscape", "property", "value", "point"])
    polynomial = Polynomial.read(parts["landscape"])
    low, high = parts["value"].vector(2)
    if low > high:
        parts["value"].fail("the lower bound is above the upper bound")
    return GlobalMinimum(polynomial, name, (low, high), parts["point"].vector(len(polynomial.indeterminates)))
