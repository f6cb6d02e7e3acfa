"""Rule `strict-basin` in exact arithmetic: what it takes rises in all directions; false friends are refused."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from typing import Any

import pytest

from tests.campaigns import sampled
from tests.corpus.forge import load, seal
from tests.corpus.make_strict import FROM
from verify.checker.core.exact import parse as parse_number
from verify.checker.evaluators import ExactRisk
from verify.checker.public import Certificate, Undecided, Verified, parse, prove
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

EXACT = [name for name in FROM if name.rpartition("-")[2] in {"kinks", "deep", "map"}]
"""Squares, of which the loss is a rational number."""
MUTATIONS = sampled(range(60), every=15)


def read(document: Any) -> Any:
    return Certificate.read(parse(json.dumps(seal(document)).encode()))


def around(statement: Any, generator: random.Random, size: Fraction) -> tuple[list[Fraction], Fraction]:
    """A point at that distance of the center, about, and the square of the distance."""
    unit = [generator.gauss(0, 1) for _ in statement.center[0]]
    length = math.sqrt(sum(u * u for u in unit))
    step = [size * Fraction(u / length) for u in unit]
    return [c + s for c, s in zip(statement.center[0], step, strict=True)], sum(s * s for s in step)


def rises(certificate: Any, seed: int) -> bool:
    """At random points of the ball the loss is larger than at the center, as the curvature says."""
    statement, generator = certificate.statement, random.Random(seed)
    here = ExactRisk(statement.landscape, statement.center).value()[0]
    for _ in range(20):
        point, square = around(statement, generator, statement.radius * Fraction(generator.randint(16, 63), 64))
        rise = ExactRisk(statement.landscape, (tuple(point),)).value()[0] - here
        if not rise > certificate.witness.curvature * square / 4:  # the minimum is not quite at the center
            return False
    return True


@pytest.mark.parametrize("name", EXACT)
def test_the_loss_rises_in_all_directions(name: str) -> None:
    certificate = read(load(f"valid/{name}.json"))
    assert isinstance(prove(certificate), Verified)
    assert rises(certificate, 1)


@pytest.mark.parametrize("name", EXACT)
def test_a_minimum_in_the_box_but_not_in_the_ball_is_not_in_the_ball(name: str) -> None:
    """The center moved by 4/5 of the radius in two coordinates: 1.13 times the radius."""
    document = load(f"valid/{name}.json")
    statement = document["statement"]
    (center,), radius = statement["region"]["center"], parse_number(statement["region"]["radius"])
    center[:2] = [str(parse_number(entry) + radius * Fraction(4, 5)) for entry in center[:2]]
    statement["value"] = ["0", "1000"]
    verdict = prove(read(document))
    assert isinstance(verdict, Undecided)
    assert verdict.reason.startswith("the minimum was proved within ")


def mutated(document: Any, generator: random.Random) -> Any:
    """One number of the witness or of the region moved, by a little or by much."""
    kinks = document["witness"]["kinks"]

    def scaled(number: str, factors: list[Fraction]) -> str:
        mantissa, _, power = number.partition("*2^")
        return str(Fraction(mantissa) * Fraction(2) ** int(power or 0) * generator.choice(factors))

    few = [Fraction(1, 2), Fraction(3, 2), 1 + Fraction(1, 2**30), Fraction(4), Fraction(0)]
    match generator.randrange(5):
        case 0:
            document["witness"]["curvature"] = scaled(document["witness"]["curvature"], few[:4])
        case 1:
            region = document["statement"]["region"]
            region["radius"] = scaled(region["radius"], [*few[:4], Fraction(10**4), Fraction(1, 10**4)])
        case 2:
            entries = document["statement"]["region"]["center"][0]
            index = generator.randrange(len(entries))
            entries[index] = scaled(entries[index], [1 + Fraction(1, 2**k) for k in (20, 24, 28, 40)])
        case 3:
            kink = generator.choice(kinks)
            kink[3] = scaled(kink[3], few)
        case _:
            kink = generator.choice(kinks)
            kink[4] = scaled(kink[4], few)
    return document


@pytest.mark.parametrize("seed", MUTATIONS)
def test_what_is_taken_of_forged_witnesses_is_true(seed: int) -> None:
    generator, taken = random.Random(seed), 0
    for name in EXACT:
        for _ in range(4):
            certificate = read(mutated(load(f"valid/{name}.json"), generator))
            if isinstance(prove(certificate), Verified):
                taken += 1
                assert rises_from_the_least(certificate, seed)
    assert taken


def rises_from_the_least(certificate: Any, seed: int) -> bool:
    """No random point of the ball is below the bound of the minimum."""
    statement, generator = certificate.statement, random.Random(seed)
    points = (
        around(statement, generator, statement.radius * Fraction(generator.randint(0, 63), 64)) for _ in range(10)
    )
    return all(ExactRisk(statement.landscape, (tuple(x),)).value()[0] > statement.value[0] for x, _ in points)


def bent(out: int) -> EmpiricalRisk:
    """F = (f + 1)^2 / 2, f = out relu(w) - w^2, with one trained number w: not smooth, and concave on the left of 0."""
    rows = [[None, 0], [0, 0], [0, 0, 1, 0], [0, 0], [1, 0, 0, 1], [0, 10], [out, 1], [-10]]
    fixed = {index: entry for index, entry in enumerate(x for row in rows for x in row) if entry is not None}
    layers = {
        "activation": ["identity", {"polynomial": ["0", "0", "-1"]}, "relu"],
        "residual": [False, True, False, False],
    }
    return EmpiricalRisk([1], [-1], [2, 2, 2, 1], fixed=fixed, **layers)


def claimed(risk: EmpiricalRisk, slope: str, radius: str, curvature: str) -> Any:
    """The verdict on a strict minimum at w = 0, with any loss."""
    document = load("valid/strict-kinks.json")
    region = {"shape": "ball", "center": [["0"]], "radius": radius}
    statement = {
        "landscape": risk.document, "property": "strict-local-minimum-within", "region": region, "value": ["0", "9"]
    }  # fmt: skip
    witness = {"precision": 128, "curvature": curvature, "kinks": [[2, 0, 0, slope, "0"]]}
    return prove(read({**document, "statement": statement, "witness": witness}))


@pytest.mark.parametrize("slope", ["0", "1/1000", "1/2", "1"])
@pytest.mark.parametrize("radius", ["1/1000", "1/10"])
def test_a_slope_at_the_end_of_its_interval_says_nothing(slope: str, radius: str) -> None:
    """2 relu(w) - w^2 = |w| + w - w^2 falls to the left of 0, and with the slope 0 the frozen network is critical."""
    risk = bent(2)
    assert risk.value([-0.05]) < risk.value([0.0]) < risk.value([0.05])
    assert not isinstance(claimed(risk, slope, radius, "1/1000"), Verified)


def test_a_unit_that_puts_nothing_in_leaves_no_room() -> None:
    """-w^2 alone: the unit is on its kink, and the loss does not rise with what it puts out."""
    verdict = claimed(bent(0), "1/2", "1/1000", "1/1000")
    assert not isinstance(verdict, Verified)
    assert "of a rise of" in verdict.reason
