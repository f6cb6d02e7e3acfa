"""The balls of the checker overlap rigorous enclosures of the integrals that define them, and both are narrow.

This tie shares no formula with the derivations.
"""

from fractions import Fraction
from functools import cache

import pytest
from flint import arb, ctx

from tests.campaigns import sampled
from tests.symbolic.in_balls import ball, narrow
from verify.checker.evaluators import kernel_of, smooth
from verify.checker.statements.teacher_student import Activation
from verify.producer.symbolic.quadrature import entire, half_lines

SLOPES = {"relu": Fraction(0), "abs": Fraction(-1), "leaky-relu": Fraction(1, 10)}

POINTS = {
    "a right angle": (1, Fraction(0), 1),
    "an acute angle": (2, Fraction(5, 7), Fraction(1, 3)),
    "an obtuse angle": (Fraction(3, 2), Fraction(-4, 5), 1),
    "near-parallel": (1, Fraction(999_999, 1_000_000), 1),
    "near-antiparallel": (Fraction(9, 4), Fraction(-1499, 1000), 1),
}

# erf' is at most 2 / sqrt(pi) < 2, and |erf''(z)| = 4 |z| exp(-z^2) / sqrt(pi) at most 4 |z|.
ERF_FIRST = entire.Entire(lambda z: 2 * (-z * z).exp() / arb.pi().sqrt(), (2,))
ERF_SECOND = entire.Entire(lambda z: -4 * z * (-z * z).exp() / arb.pi().sqrt(), (0, 4))


@pytest.fixture(params=sampled(POINTS, every=4))
def point(request):
    return POINTS[request.param]


@pytest.fixture(autouse=True)
def precision():
    with ctx.workprec(106):
        yield


@cache
def erf_kernel(point):
    return entire.kernel(entire.ERF, *point)


def agree(closed_form, enclosure):
    return closed_form.overlaps(enclosure) and narrow(closed_form) and narrow(enclosure)


def leaky(slope):
    return kernel_of(Activation("leaky-relu", slope))


class TestHalfLines:
    @pytest.fixture(params=SLOPES)
    def slope(self, request):
        return SLOPES[request.param]

    def test_pair(self, slope, point):
        sigma = half_lines.HalfLines(1, slope)
        p, q, s = map(ball, point)
        jet = leaky(slope).pair(p, q, s)
        value, value_q = half_lines.kernel(sigma, *point), half_lines.kernel_q(sigma, *point)
        assert agree(jet.value, value)
        assert agree(jet.q, value_q)
        # By the definition kappa(c w, v) = c kappa(w, v) for c > 0; at c = 1 the derivative in c is both
        # kappa and 2 p kappa_p + q kappa_q.
        assert agree(jet.p, (value - q * value_q) / (2 * p))

    def test_another_slope_is_another_kernel(self, slope):
        point = POINTS["an acute angle"]
        jet = leaky(slope + Fraction(1, 10**9)).pair(*map(ball, point))
        assert not jet.value.overlaps(half_lines.kernel(half_lines.HalfLines(1, slope), *point))

    @pytest.mark.parametrize("p", [Fraction(1), Fraction(2, 3)])
    def test_alone(self, slope, p):
        enclosure = half_lines.kernel(half_lines.HalfLines(1, slope), p, p, p)
        assert agree(leaky(slope).alone(ball(p)).value, enclosure)


class TestErf:
    def test_pair(self, point):
        jet = smooth("erf").pair(*map(ball, point))
        assert agree(jet.value, erf_kernel(point))
        # The Gaussian density of (x, y) with covariances p, q, s has the derivatives f_p = f_xx / 2 and f_q = f_xy.
        assert agree(jet.p, entire.mean(ERF_SECOND, entire.ERF, *point) / 2)
        assert agree(jet.q, entire.kernel(ERF_FIRST, *point))

    def test_without_the_factors_2_it_is_another_kernel(self, point):
        p, q, s = map(ball, point)
        wrong = (q / ((1 + p) * (1 + s)).sqrt()).asin() * 2 / arb.pi()
        assert wrong.overlaps(erf_kernel(point)) == (q == 0)

    @pytest.mark.parametrize("p", [Fraction(1), Fraction(2, 3)])
    def test_alone(self, p):
        assert agree(smooth("erf").alone(ball(p)).value, entire.kernel(entire.ERF, p, p, p))
