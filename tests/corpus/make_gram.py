"""Limiting Gram matrices: valid certificates, by hand (`python -m tests.corpus.make_gram`), and forgeries of them."""

from __future__ import annotations

from typing import Any

from tests.corpus.forge import CORPUS, Document, seal, text

LAND = "statement.landscape."
EIGENVALUE, RANDOM = "smallest-eigenvalue", "gradient-descent-converges-from-random-initialisation"
EVERY = "positive-definite-for-every-data-set"
PLANE = [[3, 4], [1, 0], [-1, 2]]
AXES = [[1, 0], [0, 1]]
ROW = [[1, 2, -1], [2, 0, 1]]
"""Three positions of one channel: [0, 1], [1, 2] are patches, and [2]."""


def landscape(architecture: str, activation: str, inputs: list[list[int]] | list[list[str]], **more: Any) -> Document:
    """Members of every architecture, and those of this one."""
    return {
        "kind": "limiting-gram-matrix",
        "architecture": architecture,
        "activation": activation,
        "samples": more.pop("samples", "divided-by-their-norms"),
        "inputs": [[str(x) for x in row] for row in inputs],
        **more,
    }


def certificate(land: Document, name: str, claim: Document, **witness: object) -> Document:
    """A sealed certificate."""
    statement = {"landscape": land, "property": name, **claim}
    form = "landscape-verify-certificate/1"
    return seal({"format": form, "statement": statement, "witness": {"precision": 96, **witness}})


def eigenvalue(land: Document, low: str, high: str | None = None, terms: int = 32) -> Document:
    """Bounds of the smallest eigenvalue."""
    claim = {"at_least": low, **({} if high is None else {"at_most": high})}
    return certificate(land, EIGENVALUE, claim, terms=terms)


def valid() -> dict[str, Document]:
    """Each architecture, each activation, each property."""
    hidden, connected, residual, half = "one-hidden-layer", "fully-connected", "residual", {"residual_scale": "1/2"}
    convolved = {"depth": 3, **half, "channels": 1, "patches": [[0, 1], [1, 2], [2]]}
    rational = [["3/5", "4/5"], ["1", "0"], ["-5/13", "12/13"]]
    return {
        "gram-relu": eigenvalue(landscape(hidden, "relu", PLANE), "203/1000", "204/1000"),
        "gram-relu-antipodal": eigenvalue(
            landscape(hidden, "relu", [[1, 0], [-1, 0]], samples="of-norm-1"), "499/1000", "501/1000"
        ),
        "gram-relu-two-layers": eigenvalue(landscape(connected, "relu", AXES, depth=2), "807/1000", "809/1000"),
        "gram-erf": eigenvalue(
            landscape(connected, "erf", rational, samples="of-norm-1", depth=3), "391/1000", "392/1000"
        ),
        "gram-tanh": eigenvalue(landscape(hidden, "tanh", PLANE), "78/1000", "79/1000"),
        "gram-arctan": eigenvalue(landscape(connected, "arctan", PLANE, depth=2), "159/1000"),
        "gram-softplus": eigenvalue(
            landscape(residual, "softplus", PLANE, depth=3, **half), "537/1000000", "538/1000000"
        ),
        "gram-sigmoid": eigenvalue(landscape(residual, "sigmoid", PLANE, depth=2, **half), "7/100000"),
        "gram-relu-convolved": eigenvalue(landscape("convolutional-residual", "relu", ROW, **convolved), "22/1000"),
        "gram-tanh-convolved": eigenvalue(
            landscape("convolutional-residual", "tanh", ROW, **{**convolved, "depth": 2}), "52/1000", "53/1000", 32
        ),
        "gram-random-tanh": certificate(
            landscape(hidden, "tanh", [[1, 0, 0], [0, 1, 1], [1, -1, 1]]),
            RANDOM,
            {
                "targets": ["1", "-1", "1/2"],
                "width": 2400,
                "failure_probability": "1/100",
                "step": "1/4",
                "rate": "1/100",
            },
            terms=32,
            least_eigenvalue="23/100",
            largest_square="8/5",
            energy="9/2",
            loss_of_eigenvalue="1/4",
        ),
        "gram-random-erf": certificate(
            landscape(hidden, "erf", AXES, samples="of-norm-1"),
            RANDOM,
            {"targets": ["1", "0"], "width": 700, "failure_probability": "1/50", "step": "1/2", "rate": "1/100"},
            terms=1,
            least_eigenvalue="1/2",
            largest_square="101/100",
            energy="3",
            loss_of_eigenvalue="1/2",
        ),
        "gram-every-relu": every(hidden, "relu"),
        "gram-every-elu": every(residual, {"elu": ["1", "1/2"]}),
        "gram-every-convolved": every("convolutional-residual", "softplus"),
    }


def every(architecture: str, activation: object) -> Document:
    """For all data sets."""
    land = {"kind": "limiting-gram-matrix", "architecture": architecture, "activation": activation}
    return certificate(land, EVERY, {})


