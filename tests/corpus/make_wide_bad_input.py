"""What nobody may be told of wide networks and of descent on them, beside the forgeries of each kind's own module.

The line of the list of bad input that a row stands for is its comment.
"""

from __future__ import annotations

from tests.corpus.forge import DELETE, Document, load
from tests.corpus.make_descent import ALL, END, FIRST, LAND, STEP, STEPS, VALUE
from tests.corpus.make_nearby_descent import DEEP

INTERPOLATION = "zero-loss-tanh"


def _many_samples() -> Document:
    """The landscape with more equations than trained parameters."""
    land: Document = load(f"valid/{INTERPOLATION}.json")["statement"]["landscape"]
    width = len(land["inputs"][0])
    rows = [[str(i + j) for j in range(width)] for i in range(40)]
    return {**land, "inputs": rows, "targets": [["1"]] * 40}


INVALID: list[tuple[str, str, Document, str]] = [
    # a branch that is not analytic on all of R, of an activation with a kink
    (
        "rejected-features-leaky-not-analytic",
        "features-square",
        {f"{LAND}.layers.0.activation": {"leaky-relu": "1/4"}},
        "layer 1 is not analytic",
    ),
    # samples that contradict each other, where a loss of 0 is not excluded: one output's cross-entropy is always 0
    (
        "undecided-descent-contradiction-cross-entropy",
        ALL,
        {f"{LAND}.loss.kind": "cross-entropy", f"{LAND}.inputs.1": ["1", "0", "1*2^-1"], f"{LAND}.targets.1": ["2"]},
        "squares without weight decay only",
    ),
    # D_T that grows beyond use: few bits and errors that are large
    (
        "undecided-descent-errors-grow",
        FIRST,
        {
            f"{LAND}.targets": [["9999999"], ["-9999999"], ["9999999"]],
            "witness.precision": 53,
            VALUE: ["0", "1*2^60"],
            STEP: "1*2^-3",
            END: DELETE,
        },
        "the errors of the steps have grown",
    ),
    # (2) of polyak-lojasiewicz: h (B^2 + L E) >= 2, the errors being large
    (
        "undecided-descent-large-error",
        FIRST,
        {f"{LAND}.targets.0": ["99"], STEPS: 0, VALUE: ["0", "99999"], "witness.singular_value": "1*2^-9", END: DELETE},
        "2 - h (B^2 + L E) is in",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    # no equation at all
    ("descent-no-sample", FIRST, f"{LAND}.inputs", [], "has 0 entries"),
    # more equations than parameters
    ("zero-loss-many-samples", INTERPOLATION, LAND, _many_samples(), "^statement.dimension: is not -31, the trained"),
    # L or B of a smaller ball than the one used: there is nowhere to claim them
    ("descent-lipschitz", FIRST, "witness.lipschitz", "1*2^-10", "unknown field"),
    ("descent-norm", ALL, "witness.jacobian_norm", "1", "unknown field"),
    ("nearby-descent-lipschitz", DEEP, "witness.lipschitz", "1*2^-10", "unknown field"),
    ("zero-loss-lipschitz", INTERPOLATION, "witness.lipschitz", "1*2^-10", "unknown field"),
    # single samples, and steps that change
    ("nearby-descent-batch", DEEP, "statement.batch", 1, "unknown field"),
    ("nearby-descent-steps-listed", DEEP, STEP, ["1*2^-4", "1*2^-5"], "must be an exact number, written as a string"),
    ("random-steps-listed", "gram-random-tanh", STEP, ["1/4", "1/8"], "must be an exact number, written as a string"),
    ("random-adam", "gram-random-tanh", "statement.optimizer", "adam", "unknown field"),
    # the float run is claimed to converge: a run has no statement but its distance
    ("descent-float-converges", FIRST, "statement.end.converges", True, "unknown field"),
]
