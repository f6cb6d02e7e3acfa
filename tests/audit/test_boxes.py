"""Claims about all points of a box of parameters: proved, refuted, undecided, and what is malformed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from flint import arb

from tests.corpus.forge import CORPUS
from verify.checker.evaluators import Attracted
from verify.checker.public import read
from verify.checker.statements.small_empirical_risk import NEGATIVE
from verify.producer.cli import main
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

LANDSCAPE = """
[landscapes.neuron]
inputs = [1, 2, -1]
targets = ["1/2", "3/4", "-1/4"]
widths = [1]
output = "tanh"
weight_decay = "1/4"
bias_decay = "1/4"

[landscapes.kink]
inputs = [1, 2]
targets = [1, 1]
widths = [1, 1]
activation = "relu"
biases = false

[landscapes.leaky]
inputs = [1, 2]
targets = [1, 1]
widths = [1]
output = {leaky-relu = "1/2"}
biases = false

[landscapes.auer]
inputs = [["1/30", 0], [1, 0], [0, 1]]
targets = ["3/4", "3/4", "3/4"]
widths = [1]
output = "sigmoid"
biases = false

[landscapes.hidden]
inputs = [-1, "1/2"]
targets = ["3/5", "-3/10"]
widths = [1, 1]
weight_decay = "1/10"
fixed = [[3, 0]]
"""
BOX = "[[-2, 2], [-2, 2]]"


def audit(folder: Path, name: str, landscape: str, more: str) -> dict[str, Any]:
    path = folder / "claims.toml"
    claim = f'[[claims]]\nid = "c"\nlandscape = "{landscape}"\nproperty = "{name}"\n{more}\n'
    path.write_text(LANDSCAPE + claim, encoding="utf-8")
    result = CliRunner().invoke(main, ["audit", str(path), "--format", "json"])
    assert result.exit_code in (0, 1, 2, 3), result.output
    if result.exit_code == 2:
        return {"error": result.output}
    found: dict[str, Any] = json.loads(result.stdout)["results"][0]
    return found


@pytest.mark.parametrize("name", ["critical-points-complete", "exact-count-of-minima"])
def test_the_number_is_proved_and_another_one_refuted(name: str, tmp_path: Path) -> None:
    assert audit(tmp_path, name, "neuron", f"box = {BOX}\ncount = 1")["verdict"] == "proved"
    assert audit(tmp_path, name, "neuron", f"box = {BOX}\ncount = 2")["verdict"] == "refuted"
    assert audit(tmp_path, name, "neuron", "box = [[-2, -1], [-2, -1]]\ncount = 0")["verdict"] == "proved"


def test_the_one_minimum_is_the_least_point_of_the_box(tmp_path: Path) -> None:
    assert audit(tmp_path, "no-spurious-minimum-in-box", "neuron", f"box = {BOX}")["verdict"] == "proved"
    empty = audit(tmp_path, "no-spurious-minimum-in-box", "neuron", "box = [[-2, -1], [-2, -1]]")
    assert empty["verdict"] == "refuted"
    assert "no local minima" in json.dumps(empty)


def test_two_minima_in_the_box_refute_that_there_is_one(tmp_path: Path) -> None:
    """Far apart in size, so that Newton's steps end where numbers of 53 bits cannot come nearer."""
    box = "box = [[-100, 100], [0, 2]]"
    two = audit(tmp_path, "no-spurious-minimum-in-box", "auer", box)
    assert two["verdict"] == "refuted"
    assert "exactly 2 local minima" in json.dumps(two)
    assert audit(tmp_path, "exact-count-of-minima", "auer", f"{box}\ncount = 2")["verdict"] == "proved"


def test_a_kink_and_a_continuum_of_critical_points_are_told_soon(tmp_path: Path) -> None:
    """Where no test of a cover can pass, pieces of any size are left: the search says so instead of going on."""
    kinks = audit(tmp_path, "exact-count-of-minima", "leaky", "box = [[-1, 2]]\ncount = 1")
    assert (kinks["verdict"], kinks["code"]) == ("undecided", "kink")
    assert "a unit may meet a kink" in json.dumps(kinks)
    beside = audit(tmp_path, "exact-count-of-minima", "leaky", 'box = [["1/8", 2]]\ncount = 1')
    assert beside["verdict"] == "proved"
    valley = audit(tmp_path, "critical-points-complete", "kink", 'box = [["1/2", 2], ["1/4", 1]]\ncount = 1')
    assert (valley["verdict"], valley["code"]) == ("undecided", "singular-hessian")


