"""Certificates about losses near their infimum: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_near_infimum` writes the valid ones; by hand, as the points are found with LAPACK.
"""

from __future__ import annotations

import json
from fractions import Fraction

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_invalid_basin import BIAS_DECAY, CURVATURE
from tests.corpus.make_invalid_risks import DECAY, LAYERS, TARGETS, Changes, Forgery
from tests.corpus.make_valid_basin import CLASSES, INPUTS, PAIRS, trained
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.convex import certify_near_infimum

LINEAR, NARROW, SOFTMAX, LAST, LEAST = (f"near-{name}" for name in ("linear", "narrow", "softmax", "last", "least"))
GAP, RADIUS, POINT, FIXED = "statement.gap", "witness.radius", "statement.point.0", "statement.landscape.fixed"
ANY_LOSS = {"statement.value": ["0", "9"]}
SIDES = [1, -1, 1, 1, -1, 1, -1, -1, 1, -1]


def certificates() -> dict[str, Certificate]:
    """Linear networks, without and with a bottleneck, classes, a last layer with decay, and an exact least point."""
    linear = EmpiricalRisk(INPUTS, PAIRS, [3, 2], "identity", scale="mean", sample_weights=["2", *["1"] * 9])
    narrow = EmpiricalRisk(INPUTS, SIDES, [1, 1, 1], "identity", loss="logistic", scale="mean")
    classes = EmpiricalRisk(INPUTS, CLASSES, [2, 3], "identity", loss="cross-entropy", scale="mean")
    hidden = dict(enumerate(["1/2", "-1", "1", "1/3", "1/4", "0"]))
    last = EmpiricalRisk(INPUTS, SIDES, [2, 1], "tanh", scale="mean", weight_decay="1/10", fixed=hidden)
    lines = EmpiricalRisk([1, 2, 3], [1, 2, 4], [2, 1], "identity", biases=False)
    found = {
        name: certify_near_infimum(risk, [Fraction(float(entry)) for entry in trained(risk, 3)])
        for name, risk in ((LINEAR, linear), (NARROW, narrow), (SOFTMAX, classes), (LAST, last))
    }
    return found | {LEAST: certify_near_infimum(lines, [*map(Fraction, ("17/14", "3", "1", "0"))])}


def with_a_bias(document: Document) -> Changes:
    """The exact least point, of a network whose output has a bias at 0: the samples' slopes do not add up to 0."""
    return {LAYERS + ".1.bias": True, POINT: [*document["statement"]["point"][0], "0"]}


def fixed_bias(document: Document) -> Changes:
    """The same with a bias that is fixed: true, and not to be seen by this rule."""
    return {LAYERS + ".1.bias": True, FIXED: [[4, "0"]]}


INVALID: list[Forgery] = [
    # a convex function
    ("undecided-near-tanh", LINEAR, {LAYERS + ".0.activation": "tanh"}, "and not all layers are linear"),
    ("undecided-near-relu", LINEAR, {LAYERS + ".0.activation": "relu"}, "and not all layers are linear"),
    ("undecided-near-decay", LINEAR, {DECAY: "1/100"}, "of more than one layer are trained, and decay"),
    ("undecided-near-bias-decay", LINEAR, {BIAS_DECAY: "1/100"}, "of more than one layer are trained, and decay"),
    (
        "undecided-near-last-bent",
        LAST,
        {LAYERS + ".1.activation": "tanh"},
        "an activation from layer 1 on is not linear",
    ),
    ("undecided-near-hinge", NARROW, {"statement.landscape.loss.kind": "hinge"}, "not written for the loss `hinge`"),
    # exactly critical
    ("undecided-near-other-target", LEAST, {TARGETS + ".0.0": "2", **ANY_LOSS}, "is not 0 by proof"),
    ("undecided-near-other-point", LEAST, {POINT + ".0": "16/14", **ANY_LOSS}, "is not 0 by proof"),
    ("undecided-near-with-a-bias", LEAST, with_a_bias, "trained parameter 1 is not 0 by proof"),
    ("undecided-near-fixed-bias", LEAST, fixed_bias, "trained parameter 1 is not 0 by proof"),
    ("undecided-near-no-gap", LINEAR, {GAP: "0", CURVATURE: DELETE, RADIUS: DELETE}, "is not 0 by proof"),
    ("rejected-near-no-gap", LAST, {GAP: "0", CURVATURE: DELETE, RADIUS: DELETE}, "is not 0 by proof"),
    # curvature, the radius, the gap, the loss
    ("undecided-near-curvature", LINEAR, {CURVATURE: "4"}, "was not proved >= 4 over the ball"),
    ("undecided-near-softmax-curvature", SOFTMAX, {CURVATURE: "1/2"}, "was not proved >= 0.5 over the ball"),
    ("rejected-near-radius", LINEAR, {RADIUS: "1/100000000000000000000000000000000000"}, "too large for the radius"),
    ("undecided-near-gap", LINEAR, {GAP: "1/10000000000000000000000000000000000000000000000"}, "claimed <="),
    ("rejected-near-value", LINEAR, {"statement.value": ["0", "1/4"]}, "not within the claimed bounds"),
]
MALFORMED = [
    ("near-gap-negative", LINEAR, GAP, "-1", "must not be negative"),
    ("near-gap-missing", LINEAR, GAP, DELETE, "this field is missing"),
    ("near-curvature-missing", LINEAR, CURVATURE, DELETE, "this field is missing"),
    ("near-curvature-of-a-least-point", LEAST, CURVATURE, "1", "unknown field"),
    ("near-radius-zero", LINEAR, RADIUS, "0", "must be positive"),
    ("near-point-short", LEAST, "statement.point", [["1"]], "^statement.point[0]: has 1 entry instead of 4"),
]


def main() -> None:
    """Write them."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
