"""Rule `basin-of-attraction`: its constants at 99.9 % of their thresholds and just beyond, and runs in floats."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.corpus.forge import load
from tests.wide.descents import follow
from verify.checker.public import Undecided, Verdict, Verified, prove
from verify.checker.statements.descent_nearby import PROPERTY, ConvergesNearby, NearbyWitness
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate

TINY = Fraction(1, 10**12)
LARGEST = Fraction(26120, 100_000)
"""Below 1 / (1 + 2 sqrt 2) = 0.261203..., the largest L rho / s of the closed form."""


def verdict(
    risk: EmpiricalRisk, center: Fraction, radius: Fraction, step: Fraction, within: Fraction, decrease: Fraction = TINY
) -> Verdict:
    """Of a risk with one parameter, of loss 0 at the center, with the least singular value of the Jacobian there."""
    slope = Fraction(float(risk.jacobian([float(center)])[0, 0]))
    statement = ConvergesNearby(risk.exact, PROPERTY, ((center,),), radius, step, within, decrease)
    witness = NearbyWitness(128, slope * (1 - TINY), TINY)
    return prove(Certificate.of("empirical-risk", statement, witness, {}, landscape=risk.document).read())


def line(step: Fraction) -> Verdict:
    """f(w) = w, y = 1: L = 0, B = s = 1, so that h (B^2 + L E) = h."""
    risk = EmpiricalRisk([1], [1], [1], biases=False)
    return verdict(risk, Fraction(1), Fraction(1), step, Fraction(2))


def test_the_longest_step_is_below_2() -> None:
    """2 - h (B^2 + L E) > 0. With h = 2 descent on (w - 1)^2 / 2 goes to and fro for ever."""
    assert isinstance(line(Fraction(2) * Fraction(999, 1000)), Verified)
    beyond = line(Fraction(2))
    assert isinstance(beyond, Undecided)
    assert "not positive by proof" in beyond.reason
    w = Fraction(0)
    for _ in range(10):
        w -= 2 * (w - 1)
    assert w == 0


def parabola(share: Fraction, within: Fraction | None = None, steps: Fraction = Fraction(1)) -> Verdict:
    """f(w) = w^2 at w = 1, y = 1: s = 2, L = 2, B = 2 + 2 W, and h (B^2 + L E) = `steps`; rho = `share` s / L."""
    risk = EmpiricalRisk([1], [1], [1], output="square", biases=False)
    rho = share
    W = (1 + rho) / 2 if within is None else within
    B = 2 + 2 * W
    h = steps / (B * B + 2 * (B * rho + TINY))
    return verdict(risk, Fraction(1), rho, h, W)


def closes(x: Fraction) -> bool:
    """(4) for L rho = x s, L W = (1 + x) s / 2 and k = 2 - h B^2 = 1, divided by s / L."""
    W = (1 + x) / 2
    return x + 2 * x * x / (1 - W) <= W


def test_the_closed_form_holds_to_its_threshold() -> None:
    """L rho <= 0.2612 s, W = (s / L + rho) / 2, h (B^2 + L E) <= 1; and s' >= 0.369 s there, not 0.37."""
    assert closes(LARGEST)
    assert not closes(LARGEST * Fraction(1001, 1000))
    assert Fraction(369, 1000) <= 1 - (1 + LARGEST) / 2 < Fraction(37, 100)
    assert isinstance(parabola(LARGEST), Verified)
    # h B^2 is below 1 by h L E here, so that a little more would do; this is too much for every W
    for within in (None, Fraction(6, 10), Fraction(62, 100), Fraction(64, 100), Fraction(7, 10)):
        beyond = parabola(Fraction(3, 10), within)
        assert isinstance(beyond, Undecided)
        assert "descent may leave the ball" in beyond.reason


def test_short_steps_do_with_more() -> None:
    """L rho < (sqrt 2 - 1) s as h tends to 0: 0.41421..."""
    short, most = Fraction(1, 10**6), Fraction(41421, 100_000)
    assert isinstance(parabola(most * Fraction(999, 1000), Fraction(707, 1000), short), Verified)
    assert isinstance(parabola(most * Fraction(1001, 1000), Fraction(707, 1000), short), Undecided)


def test_the_rate_is_that_of_the_closed_form() -> None:
    """At the threshold s' = (1 - x) s / 2 >= 0.369 s: the decrease is k s'^2 h / eta, here with k = 1 and h = eta."""
    risk = EmpiricalRisk([1], [1], [1], output="square", biases=False)
    rho = LARGEST * Fraction(999, 1000)
    W, s = (1 + rho) / 2, 2
    B = 2 + 2 * W
    h = 1 / (B * B + 2 * (B * rho + TINY))
    rate = (Fraction(369, 1000) * s) ** 2
    assert isinstance(verdict(risk, Fraction(1), rho, h, W, rate * Fraction(999, 1000)), Verified)
    assert isinstance(verdict(risk, Fraction(1), rho, h, W, rate * Fraction(101, 100)), Undecided)


@pytest.mark.parametrize("name", ["nearby-descent-tanh", "nearby-descent-relu"])
def test_runs_in_floats_stay_and_fall(name: str) -> None:
    document = load(f"valid/{name}.json")
    certificate = Certificate.build(document["statement"], document["witness"], {}).read()
    assert isinstance(certificate.statement, ConvergesNearby)
    risk = EmpiricalRisk.read(document["statement"]["landscape"])
    follow(risk, certificate.statement, np.random.default_rng(0))
