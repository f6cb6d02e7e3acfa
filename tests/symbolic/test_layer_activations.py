"""A network's activations in the checker: each value is its definition, and the derivatives are those of the value.

The checker's own code is run on SymPy symbols, so its formulas follow from one formula each, although they are written
by hand: differentiated power series of that formula give balls that are wider (benchmarks/layer_activations.py).
"""

from fractions import Fraction

import pytest
import sympy
from sympy import Rational, atan, diff, erf, exp, log, sqrt, tanh

from tests.symbolic.on_symbols import Symbolic
from verify.checker.losses import layer_activations
from verify.checker.losses.layer_activations import Derivatives, derivatives
from verify.checker.statements import network
from verify.checker.statements.network import LayerActivation
from verify.producer.symbolic.algebra import vanishes

z, above, below = sympy.Symbol("z", real=True), sympy.Symbol("z", positive=True), sympy.Symbol("z", negative=True)

A, B, C = Fraction(-3, 7), Fraction(5, 2), Fraction(2, 9)
a, b, c = (Rational(number.numerator, number.denominator) for number in (A, B, C))

CASES = {
    "sigmoid": (LayerActivation("sigmoid"), z, 1 / (1 + exp(-z))),
    "tanh": (LayerActivation("tanh"), z, tanh(z)),
    "arctan": (LayerActivation("arctan"), z, atan(z)),
    "softplus": (LayerActivation("softplus"), z, log(1 + exp(z))),
    "softplus, z > 0": (LayerActivation("softplus"), above, log(1 + exp(above))),
    "gelu": (LayerActivation("gelu"), z, z * (1 + erf(z / sqrt(2))) / 2),
    "polynomial": (LayerActivation("polynomial", (A, B, C, B)), z, a + b * z + c * z**2 + b * z**3),
    "constant": (LayerActivation("polynomial", (A,)), z, a),
    "elu, z > 0": (LayerActivation("elu", (A, B)), above, a * above),
    "elu, z < 0": (LayerActivation("elu", (A, B)), below, a * b * (exp(below) - 1)),
    "piecewise linear, z > 0": (LayerActivation("piecewise-linear", (A, B)), above, b * above),
    "piecewise linear, z < 0": (LayerActivation("piecewise-linear", (A, B)), below, a * below),
    "linear": (LayerActivation("piecewise-linear", (B, B)), z, b * z),
}


@pytest.fixture(autouse=True)
def on_symbols(monkeypatch):
    monkeypatch.setattr(layer_activations, "arb", Symbolic)
    monkeypatch.setattr(layer_activations, "ball", lambda number: Rational(number.numerator, number.denominator))


def evaluated(name):
    activation, variable, formula = CASES[name]
    balls = derivatives(activation, Symbolic(variable))
    return variable, formula, Derivatives(*(Symbolic(entry).expression for entry in balls))


def is_zero(expression):
    return vanishes(expression.rewrite(exp))


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_the_definition(name):
    variable, formula, found = evaluated(name)
    # Their difference is constant on the range of z, an interval that has 0 in it or at its end, and 0 there.
    assert is_zero(diff(found.value - formula, variable))
    assert (found.value - formula).subs(variable, 0) == 0


@pytest.mark.parametrize("name", CASES)
def test_the_derivatives_are_those_of_the_value(name):
    variable, formula, found = evaluated(name)
    assert is_zero(found.first - diff(formula, variable))
    assert is_zero(found.second - diff(formula, variable, 2))


@pytest.mark.parametrize("name", [name for name in CASES if name != "constant"])
def test_another_derivative_would_be_seen(name):
    variable, formula, found = evaluated(name)
    assert not is_zero(2 * found.first - diff(formula, variable))
    assert not is_zero(found.second + 1 - diff(formula, variable, 2))


def test_there_is_a_case_for_every_activation():
    covered = {activation.name for activation, _, _ in CASES.values()}
    assert covered == {*network.SMOOTH, "elu", "piecewise-linear", "polynomial"}
