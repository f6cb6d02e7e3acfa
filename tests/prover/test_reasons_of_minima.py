"""Why a local minimum on kinks was not certified, as a code: each on a network of that kind."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.corpus.forge import Document
from tests.corpus.make_map import landscape
from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.public import Reason
from verify.checker.statements.basin import LocalMinimumWithin
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import _code, certify_found
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.trained import refine
from verify.producer.search.active_set import descend

PLAIN = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean")


@pytest.mark.parametrize(("last_step", "code"), [(0.0, Reason.CYCLING), (0.1, Reason.NOT_CONVERGED)])
def test_a_descent_that_does_not_come_to_rest(last_step: float, code: Reason) -> None:
    """Its steps move nothing, and units come and go; or it still moves."""
    minimum = descend(PLAIN, trained(PLAIN, 1))
    stopped = replace(minimum, theta=minimum.theta + 1e-3, converged=False, last_step=last_step)
    with pytest.raises(NotCertified, match="did not come to rest; loss") as refused:
        certify_found(PLAIN, stopped)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("weights", "code"), [([1, 2, 1, 2], Reason.DUPLICATE_UNITS), ([1, 2, -2, 2], Reason.FLAT_DIRECTION)]
)
def test_a_flat_direction(weights: list[float], code: Reason) -> None:
    """Two equal units, and two others, with no decay."""
    point = np.array([*weights, 0.5, 0.5, 1.0, 1.0, 0.0])
    with pytest.raises(NotCertified) as refused:
        certify_found(PLAIN, replace(descend(PLAIN, trained(PLAIN, 1)), theta=point, slopes={}))
    assert refused.value.code is code


def test_a_kink_under_a_maximum_is_a_pool_tie() -> None:
    """A residual layer with a kink, of a network with a map, is how a maximum of neighbours is written."""
    layers: list[Document] = [{"width": 1, "residual": True}, {"width": 1, "activation": "identity"}]
    compared = EmpiricalRisk.read(landscape(layers, [[2, 0, "1"]], [[0, "1"]], 1))
    plain = EmpiricalRisk.read(landscape([{**layers[0], "residual": False}, layers[1]], [[2, 0, "1"]], [[0, "1"]], 1))
    assert _code(compared, Reason.KINK) is Reason.POOL_TIE
    assert _code(compared, Reason.NOT_PROVED) is Reason.NOT_PROVED
    assert _code(plain, Reason.KINK) is Reason.KINK


@pytest.mark.parametrize("activation", ["relu", {"leaky-relu": "1/10"}])
def test_a_unit_that_decays_to_0_with_its_bias(activation: object) -> None:
    """XOR at 0. Without decay of biases the unit leaves its kink: a minimum, of an exact loss, is proved."""
    inputs, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    decayed, free = (
        EmpiricalRisk(inputs, targets, [2, 1], activation, scale="mean", weight_decay="1/50", bias_decay=rate)
        for rate in ("1/50", 0)
    )
    assert refine(decayed, np.zeros(9)).code is Reason.ZERO_UNIT
    found = refine(free, np.zeros(9)).minimum
    assert found is not None
    statement = found.read().statement
    assert isinstance(statement, LocalMinimumWithin)
    assert statement.value[0] < Fraction(1, 4) < statement.value[1]
