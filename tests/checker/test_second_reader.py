"""A second reader who tries to break rule `basin`: maps, splits, exchanges, losses, and numbers at their last bit.

Files are forged as in `test_basin_campaign`, from the same valid ones, with changes that it does not make; of each that
is verified the conclusion is looked at in 250 bits. What is refused needs no further look.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from tests.campaigns import campaign
from tests.checker.test_basin_campaign import BASES, generators, is_true, judged, kinks, landscape, number, region
from tests.corpus.forge import Document, load, seal
from verify.checker.core.outcome import Refuted
from verify.checker.evaluators import matched
from verify.checker.public import Field, NotACertificate
from verify.checker.statements.basin import Split
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK

Random = random.Random


def by_an_ulp(document: Document, generator: Random) -> None:
    """A number of the witness or the region by one part in 2^60."""
    place = generator.choice(["curvature", "radius", "weight", "slope"])
    listed = document["witness"]["kinks"]
    factor = 1 + generator.choice([1, -1]) * Fraction(1, 2**60)
    if place == "curvature":
        document["witness"]["curvature"] = str(number(document["witness"]["curvature"]) * factor)
    elif place == "radius":
        document["statement"]["region"]["radius"] = str(number(document["statement"]["region"]["radius"]) * factor)
    elif listed:
        kink = generator.choice(listed)
        kink[3 + (place == "weight")] = str(number(kink[3 + (place == "weight")]) * factor)


def largest_curvature(document: Document, generator: Random) -> None:
    """As much of the curvature as a search for the largest that is taken would find, and a radius that fits it."""
    size = Fraction(generator.choice([2, 3, 5, 8, 20]))
    document["witness"]["curvature"] = str(number(document["witness"]["curvature"]) * size)
    document["statement"]["region"]["radius"] = str(number(document["statement"]["region"]["radius"]) / size)


def heavy(document: Document, generator: Random) -> None:
    """Weights of all kinks several times larger, or moved from one to another."""
    listed = document["witness"]["kinks"]
    if not listed:
        return
    if generator.random() < 0.5:
        factor = generator.choice([2, 5, 20])
        for kink in listed:
            kink[4] = str(number(kink[4]) * factor)
    else:
        one, other = generator.choice(listed), generator.choice(listed)
        one[4], other[4] = other[4], one[4]


def other_map(document: Document, generator: Random) -> None:
    """A coefficient, a constant, or a trained parameter of a map."""
    made = document["statement"]["landscape"].get("map")
    if made is None:
        return
    way, entry = generator.choice(["coefficient", "trained", "constant"]), generator.choice(made["entries"])
    if way == "coefficient":
        entry[2] = generator.choice(["-1", "2", "1/2"])
    elif way == "trained":
        entry[1] = generator.randrange(made["trained"])
    else:
        free = sorted({place for place, _, _ in made["entries"]} - {place for place, _ in made["constants"]})
        made["constants"] = sorted([*made["constants"], [generator.choice(free), "1*2^-40"]])


def exchanges(document: Document, generator: Random) -> None:
    """An `exchange`, or a `scaling`, with any numbers; the count follows."""
    layers = document["statement"]["landscape"]["layers"]
    depth, listed = generator.randrange(len(layers)), document["witness"]["symmetries"]
    units, sizes = layers[depth]["width"], ["1", "-1", "1/2"]
    before = layers[depth - 1]["width"] if depth else len(document["statement"]["landscape"]["inputs"][0])
    if generator.random() < 0.5:
        sources = before + layers[depth]["bias"]
        changes = [
            [generator.randrange(units), generator.randrange(sources), generator.choice(sizes)]
            for _ in range(generator.randint(1, 3))
        ]
        bias = generator.choice(["0", "0", "1"])
        more: Document = {"name": "exchange", "layer": depth, "changes": changes, "bias": [bias]}
    else:
        rates = [[depth, unit, generator.choice(sizes)] for unit in range(units) if generator.random() < 0.7]
        more = {"name": "scaling", "rates": rates or [[depth, 0, "1"]]}
    listed.append(more)
    document["statement"]["flat_directions"] += 1


def splits(document: Document, generator: Random) -> None:
    """Shares, sets or the layer of a split."""
    listed = document["witness"].get("splits")
    if not listed:
        return
    split = generator.choice(listed)
    way = generator.choice(["shares", "sets", "swap", "less"])
    if way == "shares":
        split["shares"] = generator.choice([["3/5", "4/5"], ["4/5", "3/5"], ["5/13", "12/13"]])
    elif way == "sets":
        split["second"] = [
            generator.randrange(document["statement"]["landscape"]["layers"][0]["width"]) for _ in split["first"]
        ]
    elif way == "swap":
        split["first"], split["second"] = split["second"], split["first"]
    else:
        listed.remove(split)
        if not listed:
            del document["witness"]["splits"]
        document["statement"]["flat_directions"] -= 1


CHANGES: list[Callable[[Document, Random], None]] = [
    by_an_ulp, largest_curvature, heavy, other_map, exchanges, splits, kinks, generators, region, landscape,
]  # fmt: skip


def forgery(generator: Random) -> Document:
    document = deepcopy(load(f"valid/{generator.choice(BASES)}.json"))
    for _ in range(generator.randint(1, 2)):
        generator.choice(CHANGES)(document, generator)
    return seal(document)


def holds(certificate: Any, generator: Random) -> bool:
    """What the theorem concludes; of a network with splits it is that of the parts put together."""
    if certificate.witness.splits:
        return not _lower_nearby(certificate, generator)
    return is_true(certificate, generator)


def _lower_nearby(certificate: Any, generator: Random) -> bool:
    """Whether a point as near as the minimum may lie, and a little more, is lower than all that is claimed of it."""
    from verify.checker.core.balls import ball
    from verify.checker.evaluators import EmpiricalRisk

    statement = certificate.statement
    low = ball(statement.value[0])
    for power in (0, 2, 4):
        for _ in range(40):
            size = statement.radius * 10**power
            at = [ball(entry + size * Fraction(generator.gauss(0, 1))) for entry in statement.center[0]]
            if EmpiricalRisk(statement.landscape, [at]).value() < low:
                return True
    return False


def test_what_is_made_alike_decays_alike() -> None:
    """So no file breaks that hypothesis of `split-units` alone: weights and biases decay, and they are matched."""
    seen: Counter[bool] = Counter()
    for seed in range(400):
        generator = Random(seed)
        document = deepcopy(load(f"valid/{generator.choice(['split-filters', 'split-kink', 'split-twice'])}.json"))
        land = document["statement"]["landscape"]
        land["weight_decay"] = {"weights": "1/10", "biases": "1/7"}
        for _ in range(generator.randint(0, 2)):
            other_map(document, generator)
            splits(document, generator)
        try:
            read = EMPIRICAL_RISK.read(Field("landscape", land), {})
        except NotACertificate:
            continue
        decays = read.decays()
        for split in document["witness"].get("splits", []):
            found = Split(
                split["layer"], tuple(split["first"]), tuple(split["second"]), (Fraction(3, 5), Fraction(4, 5))
            )
            try:
                parts = matched(read, found)
            except Refuted:
                seen[False] += 1
                continue
            seen[True] += 1
            assert all(decays[first] == decays[second] for first, second in (*parts.w, *parts.v))
    assert min(seen[False], seen[True]) > 50, seen


@pytest.mark.parametrize("count", [40, pytest.param(2_000, marks=campaign)])
def test_no_forgery_is_verified_that_is_false(count: int) -> None:
    seen = judged(forgery, holds, range(10_000, 10_000 + count))
    assert seen["Rejected"] + seen["Undecided"] > count / 4, seen
    assert seen["Verified"] > count / 20, seen
