"""A SymPy polynomial over the rational numbers as exact terms; anything that would mean something else is refused.

A certificate speaks of all real values of the indeterminates and of rational coefficients. A symbol that SymPy knows
to be positive or an integer, a float, a complex or an algebraic coefficient, or one modulo p, is another question.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from verify.checker.public import Reason, limits
from verify.checker.statements.polynomial import Exponents
from verify.producer.prover import NotCertified

if TYPE_CHECKING:
    import sympy

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}", re.ASCII)
"""What certificates can call an indeterminate."""


def read_polynomial(polynomial: sympy.Expr | sympy.Poly) -> tuple[list[str], dict[Exponents, Fraction]]:
    """Indeterminates, in the order of the Poly's generators, and terms. Raises ValueError if it is none over Q."""
    import sympy

    if not isinstance(polynomial, sympy.Expr | sympy.Poly):
        raise ValueError(f"{polynomial!r} is not a polynomial of SymPy, but of the type {type(polynomial).__name__}")
    if polynomial.atoms(sympy.Float):
        raise ValueError(f"{polynomial} has floats as coefficients; write rational numbers")
    wrong = f"{polynomial} is not a polynomial with rational coefficients"
    try:
        poly = polynomial if isinstance(polynomial, sympy.Poly) else sympy.Poly(polynomial)
    except sympy.polys.polyerrors.BasePolynomialError as error:
        raise ValueError(f"{wrong}: {error}") from None
    for symbol in poly.gens:
        _refuse_symbol(symbol, wrong)
    if poly.domain.is_RR or poly.domain.is_CC:
        raise ValueError(f"{polynomial} has floats as coefficients; write rational numbers")
    if not (poly.domain.is_ZZ or poly.domain.is_QQ):
        raise ValueError(f"{wrong}: they are in {poly.domain}")
    names = [str(symbol) for symbol in poly.gens]
    if len(set(names)) < len(names):
        raise ValueError(f"two of the indeterminates {', '.join(names)} have the same name")
    exact = poly.set_domain(sympy.QQ)
    terms = {tuple(map(int, powers)): Fraction(int(c.p), int(c.q)) for powers, c in exact.terms()}
    return names, terms


def refuse_size(terms: dict[Exponents, Fraction]) -> None:
    """Beyond the checker's limits no certificate is written. Raises NotCertified."""
    sizes = (
        (len(next(iter(terms))), limits.MAX_INDETERMINATES, "indeterminates"),
        (len(terms), limits.MAX_POLYNOMIAL_TERMS, "terms"),
        (max(map(sum, terms)), limits.MAX_POLYNOMIAL_DEGREE, "as its degree"),
    )
    for size, limit, what in sizes:
        if size > limit:
            raise NotCertified(f"the polynomial has {size} {what}; at most {limit} are checked", {}, Reason.TOO_LARGE)


def _refuse_symbol(symbol: sympy.Expr, wrong: str) -> None:
    """All but symbols of which SymPy assumes nothing that is not true of every real number."""
    import sympy

    if type(symbol) is not sympy.Symbol:
        raise ValueError(f"{wrong} in its symbols: {symbol} is none")
    if not NAME.fullmatch(str(symbol)):
        raise ValueError(f"the symbol {symbol} must be called by at most 16 letters, digits and _, a letter first")
    real = sympy.Dummy(real=True).assumptions0
    more = {fact: value for fact, value in symbol.assumptions0.items() if real.get(fact) is not value}
    if more:
        listed = ", ".join([fact for fact, value in more.items() if value] or [f"not {fact}" for fact in more])
        raise ValueError(f"SymPy assumes the symbol {symbol} to be {listed}; a certificate is about all real values")
