"""`vanishes` proves identities of trigonometric, algebraic and transcendental expressions, and nothing else."""

import pytest
from sympy import I, acos, cos, erf, exp, pi, sin, sqrt, symbols, tan

from verify.producer.symbolic.algebra import is_entire, tidy, vanishes

x, y, t = symbols("x y t", real=True)
p, s = symbols("p s", positive=True)

ZERO = {
    "a binomial": (x + y) ** 2 - x**2 - 2 * x * y - y**2,
    "Pythagoras": sin(t) ** 2 + cos(t) ** 2 - 1,
    "a sum of angles": cos(x - y) - cos(x) * cos(y) - sin(x) * sin(y),
    "a triple angle": cos(3 * t) - 4 * cos(t) ** 3 + 3 * cos(t),
    "a square root in a denominator": 1 / (sqrt(p) - 1) - (sqrt(p) + 1) / (p - 1),
    "the same root written twice": sqrt(1 - x**2 / (p * s)) * sqrt(p) * sqrt(s) - sqrt(p * s - x**2),
    "a root in a root": (1 + 1 / sqrt(p)) / sqrt(1 + 1 / sqrt(p)) - sqrt(1 + 1 / sqrt(p)),
    "the sine of an arc cosine": sin(acos(x / sqrt(p * s))) ** 2 - 1 + x**2 / (p * s),
    "twice an arc cosine": cos(2 * acos(x)) - 2 * x**2 + 1,
    "exponentials": (x + 1) * exp(x) - x * exp(x) - exp(x),
    "a product of exponentials": exp(-(x**2) * (p + 1)) - exp(-p * x**2) * exp(-(x**2)),
    "an exponential with a quotient": exp(x / (1 + p)) ** 2 * exp(2 * p * x / (1 + p)) - exp(2 * x),
}

NOT_ZERO = {
    "a variable": x,
    "a number too small for a tolerance": sqrt(2) - sqrt(2) * (1 + p / 10**40),
    "the wrong sign of a root": sqrt(p * s - x**2) + sqrt(p) * sqrt(s) * sqrt(1 - x**2 / (p * s)),
    "the wrong branch of an angle": acos(x) - acos(-x),
    "sine for cosine": sin(t) - cos(t),
    "a root for its radicand": sqrt(p) - p,
    "a product of other exponentials": exp(x) * exp(2 * x) - exp(2 * x),
}


@pytest.mark.parametrize("name", ZERO)
def test_identities_are_proved(name):
    assert vanishes(ZERO[name])


@pytest.mark.parametrize("name", NOT_ZERO)
def test_what_is_not_an_identity_is_not_proved(name):
    assert not vanishes(NOT_ZERO[name])


@pytest.mark.parametrize("expression", [x**3 * sin(x + t), exp(-(x**2)) * erf(sqrt(2) * x), x / (1 + t**2), pi, I * x])
def test_entire_functions_are_seen_to_be_entire(expression):
    assert is_entire(expression, x)


@pytest.mark.parametrize("expression", [1 / x, sqrt(x), tan(x), acos(x), 1 / (2 + cos(x)), abs(x), x**x])
def test_others_are_not(expression):
    assert not is_entire(expression, x)


def test_a_tidy_expression_is_collected_in_one_factor_after_the_other():
    expression = p * cos(t) * x + cos(t) * x + y * cos(t) + p * sin(t) + sin(t)
    assert str(tidy(expression, cos(t), sin(t), x)) == "(p + 1)*sin(t) + (x*(p + 1) + y)*cos(t)"


def test_a_minus_sign_stays_before_a_sum_without_one():
    assert str(tidy(-2 * (p + x) / y)) == "-2*(p + x)/y"


def test_a_tidy_expression_has_no_minus_sign_before_a_sum_and_its_factors_collected():
    assert str(tidy(-(x * t - pi * x - sqrt(p)) / (2 * pi), x)) == "(sqrt(p) + x*(pi - t))/(2*pi)"
