"""Ranges of smooth activations over wide balls: every value is inside, and little else."""

from __future__ import annotations

import pytest
import sympy
from flint import arb

from verify.checker.losses.activation_ranges import _turns, ranges, sigmoid_slope, softplus_range
from verify.checker.losses.layer_activations import derivatives, sigmoid
from verify.checker.statements.network import SMOOTH, LayerActivation

BALLS = [(0.0, 0.125), (0.25, 0.5), (-1.25, 0.25), (1.0, 1.5), (-2.0, 0.5), (1.3125, 0.0625), (0.0, 5.0), (9.0, 2.0)]
STEPS = 64


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize(("middle", "radius"), BALLS)
def test_values_on_a_fine_grid_are_inside_and_reach_to_the_ends(name: str, middle: float, radius: float) -> None:
    activation = LayerActivation(name)
    points = [arb(middle + radius * (2 * i / STEPS - 1)) for i in range(STEPS + 1)]
    values = [derivatives(activation, point) for point in points]
    for index, hull in enumerate(ranges(activation, arb(middle, radius))):
        every = [value[index] for value in values]
        assert all(hull.contains(value) for value in every)
        low, high = (min(float(v.lower()) for v in every), max(float(v.upper()) for v in every))
        assert float(hull.upper()) - float(hull.lower()) <= 1.3 * (high - low) + 1e-2 * radius


def test_they_are_narrower_than_the_formulas() -> None:
    """The slope of the sigmoid is even: near 0 it hardly changes."""
    z = arb(0, 0.125)
    assert float(sigmoid_slope(z).rad()) < 0.05 * float((sigmoid(z) * sigmoid(-z)).rad())
    assert sigmoid_slope(z).contains(arb(1) / 4)
    assert softplus_range(z).contains(arb(2).log())


def test_a_narrow_ball_and_one_with_a_kink_are_left_to_the_formulas() -> None:
    narrow = arb(0.5, 2.0**-40)
    assert [str(part) for part in ranges(LayerActivation("tanh"), narrow)] == [
        str(part) for part in derivatives(LayerActivation("tanh"), narrow)
    ]
    square = LayerActivation("polynomial", (0, 0, 1))  # type: ignore[arg-type]
    assert [str(part) for part in ranges(square, arb(0, 1))] == [str(part) for part in derivatives(square, arb(0, 1))]


def turns(function: sympy.Expr, z: sympy.Symbol) -> set[sympy.Expr]:
    """The real zeros of the derivative, where these are zeros of a polynomial times something positive."""
    return set(sympy.solveset(function, z, sympy.S.Reals))


def test_the_functions_turn_where_it_is_said_and_nowhere_else() -> None:
    """s' = s (1 - s) as a polynomial in s, 1/(1 + z^2) and the density as factors that are never 0."""
    z, s = sympy.Symbol("z", real=True), sympy.Symbol("s", real=True)

    def along(expression: sympy.Expr) -> sympy.Expr:
        return sympy.factor(sympy.diff(expression, s) * s * (1 - s))

    first = s * (1 - s)
    assert sympy.simplify(along(first) / first) == 1 - 2 * s
    assert sympy.expand(sympy.cancel(along(along(first)) / first) - (1 - 6 * first)) == 0
    at_turn = sympy.solve(1 - 6 * first, s)
    logits = {sympy.simplify(sympy.exp(sympy.log(root / (1 - root)))) for root in at_turn}
    assert {sympy.nsimplify(sympy.simplify(each)) for each in logits} == {2 + sympy.sqrt(3), 2 - sympy.sqrt(3)}
    arctan = 1 / (1 + z**2)
    assert turns(sympy.together(sympy.diff(arctan, z)), z) == {sympy.Integer(0)}
    assert turns(sympy.numer(sympy.together(sympy.diff(arctan, z, 2))), z) == {-1 / sympy.sqrt(3), 1 / sympy.sqrt(3)}
    density = sympy.exp(-(z**2) / 2)
    slope = sympy.integrate(density, z) + z * density  # of the gelu, times sqrt(2 pi), up to a constant
    assert turns(sympy.expand(sympy.diff(slope, z) / density), z) == {-sympy.sqrt(2), sympy.sqrt(2)}
    assert turns(sympy.expand(sympy.diff(slope, z, 2) / density), z) == {-2, 0, 2}


def test_the_gelu_is_lowest_between_the_two_numbers_that_are_given() -> None:
    gelu = LayerActivation("gelu")
    assert derivatives(gelu, arb(-76) / 100).first < 0
    assert derivatives(gelu, arb(-75) / 100).first > 0


def test_the_one_minimum_of_gelu_is_where_it_is_said_to_turn() -> None:
    gelu = LayerActivation("gelu")
    (turn,) = _turns("gelu")[0]
    assert derivatives(gelu, turn.lower()).first < 0
    assert derivatives(gelu, turn.upper()).first > 0
