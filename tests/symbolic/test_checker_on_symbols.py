"""The checker's closed forms are those derived from the definition: its own code, run on SymPy symbols.

So neither the angle and the limit at parallel neurons, which are written by hand, nor what writes the rest as code
needs to be believed; the other tie is by quadrature.
"""

from importlib import import_module

import pytest
import sympy
from sympy import Integer, Matrix, acos, cos, diff, pi, sin, sqrt

from tests.campaigns import campaigns_only, sampled
from tests.symbolic.on_symbols import Between, Symbolic
from verify.checker.losses import half_lines, kernels, relu
from verify.checker.losses.dual_kernel import Parallel
from verify.checker.losses.kernels import SMOOTH, leaky_relu, smooth
from verify.producer.symbolic import derive
from verify.producer.symbolic.activations.leaky_relu import alpha
from verify.producer.symbolic.algebra import vanishes
from verify.producer.symbolic.derivation import z
from verify.producer.symbolic.gram import delta, p, q, s, v_a, v_b, w_a, w_b

SLOPES = {"relu": Integer(0), "abs": Integer(-1), "leaky-relu": alpha}
ENTRIES = {"value", "p", "q", "pp", "pq", "ps", "qq", "qs"}

t = acos(q / sqrt(p * s))
A = sympy.Symbol("A", positive=True)
IN_GRAM = {A: sqrt(p * s - q**2)}
P, Q, S, OBTUSE = map(Symbolic, (p, q, s, pi - t))
AREA, WIDE_AREA = Between(A, A), Between(0, A)

# The checker writes pi - t in three ways, by what is known of the sign of q; each with one exact value on its range.
BRANCHES = {
    "q > 0": (sympy.Symbol("q", positive=True), sqrt(p) * sqrt(s) / 2),
    "q < 0": (sympy.Symbol("q", negative=True), -sqrt(p) * sqrt(s) / 2),
    "the sign of q is not known": (q, Integer(0)),
}


@pytest.fixture(autouse=True)
def on_symbols(monkeypatch):
    generated = [import_module(f"{kernels.__name__}.{name.replace('-', '_')}") for name in SMOOTH]
    for module in (relu, half_lines, leaky_relu, *generated):
        monkeypatch.setattr(module, "arb", Symbolic)


@pytest.fixture(params=campaigns_only(SLOPES, unless=lambda name: name == "relu"))
def name(request):
    return request.param


@pytest.fixture
def derived(name):
    return derive(name)


def entries(jet):
    """The entries of a jet as expressions in p, q, s."""
    symbolic = {"value": jet.value, "p": jet.p, "q": jet.q, **jet.second._asdict()}
    return {name: entry.expression.xreplace(IN_GRAM) for name, entry in symbolic.items()}


def alone(jet):
    return [entry.expression for entry in (jet.value, jet.first, jet.second)]


class TestAreaAndObtuseAngle:
    @pytest.mark.parametrize("branch", BRANCHES)
    def test_every_branch(self, branch):
        signed_q, inside = BRANCHES[branch]
        area, obtuse = relu.area_and_obtuse(P, Symbolic(signed_q), S)
        assert vanishes(area.expression - IN_GRAM[A].subs(q, signed_q))
        # On the branch's range of q, an interval, the difference is constant, and it is 0 at one point.
        difference = obtuse.expression - OBTUSE.expression.subs(q, signed_q)
        assert vanishes(diff(difference, signed_q))
        assert vanishes(difference.subs(signed_q, inside))

    def test_the_branches_are_three_formulas(self):
        formulas = {
            str(relu.area_and_obtuse(P, Symbolic(signed_q), S)[1].expression) for signed_q, _ in BRANCHES.values()
        }
        assert len(formulas) == 3


