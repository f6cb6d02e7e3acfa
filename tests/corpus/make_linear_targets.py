"""Targets off the negative axis, negative ones, all critical values: `python -m tests.corpus.make_linear_targets`."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, Document, seal, text
from tests.corpus.make_linear import (
    EIGENVALUES,
    EVERY,
    LAND,
    LAYERS,
    MATRIX,
    RATE,
    STEP,
    TWO_OR_MORE,
    WITHIN,
    certificate,
    from_identity,
    one,
)

OFF_AXIS = {"set": "normal-off-axis", "distance": "1/10", "curvature": "3", "norm": "2"}
JUMP = {"set": "negative-definite", "eigenvalues": ["-1/2", "-2/5"]}
TWO, THREE = ({"at_least": L, "at_most": L} for L in (2, 3))


AROUND = {"set": "normal-off-axis", "distance": "1/5", "curvature": "4", "norm": "1"}
BESIDE = {"set": "normal-off-axis", "distance": "2/5", "curvature": "1", "norm": "1"}


def boxed(document: Document) -> Document:
    """Gradient descent is followed, for boxes of eigenvalues."""
    return seal({**document, "witness": {**document["witness"], "in_boxes": True}})


def identity() -> dict[str, Document]:
    """Each set of targets, and one matrix in each.

    [[-4/5, -3/5], [3/5, -4/5]] turns by 143 degrees; [[-9/20, 1/20], [1/20, -9/20]] has the eigenvalues -1/2 and -2/5.
    """
    return {
        "identity-off-axis": from_identity(TWO_OR_MORE, OFF_AXIS, "25/7503", "1/600"),
        "identity-off-axis-two-layers": from_identity(
            TWO, OFF_AXIS | {"distance": "1/5"}, "5/372", "1/15", accuracy={"steps": 20000, "error": "1/1000000"}
        ),
        "identity-off-axis-matrix": from_identity(
            TWO_OR_MORE, one([["-4/5", "-3/5"], ["3/5", "-4/5"]]), "1/100", "1/200", within=AROUND
        ),
        "identity-off-axis-small": from_identity(
            TWO, {"set": "normal-off-axis", "distance": "99/100", "curvature": "0", "norm": "1"}, "1/10", "3/10"
        ),
        "identity-boxes": boxed(from_identity(TWO, BESIDE, "1/10", "1/20", this_step_alone=True)),
        "identity-boxes-matrix": boxed(
            from_identity(TWO, one([["0", "-3/4"], ["3/4", "0"]]), "1/10", "1/20", within=BESIDE, this_step_alone=True)
        ),
        "identity-negative": from_identity(THREE, JUMP, "5/2", "3/4000", this_step_alone=True),
        "identity-negative-matrix": from_identity(
            THREE,
            one([["-9/20", "1/20"], ["1/20", "-9/20"]]),
            "5/2",
            "3/4000",
            within=JUMP,
            this_step_alone=True,
            accuracy={"steps": 8000, "error": "1/1000000"},
        ),
    }


def values(eigenvalues: list[list[str]], **landscape: object) -> Document:
    """All critical values; by default of three layers, with the target [[2, 1], [1, 2]]."""
    land = landscape or {"widths": [2, 2, 2, 2], "target": [["2", "1"], ["1", "2"]]}
    land = {"kind": "deep-linear-network", **land}
    return certificate(land, "critical-values", {"eigenvalues": eigenvalues}, {})


def critical_values() -> dict[str, Document]:
    """T = [[5, 4], [4, 5]] has 9 and 1; [[1, 1], [1, 2]] has (3 +- sqrt 5)/2; on the samples T = diag(4, 9)."""
    data = {"inputs": [["1", "0"], ["0", "2"], ["0", "0"]], "targets": [["2", "0"], ["0", "3"], ["1", "0"]]}
    return {
        "values-exact": values([["9", "9"], ["1", "1"]]),
        "values-irrational": values(
            [["26/10", "27/10"], ["3/10", "4/10"]], widths=[2, 1, 2], target=[["1", "0"], ["1", "1"]]
        ),
        "values-data": values([["8", "10"], ["4", "4"]], widths=[2, 5, 2], **data),
    }


FOUND, TARGET = "statement.eigenvalues", LAND + "target"
INVALID: list[tuple[str, str, Document, str]] = [
    (
        "rejected-identity-off-axis-step",
        "identity-off-axis",
        {STEP: "10001/3000000"},
        "false that 4 c e (2 e + s) M^(1 - 2/L) <= 5 s",
    ),
    (
        "rejected-identity-off-axis-rate",
        "identity-off-axis-two-layers",
        {RATE: "667/10000"},
        "it is false that k <= 2/3 m^(2 - 2/L)",
    ),
    (
        "rejected-identity-off-axis-too-near",
        "identity-off-axis",
        {LAND + "targets.distance": "1/2"},
        "it is false that r s^2 e^2 <= (1 - s)^2 (R + s + r s^2)",
    ),
    (
        "rejected-identity-off-axis-one-layer",
        "identity-off-axis",
        {LAYERS: EVERY},
        "the rule normal-off-axis-targets needs L >= 2",
    ),
    (
        "rejected-identity-off-axis-accuracy",
        "identity-off-axis-two-layers",
        {"statement.accuracy.steps": 16000},
        "the error after 16000 steps is bounded by 0.0000017",
    ),
    (
        "rejected-identity-negative-every-step",
        "identity-negative",
        {"statement.this_step_alone": False},
        "the rule negative-definite-targets is about one step",
    ),
    (
        "rejected-identity-negative-even",
        "identity-negative",
        {LAYERS: {"at_least": 4, "at_most": 4}},
        "the rule negative-definite-targets needs one odd L >= 3",
    ),
    (
        "rejected-identity-negative-depths",
        "identity-negative",
        {LAYERS: {"at_least": 3, "at_most": 5, "parity": "odd"}},
        "the rule negative-definite-targets needs one odd L >= 3",
    ),
    (
        "rejected-identity-negative-one-layer",
        "identity-negative",
        {LAYERS: {"at_least": 1, "at_most": 1}},
        "the rule negative-definite-targets needs one odd L >= 3",
    ),
    (
        "rejected-identity-negative-small-step",
        "identity-negative",
        {STEP: "15/7"},
        "it is false that eta (1 + a) > 1",
    ),
    (
        "rejected-identity-negative-too-far",
        "identity-negative",
        {EIGENVALUES: ["-1/1000", "-1/1000"], STEP: "4"},
        "it is false that (eta (1 + a) - 1)^L <= a",
    ),
    (
        "rejected-identity-negative-too-far-below",
        "identity-negative",
        {EIGENVALUES: ["-3", "-1/2"], STEP: "9/4"},
        "it is false that (eta (1 + b) - 1)^L <= b",
    ),
    (
        "rejected-identity-negative-large-step",
        "identity-negative",
        {STEP: "26/10"},
        "it is false that c^L b^(2L - 2) <= 1",
    ),
    (
        "rejected-identity-negative-rate",
        "identity-negative",
        {RATE: "1/1000"},
        "it is false that k <= (eta (1 + a) - 1)^(2L - 2)",
    ),
    (
        "rejected-identity-negative-first-step",
        "identity-negative",
        {EIGENVALUES: ["-7/20", "-7/20"], STEP: "189/50", RATE: "6/25"},
        "it is false that k c (1 + b) <= 1",
    ),
    (
        "rejected-identity-negative-accuracy",
        "identity-negative-matrix",
        {"statement.accuracy.steps": 5000},
        "the error after 5000 steps is bounded by 0.00012",
    ),
    (
        "rejected-identity-off-axis-not-normal",
        "identity-off-axis-matrix",
        {MATRIX + ".0.1": "-1/2"},
        "Phi is not normal",
    ),
    (
        "rejected-identity-off-axis-inside",
        "identity-off-axis-matrix",
        {WITHIN + ".curvature": "3"},
        "with A = A^T, B = -B^T, has a negative eigenvalue",
    ),
    (
        "rejected-identity-off-axis-norm",
        "identity-off-axis-matrix",
        {WITHIN + ".norm": "99/100"},
        "R^2 I - Phi^T Phi has a negative",
    ),
    (
        "rejected-identity-negative-not-symmetric",
        "identity-negative-matrix",
        {MATRIX + ".0.1": "0"},
        "Phi is not symmetric",
    ),
    (
        "rejected-identity-negative-beyond",
        "identity-negative-matrix",
        {MATRIX + ".0.0": "-1/2"},
        "Phi - a I has a negative",
    ),
    (
        "rejected-identity-off-axis-large-step",
        "identity-off-axis-small",
        {STEP: "2"},
        "it is false that c M^(2 - 2/L) <= 1",
    ),
    (
        "rejected-identity-boxes-every-step",
        "identity-boxes",
        {"statement.this_step_alone": False},
        "the rule normal-in-boxes is about one L >= 2 and one step",
    ),
    (
        "rejected-identity-boxes-depths",
        "identity-boxes",
        {LAYERS: {"at_least": 2, "at_most": 3}},
        "the rule normal-in-boxes is about one L >= 2 and one step",
    ),
    (
        "rejected-identity-boxes-large-step",
        "identity-boxes",
        {STEP: "101/100"},
        "c or 2 k is more than 1, as |w| is at",
    ),
    ("rejected-identity-boxes-large-rate", "identity-boxes", {RATE: "51/100"}, "c or 2 k is more than 1, as |w| is at"),
    ("undecided-identity-boxes-step", "identity-boxes", {STEP: "9/10"}, "not proved for eigenvalues near"),
    ("undecided-identity-boxes-rate", "identity-boxes", {RATE: "49/100"}, "not proved for eigenvalues near"),
    (
        "rejected-identity-boxes-symmetric",
        "identity-boxes",
        {LAND + "targets": {"set": "symmetric", "eigenvalues": ["1", "2"]}},
        "of normal-off-axis targets alone gradient descent is followed in boxes",
    ),
    # Critical values
    (
        "rejected-values-other",
        "values-exact",
        {FOUND + ".0": ["8", "8"]},
        "interval 0 is not proved to have",
    ),
    (
        "rejected-values-both",
        "values-exact",
        {FOUND + ".0": ["1/2", "10"]},
        "the intervals are not disjoint",
    ),
    ("rejected-values-rising", "values-exact", {FOUND: [["1", "1"], ["9", "9"]]}, "the intervals are not disjoint"),
    ("rejected-values-twice", "values-exact", {FOUND: [["9", "9"], ["9", "9"]]}, "the intervals are not disjoint, in"),
    (
        "rejected-values-at-an-end",
        "values-exact",
        {FOUND + ".1": ["1", "2"]},
        "interval 1 is not proved",
    ),
    ("rejected-values-between", "values-irrational", {FOUND + ".1": ["1/2", "2"]}, "interval 1 is not proved to have"),
    (
        "rejected-values-multiple",
        "values-exact",
        {TARGET: [["1", "0"], ["0", "1"]], FOUND: [["1", "1"], ["1/2", "1/2"]]},
        "interval 1 is not proved to have an eigenvalue",
    ),
    (
        "rejected-values-zero",
        "values-exact",
        {TARGET: [["1", "0"], ["0", "0"]], FOUND: [["1", "1"], ["1/2", "1/2"]]},
        "interval 1 is not proved to have an eigenvalue",
    ),
    ("rejected-values-one-layer", "values-exact", {LAND + "widths": [2, 2]}, "there is one layer only"),
    ("rejected-values-singular", "values-data", {LAND + "inputs.1": ["0", "0"]}, "X X^T is singular"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    (
        "identity-off-axis-empty",
        "identity-off-axis-small",
        LAND + "targets.norm",
        "98/100",
        "the parabola leaves out all of |z| <= R: there is no such matrix",
    ),
    ("identity-boxes-word", "identity-boxes", "witness.in_boxes", "yes", "must be true or false"),
    ("identity-off-axis-far", "identity-off-axis", LAND + "targets.distance", "1", "must be less than 1"),
    ("identity-off-axis-curvature", "identity-off-axis", LAND + "targets.curvature", "-1", "must not be negative"),
    ("identity-negative-zero", "identity-negative", EIGENVALUES, ["-1", "0"], "must be negative"),
    ("identity-negative-word", "identity-negative", "statement.this_step_alone", "yes", "must be true or false"),
    ("values-zero", "values-exact", FOUND + ".1", ["0", "1"], "must be positive"),
    ("values-count", "values-exact", FOUND, [["9", "9"]], "has 1 entry instead of 2"),
    ("values-reversed", "values-exact", FOUND + ".0", ["10", "9"], "the lower bound is above the upper bound"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in (identity() | critical_values()).items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
