"""Certificates about losses that bend and about samples that count differently: valid ones, and a forger's.

`python -m tests.corpus.make_losses` writes the valid ones; by hand, as the points are found with LAPACK.
"""

from __future__ import annotations

import json
from fractions import Fraction

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_invalid_basin import BIAS_DECAY
from tests.corpus.make_invalid_risks import DECAY, LAYERS, RADIUS, TARGETS, Changes, Forgery, nudged
from tests.corpus.make_valid_basin import INPUTS, trained
from tests.corpus.make_valid_basin import TARGETS as NUMBERS
from verify.checker.statements.given_point import Line
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, certify
from verify.producer.prover import given_point as prover
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.convex import certify_convex
from verify.producer.prover.no_minimum import certify_no_local_minimum_within
from verify.producer.prover.width_bound import certify_width_bound

SIDES = [1 if float(number) > 0 else -1 for number in NUMBERS]
WEIGHTS = ["1", "1/2", "3", "0", "1", "2", "1", "1", "1/4", "1"]
LOSS, COUNTED = "statement.landscape.loss", "statement.landscape.sample_weights"
MULTIPLIERS, OF_SHARES = "witness.slopes", {TARGETS + ".1.0": "1"}
KINKS, AT = "witness.kinks", "^" + COUNTED


def certificates() -> dict[str, Certificate]:
    """Each loss on its kinks and off them, and weights with each rule that knows them."""
    decay = {"weight_decay": "1/50", "bias_decay": "1/50"}
    absolute = EmpiricalRisk(INPUTS, NUMBERS, [2, 1], "relu", loss="absolute", scale="mean", **decay)
    median = EmpiricalRisk(INPUTS, NUMBERS, [1], [], loss="absolute", sample_weights=WEIGHTS, scale="sum")
    vectors = EmpiricalRisk(INPUTS, SIDES, [1], [], loss="hinge", scale="mean", weight_decay="1/10")
    huber = EmpiricalRisk(
        INPUTS, NUMBERS, [2, 1], "relu", loss="huber", delta="1/2", scale="mean", sample_weights=WEIGHTS, **decay
    )
    squares = EmpiricalRisk(INPUTS, NUMBERS, [3, 1], "relu", scale="mean", sample_weights=WEIGHTS, **decay)
    smooth = EmpiricalRisk(INPUTS, NUMBERS, [2, 1], "tanh", scale="mean", sample_weights=WEIGHTS, **decay)
    logit = EmpiricalRisk(INPUTS, SIDES, [1], [], loss="logistic", sample_weights=WEIGHTS, **decay)
    lines = EmpiricalRisk([-2, -1, 0, 1, 3], [1, -1, 0, 2, 1], [3, 1], "relu", scale="mean", **decay)
    sides = EmpiricalRisk(
        [-2, -1, 1, 3], [1, -1, 1, 1], [3, 1], "relu", loss="hinge", sample_weights=["1", "2", "1/2", "0"], **decay
    )
    line = EmpiricalRisk([1, 2], [1, 1], [1], [], loss="absolute", scale="sum", biases=False)
    fitted = (Fraction(1),)
    falls = Line(((Fraction(-1),),), 1)
    return {
        "loss-absolute": certify_basin(absolute, trained(absolute, 1)),
        "loss-absolute-weighted": certify_basin(median, trained(median, 1)),
        "loss-hinge": certify_basin(vectors, trained(vectors, 1)),
        "loss-huber-weighted": certify_basin(huber, trained(huber, 1)),
        "loss-squares-weighted": certify_basin(squares, trained(squares, 2)),
        "loss-smooth-weighted": certify(smooth, trained(smooth, 1)),
        "loss-logistic-weighted": certify_convex(logit, trained(logit, 1)),
        "loss-absolute-falls": prover.certified(line, "not-a-local-minimum", fitted, descent=falls),
        "loss-absolute-nowhere": certify_no_local_minimum_within(line, fitted, Fraction(1, 10)),
        "width-bound": certify_width_bound(lines, trained(lines, 1)),
        "width-bound-hinge": certify_width_bound(sides, trained(sides, 1)),
        "loss-absolute-fits": prover.certified(
            EmpiricalRisk([1, 2], [1, 2], [1], [], loss="absolute"), "global-minimum", (Fraction(1), Fraction(0))
        ),
    }


def without_a_loss(document: Document) -> Changes:
    """Without the last of the kinks, which is a sample's loss."""
    return {KINKS: document["witness"]["kinks"][:-1]}


def swapped(document: Document) -> Changes:
    """The first sample's weight is another one's."""
    weights = document["statement"]["landscape"]["sample_weights"]
    return {COUNTED: [weights[2], weights[1], weights[0], *weights[3:]]}


