"""Losses that bend at single residuals, and samples that count differently, against exact arithmetic."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from tests.checker.test_risks import NETS, contains, landscape, network, small
from tests.corpus.forge import DELETE, Document, forged, load, valid
from verify.checker.core.balls import ball, point
from verify.checker.core.outcome import Open
from verify.checker.evaluators import CurveRisk, EmpiricalRisk, ExactRisk, Region, in_ball, may_bend, sample_loss
from verify.checker.kinds.empirical_risk import BENDING, WEIGHTED
from verify.checker.public import KINDS, Certificate, Verified, parse, prove
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

BENDS = {
    "absolute": lambda r, y: abs(r),
    "hinge": lambda r, y: max(ZERO, -y * r),
    "huber": lambda r, y: r * r / 2 if abs(r) <= DELTA else DELTA * (abs(r) - DELTA / 2),
}
"""Of the residual f - y; the hinge loss is max(0, 1 - y f) = max(0, -y (f - y)) for y = 1 and -1."""
ZERO, DELTA = Fraction(0), Fraction(2, 3)


def bending(loss: str, target: Fraction) -> EmpiricalRiskLandscape:
    """One output and one sample."""
    return replace(
        landscape("squares", network([2, 1], ["identity"])), loss=loss, targets=((target,),), inputs=((ZERO, ZERO),),
        delta=DELTA if loss == "huber" else None, scale=Fraction(1), weight_decay=ZERO, bias_decay=ZERO,
    )  # fmt: skip


@pytest.mark.parametrize("loss", BENDS)
@given(output=small, side=st.sampled_from([1, -1]), radius=st.sampled_from([ZERO, Fraction(1, 100), Fraction(1)]))
def test_losses_that_bend(loss: str, output: Fraction, side: int, radius: Fraction) -> None:
    """Value and slopes over a ball enclose those at its points; where nothing bends, so does the second derivative."""
    formula, y = BENDS[loss], Fraction(side)
    risk = bending(loss, y)
    with ctx.workprec(100):
        outputs = [ball(output - radius).union(ball(output + radius))]
        found = sample_loss(risk, 0, outputs)
        is_smooth = may_bend(risk, 0, outputs) is None
        for part in range(-4, 5):
            at, step = output + radius * part / 4, Fraction(1, 10**9)
            here, *near = (formula(at + shift - y, y) for shift in (0, step, -step))
            assert contains(found.value, mpmath.mpf(here.numerator) / here.denominator)
            slopes = (near[0] - here) / step, (here - near[1]) / step
            assert all(found.gradient[0].overlaps(ball(slope) + arb(0, 1e-8)) for slope in slopes)
            bent = (near[0] + near[1] - 2 * here) / step**2
            assert not is_smooth or radius == 0 or found.hessian[0, 0].overlaps(ball(bent))
            assert loss != "huber" or found.hessian[0, 0].is_finite()


@pytest.mark.parametrize("loss", BENDS)
@pytest.mark.parametrize("residual", [ZERO, DELTA, -DELTA, Fraction(1, 5), Fraction(7)])
@pytest.mark.parametrize("slope", [ZERO, Fraction(1), Fraction(-2)])
def test_losses_that_bend_along_half_lines(loss: str, residual: Fraction, slope: Fraction) -> None:
    """f = y + residual + slope t, by the bias; exact at the bends too."""
    for y in (Fraction(1), Fraction(-1)):
        risk = bending(loss, y)
        start, along = (ZERO, ZERO, y + residual), (ZERO, ZERO, slope)
        assert EmpiricalRisk(risk, point((start,))).value().overlaps(ball(BENDS[loss](residual, y)))
        series = ExactRisk(risk, (start,), (along,), order=2).value()
        t = Fraction(1, 10**6)
        assert BENDS[loss](residual + slope * t, y) == sum(c * t**k for k, c in enumerate(series))


def test_where_a_loss_may_bend() -> None:
    """`smooth` asks the losses of the samples, too."""
    at = point(((ZERO, ZERO, Fraction(1, 3)),))
    for loss, bent in (("absolute", Fraction(1, 3)), ("huber", DELTA + Fraction(1, 3)), ("hinge", Fraction(1))):
        risk = bending(loss, bent)
        off = replace(risk, targets=((Fraction(-1) if loss == "hinge" else Fraction(5),),))
        assert EmpiricalRisk(off, at).near_a_kink() is None
        where = at if loss != "hinge" else point(((ZERO, ZERO, Fraction(1)),))
        assert EmpiricalRisk(risk, where).near_a_kink() == "the loss of output 0 on sample 0"
        with pytest.raises(Open, match=r"the loss of output 0 on sample 0 may meet a kink"):
            EmpiricalRisk(risk, where).smooth(Region(((ZERO, ZERO, ZERO),), ZERO, euclidean=True))


@pytest.mark.parametrize("loss", ["squares", "logistic", "cross-entropy"])
@pytest.mark.parametrize("name", ["shallow", "deep"])
def test_weighted_samples_are_repeated_ones(name: str, loss: str) -> None:
    """With weights k / 3, k = 0, 1, 2, ...: sample n counts as often as it stands k_n times in a sum divided by 3."""
    risk = landscape(loss, NETS[name])
    counts = [(index * 2 + 1) % 4 for index in range(len(risk.inputs))]
    weighted = replace(risk, sample_weights=tuple(Fraction(count, 3) for count in counts))
    repeated = replace(
        risk,
        scale=risk.scale / 3,
        inputs=tuple(row for row, count in zip(risk.inputs, counts, strict=True) for _ in range(count)),
        targets=tuple(row for row, count in zip(risk.targets, counts, strict=True) for _ in range(count)),
    )
    center = tuple(Fraction((7 * i) % 11 - 5, 6) for i in range(risk.trained))
    with ctx.workprec(200):
        one, other = (EmpiricalRisk(each, point((center,))) for each in (weighted, repeated))
        assert abs(one.value() - other.value()).upper() < 1e-40
        for here, there in zip(one.gradient()[0], other.gradient()[0], strict=True):
            assert abs(here - there).upper() < 1e-40
        for here, there in zip(one.hessian().entries(), other.hessian().entries(), strict=True):
            assert abs(here - there).upper() < 1e-40
        curve = [(tuple(Fraction(i % 3 - 1) for i in range(risk.trained)),)]
        changes = (CurveRisk(each, (center,), curve, 2).change() for each in (weighted, repeated))
        assert all((in_ball(x) - in_ball(y)).overlaps(arb(0)) for x, y in zip(*changes, strict=True))
    with pytest.raises(Open, match="all count alike"):
        _ = weighted.factor


NOT_ALIKE, NOT_BENT = "all count alike", "is not written for the loss"


@pytest.mark.parametrize("name", ["empirical-risk", "small-empirical-risk"])
def test_a_rule_that_is_not_written_for_weights_or_bends_refuses_them(name: str) -> None:
    """Every property there is, also one to come: unless it is listed, it is not modelled."""
    kinds = KINDS[name]()
    assert isinstance(kinds, dict)
    plain = landscape("squares", network([1, 1], ["identity"]))
    weighted = replace(plain, sample_weights=(Fraction(1), Fraction(2), Fraction(3)))
    refused = 0
    for property_, kind in kinds.items():
        for risk, known, says in (
            (weighted, WEIGHTED, NOT_ALIKE),
            *(
                (replace(plain, loss=loss, delta=DELTA if loss == "huber" else None), BENDING, NOT_BENT)
                for loss in BENDS
            ),
        ):
            if property_ in known:
                continue
            statement = SimpleNamespace(landscape=risk, property=property_)
            assert says in (kind.not_modelled(statement) or "")
            refused += 1
    assert refused >= 4 * 3


def is_weighted(document: Document) -> bool:
    return "sample_weights" in document["statement"]["landscape"]


def certificate(document: Document) -> Certificate:
    return Certificate.read(parse(json.dumps(document).encode()))


WITH_WEIGHTS = [name for name in valid("empirical-risk") if is_weighted(load(f"valid/{name}.json")) and "loss-" in name]


@pytest.mark.parametrize("name", WITH_WEIGHTS)
def test_weights_that_are_dropped_or_added_are_no_proof(name: str) -> None:
    """The statement without them, and with one of them doubled, is another one: not verified on the same witness."""
    document = load(f"valid/{name}.json")
    at = "statement.landscape.sample_weights"
    weights = document["statement"]["landscape"]["sample_weights"]
    assert isinstance(prove(certificate(document)), Verified)
    for changes in ({at: DELETE}, {at + ".2": "6"}, {at: ["1"] * len(weights)}):
        assert not isinstance(prove(certificate(forged(document, changes))), Verified)


def test_what_is_weighted_says_so() -> None:
    """In the sentence, and in the formula of the risk."""
    assert len(WITH_WEIGHTS) >= 4
    for name in WITH_WEIGHTS:
        statement = certificate(load(f"valid/{name}.json")).statement
        assert "samples weighted from 0 to 3" in statement.sentence()
        assert "of w times (" in statement.definition
        assert "w the sample's weight, from 0 to 3" in statement.definition
