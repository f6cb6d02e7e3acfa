"""Forgeries about semidefinite programs, matrices and polynomials: tables for make_invalid and make_malformed."""

from __future__ import annotations

from hashlib import sha256

from tests.corpus.make_valid_sdp import DATA

BOUND, DUAL, POINT, DATA_FILE = "statement.bound", "witness.dual", "witness.point", "statement.landscape.data"
TRIANGLE, GRAM, BASIS = "statement.landscape.lower_triangle", "witness.gram", "witness.basis"
TERMS, VALUE = "statement.landscape.terms", "statement.value"
FRAMED, FRAME = "sdp-lower-frame", "witness.frame"
LOWER, INSIDE, BOXED, EQUAL = "sdp-lower-exact", "sdp-lower-corrected", "sdp-lower-in-a-box", "sdp-lower-equality"
UPPER, UPPER_EQUAL, NO_X, NO_Y = "sdp-upper-exact", "sdp-upper-equality", "sdp-no-x", "sdp-no-y"
SQUARES, MINIMUM, SINGULAR = "sum-of-squares", "global-minimum-of-a-polynomial", "matrix-singular"
GLOBAL, SADDLE, SPURIOUS = "quadratic-global", "quadratic-saddle", "quadratic-spurious"
U, REGION, HESSIAN = "witness.multipliers", "statement.region.", "statement.hessian_lower_bound"
LESS = "9" * 30 + "/1" + "0" * 30
"""1 - 10^-30"""


def named(name: str) -> dict[str, str]:
    """A data file of the corpus."""
    return {"file": name, "sha256": sha256(DATA[name].encode()).hexdigest()}


