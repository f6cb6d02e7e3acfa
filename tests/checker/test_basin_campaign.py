"""A reader who tries to break rule `basin`: certificates with forged slopes, generators, radii, data and losses.

Whole files are forged, one to three changes each, and handed to the checker. Most are refused; of each that is verified
the conclusion of the theorem is looked at in 250 bits: the loss on the sphere across the flat directions is larger than
at the center, the flat directions keep the loss, and the loss lies where it is said to.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS, Document, load, seal
from verify.checker.core.balls import ball
from verify.checker.evaluators import EmpiricalRisk, Frozen, Symmetries
from verify.checker.public import Certificate, Malformed, NotACertificate, Verified, parse, prove
from verify.checker.statements.basin import LocalMinimumWithin

BASES = [
    name
    for name in sorted(path.stem for path in (CORPUS / "valid").glob("*.json"))
    if load(f"valid/{name}.json").get("statement", {}).get("property") == "local-minimum-within"
]
NAMES = ("scale", "shift", "null", "outgoing", "linear", "softmax")
Random = random.Random


def number(text: str) -> Fraction:
    if "*2^" in text:
        mantissa, power = text.split("*2^")
        return Fraction(mantissa) * Fraction(2) ** int(power)
    return Fraction(text)


def scaled(text: str, generator: Random) -> str:
    """Another number: by a little, by a lot, of the other sign, or 0."""
    factor = generator.choice(
        [0, -1, Fraction(1, 2), 2, Fraction(99, 100), Fraction(101, 100), 1000, Fraction(1, 1000)]
    )
    return str(number(text) * factor + generator.choice([0, 0, 0, Fraction(1, 2), -1]))


def kinks(document: Document, generator: Random) -> None:
    """A slope, a weight, one less, one more, another place."""
    listed = document["witness"]["kinks"]
    way = generator.choice(["slope", "weight", "less", "more", "move"])
    if way == "more":
        layers, samples = document["statement"]["landscape"]["layers"], document["statement"]["landscape"]["inputs"]
        depth = generator.randint(0, len(layers))
        unit = generator.randrange(layers[min(depth, len(layers) - 1)]["width"])
        place = [depth, generator.randrange(len(samples)), unit]
        slope = generator.choice(["0", "1/2", "1", "-1/2"])
        listed[:] = sorted(
            [*(kink for kink in listed if kink[:3] != place), [*place, slope, generator.choice(["0", "1/1000"])]]
        )
    elif listed:
        kink = generator.choice(listed)
        if way == "less":
            listed.remove(kink)
        elif way == "move":
            kink[generator.randrange(3)] += generator.choice([-1, 1])
        else:
            kink[3 if way == "slope" else 4] = scaled(kink[3 if way == "slope" else 4], generator)


def generators(document: Document, generator: Random) -> None:
    """A symmetry less, one more, or one that is named otherwise; the count follows, mostly."""
    listed = document["witness"]["symmetries"]
    if listed and generator.random() < 0.4:
        listed.pop(generator.randrange(len(listed)))
    else:
        layers = document["statement"]["landscape"]["layers"]
        depth, name = generator.randrange(len(layers)), generator.choice(NAMES)
        unit = generator.randrange(layers[depth]["width"])
        before = layers[depth - 1]["width"] if depth else len(document["statement"]["landscape"]["inputs"][0])
        sources = before + layers[depth]["bias"]
        more: Document = {"unit": unit}
        if name == "null":
            more["vector"] = [generator.choice(["0", "1", "-1"]) for _ in range(sources)]
        elif name == "outgoing":
            more["source"] = 0
        elif name == "linear":
            other = generator.randrange(layers[depth]["width"])
            more = {"matrix": [[unit, other, "1"], *([[other, unit, "-1"]] if other != unit else [])]}
        elif name == "softmax":
            more = {"source": generator.randrange(sources)}
        listed.append({"name": name, "layer": depth, **more})
    if generator.random() < 0.9:
        document["statement"]["flat_directions"] = len(listed)


def region(document: Document, generator: Random) -> None:
    """The radius, the curvature, the center or the loss."""
    statement = document["statement"]
    way = generator.choice(["radius", "curvature", "center", "value"])
    if way == "radius":
        statement["region"]["radius"] = scaled(statement["region"]["radius"], generator)
    elif way == "curvature":
        document["witness"]["curvature"] = scaled(document["witness"]["curvature"], generator)
    elif way == "value":
        low, high = map(number, statement["value"])
        shift = generator.choice([high - low, Fraction(1, 10), -(high - low)])
        statement["value"] = [str(low + shift), str(high + shift)]
    else:
        (row,) = statement["region"]["center"]
        index = generator.randrange(len(row))
        size = number(statement["region"]["radius"]) * generator.choice([Fraction(1, 100), 1, 100])
        row[index] = str(number(row[index]) + size)


def landscape(document: Document, generator: Random) -> None:
    """Another risk: data, weights of samples, decay, slopes of an activation, the loss."""
    land = document["statement"]["landscape"]
    sample = generator.randrange(len(land["inputs"]))
    way = generator.choice(["input", "target", "weights", "decay", "activation", "loss", "factor"])
    if way in ("input", "target"):
        row = land[f"{way}s"][sample]
        row[0] = scaled(row[0], generator)
    elif way == "weights":
        given = land.setdefault("sample_weights", ["1"] * len(land["inputs"]))
        given[sample] = generator.choice(["0", "1", "2", "1/3", "100"])
        if generator.random() < 0.2:
            del land["sample_weights"]
    elif way == "decay":
        land["weight_decay"][generator.choice(["weights", "biases"])] = generator.choice(
            ["0", "1/50", "1", "1/1000000"]
        )
    elif way == "activation":
        ways = ["relu", "identity", {"leaky-relu": "1/10"}, {"piecewise-linear": ["-1", "1"]}, "tanh"]
        land["layers"][generator.randrange(len(land["layers"]))]["activation"] = generator.choice(ways)
    elif way == "factor":
        land["loss"]["factor"] = scaled(land["loss"]["factor"], generator)
    else:
        kind = generator.choice(["squares", "logistic", "cross-entropy", "absolute", "hinge", "huber"])
        land["loss"] = {"kind": kind, "factor": land["loss"]["factor"], **({"delta": "1/2"} if kind == "huber" else {})}
        if kind in ("hinge", "cross-entropy"):
            land["targets"] = [
                ["1" if number(y) > 0 else "-1" if kind == "hinge" else "0" for y in row] for row in land["targets"]
            ]


CHANGES: list[Callable[[Document, Random], None]] = [kinks, kinks, generators, region, landscape]


def forgery(generator: Random) -> Document:
    document = deepcopy(load(f"valid/{generator.choice(BASES)}.json"))
    for _ in range(generator.randint(1, 3)):
        generator.choice(CHANGES)(document, generator)
    return seal(document)


def is_true(certificate: Any, generator: Random) -> bool:
    """What the theorem concludes, at random points."""
    statement, witness = certificate.statement, certificate.witness
    assert isinstance(statement, LocalMinimumWithin)
    center = [ball(entry) for entry in statement.center[0]]

    def value(at: list[arb]) -> arb:
        return EmpiricalRisk(statement.landscape, [at]).value()

    here, radius = value(center), ball(statement.radius)
    low, high = map(ball, statement.value)
    if here < low or (not witness.symmetries and here - ball(witness.curvature) * radius * radius > high):
        return False
    fields = [_numerical(statement, symmetry, center) for symmetry in witness.symmetries]
    basis: list[list[arb]] = []
    for vector in fields:
        moved = [x + t * arb(10) ** -30 for x, t in zip(center, vector, strict=True)]
        if abs(value(moved) - here) > arb(10) ** -45 * (1 + here):
            return False
        basis.append(_across(vector, basis))
    for index in range(60):
        axis = index // 2
        drawn = [arb(generator.gauss(0, 1)) for _ in center]
        if axis < len(center):
            drawn = [arb(int(i == axis)) * (1 if index % 2 else -1) for i in range(len(center))]
        direction = _across(drawn, basis)
        length = sum((x * x for x in direction), arb(0)).sqrt()
        if not length > arb(10) ** -6:
            continue
        at = [x + radius * d / length for x, d in zip(center, direction, strict=True)]
        if not value(at) > here:
            return False
    return True


def _across(vector: list[arb], basis: list[list[arb]]) -> list[arb]:
    rest = vector
    for other in basis:
        square = sum((y * y for y in other), arb(0))
        share = sum((x * y for x, y in zip(rest, other, strict=True)), arb(0)) / square
        rest = [(x - share * y).mid() for x, y in zip(rest, other, strict=True)]
    return rest


def _numerical(statement: Any, symmetry: Any, center: list[arb]) -> list[arb]:
    """The field of a symmetry at the center, as the checker has it."""
    levels = EmpiricalRisk(statement.landscape, [center]).before_activation()
    slopes = [
        [[layer.activation.parameters[z > 0] for z in row] for row in rows]
        if layer.activation.is_piecewise_linear
        else None
        for layer, rows in levels
    ]
    return list(Symmetries(statement.landscape, Frozen([*slopes, None], frozenset())).field(symmetry).at(center))


def judged(
    forge: Callable[[Random], Document], holds: Callable[[Certificate, Random], bool], seeds: range
) -> Counter[str]:
    """The verdicts on forged certificates, counted; each that is verified is true."""
    ctx.prec = 250
    seen: Counter[str] = Counter()
    for seed in seeds:
        generator = Random(seed)
        document = forge(generator)
        try:
            certificate = Certificate.read(parse(json.dumps(document).encode()))
        except NotACertificate:
            seen["Malformed"] += 1
            continue
        verdict = prove(certificate)
        seen[type(verdict).__name__] += 1
        assert not isinstance(verdict, Malformed)
        assert "internal" not in getattr(verdict, "reason", ""), (seed, verdict)
        if isinstance(verdict, Verified):
            with ctx.workprec(250):
                assert holds(certificate, generator), seed
    return seen


@pytest.mark.parametrize("count", [60, pytest.param(2_500, marks=campaign)])
def test_no_forged_basin_is_verified_that_is_false(count: int) -> None:
    seen = judged(forgery, is_true, range(count))
    assert seen["Rejected"] > count / 12, seen
    assert seen["Undecided"] > count / 12, seen
    assert seen["Verified"] > count / 60, seen


def test_the_judge_knows_false_ones() -> None:
    """A center from which the loss falls, on the radius of the file; a flat direction that is none; another loss."""
    ctx.prec = 250
    document = load("valid/basin-kinks.json")
    certificate = Certificate.read(parse(json.dumps(document).encode()))
    assert is_true(certificate, Random(0))
    (row,) = document["statement"]["region"]["center"]
    row[0] = str(number(row[0]) + 1000 * number(document["statement"]["region"]["radius"]))
    assert not is_true(Certificate.read(parse(json.dumps(seal(document)).encode())), Random(0))
    document = load("valid/basin-kinks.json")
    document["statement"]["value"] = ["1000", "1001"]
    assert not is_true(Certificate.read(parse(json.dumps(seal(document)).encode())), Random(0))
