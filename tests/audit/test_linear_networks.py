"""Claims about linear networks and runs of gradient descent: what proves them, what refutes them, what neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.campaigns import campaign, sampled_rows
from verify.checker import Verified, check
from verify.producer.audit import BadClaims, read_claims
from verify.producer.cli import main

LANDSCAPES = """
[landscapes.mirror]        # |W2 W1 - diag(1, -1)|^2 / 2
inputs = [[1, 0], [0, 1]]
targets = [[1, 0], [0, -1]]
widths = [2, 2]
activation = "identity"
biases = false
[landscapes.positive]      # |W2 W1 - [[2, 1], [1, 2]]|^2 / 2
inputs = [[1, 0], [0, 1]]
targets = [[2, 1], [1, 2]]
widths = [2, 2]
activation = "identity"
biases = false
[landscapes.minus]         # (w3 w2 w1 + 1)^2 / 2
inputs = [1]
targets = [-1]
widths = [1, 1, 1]
activation = "identity"
biases = false
[landscapes.data]          # least squares: W = [[1, 0], [-1/3, 5/3]], of loss 1/6
inputs = [[1, 0], [0, 1], [1, 1]]
targets = [[1, 0], [0, 2], [1, 1]]
widths = [2, 2, 2]
activation = "identity"
biases = false
[landscapes.neuron]        # (w - 1)^2 / 2
inputs = [1]
targets = [1]
widths = [1]
biases = false
[landscapes.tanh]
inputs = [[1, 0], [0, 1]]
targets = ["1/2", "-1/4"]
widths = [3, 1]
[landscapes.contradiction]
inputs = [[1, 0], [1, 0]]
targets = ["1/2", "-1/4"]
widths = [3, 1]
[landscapes.kink]
inputs = [1]
targets = [1]
widths = [1]
output = "relu"
biases = false
"""
IDENTITY = "[1, 0, 0, 1, 1, 0, 0, 1]"
START = f'start = {IDENTITY}; step_size = "1/50"'
ONES = "start = [1, 1, 1]; "
ONES_OF_DATA = 'start = [1,0,0,1, 1,0,0,1, 1,0,0,1]; step_size = "1/50"'
ZERO = "point = [0,0,0,0, 0,0,0,0, 0,0,0,0]"
AROUND = 'start = [1, -1, "1/2", 1, "1/4", "-3/4", 0, 0, 0, 1, "-1/2", "1/2", 0]; step_size = "1/8"'
BEST = 'point = [1,0,0,1, 1,0,0,1, 1,0,"-1/3","5/3"]'


def one(folder: Path, landscape: str, name: str, more: str) -> dict[str, Any]:
    path = folder / "claims.toml"
    lines = more.replace("; ", "\n")
    path.write_text(
        f'{LANDSCAPES}[[claims]]\nid = "c"\nlandscape = "{landscape}"\nproperty = "{name}"\n{lines}\n', encoding="utf-8"
    )
    (found,) = json.loads(CliRunner().invoke(main, ["audit", str(path), "--format", "json"]).stdout)["results"]
    assert all(isinstance(check(certificate), Verified) for certificate in found["certificates"])
    assert bool(found["certificates"]) == (found["verdict"] != "undecided")
    entry: dict[str, Any] = found
    return entry


@pytest.mark.parametrize(
    ("landscape", "name", "more", "verdict", "told"),
    sampled_rows(
        [
            ("positive", "gradient-descent-converges", START, "proved", "converges to a point of loss 0"),
            ("mirror", "gradient-descent-converges", START, "refuted", "for ever"),
            ("tanh", "gradient-descent-converges", AROUND, "proved", "converges to a point of loss 0"),
            (
                "tanh",
                "gradient-descent-converges",
                f"{AROUND}; end = {[1] * 13}",
                "proved",
                "of the given end point",
            ),
            pytest.param(
                "contradiction", "gradient-descent-converges", AROUND, "undecided", "does not apply", marks=campaign
            ),
            ("mirror", "gradient-descent-stays-above", f"{START}; loss = '1/2'", "proved", ">= 0.5 for ever"),
            ("mirror", "gradient-descent-stays-above", f"{START}; loss = '501/1000'", "refuted", "gets below"),
            # From elsewhere the obstruction says nothing: the layers' (2, 2) entries differ, and their product changes
            # sign
            (
                "mirror",
                "gradient-descent-stays-above",
                'start = [1, 0, 0, 1, 1, 0, 0, 2]; step_size = "1/50"; loss = "1/2"',
                "refuted",
                "gets below",
            ),
            ("data", "gradient-descent-converges", ONES_OF_DATA, "undecided", "whose inputs are the unit vectors"),
            # An odd depth: small steps fail, and the step 1 ends at the minimum
            ("minus", "gradient-descent-stays-above", ONES + "step_size = '1/2'; loss = '1/2'", "proved", "for ever"),
            ("minus", "gradient-descent-converges", ONES + "step_size = '1/2'", "refuted", "for ever"),
            (
                "minus",
                "gradient-descent-reaches",
                ONES + "step_size = 1; steps = 1; loss = 0",
                "proved",
                "[0, 0] after 1",
            ),
            ("minus", "gradient-descent-stays-above", ONES + "step_size = 1; loss = '1/2'", "refuted", "gets below"),
            # Runs of any network without kinks: w_t = 1 - 2^-t
            (
                "neuron",
                "gradient-descent-reaches",
                "start = [0]; step_size = '1/2'; steps = 3; loss = '1/128'",
                "proved",
                "",
            ),
            (
                "neuron",
                "gradient-descent-reaches",
                "start = [0]; step_size = '1/2'; steps = 4; loss = '1/128'",
                "refuted",
                "not as claimed",
            ),
            (
                "neuron",
                "gradient-descent-reaches",
                "start = [0]; step_size = '1/2'; steps = 3; momentum = '1/4'; loss = '1/128'",
                "refuted",
                "not as claimed",
            ),
            (
                "kink",
                "gradient-descent-reaches",
                "start = [1]; step_size = 1; steps = 1; loss = 0",
                "undecided",
                "kink",
            ),
            (
                "kink",
                "gradient-descent-converges",
                "start = ['9/8']; step_size = 1",
                "proved",
                "from every start within",
            ),
            (
                "kink",
                "gradient-descent-converges",
                "start = ['9/8']; step_size = 3",
                "undecided",
                "or the step is too long",
            ),
            (
                "kink",
                "gradient-descent-converges",
                "start = [2]; step_size = 1",
                "undecided",
                "outside of the ball",
            ),
            ("kink", "gradient-descent-converges", "start = [-1]; step_size = 1", "undecided", "nor nearby"),
            (
                "kink",
                "gradient-descent-converges",
                "start = ['9/8']; step_size = 1; end = [1]",
                "undecided",
                "followed for one hidden layer",
            ),
            # Points
            ("data", "global-minimum", BEST, "proved", "is a global minimum"),
            ("data", "global-minimum", f"{BEST}; loss = '1/6'", "proved", "with loss 1/6"),
            pytest.param(
                "data", "global-minimum", f"{BEST}; loss = '1/7'", "refuted", "not the claimed one", marks=campaign
            ),
            ("data", "local-minimum", BEST, "proved", "local minimum"),
            ("data", "saddle", BEST, "refuted", "nowhere smaller"),
            pytest.param("data", "not-a-local-minimum", BEST, "refuted", "local minimum", marks=campaign),
            ("data", "not-a-global-minimum", BEST, "refuted", "nowhere smaller"),
            ("data", "saddle", ZERO, "proved", ""),
            ("data", "local-minimum", ZERO, "refuted", ""),
        ],
        every=2,
    ),
)
def test_a_claim_has_its_verdict(landscape: str, name: str, more: str, verdict: str, told: str, tmp_path: Path) -> None:
    found = one(tmp_path, landscape, name, more)
    assert found["verdict"] == verdict, found
    assert told in f"{found['reason']} {found['sentence']}"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (f"{START}; loss = [0, 1]", "loss: must be one number for this property"),
        (f"start = {IDENTITY}; step_size = 0; loss = 1", "step_size: must be positive"),
        ("start = [1]; step_size = 1; loss = 1", "start: has 1 numbers; 8 parameters are trained"),
    ],
)
def test_a_claim_about_a_run_that_cannot_be_used(more: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    lines = more.replace("; ", "\n")
    claim = f'[[claims]]\nid = "c"\nlandscape = "mirror"\nproperty = "gradient-descent-stays-above"\n{lines}\n'
    path.write_text(LANDSCAPES + claim, encoding="utf-8")
    with pytest.raises(BadClaims, match=told):
        read_claims(path)
