"""Deciding that an expression is zero, by exact algebra and never by numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sympy import (
    Dummy,
    Expr,
    Function,
    Integer,
    Mul,
    Poly,
    Pow,
    Rational,
    Symbol,
    cancel,
    collect,
    cos,
    cosh,
    erf,
    exp,
    expand,
    expand_trig,
    factor,
    fraction,
    pi,
    powsimp,
    rem,
    simplify,
    sin,
    sinh,
    together,
)

ENTIRE = (sin, cos, exp, erf, sinh, cosh)


def vanishes(expression: Expr) -> bool:
    """True only if proved: the expression is 0 wherever it is defined.

    Sines and cosines of sums are expanded, and hyperbolic ones written by exponentials. Then every function value
    becomes an indeterminate, with the relation sin^2 = 1 - cos^2 for the sines, and every square root one with the
    relation rho^2 = radicand; a product of exponentials is the exponential of the sum. If the numerator reduces to the
    zero polynomial, the expression is 0 whatever the indeterminates stand for. False means "not proved", since they
    may be related otherwise.
    """
    rational = expand_trig(expression.rewrite([sinh, cosh], exp)).replace(_is_root, _factored_root)
    values = {value: Dummy() for value in rational.atoms(Function)}
    relations: list[tuple[Dummy, Expr]] = []
    for value in list(values):
        if isinstance(value, sin):
            cosine = values.setdefault(cos(*value.args), Dummy())
            relations.append((values[value], 1 - cosine**2))
    rational = rational.xreplace(values)
    while roots := [atom for atom in rational.atoms(Pow) if _is_root(atom)]:
        # The simplest first: sqrt(p) in sqrt(1 + q/sqrt(p)) is named before the root around it.
        radicand = min(roots, key=lambda root: root.count_ops()).base
        rho = Dummy()
        rational = rational.replace(
            lambda e, radicand=radicand: _is_root(e) and e.base == radicand,
            lambda e, rho=rho: rho ** (2 * e.exp),
        )
        relations.append((rho, radicand))
    for rho, square in reversed(relations):
        rational = rem(_numerator(rational), rho**2 - square, rho)
    exponents = {dummy: value.args[0] for value, dummy in values.items() if isinstance(value, exp)}
    return all(expand(coefficient) == 0 for coefficient in _by_exponential(_numerator(rational), exponents))


def is_entire(expression: Expr, variable: Symbol) -> bool:
    """True only if proved: the expression is an entire function of the variable."""
    if variable not in expression.free_symbols or expression == variable:
        return True
    if expression.is_Pow:
        return bool(expression.exp.is_Integer and expression.exp > 0) and is_entire(expression.base, variable)
    if expression.is_Add or expression.is_Mul or isinstance(expression, ENTIRE):
        return all(is_entire(part, variable) for part in expression.args)
    return False


def tidy(expression: Expr, *factors: Expr) -> Expr:
    """The expression simplified for a reader: factored, a minus sign in front moved into a sum that has one.

    Sums are collected in the first of `factors`, what multiplies its powers in the second, and so on.
    """
    simple = powsimp(factor(simplify(expression)), combine="exp")
    coefficient, rest = simple.as_coeff_Mul()
    parts = list(Mul.make_args(rest))
    for i, part in enumerate(parts):
        if part.is_Add and coefficient < 0 and any(term.could_extract_minus_sign() for term in part.args):
            coefficient, part = -coefficient, -part
        parts[i] = _collected(part, *factors) if part.is_Add else part
    return Mul(coefficient, *parts)


def abbreviated(expression: Expr, names: Mapping[Expr, Expr]) -> Expr:
    """The expression with each name in place of what it stands for, also where that stands expanded.

    A name for a multiple of 1/pi, as c = 4/pi, takes the place of every 1/pi.
    """
    for name, definition in names.items():
        if (definition * pi).is_Rational:
            expression = expression.subs(1 / pi, name / (definition * pi))
        expression = expression.subs(definition, name).subs(expand(definition), name)
    return expression


def _by_exponential(polynomial: Expr, exponents: Mapping[Dummy, Expr]) -> list[Expr]:
    """The coefficients of the different exponentials: each key of `exponents` stands for exp of its value."""
    if not exponents:
        return [polynomial]
    coefficients: defaultdict[Expr, Expr] = defaultdict(lambda: Integer(0))
    for powers, coefficient in Poly(polynomial, *exponents).terms():
        exponent = sum(power * argument for power, argument in zip(powers, exponents.values(), strict=True))
        coefficients[cancel(exponent)] += coefficient
    return list(coefficients.values())


def _collected(expression: Expr, *factors: Expr) -> Expr:
    if not factors:
        return factor(expression)
    powers = collect(expand(expression), factors[0], evaluate=False)
    return sum((power * _collected(coefficient, *factors[1:]) for power, coefficient in powers.items()), Integer(0))


def _numerator(expression: Expr) -> Expr:
    return fraction(together(expression))[0]


def _is_root(expression: Expr) -> bool:
    return bool(expression.is_Pow and isinstance(expression.exp, Rational) and expression.exp.q == 2)


def _factored_root(root: Expr) -> Expr:
    """The same root with positive factors taken out, so that sqrt(1 - q^2/(p s)) shows sqrt(p s - q^2)."""
    return factor(together(root.base)) ** root.exp
