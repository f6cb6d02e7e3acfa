"""From where training stopped to a proved local minimum, on small networks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from verify.proofs.trained_networks import Training, risk_of

import verify
from tests.campaigns import campaign
from tests.corpus.make_valid_basin import CLASSES, INPUTS, TARGETS, trained
from verify.checker.public import Certificate, Reason, parse
from verify.checker.statements.basin import LocalMinimumWithin, StrictMinimumWithin
from verify.checker.statements.no_critical_point import NO_MINIMUM
from verify.formats.reasons import HELP
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import NotCertified
from verify.producer.prover import trained as trained_points
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.no_minimum import RADII, certify_no_local_minimum_nearby
from verify.producer.prover.trained import Refined
from verify.producer.search.active_set import descend
from verify.producer.search.idle_units import OFF, simplified

CERTIFICATES = Path(__file__).parents[2] / "certificates"
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
    there, nearby = told.split("There: The empirical risk")[1].split("Nearer: The empirical risk")
    assert "of the given point" in nearby  # of one point alone is said that there is none, of another that there is one
    assert "of that point" in there and "the given point" not in there


def test_losses_that_differ_by_rounding_are_not_told_apart() -> None:
    for loss, beside in ((2 - 1e-13, "where the loss is 2, as at the given point."), (1.98, "is 1.98, 1 % smaller.")):
        assert beside in str(Refined(2.0, np.zeros(1), loss, 1.0, 0, None, None, "why", Reason.NOT_CONVERGED))


def test_where_a_loss_may_fall_for_ever_it_is_said() -> None:
    """Two samples of one input have different classes, the third is alone: its class's parameters grow for ever."""
    inputs, classes = [[0], [0], [1]], [[1, 0], [0, 1], [1, 0]]
    risk = EmpiricalRisk(inputs, classes, [2, 2], {"leaky-relu": "1/10"}, loss="cross-entropy")
    found = verify.refine(risk, np.array([1.0, -0.5, 0.1, 0.2, 0.5, -0.5, 0.2, 0.1, 0.1, -0.1]), steps=30)
    assert found.minimum is None and not found.at_rest
    assert found.code is Reason.NOT_CONVERGED
    assert "without weight decay this loss may fall for ever" in found.reason
    assert "with `weight_decay`, a landscape of its own, there is one" in str(found)


