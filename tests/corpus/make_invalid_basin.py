"""Forgeries about local minima on kinks that read well: each breaks one hypothesis of one rule. See `make_invalid`."""

from __future__ import annotations

from tests.corpus.forge import DELETE, Document
from tests.corpus.make_invalid_risks import DECAY, LAYERS, RADIUS, Changes, Forgery, nudged, opposite

BIAS_DECAY = "statement.landscape.weight_decay.biases"
CURVATURE, KINKS, SYMMETRIES = "witness.curvature", "witness.kinks", "witness.symmetries"
FLAT = "statement.flat_directions"
FIRST = KINKS + ".0"


def without(index: int) -> object:
    """Without one of the kinks."""

    def changes(document: Document) -> Changes:
        kinks = document["witness"]["kinks"]
        return {KINKS: kinks[:index] + kinks[index + 1 :]}

    return changes


def with_symmetries(*symmetries: Document) -> Changes:
    """Other symmetries than were given."""
    return {SYMMETRIES: [*symmetries], FLAT: len(symmetries)}


def also(symmetry: Document) -> object:
    """One symmetry more."""

    def changes(document: Document) -> Changes:
        return with_symmetries(*document["witness"]["symmetries"], symmetry)

    return changes


def on(name: str, unit: int = 0, layer: int = 0, **rest: object) -> Document:
    """A symmetry of a unit."""
    return {"name": name, "layer": layer, "unit": unit, **rest}


def linear(*entries: list[object]) -> Document:
    """A symmetry among the units of the first layer."""
    return {"name": "linear", "layer": 0, "matrix": [*entries]}


SYMMETRY = "witness.symmetry"
CENTER = "statement.region.center"

