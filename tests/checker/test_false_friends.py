"""Fourteen sentences that look like theorems about minima of networks and are false, and what refuses each.

Each is a landscape in exact numbers for which the sentence would
give a false verdict; where it can be said by a certificate, the certificate is made, and must not be verified.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.corpus.forge import CORPUS, seal
from verify.checker import check
from verify.checker.public import Certificate, Rejected, Undecided, Verified, parse, prove

Json = dict[str, Any]


def layer(width: int, activation: Any = "relu", bias: bool = False) -> Json:
    return {"width": width, "activation": activation, "bias": bias, "residual": False}


def risk(layers: list[Json], inputs: list[Any], targets: list[Any], **more: Any) -> Json:
    """Half squares without decay, unless said otherwise."""
    rows = [[str(entry) for entry in (row if isinstance(row, list) else [row])] for row in inputs]
    wanted = [[str(entry)] for entry in targets]
    decay = str(more.pop("decay", 0))
    return {
        "kind": "empirical-risk", "layers": layers, "loss": {"kind": "squares", "factor": "1/2"},
        "weight_decay": {"weights": decay, "biases": decay}, "inputs": rows, "targets": wanted, **more,
    }  # fmt: skip


def verdict(statement: Json, witness: Json) -> Any:
    """What the checker says of it."""
    content = {"statement": statement, "witness": {"precision": 128, **witness}}
    document = seal({"format": "landscape-verify-certificate/1", **content})
    return prove(Certificate.read(parse(json.dumps(document).encode())))


def at_point(land: Json, name: str, point: list[Any], value: list[Any], **witness: Any) -> Any:
    where = {"point": [[str(entry) for entry in point]], "value": [str(entry) for entry in value]}
    return verdict({"landscape": land, "property": name, **where}, witness)


def falls(land: Json, point: list[Any], direction: list[Any], order: int) -> Any:
    """No local minimum, because the loss falls along a direction; the loss is anything."""
    line = {"direction": [[str(entry) for entry in direction]], "order": order}
    return at_point(land, "not-a-local-minimum", point, [0, 10**7], descent=line)


def basin(land: Json, point: list[Any], radius: str, kinks: list[Any], curvature: str, **more: Any) -> Any:
    """A local minimum within a radius, by rule `basin`."""
    symmetries = more.get("symmetries", [])
    statement = {
        "landscape": land, "property": "local-minimum-within", "value": ["-1", "10000000"],
        "region": {"shape": "ball", "center": [[str(entry) for entry in point]], "radius": radius},
        "flat_directions": len(symmetries),
    }  # fmt: skip
    return verdict(statement, {"curvature": curvature, "kinks": kinks, "symmetries": symmetries})


def corpus(name: str) -> Any:
    return check(CORPUS / f"{name}.json")


PRODUCT = risk([layer(1, "identity"), layer(1, "identity")], [1], [2])
"""(w v - 2)^2 / 2"""


def test_1_a_minimum_on_a_slice_whose_orbit_is_tangent_to_it() -> None:
    """w + v = 2 at (1, 1): a strict minimum there, with gradient (-1, -1). T0 = (1, 1), T = (1, -1): T0^T T = 0.

    T0 is the field at the center, so that a file cannot say another; and the ball is not deep enough there.
    """
    scale = [{"name": "scale", "layer": 0, "unit": 0}]
    assert isinstance(falls(PRODUCT, [1, 1], [1, 1], 1), Verified)
    for radius in ("1", "1/10", "1/1000"):
        assert isinstance(basin(PRODUCT, [1, 1], radius, [], "1/2", symmetries=scale), Rejected | Undecided)
    found = risk([layer(1, "identity"), layer(1, "identity")], [1], [1])  # (w v - 1)^2 / 2 has its minimum at (1, 1)
    assert isinstance(basin(found, [1, 1], "1/100", [], "1/2", symmetries=scale), Verified)


def test_2_a_minimum_on_a_slice_is_not_strict() -> None:
    """(w v - 1)^2 / 2 on v = 1. The sentence says that it is not strict, and the strict rule does not take it."""
    land = risk([layer(1, "identity"), layer(1, "identity")], [1], [1])
    found = basin(land, [1, 1], "1/100", [], "1/2", symmetries=[{"name": "scale", "layer": 0, "unit": 0}])
    assert isinstance(found, Verified)
    assert "not strict (the loss is constant on a curve through it)" in found.statement.sentence()
    ball = {"shape": "ball", "center": [["1", "1"]], "radius": "1/100"}
    strict = {"landscape": land, "property": "strict-local-minimum", "region": ball, "value": ["0", "1"]}
    for bound in ("1", "1*2^-40"):
        assert not isinstance(verdict({**strict, "hessian_lower_bound": bound}, {}), Verified)


def test_3_a_minimum_of_the_parameters_that_is_none_of_the_function() -> None:
    """G(f) = (f + 1)^2 / 2 has no minimum at f = 0; with f = w^2 the risk has one at w = 0."""
    land = risk([layer(1, "square")], [1], [-1])
    for direction in (1, -1, 3):
        for order in (1, 2, 3, 4):
            assert isinstance(falls(land, [0], [direction], order), Rejected)


def test_4_critical_and_off_kinks_is_no_minimum_where_outgoing_weights_are_0() -> None:
    """x = (1, 0), (0, 1), y = 1, -1, w = (1, 1), v = 0: the gradient is 0; F = 1 + (1 - 2 s) t^2 + s^2 t^4."""
    land = risk([layer(1), layer(1, "identity")], [[1, 0], [0, 1]], [1, -1])
    for method in ({"method": "orthogonal-residuals"}, {"method": "one-hidden-layer", "multipliers": [[[[]], [[]]]]}):
        assert not isinstance(at_point(land, "local-minimum", [1, 1, 0], [1, 1], **method), Verified)
    assert isinstance(falls(land, [1, 1, 0], [2, -2, 1], 2), Verified)
    for curvature in ("1", "1/1000"):
        assert not isinstance(basin(land, [1, 1, 0], "1/100", [], curvature), Verified)


def sharp_on_one_side(bend: int = -1) -> Json:
    """g = 2 relu(t) + bend t^2 = |t| + t + bend t^2 on x = 1, and the loss is (Y + g / Y)^2 / 2 with Y = 1000.

    Layer 1: t, t + 5. Output: 2 / Y on the first, (bend t + c) / Y on the second; t is the one trained number.
    """
    y = 1000
    entries = [[0, 0, "1"], [1, 0, "1"], [5, 0, f"{bend}/{y}"], [6, 0, f"{-5 * bend}/{y}"]]
    return {
        **risk([layer(2, bias=True), layer(1, "identity", bias=True)], [1], [-y]),
        "map": {"trained": 1, "entries": entries, "constants": [[3, "5"], [4, f"2/{y}"]]},
    }


@pytest.mark.parametrize("slope", ["0", "1/4", "1/2", "3/4", "1"])
def test_5_and_6_slopes_at_the_ends_of_their_interval(slope: str) -> None:
    """F = |x| + x - x^2: with the slope of the left half-line F_a = -x^2 is critical at 0, and falls to the left.

    The directional derivatives are 2 and 0, none negative: that is not enough either.
    """
    land = sharp_on_one_side()
    assert isinstance(falls(land, [0], [-1], 2), Verified)
    assert isinstance(falls(land, [0], [1], 1), Rejected)
    for weight in ("0", "1/100"):
        for curvature in ("1", "1/1000"):
            assert not isinstance(basin(land, [0], "1/100", [[0, 0, 0, slope, weight]], curvature), Verified)
    curved = sharp_on_one_side(1)  # the same with + t^2: a minimum, by the slope 0 at the end of the interval
    assert isinstance(basin(curved, [0], "1/100", [[0, 0, 0, "0", "0"]], "1"), Verified)


def test_7_a_zero_neuron_is_no_dead_one() -> None:
    """(1 - v relu(w))^2 / 2 + (w^2 + v^2) / 4 at 0, where the neuron is on its kink: it falls along w = v."""
    land = risk([layer(1), layer(1, "identity")], [1], [1], decay=Fraction(1, 2))
    assert isinstance(falls(land, [0, 0], [1, 1], 2), Verified)
    for symmetries in ([], [{"name": "outgoing", "layer": 0, "unit": 0, "source": 0}]):
        for slope in ("0", "1/2", "1"):
            found = basin(land, [0, 0], "1/100", [[0, 0, 0, slope, "0"]], "1/4", symmetries=symmetries)
            assert isinstance(found, Rejected | Undecided)


def test_8_duplicate_units_are_no_symmetry() -> None:
    """Two equal units of tanh: the loss is constant along v_1 + t, v_2 - t, but only where they are equal."""
    land = risk([layer(2, "tanh"), layer(1, "identity")], [1, 2], [1, 1])
    exchange = {"name": "linear", "layer": 0, "matrix": [[0, 1, "1"]]}
    found = basin(land, [1, 1, 1, 1], "1/1000", [], "1/1000", symmetries=[exchange])
    assert isinstance(found, Rejected | Undecided)
    assert "linear" in found.reason


def test_9_a_unit_that_is_on_may_not_be_shifted_under_decay_or_near_its_kink() -> None:
    for name in (
        "rejected-basin-shift-decays",
        "rejected-basin-shift-of-two-slopes",
        "undecided-basin-shift-on-a-kink",
    ):
        assert isinstance(corpus(f"invalid/{name}"), Rejected | Undecided)


def test_10_a_small_gradient_and_a_positive_hessian_near_a_kink() -> None:
    """relu(w) and the target -1/10^9: at w = 1/10^12 the frozen pattern is critical at -1/10^9, beyond the kink."""
    land = risk([layer(1)], [1], ["-1/1000000000"])
    ball = {"shape": "ball", "center": [["1/1000000000000"]], "radius": "1/100000000"}
    statement = {"landscape": land, "property": "strict-local-minimum", "region": ball, "value": ["0", "1"]}
    found = verdict({**statement, "hessian_lower_bound": "1/2"}, {})
    assert isinstance(found, Undecided)
    assert "may meet a kink" in found.reason


def test_11_a_loss_of_1e_20_is_not_0_and_a_negative_curvature_at_a_point_says_nothing_around_it() -> None:
    land = risk([layer(1, "identity")], [1], [1])
    near = 1 + Fraction(1, 10**10)
    assert isinstance(at_point(land, "global-minimum", [near], [0, 0]), Rejected)
    assert isinstance(at_point(land, "value", [near], [Fraction(1, 2 * 10**20)] * 2), Verified)
    assert isinstance(corpus("invalid/undecided-bends-down-far"), Undecided)
    assert isinstance(corpus("valid/risk-bends-down"), Verified)


def test_12_a_kink_with_a_rise_that_is_0() -> None:
    """(1 - v relu(w))^2 / 2 at v = 0, w = 0: the rise is -v, of both signs around the point."""
    land = risk([layer(1), layer(1, "identity")], [1], [1])
    found = basin(land, [0, 0], "1/100", [[0, 0, 0, "1/2", "0"]], "1/1000")
    assert isinstance(found, Undecided)
    assert "not proved >= 0" in found.reason


def test_13_separated_data_have_a_minimum_if_the_last_layer_decays() -> None:
    for name in ("undecided-separable-decay", "undecided-separable-bias-decay"):
        assert isinstance(corpus(f"invalid/{name}"), Undecided)
    land = {**risk([layer(1, "identity")], [1, -1], [1, -1], decay=1), "loss": {"kind": "logistic", "factor": "1"}}
    ball = {"shape": "ball", "center": [["27/40"]], "radius": "1/10"}
    statement = {"landscape": land, "property": "global-minimum-within", "region": ball, "value": ["0", "2"]}
    assert isinstance(verdict(statement, {"curvature": "9/10"}), Verified)


def test_14_of_pairs_that_are_one_only_the_sum_of_the_rises_counts() -> None:
    """f = (2 + s) relu(t) - (1 - s) relu(t), both units given t; the target is below 0, and t decays: a minimum at 0.

    One rise is negative; the sum is not. Taken one by one, as in a network without a map, they are refused.
    """
    entries = [[0, 0, "1"], [1, 0, "1"]]
    land = {
        **risk([layer(2), layer(1, "identity")], [1], [-10], decay=1),
        "map": {"trained": 1, "entries": entries, "constants": [[2, "2"], [3, "-1"]]},
    }
    kinks = [[0, 0, 0, "1/100", "0"], [0, 0, 1, "1/100", "0"]]
    assert isinstance(basin(land, [0], "1", kinks, "1/2"), Verified)
    turned = {**land, "targets": [["10"]]}
    assert isinstance(basin(turned, [0], "1", kinks, "1/2"), Rejected)
    apart = {**land, "map": {"trained": 2, "entries": [[0, 0, "1"], [1, 1, "1"]], "constants": [[2, "2"], [3, "-1"]]}}
    assert isinstance(basin(apart, [0, 0], "1", kinks, "1/2"), Rejected)
    assert isinstance(corpus("invalid/rejected-map-other-slope-in-a-group"), Rejected)