def test_a_saddle_of_three_parameters_whose_hessian_has_zeros_on_the_diagonal(tmp_path: Path) -> None:
    """The origin, between the two signs of a hidden tanh neuron."""
    more = 'box = [["-1/8", "1/8"], ["-1/8", "1/8"], ["-1/8", "1/8"]]\ncount = 1'
    assert audit(tmp_path, "critical-points-complete", "hidden", more)["verdict"] == "proved"
    statement = read(tmp_path / "claims-certificates" / "c.json").statement
    assert [(point.what, point.center[0]) for point in statement.points] == [(NEGATIVE, (0, 0, 0))]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("box = [[-2, 2]]\ncount = 1", "box: has 1 sides; 2 parameters are trained"),
        ("box = [[2, -2], [0, 1]]\ncount = 1", "box: a lower end is not below the upper one"),
        (f"box = {BOX}", "'count' is a required property"),
        (f"box = {BOX}\ncount = -1", "-1 is less than the minimum of 0"),
        (f"box = {BOX}\ncount = 1\npoint = [0, 0]", "does not use this key"),
    ],
)
def test_what_is_malformed_is_said(more: str, said: str, tmp_path: Path) -> None:
    assert said in audit(tmp_path, "exact-count-of-minima", "neuron", more)["error"]


def test_a_box_is_drawn_to_its_one_minimum(tmp_path: Path) -> None:
    assert audit(tmp_path, "basin-of-attraction", "neuron", f"box = {BOX}")["verdict"] == "proved"
    assert audit(tmp_path, "basin-of-attraction", "neuron", "box = [[-2, -1], [-2, -1]]")["verdict"] == "undecided"


def test_gradient_flow_in_a_box_that_is_proved_ends_at_the_point_that_is_told() -> None:
    """By Euler's steps from random points of the box, and the inner product at each of them."""
    statement = read(CORPUS / "valid" / "box-attraction.json").statement
    loss = EmpiricalRisk([1, 2, -1], ["1/2", "3/4", "-1/4"], [1], output="tanh", bias_decay="1/4", weight_decay="1/4")
    x, random = np.array([float(c) for c in statement.points[0].center[0]]), np.random.default_rng(5)
    for start in random.uniform(-2, 2, size=(5, 2)):
        w = start
        for _ in range(400):
            slope = np.asarray(loss.gradient(w)).ravel()
            assert slope @ (w - x) > 0 or np.abs(w - x).max() < 1e-9
            w = w - 0.2 * slope
        assert w == pytest.approx(x, abs=1e-9)


def test_no_piece_is_left_out_on_which_the_gradient_points_inwards_somewhere() -> None:
    """Of a point that is no minimum, so that there are such pieces: random points of random pieces."""
    landscape = read(CORPUS / "valid" / "box-attraction.json").statement.landscape
    loss = EmpiricalRisk([1, 2, -1], ["1/2", "3/4", "-1/4"], [1], output="tanh", bias_decay="1/4", weight_decay="1/4")
    x, random = np.array([0.5, 0.9]), np.random.default_rng(1)
    left_out = inwards = 0
    for _ in range(500):
        middle, half = random.uniform(-2, 2, 2), float(random.choice([1e-3, 0.05, 0.3]))
        piece = [arb(float(c), half) for c in middle]
        excluded = Attracted(landscape, tuple(map(arb, x))).excludes(piece)
        left_out += excluded
        for w in middle + half * random.uniform(-1, 1, (4, 2)):
            towards = np.asarray(loss.gradient(w)).ravel() @ (w - x)
            inwards += towards <= 0
            assert towards > 0 or not excluded
    assert left_out > 100
    assert inwards > 10
