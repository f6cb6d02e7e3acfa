"""The risk over many boxes in float64: what the checker finds over each in balls, so that its tests are foreseen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from verify import EmpiricalRisk
from verify.checker.evaluators import Attracted, CriticalPoints, LeastPoints, LocalMinima
from verify.checker.public import Reason
from verify.producer.prover.covers.float_balls import FloatBalls
from verify.producer.prover.covers.float_risk import FloatRisk
from verify.producer.prover.covers.risk_in_box import certify_in_box
from verify.producer.prover.covers.risk_on_boxes import (
    AttractedInFloats,
    CriticalPointsInFloats,
    LeastPointsInFloats,
    newton,
)
from verify.producer.prover.refine import NotCertified

LINE = [[-1], [0], [1]]
ONE: dict[str, Any] = {"inputs": LINE, "targets": [1, 0, "1/2"], "widths": [1, 1]}
DECAY: dict[str, Any] = {"weight_decay": "1/4", "bias_decay": "1/8"}
RISKS: dict[str, dict[str, Any]] = {
    **{name: {**ONE, **DECAY, "activation": name} for name in ("tanh", "softplus", "arctan", "gelu", "square", "relu")},
    "sigmoid": {**ONE, "activation": "sigmoid", "fixed": {3: "1/3"}},
    "elu": {**ONE, "activation": {"elu": ["1", "1"]}, "biases": False},
    "logistic": {**ONE, "targets": [1, -1, 1], "loss": "logistic", "activation": "tanh"},
    "two outputs": {**ONE, "targets": [[1, 0], [0, 1], [1, 1]], "widths": [1, 2], "biases": False},
    "cross-entropy": {
        **ONE,
        "targets": [[1, 0], [0, 1], [1, 0]],
        "widths": [2],
        "loss": "cross-entropy",
    },
    "mapped": {
        **ONE,
        "widths": [2, 1],
        "parameter_map": {
            "trained": 2,
            "entries": [[0, 0, "1"], [1, 0, "-1/2"], [4, 1, "1"], [5, 1, "2"]],
            "constants": [[2, "1/3"]],
        },
    },
    "residual": {**ONE, "biases": False, "residual": [True, False], "activation": "tanh", **DECAY},
}


def boxes(risk: EmpiricalRisk, seed: int, count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    low = np.round(rng.uniform(-1.5, 1.5, (count, risk.trained)) * 64) / 64
    return low, low + 2.0 ** rng.integers(-8, 0, (count, risk.trained))


def pieces(low: np.ndarray, high: np.ndarray) -> list[list[arb]]:
    return [[arb(a).union(arb(b)) for a, b in zip(*ends, strict=True)] for ends in zip(low, high, strict=True)]


def numbers(*parts: Any) -> np.ndarray:
    return np.concatenate([np.ravel(part) for part in parts])


@pytest.mark.parametrize("name", ["tanh", "softplus", "arctan", "sigmoid", "square"])
def test_they_are_as_wide_as_those_of_the_checker(name: str) -> None:
    """Of one hidden unit; elsewhere products and sums are made in another order."""
    risk = EmpiricalRisk(**RISKS[name])
    low, high = boxes(risk, 1)
    jet, _ = FloatRisk(risk.exact).jet(low, high)
    for index, piece in enumerate(pieces(low, high)):
        loss = CriticalPoints(risk.exact, narrow=True).at(piece)
        assert loss is not None
        enclosed = [loss.value(), *loss.gradient()[0], *loss.hessian().entries()]
        middle, radius = (numbers(*(getattr(part, of)[index] for part in jet)) for of in ("middle", "radius"))
        assert middle.tolist() == pytest.approx([float(entry.mid()) for entry in enclosed], rel=1e-5, abs=1e-5)
        assert radius.tolist() == pytest.approx([float(entry.rad()) for entry in enclosed], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", RISKS)
def test_what_the_risk_is_at_points_of_a_box_is_inside(name: str) -> None:
    risk, rng = EmpiricalRisk(**RISKS[name]), np.random.default_rng(5)
    low, high = boxes(risk, 5)
    jet, smooth = FloatRisk(risk.exact).jet(low, high)
    for index, piece in enumerate(pieces(low, high)):
        assert (CriticalPoints(risk.exact, narrow=True).at(piece) is not None) == smooth[index]
        if not smooth[index]:
            continue
        middle, radius = (numbers(*(getattr(part, of)[index] for part in jet)) for of in ("middle", "radius"))
        for point in rng.uniform(low[index], high[index], (20, risk.trained)):
            found = numbers(risk.value(point), risk.gradient(point), risk.hessian(point))
            assert (np.abs(found - middle) <= radius * (1 + 1e-9) + 1e-9).all()


@pytest.mark.parametrize("name", RISKS)
def test_at_points_they_are_the_loss_and_its_derivatives(name: str) -> None:
    risk = EmpiricalRisk(**RISKS[name])
    low, _ = boxes(risk, 2)
    jet, _ = FloatRisk(risk.exact).jet(low, low)
    for index, point in enumerate(low):
        assert jet.value.middle[index] == pytest.approx(risk.value(point))
        if not np.isnan(jet.first.middle[index]).any():
            assert jet.first.middle[index].tolist() == pytest.approx(risk.gradient(point)[0].tolist())
            assert jet.second.middle[index].ravel().tolist() == pytest.approx(risk.hessian(point).ravel().tolist())


@pytest.mark.parametrize("name", ["tanh", "relu", "logistic", "square"])
def test_a_piece_left_out_in_floats_is_left_out_by_the_checker(name: str) -> None:
    """The tests of the three systems."""
    risk = EmpiricalRisk(**RISKS[name])
    exact, size = risk.exact, risk.trained
    low, high = boxes(risk, 3, 40)
    box = ((Fraction(-2), Fraction(3)),) * size
    systems = [
        (LocalMinima(exact, narrow=True), CriticalPointsInFloats(exact, minima=True)),
        (LeastPoints(exact, box, arb(2), narrow=True), LeastPointsInFloats(exact, box, 2.0)),
        (Attracted(exact, (arb(1) / 4,) * size, narrow=True), AttractedInFloats(exact, [0.25] * size)),
    ]
    sides = [FloatBalls.between(low[:, i], high[:, i]) for i in range(size)]
    for balls, floats in systems:
        found = floats.excludes(sides)
        assert found.any()
        for index, piece in enumerate(pieces(low, high)):
            assert balls.excludes(piece) or not found[index]


def test_newtons_method_ends_at_critical_points() -> None:
    risk = EmpiricalRisk(**RISKS["tanh"])
    starts = np.random.default_rng(4).uniform(-1, 1, (50, 4))
    ends = newton(FloatRisk(risk.exact), starts, np.array([[-1.0, 1.0]] * 4))
    assert len(ends)
    assert max(np.abs(risk.gradient(end)).max() for end in ends) < 1e-10


@pytest.mark.parametrize(
    ("more", "box", "code", "said"),
    [
        ({"activation": "relu"}, "-1 1", Reason.KINK, "a unit may meet a kink"),
        ({"activation": "square", "targets": [0, 0, 0]}, "-1 1", Reason.SINGULAR_HESSIAN, "not be isolated"),
        ({"inputs": [3], "targets": [1], "widths": [1]}, "1/3 1", Reason.NOT_PROVED, "lie in the box"),
    ],
)
def test_a_search_that_cannot_end_says_why_and_where(more: dict[str, Any], box: str, code: Reason, said: str) -> None:
    """At kinks, at a continuum of critical points, and at one that is on a side of the box."""
    risk = EmpiricalRisk(**{**ONE, "biases": False, **more})
    low, high = map(Fraction, box.split())
    with pytest.raises(NotCertified, match=said) as caught:
        certify_in_box(risk, ((low, high),) * risk.trained, "critical-points-complete", most=20_000)
    assert caught.value.code is code
    if code is not Reason.NOT_PROVED:
        assert caught.value.measured["pieces left"] > 0
        assert 0 < caught.value.measured["share of the box left"] <= 1
