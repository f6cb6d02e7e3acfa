"""Forgeries about empirical risks that read well: each breaks one hypothesis of one rule. See `make_invalid`."""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.forge import DELETE, Document

Changes = dict[str, object]
Forgery = tuple[str, str, Changes | Callable[[Document], Changes], str]

RADIUS, CENTER = "statement.region.radius", "statement.region.center"
VALUE, HESSIAN, POINT = "statement.value", "statement.hessian_lower_bound", "statement.point"
LAYERS, TARGETS = "statement.landscape.layers", "statement.landscape.targets"
DECAY = "statement.landscape.weight_decay.weights"
GIVEN = "witness.multipliers"
ROWS = GIVEN + ".0.0"


def as_minimum(saddle: Document) -> Changes:
    """Call a saddle a minimum."""
    return {
        "statement.property": "strict-local-minimum",
        "statement.region.shape": "ball",
        HESSIAN: "1/1000",
        "statement.negative_curvature": DELETE,
        "statement.positive_curvature": DELETE,
        "statement.inertia": DELETE,
        "witness.negative_direction": DELETE,
        "witness.positive_direction": DELETE,
    }


def nudged(document: Document) -> Changes:
    """Another center."""
    mantissa, exponent = document["statement"]["region"]["center"][0][0].split("*2^")
    return {CENTER + ".0.0": f"{int(mantissa) + 2 ** (-int(exponent) - 20)}*2^{exponent}"}


def negated(name: str) -> Callable[[Document], Changes]:
    """Change the sign of the direction's entries, 0 stays."""

    def changes(document: Document) -> Changes:
        (direction,) = document["witness"][name]["direction"] if name else document["witness"]["direction"]
        flipped = [entry if entry == "0" else entry[1:] if entry[0] == "-" else f"-{entry}" for entry in direction]
        return {f"witness.{name}.direction.0": flipped}

    return changes


def opposite(document: Document) -> Changes:
    """The direction in which the loss rises."""
    (direction,) = document["witness"]["direction"]
    return {
        "witness.direction.0": [
            entry if entry == "0" else entry[1:] if entry[0] == "-" else f"-{entry}" for entry in direction
        ]
    }


