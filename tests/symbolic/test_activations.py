"""The kernels and their derivatives are what the literature says, and what one kernel says about another."""

import subprocess
import sys

import pytest
from sympy import Integer, acos, asin, diff, expand, factorial, pi, sin, sqrt

from tests.campaigns import campaign, sampled
from verify.producer.symbolic import ACTIVATIONS, UnknownActivation, derive
from verify.producer.symbolic.activations.leaky_relu import alpha
from verify.producer.symbolic.algebra import vanishes
from verify.producer.symbolic.derivation import z
from verify.producer.symbolic.gram import PARTIALS, delta, derivation, p, q, s, v_a, v_b, w_a, w_b
from verify.producer.symbolic.homogeneous import by_polar_coordinates
from verify.producer.symbolic.moments import by_moments

t = acos(q / sqrt(p * s))
area = sqrt(p * s - q**2)


@pytest.fixture(scope="module")
def relu():
    return derive("relu")


def test_the_dual_kernel_is_the_arc_cosine_kernel_of_cho_and_saul(relu):
    assert vanishes(relu.kernel - (sqrt(p) * sqrt(s) * sin(t) + (pi - t) * q) / (2 * pi))
    assert relu.self_kernel == p / 2


def test_it_is_not_its_mirror_image(relu):
    assert not vanishes(relu.kernel - (sqrt(p) * sqrt(s) * sin(t) + (pi + t) * q) / (2 * pi))


def test_the_partial_derivatives(relu):
    c = 1 / (8 * pi * area)
    expected = {
        "p": area / (4 * pi * p),
        "q": (pi - t) / (2 * pi),
        "s": area / (4 * pi * s),
        "pp": c * (2 * q**2 - p * s) / p**2,
        "pq": -2 * c * q / p,
        "ps": c,
        "qq": 4 * c,
        "qs": -2 * c * q / s,
        "ss": c * (2 * q**2 - p * s) / s**2,
    }
    assert set(relu.partials) == set(PARTIALS) == set(expected)
    for name, expression in expected.items():
        assert vanishes(relu.partials[name] - expression), name


def test_the_blocks_are_the_second_derivatives_in_coordinates(relu):
    # In R^2, where nothing but SymPy's differentiation is used, at a point with area != 0.
    gram = {p: w_a**2 + w_b**2, q: w_a * v_a + w_b * v_b, s: v_a**2 + v_b**2}
    point = {w_a: 2, w_b: 1, v_a: -1, v_b: 3}
    kernel = relu.kernel.xreplace(gram)
    for name, variables in {"w": (w_a,), "ww": (w_a, w_b), "wv": (w_a, v_b)}.items():
        entry = relu.blocks[name].xreplace(gram).subs(delta, 0)
        assert vanishes((diff(kernel, *variables) - entry).subs(point)), name


def test_the_self_term_has_gradient_w_and_hessian_identity(relu):
    assert relu.blocks["self w"] == w_a
    assert relu.blocks["self ww"] == delta


SMOOTH = [name for name in ACTIVATIONS if name != "step"]


@pytest.mark.parametrize("name", sampled(SMOOTH, every=5))
def test_every_derivation_has_all_derivatives(name):
    derived = derive(name)
    assert tuple(derived.partials) == PARTIALS
    for partial, expression in derived.partials.items():
        assert vanishes(diff(derived.kernel, *[{"p": p, "q": q, "s": s}[letter] for letter in partial]) - expression)
    assert set(derived.blocks) == {"w", "ww", "wv", "self w", "self ww"}


@pytest.mark.parametrize("name", sampled(ACTIVATIONS, every=2))
def test_every_kernel_is_symmetric_in_w_and_v(name):
    kernel = derive(name).kernel
    assert vanishes(kernel - kernel.subs({p: s, s: p}, simultaneous=True))


def test_the_step_function_has_a_value_only_and_says_why():
    step = derive("step")
    assert vanishes(step.kernel - (pi - t) / (2 * pi))
    assert step.self_kernel == Integer(1) / 2
    assert (step.partials, step.blocks) == ({}, {})
    text = " ".join(step.text().split())
    assert "are not derived: at parallel neurons kappa has a kink, so the loss is not C^1 there" in text
    assert "Derivative in" not in text


def test_leaky_relu_is_relu_and_a_linear_term(relu):
    leaky = derive("leaky-relu")
    assert vanishes(leaky.kernel - (1 - alpha) ** 2 * relu.kernel - alpha * q)
    assert vanishes(leaky.self_kernel - (1 + alpha**2) * p / 2)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0), ("abs", -1), ("hermite-1", 1)])
def test_slopes_of_leaky_relu_are_other_activations(name, slope):
    leaky, other = derive("leaky-relu"), derive(name)
    assert vanishes(leaky.kernel.subs(alpha, slope) - other.kernel)
    assert vanishes(leaky.self_kernel.subs(alpha, slope) - other.self_kernel)


def test_erf_has_the_kernel_of_williams():
    erf = derive("erf")
    difference = erf.kernel - 2 * asin(2 * q / sqrt((1 + 2 * p) * (1 + 2 * s))) / pi
    assert vanishes(diff(difference, q))  # constant for fixed p and s, where q ranges over an interval around 0
    assert difference.subs(q, 0) == 0
    alone = erf.self_kernel - 2 * asin(2 * p / (1 + 2 * p)) / pi
    assert vanishes(diff(alone, p))
    assert alone.subs(p, 0) == 0
    assert vanishes(erf.partials["q"] ** 2 - (4 / pi) ** 2 / ((1 + 2 * p) * (1 + 2 * s) - 4 * q**2))


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_the_hermite_kernel_of_unit_vectors_is_a_power(degree):
    hermite = derive(f"hermite-{degree}")
    assert expand(hermite.kernel.subs({p: 1, s: 1}) - factorial(degree) * q**degree) == 0
    assert hermite.self_kernel.subs(p, 1) == factorial(degree)


def test_the_square_is_a_hermite_polynomial_and_a_constant():
    # z^2 = He_2(z) + 1, and E He_2(w.x) = p - 1.
    square, hermite = derive("square"), derive("hermite-2")
    assert square.kernel == p * s + 2 * q**2
    assert expand(square.kernel - hermite.kernel - (p - 1) - (s - 1) - 1) == 0


def test_an_unknown_activation_is_named_with_those_that_are_known():
    assert {"abs", "erf", "leaky-relu", "relu", "square", "step"} < set(ACTIVATIONS)
    with pytest.raises(UnknownActivation, match=f"'gelu'; there is one for: {', '.join(sorted(ACTIVATIONS))}$"):
        derive("gelu")


def test_the_derivation_is_made_once():
    assert derive("relu") is derive("relu")


def test_importing_the_package_does_not_import_sympy():
    code = "import sys, verify.producer.symbolic; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@campaign
def test_the_polar_method_and_the_moments_agree_where_both_apply():
    polar = derivation(by_polar_coordinates("the square", degree=2, positive=z**2, negative=z**2))
    assert vanishes(polar.kernel - derive("square").kernel)
    assert vanishes(polar.self_kernel - derive("square").self_kernel)


def test_other_polynomials_need_one_line_each():
    # E (w.x)^3 (v.x)^3 = 9 p q s + 6 q^3, by Isserlis' theorem.
    cube = by_moments("the cube", z**3)
    assert expand(cube.value - 9 * p * q * s - 6 * q**3) == 0
    assert cube.self_value == 15 * p**3
