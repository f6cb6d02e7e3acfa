"""Hypotheses at equality, where the numbers are exact: strict inequalities refuse it, others accept it.

The loss of the checker has no exact values (they hold pi), so the rules are handed quadratics
F(x) = f + g x + h x^2 / 2 of one unknown instead, with the center 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module

import pytest
from flint import arb, arb_mat

from tests.checker.forced import in_given_dimension, strict_minimum
from tests.corpus.forge import CORPUS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.reader import parse
from verify.checker.front.certificate import Certificate
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.every_input_dimension import every_input_dimension
from verify.checker.theorems.saddle import saddle
from verify.checker.theorems.spurious_local_minimum import spurious_local_minimum
from verify.checker.theorems.strict_local_minimum import strict_local_minimum
from verify.checker.theorems.value import prove_value

# The package names the functions like their modules.
saddle_module, strict_module = (
    import_module(f"verify.checker.theorems.{name}") for name in ("saddle", "strict_local_minimum")
)


@dataclass
class Quadratic:
    """The value f, slope g and Hessian (h, or the one-by-one ball h) at the center or over the region."""

    f: object = 0
    g: object = 0
    h: object = 1

    def value(self) -> arb:
        return arb(self.f)

    def gradient(self) -> list[list[arb]]:
        return [[arb(self.g)]]

    def hessian(self) -> arb_mat:
        return arb_mat([[arb(self.h)]])

    input_dimension_matrix = property(hessian)

    def hessian_from_below(self) -> None:
        return None

    def at(self, where: object) -> Quadratic:
        """A better point has the value f too."""
        return self


def on(name: str, there: Quadratic, over: Quadratic | None = None, **changes: object) -> CriticalPointTask:  # type: ignore[type-arg]
    """A task about a certificate of one unknown, on another loss."""
    read = Certificate.read(parse((CORPUS / "valid" / f"{name}.json").read_bytes()))
    task = CriticalPointTask(replace(read.statement, **changes), read.witness)  # type: ignore[arg-type, type-var]
    task.__dict__.update(at_center=there, region=over or there)
    return task


@pytest.fixture(autouse=True)
def smooth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quadratic has no kinks."""
    for module in (strict_module, saddle_module):
        monkeypatch.setattr(module, "prove_smooth", lambda task, rule: None)


WIDE = (Fraction(-99), Fraction(99))
SLACK = Fraction(1, 10**6)  # a ball's radius has 30 bits

# strict-local-minimum


def minimum(there: Quadratic, over: Quadratic | None = None, **changes: object) -> None:
    standard = {"radius": Fraction(8), "hessian_lower_bound": Fraction(1, 2), "value": WIDE}
    strict_local_minimum(on("global-minimum-k1", there, over, **{**standard, **changes}))


def test_gradient_equal_to_m_r() -> None:
    """The critical point of x^2 / 4 + 4 x is -8: on the sphere, not inside it."""
    minimum(Quadratic(g=4 - 2**-40, h=1))
    with pytest.raises((Refuted, Open), match="the gradient is too large"):
        minimum(Quadratic(g=4, h=1))


@pytest.mark.parametrize(("low", "high", "passes"), [(-4, 0, True), (-3, 0, False), (-4, -1, False), (-9, 9, True)])
def test_value_reaches_the_claimed_bounds(low: int, high: int, passes: bool) -> None:
    """F(c) = 0 and |g|^2 / (2 m) = 2^2 / (2 * 1/2) = 4: F(x) is in [-4, 0]."""
    if passes:
        minimum(Quadratic(g=2, h=1), value=(low - SLACK, high + SLACK))
        return
    with pytest.raises(Open, match="not within the claimed bounds"):
        minimum(Quadratic(g=2, h=1), value=(Fraction(low), Fraction(high)))


def test_value_outside_is_refuted_and_overlapping_is_open() -> None:
    with pytest.raises(Refuted):
        minimum(Quadratic(g=2, h=1), value=(SLACK, Fraction(9)))
    with pytest.raises(Open):
        minimum(Quadratic(g=2, h=1), value=(Fraction(0), Fraction(9)))


def test_hessian_is_asked_over_the_region_and_refuted_at_the_center_only() -> None:
    minimum(Quadratic(), Quadratic(h=0.75))
    with pytest.raises(Open, match="not proved >= 0.5 over the whole ball"):
        minimum(Quadratic(), Quadratic(h=0.25))
    with pytest.raises(Refuted, match="has an eigenvalue below 0.5"):
        minimum(Quadratic(h=0.25), Quadratic(h=0.25))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("where", ["f", "g", "h"])
def test_what_is_not_finite_is_open(where: str, bad: float) -> None:
    with pytest.raises(Open):
        minimum(Quadratic(**{where: arb(0, bad) if math.isinf(bad) else bad}))


# every-input-dimension


