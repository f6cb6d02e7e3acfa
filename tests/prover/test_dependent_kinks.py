"""Minima with more units on their kinks than have independent gradients; and what is tried where none is proved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.statements.basin import BasinWitness
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import NotCertified
from verify.producer.prover import trained as trained_points
from verify.producer.prover.basin import certify_found
from verify.producer.prover.split_units import find_split, others
from verify.producer.search.active_set import KinkedMinimum, descend
from verify.producer.search.dependent_kinks import with_dependent

ON_ONE_LINE = [[1, 0], [2, 0], [3, 0], [1, 1]]
"""The unit has no bias: it is on its kink on the first three samples wherever it is on one of them."""


def _one_unit(inputs: list[list[int]], targets: list[list[object]]) -> EmpiricalRisk:
    return EmpiricalRisk(inputs, targets, [1, 1], "relu", biases=False, weight_decay="1/50", scale="mean")


def _rested(risk: EmpiricalRisk) -> KinkedMinimum:
    found = descend(risk, [0.2, 0.5, 0.4])
    assert found.converged and len(found.slopes) == 1  # those of the line depend on each other
    return found


def test_units_whose_kinks_follow_from_others_are_listed() -> None:
    risk = _one_unit(ON_ONE_LINE, [[-1], [-1], [-1], [3]])
    found = _rested(risk)
    listed = with_dependent(risk, found.theta, found.slopes)
    assert listed is not None
    assert set(listed.slopes) == {(0, 0, 0), (0, 1, 0), (0, 2, 0)}
    assert len(listed.dependent) == 2
    assert listed.slopes[0, 0, 0] == pytest.approx(listed.slopes[0, 2, 0])  # as far inside as all can be
    (held,) = found.slopes.items()
    total = sum(slope * (sample + 1) for (_, sample, _), slope in listed.slopes.items())
    assert total == pytest.approx(held[1] * (held[0][1] + 1))  # they share what one alone would have
    witness = certify_found(risk, found).read().witness
    assert isinstance(witness, BasinWitness)
    assert {(kink.layer, kink.sample, kink.unit) for kink in witness.kinks} == set(listed.slopes)


def test_where_the_loss_falls_with_one_of_them_nothing_is_proved() -> None:
    risk = _one_unit([[1, 0], [3, 0], [1, 1]], [[-2], ["1/10"], [3]])
    with pytest.raises(NotCertified, match="the loss's slope in the output of unit 0 of layer 0 on sample 1 is in"):
        certify_found(risk, _rested(risk))


def test_no_slopes_make_a_point_critical_that_is_none() -> None:
    risk = _one_unit(ON_ONE_LINE, [[-1], [-1], [-1], [3]])
    found = _rested(risk)
    assert with_dependent(risk, found.theta + [0, 0.01, 0], found.slopes) is None
    assert with_dependent(risk, found.theta + [0.01, 0, 0], {}) is None  # no unit is on its kink
    assert with_dependent(risk, np.zeros(3), {}) is None  # none holds anything
    with np.errstate(all="ignore"):
        assert with_dependent(risk, np.array([0.0, 1e200, 1e200]), {}) is None
        assert with_dependent(risk, np.array([0.0, np.inf, np.nan]), {}) is None


def test_a_search_that_goes_round_may_have_ended_at_a_minimum() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
    found = descend(risk, trained(risk, 3))
    assert found.converged and found.slopes
    assert certify_found(risk, replace(found, converged=False, slopes={})).read().witness
    moved = replace(found, converged=False, slopes={}, theta=found.theta + 1e-4)
    with pytest.raises(NotCertified, match="did not come to rest"):
        certify_found(risk, moved)


def test_descent_begins_again_beside_a_point_where_nothing_was_proved() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
    start = trained(risk, 3) + 0.01
    ended = KinkedMinimum(start, {}, risk.value(start), 0, 0.0, True, {})
    lower = trained_points._beside(risk, ended, lambda *_: None, 500)
    assert lower is not None
    assert lower[0].value < ended.value
    assert trained_points._beside(risk, lower[0], lambda *_: None, 500) is None  # it is not lower than itself
    assert trained_points._beside(risk, replace(ended, converged=False), lambda *_: None, 500) is None


def test_a_unit_at_0_may_be_a_part_of_any_other() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
    theta = np.linspace(0.5, 1.5, risk.trained)
    numbers = [risk.exact.network.number(0, 2, source) for source in range(risk.exact.network.layers[0].inputs + 1)]
    theta[[*numbers, risk.exact.network.number(1, 0, 2)]] = 0.0
    found = find_split(risk, theta)
    assert found is not None
    assert found.split.second == (2,)
    assert {found.split.first, *(one.split.first for one in others(risk, found))} == {(0,), (1,)}
    assert all(one.smaller is found.smaller for one in others(risk, found))
    other_shares = found._replace(split=replace(found.split, shares=found.split.shares[::-1]))
    assert not list(others(risk, other_shares))  # a part that is not 0 is one of that unit alone
