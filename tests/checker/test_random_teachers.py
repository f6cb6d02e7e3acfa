"""Rule `random-teachers`: from which dimension on, in 40 digits, and random teachers against it."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import ctx

from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers, RandomTeachers
from verify.checker.theorems import random_teachers as rule


def prove(k: int, distance: Fraction, *random: RandomTeachers) -> Task[Any, Any]:
    """Hypothesis (1) alone; what is proved of nearby teachers counts as proved."""
    center = ((Fraction(1),) * k,)
    statement = NearlyOrthonormalTeachers(center, Fraction(1), distance, Fraction(1), Fraction(1), random)
    task: Task[Any, Any] = Task(statement, SimpleNamespace())
    rule.random_teachers(task, SimpleNamespace())  # type: ignore[arg-type]
    return task


@pytest.fixture(autouse=True)
def nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    ctx.prec = 128
    monkeypatch.setattr(rule, "require", lambda fact, statement: None)


def least_dimension(k: int, rho: Fraction, delta: Fraction) -> int:
    """The x above 1 with (q / 2) (x - 1 - log x) = -log delta, times q / s, rounded up."""
    with mpmath.workdps(40):
        q, r = k * (k - 1) // 2, mpmath.mpf(rho.numerator) / rho.denominator
        wanted = -mpmath.log(mpmath.mpf(delta.numerator) / delta.denominator)
        x = mpmath.findroot(lambda x: mpmath.mpf(q) / 2 * (x - 1 - mpmath.log(x)) - wanted, (1.001, 10**6), "anderson")
        return int(mpmath.ceil(x * q * 2 * (1 + r) / r**2))


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("rho", [Fraction(1, 7), Fraction(9, 10)])
@pytest.mark.parametrize("delta", [Fraction(1, 2), Fraction(1, 10**6)])
def test_the_dimension_is_enough_and_one_less_is_not(k: int, rho: Fraction, delta: Fraction) -> None:
    least = least_dimension(k, rho, delta)
    assert prove(k, rho, RandomTeachers(delta, least)).met
    with pytest.raises(Refuted, match="does not reach -log delta"):
        prove(k, rho, RandomTeachers(delta, least - 1))
    with pytest.raises(Refuted, match=r"random_teachers\[1\]: the exponent"):
        prove(k, rho, RandomTeachers(delta, least), RandomTeachers(delta, least - 1))


def test_below_the_mean_nothing_is_proved() -> None:
    """k = 2, rho = 1/2: s = 1/12, and x = d / 12 is 1 at d = 12; below it x - 1 - log x is positive, too."""
    for dimension in (1, 12):
        with pytest.raises(Refuted, match="not above 1"):
            prove(2, Fraction(1, 2), RandomTeachers(Fraction(999, 1000), dimension))
    with pytest.raises(Refuted, match="does not reach"):
        prove(2, Fraction(1, 2), RandomTeachers(Fraction(1, 2), 13))


def test_no_more_teachers_are_farther_off_than_is_said() -> None:
    """Of 2000 pairs and triples in the least dimensions."""
    draw, delta = np.random.default_rng(5), Fraction(1, 4)
    for k, rho in ((2, Fraction(1, 2)), (3, Fraction(4, 5))):
        v = draw.normal(size=(2000, k, least_dimension(k, rho, delta)))
        v /= np.linalg.norm(v, axis=2, keepdims=True)
        apart = np.linalg.norm(v @ v.transpose(0, 2, 1) - np.eye(k), axis=(1, 2))
        assert np.mean(apart > float(rho)) <= float(delta)
