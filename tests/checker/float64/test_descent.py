"""Descent in float64: tanh, the errors of a step against 60 digits, and runs against those in balls."""

from __future__ import annotations

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from tests.corpus.forge import CORPUS, load
from verify.checker import Undecided, Verified, check
from verify.checker.core.balls import ball
from verify.checker.core.outcome import Open
from verify.checker.evaluators import Evaluated, OneHiddenLayer
from verify.checker.float64 import descent
from verify.checker.float64.bounds import exactly
from verify.producer.landscapes.empirical_risk import EmpiricalRisk


def test_tanh_is_within_its_bound_everywhere() -> None:
    draw = np.random.default_rng(0)
    points = [0.0, 5e-324, 1e-300, 2.0**-30, 0.3125, 19.999999, 20.0, 20.000001, 40.0, 1e6, *draw.normal(size=300) * 3]
    z = np.array([*points, *(-point for point in points), *np.linspace(-21, 21, 500)])
    found, bound = descent.tanh(z), descent.TANH.value()
    assert np.abs(found).max() <= 1
    with mpmath.workdps(60):
        errors = [abs(mpmath.mpf(float(t)) - mpmath.tanh(mpmath.mpf(float(x)))) for t, x in zip(found, z, strict=True)]
    assert max(errors) <= bound < 1e-14
    assert max(errors) > bound / 100, "the bound is no wild one"


def problem(seed: int, **options: object) -> tuple[EmpiricalRisk, list[Fraction]]:
    """A tanh layer with fixed output weights, all numbers doubles."""
    generator = random.Random(seed)
    samples, inputs, width = (generator.randint(2, 5) for _ in range(3))
    biases = bool(seed % 2)
    rows = [[Fraction(generator.randint(-64, 64), 64) for _ in range(inputs)] for _ in range(samples)]
    targets = [Fraction(generator.randint(-64, 64), 64) for _ in range(samples)]
    hidden = width * (inputs + biases)
    fixed = {hidden + i: Fraction(generator.randint(-64, 64), 64) for i in range(width + biases)}
    risk = EmpiricalRisk(rows, targets, [width, 1], "tanh", biases=biases, fixed=fixed, **options)  # type: ignore[arg-type]
    return risk, [Fraction(generator.randint(-256, 256), 128) for _ in range(hidden)]


def run(risk: EmpiricalRisk, start: list[Fraction], steps: int, h: Fraction = Fraction(1, 16)) -> descent.Run | None:
    loss = OneHiddenLayer(risk.exact)
    return descent.follow(loss, loss.at(map(ball, start)), ball(h), steps)


@pytest.mark.parametrize("seed", range(8))
def test_exact_descent_is_as_near_as_is_said(seed: int) -> None:
    """Steps in balls of 300 bits; and the bound of the curvature is no less than that in balls."""
    ctx.prec = 300
    risk, start = problem(seed)
    loss, steps = OneHiddenLayer(risk.exact), 25
    found = run(risk, start, steps)
    assert found is not None
    here, growth = loss.at(map(ball, start)), arb(0)
    for _ in range(steps):
        at = Evaluated(loss, here)
        growth += at.curvature() / 16
        here = here._replace(hidden=(here.hidden - at.gradient().hidden / 16).mid())
    apart = sum((entry * entry for entry in (here.hidden - found.center.hidden).entries()), arb(0)).sqrt()
    assert apart <= found.distance
    assert found.distance < 1e-10
    assert found.distance < 10**6 * apart + arb("1e-13"), "the bound is no wild one"
    assert growth <= found.growth
    assert found.growth <= growth * arb("1.000001")


def test_what_is_no_double_or_another_network_is_left_to_balls() -> None:
    ctx.prec = 100
    risk, start = problem(1)
    assert run(risk, start, 1) is not None
    assert run(risk, [Fraction(1, 3), *start[1:]], 1) is None
    assert run(risk, [Fraction(2**50), *start[1:]], 1) is None
    assert run(risk, start, 1, Fraction(1, 3)) is None
    assert run(risk, start, 1, Fraction(0)) is None
    assert run(risk, start, 1, Fraction(1000)) is None, "h |J|^2 <= 2 is not proved by the cheap bound"
    trained = EmpiricalRisk([[1, 0]], [1], [2, 1], "tanh")
    assert run(trained, [Fraction(1)] * 9, 1) is None
    smooth = EmpiricalRisk([[1, 0]], [1], [2, 1], "arctan", biases=False, fixed={4: 1, 5: 1})
    assert run(smooth, [Fraction(1)] * 4, 1) is None


def test_errors_that_grow_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a tanh that is known to a tenth only."""
    ctx.prec = 100
    risk, start = problem(1)
    monkeypatch.setattr(descent, "TANH", exactly(0.1))
    with pytest.raises(Open, match="the errors of the steps in float64 have grown to"):
        run(risk, start, 2000)


def test_a_certificate_of_the_corpus_and_its_forgeries_in_this_tier() -> None:
    path = CORPUS / "valid" / "descent-hidden-layer.json"
    verdict = check(path, trust="float64")
    assert isinstance(verdict, Verified)
    assert verdict.trust == "float64"
    assert load("valid/descent-hidden-layer.json")["statement"]["landscape"]["fixed"]
    for name in ("rejected-descent-another-start", "undecided-descent-radius-large", "rejected-descent-end"):
        found = check(CORPUS / "invalid" / f"{name}.json", trust="float64")
        assert not isinstance(found, Verified)
        assert name.startswith("undecided") == isinstance(found, Undecided)