RISKS: list[Forgery] = [
    # strict-local-minimum and spurious-local-minimum, of a network
    ("rejected-risk-bound-too-large", "risk-tanh", {HESSIAN: "4"}, "the Hessian has an eigenvalue below 4"),
    ("rejected-risk-is-a-saddle", "risk-saddle", as_minimum, "the Hessian has an eigenvalue below 0.001"),
    ("rejected-risk-not-critical", "risk-tanh", nudged, "the gradient is too large for the radius"),
    ("rejected-risk-value-elsewhere", "risk-tanh", {VALUE: ["0", "1/100"]}, "not within the claimed bounds"),
    ("undecided-risk-ball-too-large", "risk-tanh", {RADIUS: "1/2"}, "was not proved >="),
    (
        "rejected-risk-other-data",
        "risk-tanh",
        {TARGETS + ".0.0": "1001/1000", HESSIAN: "1/1000"},
        "the gradient is too large for the radius",
    ),
    ("rejected-risk-other-decay", "risk-tanh", {DECAY: "1/2"}, "the gradient is too large for the radius"),
    (
        "rejected-risk-other-factor",
        "risk-tanh",
        {"statement.landscape.loss.factor": "1", HESSIAN: "1/1000"},
        "the gradient is too large",
    ),
    (
        "rejected-risk-other-loss",
        "risk-tanh",
        {"statement.landscape.loss.kind": "logistic"},
        "has an eigenvalue below 0.057",
    ),
    (
        "rejected-risk-other-activation",
        "risk-tanh",
        {LAYERS + ".0.activation": "arctan"},
        "has an eigenvalue below 0.057",
    ),
    (
        "rejected-risk-without-residual",
        "risk-deep-residual",
        {LAYERS + ".1.residual": False, HESSIAN: "1/1000"},
        "the gradient is too large for the radius",
    ),
    (
        "rejected-risk-fixed-elsewhere",
        "risk-logistic-fixed",
        {"statement.landscape.fixed.1.1": "334/1000", HESSIAN: "1/1000"},
        "the gradient is too large for the radius",
    ),
    ("undecided-risk-kink-in-the-ball", "risk-relu-off-kinks", {RADIUS: "1"}, "may meet a kink within the radius"),
    ("undecided-risk-on-a-kink", "risk-relu-off-kinks", {CENTER + ".0": ["1", "-1", "1", "0"]}, "may meet a kink"),
    (
        "rejected-risk-better-is-worse",
        "risk-neuron-spurious",
        {"witness.better_point": [["0", "0"]]},
        "the better point has a loss in",
    ),
    ("rejected-risk-better-missing", "risk-neuron-spurious", {"witness.better_point": DELETE}, "no better point is"),
    # saddle, of a network
    ("rejected-risk-saddle-not-there", "risk-saddle", {CENTER + ".0.0": "1"}, "there is no critical point within"),
    ("rejected-risk-saddle-inertia", "risk-saddle", {"statement.inertia": [1, 8]}, "has at least"),
    # value
    ("rejected-risk-value", "risk-value", {VALUE: ["1", "182/100"]}, "not within the claimed bounds"),
    ("undecided-risk-value-of-few-bits", "risk-value", {"witness.precision": 53}, "not within the claimed bounds"),
    ("rejected-risk-value-exact", "risk-value-exact", {VALUE: ["0", "15"]}, "not within the claimed bounds"),
    (
        "rejected-risk-value-exact-by-a-hair",
        "risk-value-exact",
        {VALUE + ".0": "605000000000000000001/40000000000000000000", VALUE + ".1": "16"},
        "not within the claimed bounds",
    ),
    # global-minimum: the loss is 0 at the point
    ("rejected-risk-global-not-zero", "risk-global", {POINT + ".0.0": "-4"}, "not within the claimed bounds"),
    # not-a-global-minimum
    (
        "rejected-risk-worse-than-itself",
        "risk-worse",
        lambda d: {"witness.better_point": d["statement"]["point"]},
        "the better point has a loss in [29, 29]",
    ),
    (
        "rejected-risk-worse-not-below-the-bounds",
        "risk-worse",
        {VALUE + ".0": "0"},
        "the better point has a loss in [0, 0], not below 0",
    ),
    # one-hidden-layer (1)
    (
        "undecided-risk-kinks-decay",
        "risk-kinks-multipliers",
        {DECAY: "1/10", VALUE: ["0", "9"]},
        "without weight decay",
    ),
    (
        "undecided-risk-kinks-logistic",
        "risk-kinks-multipliers",
        {"statement.landscape.loss.kind": "logistic", VALUE: ["0", "99"]},
        "needs the loss of squares",
    ),
    (
        "undecided-risk-kinks-smooth",
        "risk-kinks-multipliers",
        {LAYERS + ".0.activation": "square", VALUE: ["0", "99"]},
        "needs piecewise linear activations",
    ),
    (
        "undecided-risk-kinks-output",
        "risk-kinks-multipliers",
        {LAYERS + ".1.activation": "relu", VALUE: ["0", "99"]},
        "needs the identity as the activation of the output",
    ),
    (
        "undecided-risk-kinks-residual",
        "risk-kinks-multipliers",
        {LAYERS + ".0.residual": True, VALUE: ["0", "99"]},
        "needs one hidden layer, one output and no residual",
    ),
    # one-hidden-layer (2), (3), (4)
    (
        "rejected-risk-kinks-output-bias",
        "risk-kinks-multipliers",
        {TARGETS + ".4.0": "2", VALUE: ["0", "99"]},
        "a slope in the output's bias",
    ),
    (
        "rejected-risk-kinks-output-weight",
        "risk-kinks-multipliers",
        {TARGETS + ".2.0": "0", TARGETS + ".4.0": "2", VALUE: ["0", "99"]},
        "a slope in the output weight of neuron 0",
    ),
    ("rejected-risk-kinks-multiplier", "risk-kinks-multipliers", {ROWS + ".1.1": "1/3"}, "do not prove that"),
    ("rejected-risk-kinks-multiplier-negative", "risk-kinks-multipliers", {ROWS + ".0.1": "-1"}, "out of its range"),
    ("rejected-risk-kinks-multiplier-above-1", "risk-kinks-multipliers", {ROWS + ".0.1": "2"}, "out of its range"),
    ("rejected-risk-kinks-multiplier-missing", "risk-kinks-multipliers", {ROWS + ".1": ["0"]}, "but 1 multipliers"),
    ("rejected-risk-kinks-pattern-missing", "risk-kinks-multipliers", {ROWS + ".1": DELETE}, "for 2 patterns, not 1"),
    ("rejected-risk-kinks-sign-missing", "risk-kinks-multipliers", {GIVEN + ".0": []}, "for 1 signs, not 0"),
    ("rejected-risk-kinks-neuron-too-many", "risk-kinks-multipliers", {GIVEN: [[], []]}, "for 2 of 1 neurons"),
    (
        "rejected-risk-kinks-bend-too-far",
        "risk-kinks-bend-down",
        {TARGETS + ".1.0": "2", VALUE: ["0", "99"]},
        "do not prove that the linearised risk does not fall",
    ),
    (
        "undecided-risk-kinks-better-is-as-good",
        "risk-kinks",
        lambda d: {"witness.better_point": d["statement"]["point"]},
        "the better point has a loss in",
    ),
    # orthogonal-residuals (1), (2), (3)
    ("undecided-risk-orthogonal-decay", "risk-orthogonal-deep", {DECAY: "1/10", VALUE: ["0", "99"]}, "without weight"),
    (
        "undecided-risk-orthogonal-output",
        "risk-orthogonal-deep",
        {LAYERS + ".2.activation": "relu", VALUE: ["0", "99"]},
        "are not orthogonal to the inputs",
    ),
    (
        "undecided-risk-orthogonal-kink",
        "risk-orthogonal-deep",
        {POINT + ".0.2": "0", POINT + ".0.12": "-7/6"},
        "is on its kink on sample 0",
    ),
    (
        "undecided-risk-orthogonal-not",
        "risk-orthogonal-deep",
        {TARGETS + ".0.0": "1", VALUE: ["0", "99"]},
        "the residuals are not orthogonal to the inputs",
    ),
    (
        "undecided-risk-orthogonal-patterns",
        "risk-orthogonal-deep",
        {POINT + ".0.2": "-1/4", POINT + ".0.12": "-7/6", VALUE: ["0", "99"]},
        "not orthogonal to the inputs",
    ),
    (
        "undecided-risk-orthogonal-after-a-zero",
        "risk-orthogonal-deep",
        {TARGETS + ".0.0": "-1/6", VALUE: ["0", "99"]},
        "the residuals are not orthogonal to the inputs",
    ),
    # descent
    ("rejected-risk-descent-rises", "risk-descent", negated("descent"), "the loss rises along the direction"),
    ("rejected-risk-descent-order", "risk-descent", {"witness.descent.order": 2}, "at an order below 2"),
    ("rejected-risk-descent-order-too-low", "risk-bad-saddle", {"witness.descent.order": 2}, "does not change along"),
    ("rejected-risk-descent-smooth-rises", "risk-descent-smooth", negated("descent"), "not below 0 by proof"),
    ("undecided-risk-descent-smooth-order", "risk-descent-smooth", {"witness.descent.order": 2}, "exact evaluation n"),
    (
        "rejected-risk-descent-at-a-minimum",
        "risk-kinks-multipliers",
        lambda d: {
            "statement.property": "not-a-local-minimum",
            "witness.method": DELETE,
            "witness.multipliers": DELETE,
            "witness.descent": {"direction": [["1", "0", "0", "0"]], "order": 1},
        },
        "the loss rises along",
    ),
    # degenerate-saddle
    (
        "rejected-risk-saddle-slope",
        "risk-bad-saddle",
        {
            POINT: [["1", "0", "0", "1"] * 2 + ["0"] * 4],
            "witness.descent.direction.0": ["0"] * 8 + ["1", "0", "0", "1"],
            "witness.descent.order": 1,
        },
        "a slope in trained parameter 8",
    ),
    (
        "rejected-risk-saddle-no-ascent",
        "risk-bad-saddle",
        lambda d: {"witness.ascent": d["witness"]["descent"]},
        "the loss falls along the direction of ascent",
    ),
    (
        "undecided-risk-saddle-kink",
        "risk-bad-saddle",
        {LAYERS + ".0.activation": {"leaky-relu": "9/10"}},
        "a unit is on a kink, where the loss need not be differentiable",
    ),
    # no-critical-point
    ("undecided-risk-critical-point", "risk-no-critical-point", opposite, "was not proved to fall along"),
    ("undecided-risk-critical-point-far", "risk-no-critical-point", {RADIUS: "10"}, "was not proved to fall along"),
    (
        "undecided-risk-critical-point-kink",
        "risk-no-critical-point",
        {LAYERS + ".0.activation": "relu", CENTER + ".0": ["0"] * 6 + ["1"] * 3},
        "may meet a kink",
    ),
    # every-width (1) to (6)
    (
        "undecided-risk-widths-kink",
        "risk-every-width",
        {LAYERS + ".0.activation": {"elu": ["1", "1"]}, RADIUS: "2"},
        "may meet a kink within the radius",
    ),
    ("rejected-risk-widths-not-critical", "risk-every-width", {CENTER + ".0.0": "1/2"}, "there is no critical point"),
    (
        "rejected-risk-widths-wrong-sign",
        "risk-every-width",
        {
            TARGETS: [["273/100"], ["45/100"], ["-36/100"], ["90/100"]],
            RADIUS: "1*2^-30",
            VALUE: ["0", "99"],
            CENTER: [["274648237901/274877906944", "1100294606989/1099511627776"]],
        },
        "a direction of negative curvature",
    ),
    ("rejected-risk-widths-value", "risk-every-width", {VALUE: ["7", "8"]}, "not within the claimed bounds"),
    (
        "rejected-risk-widths-better",
        "risk-every-width",
        {"witness.better_point": [["1"] * 4 + ["1/4"] * 4]},
        "the better point has a loss in",
    ),
    # constant-outputs (1) to (4)
    (
        "rejected-risk-outputs-kink",
        "risk-constant-outputs",
        {LAYERS + ".0.activation": {"elu": ["1", "1"]}, "statement.pre_activations.0": "0"},
        "is on its kink",
    ),
    (
        "undecided-risk-outputs-last-is-zero",
        "risk-constant-outputs",
        {"statement.pre_activations.1": "0"},
        "was not proved other than 0",
    ),
    (
        "rejected-risk-outputs-form",
        "risk-constant-outputs",
        {"statement.output_weights.0": "-23/4"},
        "a direction of negative curvature",
    ),
    (
        "undecided-risk-outputs-form",
        "risk-constant-outputs",
        {LAYERS + ".0.activation": "identity"},
        "was not proved positive definite",
    ),
    (
        "rejected-risk-outputs-better",
        "risk-constant-outputs",
        {"witness.better_point": [["0"] * 6]},
        "the better point has a loss in",
    ),
    # product-of-minima (1) to (3), and the count
    ("rejected-risk-count-too-many", "risk-count", {"statement.at_least": "26"}, "give 25 minima, fewer than 26"),
    (
        "rejected-risk-count-overlap",
        "risk-count",
        lambda d: {"witness.intervals.0.1": d["witness"]["intervals"][0][0]},
        "overlap, or are not in order",
    ),
    (
        "undecided-risk-count-not-convex",
        "risk-count",
        {"witness.intervals.0.2": ["1", "30"], "witness.intervals.0.3": ["33", "34"]},
        "was not proved convex there",
    ),
    (
        "rejected-risk-count-no-minimum",
        "risk-count",
        {"witness.intervals.0.2": ["1", "101/100"]},
        "to fall at the lower and rise at the upper",
    ),
    (
        "undecided-risk-count-no-sample",
        "risk-count",
        {f"statement.landscape.inputs.{row}.1": "0" for row in range(5, 10)},
        "no sample has this input",
    ),
]
