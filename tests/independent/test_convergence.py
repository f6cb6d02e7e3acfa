"""Gradient descent in the second checker: its constants, its bounds between points, and where it says descent is."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from tests.campaigns import sampled
from tests.checker.test_gradient_descent import jacobian, residual_hessian, risks, run
from tests.corpus.make_descent import ALL, FIRST, INVALID
from tests.independent.differential import CORPUS
from tests.independent.test_hypotheses import from_corpus
from verify.checker.losses.one_hidden_layer import DERIVATIVES
from verify.independent.checking import check
from verify.independent.claims import NotSupported
from verify.independent.fields import Field
from verify.independent.intervals import Interval, ends
from verify.independent.kinds.empirical_risk import read_empirical_risk
from verify.independent.networks import convergence
from verify.independent.networks.convergence import Convergence
from verify.independent.networks.one_hidden import At, OneHidden, sizes_of_derivatives
from verify.independent.networks.risk import read_risk
from verify.independent.outcomes import Clock
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate

CLOCK = Clock(1e9)
BITS = 96
z = np.linspace(-9, 9, 180_001)
TANH, SIGMOID, DENSITY = np.tanh(z), 1 / (1 + np.exp(-z)), np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
NORMAL = np.cumsum(DENSITY) * (z[1] - z[0])
CLOSED = {
    "tanh": (1 - TANH**2, 2 * TANH * (1 - TANH**2), (6 * TANH**2 - 2) * (1 - TANH**2)),
    "sigmoid": (
        SIGMOID * (1 - SIGMOID),
        SIGMOID * (1 - SIGMOID) * (1 - 2 * SIGMOID),
        SIGMOID * (1 - SIGMOID) * (1 - 6 * SIGMOID * (1 - SIGMOID)),
    ),
    "softplus": (SIGMOID, SIGMOID * (1 - SIGMOID), SIGMOID * (1 - SIGMOID) * (1 - 2 * SIGMOID)),
    "arctan": (1 / (1 + z**2), 2 * z / (1 + z**2) ** 2, (6 * z**2 - 2) / (1 + z**2) ** 3),
    "gelu": (NORMAL + z * DENSITY, (2 - z**2) * DENSITY, z * (z**2 - 4) * DENSITY),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_sizes_of_derivatives_are_their_largest_values(name: str) -> None:
    """And not larger than the first checker's, which are rounded up."""
    found = sizes_of_derivatives(name, BITS)
    assert found is not None
    for size, values, rounded in zip(found, CLOSED[name], DERIVATIVES[name], strict=True):
        largest = float(np.abs(values).max())
        assert largest - 1e-4 <= size / 2**BITS <= largest * (1 + 1e-3)
        assert size <= rounded * 2**BITS + 1
    assert sizes_of_derivatives("relu", BITS) is None


def second(risk: EmpiricalRisk) -> OneHidden:
    return OneHidden(read_risk(Field(json.loads(json.dumps(risk.document)), "")), BITS, CLOCK)


@pytest.mark.parametrize("trains_output", [True, False])
@pytest.mark.parametrize("seed", sampled(range(20), every=4))
def test_bounds_hold_between_points(seed: int, trains_output: bool) -> None:
    risk, _, here = risks(seed, trains_output=trains_output)
    rng, loss = np.random.default_rng(seed), second(risk)
    at = At(loss, loss.at([Fraction(float(x)) for x in here]))
    J = jacobian(risk, here)
    gram = np.array([[float(sum(ends(entry)) / 2) for entry in row] for row in at.jacobian_gram()])
    assert np.allclose(gram, J @ J.T, atol=1e-6)
    assert _upper(at.curvature()) >= np.linalg.norm(residual_hessian(risk, here), 2) - 1e-5
    for size in (0.01, 0.3, 1.0):
        there = here + size * rng.normal(size=here.shape)
        apart = float(np.linalg.norm(there - here))
        largest = convergence._largest(at, Interval.of(Fraction(apart), BITS))
        L = _upper(loss.lipschitz(largest))
        assert np.linalg.norm(jacobian(risk, there) - J, 2) <= L * apart + 1e-6
        norm = np.linalg.norm(J, 2) + L * apart
        change = residual_hessian(risk, there) - residual_hessian(risk, here)
        third = _upper(loss.third_derivatives(largest))
        assert np.linalg.norm(change, 2) <= (_upper(at.error()) * third + L * norm) * apart + 1e-5


def _upper(x: Interval) -> float:
    return float(ends(x)[1])


def claim(document: Any) -> Convergence:
    read = read_empirical_risk(Field(document["statement"], "statement"), Field(document["witness"], "witness"))
    assert isinstance(read, Convergence)
    return read


