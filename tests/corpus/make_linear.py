"""Deep linear networks: valid certificates, by hand (`python -m tests.corpus.make_linear`), and forgeries of them."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, DELETE, Document, seal, text


def certificate(landscape: Document, name: str, claim: Document, witness: Document) -> Document:
    """A sealed certificate."""
    statement = {"landscape": landscape, "property": name, **claim}
    form = "landscape-verify-certificate/1"
    return seal({"format": form, "statement": statement, "witness": {"precision": 128, **witness}})


LAND, WITHIN = "statement.landscape.", "witness.within"
EIGENVALUES, MATRIX = LAND + "targets.eigenvalues", LAND + "targets.matrix"
STEP, RATE, LAYERS = "statement.step", "statement.rate", LAND + "layers"


# Gradient descent from the identity, for a set of targets


def targets(layers: Document, chosen: Document) -> Document:
    """The landscape."""
    return {"kind": "deep-linear-networks", "layers": layers, "targets": chosen}


def from_identity(layers: Document, chosen: Document, step: str, rate: str, **more: object) -> Document:
    """Gradient descent with every step 0 < eta <= step/L."""
    within = more.pop("within", None)
    claim = {"start": "identity", "arithmetic": "exact", "algorithm": "gradient-descent", "step": step, "rate": rate}
    witness = {} if within is None else {"within": within}
    return certificate(targets(layers, chosen), "gradient-descent-converges", {**claim, **more}, witness)


EVERY, TWO_OR_MORE = {"at_least": 1}, {"at_least": 2}
SPECTRUM = {"set": "symmetric", "eigenvalues": ["1/10", "10"]}
NORMAL = {"set": "normal", "real_part": "3/5", "norm": "2"}
NEAR = {"set": "near-identity", "distance": "3/10"}
POSITIVE = {"set": "positive", "real_part": "1/2", "norm": "2", "distance": "1"}
PROJECTED = {"algorithm": "projected-gradient-descent"}


def one(matrix: list[list[str]]) -> Document:
    """One target."""
    return {"set": "one-matrix", "matrix": matrix}


def identity() -> dict[str, Document]:
    """Each set of targets, for every L and for few, and one matrix in each.

    [[2, 1], [1, 2]] has the eigenvalues 1 and 3; [[1, 1/2], [-1/2, 1]] is normal, with 1 +- i/2.
    """
    symmetric = {"set": "symmetric", "eigenvalues": ["1", "3"]}
    normal = {"set": "normal", "real_part": "1", "norm": "9/8"}
    near = {"set": "near-identity", "distance": "1/4"}
    positive = {"set": "positive", "real_part": "1", "norm": "2", "distance": "1"}
    two = {"at_least": 2, "at_most": 2}
    return {
        "identity-symmetric": from_identity(EVERY, SPECTRUM, "1/100", "1/100"),
        "identity-symmetric-two-layers": from_identity(
            two, SPECTRUM, "1/10", "1/10", accuracy={"steps": 1365, "error": "1/1000000"}
        ),
        "identity-symmetric-one-layer": from_identity(
            {"at_least": 1, "at_most": 1}, SPECTRUM, "1", "1", accuracy={"steps": 1, "error": "1*2^-1000"}
        ),
        "identity-symmetric-matrix": from_identity(
            {"at_least": 1, "at_most": 3}, one([["2", "1"], ["1", "2"]]), "1/5", "1", within=symmetric
        ),
        "identity-normal": from_identity(TWO_OR_MORE, NORMAL, "1/16", "1/800"),
        "identity-normal-matrix": from_identity(
            TWO_OR_MORE,
            one([["1", "1/2"], ["-1/2", "1"]]),
            "1/6",
            "1/12",
            within=normal,
            accuracy={"steps": 1000, "error": "1/500"},
        ),
        "identity-near": from_identity(EVERY, NEAR, "1/10", "147/1000", accuracy={"steps": 400, "error": "1/1000"}),
        "identity-near-matrix": from_identity(EVERY, one([["1", "1/4"], ["0", "1"]]), "1/20", "1/7", within=near),
        "identity-projected": from_identity(TWO_OR_MORE, POSITIVE, "1/200", "1/8", **PROJECTED),
        "identity-projected-matrix": from_identity(
            {"at_least": 2, "at_most": 5},
            one([["1", "1"], ["0", "1"]]),
            "1/100",
            "1/16",
            within=positive | {"real_part": "1/2"},
            accuracy={"steps": 50000, "error": "1/1000000"},
            **PROJECTED,
        ),
    }


# What methods from the identity never get below


def above(layers: Document, chosen: Document, method: Document, loss: str, **witness: object) -> Document:
    """F >= loss for ever."""
    claim = {"start": "identity", "arithmetic": "exact", "method": method, "loss": loss}
    return certificate(targets(layers, chosen), "gradient-descent-stays-above", claim, witness)


FOUR = {"at_least": 4, "at_most": 4}
EVEN, FIRST_ORDER = {"at_least": 2, "parity": "even"}, {"name": "first-order"}
NEGATIVE_EIGENVALUE = {"set": "negative", "eigenvalue": ["-2", "-1"]}
SMALL_STEPS = {"name": "gradient-descent", "step": "1/3", "regularization": "3"}
REFLECTION = [["2", "1/10"], ["1/10", "-2"]]


def stays_above() -> dict[str, Document]:
    """Even L by inertia, all L by small steps; a matrix and all of a set.

    [[1, 1/10], [0, -1]]: P = [[2, 1/10], [1/10, -2]] has P^2 = 401/100 I, and P Phi = [[2, 1/10], [1/10, 201/100]] is
    definite with an eigenvalue above 1904/1000: F >= (1904/1000)^2 / (2 401/100) > 0.452. diag(1, 1, -1) S with
    S = [[1, 1/2, 0], [1/2, 1, 1/2], [0, 1/2, 1]] has an excess eigenvalue 1 - 1/sqrt 2. [[1, 2], [2, 1]]: 3 and -1.
    """
    artefact = one([["1", "1/10"], ["0", "-1"]])
    three = one([["1", "1/2", "0"], ["1/2", "1", "1/2"], ["0", "-1/2", "-1"]])
    mirror = [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "-1"]]
    symmetric = one([["1", "2"], ["2", "1"]])
    return {
        "above-even": above(EVEN, artefact, FIRST_ORDER, "452/1000", reflection=REFLECTION, eigenvalues=["1904/1000"]),
        "above-even-three": above(
            {"at_least": 4, "at_most": 4},
            three,
            {"name": "signs"},
            "42/1000",
            reflection=mirror,
            eigenvalues=["292/1000"],
        ),
        "above-even-set": above(EVEN, NEGATIVE_EIGENVALUE, FIRST_ORDER, "1/2"),
        "above-odd-set": above({"at_least": 3, "parity": "odd"}, NEGATIVE_EIGENVALUE, SMALL_STEPS, "1/2"),
        "above-odd": above(
            {"at_least": 2, "at_most": 9},
            symmetric,
            SMALL_STEPS | {"step": "1/2", "regularization": "0"},
            "1/2",
            least="-1",
            eigenvalues=["-1"],
        ),
        "above-two-eigenvalues": above(
            TWO_OR_MORE,
            one([["-1", "0", "0"], ["0", "-2", "0"], ["0", "0", "-9"]]),
            SMALL_STEPS,
            "5/2",
            least="-2",
            eigenvalues=["-1", "-2"],
        ),
    }


METHOD, LOSS = "statement.method", "statement.loss"
ABOVE_INVALID: list[tuple[str, str, Document, str]] = [
    (
        "rejected-above-odd-depth",
        "above-even",
        {LAYERS: {"at_least": 2}},
        "an odd number of layers is among those claim",
    ),
    (
        "rejected-above-three-layers",
        "above-even-three",
        {LAYERS: {"at_least": 3, "at_most": 3}},
        "an odd number of layers",
    ),
    (
        "rejected-above-odd-set",
        "above-odd-set",
        {METHOD: FIRST_ORDER},
        "an odd number of layers is among those claimed",
    ),
    ("rejected-above-loss", "above-even", {LOSS: "453/1000"}, "the loss is proved to stay above 0.452"),
    (
        "rejected-above-eigenvalue",
        "above-even",
        {"witness.eigenvalues": ["1905/1000"]},
        "only 1 eigenvalues are beyond",
    ),
    (
        "rejected-above-no-excess",
        "above-even",
        {"witness.eigenvalues": ["1904/1000", "1"]},
        "only 2 eigenvalues are beyond 1 in size",
    ),
    (
        "rejected-above-not-symmetric",
        "above-even",
        {"witness.reflection.0.1": "1/5"},
        "P is not symmetric with P^2 = r I",
    ),
    (
        "rejected-above-no-involution",
        "above-even",
        {"witness.reflection": [["2", "1/10"], ["1/10", "-1"]]},
        "P is not symmetric with P^2 = r I",
    ),
    (
        "rejected-above-zero-reflection",
        "above-even",
        {"witness.reflection": [["0", "0"]] * 2},
        "P is not symmetric with P",
    ),
    (
        "rejected-above-another-reflection",
        "above-even",
        {"witness.reflection": [["1", "0"], ["0", "-1"]]},
        "P Phi is not symmetric",
    ),
    ("rejected-above-signs", "above-even", {METHOD + ".name": "signs"}, "P is no multiple of a signed permutation"),
    ("rejected-above-one-layer", "above-odd-set", {LAYERS: {"at_least": 1}}, "one layer is among the numbers claimed"),
    (
        "rejected-above-large-step",
        "above-odd-set",
        {METHOD + ".step": "334/1000"},
        "the step is too large: eta (1 - a) or",
    ),
    (
        "rejected-above-regularization",
        "above-odd-set",
        {METHOD + ".regularization": "31/10"},
        "the step is too large: eta",
    ),
    (
        "rejected-above-larger-eigenvalue",
        "above-odd",
        {"witness.least": "-1/2"},
        "only 1 eigenvalues are beyond 1 in size",
    ),
    ("rejected-above-positive", "above-odd", {"witness.eigenvalues": ["1"]}, "no negative eigenvalues are given"),
    ("rejected-above-odd-not-symmetric", "above-odd", {MATRIX + ".0.1": "1"}, "Phi is not symmetric"),
    (
        "rejected-above-eigenvalue-twice",
        "above-odd",
        {"witness.eigenvalues": ["-1", "-1"]},
        "only 1 eigenvalues are beyond",
    ),
]
ABOVE_MALFORMED: list[tuple[str, str, str, object, str]] = [
    (
        "above-no-even-number",
        "above-even",
        LAYERS,
        {"at_least": 3, "at_most": 3, "parity": "even"},
        "^statement.landscape.l",
    ),
    ("above-not-negative", "above-even-set", LAND + "targets.eigenvalue", ["-1", "0"], "must be negative"),
    ("above-loss-zero", "above-even", LOSS, "0", "must be positive"),
    (
        "above-in-floating-point",
        "above-even",
        "statement.arithmetic",
        "float64",
        "'float64' is not known; known: exact",
    ),
    ("above-step-of-all", "above-even", METHOD + ".step", "1", "unknown field"),
    ("above-step-zero", "above-odd-set", METHOD + ".step", "0", "must be positive"),
    ("above-negative-regularization", "above-odd-set", METHOD + ".regularization", "-1", "must not be negative"),
    (
        "above-unknown-method",
        "above-even",
        METHOD + ".name",
        "newton",
        "'newton' is not known; known: first-order, signs, gr",
    ),
    ("above-eigenvalue-zero", "above-even", "witness.eigenvalues.0", "0", "must not be 0"),
    ("above-no-eigenvalues", "above-even", "witness.eigenvalues", [], "has 0 entries instead of 1 to 64"),
    ("above-reflection-shape", "above-even", "witness.reflection", [["1"]], "has 1 entry instead of 2"),
    ("above-positive-least", "above-odd", "witness.least", "1", "must be negative"),
]


INVALID: list[tuple[str, str, Document, str]] = [
    # (1) the step, (2) the rate, (3) terms of higher order, and the accuracy
    (
        "rejected-identity-step",
        "identity-symmetric-two-layers",
        {STEP: "100001/1000000"},
        "false that c M^(2 - 2/L) <=",
    ),
    (
        "rejected-identity-step-for-every-depth",
        "identity-symmetric",
        {STEP: "100001/10000000"},
        "false that c M^(2 - 2",
    ),
    (
        "rejected-identity-rate",
        "identity-symmetric-two-layers",
        {RATE: "100001/1000000"},
        "false that k <= m^(2 - 2/L)",
    ),
    (
        "rejected-identity-more-layers",
        "identity-symmetric-two-layers",
        {LAYERS + ".at_most": 3},
        "false that c M^(2 - ",
    ),
    (
        "rejected-identity-slower",
        "identity-symmetric",
        {EIGENVALUES + ".0": "9/100"},
        "it is false that k <= m^(2 - 2/L)",
    ),
    (
        "rejected-identity-accuracy",
        "identity-symmetric-two-layers",
        {"statement.accuracy.steps": 1364},
        "the error after 1364 steps is bounded by 0.0000010",
    ),
    (
        "rejected-identity-accuracy-of-large-eigenvalues",
        "identity-symmetric-two-layers",
        {EIGENVALUES + ".0": "1", RATE: "1", "statement.accuracy.steps": 151},
        "the error after 151 steps is bounded by 0.0000011",
    ),
    (
        "rejected-identity-normal-step",
        "identity-normal",
        {STEP: "62501/1000000"},
        "it is false that c M^(2 - 2/L) <= 1",
    ),
    ("rejected-identity-normal-rate", "identity-normal", {RATE: "12501/10000000"}, "false that k <= 1/2 m^(2 - 2/L)"),
    ("rejected-identity-normal-one-layer", "identity-normal", {LAYERS: EVERY}, "the rule normal-targets needs L >= 2"),
    ("rejected-identity-too-far", "identity-near", {LAND + "targets.distance": "30001/100000"}, "|Phi - I|_F <= 3/10"),
    ("rejected-identity-near-step", "identity-near", {STEP: "10001/100000"}, "it is false that c <= 1/10"),
    ("rejected-identity-near-rate", "identity-near", {RATE: "147001/1000000"}, "it is false that k <= 147/1000"),
    (
        "rejected-identity-projected-step",
        "identity-projected",
        {STEP: "1/80"},
        "false that c e (1 + z + z^2) M^(3 - 4/",
    ),
    (
        "rejected-identity-projected-rate",
        "identity-projected",
        {RATE: "12501/100000"},
        "false that k <= 1/2 m^(2 - 2/L)",
    ),
    ("rejected-identity-projected-one-layer", "identity-projected", {LAYERS: EVERY}, "positive-targets needs L >= 2"),
    (
        "rejected-identity-not-projected",
        "identity-projected",
        {"statement.algorithm": "gradient-descent"},
        "the rule positive-targets is about another algorithm",
    ),
    (
        "rejected-identity-projected-in-vain",
        "identity-near",
        {f"statement.{n}": v for n, v in PROJECTED.items()},
        "about a",
    ),
    # One matrix in a set
    ("rejected-identity-not-symmetric", "identity-symmetric-matrix", {MATRIX + ".0.1": "2"}, "Phi is not symmetric"),
    (
        "rejected-identity-eigenvalue-below",
        "identity-symmetric-matrix",
        {MATRIX + ".0.0": "19/10"},
        "Phi - a I has a neg",
    ),
    (
        "rejected-identity-eigenvalue-above",
        "identity-symmetric-matrix",
        {WITHIN + ".eigenvalues.1": "29/10"},
        "b I - Phi h",
    ),
    (
        "rejected-identity-negative-eigenvalue",
        "identity-symmetric-matrix",
        {MATRIX + ".0.0": "-2"},
        "Phi - a I has a neg",
    ),
    ("rejected-identity-not-normal", "identity-normal-matrix", {MATRIX + ".0.1": "1/3"}, "Phi is not normal"),
    (
        "rejected-identity-real-part",
        "identity-normal-matrix",
        {WITHIN + ".real_part": "11/10"},
        "Phi + Phi^T - 2 x I has",
    ),
    (
        "rejected-identity-norm",
        "identity-normal-matrix",
        {WITHIN + ".norm": "11/10"},
        "R^2 I - Phi^T Phi has a negative",
    ),
    (
        "rejected-identity-near-matrix",
        "identity-near-matrix",
        {MATRIX + ".0.0": "11/10"},
        "|Phi - I|_F is more than 0.25",
    ),
    (
        "rejected-identity-positive-part",
        "identity-projected-matrix",
        {MATRIX + ".0.1": "5/4"},
        "Phi + Phi^T - 2 g I has a",
    ),
    (
        "rejected-identity-positive-norm",
        "identity-projected-matrix",
        {WITHIN + ".norm": "3/2"},
        "N^2 I - Phi^T Phi has a n",
    ),
    (
        "rejected-identity-positive-distance",
        "identity-projected-matrix",
        {WITHIN + ".distance": "99/100", WITHIN + ".norm": "201/100"},
        "|Phi - I|_F is more than 0.99",
    ),
    (
        "undecided-identity-powers",
        "identity-symmetric-two-layers",
        {LAYERS + ".at_most": 999_999},
        "a product of powers has",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("identity-layers-zero", "identity-symmetric", LAYERS + ".at_least", 0, "0 is not between 1 and 1000000"),
    (
        "identity-layers-reversed",
        "identity-normal",
        LAYERS,
        {"at_least": 3, "at_most": 2},
        "^statement.landscape.layers.at_",
    ),
    ("identity-eigenvalue-zero", "identity-symmetric", EIGENVALUES, ["0", "10"], "must be positive"),
    (
        "identity-eigenvalues-reversed",
        "identity-symmetric",
        EIGENVALUES,
        ["2", "1"],
        "the lower bound is above the upper",
    ),
    ("identity-half", "identity-normal", LAND + "targets.real_part", "1/2", "must be more than 1/2"),
    (
        "identity-no-such-matrix",
        "identity-normal",
        LAND + "targets.norm",
        "1/2",
        "is below real_part: there is no such m",
    ),
    ("identity-step-zero", "identity-symmetric", STEP, "0", "must be positive"),
    ("identity-rate-negative", "identity-symmetric", RATE, "-1/100", "must be positive"),
    (
        "identity-in-floating-point",
        "identity-near",
        "statement.arithmetic",
        "float64",
        "'float64' is not known; known: exac",
    ),
    ("identity-without-arithmetic", "identity-near", "statement.arithmetic", DELETE, "this field is missing"),
    ("identity-other-start", "identity-near", "statement.start", "zero", "'zero' is not known; known: identity"),
    (
        "identity-other-algorithm",
        "identity-near",
        "statement.algorithm",
        "adam",
        "'adam' is not known; known: gradient-de",
    ),
    ("identity-not-square", "identity-near-matrix", MATRIX, [["1", "0"]], "[0]: has 2 entries instead of 1"),
    ("identity-no-matrix", "identity-near-matrix", MATRIX, [], "has 0 entries instead of 1 to 64"),
    ("identity-without-set", "identity-near-matrix", WITHIN, DELETE, "this field is missing"),
    ("identity-set-in-vain", "identity-near", WITHIN, NEAR, "unknown field"),
    (
        "identity-matrix-in-a-matrix",
        "identity-near-matrix",
        WITHIN,
        one([["1"]]),
        "^witness.within.set: 'one-matrix' is not",
    ),
    ("identity-no-steps", "identity-near", "statement.accuracy.steps", -1, "-1 is not between 0 and 999999999"),
    ("identity-error-zero", "identity-near", "statement.accuracy.error", "0", "must be positive"),
]

# One run of gradient descent


def run(
    target: list[list[str]], layers: int, step: str, steps: int, value: list[str], bits: int = 128, **more: object
) -> Document:
    """From the identity; with a `rate`, and then the numbers of the terminal theorem, it converges."""
    d = len(target)
    start = [[[str(int(i == j)) for j in range(d)] for i in range(d)]] * layers
    landscape = {"kind": "deep-linear-network", "widths": [d] * (layers + 1), "target": target}
    names = ("distance", "least", "most")
    witness = {"precision": bits, **{name: more.pop(name) for name in names if name in more}}
    name = f"gradient-descent-{'converges' if 'rate' in more else 'reaches'}"
    claim = {"arithmetic": "exact", "start": start, "step": step, "steps": steps, "value": value, **more}
    return certificate(landscape, name, claim, witness)


def runs() -> dict[str, Document]:
    """The exceptions of the obstruction for odd L, a rotation, data in the place of the target."""
    rotation = run([["1", "1/2"], ["-1/2", "1"]], 2, "1/10", 30, ["0", "1/10000"], 128)
    tall = run([["-1"]], 3, "1", 1, ["0", "0"])
    tall["statement"]["landscape"] = {"kind": "deep-linear-network", "widths": [1, 2, 1], "target": [["2"]]}
    tall["statement"] |= {"start": [[["1"], ["0"]], [["1", "0"]]], "step": "1/10", "steps": 20, "value": ["0", "1/100"]}
    terminal = {"distance": "1/100", "least": ["98/100"] * 2, "most": ["102/100"] * 2}
    return {
        "run-one-step": run([["-1"]], 3, "1", 1, ["0", "0"]),
        "run-heavy-ball": run([["-1"]], 3, "1/100", 420, ["0", "1/1000000000000000000"], 1024, momentum="9/10"),
        "run-rotation": rotation,
        "run-rectangular": seal(tall),
        "run-converges": run([["99/100"]], 2, "1/4", 2, ["0", "1/100000"], rate="1/2", **terminal),
        "run-converges-one-layer": run(
            [["1", "1"], ["0", "1"]],
            1,
            "1/2",
            20,
            ["0", "1/1000000"],
            rate="1/2",
            distance="1/10",
            least=["1/2"],
            most=["2"],
        ),
    }


START, VALUE_BOUNDS = "statement.start", "statement.value"
RUN_INVALID: list[tuple[str, str, Document, str]] = [
    ("rejected-run-loss", "run-rotation", {VALUE_BOUNDS: ["0", "1*2^-100"]}, "the loss after the steps is in"),
    ("rejected-run-too-early", "run-heavy-ball", {"statement.steps": 24}, "the loss after the steps is in"),
    ("undecided-run-precision", "run-heavy-ball", {"witness.precision": 53}, "the layers are not enclosed after"),
    (
        "undecided-run-work",
        "run-heavy-ball",
        {"statement.steps": 1_000_000, "witness.precision": 16_384},
        "steps x layers x width^3 x bits =",
    ),
    (
        "undecided-run-data",
        "run-one-step",
        {
            "statement.landscape": {
                "kind": "deep-linear-network",
                "widths": [1, 1, 1, 1],
                "inputs": [["1"]],
                "targets": [["-1"]],
            }
        },
        "trajectories are followed with a target only",
    ),
    (
        "rejected-run-momentum",
        "run-converges",
        {"statement.momentum": "1/10"},
        "is about gradient descent without momentum",
    ),
    (
        "undecided-run-least",
        "run-converges",
        {"witness.least.0": "99/100"},
        "the least singular value of layer 1 was not",
    ),
    (
        "undecided-run-most",
        "run-converges",
        {"witness.most.1": "1"},
        "the norm of layer 2 was not proved to be at most",
    ),
    ("rejected-run-step", "run-converges", {"witness.most": ["2", "2"]}, "eta Lambda is at most 2, not 1 or less by"),
    ("rejected-run-zero-least", "run-converges", {"witness.least": ["0", "0"]}, "the error is multiplied by"),
    ("rejected-run-path", "run-converges", {"witness.distance": "1/100000"}, "the layers move by"),
    ("rejected-run-rate", "run-converges", {"statement.rate": "1/4"}, "the loss is multiplied by"),
    (
        "undecided-run-stationary",
        "run-converges",
        {
            START: [[["0"]], [["0"]]],
            "statement.landscape.target": [["1"]],
            "statement.step": "1/2",
            VALUE_BOUNDS: ["0", "1"],
            "statement.rate": "1/16",
            "witness.distance": "1",
            "witness.least": ["0", "0"],
            "witness.most": ["1", "1"],
        },
        "the least singular value of layer 1 was not",
    ),
]
"""From the stationary point 0, s = -1 and tau = 1 would `prove` convergence; s >= 0 is a condition."""
RUN_MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("run-negative-least", "run-converges", "witness.least.0", "-1", "must not be negative"),
    (
        "run-in-floating-point",
        "run-one-step",
        "statement.arithmetic",
        "float64",
        "'float64' is not known; known: exact",
    ),
    ("run-start-shape", "run-rotation", START + ".0", [["1"]], "^statement.start: matrix 0 is 1 x 1, must be 2 x 2"),
    ("run-start-short", "run-rotation", START, [[["1", "0"], ["0", "1"]]], "has 1 entry instead of 2"),
    ("run-no-layers", "run-one-step", LAND + "widths", [1], "has 1 entry instead of 2 to 64"),
    ("run-zero-width", "run-one-step", LAND + "widths.1", 0, "0 is not between 1 and 400"),
    ("run-target-shape", "run-rotation", LAND + "target", [["1"]], "has 1 entry instead of 2"),
    ("run-target-and-data", "run-rotation", LAND + "inputs", [["1", "0"]], "unknown field"),
    ("run-step-zero", "run-one-step", STEP, "0", "must be positive"),
    ("run-negative-momentum", "run-heavy-ball", "statement.momentum", "-1/2", "must not be negative"),
    ("run-too-many-steps", "run-one-step", "statement.steps", 1_000_001, "1000001 is not between 0 and 1000000"),
    ("run-too-many-bits", "run-one-step", "witness.precision", 16_385, "16385 is not between 53 and 16384"),
    ("run-rate-one", "run-converges", RATE, "1", "must be less than 1"),
    ("run-distance-zero", "run-converges", "witness.distance", "0", "must be positive"),
]

# Critical points


def critical(landscape: Document, name: str, point: list[list[list[str]]], loss: str, **witness: object) -> Document:
    """What a point is; the curve's terms C_1, C_2, ... are lists of one matrix for each layer."""
    kind = {"kind": "deep-linear-network", **landscape}
    return certificate(kind, name, {"point": point, "loss": loss}, witness)


