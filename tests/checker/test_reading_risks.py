"""What statements about empirical risks need of the landscape, violated one by one; and bounds at their ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.checker.conftest import certificate_of
from tests.corpus.forge import CORPUS, Document, forged, load
from verify.checker import Malformed, Rejected, Undecided, Verdict, Verified
from verify.checker.core.reader import NotACertificate
from verify.checker.statements import count_of_minima, every_width
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import SHORTHANDS, LayerActivation, Network
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

Check = Callable[[Document], Verdict]
Change = Callable[[EmpiricalRiskLandscape], EmpiricalRiskLandscape]
ZERO, ONE = Fraction(0), Fraction(1)


def landscape_of(name: str) -> EmpiricalRiskLandscape:
    found: Any = certificate_of(CORPUS / "valid" / f"{name}.json").statement
    assert isinstance(found.landscape, EmpiricalRiskLandscape)
    return found.landscape


def layer(index: int, **changes: object) -> Change:
    """Change one layer."""

    def change(landscape: EmpiricalRiskLandscape) -> EmpiricalRiskLandscape:
        layers = list(landscape.network.layers)
        layers[index] = replace(layers[index], **changes)  # type: ignore[arg-type]
        return replace(landscape, network=Network(landscape.network.inputs, tuple(layers)))

    return change


def layers(count: int) -> Change:
    """So many layers, each like the last."""

    def change(landscape: EmpiricalRiskLandscape) -> EmpiricalRiskLandscape:
        last = landscape.network.layers[-1]
        return replace(landscape, network=Network(landscape.network.inputs, (last,) * count))

    return change


def with_(**changes: object) -> Change:
    return lambda landscape: replace(landscape, **changes)  # type: ignore[arg-type]


RELU, SCALED = LayerActivation(*SHORTHANDS["relu"]), LayerActivation("piecewise-linear", (Fraction(2), Fraction(2)))


@pytest.mark.parametrize(
    "change",
    [
        layers(2),
        layer(0, width=2),
        layer(0, bias=True),
        layer(0, residual=True),
        with_(fixed=((0, ONE),)),
        with_(inputs=((ONE, ONE),) + ((ZERO, ONE),) * 9),
        with_(inputs=((ZERO, ONE),) * 9 + ((-ONE, ONE / 3),)),
    ],
)
def test_a_product_of_minima_needs_a_sum_over_single_weights(change: Change) -> None:
    landscape = landscape_of("risk-count")
    assert count_of_minima.refused(landscape) is None
    assert count_of_minima.refused(change(landscape))


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ([], "has 0 entries instead of 1 to 16384"),
        (["1", "1"], "has 2 entries, there are 1 samples"),
        (["-1*2^-4000"], "must not be negative"),
        (["0"], "must not all be 0"),
    ],
)
def test_samples_have_one_weight_each(weights: list[str], reason: str) -> None:
    risk = EmpiricalRisk([[1]], [1], [1], sample_weights=["3"], biases=False)
    assert risk.exact.factors == [Fraction(3, 2)]
    with pytest.raises(NotACertificate) as told:
        EmpiricalRisk.read({**risk.document, "sample_weights": weights})
    assert str(told.value) == f"landscape.sample_weights: {reason}"


@pytest.mark.parametrize("number", ["0", "-1", "1/2", "51/2"])
def test_a_number_of_minima_is_a_positive_integer(number: str, verdict_on: Check) -> None:
    assert isinstance(verdict_on(forged(load("valid/risk-count.json"), {"statement.at_least": "1"})), Verified)
    verdict = verdict_on(forged(load("valid/risk-count.json"), {"statement.at_least": number}))
    assert isinstance(verdict, Malformed)
    assert verdict.reason == "statement.at_least: must be a positive integer, as a string"


@pytest.mark.parametrize("name", ["risk-every-width", "risk-constant-outputs"])
@pytest.mark.parametrize(
    "change",
    [
        layers(1),
        layers(3),
        layer(1, width=2),
        layer(0, residual=True),
        layer(1, residual=True),
        layer(1, activation=RELU),
        layer(1, activation=SCALED),
        layer(1, activation=LayerActivation("polynomial", (ZERO, ONE))),
        with_(fixed=((0, ONE),)),
        with_(weight_decay=ONE),
        with_(bias_decay=ONE),
    ],
)
def test_one_hidden_layer_all_trained_without_decay(name: str, change: Change) -> None:
    landscape = landscape_of(name)
    assert every_width.refused(landscape) is None
    assert str(every_width.refused(change(landscape))).startswith("must have ")


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({"loss.factor": "1*2^-4000"}, True),
        ({"loss.factor": "0"}, False),
        ({"loss.factor": "-1"}, False),
        ({"weight_decay.weights": "0", "weight_decay.biases": "0"}, True),
        ({"weight_decay.weights": "-1*2^-4000"}, False),
        ({"weight_decay.biases": "-1*2^-4000"}, False),
        ({"targets.0.0": "0"}, True),
        ({"targets.0.0": "-1*2^-4000"}, False),
        ({"targets.3.1": "-1"}, False),
    ],
)
def test_the_signs_of_a_cross_entropy_s_numbers(changes: dict[str, str], accepted: bool, verdict_on: Check) -> None:
    named = {f"statement.landscape.{name}": value for name, value in changes.items()}
    verdict = verdict_on(forged(load("valid/risk-deep-residual.json"), named))
    assert isinstance(verdict, Malformed) is not accepted, verdict


@pytest.mark.parametrize("name", ["risk-tanh", "risk-value-exact"])
def test_targets_of_other_losses_may_be_negative(name: str, verdict_on: Check) -> None:
    verdict = verdict_on(forged(load(f"valid/{name}.json"), {"statement.landscape.targets.0.0": "-1"}))
    assert isinstance(verdict, Rejected), "of other data than the statement's numbers are for"


def test_fixed_parameters_are_named_in_order_and_once(verdict_on: Check) -> None:
    """There are 9, of which 4 and 5 are fixed."""
    document = load("valid/risk-logistic-fixed.json")
    assert [index for index, _ in document["statement"]["landscape"]["fixed"]] == [4, 5]
    for first, second in ((5, 5), (6, 5), (-1, 5), (9, 5)):
        changes = {"statement.landscape.fixed.0.0": first}
        assert isinstance(verdict_on(forged(document, changes)), Malformed), (first, second)
    for first, second in ((0, 1), (7, 8), (0, 8)):
        changes = {"statement.landscape.fixed.0.0": first, "statement.landscape.fixed.1.0": second}
        assert not isinstance(verdict_on(forged(document, changes)), Malformed), (first, second)
    changes = {"statement.landscape.fixed.1.0": 9}
    assert isinstance(verdict_on(forged(document, changes)), Malformed), "there is no parameter 9"


# Other statements


@pytest.mark.parametrize("member", ["loss", "smallest_eigenvalue"])
@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("-1", "1"), ("2", "1")])
def test_bounds_of_a_family_are_positive_and_in_order(member: str, low: str, high: str, verdict_on: Check) -> None:
    changes = {f"statement.bounds.13.{member}": [low, high]}
    verdict = verdict_on(forged(load("valid/family-type-a.json"), changes))
    assert isinstance(verdict, Malformed)
    assert verdict.reason.endswith("must be two positive numbers, the lower bound first")


def test_a_symmetric_minimum_of_loss_perhaps_0_is_not_called_spurious(verdict_on: Check) -> None:
    document = load("valid/symmetric-one-neuron-more.json")
    _, high = document["statement"]["points"][0]["value"]
    assert isinstance(verdict_on(document), Verified)
    for low, expected in (("1*2^-4000", Verified), ("0", Rejected), ("-1", Rejected)):
        verdict = verdict_on(forged(document, {"statement.points.0.value": [low, high]}))
        assert isinstance(verdict, expected), verdict
        if expected is Rejected:
            assert "not above 0, the global minimum" in getattr(verdict, "reason", "")


@pytest.mark.parametrize(
    "name", ["risk-kinks-multipliers", "risk-orthogonal-deep", "zero-loss-tanh", "separable-logistic"]
)
@pytest.mark.parametrize("which", ["weights", "biases"])
def test_rules_without_decay_have_none_of_either_sort(name: str, which: str, verdict_on: Check) -> None:
    document = load(f"valid/{name}.json")
    decay = {f"statement.landscape.weight_decay.{which}": "1/100"}
    bounds = {"statement.value": ["0", "1000"]} if "value" in document["statement"] else {}
    verdict = verdict_on(forged(document, {**decay, **bounds}))
    assert isinstance(verdict, Undecided)
    assert "without weight decay" in verdict.reason
