"""Certificates about saddles that symmetries move: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_flat_saddle` writes the valid ones; by hand, as the points are found with LAPACK.
"""

from __future__ import annotations

import json

import numpy as np

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_invalid_basin import BIAS_DECAY, FLAT, SYMMETRIES
from tests.corpus.make_invalid_risks import CENTER, DECAY, LAYERS, RADIUS, TARGETS, Changes, Forgery
from tests.corpus.make_valid_basin import CLASSES, INPUTS, PAIRS
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.flat_saddle import certify_flat_saddle

LINEAR, SOFTMAX = "flat-saddle-linear", "flat-saddle-softmax"
DOWN, UP = "statement.negative_curvature", "statement.positive_curvature"
PROPERTY = "statement.property"


def one_direction() -> np.ndarray:
    """Where two linear layers fit the data by a matrix of rank 1, along the second singular direction, not the first.

    The shift is that of least squares; one hidden unit is off, in and out.
    """
    x, y = (np.array(rows, dtype=float) for rows in (INPUTS, PAIRS))
    centred, aims = x - x.mean(axis=0), y - y.mean(axis=0)
    fitted, *_ = np.linalg.lstsq(centred, aims, rcond=None)
    _, _, directions = np.linalg.svd(centred @ fitted)
    v = directions[1]
    w = fitted @ v
    shift = y.mean(axis=0) - v * (w @ x.mean(axis=0))
    return np.concatenate([w, [0, 0], [0, 0], [v[0], 0, v[1], 0], shift])


def certificates() -> dict[str, Certificate]:
    """Two linear layers, which the linear group moves; and classes, whose biases move together."""
    linear = EmpiricalRisk(INPUTS, PAIRS, [2, 2], "identity", scale="mean")
    decay = {"weight_decay": "1/50", "loss": "cross-entropy", "scale": "mean"}
    classes = EmpiricalRisk(INPUTS, CLASSES, [2, 3], "tanh", biases=[False, True], **decay)
    origin = np.concatenate([np.zeros(10), np.log([0.4, 0.3, 0.3])])
    return {LINEAR: certify_flat_saddle(linear, one_direction()), SOFTMAX: certify_flat_saddle(classes, origin)}


def fewer(document: Document) -> Changes:
    """Without the last symmetry."""
    kept = document["witness"]["symmetries"][:-1]
    return {SYMMETRIES: kept, FLAT: len(kept)}


def twice(document: Document) -> Changes:
    """The first symmetry in the place of the last, too."""
    first, *others = document["witness"]["symmetries"]
    return {SYMMETRIES: [first, *others[:-1], first]}


def upside_down(document: Document) -> Changes:
    """The directions exchanged."""
    witness = document["witness"]
    down, up = "negative_direction", "positive_direction"
    return {f"witness.{down}": witness[up], f"witness.{up}": witness[down]}


INVALID: list[Forgery] = [
    ("undecided-flat-saddle-kink", LINEAR, {LAYERS + ".0.activation": "relu"}, "may meet a kink"),
    ("rejected-flat-saddle-count", LINEAR, {FLAT: 4}, "4 flat directions are claimed, and"),
    ("rejected-flat-saddle-decay", LINEAR, {DECAY: "1/100"}, "decays"),
    ("rejected-flat-saddle-bias-decay", SOFTMAX, {BIAS_DECAY: "1/100"}, "decays"),
    (
        "rejected-flat-saddle-squares",
        SOFTMAX,
        {"statement.landscape.loss.kind": "squares"},
        "it needs the cross-entropy",
    ),
    ("undecided-flat-saddle-twice", LINEAR, twice, "were not proved independent on the region"),
    ("undecided-flat-saddle-fewer", LINEAR, fewer, "no critical point was proved within the radius"),
    ("undecided-flat-saddle-far", LINEAR, {RADIUS: "1/2"}, "were not proved independent on the region"),
    ("undecided-flat-saddle-large", SOFTMAX, {RADIUS: "1"}, "is not proved invertible over the box"),
    ("rejected-flat-saddle-elsewhere", SOFTMAX, {CENTER + ".0.0": "1/100"}, "there is no critical point within the"),
    (
        "rejected-flat-saddle-other-target",
        LINEAR,
        {TARGETS + ".9.0": "5"},
        "there is no critical point within the radius",
    ),
    ("rejected-flat-saddle-directions", LINEAR, upside_down, "the negative direction's curvature is in"),
    ("rejected-flat-saddle-down", LINEAR, {DOWN: "-1000"}, "the negative direction's curvature is in"),
    ("rejected-flat-saddle-up", LINEAR, {UP: "1000"}, "the positive direction's curvature is in"),
    ("rejected-flat-saddle-value", LINEAR, {"statement.value": ["0", "1/4"]}, "not within the claimed bounds"),
    ("undecided-flat-saddle-weights", LINEAR, {"statement.landscape.sample_weights": ["2"] * 10}, "all count alike"),
]
MALFORMED = [
    ("flat-saddle-no-symmetry", LINEAR, SYMMETRIES, [], "has 0 entries instead of 1 to 12"),
    ("flat-saddle-of-no-dimension", LINEAR, FLAT, 0, "0 is not between 1 and 12"),
    ("flat-saddle-positive", LINEAR, DOWN, "1", "must be negative"),
    ("flat-saddle-no-direction", LINEAR, "witness.negative_direction", [["0"] * 12], "is zero"),
    ("flat-saddle-inertia", LINEAR, "statement.inertia", [1, 6], "unknown field"),
    ("flat-saddle-as-a-saddle", LINEAR, PROPERTY, "saddle", "^statement.flat_directions: unknown field"),
    ("flat-saddle-curvature", LINEAR, UP, DELETE, "this field is missing"),
]


def main() -> None:
    """Write them."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
