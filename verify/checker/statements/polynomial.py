"""Statements about one polynomial with rational coefficients on the whole of R^v."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_most, within
from verify.checker.core.limits import MAX_INDETERMINATES, MAX_MATRIX_ORDER, MAX_POLYNOMIAL_DEGREE, MAX_POLYNOMIAL_TERMS
from verify.checker.core.reader import Field
from verify.checker.core.schema import (
    TEXT,
    Constant,
    Count,
    Known,
    Leaf,
    ListOf,
    Unless,
    exactly,
    triangle,
    vector,
    where,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import VALUE, AboutLandscape

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

    @builtins.property
    def definition(self) -> str:
        """The polynomial's name, and the polynomial."""
        return f"{self.name} = {self.describe()}"

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"With {self.definition}:"

    def scope(self) -> str:
        """What a proof about it covers: one polynomial, everywhere."""
        return f"one polynomial, at all points of R^{len(self.indeterminates)}"

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
class SumOfSquares(AboutLandscape[Polynomial]):
    """p is a sum of squares of polynomials, so it is nowhere negative."""

    def claim(self) -> str:
        """What is said of it."""
        return f"{self.landscape.name} is a sum of squares of polynomials with real coefficients"


@dataclass(frozen=True, slots=True)
class GlobalMinimum(SumOfSquares):
    """p >= l everywhere, because p - l is a sum of squares, and p(a) <= u."""

    value: tuple[Fraction, Fraction]
    """l, u."""
    point: tuple[Fraction, ...]
    """a, one coordinate per indeterminate."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        p, high = self.landscape.name, at_most(self.value[1], 10)
        return f"the infimum of {p} is in {within(self.value, 10)}, and {p} is at most {high} at the given point"


@dataclass(frozen=True, slots=True)
class GramWitness(Witness):
    """Monomials z and a symmetric matrix G with p = z^T G z, or p - l = z^T G z."""

    basis: tuple[Exponents, ...]
    """z, as exponents; no monomial twice."""
    gram: Matrix
    """G, the lower triangle."""


def _name_refused(name: str, known: Known) -> str | None:
    if _NAME.fullmatch(name) and name not in known["before"]:
        return None
    return "must be a name of letters, digits and _ that no other indeterminate has"


def _exponents(indeterminates: Callable[[Known], int]) -> Unless[Exponents]:
    """One exponent per indeterminate, whose sum is bounded."""
    return where(
        exactly(indeterminates, Count(0, MAX_POLYNOMIAL_DEGREE)),
        lambda exponents: sum(exponents) <= MAX_POLYNOMIAL_DEGREE,
        f"the degree is more than {MAX_POLYNOMIAL_DEGREE}",
    )


_MONOMIAL = _exponents(lambda known: len(known["indeterminates"]))


def _read_terms(field: Field, known: Known) -> tuple[tuple[Exponents, Fraction], ...]:
    """Pairs of exponents, one for each indeterminate, and the coefficient."""
    found: dict[Exponents, Fraction] = {}
    for entry in field.items(1, MAX_POLYNOMIAL_TERMS):
        first, second = entry.items(2, 2)
        if (exponents := _MONOMIAL.read(first, known)) in found:
            first.fail("this monomial is given more than once")
        found[exponents] = second.number()
    return tuple(found.items())


POLYNOMIAL = Table.of(
    Polynomial,
    Row("kind", Constant("polynomial")),
    Row("indeterminates", ListOf(Unless(TEXT, _name_refused), 1, MAX_INDETERMINATES)),
    Row("terms", Leaf("terms", _read_terms)),
)
POINT = Row("point", vector(lambda known: len(known["landscape"].indeterminates)))
STATEMENT = Variants(
    "property",
    {
        "sum-of-squares": statement_of(SumOfSquares, POLYNOMIAL, "sum-of-squares"),
        "global-minimum": statement_of(GlobalMinimum, POLYNOMIAL, "global-minimum", VALUE, POINT),
    },
)
BASIS = where(
    ListOf(_exponents(lambda known: len(known["statement"].landscape.indeterminates)), 1, MAX_MATRIX_ORDER),
    lambda basis: len(set(basis)) == len(basis),
    "a monomial is given more than once",
)
WITNESS = witness_of(GramWitness, Row("basis", BASIS), Row("gram", triangle(lambda known: len(known["basis"]))))
