"""Constants of the theorems about fits and descent: proved at 99.9 % of their thresholds, and not just beyond.

Where a failing example is known, it is here. `basin-of-attraction` has its own (test_basin_of_attraction).
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from verify.checker.core.balls import ball, box
from verify.checker.core.outcome import Open
from verify.checker.core.task import Task, ends
from verify.checker.evaluators import Evaluated, OneHiddenLayer, OutputMap, follow, prove_reached
from verify.checker.evaluators import polyak_lojasiewicz as converges
from verify.checker.public import Undecided, Verdict, Verified, prove
from verify.checker.statements.interpolation import PROPERTY, ZeroLossWithin, ZeroLossWitness
from verify.checker.statements.risk_descent import CONVERGES, BallWitness, DescentConverges
from verify.checker.theorems import polyak_lojasiewicz as rule
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate

UNDER, OVER = Fraction(999, 1000), Fraction(1001, 1000)
NEARLY = 1 - Fraction(1, 10**6)


# interpolation: 2 L E <= s^2


def bent(target: Fraction, radius: Fraction) -> Verdict:
    """f(w) = w - w^2 / 2 at w = 0: s = 1, L = 1, E = the target."""
    bump = {"polynomial": ["0", "1", "-1/2"]}
    risk = EmpiricalRisk([1], [target], [1], output=bump, biases=False)
    statement = ZeroLossWithin(risk.exact, PROPERTY, ((Fraction(0),),), radius, Fraction(99, 100), 0)
    witness = ZeroLossWitness(128, NEARLY)
    return prove(Certificate.of("empirical-risk", statement, witness, {}, landscape=risk.document).read())


def test_the_largest_error_is_half_of_the_square_of_s() -> None:
    """No w has w - w^2 / 2 > 1/2."""
    assert isinstance(bent(Fraction(1, 2) * UNDER, Fraction(97, 100)), Verified)
    for radius in (Fraction(97, 100), Fraction(99, 100)):
        assert isinstance(bent(Fraction(1, 2) * OVER, radius), Undecided)
    assert max(w - w * w / 2 for w in np.linspace(-3, 3, 6001)) <= 0.5


def test_the_distance_is_that_of_newtons_flow() -> None:
    """r = (s - sqrt(s^2 - 2 L E)) / L, and here the solution is just there: E = 4/10, r = 1 - sqrt(1/5) = 0.55278..."""
    exact = Fraction(552_786, 10**6)
    assert isinstance(bent(Fraction(4, 10), exact * OVER), Verified)
    assert isinstance(bent(Fraction(4, 10), exact * UNDER), Undecided)


def test_how_fast_the_jacobian_turns_is_said_of_the_whole_ball() -> None:
    """x = 0, b_1 = 100, three linear layers with weights 0: at b_1 = 110 the second derivative is above 110."""
    ctx.prec = 100
    risk = EmpiricalRisk([0], [0], [1, 1, 1], "identity")
    center = [Fraction(0), Fraction(100)] + [Fraction(0)] * 4
    turning = ends(OutputMap(risk.exact, box((tuple(center),), Fraction(10))).turning())[1]
    theta, step = np.array([0.0, 110.0, 0, 0, 0, 0]), 1e-3
    change = risk.jacobian(theta + step * np.eye(6)[4]) - risk.jacobian(theta)
    assert np.linalg.norm(change, 2) / step == pytest.approx(110.0045, rel=1e-4)
    assert turning > 110.004
    at_center = OutputMap(risk.exact, box((tuple(center),), Fraction(0))).turning()
    assert at_center < 106, "the value at the center would be no bound"


# shadowing: h B^2 <= 2

START = (Fraction(1, 2), Fraction(-1, 4), Fraction(1), Fraction(3, 4))


def small() -> EmpiricalRisk:
    """One sample, two tanh units with fixed output weights."""
    return EmpiricalRisk([[1, 2]], ["-7/10"], [2, 1], "tanh", biases=False, fixed={4: "1/2", 5: "-3/4"})


def start_of(risk: EmpiricalRisk) -> Evaluated:
    """There, in balls."""
    loss = OneHiddenLayer(risk.exact)
    return Evaluated(loss, loss.at(map(ball, START)))


def task(step: Fraction, steps: int, radius: Fraction) -> Task[DescentConverges, BallWitness]:
    """A run from there."""
    low, high = Fraction(0), Fraction(1)
    statement = DescentConverges(small().exact, CONVERGES, (START,), step, low, steps, (low, high), NEARLY, None)
    singular = ends(start_of(small()).jacobian_gram()[0, 0].sqrt())[0] * NEARLY
    return Task(statement, BallWitness(128, radius, singular))


def test_a_step_must_not_be_longer_than_2_by_the_square_of_the_jacobian() -> None:
    ctx.prec = 128
    square = ends(start_of(small()).jacobian_norm() ** 2)[1]
    longest = 2 / square
    follow(task(longest * UNDER, 1, Fraction(1)))
    with pytest.raises(Open, match=r"h \|J\|\^2 was not proved <= 2 at step 0"):
        follow(task(longest * OVER, 1, Fraction(1)))


def test_the_rounded_run_is_as_near_the_exact_one_as_is_said() -> None:
    """A run in 53 bits, against one in 300, which is a hundred digits nearer to the exact one."""
    runs = []
    for bits in (300, 53):
        with ctx.workprec(bits):
            runs.append(follow(task(Fraction(1, 10), 20, Fraction(1))))
    fine, rough = runs
    with ctx.workprec(300):
        change = (rough.center.hidden - fine.center.hidden).entries()
        apart = sum((entry * entry for entry in change), arb(0)).sqrt()
        assert fine.distance < 1e-80
        assert 1e-20 < apart <= rough.distance < 1e-12, "errors of rounding, and no less than they are"


def test_the_loss_may_be_smaller_as_well_as_larger_near_the_rounded_end() -> None:
    """Where the exact run is at most 1/100 away, the loss at the rounded end is no bound on either side."""
    ctx.prec = 128
    own = task(Fraction(1, 10), 2, Fraction(1))
    here = follow(own)
    low, high = (own.statement.landscape.factor * end for end in ends(here.evaluated().error() ** 2))
    for bounds in ((low * UNDER, high * 2), (low / 2, high * OVER)):
        own.statement = replace(own.statement, value=bounds)
        prove_reached(own, here)
        with pytest.raises(Open, match="not proved to be within the claimed bounds"):
            prove_reached(own, here.reached(here.center, arb(1) / 100))


# polyak-lojasiewicz: (c / 2) (s r - L r^2 / 2) > E


def test_the_ball_of_convergence_must_hold_the_whole_path() -> None:
    """The least r that does, from the numbers of the theorem; with a fixed output layer L and B do not grow with r."""
    ctx.prec = 128
    at, step = start_of(small()), Fraction(1, 1000)
    E, L = float(at.error()), float(OneHiddenLayer(small().exact).lipschitz(at.largest_output()))
    s = float(at.jacobian_gram()[0, 0].sqrt())

    def rest(r: float) -> float:
        c = 2 - float(step) * ((s + L * r) ** 2 + L * E)
        return c / 2 * (s * r - L * r * r / 2) - E

    low, high = 0.0, s / L
    assert rest(high / 2) > 0 > rest(low), "it closes"
    high /= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rest(middle) < 0 else (low, middle)
    converges(task(step, 0, Fraction(high) * OVER))
    with pytest.raises(Open, match="descent may leave the ball"):
        converges(task(step, 0, Fraction(high) * UNDER))


def test_what_is_known_of_the_start_up_to_a_distance_counts_on_every_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """D = 1/500: s less L D, E more by B D, and L and B on the ball of r + D; all as recorded."""
    ctx.prec = 128
    at, step, r, D = start_of(small()), Fraction(1, 100), Fraction(1, 4), Fraction(1, 500)
    J, L = float(at.jacobian_norm()), float(OneHiddenLayer(small().exact).lipschitz(at.largest_output()))
    own = task(step, 0, r)
    known = follow(own)
    monkeypatch.setattr(rule, "follow", lambda task: known.reached(known.center, ball(D)))
    monkeypatch.setattr(rule, "prove_reached", lambda task, here: None)
    monkeypatch.setattr(rule, "require", lambda fact, statement: None)
    own.met.clear()
    converges(own)
    h, d, radius = float(2 * step * own.statement.landscape.factor), float(D), float(r)
    s, B = J - L * d, J + L * (radius + d)  # one sample: the one singular value of J is its norm
    E = float(at.error()) + B * d
    c = 2 - h * (B * B + L * E)
    reach = c / 2 * (s * radius - L * radius**2 / 2)
    expected = [s, c, s - L * radius, radius, reach, E, 1 - c * h * (s - L * radius) ** 2]
    numbers = [float(number) for met in own.met for number in re.findall(r"(?:[<>]=|r =) ([-\d.e]+)", met.measured)]
    assert numbers == pytest.approx(expected, rel=1e-4)