@pytest.mark.parametrize("name", [FIRST, ALL])
def test_descent_is_where_it_is_said_to_be(name: str) -> None:
    """A run in 60 digits by another program is within the distance, which is far below that of doubles."""
    document = json.loads((CORPUS / "valid" / f"{name}.json").read_bytes())
    document["statement"]["steps"] = 20
    found = claim(document)
    loss = OneHidden(found.risk, found.precision + convergence.MORE_BITS, CLOCK)
    h = Interval.of(2 * found.step * found.risk.factor, loss.bits)
    place, D = found._follow(loss, h)
    statement = Certificate.build(document["statement"], document["witness"], {}).read().statement
    with mpmath.workdps(60):
        wanted = run(statement, 20)[-1]  # type: ignore[arg-type]
        width, inputs = len(place.hidden.mid), len(found.risk.inputs[0])
        rows = [[mpmath.ldexp(x, -loss.bits) for x in row] for row in place.hidden.mid]
        point = [x for row in rows for x in row[:inputs]] + [row[inputs] for row in rows if len(row) > inputs]
        if loss.trains_output:
            point += [mpmath.ldexp(v.lo, -loss.bits) for v in (*place.output, place.bias)]
        assert len(point) == len(wanted) >= width * inputs
        apart = mpmath.norm([x - y for x, y in zip(point, wanted, strict=True)])
        assert apart <= mpmath.ldexp(D.hi, -loss.bits) < 1e-25


def test_a_step_misses_what_its_radii_say() -> None:
    """A start that is no dyadic number, and bits so few that rounding is seen."""
    document = json.loads((CORPUS / "valid" / f"{ALL}.json").read_bytes())
    document["statement"]["start"][0] = [str(Fraction(i % 7 - 3, 3)) for i in range(21)]
    found = claim(document)
    fine, coarse = (OneHidden(found.risk, bits, CLOCK) for bits in (200, 24))
    h = Fraction(1, 12)
    (exact, _), (rounded, missed) = (
        At(loss, loss.at(found.start)).moved(Interval.of(h, loss.bits)) for loss in (fine, coarse)
    )
    apart = [
        mpmath.ldexp(x, -200) - mpmath.ldexp(y, -24)
        for xs, ys in zip(exact.hidden.mid, rounded.hidden.mid, strict=True)
        for x, y in zip(xs, ys, strict=True)
    ]
    pairs = zip((*exact.output, exact.bias), (*rounded.output, rounded.bias), strict=True)
    apart += [mpmath.ldexp(x.lo, -200) - mpmath.ldexp(y.lo, -24) for x, y in pairs]
    assert 0 < mpmath.norm(apart) <= mpmath.ldexp(missed.hi, -24) < 1e-3


REASONS = {
    "rejected-descent-contradiction": "no loss is 0: the samples 0 and 1 have the same inputs only",
    "undecided-descent-sample-twice": "the samples 0 and 1 are the same, so that the Jacobian is singular",
    "rejected-descent-many-samples": "more equations than trained parameters",
    "undecided-descent-relu": "for tanh, sigmoid, softplus, arctan and GELU only",
    "undecided-descent-output": "for one linear output only",
    "undecided-descent-leaky-output": "for one linear output only",
    "undecided-descent-decay": "without weight decay",
    "undecided-descent-bias-decay": "without weight decay",
    "undecided-descent-logistic": "for squares only",
    "undecided-descent-part-of-the-output": "where all parameters are trained, or those of the hidden layer",
    "rejected-descent-momentum": "without momentum",
    "undecided-descent-long-step": "h |J|^2 <= 2 at step 0",
    "undecided-descent-too-long": "more steps than this checker takes on",
    "rejected-descent-another-start": "the loss after the steps is within its bounds",
    "rejected-descent-mean-for-sum": "the loss after the steps is within its bounds",
    "rejected-descent-end": "the end point is near exact descent",
    "undecided-descent-singular-value": "the Jacobian's least singular value is at least s",
    "undecided-descent-from-the-start": "s - L r is positive",
    "undecided-descent-radius-large": "2 - h (B^2 + L E) is positive",
    "undecided-descent-radius-small": "descent stays in the ball",
    "undecided-descent-rate": "the loss is multiplied by at most the rate in a step",
}


@pytest.mark.parametrize("name", REASONS)
def test_each_hypothesis_is_needed(name: str) -> None:
    outcome = check(str(CORPUS / "invalid" / f"{name}.json"))
    assert outcome.verdict.lower() == name.partition("-")[0]
    assert REASONS[name] in outcome.reason


def test_the_reasons_are_of_forgeries() -> None:
    assert set(REASONS) <= {name for name, *_ in INVALID}


UNKNOWN = {
    "samples with weights": lambda land: land.update(sample_weights=["1", "2", "1"]),
    "parameters made of others": lambda land: land.update(
        fixed=None, map={"trained": 12, "entries": [[i, i % 12, "1"] for i in range(16)], "constants": []}
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_changes_the_risk_has_no_rule(name: str) -> None:
    def change(document: Any) -> None:
        land = document["statement"]["landscape"]
        UNKNOWN[name](land)
        if land.get("fixed", 0) is None:
            del land["fixed"]

    document = from_corpus(FIRST, change)
    read = read_empirical_risk(Field(document["statement"], "statement"), Field(document["witness"], "witness"))
    assert isinstance(read, NotSupported)
