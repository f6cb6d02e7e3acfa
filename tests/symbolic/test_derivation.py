"""A step of a derivation is proved when it is made, or is not made."""

import dataclasses

import pytest
from sympy import Derivative, Function, Integer, Symbol, cos, diff, erf, exp, expand, log, oo, pi, sin, sqrt, symbols

from tests.campaigns import sampled
from verify.producer.symbolic import ACTIVATIONS, derive
from verify.producer.symbolic.derivation import DefiniteIntegral, Identity, Ordered, StepNotProved, z
from verify.producer.symbolic.gram import FORMULAS, KAPPA, chain_rule, delta, p, q, s, v_a, v_b, w_a, w_b
from verify.producer.symbolic.homogeneous import by_polar_coordinates
from verify.producer.symbolic.moments import Mean

x, t = symbols("x t", real=True)


def identity(lhs, rhs, **where):
    return Identity(
        title="An identity", reason="", lhs=lhs, rhs=rhs, where={Symbol(k, real=True): v for k, v in where.items()}
    )


def integral(integrand, lower, upper, antiderivative, value):
    return DefiniteIntegral(
        title="An integral",
        reason="",
        integrand=integrand,
        variable=x,
        lower=lower,
        upper=upper,
        antiderivative=antiderivative,
        value=value,
    )


def ordered(*points):
    return Ordered(title="A chain", reason="", points=points, variable=t, lower=Integer(0), upper=pi)


class TestAnIdentity:
    def test_holds(self):
        identity(sin(x) ** 2, 1 - cos(x) ** 2)

    def test_does_not_hold(self):
        with pytest.raises(StepNotProved, match=r"step 'An identity' is not proved: .* does not simplify to 0"):
            identity(sin(x) ** 2, 1 + cos(x) ** 2)

    def test_may_use_definitions_that_use_definitions_further_down(self):
        step = identity(Symbol("a", real=True), Integer(9), a=t + 1, t=Integer(8))
        assert [str(formula.terms) for formula in step.formulas()] == ["(a, 9)", "(a, t + 1)", "(t, 8)"]

    def test_is_not_saved_by_a_wrong_definition(self):
        with pytest.raises(StepNotProved):
            identity(Symbol("a", real=True), Integer(9), a=t + 1, t=Integer(9))

    def test_shows_only_the_definitions_that_it_needs(self):
        assert len(identity(x, x, t=Integer(8)).formulas()) == 1

    def test_carries_out_derivatives_of_what_is_defined(self):
        f = Function("f")(x)
        Identity(title="", reason="", lhs=Derivative(f, x), rhs=2 * x, where={f: x**2})
        with pytest.raises(StepNotProved):
            Identity(title="", reason="", lhs=Derivative(f, x), rhs=x, where={f: x**2})


class TestADefiniteIntegral:
    def test_holds(self):
        integral(cos(x), Integer(0), t, sin(x) + 7, sin(t))

    def test_with_an_antiderivative_of_something_else(self):
        with pytest.raises(StepNotProved, match="the derivative of"):
            integral(cos(x), Integer(0), t, -sin(x), -sin(t))

    def test_with_another_value(self):
        with pytest.raises(StepNotProved, match="does not grow by"):
            integral(cos(x), Integer(0), t, sin(x), sin(t) + 1)

    def test_across_a_pole_where_the_antiderivative_jumps(self):
        with pytest.raises(StepNotProved, match="not seen to be entire"):
            integral(1 / x**2, Integer(-1), Integer(1), -1 / x, Integer(-2))

    def test_with_a_logarithm(self):
        with pytest.raises(StepNotProved, match="not seen to be entire"):
            integral(1 / x, Integer(1), Integer(2), log(x), log(2))

    def test_up_to_infinity(self):
        integral(x * exp(-(x**2) / 2), Integer(0), oo, -exp(-(x**2) / 2), Integer(1))
        with pytest.raises(StepNotProved, match="does not grow by 2"):
            integral(x * exp(-(x**2) / 2), Integer(0), oo, -exp(-(x**2) / 2), Integer(2))

    def test_over_the_whole_line(self):
        integral(exp(-(x**2)), -oo, oo, sqrt(pi) * erf(x) / 2, sqrt(pi))
        with pytest.raises(StepNotProved, match="does not grow by"):
            integral(exp(-(x**2)), -oo, oo, sqrt(pi) * erf(x) / 2, sqrt(pi) / 2)


class TestAChainOfInequalities:
    def test_holds_for_every_value_of_the_variable(self):
        ordered(t - pi, Integer(0), t / 2, t)

    def test_fails_at_the_far_end(self):
        with pytest.raises(StepNotProved, match=r"t <= pi/2 for all t in \[0, pi\]"):
            ordered(Integer(0), t, pi / 2)

    def test_between_the_ends_only_affine_differences_are_safe(self):
        with pytest.raises(StepNotProved):
            ordered(Integer(0), (t - 1) ** 2 - sqrt(2) / 2)


def test_steps_are_values():
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity(x, x).rhs = t


def test_an_activation_of_another_degree_is_refused():
    with pytest.raises(StepNotProved, match="Homogeneity for positive z"):
        by_polar_coordinates("wrong", degree=1, positive=z**2, negative=Integer(0))
    with pytest.raises(StepNotProved, match="Homogeneity for negative z"):
        by_polar_coordinates("shifted", degree=1, positive=z, negative=z - 1)


def test_a_form_that_is_not_the_kernel_is_refused():
    with pytest.raises(StepNotProved, match="The dual kernel"):
        by_polar_coordinates("abs", degree=1, positive=z, negative=-z, form=q)


@pytest.mark.parametrize("name", sampled(ACTIVATIONS, every=6))
def test_every_step_fails_if_its_right_side_is_changed(name):
    for step in derive(name).steps:
        with pytest.raises(StepNotProved):
            match step:
                case Identity():
                    dataclasses.replace(step, rhs=step.rhs + 1)
                case DefiniteIntegral() | Mean():
                    dataclasses.replace(step, value=step.value + 1)
                case Ordered():
                    dataclasses.replace(step, points=step.points[::-1])


def test_every_entry_of_the_chain_rule_fails_if_its_right_side_is_changed():
    for step in chain_rule():
        with pytest.raises(StepNotProved):
            dataclasses.replace(step, rhs=step.rhs + w_a * w_b)


def test_the_chain_rule_agrees_with_derivatives_of_an_explicit_kernel():
    # kappa = p q^2 s, of vectors in R^2, differentiated without any chain rule.
    gram = {p: w_a**2 + w_b**2, q: w_a * v_a + w_b * v_b, s: v_a**2 + v_b**2}
    example = p * q**2 * s
    partials = {symbol: diff(example, *[{"p": p, "q": q, "s": s}[c] for c in name]) for name, symbol in KAPPA.items()}
    direct = example.xreplace(gram)
    for name, variables in {"w": (w_a,), "ww": (w_a, w_b), "wv": (w_a, v_b)}.items():
        entry = FORMULAS[name].xreplace(partials).xreplace(gram).subs(delta, 0)
        assert expand(entry - diff(direct, *variables)) == 0
