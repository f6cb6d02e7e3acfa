"""The checker's closed forms for ReLU are those derived from the definition.

They are written twice on purpose. Two ties hold them together: the checker's own code runs on SymPy symbols and gives
the derived expressions, and its balls overlap rigorous quadrature of the defining integral.
"""

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from sympy import Matrix, acos, cos, diff, pi, sin, sqrt

from verify.checker.landscapes import relu as checker
from verify.symbolic import derive
from verify.symbolic.algebra import vanishes
from verify.symbolic.gram import delta, p, q, s, v_a, v_b, w_a, w_b
from verify.symbolic.quadrature import RELU, kernel, kernel_q


class Symbolic:
    """A SymPy expression with the operations of a ball that the checker uses."""

    def __init__(self, expression):
        self.expression = sympy.sympify(getattr(expression, "expression", expression))

    @staticmethod
    def pi():
        return Symbolic(pi)

    def __add__(self, other):
        return Symbolic(self.expression + Symbolic(other).expression)

    def __sub__(self, other):
        return Symbolic(self.expression - Symbolic(other).expression)

    def __mul__(self, other):
        return Symbolic(self.expression * Symbolic(other).expression)

    def __truediv__(self, other):
        return Symbolic(self.expression / Symbolic(other).expression)

    def __rsub__(self, other):
        return Symbolic(other) - self

    def __rtruediv__(self, other):
        return Symbolic(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return Symbolic(-self.expression)

    def __gt__(self, number):
        return (self.expression - number).is_positive is True

    def __lt__(self, number):
        return (self.expression - number).is_negative is True

    def sqrt(self):
        return Symbolic(sqrt(self.expression))

    def atan(self):
        return Symbolic(sympy.atan(self.expression))

    def nonnegative_part(self):
        return self  # of p s - q^2, not negative by the Cauchy-Schwarz inequality


@pytest.fixture
def symbolic_checker(monkeypatch):
    monkeypatch.setattr(checker, "arb", Symbolic)
    return checker


@pytest.fixture(scope="module")
def derived():
    return derive("relu")


t = acos(q / sqrt(p * s))
P, Q, S, AREA, OBTUSE = map(Symbolic, (p, q, s, sqrt(p * s - q**2), pi - t))

# The checker writes pi - t in three ways, by what is known of the sign of q; each with one exact value on its range.
BRANCHES = {
    "q > 0": (sympy.Symbol("q", positive=True), sqrt(p) * sqrt(s) / 2),
    "q < 0": (sympy.Symbol("q", negative=True), -sqrt(p) * sqrt(s) / 2),
    "the sign of q is not known": (q, sympy.Integer(0)),
}


class TestOnSymbols:
    @pytest.mark.parametrize("branch", BRANCHES)
    def test_area_and_obtuse_angle(self, symbolic_checker, branch):
        signed_q, inside = BRANCHES[branch]
        area, obtuse = symbolic_checker.area_and_obtuse(P, Symbolic(signed_q), S)
        assert vanishes(area.expression - AREA.expression.subs(q, signed_q))
        # On the branch's range of q, an interval, the difference is constant, and it is 0 at one point.
        difference = obtuse.expression - OBTUSE.expression.subs(q, signed_q)
        assert vanishes(diff(difference, signed_q))
        assert vanishes(difference.subs(signed_q, inside))

    def test_the_branches_are_three_formulas(self, symbolic_checker):
        formulas = {
            str(symbolic_checker.area_and_obtuse(P, Symbolic(signed_q), S)[1].expression)
            for signed_q, _ in BRANCHES.values()
        }
        assert len(formulas) == 3

    def test_value(self, symbolic_checker, derived):
        assert vanishes(symbolic_checker.value(Q, AREA, OBTUSE).expression - derived.kernel)

    def test_first_derivatives(self, symbolic_checker, derived):
        for name, entry in zip("pq", symbolic_checker.first(P, AREA, OBTUSE), strict=True):
            assert vanishes(entry.expression - derived.partials[name]), name

    def test_second_derivatives(self, symbolic_checker, derived):
        for name, entry in symbolic_checker.second(P, Q, S, AREA)._asdict().items():
            assert vanishes(entry.expression - derived.partials[name]), name

    def test_self_term(self, symbolic_checker, derived):
        assert vanishes(symbolic_checker.self_value(P).expression - derived.self_kernel)
        assert vanishes(symbolic_checker.self_first(P).expression - diff(derived.self_kernel, p))
        assert diff(derived.self_kernel, p, 2) == 0

    def test_a_wrong_sign_would_be_seen(self, symbolic_checker, derived):
        wrong = symbolic_checker.value(Q, AREA, Symbolic(pi + t))
        assert not vanishes(wrong.expression - derived.kernel)

    def test_bounds_at_parallel_neurons(self, symbolic_checker, derived):
        # In the plane of w and v, w = |w| (1, 0); orthogonal to it the blocks are 2 kappa_p I and kappa_q I.
        angle = sympy.Symbol("t", positive=True)
        w, v = (sqrt(p), 0), (sqrt(s) * cos(angle), sqrt(s) * sin(angle))

        def block(name):
            entries = derived.blocks[name] - delta * derived.partials["q"] if name == "wv" else derived.blocks[name]

            def entry(i, j):
                return entries.subs({w_a: w[i], w_b: w[j], v_a: v[i], v_b: v[j], delta: int(i == j)})

            return Matrix(2, 2, entry)

        in_angle = {cos(angle): q / sqrt(p * s), sin(angle): sqrt(p * s - q**2) / sqrt(p * s)}
        own, mixed = (bound.expression for bound in symbolic_checker.parallel(P, S, AREA))
        h1, h2 = block("ww").subs(in_angle), block("wv").subs(in_angle)
        # h1 has the eigenvalues 0 and `own` in the plane, and own/2 outside it.
        assert vanishes(h1.det())
        assert vanishes(h1.trace() - own)
        assert vanishes(2 * derived.partials["p"] - own / 2)
        # h2 - kappa_q I is symmetric with the eigenvalues +mixed and -mixed in the plane, and 0 outside it.
        assert vanishes(h2[0, 1] - h2[1, 0])
        assert vanishes(h2.trace())
        assert vanishes(h2.det() + mixed**2)


POINTS = {
    "a right angle": (1, Fraction(0), 1),
    "an acute angle": (2, Fraction(5, 7), Fraction(1, 3)),
    "an obtuse angle": (Fraction(3, 2), Fraction(-4, 5), 1),
    "near-parallel": (1, Fraction(999_999, 1_000_000), 1),
    "near-antiparallel": (Fraction(9, 4), Fraction(-1499, 1000), 1),
}


def balls(*entries):
    return [arb(fmpq(entry.numerator, entry.denominator)) for entry in entries]


def narrow(ball):
    return 2 * ball.rad() < 1e-12


class TestByQuadrature:
    @pytest.fixture(params=POINTS)
    def point(self, request):
        return POINTS[request.param]

    def test_value_and_first_derivatives(self, point):
        with ctx.workprec(106):
            p, q, s = balls(*point)
            area, obtuse = checker.area_and_obtuse(p, q, s)
            value = checker.value(q, area, obtuse)
            value_p, value_q = checker.first(p, area, obtuse)
            integral, integral_q = kernel(RELU, *point), kernel_q(RELU, *point)
            # By the definition kappa(c w, v) = c kappa(w, v) for c > 0; at c = 1 the derivative in c is both
            # kappa and 2 p kappa_p + q kappa_q.
            integral_p = (integral - q * integral_q) / (2 * p)
            for ball, enclosure in ((value, integral), (value_p, integral_p), (value_q, integral_q)):
                assert ball.overlaps(enclosure)
                assert narrow(ball)
                assert narrow(enclosure)
            wrong = checker.value(q, area, 2 * arb.pi() - obtuse)
            assert wrong.overlaps(integral) == (q == 0)

    def test_self_term(self):
        for square in (Fraction(1), Fraction(2, 3)):
            enclosure = kernel(RELU, square, square, square)
            assert checker.self_value(*balls(square)).overlaps(enclosure)
            assert narrow(enclosure)
