"""Audits of points where training with kinks stopped: what is proved all the same where the claim is undecided."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.core.codes import Reason
from verify.producer.audit import judge, read_claims
from verify.producer.audit.claims import Claim
from verify.producer.landscapes.empirical_risk import EmpiricalRisk


def claim(folder: Path, activation: str, within: str) -> Claim:
    """That a local minimum is near a point a little off where training ended."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], activation, scale="mean", weight_decay="1/50", bias_decay="1/50")
    point = [float(entry) for entry in trained(risk, 3) + 0.01]
    file = folder / "claims.toml"
    file.write_text(
        f"""
[landscapes.trained]
inputs = {INPUTS}
targets = {TARGETS}
widths = [3, 1]
activation = "{activation}"
scale = "mean"
weight_decay = "1/50"
bias_decay = "1/50"
[[claims]]
id = "it"
landscape = "trained"
property = "local-minimum"
point = {point}
within = {within}
"""
    )
    (only,) = read_claims(file)
    return only


def test_where_no_minimum_is_that_near_the_distance_and_the_loss_that_descent_reaches_are_told(tmp_path: Path) -> None:
    """Too far for one direction of descent, too near for the minimum: undecided, but not silent."""
    found = judge(claim(tmp_path, "relu", '"1/100"'), tmp_path)
    assert found.verdict == "undecided"
    assert "descent leads to a local minimum at a distance of 0.1" in found.reason
    assert "The checker verified that no local minimum is within 1/1000 of the given point." in found.reason
    assert "Claimed with within = 1/1000, it is refuted, with a certificate." in found.advice
    assert found.certificates == ()


def test_claimed_of_the_radius_that_is_named_it_is_refuted(tmp_path: Path) -> None:
    wide = claim(tmp_path, "relu", '"1/100"')
    found = judge(replace(wide, within=Fraction(1, 1000)), tmp_path)
    assert found.verdict == "refuted"
    assert len(found.certificates) == 1


def test_claimed_of_a_radius_that_reaches_the_minimum_it_is_proved(tmp_path: Path) -> None:
    assert judge(claim(tmp_path, "relu", "1"), tmp_path).verdict == "proved"


def test_nothing_is_added_where_nothing_has_a_kink(tmp_path: Path) -> None:
    found = judge(claim(tmp_path, "tanh", '"1/100000"'), tmp_path)
    assert found.code is not Reason.INTERNAL_ERROR
    assert "The checker verified that no local minimum" not in found.reason
