"""What the descent along kinks and its certificates are made of, each by itself."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx

from tests.checker.test_parameter_map import mapped
from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import Symmetries, frozen_off_kinks
from verify.checker.public import Refuted, box
from verify.checker.statements.basin import Symmetry
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.frozen_risk import FrozenRisk
from verify.producer.prover.basin import _least
from verify.producer.prover.candidates import symmetry_candidates
from verify.producer.search.active_set import descend


@pytest.mark.parametrize("least", [1e-9, -1e-9])
def test_steep_kinks_do_not_drown_a_small_curvature(least: float) -> None:
    """(1 + 2e12, 1/2; 1/2, least): its least eigenvalue is least - 1e-13; float64 finds it to 1e-4 only."""
    base = np.array([[1.0, 0.5], [0.5, least]])
    found = _least(base, np.array([[1.0, 0.0]]), np.array([1.0]), np.array([1e-12]))
    assert found == pytest.approx(least, rel=1e-3)


def test_gradients_of_units_through_a_map_are_those_of_the_network() -> None:
    for seed in range(20):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.randint(1, 3))
        theta = np.array([float(entry) for entry in center])
        shared = FrozenRisk(EmpiricalRisk.of(landscape), {})
        places = [
            (depth, sample, generator.randrange(layer.width))
            for depth, layer in enumerate(landscape.network.layers)
            for sample in range(len(landscape.inputs))
        ]
        places.append((len(landscape.network.layers), 0, 0))
        steps, _ = shared._forward(theta)
        np.testing.assert_allclose(shared.units(theta, places), shared._units(steps, places, None), atol=1e-12)


def test_a_search_that_starts_at_a_minimum_with_its_kinks_stays() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
    minimum = descend(risk, trained(risk, 3))
    assert minimum.converged
    assert minimum.slopes
    again = descend(risk, minimum.theta, listed=minimum.slopes)
    assert again.converged
    assert again.steps <= 2
    np.testing.assert_allclose(again.theta, minimum.theta, atol=1e-10)


@pytest.mark.parametrize("decay", ["0", "1/50"])
def test_weights_of_an_input_that_is_0_flow_if_they_do_not_decay(decay: str) -> None:
    """With decay the symmetry is not even asked for; asked for, it is refused."""
    inputs = [[*row, 0] for row in INPUTS]
    risk = EmpiricalRisk(inputs, TARGETS, [2, 1], "relu", scale="mean", weight_decay=decay)
    ctx.prec = 100
    point = [[Fraction(k * k % 7 + 1, 7) for k in range(risk.trained)]]
    frozen = frozen_off_kinks(BallEmpiricalRisk(risk.exact, box(point, Fraction(1, 10**9))))
    change = tuple(Fraction(int(source == len(inputs[0]) - 1)) for source in range(len(inputs[0]) + 1))
    asked = Symmetry("null", 0, 0, vector=change)
    known = Symmetries(risk.exact, frozen)
    candidates = list(symmetry_candidates(risk.exact, frozen))
    if decay == "0":
        assert asked in candidates
        assert known.field(asked).rates
    else:
        assert asked not in candidates
        with pytest.raises(Refuted, match="decays"):
            known.field(asked)
