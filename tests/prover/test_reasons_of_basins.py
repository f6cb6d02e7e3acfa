"""Where no minimum on kinks is proved, the reason's code says why: `cycling`, `flat-direction`, `duplicate-units`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from verify.checker.public import Reason
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.refine import NotCertified
from verify.producer.search import active_set

INPUTS, TARGETS = [-2, -1, 0, 1, 2, 3], [0, 1, 0, 2, -1, 1]


def code(risk: EmpiricalRisk, at: list[float]) -> Reason:
    """Of the reason for which a minimum near a point is not proved, which says how far the search came."""
    with pytest.raises(NotCertified) as told:
        certify_basin(risk, at)
    assert {"loss", "kinks", "last_step"} <= told.value.measured.keys() or "curvature" in told.value.measured
    return told.value.code


def test_a_flat_direction_that_no_symmetry_generates() -> None:
    """One sample and two weights: a whole line of minima."""
    assert code(EmpiricalRisk([[1, 2]], [3], [1], [], biases=False), [1.0, 0.0]) is Reason.FLAT_DIRECTION


def mapped(targets: list[int]) -> EmpiricalRisk:
    """Two units whose parameters are given by a map, so that rules for units of their own do not help."""
    same: dict[str, Any] = {"trained": 7, "entries": [[i, i, "1"] for i in range(7)], "constants": []}
    decay = {"weight_decay": "1/10", "bias_decay": "1/10"}
    return EmpiricalRisk(INPUTS, targets, [2, 1], "relu", parameter_map=same, **decay)


def test_two_units_that_point_the_same_way() -> None:
    """With decay and on kinks they are no symmetry of each other."""
    risk = mapped([2, -2, -2, -1, -2, 2])
    assert code(risk, [-0.6, -0.6, -0.2, -0.2, -0.2, -0.2, 3.3]) is Reason.DUPLICATE_UNITS


def test_a_search_that_only_lets_units_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two units that decay to 0 on all their kinks; and a line search that never moves."""
    risk = mapped([0, 0, 0, -1, 2, -1])
    assert code(risk, [-0.1, -0.1, 1.4, 1.4, 1.5, 1.5, 0.6]) is Reason.CYCLING
    monkeypatch.setattr(active_set, "_line_search", lambda *_: (0.0, (0, 0, 0)))
    assert code(risk, [*np.linspace(-1, 1, risk.trained)]) is Reason.CYCLING


def test_a_search_that_runs_out_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_set, "MOST_STEPS", 2)
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", weight_decay="1/10")
    assert code(risk, [*np.linspace(-1, 1, risk.trained)]) is Reason.NOT_CONVERGED
