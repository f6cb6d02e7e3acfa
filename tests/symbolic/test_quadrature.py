"""The defining integral is enclosed, narrowly, at any angle; a wrong kernel is not in the enclosure."""

from fractions import Fraction

import pytest
from flint import arb, fmpq

from verify.producer.symbolic.quadrature import entire
from verify.producer.symbolic.quadrature.half_lines import ABS, RELU, STEP, HalfLines, kernel, kernel_q

LINEAR, LEAKY = HalfLines(1, 1), HalfLines(1, Fraction(1, 10))


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
    assert kernel(ABS, third, third, third).overlaps(exact(third))


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
    assert kernel(ABS, 1, 0, 1).overlaps(2 / arb.pi())
    # leaky(z) = relu(z) - relu(-z)/10; at right angles (1 - 1/10)^2 / (2 pi), since all four cones weigh the same.
    assert kernel(LEAKY, 1, 0, 1).overlaps(exact(Fraction(81, 100)) / (2 * arb.pi()))


def test_near_parallel_vectors_cost_no_width():
    assert width(kernel(RELU, 1, Fraction(10**8 - 1, 10**8), 1)) < 1e-14


def test_the_step_function():
    # At sixty degrees both half planes overlap in a sector of 120 degrees; -sign has the same kernel as sign.
    assert kernel(STEP, 1, 1, 4).overlaps(exact(Fraction(1, 3)))
    sign, minus_sign = HalfLines(1, -1, degree=0), HalfLines(-1, 1, degree=0)
    assert kernel(sign, 1, 1, 4).overlaps(exact(Fraction(1, 3)))
    assert kernel(minus_sign, 1, 1, 4).overlaps(kernel(sign, 1, 1, 4))


def test_a_degree_without_a_bound_of_the_tail_is_refused():
    with pytest.raises(ValueError, match="the degree is 0 or 1, not 2"):
        HalfLines(1, 0, degree=2)


class TestEntire:
    def test_a_monomial(self):
        # E x^2 = 1, E x^4 = 3 for v = w; E (w.x)^2 (v.x)^2 = p s + 2 q^2.
        square = entire.polynomial(0, 0, 1)
        assert entire.kernel(square, 1, 1, 1).overlaps(arb(3))
        assert entire.kernel(square, 2, 1, 3).overlaps(arb(8))
        assert width(entire.kernel(square, 2, 1, 3)) < 1e-13

    def test_two_functions(self):
        # E (w.x) (v.x)^3 = 3 q s.
        linear, cube = entire.polynomial(0, 1), entire.polynomial(0, 0, 0, 1)
        ball = entire.mean(linear, cube, Fraction(1, 2), Fraction(1, 3), 2)
        assert ball.overlaps(arb(2))
        assert width(ball) < 1e-13

    @pytest.mark.parametrize("wrong", [1e-12, -1e-12])
    def test_the_enclosure_excludes_what_is_slightly_off(self, wrong):
        assert not entire.kernel(entire.ERF, 1, 0, 1).contains(wrong)

    @pytest.mark.parametrize("degree", range(4))
    def test_the_tail_is_what_the_quadrature_leaves_out(self, degree, monkeypatch):
        # With radius 2 much of the integral of x^(2 degree) is left out, so that a tail of 0 would be seen.
        power = entire.polynomial(*[0] * degree, 1)
        expected = entire.kernel(power, 1, 1, 1)
        monkeypatch.setattr(entire, "_RADIUS", 2)
        assert entire.kernel(power, 1, 1, 1).overlaps(expected)
        monkeypatch.setattr(entire, "_tail", lambda *_: arb(0))
        assert not entire.kernel(power, 1, 1, 1).overlaps(expected)

    def test_coefficients_of_either_sign_are_bounded_by_their_absolute_values(self):
        assert entire.polynomial(3, 0, Fraction(-6, 5)).bound == (3, 0, Fraction(6, 5))


@pytest.mark.parametrize(("p", "q", "s"), [(1, 2, 1), (0, 0, 1), (1, 0, -1), (1, Fraction(10**12 + 1, 10**12), 1)])
def test_gram_entries_of_no_vectors_are_refused(p, q, s):
    with pytest.raises(ValueError, match="no two vectors"):
        kernel(RELU, p, q, s)
    with pytest.raises(ValueError, match="no two vectors"):
        entire.kernel(entire.ERF, p, q, s)
