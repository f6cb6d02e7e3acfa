"""Features of networks: valid certificates, by hand (`python -m tests.corpus.make_wide`), and forgeries of them."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, DELETE, Document, seal, text

LAND, FOR = "statement.landscape.", "statement.for."
LAYERS = LAND + "layers"
ALMOST_ALL, PATTERN = "almost-all", "almost-all-with-this-pattern"


def certificate(landscape: Document, name: str, claim: Document, witness: Document) -> Document:
    """A sealed certificate."""
    statement = {"landscape": landscape, "property": name, **claim}
    form = "landscape-verify-certificate/1"
    return seal({"format": form, "statement": statement, "witness": {"precision": 64, **witness}})


def network(inputs: list[list[int]] | None, *layers: Document, channels: int = 1, **sizes: int) -> Document:
    """The landscape."""
    data = sizes if inputs is None else {"inputs": [[str(x) for x in row] for row in inputs]}
    return {"kind": "network-features", **data, "channels": channels, "layers": list(layers)}


def dense(width: int, activation: object, biases: str = "per-unit", positions: int = 1) -> Document:
    """A fully connected layer."""
    return {
        "kind": "fully-connected",
        "width": width,
        "positions": positions,
        "activation": activation,
        "biases": biases,
    }


def convolution(filters: int, patches: list[list[int]], activation: object, biases: str = "shared") -> Document:
    """Filters on patches."""
    return {
        "kind": "convolution",
        "filters": filters,
        "patches": patches,
        "activation": activation,
        "biases": biases,
    }


def pool(groups: list[list[int]], activation: object = "identity") -> Document:
    """The largest of each group."""
    return {"kind": "max-pool", "groups": groups, "activation": activation}


def parameters(weights: list[list[object]], biases: list[object] | None = None) -> Document:
    """Of one layer."""
    return {"weights": [[str(w) for w in row] for row in weights], "biases": [str(b) for b in biases or []]}


def extent(parameters_: str, *, wider: bool = True, point: list[Document] | None = None) -> Document:
    """For which parameters."""
    return {"parameters": parameters_, "wider": wider, **({} if point is None else {"point": point})}


LINE = [[0], [1], [3]]
RELU = parameters([[1], [1], [1]], [1, "-1/2", -2])
"""On 0, 1, 3: rows (1, 0, 0), (2, 1/2, 0), (4, 5/2, 1)."""
SQUARE = parameters([[1], [1], [1]], [0, 1, 2])
"""(x + b)^2, b = 0, 1, 2: a basis of the polynomials of degree 2."""
SIGMOID = parameters([[4], [4], [-4]], [-2, -8, -2])
IMAGE = [[0, 1, 2, 3], [3, 0, 1, 0], [1, 1, 0, 2]]
PATCHES = [[0, 1], [1, 2], [2, 3]]


def features(landscape: Document, rank: int, within: Document, *, ones: bool = False, **witness: object) -> Document:
    """The rank of the features of the last layer."""
    return certificate(landscape, "feature-rank", {"rank": rank, "column_of_ones": ones, "for": within}, witness)


def ranks() -> dict[str, Document]:
    """Each extent, exactly and in balls."""
    image = network(
        IMAGE,
        convolution(1, PATCHES, "identity", "per-unit"),
        pool([[0, 1], [1, 2]], "relu"),
        dense(3, {"leaky-relu": "1/4"}),
    )
    at_image = [
        parameters([[1, -1]], ["1/2", "1/4", "1/8"]),
        parameters([[1, 0], [0, 1], [1, -2]], ["-2", "-1", "1/3"]),
    ]
    return {
        "features-relu": features(network(LINE, dense(3, "relu")), 3, extent(PATTERN, point=[RELU])),
        "features-at-a-point": features(
            network(LINE, dense(2, "relu")),
            3,
            extent("this-point", wider=False, point=[parameters([[1], [1]], ["-1/2", -2])]),
            ones=True,
        ),
        "features-square": features(network(LINE, dense(3, "square")), 3, extent(ALMOST_ALL), point=[SQUARE]),
        "features-almost-all-data": features(
            network(None, dense(3, "square"), samples=3, dimension=1),
            3,
            extent(ALMOST_ALL),
            inputs=[["0"], ["1"], ["3"]],
            point=[SQUARE],
        ),
        "features-of-an-image": features(image, 3, extent(PATTERN, point=at_image)),
        "features-of-channels": features(
            network(IMAGE, convolution(2, [[0], [1]], {"polynomial": ["0", "1", "1"]}, "shared"), channels=2),
            3,
            extent(ALMOST_ALL, wider=False),
            point=[parameters([[1, 2], [2, -1]], [1, 0])],
        ),
        "features-sigmoid": features(network(LINE, dense(3, "sigmoid")), 3, extent(ALMOST_ALL), point=[SIGMOID]),
        "features-elu": features(
            network(LINE, dense(3, {"elu": ["1", "1"]})), 2, extent(PATTERN, wider=False, point=[RELU])
        ),
        "features-dead": certificate(
            network(LINE, dense(3, "sigmoid"), dense(2, "relu")),
            "features-vanish-on-an-open-set",
            {"point": [SIGMOID, parameters([[1, -1, 0], [1, 1, 1]], [-2, -4])]},
            {},
        ),
    }


def wide(
    landscape: Document, minima: bool, layer: int, within: Document, *, ones: bool = False, attained: bool = False,
    **witness: object,
) -> Document:  # fmt: skip
    """Critical points or local minima with features of full rank."""
    name = "every-full-rank-local-minimum-global" if minima else "every-critical-point-global"
    claim = {"layer": layer, "column_of_ones": ones, "attained": attained, "for": within}
    return certificate(landscape, name, claim, {"later": [], **witness})


def networks() -> dict[str, Document]:
    """Critical points and local minima, attained or not, with convolutions and pooling above."""
    smooth = network(LINE, dense(3, "square"), dense(2, "softplus"), dense(2, "tanh"), dense(1, "identity"))
    kinks = network(LINE, dense(2, "relu"), dense(1, {"leaky-relu": "1/2"}, positions=4), convolution(
        1, [[0, 1], [1, 2], [2, 3]], {"elu": ["2", "1/2"]}), dense(1, "identity"))  # fmt: skip
    pools = network(LINE, dense(3, "square"), dense(1, "arctan", positions=4), pool([[0, 2], [1, 3]], "sigmoid"),
                    convolution(1, [[0, 1], [1, 0]], {"leaky-relu": "1/8"}), dense(2, "identity"))  # fmt: skip
    of_two = [parameters([[1], [1]], ["-1/2", -2])]
    return {
        "wide-critical": wide(smooth, False, 1, extent(ALMOST_ALL), attained=True, point=[SQUARE]),
        "wide-critical-kinks": wide(
            kinks,
            False,
            1,
            extent(PATTERN, wider=False, point=of_two),
            ones=True,
            later=[{"weights": [["1", "2"]]}],
        ),
        "wide-minimum": wide(pools, True, 1, extent(ALMOST_ALL), later=[{"weights": [["1", "3"]]}], point=[SQUARE]),
        "wide-minimum-of-inputs": wide(
            network([[1, 0], [1, 2]], dense(2, {"leaky-relu": "1/2"}), dense(1, "identity")),
            True,
            0,
            extent(ALMOST_ALL, wider=False),
            point=[],
        ),
    }


POINT = FOR + "point.0"
INVALID: list[tuple[str, str, Document, str]] = [
    # The rank: columns, samples, analyticity, kinks and ties, the rank itself
    (
        "rejected-features-too-few",
        "features-at-a-point",
        {"statement.column_of_ones": False},
        "the features have 2 columns",
    ),
    (
        "rejected-features-ones-too-few",
        "features-at-a-point",
        {LAYERS + ".0.width": 1, POINT + ".weights": [["1"]], POINT + ".biases": ["-1/2"]},
        "the features have 2 columns",
    ),
    (
        "rejected-features-same-samples",
        "features-relu",
        {LAND + "inputs.1": ["0"]},
        "only 2 of the samples are different",
    ),
    (
        "rejected-features-not-analytic",
        "features-square",
        {LAYERS + ".0.activation": "relu"},
        "layer 1 is not analytic (3 ReLU units); claim a branch pattern",
    ),
    (
        "rejected-features-elu-not-analytic",
        "features-sigmoid",
        {LAYERS + ".0.activation": {"elu": ["1", "1"]}},
        "layer 1 is not analytic",
    ),
    (
        "rejected-features-pool-not-analytic",
        "features-of-an-image",
        lambda old: {
            FOR + "parameters": ALMOST_ALL,
            FOR + "point": DELETE,
            "witness.point": old["statement"]["for"]["point"],
        },
        "layer 2 is not analytic (max pooling",
    ),
    (
        "rejected-features-on-a-kink",
        "features-relu",
        {POINT + ".biases.1": "-1"},
        "a unit of layer 1 is on its kink on sample 1",
    ),
    (
        "undecided-features-on-a-kink",
        "features-elu",
        {POINT + ".biases.1": "-1"},
        "a unit of layer 1 is on its kink on sample 1",
    ),
    (
        "rejected-features-tie",
        "features-of-an-image",
        {POINT + ".biases": ["1/2", "1/2", "1/2"], POINT + ".weights.0": ["1", "1"]},
        "a maximum of layer 2 is attained twice",
    ),
    (
        "rejected-features-rank",
        "features-relu",
        {POINT + ".biases.0": "-10"},
        "the features have rank 2 at the point, not 3",
    ),
    (
        "rejected-features-rank-of-data",
        "features-almost-all-data",
        {"witness.point.0.biases.1": "0"},
        "the features have rank 2 at the point, not 3",
    ),
    (
        "undecided-features-rank-in-balls",
        "features-sigmoid",
        {"witness.point.0.biases.1": "-2"},
        "were proved to have a rank of",
    ),
    # Dead features
    (
        "rejected-dead-not-relu",
        "features-dead",
        {LAYERS + ".1.activation": {"leaky-relu": "1/100"}},
        "the last layer's activation is not 0 below 0",
    ),
    (
        "rejected-dead-a-unit-on",
        "features-dead",
        {"statement.point.1.biases.1": "1"},
        "a unit of the last layer is not proved to be off on sample 0",
    ),
    # Wide networks
    (
        "rejected-wide-layer-not-dense",
        "wide-minimum",
        {
            "statement.layer": 3,
            "statement.for.wider": False,
            "witness.later": [],
            "witness.point": [parameters([[1]] * 3, [0, 1, 2]), parameters([[1, 0, 0]] * 4, [0] * 4)],
        },
        "layer 4 is not fully connected (convolution of 1 filter",
    ),
    ("rejected-wide-ones-in-vain", "wide-critical-kinks", {LAYERS + ".1.biases": "none"}, "layer 2 has no biases"),
    ("rejected-wide-output", "wide-critical", {LAYERS + ".3.activation": "tanh"}, "the last layer is not linear"),
    (
        "rejected-wide-few-features",
        "wide-critical-kinks",
        {"statement.column_of_ones": False},
        "the features have 2 columns",
    ),
    ("rejected-wide-not-analytic", "wide-critical", {LAYERS + ".0.activation": "relu"}, "layer 1 is not analytic"),
    (
        "rejected-wide-growing",
        "wide-critical",
        {LAYERS + ".2.width": 3},
        "layer 3 has more units than it is given (3 > 2)",
    ),
    (
        "undecided-wide-convolution-not-onto",
        "wide-minimum",
        {"witness.later.0.weights.0": ["2", "2"]},
        "the matrix of layer 4 was proved to have rank 1 only",
    ),
    (
        "rejected-wide-relu-above",
        "wide-critical",
        {LAYERS + ".1.activation": "relu"},
        "the derivative of layer 2's activation, ReLU, may be 0",
    ),
    (
        "rejected-wide-gelu-above",
        "wide-critical",
        {LAYERS + ".2.activation": "gelu"},
        "layer 3's activation, gelu, may be 0",
    ),
    (
        "rejected-wide-cube-above",
        "wide-critical",
        {LAYERS + ".2.activation": {"polynomial": ["0", "0", "0", "1"]}},
        "layer 3's activation, polynomial (0, 0, 0, 1), may be 0",
    ),
    (
        "undecided-wide-polynomial-above",
        "wide-critical",
        {LAYERS + ".2.activation": {"polynomial": ["0", "1", "0", "1"]}},
        "layer 3's activation, polynomial (0, 1, 0, 1), may be 0",
    ),
    (
        "rejected-wide-quadratic-above",
        "wide-minimum",
        {LAYERS + ".1.activation": {"polynomial": ["0", "1", "1"]}},
        "polynomial (0, 1, 1), is not strictly monotone",
    ),
    (
        "rejected-wide-pool-above",
        "wide-minimum",
        {"statement.property": "every-critical-point-global"},
        "layer 3, above layer 1, is a max-pooling",
    ),
    (
        "rejected-wide-no-bias-to-attain",
        "wide-critical",
        {LAYERS + ".3.biases": "none"},
        "needs layer 4 to be fully connected, with biases",
    ),
    (
        "rejected-wide-convolution-to-attain",
        "wide-critical-kinks",
        {"statement.attained": True},
        "needs layer 3 to be fully connected",
    ),
    (
        "rejected-wide-absolute-value-to-attain",
        "wide-critical",
        {LAYERS + ".2.activation": {"leaky-relu": "-1"}},
        "piecewise-linear (-1, 1), to be strictly monotone",
    ),
    (
        "rejected-wide-overlapping-pool",
        "wide-minimum",
        {LAYERS + ".2.groups": [[0, 2], [2, 3]]},
        "the groups of layer 3 overlap",
    ),
    (
        "rejected-wide-absolute-value",
        "wide-minimum",
        {LAYERS + ".1.activation": {"leaky-relu": "-1"}},
        "layer 2's activation, piecewise-linear (-1, 1), is not strictly monotone",
    ),
    (
        "rejected-wide-same-inputs",
        "wide-minimum-of-inputs",
        {LAND + "inputs.1": ["1", "0"]},
        "only 1 of the samples are different",
    ),
    (
        "rejected-wide-inputs-rank",
        "wide-minimum-of-inputs",
        {LAND + "inputs.1": ["2", "0"]},
        "the features have rank 1",
    ),
    (
        "undecided-features-samples",
        "features-sigmoid",
        lambda old: {LAND + "inputs": [[str(x)] for x in range(1100)]},
        "1100 samples, with activations that are not piecewise linear, are more than this checker's 1024",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("features-rank-above-samples", "features-relu", "statement.rank", 4, "4 is not between 1 and 3"),
    ("features-rank-zero", "features-relu", "statement.rank", 0, "0 is not between 1 and 3"),
    ("features-empty-layer", "features-relu", LAYERS + ".0.width", 0, "0 is not between 1 and"),
    ("features-prime", "features-relu", "witness.prime", 15, "unknown field"),
    ("features-no-layers", "features-relu", LAYERS, [], "has 0 entries instead of 1 to 64"),
    ("features-patch-outside", "features-of-an-image", LAYERS + ".0.patches.2.1", 4, "4 is not between 0 and 3"),
    ("features-patch-twice", "features-of-an-image", LAYERS + ".0.patches.2", [2, 2], "names a position twice"),
    (
        "features-patch-sizes",
        "features-of-an-image",
        LAYERS + ".0.patches.2",
        [2],
        "^statement.landscape.layers[0].patches: the patches are not of one size",
    ),
    ("features-pool-outside", "features-of-an-image", LAYERS + ".1.groups.0", [3], "[0]: 3 is not between 0 and 2"),
    ("features-empty-group", "features-of-an-image", LAYERS + ".1.groups.0", [], "has 0 entries instead of 1 to 16384"),
    (
        "features-biases-not-shared",
        "features-of-channels",
        LAYERS + ".0.biases",
        "per-unit",
        "^witness.point[0].biases: has 2 entries instead of 4",
    ),
    (
        "features-biases-shared",
        "features-of-an-image",
        LAYERS + ".0.biases",
        "shared",
        "^statement.for.point[0].biases: has 3 entries instead of 1",
    ),
    ("features-channels", "features-of-channels", LAND + "channels", 3, "4 inputs are no whole number of positions"),
    ("features-weights-shape", "features-of-channels", "witness.point.0.weights.0", ["1"], "has 1 entry instead of 2"),
    ("features-wider-than-a-point", "features-at-a-point", FOR + "wider", True, "one point has no wider networks"),
    (
        "features-other-data-at-a-point",
        "features-almost-all-data",
        FOR + "parameters",
        "this-point",
        "^statement.for.point: this field is missing",
    ),
    ("features-point-twice", "features-relu", "witness.point", [RELU], "unknown field"),
    (
        "features-unknown-layer",
        "features-relu",
        LAYERS + ".0.kind",
        "batch-normalisation",
        "'batch-normalisation' is not known; known: fully-connected",
    ),
    ("features-unknown-activation", "features-relu", LAYERS + ".0.activation", "softsign", "'softsign' is not known"),
    ("features-too-many", "features-relu", LAYERS + ".0.width", 16_385, "16385 is not between 1 and 16384"),
    (
        "features-dead-of-any-data",
        "features-dead",
        LAND + "inputs",
        DELETE,
        "^statement.landscape.samples: this field is missing",
    ),
    ("wide-layer-beyond", "wide-critical", "statement.layer", 4, "4 is not between 0 and 3"),
    ("wide-decay", "wide-critical", "statement.weight_decay", "1/100", "unknown field"),
    (
        "wide-at-one-point",
        "wide-critical",
        FOR + "parameters",
        "this-point",
        "'this-point' is not known; known: almost-all",
    ),
    ("wide-minimum-attained", "wide-minimum", "statement.attained", True, "is claimed of critical points only"),
    ("wide-no-layer-to-be-wider", "wide-minimum-of-inputs", FOR + "wider", True, "there is no layer to be wider"),
    ("wide-later-missing", "wide-minimum", "witness.later", [], "has 0 entries instead of 1"),
    ("wide-later-shape", "wide-minimum", "witness.later.0.weights", [["1"]], "[0]: has 1 entry instead of 2"),
]


# Quadratic networks of every size


def quadratic(landscape: Document, name: str, claim: Document, **witness: object) -> Document:
    """All sizes."""
    return certificate({"kind": "quadratic-networks", **landscape}, name, claim, witness)


def pairs(width: int, larger: bool, scale: str, per_sample: str, square: str, **data: object) -> Document:
    """Signed pairs."""
    landscape = {"samples": "signed-pairs", "offset": "1", "label": "1", "copies": 1, "last_label": "1", "decay": "0"}
    return quadratic(
        {**landscape, **data, "width": width, "every_larger": larger},
        "local-minimum-not-global",
        {"scale": scale, "per_sample": per_sample},
        square=square,
    )


def every_size() -> dict[str, Document]:
    """Quadratic networks, and networks of every depth."""
    name, almost = "every-local-minimum-global", {"perturbation": "almost-every"}
    grid = [[0, 2], [0, 3], [1, 2], [1, 3]]
    sizes, bad = "networks-of-every-size", "bad-local-minimum-of-every-size"
    return {
        "quadratic-sizes-squared": quadratic({"sizes": "squared", "per_sample": "2"}, name, almost),
        "quadratic-sizes-from": quadratic({"sizes": "from", "width": 4, "samples": 9}, name, almost),
        "quadratic-sizes-dimension": quadratic({"sizes": "dimension"}, name, {"perturbation": "every"}),
        "quadratic-pairs": pairs(5, True, "1", "2", "1"),
        "quadratic-pairs-decay": pairs(
            4, False, "1", "2", "25/9", offset="3/5", label="2", copies=0, last_label="0", decay="1/2"
        ),
        "every-size-singular": certificate(
            {"kind": sizes, "excess": 0, "biases": True}, "singular-upper-hessian", {}, {}
        ),
        "every-size-patches": certificate(
            {"kind": sizes, "patches": grid}, "convolution-never-onto", {}, {"coefficients": ["1", "-1", "-1", "1"]}
        ),
        "every-size-bad-sigmoid": certificate(
            {"kind": sizes, "first": "sigmoid", "later": []}, bad, {}, {"first": "1", "later": ["1"]}
        ),
        "every-size-bad-elu": certificate(
            {"kind": sizes, "first": {"elu": ["1", "1"]}, "later": ["relu", "tanh"]},
            bad,
            {},
            {"first": "-1", "later": ["1/2", "0"]},
        ),
    }


INVALID += [
    (
        "rejected-quadratic-squared",
        "quadratic-sizes-squared",
        {LAND + "per_sample": "1999/1000"},
        "does not give k (k + 1) / 2 > n for all k and n",
    ),
    (
        "rejected-quadratic-from",
        "quadratic-sizes-from",
        {LAND + "samples": 10},
        "k (k + 1) / 2 = 10 is not above n = 10",
    ),
    (
        "rejected-quadratic-every-perturbation",
        "quadratic-sizes-squared",
        {"statement.perturbation": "every"},
        "a width below d is among those claimed",
    ),
    ("rejected-pairs-decay", "quadratic-pairs", {LAND + "decay": "1/100"}, "is not 4 (y - s^2) = 0"),
    (
        "rejected-pairs-curvature",
        "quadratic-pairs",
        {LAND + "copies": 4, "statement.per_sample": "1"},
        "8 a^2 s^2 - 4 k D a^2 + 4 D - 2 m y' = 0 is not positive",
    ),
    ("rejected-pairs-better", "quadratic-pairs-decay", {"witness.square": "10"}, "the better point has 2 n L ="),
    (
        "rejected-pairs-larger-with-decay",
        "quadratic-pairs-decay",
        {LAND + "every_larger": True},
        "for every larger width there may be no decay",
    ),
    (
        "rejected-pairs-larger-square",
        "quadratic-pairs",
        {"witness.square": "99/100"},
        "for every larger width q must be y / a^2",
    ),
    ("rejected-pairs-width", "quadratic-pairs", {LAND + "width": 4}, "k^2 = 16 is below c n = 18"),
    ("rejected-pairs-scale", "quadratic-pairs", {"statement.scale": "2"}, "is not 4 (y - s^2) = -12"),
    (
        "rejected-every-size-not-singular",
        "every-size-singular",
        {LAND + "biases": False},
        "no more columns than rows where n_k = N",
    ),
    (
        "rejected-every-size-patches",
        "every-size-patches",
        {LAND + "patches.3": [1, 4]},
        "the coefficients of position 3 do not add up to 0",
    ),
    (
        "rejected-every-size-order-of-patches",
        "every-size-patches",
        {LAND + "patches.3": [3, 1]},
        "at place 0 the coefficients of position 1 do not add up",
    ),
    (
        "rejected-every-size-no-coefficients",
        "every-size-patches",
        {"witness.coefficients": ["0"] * 4},
        "all coefficients are 0",
    ),
    (
        "rejected-every-size-relu",
        "every-size-bad-sigmoid",
        {LAND + "first": "relu"},
        "derivative 2 of ReLU at 1 was not proved to be other than 0",
    ),
    (
        "undecided-every-size-on-a-kink",
        "every-size-bad-elu",
        {"witness.first": "0"},
        "derivative 2 of elu (1, 1) at 0 was not proved",
    ),
    ("rejected-every-size-flat", "every-size-bad-elu", {"witness.later.0": "-1"}, "derivative 1 of ReLU at -1 was not"),
    (
        "rejected-every-size-inflection",
        "every-size-bad-sigmoid",
        {"witness.first": "0"},
        "derivative 2 of sigmoid at 0",
    ),
]
MALFORMED += [
    ("quadratic-no-width", "quadratic-sizes-from", LAND + "width", 0, "0 is not between 1 and 1000000"),
    ("quadratic-per-sample", "quadratic-sizes-squared", LAND + "per_sample", "0", "must be positive"),
    ("quadratic-other-sizes", "quadratic-sizes-squared", LAND + "sizes", "sqrt", "'sqrt' is not known; known: squared"),
    ("quadratic-generic", "quadratic-sizes-from", "statement.perturbation", "generic", "'generic' is not known"),
    ("pairs-offset", "quadratic-pairs", LAND + "offset", "0", "must be positive"),
    ("pairs-negative-decay", "quadratic-pairs", LAND + "decay", "-1", "must not be negative"),
    ("every-size-negative-excess", "every-size-singular", LAND + "excess", -1, "-1 is not between 0 and 16384"),
    (
        "every-size-patch-sizes",
        "every-size-patches",
        LAND + "patches.3",
        [1],
        "^statement.landscape.patches: the patches are not of one size",
    ),
    (
        "every-size-patch-twice",
        "every-size-patches",
        LAND + "patches.3",
        [1, 1],
        "^statement.landscape.patches: a patch names a position twice",
    ),
    ("every-size-points", "every-size-bad-elu", "witness.later", ["1"], "has 1 entry instead of 2"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in (ranks() | networks() | every_size()).items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
