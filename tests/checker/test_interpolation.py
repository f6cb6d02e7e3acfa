"""Rule `interpolation`: the Gram matrix of the outputs' Jacobian, how fast it turns, and false friends."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx

import verify
from tests.corpus.forge import load
from verify.checker.core.balls import box, point
from verify.checker.evaluators import OutputMap
from verify.checker.public import Certificate, ends, parse
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.interpolation import certify_interpolation
from verify.producer.prover.refine import NotCertified

SHAPES = [
    ([3, 1], "tanh", {}),
    ([3, 3, 2], "gelu", {"residual": True}),
    ([2, 2], "softplus", {"output": "sigmoid"}),
    ([3, 2], "relu", {"fixed": {1: "1/3", 10: "2"}}),
    ([2, 3, 2], "arctan", {"biases": False}),
]


def risk_of(shape: tuple[list[int], str, dict[str, object]], seed: int) -> tuple[EmpiricalRisk, np.ndarray]:
    widths, activation, more = shape
    random = np.random.default_rng(seed)
    samples = random.normal(size=(3, 2)).round(2)
    targets = random.normal(size=(3, widths[-1])).round(2)
    risk = EmpiricalRisk(samples, targets, widths, activation, **more)  # type: ignore[arg-type]
    return risk, random.normal(size=risk.trained)


def exact(theta: np.ndarray) -> tuple[tuple[Fraction, ...]]:
    return (tuple(Fraction(float(entry)) for entry in theta),)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape[1])
def test_the_gram_matrix_and_the_jacobian_are_those_of_the_outputs(shape: object, seed: int) -> None:
    """Against difference quotients of the outputs; the two orders, by sample and by output, are told apart."""
    ctx.prec = 100
    risk, theta = risk_of(shape, seed)  # type: ignore[arg-type]
    step = 1e-6
    columns = [
        (risk.outputs(theta + step * axis) - risk.outputs(theta - step * axis)).ravel() / (2 * step)
        for axis in np.eye(risk.trained)
    ]
    jacobian = risk.jacobian(theta)
    assert np.abs(jacobian - np.array(columns).T).max() < 1e-7
    outputs = risk.exact.network.widths[-1]
    order = [sample * outputs + output for output in range(outputs) for sample in range(3)]
    gram = OutputMap(risk.exact, point(exact(theta))).gram()
    found = np.array([[float(entry.mid()) for entry in row] for row in gram.tolist()])
    assert np.abs(found - (jacobian @ jacobian.T)[np.ix_(order, order)]).max() < 1e-10


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape[1])
def test_the_jacobian_turns_no_faster_than_the_bound(shape: object, seed: int) -> None:
    """Between random points of a ball, in the spectral norm."""
    ctx.prec = 100
    risk, theta = risk_of(shape, seed)  # type: ignore[arg-type]
    radius = Fraction(1, 64)
    region = OutputMap(risk.exact, box(exact(theta), radius))
    if region.near_a_kink() is not None:
        pytest.skip("a kink is near")
    most = float(ends(region.turning())[1])
    random = np.random.default_rng(seed + 10)
    for _ in range(20):
        steps = random.normal(size=(2, risk.trained))
        a, b = (theta + float(radius) * random.random() * step / np.linalg.norm(step) for step in steps)
        change = np.linalg.norm(risk.jacobian(a) - risk.jacobian(b), 2)
        assert change <= most * np.linalg.norm(a - b) * (1 + 1e-9) + 1e-12


def test_at_the_certified_point_the_outputs_fit_and_around_it_no_other_point_is_critical() -> None:
    """Descent on |gradient|^2 from random points of the region ends at loss 0."""
    statement = Certificate.read(parse(json.dumps(load("valid/zero-loss-tanh.json")).encode())).statement
    risk = EmpiricalRisk.of(statement.landscape)
    center = np.array([float(entry) for entry in statement.center[0]])
    assert risk.value(center) < 1e-28
    random = np.random.default_rng(0)
    for _ in range(5):
        step = random.normal(size=center.size)
        start = center + 0.9 * float(statement.critical_radius) * step / np.linalg.norm(step)
        jacobian = risk.jacobian(start)
        assert np.linalg.svd(jacobian)[1][-1] > 0
        assert np.linalg.norm(risk.gradient(start)) > 0


def test_a_tiny_loss_is_no_loss_of_0() -> None:
    """The same input with targets 0 and 1e-10: the loss is below 1e-20, and never 0."""
    risk = EmpiricalRisk([1, 1], [0, "1/10000000000"], [2, 1], "tanh")
    theta = np.array([1.0, 2.0, 0.0, 1.0, 0.0, 0.0, 5e-11])
    assert risk.value(theta) < 1e-20
    with pytest.raises(NotCertified, match=r"dependent rows|did not converge|were not proved"):
        certify_interpolation(risk, theta)


def test_more_equations_than_parameters_are_not_tried() -> None:
    risk = EmpiricalRisk(list(range(9)), [0] * 9, [1, 1], "tanh")
    with pytest.raises(NotCertified, match="9 equations are more than the 4 trained parameters"):
        certify_interpolation(risk, np.ones(4))


def test_refine_says_that_training_interpolates() -> None:
    """With ten neurons and eight samples; the center is where the certificate says it is."""
    random = np.random.default_rng(1)
    risk = EmpiricalRisk(random.normal(size=(8, 2)).round(2), random.normal(size=8).round(2), [10, 1], "tanh")
    found = verify.refine(risk, certified_center(risk))
    assert found.minimum is not None
    assert "a global minimum, with loss 0" in str(found)
    assert found.distance < 1e-9


def certified_center(risk: EmpiricalRisk) -> np.ndarray:
    """A point of small loss."""
    start = np.random.default_rng(2).normal(size=risk.trained)
    statement = certify_interpolation(risk, start).read().statement
    return np.array([float(entry) for entry in statement.center[0]])  # type: ignore[attr-defined]
