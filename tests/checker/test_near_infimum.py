"""Rule `near-infimum` against least squares, which know the infimum of a linear network without a bottleneck."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.campaigns import sampled
from tests.corpus.make_valid_basin import CLASSES, INPUTS, trained
from verify.checker.public import Undecided, Verified, prove
from verify.checker.statements.parameter_map import ParameterMap, Term
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.convex import certify_near_infimum


def short(generator: random.Random) -> Fraction:
    return Fraction(generator.randint(-8, 8), 4)


def linear_network(generator: random.Random) -> EmpiricalRisk:
    """Of any depth, with any slopes, biases and residual connections, as wide as inputs and outputs."""
    inputs, outputs, depth = generator.randint(1, 2), generator.randint(1, 2), generator.randint(2, 3)
    widths = [*[2] * (depth - 1), outputs]
    slope = str(generator.choice([1, Fraction(-1, 2), 3]))
    activation = {"piecewise-linear": [slope, slope]}
    x = [[short(generator) for _ in range(inputs)] for _ in range(7)]
    y = [[short(generator) for _ in range(outputs)] for _ in range(7)]
    biases = [generator.random() < 0.6 for _ in widths]
    return EmpiricalRisk(x, y, widths, activation, biases=biases, residual=generator.random() < 0.4)


def infimum(risk: EmpiricalRisk) -> float:
    """Of half the sum of squares, over all affine maps, or all linear ones."""
    exact = risk.exact
    x, y = (np.array(rows, dtype=float) for rows in (exact.inputs, exact.targets))
    if any(layer.bias for layer in exact.network.layers):
        x = np.column_stack([x, np.ones(len(x))])
    fitted, *_ = np.linalg.lstsq(x, y, rcond=None)
    return float(((x @ fitted - y) ** 2).sum() / 2)


@pytest.mark.parametrize("seed", sampled(range(60), every=5))
def test_the_gap_is_one(seed: int) -> None:
    """And no less than what least squares leave, and no more than the condition of the data allows."""
    generator = random.Random(seed)
    risk = linear_network(generator)
    point = [short(generator) for _ in range(risk.trained)]
    statement: Any = certify_near_infimum(risk, point).read().statement
    above = risk.value([float(entry) for entry in point]) - infimum(risk)
    assert statement.gap > 0
    assert above <= float(statement.gap) * (1 + 1e-9)


def test_less_is_not_taken() -> None:
    """At the gap itself, where the Hessian of the convex function has one eigenvalue, it is sharp."""
    risk = EmpiricalRisk([1, 2, 3], [1, 2, 4], [2, 1], "identity", biases=False)
    point = list(map(Fraction, ("1", "0", "1", "0")))
    certificate = certify_near_infimum(risk, point).read()
    above = (Fraction(17, 14) - 1) ** 2 * 14 / 2
    assert above < certificate.statement.gap < above * Fraction(103, 100)
    for gap, curvature in ((above * Fraction(99, 100), 14), (above, 15)):
        less = replace(certificate.statement, gap=gap), replace(certificate.witness, curvature=Fraction(curvature))
        verdict = prove(Certificate.of("empirical-risk", *less, {}).read())
        assert not isinstance(verdict, Verified)


def test_a_map_changes_nothing_without_decay() -> None:
    """w2 w1 x with w1 = w2 = t: the least point of all matrices is one of this network's, too."""
    risk = EmpiricalRisk([1, 2], [4, 8], [1, 1], "identity", biases=False)
    tied = ParameterMap(2, 1, (Term(0, 0, Fraction(1)), Term(1, 0, Fraction(1))), ())
    shared = EmpiricalRisk.of(replace(risk.exact, parameter_map=tied))
    least: Any = certify_near_infimum(shared, [Fraction(2)]).read().statement
    assert least.gap == 0
    other: Any = certify_near_infimum(shared, [Fraction(1)]).read().statement
    assert float(other.gap) >= shared.value([1.0])


def test_classes_are_free_to_move_together_if_all_of_the_layer_is_trained() -> None:
    """Where one weight is fixed, the change that moves it is none, and the Hessian alone must be large enough."""
    risk = EmpiricalRisk(INPUTS, CLASSES, [3], [], loss="cross-entropy", scale="mean")
    point = [Fraction(float(entry)) for entry in trained(risk, 3)]
    free: Any = certify_near_infimum(risk, point).read()
    assert 0 < free.statement.gap < Fraction(1, 10**6)
    fixed = replace(risk.exact, fixed=((0, point[0]),))
    held = replace(free.statement, landscape=fixed, point=(tuple(point[1:]),))
    verdict = prove(Certificate.of("empirical-risk", held, free.witness, {}).read())
    assert isinstance(verdict, Undecided)
    assert "was not proved >=" in verdict.reason