INVALID: list[tuple[str, str, object, str]] = [
    (
        "rejected-gram-duplicates",
        "gram-relu",
        {LAND + "inputs.2": ["6", "8"], "statement.at_least": "1/1000"},
        "the smallest eigenvalue was not proved to be at least 0.001 in closed form",
    ),
    (
        "rejected-gram-antipodal-tanh",
        "gram-relu-antipodal",
        {LAND + "activation": "tanh"},
        "the smallest eigenvalue was not proved to be at least 0.499 with 32 Hermite coefficients",
    ),
    (
        "rejected-gram-not-normalised",
        "gram-erf",
        {LAND + "inputs.0": ["3/5", "3/5"]},
        "sample 0 has |x|^2 in [0.72, 0.72], not 1",
    ),
    (
        "rejected-gram-no-sample",
        "gram-relu",
        {LAND + "inputs.1": ["0", "0"]},
        "sample 1 is 0 and cannot be divided by its norm",
    ),
    (
        "rejected-gram-as-printed",  # the covariance of layer H - 2 in E sigma' sigma': 1 - 1/(2 pi)
        "gram-relu-two-layers",
        {"statement.at_least": "84/100", "statement.at_most": "841/1000"},
        "the smallest eigenvalue was not proved to be at least 0.84 in closed form",
    ),
    (
        "rejected-gram-other-depth",
        "gram-erf",
        {LAND + "depth": 2},
        "the smallest eigenvalue was not proved to be at least 0.391 in closed form",
    ),
    (
        "rejected-gram-other-scale",
        "gram-softplus",
        {LAND + "residual_scale": "499/1000"},
        "the smallest eigenvalue was not proved to be at least 0.000537 with 32 Hermite coefficients",
    ),
    (
        "rejected-gram-other-patches",
        "gram-tanh-convolved",
        {LAND + "patches.2": [0]},
        "no eigenvalue was proved to be below 0.053 with 32 Hermite coefficients",
    ),
    (
        "rejected-gram-above",
        "gram-tanh",
        {"statement.at_most": "77/1000", "statement.at_least": "76/1000"},
        "no eigenvalue was proved to be below 0.077 with 32 Hermite coefficients",
    ),
    (
        "undecided-gram-few-terms",
        "gram-tanh",
        {"witness.terms": 2},
        "the smallest eigenvalue was not proved to be at least 0.078 with 2 Hermite coefficients",
    ),
    (
        "undecided-gram-few-terms-above",
        "gram-arctan",
        {"statement.at_least": "1/100", "statement.at_most": "16/100", "witness.terms": 8},
        "no eigenvalue was proved to be below 0.16 with 8 Hermite coefficients",
    ),
    (
        "rejected-gram-zero-patches",
        "gram-tanh-convolved",
        {LAND + "inputs.1": ["1", "0", "0"], "statement.at_least": "2/10", "statement.at_most": "1"},
        "the smallest eigenvalue was not proved to be at least 0.2 with 32 Hermite coefficients",
    ),
    (
        "undecided-gram-zero-patch-relu",
        "gram-relu-convolved",
        {LAND + "inputs.1": ["1", "0", "0"]},
        "the smallest eigenvalue was not proved to be at least 0.022 in closed form",
    ),
    (
        "undecided-gram-samples",
        "gram-relu",
        {LAND + "inputs": [["1", str(x)] for x in range(1025)]},
        "1025 samples are more than this checker's 1024",
    ),
    (
        "undecided-gram-layers",
        "gram-relu-two-layers",
        {LAND + "inputs": [["1", str(x)] for x in range(600)], LAND + "depth": 12},
        "samples^2 x layers x positions = 4320000 is more than this checker's 4194304",
    ),
    (
        "rejected-random-relu",
        "gram-random-tanh",
        {LAND + "activation": "relu"},
        "ReLU has no bounded second derivative",
    ),
    (
        "rejected-random-norms",
        "gram-random-erf",
        {LAND + "inputs.1": ["0", "2"]},
        "sample 1 has |x|^2 in [4, 4], not 1",
    ),
    (
        "undecided-random-eigenvalue",
        "gram-random-tanh",
        {"witness.least_eigenvalue": "24/100"},
        "the matrix H was not proved to be at least 0.24",
    ),
    (
        "undecided-random-energy",
        "gram-random-tanh",
        {"witness.energy": "43/10"},
        "y^T H^-1 y was not proved to be at most 4.3",
    ),
    (
        "undecided-random-targets",
        "gram-random-tanh",
        {"statement.targets.2": "1"},
        "y^T H^-1 y was not proved to be at most 4.5",
    ),
    (
        "rejected-random-square",
        "gram-random-tanh",
        {"witness.largest_square": "157/100"},
        "|X|^2 was not proved to be at most 1.57",
    ),
    (
        "rejected-random-delta",
        "gram-random-tanh",
        {"statement.failure_probability": "1/150"},
        "m l phi >= 2 s1^2 X2 log(N / delta)",
    ),
    (
        "rejected-random-width",
        "gram-random-tanh",
        {"statement.width": 2300},
        "m l phi >= 2 s1^2 X2 log(N / delta)",
    ),
    (
        "rejected-random-epsilon",
        "gram-random-tanh",
        {"witness.loss_of_eigenvalue": "9/10"},
        "m l (1 - e)^2 (6 sqrt 2 - 7)^2 >= 64 s2^2 X2 Q",
    ),
    (
        "rejected-random-step",
        "gram-random-tanh",
        {"statement.step": "625/1000"},
        "1 >= h (s1^2 X2 + s2 sqrt(X2 / m) |y|)",
    ),
    (
        "rejected-random-rate",
        "gram-random-tanh",
        {"statement.rate": "15/1000"},
        "(1 - 1 / sqrt 2)^2 (1 - e) l >= r",
    ),
    (
        "undecided-random-duplicates",
        "gram-random-erf",
        {LAND + "inputs.1": ["1", "0"], "statement.targets.1": "1", "witness.largest_square": "201/100"},
        "the matrix H was not proved to be at least 0.5",
    ),
    ("rejected-gram-every-identity", "gram-every-relu", {LAND + "activation": "identity"}, "identity is a polynomial"),
    ("rejected-gram-every-square", "gram-every-relu", {LAND + "activation": "square"}, "square is a polynomial"),
    (
        "rejected-gram-every-line",
        "gram-every-elu",
        {LAND + "activation": {"leaky-relu": "1"}},
        "identity is a polynomial",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("gram-one-residual-layer", "gram-sigmoid", LAND + "depth", 1, "1 is not between 2 and 64"),
    ("gram-no-layer", "gram-erf", LAND + "depth", 0, "0 is not between 1 and 64"),
    ("gram-scale-one", "gram-sigmoid", LAND + "residual_scale", "1", "must be less than 1"),
    ("gram-scale-zero", "gram-sigmoid", LAND + "residual_scale", "0", "must be positive"),
    ("gram-scale-connected", "gram-erf", LAND + "residual_scale", "1/2", "unknown field"),
    ("gram-depth-of-one", "gram-relu", LAND + "depth", 1, "unknown field"),
    ("gram-architecture", "gram-relu", LAND + "architecture", "convolutional", "'convolutional' is not known"),
    ("gram-activation", "gram-relu", LAND + "activation", "gelu", "'gelu' is not known"),
    ("gram-samples", "gram-relu", LAND + "samples", "as-given", "'as-given' is not known"),
    ("gram-channels", "gram-relu-convolved", LAND + "channels", 2, "3 inputs are no whole number of positions"),
    ("gram-patch-outside", "gram-relu-convolved", LAND + "patches.2", [3], "[0]: 3 is not between 0 and 2"),
    ("gram-patch-twice", "gram-relu-convolved", LAND + "patches.0", [1, 1], "a patch names a position twice"),
    ("gram-patch-missing", "gram-relu-convolved", LAND + "patches", [[0], [1]], "has 2 entries instead of 3"),
    ("gram-patch-empty", "gram-relu-convolved", LAND + "patches.0", [], "has 0 entries instead of 1"),
    ("gram-bounds", "gram-relu", "statement.at_most", "1/5", "is below the lower bound"),
    ("gram-bound-zero", "gram-relu", "statement.at_least", "0", "must be positive"),
    ("gram-no-terms", "gram-tanh", "witness.terms", 0, "0 is not between 1 and 512"),
    ("gram-many-terms", "gram-tanh", "witness.terms", 513, "513 is not between 1 and 512"),
    ("random-odd-width", "gram-random-tanh", "statement.width", 2401, "must be even"),
    ("random-certain", "gram-random-tanh", "statement.failure_probability", "0", "must be positive"),
    ("random-impossible", "gram-random-tanh", "statement.failure_probability", "1", "must be less than 1"),
    ("random-targets", "gram-random-tanh", "statement.targets", ["1", "1"], "has 2 entries instead of 3"),
    ("random-deep", "gram-random-tanh", LAND + "architecture", "fully-connected", "'fully-connected' is not known"),
    ("random-whole-eigenvalue", "gram-random-tanh", "witness.loss_of_eigenvalue", "1", "must be less than 1"),
    ("random-decay", "gram-random-tanh", "statement.weight_decay", "1/100", "unknown field"),
    ("random-stochastic", "gram-random-tanh", "statement.batch", 1, "unknown field"),
    (
        "gram-every-architecture",
        "gram-every-relu",
        LAND + "architecture",
        "convolutional",
        "'convolutional' is not known",
    ),
    ("gram-every-inputs", "gram-every-relu", LAND + "inputs", [["1"]], "unknown field"),
]


if __name__ == "__main__":
    for name, document in valid().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document))