BASINS: list[Forgery] = [
    # flat-direction (1): the symmetry holds on the whole region; (2): it moves each point of it
    ("rejected-flat-on", "flat-off", {SYMMETRY: on("null", unit=1, vector=["0", "1"])}, "the vector changes what unit"),
    ("rejected-flat-decays", "flat-off", {SYMMETRY: on("outgoing", source=0)}, "parameter 4 decays"),
    ("undecided-flat-kink", "flat-off", {RADIUS: "100"}, "a unit that may meet its kink has no known slope"),
    ("undecided-flat-stays", "flat-scale", {CENTER: [["0", "0", "1"]]}, "was proved not to vanish on the region"),
    ("undecided-flat-far", "flat-scale", {RADIUS: "3"}, "was proved not to vanish on the region"),
    ("rejected-flat-decay", "flat-scale", {DECAY: "1/10"}, "parameter 0 decays"),
    # minorant (1): the slopes, and what comes after kinks
    ("rejected-basin-slope-above", "basin-kinks", {FIRST + ".3": "3/2"}, "is not between 0 and 1"),
    ("rejected-basin-slope-below", "basin-kinks", {FIRST + ".3": "-1/2"}, "is not between 0 and 1"),
    ("rejected-basin-slope-of-a-half-line", "basin-kinks", {FIRST + ".3": "1"}, "so that its weight must be 0"),
    (
        "rejected-basin-kink-of-a-linear-unit",
        "basin-linear",
        {KINKS: [[0, 0, 0, "1", "0"]]},
        "has no kink that bends upwards",
    ),
    (
        "rejected-basin-kink-bends-down",
        "basin-kinks",
        {LAYERS + ".0.activation": {"piecewise-linear": ["1", "0"]}},
        "has no kink that bends upwards",
    ),
    (
        "undecided-basin-smooth-after-a-kink",
        "basin-kinks",
        {LAYERS + ".1.activation": "tanh"},
        "all layers must be piecewise linear",
    ),
    # minorant (2): every kink is listed
    ("undecided-basin-kink-not-listed", "basin-kinks", without(0), "may meet its kink within the radius, and is not"),
    ("undecided-basin-deep-kink-not-listed", "basin-deep", without(3), "unit 1 of layer 1 on sample 9 may meet its"),
    ("undecided-basin-radius-reaches-a-kink", "basin-kinks", {RADIUS: "1/4"}, "may meet its kink within the radius"),
    # minorant (3): the loss does not fall with what a unit on its kink puts out
    (
        "rejected-basin-falls-with-the-output",
        "basin-kinks",
        lambda d: {KINKS: [*d["witness"]["kinks"], [0, 9, 2, "1", "0"]]},
        "the loss's slope in the output of unit 2 of layer 0 on sample 9 is in",
    ),
    # minorant (4): the weights are no more than the rise
    ("rejected-basin-weight-too-large", "basin-kinks", {FIRST + ".4": "1"}, "of a rise of"),
    ("rejected-basin-deep-weight-too-large", "basin-deep", {KINKS + ".3.4": "1"}, "of a rise of"),
    # basin (2): symmetries that are none
    ("rejected-basin-fewer-symmetries", "basin-scale", {FLAT: 2}, "2 flat directions are claimed, and 3 symmetries"),
    ("rejected-basin-scale-decays", "basin-scale", {DECAY: "1/100"}, "parameter 0 decays"),
    ("rejected-basin-scale-bias-decays", "basin-scale", {BIAS_DECAY: "1/100"}, "parameter 4 decays"),
    ("rejected-basin-scale-smooth", "basin-softmax", with_symmetries(on("scale")), "there is no next layer"),
    ("rejected-basin-scale-residual", "basin-linear", {LAYERS + ".0.residual": True}, "layer 0 is residual"),
    ("undecided-basin-scale-twice", "basin-scale", also(on("scale")), "were not proved independent"),
    ("rejected-basin-shift-of-two-slopes", "basin-scale", also(on("shift", 1)), "does not have one slope on all"),
    ("undecided-basin-shift-on-a-kink", "basin-deep", also(on("shift", 0)), "may meet its kink has no known slope"),
    ("rejected-basin-shift-decays", "basin-leaky", {BIAS_DECAY: "1/100"}, "parameter 4 decays"),
    ("rejected-basin-shift-of-the-last-layer", "basin-scale", also(on("shift", 0, 1)), "there is no next layer"),
    (
        "rejected-basin-null-changes-a-sample",
        "basin-scale",
        also(on("null", 0, vector=["1", "0", "0"])),
        "the vector changes what unit 0 is given on sample",
    ),
    (
        "rejected-basin-null-of-a-leaky-unit",
        "basin-off",
        {LAYERS + ".0.activation": {"leaky-relu": "1/10"}},
        "is not off on all samples",
    ),
    (
        "rejected-basin-outgoing-of-a-unit-that-is-on",
        "basin-scale",
        also(on("outgoing", 0, source=0)),
        "unit 0 is not off on all samples",
    ),
    ("rejected-basin-outgoing-to-nowhere", "basin-off", {SYMMETRIES + ".2.source": 7}, "the next layer has no unit 7"),
    (
        "rejected-basin-linear-among-other-units",
        "basin-scale",
        also(linear([0, 1, "1"])),
        "do not have one slope in common",
    ),
    (
        "rejected-basin-linear-not-skew",
        "basin-rotations",
        {SYMMETRIES + ".2.matrix": [[1, 0, "1"]]},
        "E is not skew-symmetric",
    ),
    (
        "rejected-basin-linear-entry-twice",
        "basin-linear",
        also(linear([1, 0, "1"], [1, 0, "1"])),
        "an entry of E is 0, or stands twice",
    ),
    (
        "rejected-basin-softmax-of-squares",
        "basin-linear",
        also({"name": "softmax", "layer": 1, "source": 0}),
        "it needs the cross-entropy, and the last layer",
    ),
    ("rejected-basin-softmax-decays", "basin-softmax", {DECAY: "1/10"}, "decays"),
    ("undecided-basin-softmax-twice", "basin-softmax", {SYMMETRIES + ".1.source": 0}, "were not proved independent"),
    # basin (3): the curvature
    ("undecided-basin-curvature-too-large", "basin-kinks", {CURVATURE: "4"}, "was not proved >= 4"),
    ("undecided-basin-without-symmetries", "basin-scale", with_symmetries(), "was not proved >="),
    (
        "undecided-basin-without-weights",
        "basin-kinks",
        {KINKS + ".0.4": "0", KINKS + ".1.4": "0", KINKS + ".2.4": "0"},
        "was not proved >=",
    ),
    # basin (4), (5): the depth, and the loss
    ("rejected-basin-not-deep-enough", "basin-kinks", nudged, "the ball is not deep enough"),
    ("rejected-basin-value", "basin-kinks", {"statement.value": ["0", "1/4"]}, "not within the claimed bounds"),
    (
        "rejected-basin-other-data",
        "basin-kinks",
        {"statement.landscape.targets.9.0": "12/100", "statement.value": ["0", "9"]},
        "the ball is not deep enough",
    ),
    # lipschitz-descent
    ("undecided-risk-local-minimum-opposite", "risk-no-local-minimum", opposite, "not proved negative"),
    ("undecided-risk-local-minimum-far", "risk-no-local-minimum", {RADIUS: "10"}, "not proved negative"),
    (
        "undecided-risk-no-local-minimum-at-one",
        "basin-kinks",
        lambda d: {
            "statement.property": "no-local-minimum",
            "statement.value": DELETE,
            FLAT: DELETE,
            CURVATURE: DELETE,
            KINKS: DELETE,
            SYMMETRIES: DELETE,
            "witness.direction": [["1"] * 13],
        },
        "not proved negative",
    ),
    (
        "undecided-risk-no-critical-point-on-a-kink",
        "risk-no-local-minimum",
        {"statement.property": "no-critical-point"},
        "may meet a kink",
    ),
]
MALFORMED = [
    ("flat-direction-too", "flat-off", "witness.direction", [["1"] * 7], "unknown field"),
    ("flat-symmetry-list", "flat-off", "witness.symmetry", [], "must be an object, not a list"),
    ("risk-no-local-minimum-direction", "risk-no-local-minimum", "witness.direction", [["0"] * 13], "is zero"),
    ("basin-curvature-zero", "basin-kinks", CURVATURE, "0", "must be positive"),
    ("basin-radius-zero", "basin-kinks", RADIUS, "0", "must be positive"),
    ("basin-weight-negative", "basin-kinks", FIRST + ".4", "-1", "must not be negative"),
    ("basin-kink-twice", "basin-kinks", KINKS + ".1", [0, 0, 1, "1/2", "0"], "^witness.kinks: must be in growing"),
    ("basin-kink-layer", "basin-kinks", FIRST + ".0", 2, "2 is not between 0 and 1"),
    ("basin-kink-sample", "basin-kinks", FIRST + ".1", 10, "10 is not between 0 and 9"),
    ("basin-kink-unit", "basin-kinks", FIRST + ".2", 3, "3 is not between 0 and 2"),
    ("basin-kink-nan", "basin-kinks", FIRST + ".3", "nan", "'nan' is not an integer, p/q or m*2^e"),
    ("basin-kink-short", "basin-kinks", FIRST, [0, 0, 1, "1/2"], "has 4 entries instead of 5"),
    ("basin-flat-many", "basin-kinks", FLAT, 14, "14 is not between 0 and 13"),
    ("basin-symmetry", "basin-scale", SYMMETRIES + ".0.name", "rotate", "'rotate' is not known; known: scale, shift"),
    ("basin-symmetry-unit", "basin-scale", SYMMETRIES + ".0.unit", 2, "2 is not between 0 and 1"),
    ("basin-symmetry-field", "basin-scale", SYMMETRIES + ".0.source", 0, "unknown field"),
    ("basin-null-short", "basin-off", SYMMETRIES + ".3.vector", ["1"], "has 1 entry instead of 3"),
    ("basin-linear-empty", "basin-linear", SYMMETRIES + ".4.matrix", [], "has 0 entries instead of 1 to"),
    ("basin-softmax-source", "basin-softmax", SYMMETRIES + ".0.source", 3, "3 is not between 0 and 2"),
]