def test_new_coordinates_are_asked_over_the_region_and_refuted_at_the_center_only() -> None:
    def ask(there: float, over: float) -> None:
        bound = Fraction(1, 2)
        task = on("global-minimum-k1", Quadratic(h=there), Quadratic(h=over), hessian_lower_bound=bound)
        every_input_dimension(task, in_given_dimension(task.statement))

    ask(1, 0.75)
    with pytest.raises(Open):
        ask(1, 0.25)
    with pytest.raises(Refuted):
        ask(0.25, 0.25)


# spurious-local-minimum


@pytest.mark.parametrize(
    ("loss", "outcome"),
    [
        (arb(0.25) - arb(2) ** -50, None),
        (arb(0.25), Refuted),
        (arb(0.5), Refuted),
        (arb(0.25, 2**-50), Open),
        (arb.nan(), Open),
    ],
    ids=["below", "equal", "above", "overlapping", "nan"],
)
def test_better_means_strictly_better(loss: arb, outcome: type[Exception] | None) -> None:
    task = on("one-dimension-copy", Quadratic(f=loss), value=(Fraction(1, 4), Fraction(1)))
    if outcome is None:
        spurious_local_minimum(task, strict_minimum(task.statement))
        return
    with pytest.raises(outcome, match=r"not below 0\.25"):
        spurious_local_minimum(task, strict_minimum(task.statement))


# saddle: one unknown has one sign of curvature, so hypothesis (2) is looked at by itself


def krawczyk(g: object, h: object, radius: int = 8) -> None:
    task = on("saddle-one-neuron-k3", Quadratic(g=g, h=h), radius=Fraction(radius))
    saddle_module.prove_critical_point(task, "saddle")


def test_newton_step_equal_to_the_radius() -> None:
    """F = x^2 / 2 + g x has its critical point at -g."""
    krawczyk(g=8 - 2**-40, h=1)
    with pytest.raises(Open, match="no critical point was proved"):
        krawczyk(g=8, h=1)
    with pytest.raises(Refuted, match="there is no critical point within the radius"):
        krawczyk(g=8 + 2**-20, h=1)


def test_newton_step_within_what_the_hessian_leaves_open() -> None:
    """h in [1/2, 3/2], Y = 1: the critical point -g / h may be inside even if |Y g| = g > r, up to g = 3/2 r."""
    with pytest.raises(Open):
        krawczyk(g=9, h=arb(1, 0.5))
    with pytest.raises(Open):
        krawczyk(g=5, h=arb(1, 0.5))
    with pytest.raises(Refuted):
        krawczyk(g=12.5, h=arb(1, 0.5))
    krawczyk(g=3, h=arb(1, 0.5))


@pytest.mark.parametrize("h", [0, arb(0, 1), arb.nan(), arb(0, math.inf), arb(1, 2)])
def test_a_hessian_that_may_be_singular_is_open(h: object) -> None:
    with pytest.raises(Open):
        krawczyk(g=0, h=h)


@pytest.mark.parametrize("bad", [arb.nan(), arb(0, math.inf)])
def test_a_gradient_that_is_not_enclosed_is_open(bad: arb) -> None:
    with pytest.raises(Open):
        krawczyk(g=bad, h=1)


@pytest.mark.parametrize(
    ("h", "claimed", "outcome"),
    [(-2, -2, None), (-2, -3, Refuted), (arb(-2, 0.5), -2, Open), (arb(-2, 0.25), -1, None), (1, -1, Refuted)],
)
def test_curvature_equal_to_the_claim(h: object, claimed: int, outcome: type[Exception] | None) -> None:
    changes = {"negative_curvature": Fraction(claimed), "positive_curvature": Fraction(1), "radius": Fraction(8)}
    task = on("saddle-one-neuron-k3", Quadratic(h=h), **changes)
    task.witness = replace(task.witness, negative_direction=((Fraction(3),),), positive_direction=((Fraction(1),),))
    # A hypothesis further on is always missed: h is not >= 1 as well.
    with pytest.raises(outcome or Refuted, match="negative direction" if outcome else "positive direction"):
        saddle(task)


def test_the_value_of_a_saddle_is_enclosed_over_the_whole_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """F = 1 + x / 2 + x^2 on [-2, 2]: |F - 1| <= r (|F'(0)| + r |F''|) = 2 (1/2 + 2 * 2) = 9."""
    seen: list[arb] = []
    monkeypatch.setattr(saddle_module, "prove_curvatures", lambda *given: None)
    monkeypatch.setattr(saddle_module, "prove_value", lambda task, rule, value, claimed: seen.append(value))
    saddle(on("saddle-one-neuron-k3", Quadratic(f=1, g=0.5, h=2), radius=Fraction(2), inertia=None))
    [value] = seen
    assert value.contains(-8)
    assert value.contains(10)
    assert value.rad() < 9 + 1e-6


# The value, exactly


@pytest.mark.parametrize("bad", [arb.nan(), arb.pos_inf(), arb(0, math.inf)])
def test_a_value_that_is_not_finite_is_open(bad: arb) -> None:
    with pytest.raises(Open, match="the loss was not enclosed"):
        prove_value(on("global-minimum-k1", Quadratic()), "rule", bad, WIDE)
