"""The theorems that several rules use, by hand, on numbers that are exact; and what rules may ask of a landscape."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, arb_mat

import verify.checker
from tests.corpus.forge import CORPUS
from verify.checker.core.balls import point
from verify.checker.core.codes import Reason
from verify.checker.core.interval_matrix import BALLS, newton
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.reader import parse
from verify.checker.front.certificate import Certificate
from verify.checker.losses.loss import Region
from verify.checker.losses.registry import lifts, loss_at
from verify.checker.theorems.inertia import prove_inertia, prove_positive_definite
from verify.checker.theorems.krawczyk import has_none, has_zero, prove_zero
from verify.checker.theorems.strong_convexity import minimum_value, not_at_least, prove_inside
from verify.checker.theorems.value import over_box, within

THEOREMS = Path(verify.checker.__file__).parent / "theorems"


def test_decide() -> None:
    decide(True, False, "met")
    with pytest.raises(Refuted, match="false"):
        decide(False, True, "false")
    with pytest.raises(Open, match="neither") as neither:
        decide(False, False, "neither")
    assert neither.value.code is Reason.NOT_PROVED


def test_what_is_no_bool_is_no_proof() -> None:
    with pytest.raises(Open):
        decide("proved", False, "a word")  # type: ignore[arg-type]


# Krawczyk: g(x) = x / 2 + s on [-r, r] with J = 1/2 has the zero -2 s


@pytest.mark.parametrize(("zero", "outcome"), [(Fraction(7), None), (Fraction(8), Open), (Fraction(9), Refuted)])
def test_a_zero_is_proved_inside_only(zero: Fraction, outcome: type[Exception] | None) -> None:
    found = newton(arb_mat([[arb(0.5)]]), arb_mat([[arb(float(-zero / 2))]]))
    if outcome is None:
        prove_zero(found, arb(8), "singular")
        return
    with pytest.raises(outcome):
        prove_zero(found, arb(8), "singular")


def test_a_singular_derivative_is_open() -> None:
    with pytest.raises(Open, match="singular"):
        prove_zero(newton(arb_mat([[arb(0)]]), arb_mat([[arb(0)]])), arb(8), "singular")


def test_a_row_that_is_not_a_number_proves_nothing() -> None:
    assert has_zero(arb(1), arb(1), arb(3))
    assert not has_zero(arb(1), arb(2), arb(3))
    assert has_none(arb(6), arb(2), arb(3))
    assert not has_none(arb(5), arb(2), arb(3))
    for step, rest in ((arb.nan(), arb(0)), (arb(0), arb.nan())):
        assert not has_zero(step, rest, arb(3))
        assert not has_none(step, rest, arb(3))


# Strong convexity: F(x) = x^2 + x at 0, so m = 2, |F'| = 1, and the minimum -1/4 at -1/2


def test_the_minimum_of_a_parabola() -> None:
    assert prove_inside(arb(1), Fraction(2), Fraction(1)) == arb(2)
    with pytest.raises(Refuted):
        prove_inside(arb(1), Fraction(2), Fraction(1, 2))
    with pytest.raises(Open):
        prove_inside(arb(1, 0.5), Fraction(2), Fraction(1, 2))
    value = minimum_value(arb(0), arb(1), Fraction(2))
    assert value.contains(arb(-0.25))
    assert value.contains(arb(0))
    assert not value.contains(arb(-0.26))


def test_what_is_not_bounded_below() -> None:
    with pytest.raises(Refuted, match="A has an eigenvalue below 2 at the given point"):
        not_at_least("A", Fraction(2), True, "the box")
    with pytest.raises(Open, match="A was not proved >= 2 over the box"):
        not_at_least("A", Fraction(2), False, "the box")


# Values and signs


def test_a_value_over_a_box_is_that_of_a_parabola() -> None:
    """F = 1 + x / 2 + x^2 on [-2, 2]: within 1 +- 9."""
    value = over_box(arb(1), arb_mat([[arb(0.5)]]), BALLS.matrix(arb_mat([[arb(2)]])), arb(2))
    assert value.contains(arb(-8))
    assert value.contains(arb(10))
    assert value.rad() < 9.001


def test_claimed_bounds_may_be_those_that_were_proved() -> None:
    assert within(arb(3), (Fraction(3), Fraction(3)), "outside") == (3, 3)
    with pytest.raises(Refuted, match="outside"):
        within(arb(3), (Fraction(4), Fraction(5)), "outside")
    with pytest.raises(Open, match="outside"):
        within(arb(3, 1), (Fraction(3), Fraction(5)), "outside")
    with pytest.raises(Open, match="not enclosed"):
        within(arb.nan(), (Fraction(3), Fraction(5)), "outside")


def test_signs_of_eigenvalues() -> None:
    prove_positive_definite(arb_mat([[2, 1], [1, 2]]), "false", "unknown")
    with pytest.raises(Refuted, match="false"):
        prove_positive_definite(arb_mat([[1, 2], [2, 1]]), "false", "unknown")
    with pytest.raises(Open, match="unknown"):
        prove_positive_definite(arb_mat([[1, 1], [1, 1]]), "false", "unknown")
    prove_inertia((1, 2), (1, 2), "false", "unknown")
    with pytest.raises(Refuted, match="false"):
        prove_inertia((1, 2), (2, 1), "false", "unknown")
    with pytest.raises(Open, match="unknown"):
        prove_inertia((1, 1), (2, 1), "false", "unknown")


# What a loss says of itself


def landscape(name: str) -> object:
    return Certificate.read(parse((CORPUS / "valid" / f"{name}.json").read_bytes())).statement.landscape  # type: ignore[attr-defined]


def test_a_student_lifts_and_a_network_on_data_does_not() -> None:
    student, network = landscape("global-minimum-k2"), landscape("risk-bad-saddle")
    assert lifts(student)  # type: ignore[arg-type]
    assert not lifts(network)  # type: ignore[arg-type]
    parameters = ((Fraction(1),) * network.trained,)  # type: ignore[attr-defined]
    risk = loss_at(network, point(parameters))  # type: ignore[arg-type]
    assert risk.realisation() is None
    with pytest.raises(Open, match="no higher input dimensions"):
        _ = risk.input_dimension_matrix


def test_neurons_that_compute_zero_are_left_out_of_a_better_point() -> None:
    student = landscape("global-minimum-k2")
    zero = (Fraction(0), Fraction(0))
    at = loss_at(student, point(((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))))  # type: ignore[arg-type]
    assert at.at(((Fraction(1), Fraction(0)), zero)).value() > 0.2
    with pytest.raises(Open, match="without a neuron that is not zero"):
        at.at((zero, zero))


def test_a_neuron_at_the_distance_of_the_radius_may_vanish() -> None:
    student = landscape("global-minimum-k2")
    center = ((Fraction(3), Fraction(4)), (Fraction(5), Fraction(12)))
    at = loss_at(student, point(center))  # type: ignore[arg-type]
    assert "vanishes" in at.smooth(Region(center, Fraction(4), euclidean=True))[0]
    for region in (Region(center, Fraction(5), euclidean=True), Region(center, Fraction(4), euclidean=False)):
        with pytest.raises(Refuted, match="neuron 0 vanishes"):
            at.smooth(region)


# By the source


def test_theorems_ask_neither_for_the_tier_nor_for_a_landscape() -> None:
    for path in THEOREMS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "float64 import" not in text
        assert ".trust" not in text
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
                asked = ast.unparse(node.args[1])
                assert not any(word in asked for word in ("Landscape", "TeacherStudent", "EmpiricalRisk")), path
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                assert ast.unparse(node.returns) != "Any", path