INVALID: list[tuple[str, str, dict[str, object], str]] = [
    # The data file
    ("rejected-sdp-other-data", LOWER, {DATA_FILE + ".file": "no-y.dat-s"}, "no-y.dat-s is another one than the"),
    ("rejected-sdp-easier-data", LOWER, {DATA_FILE + ".sha256": "0" * 64}, "two-blocks.dat-s is another one than"),
    ("undecided-sdp-no-data", LOWER, {DATA_FILE + ".file": "absent.dat-s"}, "absent.dat-s is neither given (--data FI"),
    # Lower bound: (1) Y is semidefinite
    ("rejected-sdp-lower-indefinite", LOWER, {DUAL + ".0": [["1"], ["-101/100", "1"]]}, "block 1 of Y has a negative"),
    (
        "rejected-sdp-lower-indefinite-by-little",
        LOWER,
        {DUAL: [[["1"], ["-1", LESS]], ["0", "0"]]},
        "block 1 of Y has a negative eigenvalue",
    ),
    (
        "rejected-sdp-lower-negative-entry",
        LOWER,
        {DUAL: [[["99/100"], ["-97/100", "99/100"]], ["1/100", "-1/100"]]},
        "block 2 of Y has the entry 2 in [-0.01",
    ),
    (
        "undecided-sdp-lower-singular",
        EQUAL,
        {DUAL: [[["14/5"], ["-4/5", "1"]], ["0"]]},
        "block 1 of Y was not proved positive semidefinite: pivot 2",
    ),
    # (2) its equations
    (
        "undecided-sdp-lower-dependent",
        "sdp-lower-dependent",
        {DUAL + ".0.1.1": "1/3"},
        "the constraints were not proved independent",
    ),
    ("rejected-sdp-lower-far-away", INSIDE, {DUAL + ".0.0.0": "-1"}, "block 1 of Y has a negative eigenvalue"),
    # (3) its value
    ("rejected-sdp-lower-too-high", LOWER, {BOUND: "2001/1000"}, "the dual bound is in [2, 2], not above the claim"),
    ("rejected-sdp-lower-above-the-value", INSIDE, {BOUND: "1961/1000"}, "the dual bound is in [1.9604"),
    ("undecided-sdp-lower-is-the-value", INSIDE, {BOUND: "3921/2000"}, "the dual bound is in [1.9604"),
    ("rejected-sdp-lower-too-high-in-a-box", BOXED, {BOUND: "1961/1000"}, "the dual bound is in [1.9"),
    ("rejected-sdp-lower-wide-box", BOXED, {"statement.box.1": ["-4000", "4000"]}, "the dual bound is in [-"),
    ("rejected-sdp-lower-indefinite-in-a-box", BOXED, {DUAL + ".0.1.1": "0"}, "block 1 of Y has a negative"),
    # With a frame: Y = V Z V^T
    ("rejected-sdp-lower-frame-inconsistent", FRAMED, {FRAME + ".0": [["0"], ["1"]]}, "V^T F_2 V is 0, and c_2 is not"),
    ("undecided-sdp-lower-frame-dependent", FRAMED, {FRAME + ".0": [["1"], ["0"]]}, "the constraints were not proved"),
    ("rejected-sdp-lower-frame-too-high", FRAMED, {BOUND: "2001/1000"}, "the dual bound is in [2, 2], not above"),
    ("undecided-sdp-lower-frame-near", FRAMED, {FRAME + ".0": [["1"], ["-99/100"]]}, "the constraints were not"),
    ("rejected-sdp-lower-frame-negative", FRAMED, {DUAL: [[["1"]], ["-1"]]}, "block 2 of Y has the entry 1 in"),
    ("rejected-sdp-no-x-frame-not-a-ray", "sdp-no-x-frame", {FRAME + ".0": [["0"], ["0"]]}, "<F_0, Y> is in [0, 0]"),
    # Upper bound: (1) the zero blocks, (2) X is semidefinite, (3) c.x
    ("rejected-sdp-upper-indefinite", UPPER, {POINT: ["1", "99/100"]}, "block 1 of X = sum x_i F_i - F_0 has a negati"),
    ("rejected-sdp-upper-indefinite-by-little", UPPER, {POINT: ["1", LESS]}, "block 1 of X = sum x_i F_i - F_0 has a"),
    ("rejected-sdp-upper-inequality", UPPER, {POINT: ["1/8", "5"]}, "block 1 of X"),
    ("rejected-sdp-upper-outside", UPPER, {POINT: ["1", "5"], BOUND: "6"}, "block 2 of X = sum x_i F_i - F_0 has the"),
    ("rejected-sdp-upper-too-low", UPPER, {BOUND: "1999/1000"}, "c.x is in [2, 2], not below the bound by proof"),
    ("rejected-sdp-upper-not-equal", UPPER_EQUAL, {POINT: ["1", "99/100"]}, "block 1 of X = sum x_i F_i - F_0 has a"),
    ("undecided-sdp-upper-equal", UPPER_EQUAL, {POINT: ["2/3", "4/3"]}, "block 1 of X = sum x_i F_i - F_0 was not"),
    # Infeasible
    ("rejected-sdp-no-x-not-a-ray", NO_X, {DUAL + ".1": ["1", "1", "-1"]}, "block 1 of Y has a negative"),
    ("rejected-sdp-no-x-zero-ray", NO_X, {DUAL + ".1": ["0", "0", "0"]}, "<F_0, Y> is in [0, 0], not above 0"),
    ("rejected-sdp-no-x-indefinite", NO_X, {DUAL + ".0": [["0"], ["1", "0"]]}, "block 1 of Y has a negative eigenv"),
    (
        "rejected-sdp-no-x-of-a-feasible-program",
        NO_X,
        {"statement.landscape": {"kind": "semidefinite-program", "data": named("two-blocks.dat-s"), "variables": 2,
                                 "blocks": [2, -2]}, DUAL: [[["1"], ["-1", "1"]], ["0", "0"]]},
        "block 1 of Y has a negative eigenvalue: pivot 2",
    ),
    ("rejected-sdp-no-y-not-a-ray", NO_Y, {POINT: ["-1"]}, "block 1 of Z = sum x_i F_i has the entry 1 in [-1, -1]"),
    ("rejected-sdp-no-y-zero-ray", NO_Y, {POINT: ["0"]}, "c.x is in [0, 0], not below 0"),
    # Semidefinite matrices
    ("rejected-matrix-indefinite", SINGULAR, {TRIANGLE + ".1.1": "99/100"}, "A has a negative eigenvalue: pivot 2"),
    ("rejected-matrix-indefinite-by-little", SINGULAR, {TRIANGLE + ".1.1": LESS}, "A has a negative eigenvalue"),
    (
        "rejected-matrix-indefinite-in-exact-arithmetic",
        SINGULAR,
        {TRIANGLE + ".1.1": LESS, "witness.precision": 53},
        "A has a negative eigenvalue, as L D L^T shows at the rows 2 and 2",
    ),
    ("rejected-matrix-zero-diagonal", "matrix-zero", {TRIANGLE + ".1.0": "1*2^-4000"}, "A has a negative eigenvalue"),
    ("rejected-matrix-negative-diagonal", "matrix-zero", {TRIANGLE + ".1.1": "-1*2^-4000"}, "A has a negative"),
    # Sums of squares: (1) the identity, (2) the Gram matrix
    ("rejected-squares-one-coefficient", SQUARES, {TERMS + ".1.1": "-" + LESS}, "the identity fails in the coefficie"),
    ("rejected-squares-a-term-more", SQUARES, {TERMS + ".1.0": [1, 0]}, "the identity fails in the coefficient of the"),
    ("rejected-squares-other-basis", SQUARES, {BASIS: [[1, 0], [0, 2]]}, "the identity fails in the coefficient of"),
    (
        "rejected-squares-indefinite-by-little",
        SQUARES,
        {TERMS + ".2.1": LESS, GRAM + ".1.1": LESS},
        "the Gram matrix has a negative eigenvalue",
    ),
    ("rejected-squares-indefinite", SQUARES, {TERMS + ".0.1": "0", GRAM + ".0.0": "0"}, "the Gram matrix has a negat"),
    # Global minimum: (1) p(a) <= u, and that p - l is a sum of squares
    ("rejected-minimum-of-a-polynomial-elsewhere", MINIMUM, {"statement.point": ["1", "0"]}, "p is at least 1.33333"),
    ("rejected-minimum-of-a-polynomial-too-high", MINIMUM, {VALUE: ["1/2", "1/2"]}, "the identity fails in the coeff"),
    ("rejected-minimum-of-a-polynomial-too-low", MINIMUM, {VALUE + ".0": "0"}, "the identity fails in the coefficient"),
    # Quadratic networks, global: (1) S, (2) the dual bound, (3) the points
    ("rejected-quadratic-indefinite", GLOBAL, {U: ["-1*2^-100"]}, "S has a negative eigenvalue: pivot 1"),
    ("rejected-quadratic-dual-too-low", GLOBAL, {VALUE: ["1*2^-100", "1"]}, "the dual bound is at most 0, below the"),
    ("rejected-quadratic-multiplier", "quadratic-global-decay", {U: ["-1/4"]}, "the dual bound is at most 0.34375"),
    ("rejected-quadratic-point", GLOBAL, {"statement.points.1": [["99/100"]]}, "the loss at point 1 is in [0.000198"),
    # Negative curvature: (1) the gradient, (2) the curvature
    ("rejected-quadratic-not-critical", SADDLE, {"statement.point": [["1/10"]]}, "the squared norm of the gradient is"),
    ("rejected-quadratic-curvature", SADDLE, {"statement.negative_curvature": "-3"}, "the curvature in the direction"),
    (
        "rejected-quadratic-minimum-as-saddle",
        SADDLE,
        {"statement.point": [["1"]]},
        "the curvature in the direction is in [4, 4], above",
    ),
    # Spurious: (1) the Hessian, (2) the gradient, (3) the value, (4) a better point
    ("rejected-quadratic-hessian", SPURIOUS, {HESSIAN: "9"}, "the Hessian has an eigenvalue below the bound"),
    ("undecided-quadratic-large-ball", SPURIOUS, {REGION + "radius": "1"}, "the Hessian was not proved to be at least"),
    ("rejected-quadratic-small-ball", SPURIOUS, {REGION + "radius": "1*2^-200"}, "the gradient is too large for the r"),
    ("rejected-quadratic-value", SPURIOUS, {VALUE: ["1/1000", "2/1000"]}, "which is not within the claimed bounds"),
    ("rejected-quadratic-no-better", SPURIOUS, {"witness.better_point": [["9", "9", "9"]]}, "the better point has a l"),
]  # fmt: skip
"""As in make_invalid: name, source, what is changed, what the reason must say."""

