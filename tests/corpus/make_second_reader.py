"""What a second reader of rule `basin` tried: small risks in exact numbers at the edge of a hypothesis.

Each is one step beyond what can be proved: a curvature too large by 2^-60, the center where two neighbours under a
maximum are equal, a residual where the Huber loss bends, a symmetry that is true and makes nothing curved.
"""

from __future__ import annotations

from typing import Any

from tests.corpus.forge import Document
from tests.corpus.make_invalid_basin import CURVATURE, FLAT, KINKS, SYMMETRIES
from tests.corpus.make_invalid_risks import Forgery

LAND, REGION, VALUE = "statement.landscape", "statement.region", "statement.value"
BASE = "basin-kinks"


def basin(land: Document, center: list[str], radius: str, curvature: str, **witness: Any) -> Document:
    """A claim of a local minimum in place of that of a valid file."""
    symmetries = witness.get("symmetries", [])
    return {
        LAND: land,
        REGION: {"shape": "ball", "center": [center], "radius": radius},
        VALUE: ["-1000000", "1000000"],
        FLAT: len(symmetries),
        CURVATURE: curvature,
        KINKS: witness.get("kinks", []),
        SYMMETRIES: symmetries,
    }


def risk(layers: list[Document], inputs: list[str], targets: list[str], **more: Any) -> Document:
    """Without decay, every row one number; biases only where they are said."""
    return {
        "kind": "empirical-risk",
        "layers": [{"bias": False, "residual": False, "activation": "identity", **layer} for layer in layers],
        "loss": more.pop("loss", {"kind": "squares", "factor": "1/2"}),
        "weight_decay": {"weights": "0", "biases": "0"},
        "inputs": [[entry] for entry in inputs],
        "targets": [[entry] for entry in targets],
        **more,
    }


SQUARE = risk([{"width": 1}], ["1"], ["0"])
"""w^2 / 2: the Hessian is 1."""
HUBER = risk([{"width": 1}], ["1"], ["0"], loss={"kind": "huber", "factor": "1", "delta": "1/2"})
"""h(w): curved for |w| < 1/2, and a line beyond."""
HINGE = risk([{"width": 1}], ["1", "1"], ["1", "-1"], loss={"kind": "hinge", "factor": "1"})
"""2 for |w| <= 1, |w| + 1 beyond: flat around 0, bent at 1."""
ONE_OUTPUT = risk([{"width": 1}], ["1"], ["1"], loss={"kind": "cross-entropy", "factor": "1"})
"""0 everywhere: softmax of one number."""


def maximum(target: str) -> Document:
    """(max(s, t) - target)^2 / 2, as max(a, b) = a + relu(b - a); s and t are trained.

    Layer 1: s and t - s. Layer 2: relu(s + 100), and relu(t - s). Output: the sum of both, less 100.
    """
    # Numbers: layer 1: 0, 1 w; 2, 3 b. Layer 2: 4..7 w; 8, 9 b. Output: 10, 11 w; 12 b.
    entries = [[2, 0, "1"], [3, 0, "-1"], [3, 1, "1"]]
    constants = [[4, "1"], [7, "1"], [8, "100"], [10, "1"], [11, "1"], [12, "-100"]]
    layers: list[Document] = [
        {"width": 2, "bias": True},
        {"width": 2, "bias": True, "activation": "relu"},
        {"width": 1, "bias": True},
    ]
    made = {"trained": 2, "entries": entries, "constants": constants}
    return risk(layers, ["1"], [target], map=made)


TIE = maximum("1")
"""(max(s, t) - 1)^2 / 2: at (0, 0) both are equal, and the loss falls with either."""
TIE_BELOW = maximum("-1")
"""(max(s, t) + 1)^2 / 2: at (-1, -1) both are equal and the loss is 0, with no curvature for the smaller one."""

INVALID: list[Forgery] = [
    (
        "undecided-reader-curvature-by-an-ulp",
        BASE,
        basin(SQUARE, ["0"], "1", f"{2**60 + 1}*2^-60"),
        "was not proved >=",
    ),
    ("undecided-reader-huber-at-its-bend", BASE, basin(HUBER, ["1/2"], "1/100", "1*2^-40"), "was not proved >="),
    ("undecided-reader-huber-beyond-its-bend", BASE, basin(HUBER, ["1"], "1/100", "1*2^-40"), "was not proved >="),
    (
        "rejected-reader-hinge-on-its-kink",
        BASE,
        basin(HINGE, ["1"], "1/100", "1*2^-40", kinks=[[1, 0, 0, "1/2", "0"]]),
        "is not between -1 and 0",
    ),
    (
        "undecided-reader-hinge-on-its-kink",
        BASE,
        basin(HINGE, ["1"], "1/100", "1*2^-40", kinks=[[1, 0, 0, "-1", "0"]]),
        "was not proved >=",
    ),
    (
        "undecided-reader-softmax-of-one-output",
        BASE,
        basin(ONE_OUTPUT, ["3"], "1", "1*2^-40", symmetries=[{"name": "softmax", "layer": 0, "source": 0}]),
        "was not proved >=",
    ),
    ("undecided-reader-tie-not-listed", BASE, basin(TIE, ["0", "0"], "1/100", "1*2^-40"), "may meet its kink"),
    (
        "rejected-reader-tie-falls",
        BASE,
        basin(TIE, ["0", "0"], "1/100", "1*2^-40", kinks=[[1, 0, 1, "1/2", "0"]]),
        "the loss's slope in the output of unit 1 of layer 1 on sample 0 is in",
    ),
    (
        "undecided-reader-tie-of-slope-0",
        BASE,
        basin(TIE_BELOW, ["-1", "-1"], "1/100", "1*2^-40", kinks=[[1, 0, 1, "0", "0"]]),
        "not proved >= 0",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("reader-decay-negative", BASE, LAND + ".weight_decay.weights", "-1*2^-60", "must not be negative"),
    ("reader-curvature-negative", BASE, CURVATURE, "-1*2^-60", "must be positive"),
    ("reader-kinks-not-in-order", "basin-deep", KINKS + ".0.0", 1, "must be in growing order"),
    ("reader-hinge-target", "loss-hinge", LAND + ".targets.0.0", "1/2", "must be 1 or -1 for the hinge loss"),
    ("reader-softmax-of-a-unit", "basin-softmax", SYMMETRIES + ".0.unit", 0, "unknown field"),
]
