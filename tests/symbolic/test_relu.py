"""ReLU's kernel and derivatives are what the literature says, and other activations need one line each."""

import subprocess
import sys

import pytest
from sympy import Integer, acos, diff, pi, sin, sqrt

from verify.symbolic import ACTIVATIONS, UnknownActivation, derive
from verify.symbolic.algebra import vanishes
from verify.symbolic.gram import PARTIALS, delta, derivation, p, q, s, v_a, v_b, w_a, w_b
from verify.symbolic.homogeneous import by_polar_coordinates, z

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


def test_an_unknown_activation_is_named_with_those_that_are_known():
    assert ACTIVATIONS == ("relu",)
    with pytest.raises(UnknownActivation, match=r"'gelu'; there is one for: relu"):
        derive("gelu")


def test_the_derivation_is_made_once():
    assert derive("relu") is derive("relu")


def test_importing_the_package_does_not_import_sympy():
    code = "import sys, verify.symbolic; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


OTHERS = {
    "the absolute value": (1, z, -z, 2 * (area + q * (pi / 2 - t)) / pi, p),
    "leaky ReLU": (
        1,
        z,
        z / 10,
        (Integer(101) * (area + (pi - t) * q) - 20 * (area - t * q)) / (200 * pi),
        101 * p / 200,
    ),
    "the step function": (0, Integer(1), Integer(0), (pi - t) / (2 * pi), Integer(1) / 2),
    "the identity": (1, z, z, q, p),
    "the square": (2, z**2, z**2, p * s + 2 * q**2, 3 * p**2),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_method_derives_other_activations(name):
    degree, positive, negative, kernel, self_kernel = OTHERS[name]
    derived = derivation(by_polar_coordinates(name, degree=degree, positive=positive, negative=negative))
    assert vanishes(derived.kernel - kernel)
    assert vanishes(derived.self_kernel - self_kernel)
