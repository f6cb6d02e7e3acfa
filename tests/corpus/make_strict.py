"""Certificates about strict minima on kinks: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_strict` writes the valid ones; by hand. Each is one of the corpus's minima within a radius,
said to be strict: with kinks in one layer, in two, of the loss, of units that are given the same, and bends of it.
"""

from __future__ import annotations

import json
from fractions import Fraction

from tests.corpus.forge import CORPUS, DELETE, Document, load, text
from tests.corpus.make_invalid_basin import BIAS_DECAY, CURVATURE, FIRST, FLAT, KINKS, SYMMETRIES, without
from tests.corpus.make_invalid_risks import CENTER, DECAY, RADIUS, TARGETS, Changes, Forgery, nudged
from verify.checker.statements.basin import STRICT
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.strict_basin import as_strict

ONE, TWO, OF_LOSS, SAME, BENDS = (f"strict-{name}" for name in ("kinks", "deep", "absolute", "map", "huber"))
FROM = {
    ONE: "basin-kinks",
    TWO: "basin-deep",
    OF_LOSS: "loss-absolute",
    SAME: "map-kinks",
    BENDS: "loss-huber-weighted",
}


def certificates() -> dict[str, Certificate]:
    """Those of FROM, as strict ones."""
    found = {}
    for name, origin in FROM.items():
        certificate = Certificate(load(f"valid/{origin}.json"))
        found[name] = as_strict(EmpiricalRisk.of(certificate.read().statement.landscape), certificate)
    return found


def claimed_strict(document: Document) -> Changes:
    """A minimum within a radius, said to be strict."""
    assert document["statement"]["property"] == "local-minimum-within"
    return {"statement.property": STRICT, FLAT: DELETE, SYMMETRIES: DELETE}


def to_a_corner(document: Document) -> Changes:
    """The center moved by a little less than the radius, which the corner of the box is farther away than."""
    mantissa, exponent = document["statement"]["region"]["center"][0][0].split("*2^")
    radius, _, power = document["statement"]["region"]["radius"].partition("*2^")
    moved = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    moved += Fraction(3, 4) * Fraction(radius) * Fraction(2) ** int(power or 0)
    return {CENTER + ".0.0": str(moved)}


def idle(document: Document) -> Changes:
    """No weight of any kink."""
    return {f"{KINKS}.{index}.4": "0" for index in range(len(document["witness"]["kinks"]))}


INVALID: list[Forgery] = [
    # minorant, and slopes strictly inside
    ("rejected-strict-slope-above", ONE, {FIRST + ".3": "3/2"}, "is not between 0 and 1"),
    (
        "undecided-strict-slope-of-a-half-line",
        ONE,
        {FIRST + ".3": "1", FIRST + ".4": "0"},
        "is that of a half-line, where the loss need not rise",
    ),
    ("undecided-strict-kink-not-listed", ONE, without(0), "may meet its kink within the radius, and is not"),
    ("undecided-strict-deep-kink-not-listed", TWO, without(3), "may meet its kink within the radius, and is not"),
    ("undecided-strict-loss-not-listed", OF_LOSS, without(5), "may meet its kink within the radius, and is not"),
    ("rejected-strict-weight-too-large", ONE, {FIRST + ".4": "1"}, "of a rise of"),
    ("rejected-strict-deep-weight-too-large", TWO, {KINKS + ".3.4": "1"}, "of a rise of"),
    ("undecided-strict-no-room-for-multipliers", ONE, {RADIUS: "1/16"}, "may meet its kink within the radius"),
    # on all kinks, critical along them, within the radius
    ("rejected-strict-elsewhere", ONE, nudged, "there is no minimum on these kinks within the radius"),
    ("rejected-strict-deep-elsewhere", TWO, nudged, "there is no minimum on these kinks within the radius"),
    ("undecided-strict-in-a-corner", ONE, to_a_corner, "the minimum was proved within"),
    (
        "rejected-strict-other-slope",
        ONE,
        lambda d: {FIRST + ".3": "1/2", **idle(d)},
        "there is no minimum on these kinks within the radius",
    ),
    ("rejected-strict-other-decay", ONE, {DECAY: "1/40"}, "there is no minimum on these kinks within the radius"),
    (
        "rejected-strict-other-data",
        BENDS,
        {TARGETS + ".9.0": "12/100"},
        "there is no minimum on these kinks within the radius",
    ),
    # what has a slice is not strict
    ("undecided-strict-with-flows", "basin-scale", claimed_strict, "no critical point was proved within the radius"),
    ("undecided-strict-linear", "basin-linear", claimed_strict, "no critical point was proved within the radius"),
    ("undecided-strict-softmax", "basin-softmax", claimed_strict, "no critical point was proved within the radius"),
    ("rejected-strict-no-bias-decay", ONE, {BIAS_DECAY: "0"}, "there is no minimum on these kinks within the radius"),
    # curvature and loss
    ("undecided-strict-curvature-too-large", ONE, {CURVATURE: "4"}, "in all directions was not proved >= 4"),
    ("undecided-strict-without-weights", ONE, idle, "in all directions was not proved >="),
    ("rejected-strict-value", ONE, {"statement.value": ["0", "1/4"]}, "not within the claimed bounds"),
]
MALFORMED = [
    ("strict-flat-directions", ONE, FLAT, 0, "unknown field"),
    ("strict-symmetries", ONE, SYMMETRIES, [], "unknown field"),
    ("strict-splits", ONE, "witness.splits", [], "unknown field"),
    ("strict-of-a-slice", "basin-scale", "statement.property", STRICT, "^statement.flat_directions: unknown field"),
    ("strict-kink-twice", ONE, KINKS + ".1", [0, 0, 1, "1/2", "0"], "^witness.kinks: must be in growing"),
    ("strict-radius-zero", ONE, RADIUS, "0", "must be positive"),
    ("strict-curvature-missing", ONE, CURVATURE, DELETE, "this field is missing"),
    ("strict-value-missing", ONE, "statement.value", DELETE, "this field is missing"),
]


def main() -> None:
    """Write them."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