def slope(to: str) -> object:
    """Of the last kink."""

    def changes(document: Document) -> Changes:
        return {f"{KINKS}.{len(document['witness']['kinks']) - 1}.3": to}

    return changes


def weight(to: str) -> object:
    """Of the last kink: nu."""

    def changes(document: Document) -> Changes:
        return {f"{KINKS}.{len(document['witness']['kinks']) - 1}.4": to}

    return changes


def of_no_weight(document: Document) -> Changes:
    """The sample of the last kink does not count; its rise is 0."""
    *_, (_, sample, *_) = document["witness"]["kinks"]
    return {f"{COUNTED}.{sample}": "0"}


def holding(document: Document) -> Changes:
    """A weight of the first unit is fixed, at its value."""
    first, *rest = document["statement"]["region"]["center"][0]
    return {"statement.landscape.fixed": [[0, first]], "statement.region.center": [rest]}


INVALID: list[Forgery] = [
    ("rejected-basin-scale-of-a-fixed-weight", "basin-scale", holding, "is not trained"),
    # minorant (1), (2): the kinks of losses are as those of units
    ("rejected-loss-slope-above", "loss-absolute", slope("11/10"), "is not between -1 and 1"),
    ("rejected-loss-slope-below", "loss-absolute", slope("-11/10"), "is not between -1 and 1"),
    ("rejected-loss-slope-of-the-hinge", "loss-hinge", slope("3/2"), "is not between"),
    ("rejected-loss-slope-of-a-half-line", "loss-absolute", slope("1"), "so that its weight must be 0"),
    ("undecided-loss-not-listed", "loss-absolute", without_a_loss, "the loss of output 0 on sample"),
    ("undecided-loss-weighted-not-listed", "loss-absolute-weighted", without_a_loss, "the loss of output 0 on sample"),
    ("undecided-loss-radius", "loss-hinge", {RADIUS: "2"}, "may meet its kink within the radius"),
    # minorant (4): the rise is the sample's factor
    ("rejected-loss-weight", "loss-absolute", weight("1"), "of a rise of"),
    ("rejected-loss-without-weight", "loss-absolute-weighted", of_no_weight, "of a rise of"),
    # basin (3) to (5)
    (
        "rejected-loss-other-loss",
        "loss-squares-weighted",
        {LOSS: {"kind": "absolute", "factor": "1/10"}},
        "of a rise of",
    ),
    ("rejected-loss-elsewhere", "loss-absolute-weighted", nudged, "the ball is not deep enough"),
    ("rejected-loss-other-weights", "loss-squares-weighted", swapped, "deep enough"),
    ("undecided-loss-no-weights", "loss-squares-weighted", {COUNTED: DELETE}, "was not proved >="),
    ("rejected-loss-other-delta", "loss-huber-weighted", {LOSS + ".delta": "1/5"}, "of a rise of"),
    # strict minima, convex risks, values
    ("rejected-loss-strict-other-weights", "loss-smooth-weighted", swapped, "the Hessian has an eigenvalue below"),
    ("undecided-loss-convex-other-weights", "loss-logistic-weighted", swapped, "the Hessian was not proved"),
    ("undecided-loss-strict-bends", "loss-smooth-weighted", {LOSS + ".kind": "absolute", RADIUS: "9"}, "may meet a"),
    ("undecided-loss-convex-bends", "loss-logistic-weighted", {LOSS + ".kind": "hinge"}, "not written for the loss"),
    ("rejected-loss-rises", "loss-absolute-falls", {"witness.descent.direction": [["1"]]}, "the loss rises along"),
    ("undecided-loss-nowhere-rises", "loss-absolute-nowhere", {"witness.direction": [["1"]]}, "not proved negative"),
    ("undecided-loss-nowhere-reaches", "loss-absolute-nowhere", {RADIUS: "3/4"}, "not proved negative"),
    ("rejected-loss-does-not-fit", "loss-absolute-fits", {TARGETS + ".1.0": "3"}, "the loss at the point is in"),
    # width-bound (1) to (4)
    ("rejected-width-bound-larger", "width-bound", {"statement.at_least": "1"}, "not proved >= 1"),
    ("rejected-width-bound-decay", "width-bound", {DECAY: "1/60"}, "gains more than its decay costs"),
    ("rejected-width-bound-bias-decay", "width-bound", {BIAS_DECAY: "1/60"}, "gains more than its decay costs"),
    ("undecided-width-bound-no-decay", "width-bound", {DECAY: "0"}, "needs decay of the weights"),
    (
        "undecided-width-bound-smooth",
        "width-bound",
        {LAYERS + ".0.activation": "tanh"},
        "piecewise linear hidden layer",
    ),
    ("undecided-width-bound-bent", "width-bound", {LAYERS + ".1.activation": "relu"}, "and a linear output"),
    ("undecided-width-bound-fixed", "width-bound", {"statement.landscape.fixed": [[0, "1"]]}, "all of it trained"),
    (
        "undecided-width-bound-cross-entropy",
        "width-bound",
        {LOSS + ".kind": "cross-entropy", **OF_SHARES},
        "not written",
    ),
    ("rejected-width-bound-multiplier", "width-bound-hinge", {MULTIPLIERS + ".0": "1"}, "is beyond the slopes of its"),
    ("rejected-width-bound-no-weight", "width-bound-hinge", {MULTIPLIERS + ".3": "-1/100"}, "is beyond the slopes of"),
    ("rejected-width-bound-other-targets", "width-bound", {TARGETS + ".3.0": "1"}, "not proved >="),
    (
        "rejected-width-bound-other-inputs",
        "width-bound",
        {"statement.landscape.inputs.4.0": "9"},
        "gains more than its",
    ),
    # rules that are not written for them
    (
        "undecided-loss-curve",
        "loss-absolute-falls",
        {"witness.descent.bends": []},
        "along curves the loss `absolute` has no series here",
    ),
    (
        "undecided-loss-convex-point",
        "loss-absolute-falls",
        {"statement.property": "convex-global-minimum", "witness.descent": DELETE},
        "not written for the loss `absolute`",
    ),
    ("undecided-weights-zero-loss", "zero-loss-tanh", {COUNTED: ["2", "1", "1", "1"]}, "samples all count alike"),
    ("undecided-weights-separable", "separable-logistic", {COUNTED: ["2", "1", "1", "1"]}, "samples all count alike"),
    ("undecided-weights-line", "line-elu", {COUNTED: ["1", "1", "1", "1"]}, "samples all count alike"),
    ("undecided-weights-convex-point", "convex-point", {COUNTED: ["1", "1", "2"]}, "samples all count alike"),
]
MALFORMED = [
    ("width-bound-zero", "width-bound", "statement.at_least", "0", "must be positive"),
    ("width-bound-short", "width-bound", MULTIPLIERS, ["0"], "has 1 entry instead of 5"),
    ("width-bound-missing", "width-bound", MULTIPLIERS, DELETE, "this field is missing"),
    (
        "basin-strict-with-a-slice",
        "basin-scale",
        "statement.property",
        "strict-local-minimum",
        "^statement.hessian_lower_bound: ",
    ),
    ("basin-strict", "basin-scale", "statement.strict", True, "unknown field"),
    ("loss-delta-missing", "loss-huber-weighted", LOSS + ".delta", DELETE, "this field is missing"),
    ("loss-delta-of-squares", "loss-squares-weighted", LOSS + ".delta", "1", "unknown field"),
    ("loss-delta-zero", "loss-huber-weighted", LOSS + ".delta", "0", "must be positive"),
    (
        "loss-hinge-target",
        "loss-hinge",
        TARGETS + ".0.0",
        "2",
        "^statement.landscape.targets: must be 1 or -1",
    ),
    ("loss-kink-of-squares", "loss-squares-weighted", KINKS, [[2, 0, 0, "0", "0"]], "[0][0]: 2 is not between 0 and 1"),
    ("loss-kink-of-huber", "loss-huber-weighted", KINKS, [[2, 0, 0, "0", "0"]], "[0][0]: 2 is not between 0 and 1"),
    ("loss-kink-of-no-output", "loss-absolute", KINKS, [[2, 0, 1, "0", "0"]], "[0][2]: 1 is not between 0 and 0"),
    ("loss-kink-beyond", "loss-absolute", KINKS, [[3, 0, 0, "0", "0"]], "[0][0]: 3 is not between 0 and 2"),
    (
        "loss-kink-twice",
        "loss-absolute",
        KINKS,
        [[2, 0, 0, "0", "0"]] * 2,
        "must be in growing order of layer, sample, unit; each once",
    ),
    (
        "loss-weight-negative",
        "loss-squares-weighted",
        COUNTED + ".0",
        "-1",
        AT + ": must not be negative",
    ),
    (
        "loss-weight-missing",
        "loss-squares-weighted",
        COUNTED + ".0",
        DELETE,
        AT + ": has 9 entries, there are 10",
    ),
    ("loss-weights-zero", "loss-squares-weighted", COUNTED, ["0"] * 10, "must not all be 0"),
    ("loss-weights-of-classes", "loss-squares-weighted", COUNTED, {"0": "1"}, "must be a list"),
    ("loss-name", "loss-absolute", LOSS + ".kind", "pinball", "'pinball' is not known"),
]


def main() -> None:
    """Write the valid ones."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