KIND, SHA = "statement.landscape.", "must be 64 hexadecimal digits in lower case"
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("sdp-data-missing", LOWER, DATA_FILE, "two-blocks.dat-s", "must be an object, not a string"),
    ("sdp-frame-rows", FRAMED, FRAME + ".0", [["1"]], "must have 0 or 2 rows, of at most 2 numbers"),
    ("sdp-frame-uneven", FRAMED, FRAME + ".0", [["1"], ["1", "2"]], f"^{FRAME}[0][1]: has 2 entries instead of 1"),
    ("sdp-frame-wide", FRAMED, FRAME + ".0", [["1", "2", "3"], ["1", "2", "3"]], "must have 0 or 2 rows, of at most 2"),
    ("sdp-frame-of-a-diagonal-block", FRAMED, FRAME + ".1", [["1"]], "must be an empty list, as the block is diag"),
    ("sdp-frame-of-one-block", FRAMED, FRAME, [[["1"], ["-1"]]], "has 1 entry instead of 2"),
    ("sdp-frame-of-a-point", UPPER, FRAME, [[], []], "unknown field"),
    ("sdp-frame-other-order", FRAMED, DUAL + ".0", [["1"], ["0", "1"]], "has 2 entries instead of 1"),
    ("sdp-data-in-parent-folder", LOWER, DATA_FILE + ".file", "../x.dat-s", "must be a plain file name in the certi"),
    ("sdp-data-absolute", LOWER, DATA_FILE + ".file", "/etc/passwd", "must be a plain file name in the certificate's"),
    ("sdp-data-hidden", LOWER, DATA_FILE + ".file", ".x", "must be a plain file name in the certificate's folder"),
    ("sdp-data-digest-short", LOWER, DATA_FILE + ".sha256", "00", SHA),
    ("sdp-data-digest-capitals", LOWER, DATA_FILE + ".sha256", "A" * 64, SHA),
    ("sdp-data-digest-prefix", LOWER, DATA_FILE + ".sha256", "sha256:" + "0" * 57, SHA),
    ("sdp-data-of-other-sizes", LOWER, DATA_FILE, named("other-sizes.dat-s"), "^the data file: its number of variab"),
    ("sdp-data-of-other-blocks", NO_X, DATA_FILE, named("dependent.dat-s"), "^the data file: its number of variables"),
    ("sdp-data-broken", LOWER, DATA_FILE, named("broken.dat-s"), "^the data file: line 5: the index is 3, not between"),
    ("sdp-data-of-other-blocks-and-large", UPPER, KIND + "blocks", [401, -2], "^the data file: its number"),
    ("sdp-variables-zero", LOWER, KIND + "variables", 0, "0 is not between 1 and 10000"),
    ("sdp-variables-many", LOWER, KIND + "variables", 10_001, "10001 is not between 1 and 10000"),
    ("sdp-block-zero", LOWER, KIND + "blocks", [2, 0], "must be orders other than 0 that add up to at most 10000"),
    ("sdp-blocks-large", LOWER, KIND + "blocks", [9_999, -2], "must be orders other than 0 that add up to at most"),
    ("sdp-no-blocks", LOWER, KIND + "blocks", [], "has 0 entries instead of 1 to 10000"),
    ("sdp-equality-of-a-dense-block", EQUAL, KIND + "equalities", [1], "must be numbers of different diagonal blocks"),
    ("sdp-equality-none", EQUAL, KIND + "equalities", [], "has 0 entries instead of 1 to 2"),
    ("sdp-equality-twice", EQUAL, KIND + "equalities", [2, 2], "must be numbers of different diagonal blocks"),
    ("sdp-equality-of-no-block", EQUAL, KIND + "equalities", [3], "[0]: 3 is not between 1 and 2"),
    ("sdp-property", LOWER, "statement.property", "sdp-value", "'sdp-value' is not known; known: sdp-lower-bound, sdp"),
    ("sdp-side", NO_X, "statement.side", "left", "'left' is not known; known: inequality, equality"),
    ("sdp-side-of-a-bound", LOWER, "statement.side", "inequality", "unknown field"),
    ("sdp-box-of-an-upper-bound", UPPER, "statement.box", [["0", "1"]] * 2, "unknown field"),
    ("sdp-box-reversed", BOXED, "statement.box.0", ["1", "0"], "the lower bound is above the upper bound"),
    ("sdp-box-short", BOXED, "statement.box", [["0", "1"]], "has 1 entry instead of 2"),
    ("sdp-point-short", UPPER, POINT, ["1"], "has 1 entry instead of 2"),
    ("sdp-point-for-a-lower-bound", LOWER, POINT, ["1", "1"], "unknown field"),
    ("sdp-dual-a-block-less", LOWER, DUAL, [[["1"], ["-1", "1"]]], "has 1 entry instead of 2"),
    ("sdp-dual-not-a-triangle", LOWER, DUAL + ".0", [["1", "-1"], ["-1", "1"]], "[0]: has 2 entries instead of 1"),
    ("sdp-dual-diagonal", LOWER, DUAL + ".1", [["0"], ["0"]], "[0]: must be an exact number, written as a string, not"),
    ("matrix-empty", SINGULAR, TRIANGLE, [], "has 0 entries instead of 1 to 1000"),
    ("matrix-whole", SINGULAR, TRIANGLE, [["1", "1"], ["1", "1"]], "[0]: has 2 entries instead of 1"),
    ("matrix-float", SINGULAR, TRIANGLE + ".0.0", 1.0, "the float 1.0; write an exact number as a string"),
    ("matrix-property", SINGULAR, "statement.property", "definite", "'definite' is not known; known: positive-semid"),
    ("polynomial-no-terms", SQUARES, TERMS, [], "has 0 entries instead of 1 to 10000"),
    ("polynomial-term-twice", SQUARES, TERMS + ".1.0", [2, 0], "this monomial is given more than once"),
    ("polynomial-negative-exponent", SQUARES, TERMS + ".0.0", [-2, 0], "[0]: -2 is not between 0 and 128"),
    ("polynomial-exponents", SQUARES, TERMS + ".0.0", [2], "has 1 entry instead of 2"),
    ("polynomial-degree", SQUARES, TERMS + ".0.0", [128, 1], "the degree is more than 128"),
    ("polynomial-name", SQUARES, KIND + "indeterminates.0", "x y", "must be a name of letters, digits and _ that no"),
    ("polynomial-name-twice", SQUARES, KIND + "indeterminates.1", "x", "must be a name of letters, digits and _ that"),
    ("polynomial-no-names", SQUARES, KIND + "indeterminates", [], "has 0 entries instead of 1 to 64"),
    ("polynomial-basis-twice", SQUARES, BASIS, [[1, 0], [1, 0]], "a monomial is given more than once"),
    ("polynomial-no-basis", SQUARES, BASIS, [], "has 0 entries instead of 1 to 1000"),
    ("polynomial-gram-size", SQUARES, GRAM, [["1"]], "has 1 entry instead of 2"),
    ("polynomial-value-reversed", MINIMUM, VALUE, ["1", "0"], "the lower bound is above the upper bound"),
    ("polynomial-point", MINIMUM, "statement.point", ["1"], "has 1 entry instead of 2"),
    ("polynomial-property", SQUARES, "statement.property", "convex", "'convex' is not known; known: sum-of-squares, g"),
    ("quadratic-width-zero", GLOBAL, KIND + "width", 0, "0 is not between 1 and 400"),
    ("quadratic-ragged-inputs", SPURIOUS, KIND + "inputs.1", ["1"], "has 1 entry instead of 3"),
    ("quadratic-no-inputs", GLOBAL, KIND + "inputs", [], "has 0 entries instead of 1 to 16384"),
    ("quadratic-targets", GLOBAL, KIND + "targets", ["1", "1"], "has 2 entries instead of 1"),
    ("quadratic-negative-decay", GLOBAL, KIND + "weight_decay", "-1", "must not be negative"),
    ("quadratic-perturbation", GLOBAL, KIND + "perturbation", [["1"], ["1", "1"]], "has 2 entries instead of 1"),
    ("quadratic-no-points", GLOBAL, "statement.points", [], "has 0 entries instead of 1 to 10000"),
    ("quadratic-point-shape", GLOBAL, "statement.points.0", [["1", "1"]], "[0]: has 2 entries instead of 1"),
    ("quadratic-value-reversed", GLOBAL, VALUE, ["1", "0"], "the lower bound is above the upper bound"),
    ("quadratic-multipliers", GLOBAL, U, [], "has 0 entries instead of 1"),
    ("quadratic-gradient-bound", SADDLE, "statement.gradient_bound", "-1", "must not be negative"),
    ("quadratic-curvature", SADDLE, "statement.negative_curvature", "0", "must be negative"),
    ("quadratic-direction-zero", SADDLE, "witness.direction", [["0"]], "is zero"),
    ("quadratic-radius", SPURIOUS, REGION + "radius", "0", "must be positive"),
    ("quadratic-hessian-bound", SPURIOUS, "statement.hessian_lower_bound", "-1", "must be positive"),
    ("quadratic-property", GLOBAL, "statement.property", "saddle", "'saddle' is not known; known: global-minimum, neg"),
]  # fmt: skip
"""As FIELDS of make_malformed."""