def test_where_nothing_is_proved_the_reason_is_told() -> None:
    """All biases decay, so that a unit that does nothing has a bias of 0 and is on its kink on all samples."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean", weight_decay="1/2", bias_decay="1/2")
    found = verify.refine(risk, np.full(risk.trained, 0.1))
    assert found.minimum is None
    assert f"No local minimum was proved there: {found.reason}." in str(found)


def test_no_local_minimum_is_near_for_the_largest_radius_that_is_proved() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean")
    point = [Fraction(float(entry)) for entry in trained(risk, 3) + 0.1]
    statement = certify_no_local_minimum_nearby(risk, point, np.inf).read().statement
    assert statement.property == NO_MINIMUM
    assert statement.radius == RADII[0]
    below = certify_no_local_minimum_nearby(risk, point, 2e-6).read().statement
    assert below.radius == Fraction(1, 10**6)
    with pytest.raises(NotCertified, match="no radius is so small"):
        certify_no_local_minimum_nearby(risk, point, 0.0)


def test_next_to_a_minimum_no_radius_is_proved_that_reaches_it() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", bias_decay="1/50", weight_decay="1/50")
    found = verify.refine(risk, trained(risk, 3))
    assert found.minimum is not None
    beside = found.theta + 1e-5
    again = verify.refine(risk, beside)
    assert again.nowhere_near is None or again.nowhere_near.read().statement.radius < again.distance


@campaign
def test_a_unit_whose_slope_is_at_the_end_of_its_interval_leaves_its_kink() -> None:
    """On two samples a unit is on its kink, and no kink holds it there; the flat direction is an exchange of units."""
    risk, theta = risk_of(Training("of this test", False, (16,), 0.0, 102))
    statement = certify_basin(risk, theta).read().statement
    assert isinstance(statement, LocalMinimumWithin)
    assert statement.flat_directions > 16


@campaign
def test_where_the_loss_falls_towards_infinity_that_none_is_near_is_proved() -> None:
    """A bias that does not decay, of a unit that is off on all samples but those classified beyond rounding."""
    found = verify.refine(*risk_of(Training("of this test", True, (8,), 0.1, 100)))
    assert found.minimum is None
    assert found.decided


@pytest.mark.parametrize("point", [[1.0], [np.nan] * 9])
def test_a_point_that_is_none_is_refused(point: list[float]) -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu")
    with pytest.raises(ValueError, match="the point must have 9 finite numbers"):
        verify.refine(risk, point)


@pytest.mark.parametrize("name", ["yun-2019/theorem-1-0-1-width-2", "yun-2019/theorem-2-relu"])
def test_minima_of_papers_follow_from_the_general_rule(name: str) -> None:
    """Within the radius of the point that its own rule is about, with as many flat directions as there are left."""
    certificate = Certificate.read(parse((CERTIFICATES / f"{name}.json").read_bytes()))
    special: Any = certificate.statement
    risk = EmpiricalRisk.of(special.landscape)
    point = np.array([float(entry) for entry in special.point[0]])
    general = certify_basin(risk, point).read().statement
    assert isinstance(general, LocalMinimumWithin)
    assert general.flat_directions > 0
    assert np.linalg.norm([float(c) - p for c, p in zip(general.center[0], point, strict=True)]) < general.radius
    assert general.value[0] <= special.value[0] <= special.value[1] <= general.value[1]


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
    assert "had not come to rest when it was stopped at a distance of 1 with 3 units on kinks" in told
    assert "where the loss is 2.5, 25 % larger. No local minimum was proved there: it went round." in told
    assert f"What to do (cycling): {HELP[Reason.CYCLING].do}" in told


def test_a_descent_that_is_stopped_tells_the_lowest_point_on_its_way() -> None:
    """Newton's steps go up, too, towards a critical point of the kinks that are listed."""
    random = np.random.default_rng(0)
    risk = EmpiricalRisk(random.normal(size=(20, 3)).round(2), random.normal(size=20).round(2), [6, 6, 1], "relu")
    start, went_up = random.normal(size=risk.trained), False
    for most in (5, 20, 40):
        seen: list[float] = []
        found = descend(risk, start, lambda step, loss, kinks, seen=seen: seen.append(loss), most)
        assert not found.converged
        assert found.value <= min(seen) * (1 + 1e-9)
        assert found.value == risk.value(found.theta)
        went_up |= seen[-1] > min(seen) * (1 + 1e-3)
    assert went_up


def test_a_slow_search_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trained_points, "SECONDS", 0.0)
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", bias_decay="1/50", **RELU)
    verify.refine(risk, trained(risk, 3) + 0.01)
    assert "step 1: loss 0." in capsys.readouterr().err


def test_a_model_in_place_of_its_risk_is_told_how_to_make_one() -> None:
    with pytest.raises(TypeError, match="a list is not an EmpiricalRisk: EmpiricalRisk.from_torch, from_sklearn and"):
        verify.refine([1.0], np.zeros(1))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a list is not a landscape: EmpiricalRisk.from_torch, from_sklearn and"):
        verify.certify([1.0], np.zeros(1))  # type: ignore[arg-type]


def test_certify_says_where_the_minima_of_networks_with_kinks_are() -> None:
    for activation, told in (("relu", True), ("tanh", False)):
        risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], activation, bias_decay="1/50", **RELU)
        with pytest.raises(verify.NotCertified) as refused:
            verify.certify(risk, np.full(risk.trained, 3.0))
        assert ("verify.refine(risk, theta) goes there" in str(refused.value)) is told
