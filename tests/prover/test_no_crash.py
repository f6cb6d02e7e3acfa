"""Provers give a certificate or raise NotCertified, whatever they are asked: random risks where they trip most.

More of them: VERIFY_FUZZ_RISKS=5000 python -m pytest tests/prover/test_no_crash.py
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest

from tests.campaigns import sampled
from tests.prover.random_risks import random_point, random_risk
from verify import TeacherStudent
from verify.checker.core.codes import Reason
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, NotCertified, certify, families, given_point

COUNT = int(os.environ.get("VERIFY_FUZZ_RISKS", "40"))
Call = Callable[[], Certificate]


def calls(rng: random.Random, risk: EmpiricalRisk) -> Iterator[Call]:
    point, other = random_point(rng, risk), random_point(rng, risk)
    yield lambda: given_point.certify_value(risk, point)
    yield lambda: given_point.certify_global_minimum(risk, point)
    yield lambda: given_point.certify_worse_than(risk, point, other)
    yield lambda: given_point.certify_local_minimum(risk, point)
    yield lambda: given_point.certify_local_minimum(risk, point, other)
    yield lambda: given_point.certify_no_local_minimum(risk, point)
    yield lambda: given_point.certify_degenerate_saddle(risk, point)
    yield lambda: given_point.certify_no_critical_point(risk, point, Fraction(1, 1000))
    yield lambda: families.certify_count(risk, 2)
    start, better = floats.vector(point), floats.vector(other)
    if np.isfinite(start).all() and np.isfinite(better).all():
        yield lambda: certify(risk, start)
        yield lambda: certify(risk, start, better_point=better)
        yield lambda: families.certify_every_width(risk, start.tolist(), 5, other)


@pytest.mark.parametrize("seed", sampled(range(COUNT), every=3))
def test_a_prover_proves_or_says_why_not(seed: int) -> None:
    rng = random.Random(seed)
    risk = random_risk(rng)
    for call in calls(rng, risk) if risk is not None else ():
        try:
            assert isinstance(call(), Certificate)
        except NotCertified as error:
            assert error.reason
            assert error.code is not Reason.INTERNAL_ERROR


@pytest.mark.parametrize("seed", range(12))
def test_points_of_teacher_student_landscapes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, k, d = rng.integers(1, 4, 3)
    teacher = rng.standard_normal((k, d)) * 10.0 ** rng.choice([0, 0, -200, 150])
    landscape = TeacherStudent(str(rng.choice(["relu", "erf", "leaky-relu:1/10"])), teacher)
    scale = rng.choice([0.0, 1.0, 1.0, 1e-300, 1e200])
    with np.errstate(over="ignore"):  # twins, zeros, extremes
        student = np.clip(teacher[rng.integers(0, k, n)] * scale, -1e300, 1e300)
    try:
        assert isinstance(certify(landscape, student), Certificate)
    except NotCertified as error:
        assert error.code is not Reason.INTERNAL_ERROR


def test_a_unit_exactly_on_a_kink_is_named() -> None:
    """relu(0) on the sample 0: the second derivative does not exist, and the loss is 0 at w = 1, v = 1."""
    risk = EmpiricalRisk([[2], [0]], [[2], [0]], [1, 1], "relu", biases=False)
    with pytest.raises(NotCertified, match="unit 0 of layer 0 on sample 1 may meet a kink") as refused:
        certify(risk, [1.0, 1.0])
    assert refused.value.code is Reason.KINK


def test_reasons_have_their_codes() -> None:
    flat = EmpiricalRisk([[1, 1]], [[1]], [1], "identity", biases=False)
    with pytest.raises(NotCertified) as refused:
        certify(flat, [0.5, 0.5])
    assert refused.value.code is Reason.SINGULAR_HESSIAN
    tanh = EmpiricalRisk([[1]], [[1]], [1, 1], "tanh", biases=False)
    with pytest.raises(NotCertified) as refused:
        given_point.certify_local_minimum(tanh, [Fraction(1), Fraction(1)])
    assert refused.value.code is Reason.NOT_MODELLED
    with pytest.raises(NotCertified) as refused:
        given_point.certify_global_minimum(tanh, [Fraction(1), Fraction(1)])
    assert refused.value.code is Reason.HYPOTHESIS_FALSE
