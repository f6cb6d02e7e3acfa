"""The loss of a quadratic network: against its definition by SymPy, and enclosures over boxes."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.checker.core.balls import ball, box
from verify.checker.evaluators import QuadraticLoss, rational
from verify.checker.statements.quadratic_network import QuadraticNetwork

K, D, N = 2, 2, 3
small = st.fractions(min_value=-3, max_value=3, max_denominator=8)


def matrices(rows: int, columns: int) -> st.SearchStrategy[tuple[tuple[Fraction, ...], ...]]:
    return st.tuples(*[st.tuples(*[small] * columns)] * rows)


@st.composite
def networks(draw: st.DrawFn) -> QuadraticNetwork:
    C = tuple(draw(st.tuples(*[small] * (i + 1))) for i in range(D))
    return QuadraticNetwork(draw(matrices(N, D)), draw(st.tuples(*[small] * N)), K, abs(draw(small)), C)


def by_definition(network: QuadraticNetwork) -> tuple[sympy.Expr, list[sympy.Symbol]]:
    """L in symbols, term by term as it is defined."""
    symbols = sympy.symbols(f"w:{K * D}")
    W = sympy.Matrix(K, D, symbols)
    C = sympy.Matrix(D, D, lambda a, b: sympy.Rational(str(network.perturbation[max(a, b)][min(a, b)])))
    total = sympy.Rational(str(network.decay)) / 2 * sum(w**2 for w in symbols) + (C * W.T * W).trace()
    for x, y in zip(network.inputs, network.targets, strict=True):
        images = W * sympy.Matrix([sympy.Rational(str(entry)) for entry in x])
        total += (sum(image**2 for image in images) - sympy.Rational(str(y))) ** 2 / (2 * N)
    return total, list(symbols)


@settings(max_examples=examples(25))
@given(networks(), matrices(K, D), matrices(K, D))
def test_value_gradient_and_curvature_are_those_of_the_definition(
    network: QuadraticNetwork, W: tuple[tuple[Fraction, ...], ...], direction: tuple[tuple[Fraction, ...], ...]
) -> None:
    formula, symbols = by_definition(network)
    at = dict(zip(symbols, (sympy.Rational(str(entry)) for row in W for entry in row), strict=True))
    step = sympy.Matrix([sympy.Rational(str(entry)) for row in direction for entry in row])
    loss = QuadraticLoss(network, [[rational(entry) for entry in row] for row in W])

    def same(ours: fmpq, theirs: sympy.Expr) -> bool:
        return sympy.Rational(int(ours.p), int(ours.q)) == theirs.subs(at)

    assert same(loss.value(), formula)
    gradient = [entry for row in loss.gradient() for entry in row]
    assert all(same(ours, formula.diff(symbol)) for ours, symbol in zip(gradient, symbols, strict=True))
    hessian = sympy.hessian(formula, symbols).subs(at)
    assert same(loss.curvature(direction), (step.T * hessian * step)[0])
    pairs = zip(loss.hessian().entries(), hessian, strict=True)
    assert all(ours.contains(fmpq(*map(int, theirs.as_numer_denom()))) for ours, theirs in pairs)


@given(networks(), matrices(K, D), matrices(K, D), st.fractions(min_value=0, max_value=1, max_denominator=64))
def test_the_hessian_over_a_box_contains_that_at_each_point(
    network: QuadraticNetwork,
    center: tuple[tuple[Fraction, ...], ...],
    shift: tuple[tuple[Fraction, ...], ...],
    radius: Fraction,
) -> None:
    point = [
        [c + radius * s / 3 for c, s in zip(row, moves, strict=True)] for row, moves in zip(center, shift, strict=True)
    ]
    over = QuadraticLoss(network, box(center, radius)).hessian()
    at = QuadraticLoss(network, [[rational(entry) for entry in row] for row in point]).hessian()
    pairs = zip(over.entries(), at.entries(), strict=True)
    assert all(wide.overlaps(thin) for wide, thin in pairs)
    value = QuadraticLoss(network, [[ball(entry) for entry in row] for row in point]).value()
    exact = QuadraticLoss(network, [[rational(entry) for entry in row] for row in point]).value()
    assert value.contains(exact)
