"""Files that break one hypothesis and no other: neither checker verifies them, and the second says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copy
from types import ModuleType
from typing import Any

import pytest

from tests.corpus.make_valid_sdp import certificate
from tests.fuzz.engine import repair
from tests.independent.differential import CORPUS, compare
from verify.independent import rational
from verify.independent.checking import check as second_check
from verify.independent.kinds import population_teacher_student, quadratic_network, semidefinite_program
from verify.independent.networks import constructions, regions, sampled, values

Document = dict[str, Any]
IDENTITY, RELU = "identity", "relu"


def layer(activation: object, *, width: int = 1, bias: bool = False, residual: bool = False) -> Document:
    return {"width": width, "activation": activation, "bias": bias, "residual": residual}


def risk(layers: list[Document], x: list[str], y: list[str], fixed: list[list[object]] | None = None) -> Document:
    """Squares of a network with one input and one output, factor 1."""
    return {
        "kind": "empirical-risk",
        "layers": layers,
        "loss": {"kind": "squares", "factor": "1"},
        "weight_decay": {"weights": "0", "biases": "0"},
        "inputs": [[entry] for entry in x],
        "targets": [[entry] for entry in y],
        **({"fixed": fixed} if fixed else {}),
    }


def minimum(land: Document, point: list[str], value: str, method: str, **witness: object) -> Document:
    claim = {"point": [point], "value": [value, value]}
    return certificate(land, "local-minimum", claim, {"method": method, **witness})


def from_corpus(name: str, change: Callable[[Document], object]) -> Document:
    document: Document = json.loads((CORPUS / "valid" / f"{name}.json").read_bytes())
    change(document)
    repair(document)
    return document


def sloping() -> Document:
    """F = w^2 at 1, which falls to one side and rises to the other at the order 1: no critical point."""
    down, up = ({"direction": [[u]], "order": 1} for u in ("-1", "1"))
    land = risk([layer(IDENTITY)], ["1"], ["0"])
    return certificate(
        land, "degenerate-saddle", {"point": [["1"]], "value": ["1", "1"]}, {"descent": down, "ascent": up}
    )


def on_a_kink() -> Document:
    """F = |w|^2 / 4 + ... with a kink at 0 along which both sides are as claimed; the derivative need not exist."""
    down, up = ({"direction": [[u]], "order": 1} for u in ("-1", "1"))
    land = risk([layer({"piecewise-linear": ["-1", "-1/2"]})], ["1"], ["-1"])  # (h(w) + 1)^2
    return certificate(
        land, "degenerate-saddle", {"point": [["0"]], "value": ["1", "1"]}, {"descent": up, "ascent": down}
    )


def large_matrix(corner: str) -> Document:
    rows = [["0"] * i + ["1"] for i in range(70)]
    rows[1] = ["1", corner]
    return certificate({"kind": "matrix", "lower_triangle": rows}, "positive-semidefinite", {}, {})


def one_interval(document: Document) -> None:
    """From the first minimum of the weight to the last: a maximum lies between."""
    intervals = document["witness"]["intervals"]
    intervals[0] = [[intervals[0][0][0], intervals[0][-1][1]]]
    document["statement"]["at_least"] = "5"


def not_suboptimal(document: Document) -> None:
    document["statement"]["suboptimal"] = False
    del document["witness"]["better_point"]


def moved_saddle(document: Document) -> None:
    document["statement"] |= {"point": [["1/100"]], "negative_curvature": "-1"}


def elu_on_its_kink(document: Document) -> None:
    statement = document["statement"]
    statement["landscape"]["layers"][0]["activation"] = {"elu": ["1", "1"]}
    statement |= {"pre_activations": ["0", "1/4"], "output_weights": ["1"], "suboptimal": False}
    del document["witness"]["better_point"]


FLAT = {"multipliers": [[[[]]]]}
TWO_LAYERS = [layer(RELU), layer(IDENTITY)]

# What the file does not meet, and the reason that the second checker must give.
BROKEN: dict[str, tuple[Document, str]] = {
    "the gradient is 0": (sloping(), "the derivative in each parameter is 0"),
    "no unit is on its kink": (on_a_kink(), "a unit is on its kink at the point"),
    "piecewise linear, one hidden layer": (
        minimum(
            risk([layer("square"), layer(IDENTITY)], ["1"], ["0"]),
            ["0", "0"],
            "0",
            "one-hidden-layer",
            multipliers=[[[[]], [[]]]],
        ),
        "piecewise linear activations only",
    ),
    "piecewise linear, orthogonal residuals": (
        minimum(risk([layer("square")], ["1"], ["1"]), ["1"], "0", "orthogonal-residuals"),
        "piecewise linear activations only",
    ),
    "the residuals are orthogonal to the inputs where the output is on": (
        minimum(risk([layer(RELU)], ["1"], ["0"]), ["1"], "1", "orthogonal-residuals"),
        "the residuals of the samples of one pattern are not orthogonal to the inputs",
    ),
    "the residuals add up to 0 where a layer is off": (
        minimum(
            risk([layer(RELU), layer(IDENTITY, bias=True)], ["-1", "-2"], ["1", "1"]),
            ["1", "1", "0"],
            "2",
            "orthogonal-residuals",
        ),
        "the residuals of the samples of one pattern are not orthogonal to the inputs",
    ),
    "what is off is not added to by a residual connection": (
        minimum(risk([layer(RELU, residual=True)], ["-1"], ["0"]), ["1"], "1", "orthogonal-residuals"),
        "the residuals of the samples of one pattern are not orthogonal to the inputs",
    ),
    "no kink where a residual is not 0": (
        minimum(risk(TWO_LAYERS, ["1", "1"], ["1", "-1"]), ["0", "1"], "2", "orthogonal-residuals"),
        "a unit is on its kink on the sample 0",
    ),
    "no residual connection": (
        minimum(
            risk([layer(RELU, residual=True), layer(IDENTITY)], ["1"], ["2"]),
            ["1", "1"],
            "0",
            "one-hidden-layer",
            **FLAT,
        ),
        "without a residual connection",
    ),
    "the output is not bent": (
        minimum(
            risk([layer(RELU), layer({"leaky-relu": "1/2"})], ["1"], ["1"]), ["1", "1"], "0", "one-hidden-layer", **FLAT
        ),
        "one output that is not bent only",
    ),
    "a multiplier of a kink that bends down is not negative": (
        minimum(
            risk(TWO_LAYERS, ["1"], ["1"], [[1, "1"]]), ["0"], "1", "one-hidden-layer", multipliers=[[[["0"], ["-2"]]]]
        ),
        "the multipliers are within their ranges",
    ),
    "a multiplier of a kink that bends up is at most 1": (
        minimum(
            risk([layer({"piecewise-linear": ["-2", "-1"]}), layer(IDENTITY)], ["1"], ["-1"], [[1, "1"]]),
            ["0"],
            "1",
            "one-hidden-layer",
            multipliers=[[[["2"]]]],
        ),
        "the multipliers are within their ranges",
    ),
    "the residuals add up to 0": (
        minimum(
            risk([layer(RELU), layer(IDENTITY, bias=True)], ["-1"], ["1"]),
            ["1", "1", "0"],
            "1",
            "one-hidden-layer",
            multipliers=[[[[]]]],
        ),
        "the residuals add up to 0",
    ),
    "the residuals are orthogonal to a neuron's outputs": (
        minimum(risk(TWO_LAYERS, ["1"], ["0"], [[0, "1"]]), ["1"], "1", "one-hidden-layer", **FLAT),
        "the residuals are orthogonal to the neuron 0's outputs",
    ),
    "Q has the output weight's sign": (
        from_corpus("../invalid/rejected-risk-widths-wrong-sign", not_suboptimal),
        "the curvature Q of a neuron",
    ),
    "a large matrix, singular": (large_matrix("1"), "not proved, and not disproved: the matrix has no negative"),
    "a large matrix, indefinite": (large_matrix("1/2"), "false: the matrix has no negative eigenvalue"),
    "F_i is convex": (from_corpus("risk-count", one_interval), "the second derivative is positive"),
    "the gradient is small": (from_corpus("quadratic-saddle", moved_saddle), "the gradient is as small as claimed"),
    "no neuron is on its kink": (from_corpus("risk-constant-outputs", elu_on_its_kink), "no neuron is on its kink"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_hypothesis_is_broken(name: str, tmp_path: Path) -> None:
    document, reason = BROKEN[name]
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    first, second = compare(path)
    assert first == second
    assert first in ("Rejected", "Undecided")
    assert reason in second_check(str(path)).reason


# Minima of the rule `orthogonal-residuals` whose last activation has a kink, or whose units are off.
BENT: dict[str, Document] = {
    "the residual is 0": minimum(risk([layer(RELU)], ["1"], ["1"]), ["1"], "0", "orthogonal-residuals"),
    "the residuals are orthogonal to the inputs": minimum(
        risk([layer({"leaky-relu": "1/2"})], ["1", "1"], ["0", "2"]), ["1"], "2", "orthogonal-residuals"
    ),
    "the output is off": minimum(risk([layer(RELU)], ["-1"], ["3"]), ["1"], "9", "orthogonal-residuals"),
    "a hidden layer is off, and the residuals add up to 0": minimum(
        risk([layer(RELU), layer(IDENTITY, bias=True)], ["-1", "-2"], ["1", "-1"]),
        ["1", "1", "0"],
        "2",
        "orthogonal-residuals",
    ),
}


@pytest.mark.parametrize("name", BENT)
def test_the_last_activation_may_have_a_kink_and_units_may_be_off(name: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(BENT[name]), encoding="utf-8")
    assert compare(path) == ("Verified", "Verified")


LIMITS = [
    (population_teacher_student, "MAX_UNKNOWNS_HERE", "global-minimum-k1", "unknowns are more than this checker's 0"),
    (regions, "MAX_UNKNOWNS_HERE", "risk-tanh", "unknowns are more than this checker's 0"),
    (values, "MAX_UNKNOWNS_HERE", "risk-no-critical-point", "unknowns are more than this checker's 0"),
    (constructions, "MAX_UNKNOWNS_HERE", "risk-constant-outputs", "neurons are more than this checker's 0"),
    (quadratic_network, "MAX_UNKNOWNS_HERE", "quadratic-spurious", "unknowns are more than this checker's 0"),
    (sampled, "MAX_RISK_BLOCKS_HERE", "risk-tanh", "more samples and units than this checker takes on"),
    (semidefinite_program, "MAX_CONSTRAINTS_HERE", "sdp-lower-corrected", "more than 0 equations"),
    (semidefinite_program, "MAX_ORDER_HERE", "sdp-lower-exact", "a block of the order 2 is more than this checker's 0"),
    (rational, "EXACT_BITS", "risk-value-exact", "an exact number has more than 0 bits"),
]


@pytest.mark.parametrize(("module", "limit", "name", "reason"), LIMITS)
def test_limits_of_the_program_are_undecided(
    module: ModuleType, limit: str, name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (CORPUS / "valid").glob("*.dat-s"):
        copy(path, tmp_path)
    copy(CORPUS / "valid" / f"{name}.json", tmp_path)
    monkeypatch.setattr(module, limit, 0)
    result = second_check(str(tmp_path / f"{name}.json"))
    assert result.verdict == "Undecided"
    assert reason in result.reason