class TestHalfLines:
    """`pair` on the area and the obtuse angle that the tests above prove it is given."""

    @pytest.fixture
    def pair(self, name, monkeypatch):
        def run(area, obtuse=OBTUSE):
            def area_and_obtuse(*gram):
                assert gram == (P, Q, S)
                return area, obtuse

            monkeypatch.setattr(relu, "area_and_obtuse", area_and_obtuse)
            return half_lines.HalfLines(Symbolic(SLOPES[name])).pair(P, Q, S)

        return run

    def test_pair(self, pair, derived):
        formulas = entries(pair(AREA))
        assert set(formulas) == ENTRIES
        for entry, formula in formulas.items():
            expected = derived.kernel if entry == "value" else derived.partials[entry]
            assert vanishes(formula - expected), entry

    def test_a_wrong_angle_would_be_seen(self, pair, derived):
        formulas = entries(pair(AREA, Symbolic(pi + t)))
        assert not vanishes(formulas["value"] - derived.kernel)
        assert not vanishes(formulas["q"] - derived.partials["q"])

    def test_alone(self, name, derived):
        value, first, second = alone(half_lines.HalfLines(Symbolic(SLOPES[name])).alone(P))
        assert vanishes(value - derived.self_kernel)
        assert vanishes(first - diff(derived.self_kernel, p))
        assert second == diff(derived.self_kernel, p, 2) == 0

    def test_bounds_at_parallel_neurons(self, pair, derived):
        jet = pair(WIDE_AREA)
        assert isinstance(jet.second, Parallel)
        formulas = entries(jet)
        assert vanishes(formulas["value"] - derived.kernel)
        # In the plane of w and v, w = |w| (1, 0); orthogonal to it the blocks are 2 kappa_p I and kappa_q I.
        angle = sympy.Symbol("t", positive=True)
        w, v = (sqrt(p), 0), (sqrt(s) * cos(angle), sqrt(s) * sin(angle))

        def block(name):
            expression = derived.blocks[name] - delta * derived.partials["q"] if name == "wv" else derived.blocks[name]

            def entry(i, j):
                return expression.subs({w_a: w[i], w_b: w[j], v_a: v[i], v_b: v[j], delta: int(i == j)})

            return Matrix(2, 2, entry)

        in_angle = {cos(angle): q / sqrt(p * s), sin(angle): sqrt(p * s - q**2) / sqrt(p * s)}
        own, mixed = formulas["own"], formulas["mixed"]
        h1, h2 = block("ww").subs(in_angle), block("wv").subs(in_angle)
        # h1 has the eigenvalues 0 and `own` in the plane, and own/2 outside it.
        assert vanishes(h1.det())
        assert vanishes(h1.trace() - own)
        assert vanishes(2 * derived.partials["p"] - own / 2)
        # h2 - kappa_q I is symmetric with the eigenvalues +mixed and -mixed in the plane, and 0 outside it.
        assert vanishes(h2[0, 1] - h2[1, 0])
        assert vanishes(h2.trace())
        assert vanishes(h2.det() + mixed**2)


@pytest.mark.parametrize("name", sampled(SMOOTH, every=2))
class TestSmooth:
    def test_pair(self, name, derived):
        formulas = entries(smooth(name).pair(P, Q, S))
        assert set(formulas) == ENTRIES
        for entry, formula in formulas.items():
            assert vanishes(formula - (derived.kernel if entry == "value" else derived.partials[entry])), entry

    def test_alone(self, name, derived):
        value, first, second = alone(smooth(name).alone(P))
        assert vanishes(value - derived.self_kernel)
        assert vanishes(first - diff(derived.self_kernel, p))
        assert vanishes(second - diff(derived.self_kernel, p, 2))

    def test_another_formula_would_be_seen(self, name, derived):
        other = entries(smooth(name).pair(P, Q + 1, S))
        for entry, formula in other.items():
            expected = derived.kernel if entry == "value" else derived.partials[entry]
            assert vanishes(formula - expected) == (not expected.has(q)), entry

    def test_what_is_said_of_it(self, name, derived):
        said = smooth(name)
        assert sympy.sympify(said.formula.replace("^", "**").replace(" z", "*z")).subs("z", z) == derived.sigma
        assert said.vanishes_at_zero == (derived.sigma.subs(z, 0) == 0)


def test_entries_that_are_exchanged_would_be_seen():
    derived = derive("erf")
    exchanged = entries(smooth("erf").pair(S, Q, P))
    for entry in ("p", "pp", "pq", "qs"):
        assert not vanishes(exchanged[entry] - derived.partials[entry]), entry
