"""Audits of wide networks: the rank of features, critical points and local minima, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.test_linear_networks import one as audited

LANDSCAPES = """
[landscapes.wide]
inputs = [[0, 1], [1, 0], [2, 1], [1, 3]]
targets = [[1, 0], [0, 1], [2, 2], [1, 1]]
widths = [4, 3, 2]
[landscapes.narrow]
inputs = [[0, 1], [1, 0], [2, 1], [1, 3]]
targets = [[1, 0], [0, 1], [2, 2], [1, 1]]
widths = [3, 3, 2]
[landscapes.relu]
inputs = [[0, 1], [1, 0], [2, 1], [1, 3]]
targets = [1, 0, 2, 1]
widths = [6, 1]
activation = "relu"
[landscapes.leaky]
inputs = [[0, 1], [1, 0], [2, 1], [1, 3]]
targets = [1, -1, 1, -1]
widths = [6, 3, 1]
activation = {leaky-relu = "1/4"}
loss = "logistic"
[landscapes.decay]
inputs = [[0, 1], [1, 0]]
targets = [1, 0]
widths = [2, 1]
weight_decay = 1
[landscapes.residual]
inputs = [[0, 1], [1, 0]]
targets = [1, 0]
widths = [2, 1]
residual = true
[landscapes.twice]
inputs = [[0, 1], [0, 1]]
targets = [1, 0]
widths = [4, 1]
"""
POINT = "point = [1, 0, 0, 1, 1, 1, 2, -1, 1, -1, -1, 2, 0, '-1/2', '-3/2', '-3/2', '1/2', 0, 1, 1, 1, 1, 1, 1, 0]"
RANK, CRITICAL = "feature-rank", "every-critical-point-global"
MINIMUM = "every-full-rank-local-minimum-global"


@pytest.mark.parametrize(
    ("landscape", "name", "more", "verdict", "told"),
    [
        ("wide", RANK, "layer = 1", "proved", "for almost all parameters"),
        ("narrow", RANK, "layer = 1", "undecided", "the features have 3 columns"),
        ("twice", RANK, "layer = 1", "undecided", "only 1 of the samples are different"),
        ("relu", RANK, "layer = 1", "refuted", "an open set"),
        ("relu", RANK, f"layer = 1; {POINT}", "proved", "at the given parameters"),
        ("relu", RANK, f"layer = 1; {POINT.replace('1', '0')}", "undecided", "have rank"),
        ("residual", RANK, "layer = 1", "undecided", "without residual connections"),
        ("wide", CRITICAL, "layer = 1", "proved", "has the outputs Y"),
        ("narrow", CRITICAL, "layer = 1", "proved", "with a column of ones"),
        ("relu", CRITICAL, "layer = 1", "undecided", "is not analytic"),
        ("leaky", CRITICAL, "layer = 1", "undecided", "activations without kinks above"),
        ("decay", CRITICAL, "layer = 1", "undecided", "without weight decay"),
        ("wide", CRITICAL, "layer = 3", "undecided", "no layer above layer 3"),
        ("leaky", MINIMUM, "layer = 1", "proved", "every local minimum"),
        ("decay", MINIMUM, "layer = 1", "undecided", "without weight decay"),
        ("twice", MINIMUM, "layer = 1", "undecided", "only 1 of the samples are different"),
    ],
)
def test_a_claim_has_its_verdict(
    landscape: str, name: str, more: str, verdict: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.audit.test_linear_networks.LANDSCAPES", LANDSCAPES)
    found = audited(tmp_path, landscape, name, more)
    assert found["verdict"] == verdict, found
    assert told in f"{found['reason']} {found['sentence']}"
