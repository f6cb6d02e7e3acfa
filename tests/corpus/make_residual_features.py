"""Features of networks with residual connections: valid certificates, by hand, and forgeries of them.

`python -m tests.corpus.make_residual_features` writes the valid ones.
"""

from __future__ import annotations

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_wide import (
    ALMOST_ALL,
    FOR,
    IMAGE,
    LAND,
    LAYERS,
    LINE,
    PATTERN,
    certificate,
    convolution,
    dense,
    extent,
    features,
    network,
    parameters,
    wide,
)

CRITICAL, MINIMUM = "every-critical-point-global", "every-full-rank-local-minimum-global"
HALF = {"leaky-relu": "1/2"}


def add(terms: list[int], activation: object = "identity") -> Document:
    """The sum of earlier layers."""
    return {"kind": "sum", "terms": terms, "activation": activation}


def average(groups: list[list[int]], activation: object = "identity") -> Document:
    """The mean of each group."""
    return {"kind": "average-pool", "groups": groups, "activation": activation}


def of(source: int, layer: Document) -> Document:
    """A layer that is given an earlier one."""
    return {**layer, "from": source}


BEFORE = parameters([[1], [1], [1]], [1, "-1/2", -2])
TURNED = parameters([[0, 1, 0], [0, 0, 1], [1, 0, 0]], ["1/8", "1/4", "1/2"])
BLOCK = [dense(3, "relu"), dense(3, "identity"), add([1, 2], "relu")]
"""On 0, 1, 3 with the parameters before: a residual block with rank 3, off all kinks."""
PADDED = [[-1, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, -1]]
IMAGE_LAYERS = [
    convolution(2, PADDED, HALF),
    convolution(2, PADDED, "identity", "per-unit"),
    of(0, convolution(2, [[0], [1], [2], [3]], "identity", "none")),
    add([2, 3, 1], "relu"),
    average([[0, 1, -1], [2, 3]]),
]
AT_IMAGE = [
    parameters([[1, -1, 2], [0, 1, 1]], ["-1/2", "-5/2"]),
    parameters([[1, 0, 0, 1, -1, 0], [0, 2, 1, 0, 0, 1]], ["1", "2", "3", "-7/2", "1/3", "-8", "9/4", "5"]),
    parameters([["1/2"], ["-3/4"]]),
]


def two_moves(activation: object) -> Document:
    """One sample x = 1, and c (w + sigma(v w)): a residual block between two layers, nothing has biases."""
    block = [dense(1, "identity", "none"), dense(1, activation, "none"), add([1, 2])]
    return network([[1]], *block, dense(1, "identity", "none"))