def critical_points() -> dict[str, Document]:
    """Of F = (w_3 w_2 w_1 - 2)^2 / 2: 0 is degenerate, along (t, t, t) with 2 - 2 t^3 + ...; of two layers 0 is strict,
    along (t, t) with 2 - 2 t^2 + ... On the samples x = 1, 2 with y = 1, 3 the best w is 7/5, of loss 1/10; 0 has 5.
    """
    three, two = ({"widths": [1] * (n + 1), "target": [["2"]]} for n in (3, 2))
    data = {"widths": [1, 1, 1], "inputs": [["1"], ["2"]], "targets": [["1"], ["3"]]}
    one_, zero = [["1"]], [["0"]]
    return {
        "critical-degenerate": critical(three, "degenerate-saddle", [zero] * 3, "2", curve=[[one_] * 3], order=3),
        "critical-strict": critical(two, "strict-saddle", [zero] * 2, "2", curve=[[one_] * 2], order=2),
        "critical-strict-data": critical(data, "strict-saddle", [zero] * 2, "5", curve=[[one_] * 2], order=2),
        "critical-narrow": critical(
            {"widths": [2, 1, 2], "inputs": [["1", "0"], ["0", "2"]], "targets": [["3", "0"], ["0", "2"]]},
            "global-minimum",
            [[["3", "0"]], [["1"], ["0"]]],
            "2",
            threshold="5",
        ),
        "critical-global": critical(data, "global-minimum", [[["7"]], [["1/5"]]], "1/10"),
    }


