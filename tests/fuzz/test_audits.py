"""A small sample of the fuzzer of audits, and an oracle that must be able to object.

A long run: python -m tests.fuzz.audits --count 5000 --seed 7
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from tests.campaigns import campaign
from tests.fuzz.audit_oracle import Loss, falsehood
from tests.fuzz.audits import PROPERTIES, parameters, random_claims, random_landscape, random_point, run, text
from verify.producer.cli import main

SEED = 20_000


@pytest.mark.parametrize("sample", [10, pytest.param(60, marks=campaign)])
def test_no_random_audit_is_wrong_or_crashes(sample: int, tmp_path: Path) -> None:
    tally = run(sample, SEED, tmp_path)
    assert tally["audits"] == sample
    assert min(tally[word] for word in ("proved", "refuted", "undecided")) > sample / 6


LANDSCAPE: dict[str, Any] = {
    "inputs": [["1"], ["2"]],
    "targets": [["1"], ["3"]],
    "widths": [1],
    "activation": "identity",
    "output": "identity",
    "biases": False,
    "residual": False,
    "loss": "squares",
    "scale": "half-sum",
    "weight_decay": "0",
    "bias_decay": "0",
    "fixed": [],
}
SWAPPED = {"proved": "refuted", "refuted": "proved"}


@pytest.mark.parametrize(
    ("point", "claim", "verdict"),
    [  # the loss ((w - 1)^2 + (2 w - 3)^2) / 2 is least at 7/5, where it is 1/10
        ("7/5", {"property": "value", "loss": "1/10"}, "proved"),
        ("7/5", {"property": "value", "loss": "1/9"}, "refuted"),
        ("7/5", {"property": "strict-local-minimum", "within": "1/10"}, "proved"),
        ("7/5", {"property": "no-critical-point", "within": "1/10"}, "refuted"),
        ("1", {"property": "not-a-local-minimum"}, "proved"),
        ("1", {"property": "not-a-global-minimum"}, "proved"),
        ("1", {"property": "no-critical-point", "within": "1/10"}, "proved"),
    ],
)
def test_the_oracle_agrees_and_objects_to_the_contrary(
    point: str, claim: dict[str, Any], verdict: str, tmp_path: Path
) -> None:
    claim = {"id": "c", "landscape": "a", "point": [point], **claim}
    path = tmp_path / "audit.toml"
    path.write_text(text(LANDSCAPE, [claim]), encoding="utf-8")
    (found,) = json.loads(CliRunner().invoke(main, ["audit", str(path), "--format", "json"]).stdout)["results"]
    assert found["verdict"] == verdict
    loss = Loss(LANDSCAPE)
    assert falsehood(loss, claim, found) is None
    if claim["property"] in ("value", "no-critical-point"):
        moved = {**claim, "point": ["7/5"]} if claim["property"] == "no-critical-point" else claim
        if verdict == "proved" or claim["property"] == "value":
            assert falsehood(loss, moved, {**found, "verdict": SWAPPED[verdict] if moved is claim else verdict})
    if claim["property"] == "strict-local-minimum":
        assert falsehood(loss, {**claim, "point": ["2"]}, found) == "the point of the certificate is out of reach"
        assert falsehood(loss, claim, {**found, "verdict": "refuted"}) == "there is a strict minimum"


def test_the_oracle_s_loss_is_that_of_the_documents() -> None:
    """Against the float64 evaluator that searches use, on random landscapes; the oracle uses nothing of it."""
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk

    for seed in range(40):
        random = Random(seed)
        landscape = random_landscape(random)
        loss = Loss(landscape)
        point = [Fraction(entry) for entry in random_point(random, loss, landscape)]
        options = {
            key: value for key, value in landscape.items() if key not in ("inputs", "targets", "widths", "fixed")
        }
        fixed = {index: Fraction(value) for index, value in landscape["fixed"]}
        risk = EmpiricalRisk(landscape["inputs"], landscape["targets"], landscape["widths"], fixed=fixed, **options)
        value = risk.value([float(entry) for entry in point])
        assert float(loss.exactly(point)) == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert loss.roughly(point) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_random_audits_cover_the_kinds() -> None:
    random = Random(5)
    landscapes = [random_landscape(random) for _ in range(300)]
    assert {landscape["loss"] for landscape in landscapes} == {"squares", "logistic", "cross-entropy"}
    assert {str(landscape["activation"]) for landscape in landscapes} >= {"relu", "tanh", "sigmoid", "square"}
    assert any(row == ["0"] * len(row) for landscape in landscapes for row in landscape["inputs"])
    names = set()
    for landscape in landscapes[:40]:
        loss = Loss(landscape)
        size = parameters(len(landscape["inputs"][0]), landscape["widths"], landscape["biases"]) - len(loss.fixed)
        names |= {claim["property"] for claim in random_claims(random, loss, ["1"] * size)}
    assert names == {*PROPERTIES}


def test_the_oracle_knows_when_a_default_may_be_refuted(tmp_path: Path) -> None:
    """At 0 all derivatives of v tanh(w) in the loss are 0: the claim is of that point. Near it they are not."""
    landscape = {**LANDSCAPE, "widths": [1, 1], "activation": "tanh"}
    claim: dict[str, Any] = {"id": "c", "landscape": "a", "point": ["0", "0"], "property": "no-critical-point"}
    path = tmp_path / "audit.toml"
    path.write_text(text(landscape, [claim]), encoding="utf-8")
    result = CliRunner().invoke(main, ["audit", str(path), "--format", "json"])
    [found] = json.loads(result.stdout)["results"]
    assert found["verdict"] == "refuted"
    assert falsehood(Loss(landscape), claim, found) is None
    rounded = {**claim, "point": ["1/1000000", "0"]}
    assert falsehood(Loss(landscape), rounded, found) == "refuted on a default"
