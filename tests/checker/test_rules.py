"""The rules, theorem by theorem: what must pass, and each hypothesis at its border.

The corpus breaks each hypothesis in a file. Here are the cases that need a number worked
out by hand, a border from both sides, or a rule called by itself.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from tests.checker.forced import in_given_dimension, strict_minimum
from tests.checker.oracle import Oracle
from tests.corpus.forge import CORPUS, Document, forged, load, text, valid
from verify import TeacherStudent
from verify.checker import Rejected, Undecided, Verdict, Verified, check
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.reader import parse
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.checker.losses.kernels import SMOOTH
from verify.checker.losses.kernels import smooth as smooth_kernel
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.teacher_student import RELU, Activation
from verify.checker.theorems.critical_point import CriticalPointTask, prove_smooth
from verify.checker.theorems.every_input_dimension import every_input_dimension
from verify.checker.theorems.spurious_local_minimum import spurious_local_minimum
from verify.producer.landscapes.activations import LeakyReLU

RADIUS, VALUE, HESSIAN = "statement.region.radius", "statement.value", "statement.hessian_lower_bound"
CENTER = "statement.region.center"


def certificate(document: Document) -> Certificate:
    return Certificate.read(parse(text(document).encode()))


def verdict(name: str, changes: dict[str, object]) -> Verdict:
    document = load(f"valid/{name}.json")
    return prove(certificate(forged(document, changes) if changes else document))


def task(name: str) -> CriticalPointTask[Minimum, object]:
    read = certificate(load(f"valid/{name}.json"))
    return CriticalPointTask(read.statement, read.witness)  # type: ignore[type-var, return-value]


CERTIFICATES = valid("population-teacher-student")


# What a verified statement says is so


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_value_at_the_center_is_next_to_the_claimed_bounds(name: str) -> None:
    """F(c) is not F(x), but |F(c) - F(x)| is below 1e-9 for all points in the corpus."""
    statement = certificate(load(f"valid/{name}.json")).statement
    W, V = ([list(row) for row in matrix] for matrix in (statement.center, statement.landscape.teacher))
    low, high = statement.value
    activation = statement.landscape.activation
    loss = float(Oracle("erf" if activation.is_smooth else activation.slope).value(W, V))
    assert low - Fraction(1, 10**9) < Fraction(loss) < high + Fraction(1, 10**9)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_float64_agrees_with_the_claimed_curvature(name: str) -> None:
    statement = certificate(load(f"valid/{name}.json")).statement
    sigma = LeakyReLU(statement.landscape.activation.slope) if statement.landscape.activation.name != "erf" else "erf"
    landscape = TeacherStudent(sigma, np.array(statement.landscape.teacher, dtype=float))
    W = np.array(statement.center, dtype=float)
    eigenvalues = np.linalg.eigvalsh(landscape.hessian(W))
    if isinstance(statement, Minimum):
        assert eigenvalues[0] >= statement.hessian_lower_bound
        if statement.every_dimension:
            assert np.linalg.eigvalsh(landscape.input_dimension_matrix(W))[0] >= statement.hessian_lower_bound
    else:
        assert eigenvalues[0] <= statement.negative_curvature < 0 < statement.positive_curvature <= eigenvalues[-1]
        assert statement.inertia in (None, (int((eigenvalues < 0).sum()), int((eigenvalues > 0).sum())))


def test_every_hypothesis_is_recorded_with_its_rule() -> None:
    def rules(name: str) -> list[str]:
        proved = check(CORPUS / "valid" / f"{name}.json")
        assert isinstance(proved, Verified)
        assert all(met.hypothesis and met.measured for met in proved.hypotheses)
        return [met.rule for met in proved.hypotheses]

    assert rules("global-minimum-k2") == ["strict-local-minimum"] * 4 + ["every-input-dimension"]
    assert rules("type-ii-k6-one-dimension") == ["strict-local-minimum"] * 4 + ["spurious-local-minimum"]
    assert rules("type-ii-k6")[4:] == ["every-input-dimension", "spurious-local-minimum"]
    assert rules("saddle-without-inertia") == ["saddle"] * 5
    assert rules("saddle-type-ii-k5") == ["saddle"] * 6


# strict-local-minimum. On the line, F(w) = (w - 1)^2 / 4 for w > 0: gradient (c - 1) / 2, Hessian 1/2.

OFF = Fraction(1, 2**40)


def on_the_line(**changes: object) -> Verdict:
    """The center c = 1 + OFF: |grad F(c)| = OFF / 2; with m = 2/5 the radius must exceed 5/4 OFF."""
    standard = {
        "center": [[str(1 + OFF)]],
        "radius": str(OFF * 3 / 2),
        "bound": "2/5",
        "value": ["-1/1000000", "1/1000000"],
    }
    given = {**standard, **changes}
    paths = {"center": CENTER, "radius": RADIUS, "bound": HESSIAN, "value": VALUE}
    return verdict("global-minimum-k1", {paths[name]: value for name, value in given.items()})


def test_by_hand_on_the_line() -> None:
    assert isinstance(on_the_line(), Verified)


def test_the_gradient_must_be_less_than_m_r_not_equal() -> None:
    assert isinstance(on_the_line(radius=str(OFF * 5 / 4 * (1 + Fraction(1, 2**20)))), Verified)
    assert not isinstance(on_the_line(radius=str(OFF * 5 / 4)), Verified)
    assert isinstance(on_the_line(radius=str(OFF * 5 / 4 * (1 - Fraction(1, 2**20)))), Rejected)


def test_the_value_may_lie_below_that_at_the_center() -> None:
    """F(x) = 0 is in [F(c) - |grad|^2 / (2 m), F(c)] = [OFF^2 (1/4 - 5/16), OFF^2 / 4]."""
    square = OFF * OFF
    assert isinstance(on_the_line(value=[str(-square / 15), str(square / 3)]), Verified)
    assert isinstance(on_the_line(value=["0", str(square / 3)]), Undecided), "true, and not proved"
    assert isinstance(on_the_line(value=[str(-square / 15), "0"]), Undecided), "true, and not proved"
    assert isinstance(on_the_line(value=[str(square / 3), str(square)]), Rejected)
    assert isinstance(on_the_line(value=[str(-square), str(-square / 15)]), Rejected)


@given(st.fractions(min_value=Fraction(47004, 10**7), max_value=1))
def test_no_bound_above_the_smallest_eigenvalue_is_ever_verified(m: Fraction) -> None:
    """For type II at k = 6 it is 0.004700354..."""
    assert not isinstance(verdict("type-ii-k6", {HESSIAN: f"{m.numerator}/{m.denominator}"}), Verified)


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_no_value_but_the_right_one_is_ever_verified(a: Fraction, b: Fraction) -> None:
    low, high = sorted((a, b))
    loss = certificate(load("valid/type-ii-k6.json")).statement.value[0]
    proved = verdict("type-ii-k6", {VALUE: [str(low), str(high)]})
    assert not isinstance(proved, Verified) or low < loss < high
    assert not isinstance(proved, Rejected) or not low < loss < high or low <= 0


# No neuron vanishes: (3, 4) has the length 5 and the largest entry 4; (5, -12) is farther from 0


def smooth(name: str, radius: Fraction, bits: int = 400) -> type[Exception] | None:
    own = task(name)
    center = ((Fraction(3), Fraction(4)), (Fraction(5), Fraction(-12)))
    own.statement = replace(own.statement, center=center, radius=radius)
    with ctx.workprec(bits):
        try:
            prove_smooth(own, "test")  # type: ignore[type-var]
        except (Refuted, Open) as missed:
            return type(missed)
    return None


@pytest.mark.parametrize(("name", "reach"), [("rational-teacher", 5), ("saddle-antiparallel-k2", 4)])
def test_a_ball_and_a_box_reach_a_neuron(name: str, reach: int) -> None:
    tiny = Fraction(1, 2**200)
    assert smooth(name, reach + tiny) is Refuted
    assert smooth(name, Fraction(reach)) is Refuted
    assert smooth(name, reach - tiny) is None
    assert smooth(name, reach - tiny, bits=53) is Open


def test_a_smooth_activation_needs_no_neuron() -> None:
    own = task("erf-zero-neuron")
    own.statement = replace(own.statement, radius=Fraction(100))
    prove_smooth(own, "test")
    assert [met.hypothesis for met in own.met] == ["the loss is C^2"]
    other = task("erf-zero-neuron")
    other.statement = replace(own.statement, landscape=replace(own.statement.landscape, activation=RELU))
    with pytest.raises(Refuted):
        prove_smooth(other, "test")


# every-input-dimension, by itself: for ReLU it cannot fail after strict-local-minimum (test_enclosures.py)


def new_coordinates(own: CriticalPointTask[Minimum, object]) -> None:
    every_input_dimension(own, in_given_dimension(own.statement))  # type: ignore[arg-type]


def at_a_saddle(radius: Fraction = Fraction(1, 2**40)) -> CriticalPointTask[Minimum, object]:
    """One neuron opposite to the teachers: M = 1/2 - sum_j |v_j| sin t_j / (2 pi |w|) < 0."""
    minimum, other = task("global-minimum-k3"), certificate(load("valid/saddle-one-neuron-k3.json")).statement
    minimum.statement = replace(minimum.statement, landscape=other.landscape, center=other.center, radius=radius)
    return minimum


def test_a_negative_block_of_a_new_coordinate_is_refuted() -> None:
    with pytest.raises(Refuted, match="each new input coordinate has an eigenvalue below 0.0890198 at the given point"):
        new_coordinates(at_a_saddle())


def test_a_block_that_is_not_resolved_over_the_ball_is_open() -> None:
    own = task("type-ii-k6")
    own.statement = replace(own.statement, radius=Fraction(1, 5))
    with pytest.raises(Open, match="the Hessian's block of each new input coordinate was not proved"):
        new_coordinates(own)


def test_a_block_must_be_at_least_m_not_only_positive() -> None:
    """M of type II at k = 6 has the smallest eigenvalue 0.19980..."""
    own = task("type-ii-k6")
    own.statement = replace(own.statement, hessian_lower_bound=Fraction(1997, 10_000))
    new_coordinates(own)
    own.statement = replace(own.statement, hessian_lower_bound=Fraction(19981, 100_000))
    with pytest.raises(Refuted, match="an eigenvalue below 0.19981 at the given point"):
        new_coordinates(own)


def test_a_positive_block_is_proved() -> None:
    own = task("type-ii-k6")
    new_coordinates(own)
    assert [met.rule for met in own.met] == ["every-input-dimension"]


# spurious-local-minimum


@pytest.mark.parametrize(("least", "outcome"), [("1/16", Refuted), ("1/15", None), ("1/17", Refuted)])
def test_the_better_point_must_be_strictly_better(least: str, outcome: type[Exception] | None) -> None:
    """The better point (1, 0) has the loss 1/16; equality is not enough, even where it is exact."""
    own = task("antiparallel-copy")
    own.statement = replace(own.statement, value=(Fraction(least), Fraction(1)))
    if outcome is None:
        spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]
        return
    with pytest.raises((Refuted, Open), match=r"has a loss in \[0.06"):
        spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]


@pytest.mark.parametrize("low", ["0", "-1/1000"])
def test_a_copy_of_the_teacher_is_better_only_than_a_positive_loss(low: str) -> None:
    outcome = verdict("type-ii-k6", {VALUE: [low, "1"]})
    assert isinstance(outcome, Rejected)
    assert "not above 0" in outcome.reason


@pytest.mark.parametrize("name", SMOOTH)
def test_zero_neurons_copy_the_teacher_only_if_sigma_vanishes_at_zero(name: str) -> None:
    own, as_many = task("one-neuron-more-k8"), task("type-ii-k6")
    for case in (own, as_many):
        case.statement = replace(
            case.statement, landscape=replace(case.statement.landscape, activation=Activation(name))
        )
    spurious_local_minimum(as_many, strict_minimum(as_many.statement))  # type: ignore[arg-type]
    if Activation(name).vanishes_at_zero:
        spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]
        return
    with pytest.raises(Open, match="the surplus student neurons cannot be zero"):
        spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SMOOTH)
def test_zero_neurons_of_a_better_point_are_left_out_only_if_sigma_vanishes_at_zero(name: str) -> None:
    """At ((1, 0), (0, 0)), taught by (1, 0), the loss is sigma(0)^2 / 2, not 0."""
    unit, zero = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(0))
    own = task("erf-zero-neuron")
    landscape = replace(own.statement.landscape, activation=Activation(name), teacher=(unit,), neurons=2)
    own.witness = replace(own.witness, better_point=(unit, zero))  # type: ignore[type-var]
    loss = Fraction(float(smooth_kernel(name).alone(arb(0)).value)) / 2
    for least, outcome in ((loss * 2 / 3, Refuted), (loss * 4 / 3 + Fraction(1, 100), None)):
        own.statement = replace(own.statement, landscape=landscape, value=(least, Fraction(100)))
        if outcome is None:
            spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]
        elif loss:
            with pytest.raises(outcome, match="the better point has a loss"):
                spurious_local_minimum(own, strict_minimum(own.statement))  # type: ignore[arg-type]


# saddle


@given(st.tuples(st.integers(1, 3), st.integers(1, 3)).filter(lambda pair: sum(pair) == 4 and pair != (1, 3)))
def test_no_other_inertia_is_ever_verified(inertia: tuple[int, int]) -> None:
    assert isinstance(verdict("saddle-antiparallel-k2", {"statement.inertia": list(inertia)}), Rejected)


@pytest.mark.parametrize("exponent", [30, 34, 40, 50, 60])
def test_the_krawczyk_test_passes_for_a_range_of_radii(exponent: int) -> None:
    changes = {RADIUS: f"1*2^-{exponent}", VALUE: ["0", "1"]}
    assert isinstance(verdict("saddle-antiparallel-k2", changes), Verified)


@pytest.mark.parametrize("exponent", [1, 4, 15, 66, 70, 100])
def test_the_krawczyk_test_fails_for_larger_and_for_smaller_ones(exponent: int) -> None:
    """The center is given to 64 bits: a smaller box does not contain the critical point."""
    changes = {RADIUS: f"1*2^-{exponent}", VALUE: ["0", "1"]}
    assert not isinstance(verdict("saddle-antiparallel-k2", changes), Verified)
