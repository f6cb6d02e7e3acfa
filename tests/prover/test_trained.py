"""From where training stopped to a proved local minimum, on small networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import verify
from tests.corpus.make_valid_basin import CLASSES, INPUTS, TARGETS, trained
from verify.checker.public import Reason
from verify.checker.statements.basin import LocalMinimumWithin, StrictMinimumWithin
from verify.checker.statements.no_critical_point import NO_MINIMUM
from verify.formats.reasons import HELP
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import trained as trained_points
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.trained import Refined
from verify.producer.search.active_set import descend
from verify.producer.search.idle_units import OFF, simplified

RELU: dict[str, Any] = {"scale": "mean", "weight_decay": "1/50"}


def test_a_point_is_told_where_its_minimum_is() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", bias_decay="1/50", **RELU)
    steps: list[int] = []
    found = verify.refine(risk, trained(risk, 3) + 0.01, lambda step, loss, kinks: steps.append(step))
    assert found.minimum is not None
    assert found.nowhere_near is not None
    minimum, nowhere = found.minimum.read().statement, found.nowhere_near.read().statement
    assert isinstance(minimum, StrictMinimumWithin)
    assert nowhere.property == NO_MINIMUM
    assert nowhere.radius < found.distance
    assert minimum.value[0] <= found.refined_loss <= minimum.value[1] + 1e-12
    assert found.refined_loss < found.loss
    assert found.kinks > 0
    assert steps == list(range(len(steps)))
    told = str(found)
    assert "has no local minimum within" in told
    nearby, there = told.split("There: The empirical risk")
    assert "of the given point" in nearby  # of one point alone is said that there is none, of another that there is one
    assert "of that point" in there and "the given point" not in there


def test_where_nothing_is_proved_the_reason_is_told() -> None:
    """All biases decay, so that a unit that does nothing has a bias of 0 and is on its kink on all samples."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean", weight_decay="1/2", bias_decay="1/2")
    found = verify.refine(risk, np.full(risk.trained, 0.1))
    assert found.minimum is None
    assert f"No local minimum was proved there: {found.reason}." in str(found)


@pytest.mark.parametrize("point", [[1.0], [np.nan] * 9])
def test_a_point_that_is_none_is_refused(point: list[float]) -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu")
    with pytest.raises(ValueError, match="the point must have 9 finite numbers"):
        verify.refine(risk, point)


def test_units_that_point_the_same_way_become_one() -> None:
    """The function stays, the decay does not grow, and the other unit is off."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", **RELU)
    weights = np.array([[1.0, 2.0], [0.5, 1.0], [-1.0, 1.0]])
    theta = np.concatenate([weights.ravel(), [0.3, 0.15, 0.2], [0.7, 0.4, 1.0], [0.1]])
    changed = simplified(risk, theta, {(0, 4, 0): 0.25, (0, 5, 1): 0.5, (0, 6, 2): 0.75})
    assert changed is not None
    point, slopes = changed
    assert np.allclose(risk.outputs(point), risk.outputs(theta), atol=1e-12)
    assert risk.value(point) <= risk.value(theta) + 1e-15
    assert OFF in point[6:9]
    assert len(slopes) == 3
    assert simplified(risk, point, slopes) is None


def test_nothing_is_superfluous_without_decay_or_where_biases_decay() -> None:
    theta = np.zeros(9)
    for decay in ({}, {"weight_decay": 1, "bias_decay": 1}):
        assert simplified(EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", **decay), theta, {}) is None


def test_descent_leaves_a_saddle() -> None:
    """Both units at 0 is critical where only weights decay a little; the loss falls from there."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "tanh", scale="mean", weight_decay="1/1000", bias_decay="1/1000")
    found = descend(risk, np.zeros(risk.trained))
    assert found.value < risk.value(np.zeros(risk.trained)) - 1e-3


def test_a_convex_loss_is_met_from_anywhere() -> None:
    risk = EmpiricalRisk(INPUTS, CLASSES, [3], [], scale="mean", loss="cross-entropy")
    statement = certify_basin(risk, np.ones(risk.trained)).read().statement
    assert isinstance(statement, LocalMinimumWithin)
    assert statement.flat_directions == 3


@pytest.mark.parametrize("loss", ["logistic", "cross-entropy"])
def test_classes_that_are_separated_without_decay_have_no_minimum(loss: str) -> None:
    """The search would go on for ever; with decay there is a minimum."""
    classes = [[1], [1], [-1], [-1]] if loss == "logistic" else [[1, 0], [1, 0], [0, 1], [0, 1]]
    inputs, widths = [[0, 1], [1, 2], [3, 0], [2, -1]], [3, len(classes[0])]
    size = EmpiricalRisk(inputs, classes, widths, "relu", loss=loss).trained
    start = np.random.default_rng(0).normal(size=size)
    found = verify.refine(EmpiricalRisk(inputs, classes, widths, "relu", loss=loss), start)
    assert found.not_attained is not None
    assert found.not_attained.read().statement.property == "no-global-minimum"
    assert found.minimum is None
    assert "classifies all samples right" in str(found)
    decayed = EmpiricalRisk(inputs, classes, widths, "relu", loss=loss, weight_decay="1/10", bias_decay="1/10")
    assert verify.refine(decayed, start).not_attained is None


def test_a_search_that_ends_higher_says_so() -> None:
    """Of what is found in floating point nothing is said but what it is."""
    ended = Refined(2.0, np.zeros(1), 2.5, 1.0, 3, None, None, "it went round", Reason.CYCLING, at_rest=False)
    told = str(ended)
    assert "does not come to rest; it gets to a distance of 1 with 3 units on kinks" in told
    assert "where the loss is 2.5, 25 % larger. No local minimum was proved there: it went round." in told
    assert f"What to do (cycling): {HELP[Reason.CYCLING].do}" in told


def test_a_slow_search_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trained_points, "SECONDS", 0.0)
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", bias_decay="1/50", **RELU)
    verify.refine(risk, trained(risk, 3) + 0.01)
    assert "step 1: loss 0." in capsys.readouterr().err
