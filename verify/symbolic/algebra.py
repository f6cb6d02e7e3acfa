"""Deciding that an expression is zero, by exact algebra and never by numbers."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import (
    Dummy,
    Expr,
    Function,
    Mul,
    Pow,
    Rational,
    Symbol,
    collect,
    cos,
    erf,
    exp,
    expand,
    expand_trig,
    factor,
    fraction,
    rem,
    simplify,
    sin,
    together,
)

ENTIRE = (sin, cos, exp, erf)


def vanishes(expression: Expr) -> bool:
    """True only if proved: the expression is 0 wherever it is defined.

    Sines and cosines of sums are expanded. Then every function value becomes an indeterminate, with the relation
    sin^2 = 1 - cos^2 for the sines, and every square root one with the relation rho^2 = radicand. If the numerator
    reduces to the zero polynomial, the expression is 0 whatever the indeterminates stand for. False means "not proved",
    since they may be related otherwise.
    """
    rational = expand_trig(expression).replace(_is_root, _factored_root)
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
    return bool(expand(_numerator(rational)) == 0)


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
    """The expression simplified for a reader: factored, a minus sign in front moved into a sum, `factors` collected."""
    simple = factor(simplify(expression))
    coefficient, rest = simple.as_coeff_Mul()
    parts = list(Mul.make_args(rest))
    for i, part in enumerate(parts):
        if part.is_Add and coefficient < 0:
            coefficient, part = -coefficient, -part
        parts[i] = collect(part, factors)
    return Mul(coefficient, *parts)


def abbreviated(expression: Expr, names: Mapping[Expr, Expr]) -> Expr:
    """The expression with each name in place of what it stands for."""
    for name, definition in names.items():
        expression = expression.subs(definition, name)
    return expression


def _numerator(expression: Expr) -> Expr:
    return fraction(together(expression))[0]


def _is_root(expression: Expr) -> bool:
    return bool(expression.is_Pow and isinstance(expression.exp, Rational) and expression.exp.q == 2)


def _factored_root(root: Expr) -> Expr:
    """The same root with positive factors taken out, so that sqrt(1 - q^2/(p s)) shows sqrt(p s - q^2)."""
    return factor(together(root.base)) ** root.exp
