"""Units that are parts of one: near the points that are certified nothing is lower, and each hypothesis is needed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from scipy.linalg import null_space

from tests.corpus.forge import CORPUS
from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.core.balls import box
from verify.checker.core.outcome import Open, Refuted
from verify.checker.evaluators import prove_held
from verify.checker.losses.subgradients import Subgradients
from verify.checker.public import Certificate, Reason, Verified, parse, prove
from verify.checker.statements.basin import BasinWitness, LocalMinimumWithin
from verify.checker.theorems.matched_units import matched
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.split_units import find_split

VALID = ("split-kink", "split-twice", "split-filters")


def read(name: str, folder: str = "valid") -> Certificate:
    return Certificate.read(parse((CORPUS / folder / f"{name}.json").read_bytes()))


@pytest.mark.parametrize("name", VALID)
def test_nothing_near_is_lower(name: str) -> None:
    statement = read(name).statement
    assert isinstance(statement, LocalMinimumWithin)
    risk, random = EmpiricalRisk.of(statement.landscape), np.random.default_rng(0)
    center = np.array([float(entry) for entry in statement.center[0]])
    least = risk.value(center)
    for size in (1e-2, 1e-3, 1e-4, 1e-5):
        for _ in range(400):
            moved = random.normal(size=center.size) * (random.random(center.size) < random.choice([0.3, 1.0]))
            assert risk.value(center + size * moved) >= least - 1e-14


def test_the_loss_is_the_same_for_all_shares() -> None:
    """And a certificate of one point is turned into that of another one, exactly."""
    certificate = read("split-kink")
    statement, witness = certificate.statement, certificate.witness
    assert isinstance(statement, LocalMinimumWithin) and isinstance(witness, BasinWitness)
    (split,) = witness.splits
    center = list(statement.center[0])
    a, b = split.shares
    for first, second in ((0, 2), (1, 3), (4, 5), (6, 7)):
        whole = a * center[first] + b * center[second]
        center[first], center[second] = Fraction(5, 13) * whole, Fraction(12, 13) * whole
    moved = replace(split, shares=(Fraction(5, 13), Fraction(12, 13)))
    other = replace(
        certificate,
        statement=replace(statement, center=(tuple(center),)),
        witness=replace(witness, splits=(moved,)),
    )
    assert isinstance(prove(other), Verified)


def test_across_a_kink_a_slope_is_an_interval_or_unknown() -> None:
    """relu jumps from 0 to 1; an elu has slopes outside of its two parameters, too: e^z / 2 for z < 0 beside 1."""

    def slope(activation: object) -> arb:
        risk = EmpiricalRisk([1], [1], [1], [], output=activation, biases=False)
        return Subgradients(risk.exact, box(((Fraction(0),),), Fraction(1))).layer(0).first[0][0]

    assert slope("relu").contains(0) and slope("relu").contains(1) and not slope("relu").contains(2)
    assert slope({"elu": ["1", "1/2"]}).is_nan()


def test_where_parts_move_apart_and_the_loss_falls_nothing_is_proved() -> None:
    """Weights move against each other so that the kink is kept, and those that leave the units across their own."""
    certificate = read("undecided-split-apart", "invalid")
    statement, witness = certificate.statement, certificate.witness
    assert isinstance(statement, LocalMinimumWithin) and isinstance(witness, BasinWitness)
    risk, point = EmpiricalRisk.of(statement.landscape), np.array([float(entry) for entry in statement.center[0]])
    (kink,) = witness.kinks
    kept = null_space([[*map(float, statement.landscape.inputs[kink.sample]), 1.0]])
    across = np.array([-point[8], point[6]]) / np.hypot(point[6], point[8])
    values = []
    for angle in np.linspace(0, 2 * np.pi, 16):
        p, moved = 1e-3 * kept @ [np.cos(angle), np.sin(angle)], point.copy()
        for unit, share in ((0, -0.6), (1, 0.8)):
            moved[[2 * unit, 2 * unit + 1, 4 + unit]] += share * p
            moved[[6 + unit, 8 + unit]] += 1e-3 * share * across
        values.append(risk.value(moved))
    assert min(values) < risk.value(point) - 1e-8


@pytest.mark.parametrize("unit", [0, 1], ids=["first", "second"])
def test_parts_of_one_unit_have_no_weights_with_constants(unit: int) -> None:
    """A constant stays where it is when the shares change, whichever of the two has it."""
    statement, witness = read("split-filters").statement, read("split-filters").witness
    assert isinstance(statement, LocalMinimumWithin) and isinstance(witness, BasinWitness)
    landscape, (split, *_) = statement.landscape, witness.splits
    made = landscape.parameter_map
    assert made is not None and matched(landscape, split)
    number = landscape.network.number(split.layer, (split.first, split.second)[unit][0], 0)
    shifted = replace(made, constants=((number, Fraction(1, 2**40)),))
    with pytest.raises(Refuted, match="a weight or bias of theirs has a constant"):
        matched(replace(landscape, parameter_map=shifted), split)


def test_a_unit_that_its_kink_does_not_hold_is_not_taken_for_held() -> None:
    """One unit on one sample, off the kink on which it is said to be: the loss falls towards the other side."""
    risk = EmpiricalRisk([[1]], [1], [1, 1], "relu", scale="half-sum", biases=False)
    gradients = [[arb(1), arb(0)]]
    for weight in ("0", "1/2"):
        region = box(((Fraction(weight), Fraction(1)),), Fraction(1, 100))
        with pytest.raises(Open, match="beside the kink of unit 0 of layer 0 on sample 0"):
            prove_held(risk.exact, region, [[(0, 0, 0)]], gradients)


def test_a_way_along_which_the_loss_falls_must_lead_to_the_kink() -> None:
    """The loss falls where the unit turns on: from the kink, not towards it."""
    risk = EmpiricalRisk([[1]], [1], [1, 1], "relu", scale="half-sum", biases=False)
    region = box(((Fraction(0), Fraction(1)),), Fraction(1, 100))
    with pytest.raises(Open) as told:
        prove_held(risk.exact, region, [[(0, 0, 0)]], [[arb(-1), arb(0)]])
    where = "the way to the kink of unit 0 of layer 0 on sample 0"
    assert str(told.value) == f"{where} was not proved to lead there: [-1, -1]"


def test_a_held_unit() -> None:
    """|w - 0| in place of the loss, as relu(w) - w / 2, whose slopes are 1/2 on both sides."""
    document = EmpiricalRisk([[1]], [-10], [2, 1], "relu", scale="half-sum").document
    made = {"trained": 1, "entries": [[0, 0, "1"], [1, 0, "-1"]], "constants": [[3, "5"], [4, "1"], [5, "1/2"]]}
    risk = EmpiricalRisk.read({**document, "map": made})
    region = box(((Fraction(0),),), Fraction(1, 100))
    prove_held(risk.exact, region, [[(0, 0, 0)]], [[arb(1)]])


def test_a_unit_at_0_is_taken_for_a_part_of_another_one() -> None:
    """In a point of the network with one unit more, which decay has taken to 0."""
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean", weight_decay="1/10", bias_decay="1/10")
    found = certify_basin(risk, trained(risk, 3)).read()
    assert isinstance(found.statement, LocalMinimumWithin) and isinstance(found.witness, BasinWitness)
    assert len(found.witness.splits) == found.statement.flat_directions == 1
    theta = np.array([float(entry) for entry in found.statement.center[0]])
    split = found.witness.splits[0]
    first, second = split.first[0], split.second[0]
    a, b = map(float, split.shares)
    for one, other in ((2 * first, 2 * second), (2 * first + 1, 2 * second + 1), (4 + first, 4 + second)):
        theta[one], theta[other] = a * theta[one] + b * theta[other], 0.0
    theta[6 + first], theta[6 + second] = a * theta[6 + first] + b * theta[6 + second], 0.0
    pruned = find_split(risk, theta)
    assert pruned is not None and pruned.split.second == (second,)
    again = certify_basin(risk, theta).read()
    assert isinstance(again.witness, BasinWitness)
    assert again.witness.splits


def test_not_without_decay() -> None:
    risk = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean", weight_decay="1/10")
    assert find_split(risk, np.zeros(risk.trained)) is None


def test_a_loss_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verify.checker.theorems.split_units.LOSSES", ("logistic",))
    verdict = prove(read("split-kink"))
    assert (verdict.name, verdict.code) == ("Undecided", Reason.NOT_MODELLED)  # type: ignore[union-attr]
