"""Rule `all-widths`: the linearised risk of chains, equal units of wide networks, data nearby; a chain that fails."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from tests.corpus.forge import load
from tests.wide.equal_units import fall, instance, polished, second_derivatives
from verify.checker.core.balls import point
from verify.checker.core.exact import parse
from verify.checker.evaluators import Chain
from verify.producer.landscapes.empirical_risk import EmpiricalRisk


def of_file(name: str) -> tuple[EmpiricalRisk, np.ndarray]:
    """The chain of a file of the corpus, and its critical point."""
    document = load(name)["statement"]
    risk = EmpiricalRisk.read(document["landscape"])
    return risk, polished(risk, np.array([float(parse(entry)) for entry in document["region"]["center"][0]]))


@pytest.mark.parametrize("seed", range(6))
def test_the_linearised_risk_of_a_chain_is_that_of_floats(seed: int) -> None:
    risk, theta = instance(Random(seed))
    network = risk.exact.network
    at = Chain(risk.exact, point((tuple(map(Fraction, map(float, theta))),)))
    targets = np.array(risk.exact.targets, dtype=float)
    residuals = (risk.outputs(theta) - targets).ravel()
    sigma, depth = network.layers[0].activation.name, len(network.layers) - 1
    parts = [second_derivatives(sigma, theta[:-2], np.array(x, dtype=float), depth) for x in risk.exact.inputs]
    forms = [[part[2] for part in parts], *([part[3][level] for part in parts] for level in range(depth - 1))]
    for found, form in zip([at.curvature(), *at.spreads()], forms, strict=True):
        floats = np.array([[float(entry.mid()) for entry in row] for row in found.tolist()])
        assert np.abs(floats - np.tensordot(residuals, np.array(form), 1)).max() < 1e-9


@pytest.mark.parametrize("name", ["valid/all-widths-gelu", "valid/all-widths-tanh"])
def test_equal_units_are_a_minimum_for_widths_and_data_nearby(name: str) -> None:
    risk, theta = of_file(f"{name}.json")
    depth, draw = len(risk.exact.network.layers) - 1, np.random.default_rng(1)
    near = [np.array(rows, dtype=float) + 1e-6 for rows in (risk.exact.inputs, risk.exact.targets)]
    near[0][0] -= 3e-6
    moved = EmpiricalRisk(*near, [1] * depth + [1], risk.exact.network.layers[0].activation.name, scale="half-sum")
    assert np.abs(polished(moved, theta) - theta).max() > 1e-8, "other data, another point"
    for one, at in ((risk, theta), (moved, polished(moved, theta))):
        for width in (1, 3):
            assert fall(one, at, [width] * depth, draw) <= 1e-12


def test_a_chain_of_which_one_form_is_not_definite_is_no_minimum_when_it_is_wider() -> None:
    """`rejected-all-widths-spread`: with one unit in a layer it is one, with two it is not."""
    risk, theta = of_file("invalid/rejected-all-widths-spread.json")
    draw = np.random.default_rng(0)
    assert fall(risk, theta, [1, 1], draw) <= 1e-12
    assert fall(risk, theta, [2, 1], draw) > 1e-9
