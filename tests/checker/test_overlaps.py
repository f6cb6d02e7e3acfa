"""Comparisons of balls: proved, proved false, or neither. What overlaps or is NaN is never taken for proved.

The numbers that a rule compares are replaced; tests/checker/test_borders.py has the rules about one critical point.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from flint import arb, arb_mat

from tests.checker.conftest import certificate_of
from tests.checker.forced import descent_from, loss_at_point, symmetric_minima
from tests.corpus.forge import CORPUS
from verify.checker.core import interval_matrix
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.isotypic import SymmetricTeacherStudent
from verify.checker.statements.semidefinite_program import Block
from verify.checker.statements.teacher_student import Activation
from verify.checker.theorems import symmetric_point
from verify.checker.theorems.value import prove_value, within

(family, minima, descent, no_critical_point, constant, splitting, program, lower_bound, upper_bound, infeasible) = (
    import_module(f"verify.checker.theorems.{name}")
    for name in (
        "family",
        "product_of_minima",
        "descent",
        "no_critical_point",
        "constant_outputs",
        "symmetric_splitting",
        "semidefinite_program",
        "sdp_lower_bound",
        "sdp_upper_bound",
        "sdp_infeasible",
    )
)  # the package names the functions like their modules
Outcome = type[Exception] | None
NEITHER = [arb(0, 1), arb(0, 1e-30), arb(1e-30, 1e-30) * 2 - 1e-30, arb(math.nan), arb(0, math.inf)]
"""Around 0."""


def about(border: Fraction | int, *, less: Outcome, equal: Outcome, more: Outcome) -> list[tuple[arb, Outcome]]:
    """Numbers about a border, and what must come of them."""
    middle = arb(Fraction(border).numerator) / Fraction(border).denominator
    known = [(middle - 1e-9, less), (middle - 5, less), (middle, equal), (middle + 1e-9, more), (middle + 5, more)]
    return known + [(middle + around, Open) for around in NEITHER]


def proved(outcome: Outcome, call: Any, *given: Any) -> None:
    """Call a proof, which must end so."""
    if outcome is None:
        call(*given)
        return
    with pytest.raises((Refuted, Open)) as raised:
        call(*given)
    assert raised.type is outcome, raised.value


def task(name: str, data: str = "") -> Any:
    """The task about a certificate of the corpus, and its data file."""
    found = certificate_of(CORPUS / "valid" / f"{name}.json")
    content = (CORPUS / "valid" / data).read_bytes() if data else b""
    return found.kind.task(found.statement, found.witness, math.inf, data=content)


# product-of-minima


def interval(monkeypatch: pytest.MonkeyPatch, curvature: arb, falling: arb, rising: arb) -> None:
    """One interval of one weight, with these numbers over it and at its ends."""
    slopes = iter([falling, rising])

    def risk(landscape: object, where: list[list[arb]]) -> Any:
        if not where[0][0].is_exact():
            return SimpleNamespace(near_a_kink=lambda: None, hessian=lambda: arb_mat([[curvature]]))
        return SimpleNamespace(gradient=lambda: [[next(slopes)]])

    monkeypatch.setattr(minima, "EmpiricalRisk", risk)
    minima._prove_minimum(object(), (Fraction(1), Fraction(2)), "it")


@pytest.mark.parametrize(("curvature", "outcome"), about(0, less=Refuted, equal=Refuted, more=None))
def test_curvature_over_an_interval(curvature: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    proved(outcome, interval, monkeypatch, curvature, arb(-1), arb(1))


@pytest.mark.parametrize(("slope", "outcome"), about(0, less=None, equal=Refuted, more=Refuted))
def test_slopes_at_the_ends_of_an_interval(slope: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    proved(outcome, interval, monkeypatch, arb(1), slope, arb(1))
    proved(outcome, interval, monkeypatch, arb(1), arb(-1), -slope)


@pytest.mark.parametrize(("second", "outcome"), [(1, None), (Fraction(3, 2), None), (1 - Fraction(1, 10**9), Refuted)])
def test_intervals_may_share_an_end(second: Fraction, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    given = task("risk-count")
    monkeypatch.setattr(minima, "_prove_minimum", lambda alone, interval, name: None)
    five = tuple((Fraction(i), Fraction(i + 1)) for i in range(-5, 0))
    given.witness = replace(
        given.witness, intervals=(five, (*five, (Fraction(0), Fraction(1)), (Fraction(second), Fraction(2))))
    )
    proved(outcome, minima.product_of_minima, given)


# descent, no-critical-point


@pytest.mark.parametrize(("slope", "outcome"), about(0, less=None, equal=Refuted, more=Refuted))
def test_the_slope_along_a_direction(slope: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    for theorem in (descent, no_critical_point):
        monkeypatch.setattr(theorem, "slope_along", lambda risk, direction: slope)
    smooth = task("risk-descent-smooth")
    proved(outcome, descent.descent, smooth, loss_at_point(smooth.statement))
    proved(Open if outcome else None, no_critical_point.no_critical_point, task("risk-no-critical-point"))


SMALL = Fraction(1, 10**9)


@pytest.mark.parametrize(("sign", "falls", "rises"), [(-SMALL, None, Refuted), (SMALL, Refuted, None)])
def test_the_first_coefficient_along_a_direction(
    sign: Fraction, falls: Outcome, rises: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descent, "_leading", lambda task, line: sign)
    down, saddle = task("risk-descent"), task("risk-bad-saddle")
    proved(falls, descent.descent, down, loss_at_point(down.statement))
    proved(rises, descent.degenerate_saddle, saddle, descent_from(saddle.statement))


@pytest.mark.parametrize(
    ("coefficients", "order", "outcome"),
    [
        ([0, SMALL], 2, None),
        ([0, -SMALL], 2, None),
        ([SMALL, 1], 2, Refuted),
        ([-SMALL, 1], 2, Refuted),
        ([0, 0], 2, Refuted),
        ([1], 1, None),
    ],
)
def test_the_order_along_a_direction_is_the_first(coefficients: list[Any], order: int, outcome: Outcome) -> None:
    """F(theta + t u) = 7 + c_1 t + c_2 t^2 + ..."""
    given: Any = SimpleNamespace(along=lambda direction, order: SimpleNamespace(value=lambda: [7, *coefficients]))
    proved(outcome, descent._leading, given, SimpleNamespace(direction=None, order=order))


# constant-outputs


@pytest.mark.parametrize("value", NEITHER)
def test_the_last_activation_is_divided_by(value: arb, monkeypatch: pytest.MonkeyPatch) -> None:
    right = constant.derivatives
    jets = iter([right, lambda activation, z: right(activation, z)._replace(value=value)])
    monkeypatch.setattr(constant, "derivatives", lambda activation, z: next(jets)(activation, z))
    with pytest.raises(Open, match="was not proved other than 0"):
        constant.constant_outputs(task("risk-constant-outputs"))


# symmetric points


@pytest.mark.parametrize(("scalar", "outcome"), about(Fraction(1, 2), less=None, equal=Refuted, more=Refuted))
def test_a_neuron_that_is_split(scalar: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    for scalars in ([scalar, arb(0)], [arb(0), scalar]):
        monkeypatch.setattr(SymmetricTeacherStudent, "scalars", scalars)
        given = task("symmetric-one-neuron-more")
        proved(outcome, splitting.symmetric_splitting, given, symmetric_minima(given.statement))


def test_a_neuron_of_leaky_relu_that_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """(1 + lambda^2) / 2 is 5/8 for lambda = 1/2."""
    given = task("symmetric-one-neuron-more")
    given.statement = replace(given.statement, activation=Activation("leaky-relu", Fraction(1, 2)))
    for scalar, outcome in ((arb(0.625) - 1e-9, None), (arb(0.625), Refuted), (arb(0.625) + 1e-9, Refuted)):
        monkeypatch.setattr(SymmetricTeacherStudent, "scalars", [scalar, scalar])
        proved(outcome, splitting.symmetric_splitting, given, symmetric_minima(given.statement))


@pytest.mark.parametrize("slack", [arb(0), arb(1) / 4])
@pytest.mark.parametrize(("excess", "outcome"), about(0, less=None, equal=Open, more=Open))
def test_the_reduced_krawczyk_test(excess: arb, outcome: Outcome, slack: arb, monkeypatch: pytest.MonkeyPatch) -> None:
    """|Y g| = r (1 - |I - Y J|) + excess, at most; r is 8."""
    point = SimpleNamespace(radius=Fraction(8))
    step = 8 * (1 - slack) + excess
    at_center = SimpleNamespace(gradient=lambda: [step])
    region = SimpleNamespace(jacobian=lambda: arb_mat([[1 + slack]]))
    part: Any = SimpleNamespace(point=point, at_center=at_center, region=region, measured=[])
    monkeypatch.setattr(interval_matrix, "approximate_inverse", lambda jacobian: arb_mat([[1]]))
    if outcome is Open and step > 8 * (1 + slack):
        outcome = Refuted
    proved(outcome, symmetric_point._prove_reduced_critical_point, part)


# Bounds of a loss


@pytest.mark.parametrize(
    ("loss", "outcome"),
    [
        *((number, outcome) for number, outcome in about(1, less=Refuted, equal=None, more=None) if not number > 2),
        *((number, outcome) for number, outcome in about(2, less=None, equal=None, more=Refuted) if not number < 1),
    ],
)
def test_a_loss_within_its_bounds(loss: arb, outcome: Outcome) -> None:
    """Between 1 and 2, ends included: rejected only where it is proved to be outside."""
    low, high = Fraction(1), Fraction(2)
    proved(outcome, within, loss, (low, high), "the loss is not within its bounds")
    given: Any = SimpleNamespace(record=lambda *words: None)
    proved(outcome, prove_value, given, "rule", loss, (low, high))
    part: Any = SimpleNamespace(loss=loss, bounds=[SimpleNamespace(loss=(low, high))], name="k = 7")
    part.boxes = SimpleNamespace(statement=SimpleNamespace(loss_power=0))
    proved(outcome, family._prove_loss, part)


# Semidefinite programs


@pytest.mark.parametrize(("entry", "outcome"), about(0, less=Refuted, equal=None, more=None))
def test_entries_of_diagonal_blocks(entry: arb, outcome: Outcome) -> None:
    for blocks in ([[[entry, arb(1)]]], [[[arb(1), entry]]]):
        stated = SimpleNamespace(landscape=SimpleNamespace(equalities=frozenset()))
        given: Any = SimpleNamespace(program=SimpleNamespace(blocks=[Block(2, diagonal=True)]), statement=stated)
        given.record = lambda *words: None
        whole = program.Enclosed(blocks, (arb(0),))
        proved(outcome, program.prove_semidefinite, given, "rule", "Y", whole)


@pytest.mark.parametrize(("value", "outcome"), about(2, less=Refuted, equal=None, more=None))
def test_the_dual_value(value: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lower_bound, "nearby_dual", lambda *given: (None, value))
    monkeypatch.setattr(lower_bound, "prove_semidefinite", lambda *given: None)
    proved(outcome, lower_bound.sdp_lower_bound, task("sdp-lower-exact", "two-blocks.dat-s"))


@pytest.mark.parametrize(("value", "outcome"), about(2, less=None, equal=None, more=Refuted))
def test_the_value_of_a_feasible_point(value: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data's objective is x_1 + x_2."""
    monkeypatch.setattr(upper_bound, "nearby_point", lambda *given: (None, value))
    monkeypatch.setattr(upper_bound, "prove_semidefinite", lambda *given: None)
    proved(outcome, upper_bound.sdp_upper_bound, task("sdp-upper-exact", "two-blocks.dat-s"))


@pytest.mark.parametrize(("value", "outcome"), about(0, less=Refuted, equal=Refuted, more=None))
def test_rays(value: arb, outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """<F_0, Y> > 0, or c.x < 0; the objective of the second data is -x_1."""
    monkeypatch.setattr(infeasible, "prove_semidefinite", lambda *given: None)
    monkeypatch.setattr(infeasible, "nearby_dual", lambda *given: (None, value))
    proved(outcome, infeasible.sdp_infeasible, task("sdp-no-x", "no-x.dat-s"))
    monkeypatch.setattr(infeasible, "nearby_point", lambda *given: (None, -value))
    proved(outcome, infeasible.sdp_infeasible, task("sdp-no-y", "no-y.dat-s"))
