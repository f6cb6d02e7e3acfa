"""Forgeries about degenerate points that read well: each breaks one hypothesis of one rule. See `make_invalid`."""

from __future__ import annotations

from tests.corpus.forge import DELETE, Document
from tests.corpus.make_invalid_basin import BIAS_DECAY, CURVATURE
from tests.corpus.make_invalid_risks import DECAY, LAYERS, POINT, RADIUS, TARGETS, Changes, Forgery, nudged

LOSS, AROUND = "statement.landscape.loss.kind", "statement.critical_radius"
DESCENT, ASCENT = "witness.descent", "witness.ascent"
VALUE = "statement.value"
CURVED = ["1", "2", "-1", "2", "0", "2/5", "-1"]
ANY = {VALUE: ["0", "100"]}


def falling_twice(document: Document) -> Changes:
    """The curve of descent for the one of ascent."""
    return {ASCENT: document["witness"]["descent"]}


DEGENERATE: list[Forgery] = [
    # descent-along-a-curve (1): nothing at the orders before
    ("rejected-curve-order-late", "curve-tanh", {DESCENT + ".order": 5}, "at order 4, below the claimed one, is in"),
    (
        "rejected-curve-slope",
        "curve-tanh",
        {**ANY, POINT + ".0.8": "1", DESCENT + ".direction.0.8": "1"},
        "at order 1, below the claimed one, is in",
    ),
    (
        "undecided-curve-slope-not-exactly-0",
        "curve-both-sides",
        {DESCENT + ".both_sides": False},
        "at order 1, below the claimed one, is in",
    ),
    # (2): down at the order claimed
    ("rejected-curve-order-early", "curve-tanh", {DESCENT + ".order": 3}, "does not change along the curve at order 3"),
    ("rejected-curve-other-samples", "curve-tanh", {TARGETS: [["-1"], ["1"], ["1"], ["-1"]]}, "the loss rises along"),
    ("rejected-curve-decay", "curve-tanh", {**ANY, DECAY: "1"}, "at order 2, below the claimed one, is in"),
    (
        "rejected-curve-other-bend",
        "curve-classes-saddle",
        {DESCENT + ".bends": [[["0"] * 12 + ["9", "0", "0"]]]},
        "the loss rises along the curve, at order 4",
    ),
    (
        "rejected-curve-from-a-kink-rises",
        "curve-kink-logistic",
        {DESCENT + ".direction.0.1": "1"},
        "the loss rises along",
    ),
    (
        "undecided-curve-side-not-known",
        "curve-kink-logistic",
        {
            **ANY,
            LAYERS: [
                {"width": 2, "activation": "sigmoid", "bias": False, "residual": False},
                {"width": 1, "activation": "relu", "bias": True, "residual": False},
            ],
            POINT: [["2", "-2", "1", "1", "-1"]],
            DESCENT: {"direction": [["0", "0", "0", "0", "1"]], "order": 1, "bends": []},
        },
        "on which side of it the curve goes was not proved",
    ),
    # saddle-along-curves (3), (4)
    ("rejected-curve-saddle-falls", "curve-classes-saddle", falling_twice, "the loss falls along the curve of ascent"),
    (
        "rejected-curve-saddle-is-not-critical",
        "curve-classes-saddle",
        {**ANY, TARGETS: [["2", "1", "0"], ["0", "1", "2"], ["0", "1", "2"], ["2", "0", "1"]]},
        "below the claimed one, is in",
    ),
    # second-order-descent
    ("undecided-bends-down-far", "risk-bends-down", {RADIUS: "2"}, "the loss's second derivative along the direction"),
    (
        "rejected-bends-up",
        "risk-bends-down",
        {"witness.direction.0": ["0", "0", "0", "0", "0", "0", "0", "0", "1"]},
        "the loss's second derivative along the direction",
    ),
    (
        "undecided-bends-down-on-a-kink",
        "risk-bends-down",
        {LAYERS + ".0.activation": "relu"},
        "may meet a kink within the radius",
    ),
    ("undecided-bends-down-as-falls", "risk-bends-down", {"witness.order": DELETE}, "not proved negative"),
    # interpolation (1) to (5)
    ("undecided-zero-loss-decay", "zero-loss-tanh", {DECAY: "1/100"}, "needs the loss of squares without weight decay"),
    ("undecided-zero-loss-logistic", "zero-loss-tanh", {LOSS: "logistic"}, "needs the loss of squares without weight"),
    ("rejected-zero-loss-radii", "zero-loss-tanh", {RADIUS: "1"}, "larger than the one within which"),
    ("undecided-zero-loss-kink", "zero-loss-outputs", {AROUND: "2"}, "may meet a kink within the radius"),
    ("undecided-zero-loss-singular-value", "zero-loss-tanh", {"witness.singular_value": "4"}, "were not proved >= 4"),
    (
        "undecided-zero-loss-same-input",
        "zero-loss-tanh",
        {"statement.landscape.inputs.0": ["1", "1"]},
        "singular values of the outputs' Jacobian were not proved",
    ),
    ("undecided-zero-loss-turns", "zero-loss-tanh", {AROUND: "1"}, "not proved >= 0"),
    ("undecided-zero-loss-too-far", "zero-loss-tanh", {RADIUS: "1*2^-70"}, "too far from the targets"),
    ("undecided-zero-loss-targets", "zero-loss-tanh", {TARGETS + ".0.0": "11/10"}, "too far from the targets"),
    # convex, convex-point
    (
        "undecided-convex-two-layers",
        "line-elu",
        {"statement.property": "convex-global-minimum", "witness.method": DELETE},
        "parameters of more than one layer are trained",
    ),
    ("undecided-convex-smooth-output", "convex-last-layer", {LAYERS + ".1.activation": "tanh"}, "is not linear"),
    ("undecided-convex-kink-at-the-output", "convex-last-layer", {LAYERS + ".1.activation": "relu"}, "is not linear"),
    ("undecided-convex-curvature", "convex-logistic", {CURVATURE: "9"}, "the Hessian was not proved >= 9"),
    ("rejected-convex-elsewhere", "convex-logistic", nudged, "the gradient is too large for the radius"),
    ("rejected-convex-other-decay", "convex-logistic", {DECAY: "1/5"}, "the gradient is too large for the radius"),
    ("rejected-convex-value", "convex-logistic", {VALUE: ["0", "1/2"]}, "not within the claimed bounds"),
    ("rejected-convex-point-slope", "convex-point", {**ANY, POINT + ".0.1": "-1/3"}, "the loss's slope in trained"),
    # not-attained
    ("undecided-separable-decay", "separable-logistic", {**ANY, DECAY: "1/1000"}, "needs a loss without weight decay"),
    ("undecided-separable-bias-decay", "separable-logistic", {**ANY, BIAS_DECAY: "1"}, "needs a loss without weight"),
    ("undecided-separable-squares", "separable-logistic", {**ANY, LOSS: "squares"}, "needs the logistic loss or"),
    ("undecided-separable-bent", "separable-logistic", {**ANY, LAYERS + ".1.activation": "relu"}, "that is linear and"),
    ("rejected-separable-target-0", "separable-logistic", {**ANY, TARGETS + ".0.0": "0"}, "a margin on sample 0 is in"),
    ("rejected-separable-wrong", "separable-logistic", {**ANY, TARGETS + ".3.0": "-1"}, "a margin on sample 3 is in"),
    ("rejected-separable-margin-0", "separable-classes", {**ANY, POINT + ".0.11": "0"}, "a margin on sample 1 is in"),
    (
        "undecided-separable-soft-targets",
        "separable-classes",
        {**ANY, TARGETS + ".0": ["9/10", "1/10", "0"]},
        "one target of each sample other than 0",
    ),
    (
        "undecided-separable-fixed-bias",
        "separable-classes",
        {
            **ANY,
            "statement.landscape.fixed": [[11, "1"]],
            POINT: [["1", "-1", "0", "0", "0", "2", "0", "0", "2", "0", "0", "0"]],
        },
        "all weights and biases of the last layer trained",
    ),
    # orthogonal-residuals (2), (3)
    ("undecided-line-elu-curved", "line-elu", {**ANY, POINT + ".0": CURVED}, "on its curved side on sample"),
    ("undecided-line-elu-on-a-kink", "line-elu", {**ANY, POINT + ".0.2": "0"}, "is on its kink on sample 0"),
    ("undecided-line-other-residuals", "line-elu", {**ANY, TARGETS + ".0.0": "1"}, "are not orthogonal to the inputs"),
    ("undecided-line-decay", "line-elu", {**ANY, DECAY: "1/10"}, "needs a loss without weight decay"),
    ("undecided-line-smooth", "line-elu", {**ANY, LAYERS + ".0.activation": "tanh"}, "needs piecewise linear"),
    (
        "undecided-line-dead-output-leaky",
        "line-dead-output",
        {**ANY, LAYERS + ".0.activation": {"leaky-relu": "1/10"}},
        "are not orthogonal to the inputs",
    ),
    (
        "undecided-line-dead-output-on-a-kink",
        "line-dead-output",
        {POINT + ".0": ["-1", "0"]},
        "is on its kink on sample 0",
    ),
    (
        "undecided-line-logistic-outputs",
        "line-logistic",
        {**ANY, POINT + ".0.6": "1"},
        "is not evaluated in rational numbers",
    ),
    (
        "undecided-line-logistic-targets",
        "line-logistic",
        {**ANY, TARGETS + ".0.0": "-1"},
        "are not orthogonal to the inputs",
    ),
]
MALFORMED = [
    ("curve-direction-zero", "curve-tanh", DESCENT + ".direction", [["0"] * 9], "is zero"),
    ("curve-order-0", "curve-tanh", DESCENT + ".order", 0, "0 is not between 1 and 32"),
    ("curve-bend-short", "curve-tanh", DESCENT + ".bends", [[["1"]]], "[0][0]: has 1 entry instead of 9"),
    (
        "curve-sides-of-a-line",
        "curve-both-sides",
        DESCENT + ".bends",
        DELETE,
        "^witness.descent.both_sides: is for a curve",
    ),
    ("curve-sides-number", "curve-both-sides", DESCENT + ".both_sides", 1, "must be true or false"),
    ("zero-loss-dimension", "zero-loss-tanh", "statement.dimension", 4, "is not 5, the trained parameters less"),
    ("zero-loss-radius", "zero-loss-tanh", RADIUS, "0", "must be positive"),
    ("zero-loss-critical-radius", "zero-loss-tanh", AROUND, "-1", "must be positive"),
    ("zero-loss-singular-value", "zero-loss-tanh", "witness.singular_value", "0", "must be positive"),
    ("convex-curvature", "convex-logistic", CURVATURE, "-1", "must be positive"),
    ("convex-radius", "convex-logistic", RADIUS, "0", "must be positive"),
    ("convex-point-missing", "convex-point", "statement.point", DELETE, "this field is missing"),
    ("convex-point-short", "convex-point", POINT + ".0.1", DELETE, "^statement.point[0]: has 1 entry instead of 2"),
    ("convex-point-value", "convex-point", VALUE, ["1/12", "1/13"], "the lower bound is above the upper bound"),
    ("convex-point-curvature", "convex-point", CURVATURE, "1/2", "unknown field"),
    ("separable-witness", "separable-logistic", "witness.method", "one-hidden-layer", "unknown field"),
    ("bends-down-order", "risk-bends-down", "witness.order", 3, "3 is not between 1 and 2"),
    (
        "bends-down-no-critical-point",
        "risk-bends-down",
        "statement.property",
        "no-critical-point",
        "^witness.order: must be 1",
    ),
]
