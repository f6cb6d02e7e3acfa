"""Points at which derivatives do not decide: expansions along curves against exact values, and the false friends."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import arb, ctx

from tests.corpus.forge import Document, forged, load
from verify.checker import Rejected, Undecided, Verdict, Verified
from verify.checker.core.balls import point
from verify.checker.core.exact import parse
from verify.checker.core.outcome import Open
from verify.checker.evaluators import CurveRisk, in_ball, is_zero
from verify.checker.evaluators import EmpiricalRisk as Balls
from verify.checker.public import prove
from verify.producer.audit.claims import read_claims
from verify.producer.audit.judge import judge
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import convex
from verify.producer.prover import given_point as prover
from verify.producer.prover.refine import NotCertified

SQUARE = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
ACTIVATIONS = ["tanh", "sigmoid", "arctan", "softplus", "gelu", "selu", "relu", "square", {"elu": ["2", "1/2"]}]
LOSSES = ["squares", "logistic", "cross-entropy"]


def short(generator: random.Random) -> Fraction:
    return Fraction(generator.randint(-8, 8), 8)


def value(risk: EmpiricalRisk, at: list[Fraction]) -> arb:
    return Balls(risk.exact, point((tuple(at),))).value()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_an_expansion_is_that_of_the_loss(activation: object, loss: str) -> None:
    """The rest F(g(t)) - F(g(0)) - c_1 t - ... - c_5 t^5 falls with t^6: at random points, and at 0, on kinks too."""
    ctx.prec = 300
    generator = random.Random(3)
    targets = [[1, 2], [2, 1], [2, 1], [1, 2]] if loss == "cross-entropy" else [[1, -1], [-1, 1], [-1, 1], [1, -1]]
    risk = EmpiricalRisk(SQUARE, targets, [2, 2], activation, loss=loss, weight_decay="1/10", bias_decay="1/5")
    for start in ([Fraction(0)] * risk.trained, [short(generator) for _ in range(risk.trained)]):
        curve = [tuple(short(generator) for _ in start) for _ in range(3)]
        changes = CurveRisk(risk.exact, (tuple(start),), [(row,) for row in curve], 5).change()
        rests = []
        for t in (Fraction(1, 2**20), Fraction(1, 2**21)):
            moved = [x + a * t + b * t**2 + c * t**3 for x, a, b, c in zip(start, *curve, strict=True)]
            parts = (in_ball(c) * arb(t.numerator) ** k / arb(t.denominator) ** k for k, c in enumerate(changes, 1))
            rests.append(abs(value(risk, moved) - value(risk, start) - sum(parts, arb(0))))
        first, second = (float(rest.mid()) for rest in rests)
        assert first < 1e-30
        assert second < 1.7e-2 * first or first < 1e-60  # 2^-6 where the order is 6


def test_what_vanishes_by_structure_vanishes_exactly() -> None:
    """At the plateau of XOR the orders 1 to 3 are rational 0, with weights that no binary number is."""
    ctx.prec = 64
    risk = EmpiricalRisk(SQUARE, [1, -1, -1, 1], [2, 1], "tanh")
    third = Fraction(1, 3)
    u = (third, third, 2 * third, 2 * third, Fraction(0), Fraction(0), Fraction(1), -Fraction(1, 2), Fraction(0))
    *early, last = CurveRisk(risk.exact, (tuple([Fraction(0)] * 9),), [(u,)], 4).change()
    assert [isinstance(c, Fraction) and is_zero(c) for c in early] == [True] * 3
    assert isinstance(last, Fraction)


def test_a_small_coefficient_is_not_taken_for_0() -> None:
    """sigmoid(2) + sigmoid(-2) - 1 is 0, which no ball proves: with it as a slope the order 2 proves nothing."""
    ctx.prec = 64
    risk = EmpiricalRisk([-1, 1], [0, 0], [2, 1], "sigmoid", biases=False)
    start = tuple(map(Fraction, (2, -2, 1, 1)))
    (slope, *_) = CurveRisk(risk.exact, (start,), [(tuple(map(Fraction, (0, 0, 1, -1))),)], 2).change()
    assert not is_zero(slope)
    assert in_ball(slope).contains(0)


def test_a_unit_on_a_kink_whose_side_is_not_known_is_undecided() -> None:
    """The same sum is what a ReLU is given: 0, which no ball proves."""
    risk = EmpiricalRisk([1], [1], [2, 1], "sigmoid", output="relu")
    start, direction = (tuple(map(Fraction, row)) for row in ((2, -2, 0, 0, 1, 1, -1), (0, 0, 0, 0, 0, 0, 1)))
    with pytest.raises(Open, match="on which side of it the curve goes"):
        CurveRisk(risk.exact, (start,), [(direction,)], 1).change()


@pytest.mark.parametrize("rate", [-1, 0, 1])
def test_a_unit_is_on_its_kink_wherever_the_curve_goes_from_there(rate: int) -> None:
    """relu(w) with w = start + rate t: on the kink where the start is 0, along a curve and at the point alone."""
    risk = EmpiricalRisk([1], [1], [1], [], output="relu", biases=False)
    for start in (-1, 0, 1):
        at, direction = (Fraction(start),), (Fraction(rate),)
        expected = None if start else "unit 0 of layer 0 on sample 0"
        assert CurveRisk(risk.exact, (at,), [(direction,)], 2).on_a_kink() == expected
        assert CurveRisk(risk.exact, (at,)).on_a_kink() == expected


PLATEAU = """
[landscapes.xor]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [1, 0, 0, 1]
widths = [3, 1]
activation = "sigmoid"
output = "sigmoid"
[landscapes.classes]
inputs = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
targets = [[1, 0], [0, 1], [0, 1], [1, 0]]
widths = [2, 2]
loss = "cross-entropy"
[landscapes.dead]
inputs = [1, 2, 3]
targets = [1, 0, 1]
widths = [1]
output = "relu"
[landscapes.elu]
inputs = [0, 1, 2, 3]
targets = [1, 0, 1, 3]
widths = [2, 1]
activation = "selu"
[[claims]]
id = "plateau"
landscape = "xor"
property = "not-a-local-minimum"
point = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
[[claims]]
id = "no-minimum"
landscape = "xor"
property = "local-minimum"
point = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
[[claims]]
id = "no-minimum-within"
landscape = "xor"
property = "local-minimum"
point = [3, -3, -1, 1, 2, -2, 0, 0, 0, 0, 0, 0, 0]
within = "1/1000"
[[claims]]
id = "saddle"
landscape = "classes"
property = "saddle"
point = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
[[claims]]
id = "dead"
landscape = "dead"
property = "suboptimal-local-minimum"
point = [-2, -7]
loss = 1
"""
PROVED = {
    "plateau": "proved",
    "no-minimum": "refuted",
    "no-minimum-within": "refuted",
    "saddle": "proved",
    "dead": "proved",
}


def test_audits_of_plateaus(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The plateau of XOR with three neurons and with two classes; a unit that is off on all samples."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "claims.toml").write_text(PLATEAU, encoding="utf-8")
    found = {claim.id: judge(claim, folder) for claim in read_claims(folder / "claims.toml")}
    assert {name: finding.verdict for name, finding in found.items()} == PROVED
    assert "at the given point" in found["no-minimum"].claim


# False friends


def test_curvature_below_0_at_a_point_says_nothing_of_the_points_around() -> None:
    """f = w^2 on x = 1, y = 1: F'' < 0 at w = 0, and the minima w = 1, -1 lie within 1."""
    risk = EmpiricalRisk([1], [1], [1], [], output="square", biases=False)
    assert prover.certify_bends_down(risk, [Fraction(0)], Fraction(1, 2))
    with pytest.raises(NotCertified):
        prover.certify_bends_down(risk, [Fraction(0)], Fraction(1))


def test_the_curvature_that_is_printed_is_along_a_unit_vector(verdict_on: Callable[[Document], Verdict]) -> None:
    """A direction and its double give the same number."""
    good = load("valid/risk-bends-down.json")
    double = [[str(2 * parse(entry)) for entry in row] for row in good["witness"]["direction"]]
    verdicts = [verdict_on(document) for document in (good, forged(good, {"witness.direction": double}))]
    once, twice = (verdict.hypotheses[-1].measured for verdict in verdicts if isinstance(verdict, Verified))
    assert once == twice
    assert "the curvature along a unit vector is <= -" in once


def test_a_weight_of_0_off_kinks_is_no_minimum() -> None:
    """x = (1, 0), (0, 1), y = (1, -1), w = (1, 1), v = 0: critical, and F = 1 + t^2 (1 - 2 s) + ... falls."""
    risk = EmpiricalRisk([[1, 0], [0, 1]], [1, -1], [1, 1], "relu", biases=False)
    at = [Fraction(1), Fraction(1), Fraction(0)]
    assert prover.certify_no_local_minimum(risk, at)
    with pytest.raises(NotCertified):
        prover.certify_local_minimum(risk, at)


def local(risk: EmpiricalRisk, at: list[Fraction]) -> str:
    """What is proved of a point, exactly there: a minimum, none, or nothing."""
    for make, word in ((prover.certify_local_minimum, "minimum"), (prover.certify_no_local_minimum, "none")):
        try:
            make(risk, at)
        except NotCertified:
            continue
        return word
    return "nothing"


def test_duplicated_units_are_no_flat_direction() -> None:
    """F is constant on v_j + t, v_k - t while two units coincide, not near it: (1 - v_1 w_1 - v_2 w_2)^2 / 2."""
    risk = EmpiricalRisk([1], [1], [2, 1], "identity", biases=False)
    assert local(risk, [Fraction(1), Fraction(1), Fraction(1, 4), Fraction(1, 4)]) == "none"
    assert risk.value([1.0, 1.0, 1.0, 0.0]) == risk.value([1.0, 1.0, 2.0, -1.0])
    assert risk.value([1.0, 2.0, 1.0, 0.0]) != risk.value([1.0, 2.0, 2.0, -1.0])


def test_a_composition_need_not_keep_that_a_point_is_no_minimum() -> None:
    """f = w^2 with the target -1: in f the loss falls, in w the point 0 is the minimum."""
    risk = EmpiricalRisk([1], [-1], [1], [], output="square", biases=False)
    assert local(risk, [Fraction(0)]) != "none"


def test_separable_data_with_decay_have_a_minimum() -> None:
    """One logistic unit: without decay none, with decay the one global minimum."""
    data = ([-1, 1], [-1, 1], [1], [])
    plain, decayed = (EmpiricalRisk(*data, loss="logistic", biases=False, weight_decay=rate) for rate in (0, "1/10"))
    assert convex.certify_not_attained(plain, [Fraction(1)])
    with pytest.raises(NotCertified, match="needs a loss without weight decay"):
        convex.certify_not_attained(decayed, [Fraction(1)])
    assert convex.certify_convex(decayed, [Fraction(1)])
    with pytest.raises(NotCertified):
        convex.certify_convex(plain, [Fraction(1)])


def test_a_margin_of_unknown_sign_is_no_refutation() -> None:
    """f = v tanh(w x) + u tanh(w' x): 0 at v = -u and w = w', which balls do not tell; what they tell is rejected."""
    risk = EmpiricalRisk([1, 2], [1, 1], [2, 1], "tanh", loss="logistic", biases=False)
    third, half = Fraction(1, 3), Fraction(1, 2)
    certificate = convex.certify_not_attained(risk, [third, third, half, half]).read()

    def at(*point: Fraction) -> object:
        statement = replace(certificate.statement, point=(point,), value=(Fraction(0), Fraction(9)))
        return prove(replace(certificate, statement=statement))

    assert isinstance(at(third, third, half, half), Verified)
    assert isinstance(at(third, third, half, -half), Undecided)
    assert isinstance(at(third, third, half, -half - Fraction(1, 10**9)), Rejected)
    assert isinstance(at(third, third, half, -half + Fraction(1, 10**9)), Verified)


def test_a_kink_with_no_slope_is_not_sharp() -> None:
    """v = 0: whether the unit is on its kink is nothing to the loss, which falls when v and w move together."""
    risk = EmpiricalRisk([1, -1], [1, 0], [1, 1], "relu", biases=False)
    assert local(risk, [Fraction(0), Fraction(0)]) == "none"


def test_the_critical_point_of_a_pattern_may_lie_outside_of_its_cell() -> None:
    """With relu(w) frozen as w the loss is least at -1, where relu(w) is 0: a flat minimum, of another loss."""
    risk = EmpiricalRisk([1], [-1], [1], [], output="relu", biases=False)
    assert local(risk, [Fraction(-1)]) == "minimum"
    assert risk.value([-1.0]) == 0.5
