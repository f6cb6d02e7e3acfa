"""Rules `one-hidden-layer` and `orthogonal-residuals`, on networks small enough to see by hand what is true."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from itertools import combinations

import pytest

from tests.corpus.forge import Document, forged, load
from verify.checker import Rejected, Undecided, Verdict, Verified
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer, LayerActivation, Network

Check = Callable[[Document], Verdict]

linearised_minimum = import_module("verify.checker.theorems.linearised_minimum")
BOTH_SIGNS = [[[["0", "0"], ["1", "0"]], [["0", "0"], ["0", "1"]]]]
"""Multipliers of one neuron, for +1 and -1, each for the pattern without and with its kink that bends down."""


def one_neuron(changes: dict[str, object]) -> Document:
    """f(x) = v max(w x, 0) at w = v = 0, both trained, on samples (1, 1) and (1, -1): F = 1 + f(1)^2."""
    layers = [
        {"width": 1, "activation": activation, "bias": False, "residual": False} for activation in ("relu", "identity")
    ]
    plain = {
        "statement.landscape.layers": layers,
        "statement.landscape.inputs": [["1"], ["1"]],
        "statement.landscape.targets": [["-1"], ["1"]],
        "statement.point": [["0", "0"]],
        "statement.value": ["1", "1"],
        "witness.multipliers": BOTH_SIGNS,
    }
    return forged(load("valid/risk-kinks-multipliers.json"), plain | changes)


def test_a_trained_output_weight_of_zero_needs_both_signs(verdict_on: Check) -> None:
    assert isinstance(verdict_on(one_neuron({})), Verified)


@pytest.mark.parametrize(
    ("multipliers", "why"),
    [
        ([[BOTH_SIGNS[0][0]]], "needs multipliers for 2 signs, not 1"),
        ([[BOTH_SIGNS[0][0], [[]]]], "needs multipliers for 2 patterns, not 1"),
        ([[[[]], BOTH_SIGNS[0][1]]], "needs multipliers for 2 patterns, not 1"),
        ([[BOTH_SIGNS[0][0], BOTH_SIGNS[0][0]]], "do not prove"),
        ([[BOTH_SIGNS[0][1], BOTH_SIGNS[0][1]]], "do not prove"),
    ],
)
def test_each_sign_is_proved_by_itself(multipliers: object, why: str, verdict_on: Check) -> None:
    verdict = verdict_on(one_neuron({"witness.multipliers": multipliers}))
    assert isinstance(verdict, Rejected)
    assert why in verdict.reason


@pytest.mark.parametrize("target", ["-1", "1"])
def test_a_sign_along_which_the_loss_falls(target: str, verdict_on: Check) -> None:
    """On one sample alone F = (f + 1)^2 / 2 or (f - 1)^2 / 2, which falls for v of one sign: no minimum."""
    up, down = [["0"]], [["0"], ["1"]]
    for given in ([[up, down]], [[down, up]], [[up, [["0"], ["0"]]]], [[[["0"], ["0"]], up]], [[up, up]]):
        changes = {
            "statement.landscape.inputs": [["1"]],
            "statement.landscape.targets": [[target]],
            "statement.value": ["1/2", "1/2"],
            "witness.multipliers": given,
        }
        assert isinstance(verdict_on(one_neuron(changes)), Rejected)


def test_a_fixed_output_weight_of_zero_needs_no_sign(verdict_on: Check) -> None:
    """f is 0, whatever w is."""
    changes = {
        "statement.landscape.targets": [["-1"], ["2"]],
        "statement.landscape.fixed": [[1, "0"]],
        "statement.point": [["0"]],
        "statement.value": ["5/2", "5/2"],
        "witness.multipliers": [[]],
    }
    assert isinstance(verdict_on(one_neuron(changes)), Verified)
    verdict = verdict_on(one_neuron(changes | {"statement.landscape.fixed": [[1, "1"]], "witness.multipliers": [[]]}))
    assert isinstance(verdict, Rejected)
    assert "needs multipliers for 1 signs, not 0" in verdict.reason


def test_the_residuals_add_up_to_0_where_the_output_s_bias_is_trained(verdict_on: Check) -> None:
    """f(x) = max(w x, 0) + c at w = c = 0 on (1, -1) and (-1, -1): less c would be better, another w would not."""
    changes = {
        "statement.landscape.layers.1.bias": True,
        "statement.landscape.inputs": [["1"], ["-1"]],
        "statement.landscape.targets": [["-1"], ["-1"]],
        "witness.multipliers": [[[["0", "0"]]]],
    }
    fixed = {"statement.landscape.fixed": [[1, "1"], [2, "0"]], "statement.point": [["0"]]}
    assert isinstance(verdict_on(forged(one_neuron(changes), fixed)), Verified)
    trained = {"statement.landscape.fixed": [[1, "1"]], "statement.point": [["0", "0"]]}
    verdict = verdict_on(forged(one_neuron(changes), trained))
    assert isinstance(verdict, Rejected)
    assert "a slope in the output's bias" in verdict.reason


def linear(targets: list[str], line: tuple[str, str], value: str) -> Document:
    """Through two hidden layers, f(x) = slope max(x + 1, 0) + constant, on the samples x = 0, 1, 2."""
    slope, constant = line
    changes = {
        "statement.landscape.targets": [[target] for target in targets],
        "statement.point": [["1", "0", "1", "1", "1", "0", "0", "1", "0", "1", slope, "0", constant]],
        "statement.value": [value, value],
    }
    return forged(load("valid/risk-orthogonal-deep.json"), changes)


def test_samples_without_a_residual_are_passed_over_one_by_one(verdict_on: Check) -> None:
    """f(x) = x + 1 on x = 0, 1, 2. The first is met; the others have residuals that are not orthogonal to (x, 1)."""
    assert isinstance(verdict_on(linear(["1", "2", "3"], ("1", "0"), "0")), Verified)
    assert isinstance(verdict_on(linear(["2", "0", "4"], ("1", "0"), "3")), Verified)
    for targets, value in ((["1", "1", "4"], "1"), (["1", "2", "4"], "1/2"), (["0", "2", "3"], "1/2")):
        verdict = verdict_on(linear(targets, ("1", "0"), value))
        assert isinstance(verdict, Undecided)
        assert "not orthogonal" in verdict.reason


def test_a_kink_matters_only_where_there_is_a_residual(verdict_on: Check) -> None:
    """Both units of the second layer are on their kink at x = 0, after the biases were changed."""
    on_kink = {"statement.point.0.8": "-1", "statement.point.0.12": "1"}
    still = forged(linear(["1", "2", "3"], ("1", "0"), "0"), on_kink)
    assert isinstance(verdict_on(still), Verified)
    verdict = verdict_on(forged(linear(["2", "0", "4"], ("1", "0"), "3"), on_kink))
    assert isinstance(verdict, Undecided)
    assert "is on its kink on sample 0" in verdict.reason


@pytest.mark.parametrize(("inputs", "width", "bias"), [(1, 3, True), (2, 1, True), (2, 3, True), (3, 2, False)])
def test_a_neuron_moves_in_what_is_trained_of_it(inputs: int, width: int, bias: bool) -> None:
    """For every choice of two trained parameters: of neuron j its weights w_ji in order, then its bias b_j."""
    layers = (
        Layer(inputs, width, LayerActivation("piecewise-linear", (Fraction(0), Fraction(1))), bias, residual=False),
        Layer(width, 1, LayerActivation("piecewise-linear", (Fraction(1), Fraction(1))), bias=True, residual=False),
    )
    x = tuple(Fraction(3 + i) for i in range(inputs))
    zero = Fraction(0)
    whole = EmpiricalRiskLandscape(Network(inputs, layers), "squares", Fraction(1), zero, zero, (x,), ((zero,),), ())
    names: list[tuple[int, Fraction]] = [(j, x[i]) for j in range(width) for i in range(inputs)]
    names += [(j, Fraction(1)) for j in range(width * bias)]
    for trained in combinations(range(whole.network.parameters), 2):
        for j in range(width):
            expected = tuple(names[index][1] for index in trained if index < len(names) and names[index][0] == j)
            assert linearised_minimum._directions(whole, j, set(trained)) == [expected]
