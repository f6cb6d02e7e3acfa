"""A derived expression, evaluated at rational Gram entries in balls."""

from flint import arb, fmpq
from sympy import Rational, acos, asin, atan, cosh, exp, pi, sinh

BALLS = {acos: arb.acos, asin: arb.asin, atan: arb.atan, cosh: arb.cosh, exp: arb.exp, sinh: arb.sinh}


def ball(number):
    return arb(fmpq(number.numerator, number.denominator))


def narrow(enclosure):
    return 2 * enclosure.rad() < 1e-12


def evaluate(expression, values):
    """The expression with balls for its symbols: exact numbers, sums, products, powers of 1/2, arc functions."""
    if expression in values:
        return values[expression]
    if expression == pi:
        return arb.pi()
    if isinstance(expression, Rational):
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression.is_Pow:
        base, exponent = evaluate(expression.base, values), expression.exp
        return base ** int(exponent) if exponent.is_Integer else base.sqrt() ** int(2 * exponent)
    parts = [evaluate(part, values) for part in expression.args]
    if expression.is_Add:
        return sum(parts, arb(0))
    if expression.is_Mul:
        product = arb(1)
        for part in parts:
            product *= part
        return product
    (argument,) = parts
    return BALLS[expression.func](argument)