POINT, CURVE = "statement.point", "witness.curve"
NARROW = "critical-narrow"
CRITICAL_INVALID: list[tuple[str, str, Document, str]] = [
    ("rejected-critical-narrow-low", NARROW, {"witness.threshold": "39/10"}, "mu Q - Q T Q has a negative eigenvalue"),
    ("rejected-critical-narrow-high", NARROW, {"witness.threshold": "91/10"}, "P T P - mu P has a negative eigenvalue"),
    (
        "rejected-critical-narrow-other",
        NARROW,
        {POINT: [[["0", "1"]], [["0"], ["1"]]], LOSS: "9/2"},
        "P T P - mu P has a negative eigenvalue",
    ),
    (
        "rejected-critical-narrow-not-critical",
        NARROW,
        {POINT: [[["2", "0"]], [["1"], ["0"]]], LOSS: "5/2"},
        "P G is not 0, or P T is not T P",
    ),
    (
        "rejected-critical-narrow-slanted",
        NARROW,
        {POINT: [[["3/2", "1/2"]], [["1"], ["1"]]], LOSS: "13/4"},
        "P G is not 0, or P T is not T P",
    ),
    (
        "rejected-critical-narrow-singular",
        NARROW,
        {LAND + "inputs.1.1": "0"},
        "the rank of the product is not the least width, or X X^T is singular",
    ),
    (
        "rejected-critical-narrow-rank",
        NARROW,
        {POINT: [[["0", "0"]], [["0"], ["0"]]], LOSS: "13/2"},
        "the rank of the product is not the least width",
    ),
    (
        "rejected-critical-narrow-wide",
        NARROW,
        {LAND + "widths": [2, 2, 2], POINT: [[["3", "0"], ["0", "0"]], [["1", "0"], ["0", "0"]]]},
        "the rank of the product is not the least width",
    ),
    ("rejected-critical-loss", "critical-degenerate", {LOSS: "1"}, "the loss at the point is another one: 2 or"),
    (
        "rejected-critical-not-global",
        "critical-global",
        {POINT + ".0": [["0"]], LOSS: "5"},
        "the gradient with respect to",
    ),
    (
        "rejected-critical-slope",
        "critical-strict",
        {POINT: [[["1"]], [["1"]]], LOSS: "1/2"},
        "the point is not critical",
    ),
    (
        "rejected-critical-order-even",
        "critical-degenerate",
        {"witness.order": 4},
        "a strict saddle needs a line and order",
    ),
    (
        "rejected-critical-strict-order",
        "critical-degenerate",
        {"statement.property": "strict-saddle"},
        "a strict saddle needs a line and order 2",
    ),
    (
        "rejected-critical-rises",
        "critical-strict",
        {CURVE + ".0.0": [["-1"]]},
        "the curvature along the line is positive",
    ),
    (
        "rejected-critical-flat",
        "critical-strict",
        {CURVE + ".0.0": [["0"]]},
        "the loss does not change along the curve at",
    ),
    (
        "rejected-critical-early",
        "critical-degenerate",
        {"witness.order": 5},
        "the loss changes along the curve at an order",
    ),
    (
        "rejected-critical-late",
        "critical-degenerate",
        {CURVE: [[[["1"]], [["1"]], [["0"]]]]},
        "the loss does not change along the curve at order 3",
    ),
    (
        "rejected-critical-hessian",
        "critical-strict",
        {
            "statement.property": "degenerate-saddle",
            CURVE: [[[["1"]], [["0"]]], [[["0"]], [["1"]]]],
            "witness.order": 3,
        },
        "the Hessian has a negative eigenvalue",
    ),
]
CRITICAL_MALFORMED: list[tuple[str, str, str, object, str]] = [
    (
        "critical-point-shape",
        "critical-strict",
        POINT + ".0",
        [["1", "1"]],
        "^statement.point: matrix 0 is 1 x 2, must be 1",
    ),
    ("critical-no-curve", "critical-strict", CURVE, [], "has 0 entries instead of 1 to 32"),
    ("critical-curve-of-a-minimum", "critical-global", CURVE, [], "unknown field"),
    ("critical-order-one", "critical-strict", "witness.order", 1, "1 is not between 2 and 32"),
    ("critical-samples", "critical-global", LAND + "targets", [["1"]], "has 1 entry instead of 2"),
    ("critical-empty-product", "critical-strict", LAND + "widths", [], "has 0 entries instead of 2 to 64"),
    ("critical-degenerate-no-order", "critical-degenerate", "witness.order", DELETE, "this field is missing"),
]

INVALID += ABOVE_INVALID + RUN_INVALID + CRITICAL_INVALID
MALFORMED += ABOVE_MALFORMED + RUN_MALFORMED + CRITICAL_MALFORMED


def main() -> None:
    """Write the valid ones."""
    for name, document in (identity() | stays_above() | runs() | critical_points()).items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
