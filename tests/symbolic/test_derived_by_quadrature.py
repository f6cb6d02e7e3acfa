"""Every derived kernel overlaps a rigorous enclosure of the integral that defines it, and the enclosure is narrow."""

from fractions import Fraction
from functools import cache
from math import factorial

import pytest
from flint import acb, ctx

from tests.campaigns import sampled
from tests.symbolic.in_balls import ball, evaluate, narrow
from verify.producer.symbolic import ACTIVATIONS, derive
from verify.producer.symbolic.activations.leaky_relu import alpha
from verify.producer.symbolic.gram import p, q, s
from verify.producer.symbolic.quadrature import entire, half_lines
from verify.producer.symbolic.quadrature.entire import ERF, polynomial
from verify.producer.symbolic.quadrature.half_lines import ABS, RELU, STEP, HalfLines

SLOPE = Fraction(-3, 7)

ACTIVATION = {
    "abs": ABS,
    "cos": entire.Entire(acb.cos, (1,)),
    "cube": polynomial(0, 0, 0, 1),
    "erf": ERF,
    "hermite-1": polynomial(0, 1),
    "hermite-2": polynomial(-1, 0, 1),
    "hermite-3": polynomial(0, -3, 0, 1),
    "hermite-4": polynomial(3, 0, -6, 0, 1),
    "leaky-relu": HalfLines(1, SLOPE),
    "relu": RELU,
    "sin": entire.Entire(acb.sin, (1,)),
    "square": polynomial(0, 0, 1),
    "step": STEP,
}

POINTS = {
    "a right angle": (1, Fraction(0), 1),
    "an acute angle": (2, Fraction(5, 7), Fraction(1, 3)),
    "near-antiparallel": (Fraction(9, 4), Fraction(-1499, 1000), 1),
}


@cache
def defining_integral(name, *gram):
    sigma = ACTIVATION[name]
    return (half_lines if isinstance(sigma, HalfLines) else entire).kernel(sigma, *gram)


def derived_kernel(name, *gram):
    with ctx.workprec(106):
        values = dict(zip((p, q, s), map(ball, gram), strict=True)) | {alpha: ball(SLOPE)}
        return evaluate(derive(name).kernel, values)


def test_there_is_an_integral_for_every_activation():
    assert set(ACTIVATION) == set(ACTIVATIONS)


@pytest.mark.parametrize("point", sampled(POINTS, every=2))
@pytest.mark.parametrize("name", sampled(ACTIVATION, every=3))
def test_kernel(name, point):
    gram = POINTS[point]
    enclosure = defining_integral(name, *gram)
    assert derived_kernel(name, *gram).overlaps(enclosure)
    assert narrow(enclosure)


@pytest.mark.parametrize("name", ACTIVATION)
def test_self_term(name):
    square = Fraction(2, 3)
    enclosure = defining_integral(name, square, square, square)
    assert evaluate(derive(name).self_kernel, {p: ball(square), alpha: ball(SLOPE)}).overlaps(enclosure)
    assert narrow(enclosure)


@pytest.mark.parametrize("name", ACTIVATION)
def test_another_inner_product_is_another_kernel(name):
    norm_w, inner_product, norm_v = POINTS["an acute angle"]
    wrong = derived_kernel(name, norm_w, inner_product + Fraction(1, 10**9), norm_v)
    assert not wrong.overlaps(defining_integral(name, norm_w, inner_product, norm_v))


@pytest.mark.parametrize("degree", [2, 3, 4])
def test_the_hermite_kernel_of_a_unit_vector_is_wrong_for_others(degree):
    of_a_unit_vector = ball(factorial(degree) * Fraction(1, 2) ** degree)
    for norm_w, right in ((1, True), (3, False)):
        enclosure = defining_integral(f"hermite-{degree}", norm_w, Fraction(1, 2), 2)
        assert of_a_unit_vector.overlaps(enclosure) == right