def valid() -> dict[str, Document]:
    """Ranks with residual connections; the theorems with some below the wide layer, or added from there."""
    beside = network(
        LINE,
        dense(2, "identity", "none"),
        of(0, dense(3, "square")),
        dense(3, "tanh"),
        dense(2, "identity"),
        add([4, 1], "softplus"),
        dense(1, "identity"),
    )
    below = network(
        LINE,
        dense(3, "square"),
        dense(3, "identity"),
        add([1, 2]),
        dense(4, "softplus", positions=2),
        average([[0], [1, -1]], "tanh"),
        dense(1, "identity"),
    )
    squares = [parameters([[1], [1], [1]], [0, 1, 2]), parameters([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [0, 1, 2])]
    narrow = network(LINE, dense(3, "relu"), dense(3, "identity"), add([1, 2], "relu"))
    return {
        "features-residual": features(narrow, 3, extent(PATTERN, point=[BEFORE, TURNED])),
        "features-residual-image": features(
            network(IMAGE, *IMAGE_LAYERS), 3, extent("this-point", wider=False, point=AT_IMAGE)
        ),
        "features-residual-smooth": features(
            network([[0], [1], [3]], dense(3, "tanh"), dense(3, "identity"), add([1, 2], "sigmoid")),
            3,
            extent(ALMOST_ALL),
            point=[parameters([[2], [2], [2]], [1, -2, -5]), parameters([[4, 0, 0], [0, 4, 0], [0, 0, 4]], [0, 0, 0])],
        ),
        "features-residual-dead": certificate(
            network(LINE, dense(2, "relu"), dense(2, "identity"), add([1, 2], "relu")),
            "features-vanish-on-an-open-set",
            {"point": [parameters([[1], [1]], [0, 0]), parameters([[-2, 0], [0, -1]], [-1, "-1/9"])]},
            {},
        ),
        "features-slope-half": features(
            network([[1]], dense(1, {"piecewise-linear": ["1/2", "1/2"]}, "none"), add([0, 1])),
            1,
            extent("this-point", wider=False, point=[parameters([[-1]], [])]),
        ),
        "wide-residual-below": wide(below, False, 3, extent(ALMOST_ALL), point=squares),
        "wide-residual-beside": wide(beside, True, 2, extent(ALMOST_ALL), point=[parameters([[1], [2]]), squares[0]]),
    }


def at(minima: bool, activation: object) -> dict[str, object]:
    """Of a valid certificate about minima, or critical points, the landscape whose like it is false for."""
    return {
        LAND[:-1]: two_moves(activation),
        "statement.property": MINIMUM if minima else CRITICAL,
        "statement.layer": 0,
        FOR + "wider": False,
        "witness.point": [],
    }


INVALID: list[tuple[str, str, object, str]] = [
    (
        "rejected-features-residual-kink",
        "features-residual",
        {FOR + "point.1.biases.1": "0", FOR + "point.1.weights.1.2": "0", FOR + "point.0.biases.1": "-1/4"},
        "a unit of layer 3 is on its kink on sample 0",
    ),
    (
        "rejected-features-residual-rank",
        "features-residual",
        {
            FOR + "point.1.weights": [["0", "0", "0"], ["1", "-1", "0"], ["1", "0", "-1"]],
            FOR + "point.1.biases": ["1/8", "1/8", "1/8"],
        },
        "the features have rank 1 at the point, not 3",
    ),
    (
        "rejected-features-slope-half",
        "features-slope-half",
        {FOR + "point.0.weights.0.0": "-2"},
        "the features have rank 0 at the point, not 1",
    ),
    (
        "rejected-features-residual-not-analytic",
        "features-residual-smooth",
        {LAYERS + ".2.activation": HALF},
        "layer 3 is not analytic (sum of layer 1 and layer 2 (piecewise-linear (1/2, 1)))",
    ),
    (
        "rejected-features-residual-image-rank",
        "features-residual-image",
        {LAYERS + ".4.groups": [[0, -1]]},
        "the features have 2 columns",
    ),
    (
        "rejected-dead-residual",
        "features-residual-dead",
        {"statement.point.1.weights.0.0": "-1", "statement.point.1.biases.0": "0"},
        "a unit of the last layer is not proved to be off on sample 0",
    ),
    (
        "rejected-wide-residual-above",
        "wide-residual-beside",
        at(True, HALF),
        "layer 3 adds layer 1, which is above layer 0: no theorem for that is known",
    ),
    (
        "rejected-wide-residual-above-critical",
        "wide-residual-beside",
        at(False, "tanh"),
        "layer 3 adds layer 1, which is above layer 0",
    ),
    (
        "rejected-wide-residual-above-linear",
        "wide-residual-beside",
        {LAYERS + ".4.terms": [4, 3], LAYERS + ".3.width": 3},
        "layer 5 adds layer 3, which is above layer 2",
    ),
    (
        "rejected-wide-passed-by",
        "wide-residual-beside",
        {LAYERS + ".3.from": 2},
        "layer 4 is not given layer 3",
    ),
    (
        "rejected-wide-first-of-another",
        "wide-residual-beside",
        {LAYERS + ".2.from": 0},
        "layer 3 is not given layer 2",
    ),
    (
        "rejected-wide-sum-of-others",
        "wide-residual-beside",
        {LAYERS + ".4.terms": [1, 3], LAYERS + ".2.width": 2},
        "layer 5 is not given layer 4",
    ),
    (
        "rejected-wide-sum-is-first",
        "wide-residual-below",
        {"statement.layer": 2, LAYERS + ".1.activation": "square"},
        "layer 3 is not fully connected (sum of layer 1 and layer 2)",
    ),
    (
        "rejected-wide-sum-relu",
        "wide-residual-beside",
        {LAYERS + ".4.activation": "relu"},
        "layer 5's activation, ReLU, is not strictly monotone",
    ),
    (
        "rejected-wide-sum-attained",
        "wide-residual-beside",
        {"statement.property": CRITICAL, "statement.attained": True},
        "needs layer 5 to be fully connected, with biases",
    ),
    (
        "rejected-wide-sum-not-linear",
        "wide-residual-beside",
        {LAYERS + ".5": DELETE},
        "the last layer is not linear (sum of layer 4 and layer 1 (softplus))",
    ),
    (
        "rejected-wide-residual-rank",
        "wide-residual-below",
        {"witness.point.1.weights": [["-1", "0", "0"], ["0", "-1", "0"], ["0", "0", "-1"]]},
        "the features have rank 1 at the point, not 3",
    ),
    (
        "rejected-wide-average-overlap",
        "wide-residual-below",
        {LAYERS + ".4.groups": [[0], [1, 0]]},
        "the groups of layer 5 overlap",
    ),
    (
        "rejected-wide-average-outside",
        "wide-residual-below",
        {LAYERS + ".4.groups": [[0], [-1, -1]]},
        "or one is outside of what it is given",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("features-sum-of-itself", "features-residual", LAYERS + ".2.terms", [1, 3], "layer 3 is not before this one"),
    ("features-sum-of-one", "features-residual", LAYERS + ".2.terms", [1], "has 1 entry instead of 2 to 64"),
    ("features-sum-twice", "features-residual", LAYERS + ".2.terms", [1, 1], "names a layer twice"),
    (
        "features-sum-of-shapes",
        "features-residual",
        LAYERS + ".2.terms",
        [0, 1],
        "the layers do not have the same positions and channels",
    ),
    ("features-sum-negative", "features-residual", LAYERS + ".2.terms.0", -1, "-1 is not between 0 and 64"),
    ("features-sum-of-another", "features-residual", LAYERS + ".2.from", 1, "unknown field"),
    ("features-sum-with-biases", "features-residual", LAYERS + ".2.biases", "none", "unknown field"),
    (
        "features-sum-weights",
        "features-residual",
        FOR + "point",
        [BEFORE, TURNED, TURNED],
        "has 3 entries instead of 2",
    ),
    ("features-from-itself", "features-residual-image", LAYERS + ".2.from", 3, "3 is not between 0 and 2"),
    ("features-from-nothing", "features-residual-image", LAYERS + ".2.from", None, "must be an integer"),
    (
        "features-from-another-size",
        "features-residual-image",
        LAYERS + ".2.from",
        1,
        "^statement.for.point[2].weights[0]: has 1 entry instead of 2",
    ),
    (
        "features-patch-far-outside",
        "features-residual-image",
        LAYERS + ".0.patches.0.0",
        -2,
        "-2 is not between 0 and 3",
    ),
    (
        "features-average-twice",
        "features-residual-image",
        LAYERS + ".4.groups.1",
        [3, 3],
        "names a position twice",
    ),
    ("features-average-of-none", "features-residual-image", LAYERS + ".4.groups", [], "has 0 entries instead of 1 to"),
    ("features-pool-with-zeros", "features-of-an-image", LAYERS + ".1.groups.0.0", -1, "-1 is not between 0 and 2"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in valid().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
