"""Certificates about units that are parts of one: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_split` writes the valid ones; by hand, as the points are found with LAPACK.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from itertools import product

import numpy as np

from tests.corpus.forge import CORPUS, Document, text
from tests.corpus.make_map import landscape
from tests.corpus.make_valid_basin import INPUTS, PAIRS, TARGETS, trained
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.basin import certify_basin

KINK, TWICE, FILTERS = "split-kink", "split-twice", "split-filters"
ALONE, FREE = "split-one-unit", "split-one-unit-free-biases"
LAND, CENTER, FLAT = "statement.landscape", "statement.region.center", "statement.flat_directions"
SPLITS = "witness.splits"
SPLIT = SPLITS + ".0"
Changes = dict[str, object]


def one_more(document: Document) -> Changes:
    """Of a network with one hidden unit one with two parts of it, though the loss falls where they move apart."""
    land, one = deepcopy(document["statement"]["landscape"]), document["statement"]["region"]["center"][0]
    land["layers"][0]["width"] = 2
    a, b = Fraction(4, 5), Fraction(3, 5)
    (w, v), bias = (one[:3], one[3:5]), one[5:]
    both = [[str(share * Fraction(_exact(entry))) for entry in (*w, *v)] for share in (a, b)]
    (w1, b1, v1), (w2, b2, v2) = ((part[:2], part[2], part[3:]) for part in both)
    center = [*w1, *w2, b1, b2, *(entry for pair in zip(v1, v2, strict=True) for entry in pair), *bias]
    split = {"layer": 0, "first": [0], "second": [1], "shares": [str(a), str(b)]}
    kinks = document["witness"]["kinks"]
    return {LAND: land, CENTER: [center], FLAT: 1, "witness.kinks": kinks, SPLITS: [split]}


def _exact(number: str) -> Fraction:
    """m*2^e, or what a Fraction is written like."""
    mantissa, _, exponent = number.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)


def with_splits(*splits: Document) -> Changes:
    """Other ones than were given."""
    return {SPLITS: [*splits], FLAT: len(splits)}


def swapped(document: Document) -> Changes:
    """The shares the other way round."""
    return {SPLIT + ".shares": document["witness"]["splits"][0]["shares"][::-1]}


def doubled(document: Document) -> Changes:
    """A split twice."""
    split = document["witness"]["splits"][0]
    return {**with_splits(split, split)}


def tied(document: Document) -> Changes:
    """The second filter has the bias of the first."""
    entries = [list(entry) for entry in document["statement"]["landscape"]["map"]["entries"]]
    return {LAND + ".map.entries": [[p, 2 if (p, t) in SECOND_BIASES else t, c] for p, t, c in entries]}


def lightly_kinked(document: Document) -> Changes:
    """One more sample on the kink of the split unit, of so little weight that the kink does not hold it.

    The minimum of the smaller network stays proved; but next to the kink the loss need not fall towards it.
    """
    land, (center,) = document["statement"]["landscape"], document["statement"]["region"]["center"]
    a, b = map(Fraction, document["witness"]["splits"][0]["shares"])
    w, _, bias = (a * _exact(center[i]) + b * _exact(center[i + step]) for i, step in ((0, 2), (1, 2), (4, 1)))
    x = Fraction(round(-bias / w * 2**50), 2**50)
    samples = len(land["inputs"])
    return {
        LAND + ".inputs": [*land["inputs"], [str(x), "0"]],
        LAND + ".targets": [*land["targets"], ["5"]],
        LAND + ".sample_weights": [*["1"] * samples, "1*2^-40"],
        "statement.value": ["0", "1"],
        "witness.kinks": [*document["witness"]["kinks"], [0, samples, 0, "1/2", "0"]],
    }


POSITIONS, FILTER = 3, 2
SECOND_BIASES = {(24 + POSITIONS + position, 5) for position in range(POSITIONS)}
INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    ("undecided-split-apart", ALONE, one_more, "not proved to rise where the parts of a split unit move apart"),
    ("rejected-split-smooth", KINK, {LAND + ".layers.0.activation": "tanh"}, "its activation is not piecewise linear"),
    (
        "rejected-split-concave",
        KINK,
        {LAND + ".layers.0.activation": {"piecewise-linear": ["1", "0"]}},
        "its activation is not convex",
    ),
    ("rejected-split-of-outputs", KINK, {SPLIT + ".layer": 1, SPLIT + ".second": [0]}, "there is no next layer"),
    ("rejected-split-of-itself", KINK, {SPLIT + ".second": [0], SPLIT + ".first": [0]}, "each once"),
    ("rejected-split-unequal-sets", FILTERS, {SPLIT + ".second": [3, 4]}, "as many units, each once"),
    (
        "rejected-split-other-place",
        FILTERS,
        {SPLIT + ".second": [4, 3, 5]},
        "not made from their parameters in the same",
    ),
    ("rejected-split-tied", FILTERS, tied, "not each by itself"),
    ("rejected-split-swapped-shares", KINK, swapped, "are not in the ratio of the shares"),
    ("rejected-split-large-shares", KINK, {SPLIT + ".shares": ["4/5", "4/5"]}, "the sum of their squares 1"),
    ("rejected-split-twice-the-same", KINK, doubled, "not made from their parameters in the same"),
    ("rejected-split-strict", KINK, {FLAT: 0}, "a flat direction for each split"),
    ("undecided-split-without-decay-of-biases", FREE, one_more, "all parameters of split units must decay"),
    ("rejected-split-residual", KINK, {LAND + ".layers.0.residual": True}, "it or the next layer is residual"),
    (
        "undecided-split-not-held",
        KINK,
        lightly_kinked,
        "beside the kink of unit 0 of layer 0 on sample 10 the loss's slope",
    ),
    ("undecided-split-left-out", TWICE, lambda d: with_splits(d["witness"]["splits"][0]), "is not listed"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("split-none", KINK, SPLITS, [], "has 0 entries instead of 1 to"),
    ("split-layer", KINK, SPLIT + ".layer", 2, "2 is not between 0 and 1"),
    ("split-unit", KINK, SPLIT + ".first.0", 9, "9 is not between 0 and 1"),
    ("split-no-units", KINK, SPLIT + ".second", [], "has 0 entries instead of 1 to"),
    ("split-one-share", KINK, SPLIT + ".shares", ["1"], "has 1 entry instead of 2"),
    ("split-share-negative", KINK, SPLIT + ".shares.1", "-3/5", "must be positive"),
    ("split-share-zero", KINK, SPLIT + ".shares.1", "0", "must be positive"),
    ("split-more", KINK, SPLIT + ".angle", "1", "unknown field"),
]


def two_filters() -> EmpiricalRisk:
    """Two filters of two numbers and a bias on four inputs, and an output of their three positions each."""
    random = np.random.default_rng(3)
    x = [[str(entry) for entry in row] for row in random.integers(0, 3, size=(10, 4))]
    y = [[f"{round(100 * entry)}/100"] for entry in random.normal(size=10)]
    entries: list[list[object]] = []
    for channel, position in product(range(2), range(POSITIONS)):
        unit = POSITIONS * channel + position
        entries += [[4 * unit + position + i, 3 * channel + i, "1"] for i in range(FILTER)]
        entries += [[24 + unit, 3 * channel + 2, "1"], [30 + unit, 6 + unit, "1"]]
    layers: list[Document] = [{"width": 6}, {"width": 1, "activation": "identity"}]
    return EmpiricalRisk.read(
        {
            **landscape(layers, sorted([*entries, [36, 12, "1"]], key=lambda entry: entry[:2]), [], 13),
            "loss": {"kind": "squares", "factor": "1/10"},
            "weight_decay": {"weights": "1/10", "biases": "1/10"},
            "inputs": x,
            "targets": y,
        }
    )


def certificates() -> dict[str, Certificate]:
    """A unit on a kink in two parts, one in three, a filter in two; and the minimum of a network with one unit."""
    small, strong = (
        EmpiricalRisk(INPUTS, TARGETS, [width, 1], "relu", scale="mean", weight_decay=decay, bias_decay=decay)
        for width, decay in ((2, "1/50"), (3, "1/10"))
    )
    alone = EmpiricalRisk(INPUTS, PAIRS, [1, 2], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
    free = EmpiricalRisk(INPUTS, PAIRS, [1, 2], "relu", scale="mean", weight_decay="1/50")
    filters = two_filters()
    return {
        KINK: certify_basin(small, trained(small, 5)),
        TWICE: certify_basin(strong, trained(strong, 1)),
        FILTERS: certify_basin(filters, trained(filters, FILTER_SEED)),
        ALONE: certify_basin(alone, trained(alone, ALONE_SEED)),
        FREE: certify_basin(free, trained(free, ALONE_SEED)),
    }


FILTER_SEED, ALONE_SEED = 1, 2


def main() -> None:
    """Write the valid ones."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
