"""The defining integral is enclosed, narrowly, at any angle; a wrong kernel is not in the enclosure."""

from fractions import Fraction

import pytest
from flint import arb, fmpq

from verify.symbolic.quadrature import RELU, HalfLines, kernel, kernel_q

ABSOLUTE_VALUE, LINEAR, LEAKY = HalfLines(1, -1), HalfLines(1, 1), HalfLines(1, Fraction(1, 10))


def exact(value):
    return arb(fmpq(value.numerator, value.denominator))


def width(ball):
    return 2 * ball.rad()


def test_orthogonal_unit_vectors():
    ball = kernel(RELU, 1, 0, 1)
    assert ball.overlaps(1 / (2 * arb.pi()))
    assert width(ball) < 1e-14
    assert kernel_q(RELU, 1, 0, 1).overlaps(exact(Fraction(1, 4)))


def test_an_angle_of_sixty_degrees():
    # t = pi/3: kappa_q = (pi - t) / (2 pi) = 1/3, kappa = (sin t + 2 pi/3 cos t) / (2 pi).
    assert kernel_q(RELU, 1, Fraction(1, 2), 1).overlaps(exact(Fraction(1, 3)))
    assert kernel(RELU, 1, Fraction(1, 2), 1).overlaps(arb(3).sqrt() / (4 * arb.pi()) + exact(Fraction(1, 6)))


@pytest.mark.parametrize("wrong", [1e-13, -1e-13])
def test_the_enclosure_excludes_what_is_slightly_off(wrong):
    assert not kernel(RELU, 1, 0, 1).overlaps(1 / (2 * arb.pi()) + wrong)


def test_parallel_vectors_give_the_self_term():
    third = Fraction(1, 3)
    assert kernel(RELU, third, third, third).overlaps(exact(third / 2))
    assert kernel(ABSOLUTE_VALUE, third, third, third).overlaps(exact(third))


def test_antiparallel_vectors_never_fire_together():
    ball = kernel(RELU, Fraction(4, 9), Fraction(-2, 3), 1)
    assert ball.contains(0)
    assert width(ball) < 1e-14


def test_a_linear_activation_gives_the_gram_entry():
    # All four cones with both signs.
    q = Fraction(-3, 7)
    assert kernel(LINEAR, 2, q, Fraction(1, 2)).overlaps(exact(q))
    assert kernel_q(LINEAR, 2, q, Fraction(1, 2)).contains(1)


def test_the_absolute_value_and_leaky_relu():
    # |z| = relu(z) + relu(-z), so kappa(abs) = 2 kappa(w, v) + 2 kappa(w, -v); at right angles 4/(2 pi).
    assert kernel(ABSOLUTE_VALUE, 1, 0, 1).overlaps(2 / arb.pi())
    # leaky(z) = relu(z) - relu(-z)/10; at right angles (1 - 1/10)^2 / (2 pi), since all four cones weigh the same.
    assert kernel(LEAKY, 1, 0, 1).overlaps(exact(Fraction(81, 100)) / (2 * arb.pi()))


def test_near_parallel_vectors_cost_no_width():
    assert width(kernel(RELU, 1, Fraction(10**8 - 1, 10**8), 1)) < 1e-14


@pytest.mark.parametrize(("p", "q", "s"), [(1, 2, 1), (0, 0, 1), (1, 0, -1), (1, Fraction(10**12 + 1, 10**12), 1)])
def test_gram_entries_of_no_vectors_are_refused(p, q, s):
    with pytest.raises(ValueError, match="no two vectors"):
        kernel(RELU, p, q, s)
