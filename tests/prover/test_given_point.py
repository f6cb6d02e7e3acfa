"""Certificates about exact points: what is proved, and what is honestly not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify import EmpiricalRisk, NotCertified, certify
from verify.producer.prover.given_point import (
    certify_degenerate_saddle,
    certify_global_minimum,
    certify_local_minimum,
    certify_no_critical_point,
    certify_no_local_minimum,
    certify_value,
)
from verify.producer.prover.multipliers import Falls, multipliers

numbers = st.integers(-3, 3).map(Fraction)


@settings(max_examples=examples(75), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    slope=st.lists(numbers, min_size=2, max_size=2),
    kinks=st.lists(st.tuples(numbers.filter(bool), st.lists(numbers, min_size=2, max_size=2)), max_size=4),
    u=st.lists(numbers, min_size=2, max_size=2),
)
def test_multipliers_exist_exactly_where_the_function_does_not_fall(
    slope: list[Fraction], kinks: list[tuple[Fraction, list[Fraction]]], u: list[Fraction]
) -> None:
    def value(direction: list[Fraction]) -> Fraction:
        dot = lambda a: sum(x * y for x, y in zip(a, direction, strict=True))  # noqa: E731
        return dot(slope) + sum(c * max(dot(a), 0) for c, a in kinks)

    found = multipliers(slope, kinks)
    if isinstance(found, Falls):
        assert value([Fraction(entry) for entry in found.direction]) < 0
    elif found is not None:
        assert value(u) >= 0


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    targets=st.lists(st.integers(-2, 2), min_size=4, max_size=4),
    point=st.lists(st.integers(-1, 1), min_size=4, max_size=4),
)
def test_a_point_is_never_both_a_minimum_and_none(targets: list[int], point: list[int]) -> None:
    """One ReLU neuron on small integers, where kinks are met all the time."""
    risk = EmpiricalRisk([-1, 0, 1, 2], targets, [1, 1], "relu", scale="sum")
    exact = [Fraction(entry) for entry in point]
    outcomes = []
    for attempt in (certify_local_minimum, certify_no_local_minimum):
        try:
            outcomes.append(attempt(risk, exact).read().statement.property)
        except NotCertified:
            continue
    assert len(outcomes) <= 1
    # With an output weight that is not 0 the conditions are necessary too, so that one of the two is proved.
    assert point[2] == 0 or len(outcomes) == 1


def test_what_is_not_certified_says_why() -> None:
    flat = EmpiricalRisk([0, 1], [0, 1], [3, 1], "tanh")
    with pytest.raises(NotCertified, match="no critical point was found near"):
        certify(flat, [0.1 * i for i in range(flat.trained)])
    with pytest.raises(NotCertified, match="singular"):  # all at 0 but the output bias, the mean: a flat saddle
        certify(flat, [0.0] * (flat.trained - 1) + [0.5])
    with pytest.raises(NotCertified, match="the loss is not 0"):
        certify_global_minimum(flat, [Fraction(1)] * flat.trained)
    minimum = EmpiricalRisk([0, 1], [0, 1], [1], output="identity")
    least = [Fraction(1), Fraction(0)]
    with pytest.raises(NotCertified, match="no direction of descent"):
        certify_no_local_minimum(minimum, least)
    with pytest.raises(NotCertified):
        certify_no_critical_point(minimum, least, Fraction(1))
    with pytest.raises(NotCertified):
        certify_degenerate_saddle(minimum, least)
    assert certify_value(minimum, least).read().statement.property == "value"


def test_a_minimum_on_kinks_with_an_output_weight_of_zero() -> None:
    """v = 0 and trained: psi must be 0 nearby, and is not if the residuals see the neuron."""
    blind = EmpiricalRisk([-1, 1], [1, 1], [1, 1], "relu", scale="sum", biases=False, fixed={1: 0})
    with pytest.raises(NotCertified):  # the output weight is fixed at 0: flat, one hidden parameter, no slope
        certify_no_local_minimum(blind, [Fraction(0)])
    assert certify_local_minimum(blind, [Fraction(0)]).read().statement.property == "local-minimum"
    seen = EmpiricalRisk([-1, 1], [1, 1], [1, 1], "relu", scale="sum", biases=False)
    with pytest.raises(NotCertified):
        certify_local_minimum(seen, [Fraction(0), Fraction(0)])
    found = certify_no_local_minimum(seen, [Fraction(0), Fraction(0)])
    assert found.read().statement.property == "not-a-local-minimum"
