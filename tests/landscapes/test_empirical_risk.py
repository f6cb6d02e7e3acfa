"""The empirical risk in float64 agrees with the checker's, and reads numbers exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import ctx

from verify import EmpiricalRisk
from verify.producer.landscapes.empirical_risk import exact_number
from verify.producer.landscapes.exact import in_balls

X = np.random.default_rng(1).normal(size=(5, 3))
CASES = {
    "tanh": {"widths": [3, 2]},
    "residual": {"widths": [3, 3, 2], "activation": ["sigmoid", "gelu"], "residual": True, "loss": "cross-entropy"},
    "fixed": {
        "widths": [3, 2],
        "activation": "selu",
        "loss": "logistic",
        "weight_decay": "1/10",
        "fixed": {3: "1/2", 7: 0},
    },
    "polynomial": {
        "widths": [2, 2],
        "activation": {"polynomial": ["1", "2", "1/3"]},
        "output": "arctan",
        "scale": "mean",
    },
    "no biases": {"widths": [2, 2, 2], "activation": "softplus", "biases": False, "scale": "1/3", "bias_decay": 1},
    "leaky": {"widths": [2, 1], "activation": {"leaky-relu": "1/10"}},
}


@pytest.mark.parametrize("name", CASES)
def test_value_gradient_and_hessian_are_the_checkers(name: str) -> None:
    options = dict(CASES[name])
    widths = options.pop("widths")
    risk = EmpiricalRisk(X, np.abs(X[:, : widths[-1]]), widths, **options)
    theta = np.random.default_rng(2).normal(size=risk.trained)
    with ctx.workprec(100):
        balls = in_balls(risk, (tuple(Fraction(float(t)) for t in theta),))
        assert risk.value(theta) == pytest.approx(float(balls.value().mid()), rel=1e-12)
        assert risk.gradient(theta)[0] == pytest.approx([float(g.mid()) for g in balls.gradient()[0]], abs=1e-12)
        hessian = np.array([[float(entry.mid()) for entry in row] for row in balls.hessian().tolist()])
        assert np.abs(risk.hessian(theta) - hessian).max() < 1e-11 * max(1, np.abs(hessian).max())


@pytest.mark.parametrize(
    ("written", "value"),
    [("13/3", Fraction(13, 3)), ("0.1", Fraction(1, 10)), ("-5*2^-7", Fraction(-5, 128)), ("1e-3", Fraction(1, 1000)),
     (0.1, Fraction(0.1)), (3, Fraction(3))],
)  # fmt: skip
def test_numbers_are_taken_exactly(written: object, value: Fraction) -> None:
    assert exact_number(written) == value


@pytest.mark.parametrize("written", ["nan", "inf", "1/0", "1e9999", "0x10", "", "1_0", float("nan"), "9" * 641])
def test_other_text_is_no_number(written: object) -> None:
    with pytest.raises(ValueError, match="number"):
        exact_number(written)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("activation", "loss"), [("identity", "logistic"), ("softplus", "squares")])
def test_where_a_search_has_left_the_numbers_the_loss_is_none_and_nobody_is_warned(activation: str, loss: str) -> None:
    risk = EmpiricalRisk([[1], [2]], [1, -1], [1], output=activation, loss=loss, biases=False)
    assert np.isnan(risk.value(np.array([np.nan])))
    assert np.isfinite(risk.value(np.array([1e100 if activation == "identity" else 0.5])))
