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
[landscapes.residual]      # layers 1 and 2 add what they are given, 3 does not
inputs = [[0, 1], [1, 0]]
targets = [1, 0]
widths = [2, 2, 1]
residual = true
[landscapes.blocks]        # the second of two residual layers is above layer 1
inputs = [[0, 1, 0], [1, 0, 1]]
targets = [1, 0]
widths = [4, 4, 4, 1]
residual = true
[landscapes.twins]         # the second neuron is the first one, with the opposite sign
inputs = [[0, 1], [1, 0]]
targets = [1, 0]
widths = [2, 1]
biases = false
[landscapes.twins.map]
trained = 3
entries = [[0, 0, 1], [1, 1, 1], [2, 0, -1], [3, 1, -1], [4, 2, 1], [5, 2, 1]]
constants = []
[landscapes.held]          # one bias is fixed
inputs = [[0, 1], [1, 0]]
targets = [1, 0]
widths = [2, 1]
fixed = [[4, "1/2"]]
[landscapes.twice]
inputs = [[0, 1], [0, 1]]
targets = [1, 0]
widths = [4, 1]
"""
POINT = "point = [1, 0, 0, 1, 1, 1, 2, -1, 1, -1, -1, 2, 0, '-1/2', '-3/2', '-3/2', '1/2', 0, 1, 1, 1, 1, 1, 1, 0]"
SUMMED = "point = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"
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
        ("residual", RANK, "layer = 1", "proved", "sum of layer 1 and the inputs on the 2 samples"),
        ("residual", RANK, "layer = 2", "proved", "sum of layer 3 and layer 2 on the 2 samples"),
        (
            "residual",
            RANK,
            f"layer = 1; {SUMMED}",
            "proved",
            "at the given",
        ),
        (
            "residual",
            RANK,
            f"layer = 1; {SUMMED.replace('1', '0')}",
            "proved",
            "at the given",
        ),
        ("residual", CRITICAL, "layer = 2", "proved", "the features of layer 4 have the rank 2"),
        ("residual", CRITICAL, "layer = 1", "proved", "the features of layer 2 have the rank 2"),
        ("blocks", CRITICAL, "layer = 1", "undecided", "layer 5 adds layer 3, which is above layer 1"),
        ("blocks", MINIMUM, "layer = 1", "undecided", "layer 5 adds layer 3, which is above layer 1"),
        ("blocks", MINIMUM, "layer = 2", "proved", "every local minimum"),
        ("blocks", RANK, "layer = 3", "proved", "for almost all parameters"),
        ("twins", RANK, "layer = 1; point = [1, 2, 3]", "undecided", "rank of 1 at the point, not 2"),
        ("twins", RANK, "layer = 1", "undecided", "whose weights are all trained by themselves"),
        ("held", RANK, "layer = 1; point = [1, 0, 0, 1, 0, 1, 1, 0]", "proved", "at the given parameters"),
        ("held", RANK, "layer = 1", "undecided", "whose weights are all trained by themselves"),
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
