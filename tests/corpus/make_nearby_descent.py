"""Gradient descent from all starts near a point: valid certificates, and forgeries of them.

`python -m tests.corpus.make_nearby_descent` writes the valid ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.corpus.forge import CORPUS, DELETE, Document, text

DEEP, KINKS = "nearby-descent-tanh", "nearby-descent-relu"
LAND, LAYERS = "statement.landscape", "statement.landscape.layers"
CENTER, RADIUS = "statement.region.center", "statement.region.radius"
STEP, WITHIN, DECREASE = (f"statement.{name}" for name in ("step", "within", "decrease"))
SINGULAR, ZERO = "witness.singular_value", "witness.zero_radius"
Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """Two hidden layers of a smooth activation; two outputs of a ReLU network, with a fixed bias."""
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk
    from verify.producer.prover.descent_nearby import certify_convergence_nearby

    inputs = [["1", "0"], ["0", "1"], ["-1", "1/2"]]
    deep = EmpiricalRisk(inputs, ["1", "-1", "1/2"], [3, 3, 1], "tanh", scale="mean")
    kinks = EmpiricalRisk(inputs, [["1", "0"], ["-1", "1"], ["1/2", "2"]], [6, 2], "relu", fixed={12: "1/4"})
    made = {
        DEEP: certify_convergence_nearby(deep, [((37 * i * i + 11 * i + 5) % 64 - 32) / 32 for i in range(25)]),
        KINKS: certify_convergence_nearby(kinks, [((29 * i * i + 7 * i + 3) % 64 - 32) / 32 for i in range(31)]),
    }
    return {name: json.loads(certificate.text()) for name, certificate in made.items()}


def repeated(target: str) -> Callable[[Document], Changes]:
    """The second sample becomes the first, with a target."""

    def changes(document: Document) -> Changes:
        return {f"{LAND}.inputs.1": document["statement"]["landscape"]["inputs"][0], f"{LAND}.targets.1": [target]}

    return changes


def many_samples(document: Document) -> Changes:
    """More samples than there are trained parameters."""
    rows = [[str(i), str(i * i % 7)] for i in range(26)]
    return {f"{LAND}.inputs": rows, f"{LAND}.targets": [["1"]] * 26}


INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    ("rejected-nearby-descent-contradiction", DEEP, repeated("7"), "samples 0 and 1 have the same inputs and other"),
    (
        "undecided-nearby-descent-sample-twice",
        DEEP,
        repeated("1"),
        "samples 0 and 1 are the same, so that the",
    ),
    ("rejected-nearby-descent-many-samples", DEEP, many_samples, "26 samples are more than 25 trained parameters"),
    # interpolation
    ("undecided-nearby-descent-decay", DEEP, {LAND + ".weight_decay.weights": "1/99"}, "without weight decay"),
    ("undecided-nearby-descent-logistic", DEEP, {LAND + ".loss.kind": "logistic"}, "needs the loss of squares"),
    ("undecided-nearby-descent-kink", KINKS, {WITHIN: "1"}, "may meet a kink within the radius"),
    ("undecided-nearby-descent-singular-value", DEEP, {SINGULAR: "9"}, "were not proved >= 9"),
    ("undecided-nearby-descent-turns", DEEP, {WITHIN: "1"}, "not proved >= 0"),
    ("undecided-nearby-descent-no-zero", DEEP, {ZERO: "1*2^-70"}, "too far from the targets"),
    ("undecided-nearby-descent-targets", DEEP, {LAND + ".targets.0.0": "5/4"}, "too far from the targets"),
    ("rejected-nearby-descent-zero-radius", DEEP, {ZERO: "1"}, "larger than the one within which"),
    # basin-of-attraction (2) to (4), and the rate
    ("undecided-nearby-descent-long-step", DEEP, {STEP: "1"}, "2 - h (B^2 + L E) is in"),
    ("undecided-nearby-descent-sum-for-mean", DEEP, {LAND + ".loss.factor": "1"}, "2 - h (B^2 + L E) is in"),
    ("undecided-nearby-descent-small-ball", DEEP, {WITHIN: "1*2^-7"}, "descent may leave the ball"),
    ("undecided-nearby-descent-far-start", DEEP, {RADIUS: "1*2^-7"}, "descent may leave the ball"),
    ("undecided-nearby-descent-kinks-start", KINKS, {RADIUS: "3*2^-7"}, "descent may leave the ball"),
    ("undecided-nearby-descent-rate", DEEP, {DECREASE: "1/2"}, "by proof, claimed 0.5"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("nearby-descent-arithmetic", DEEP, "statement.arithmetic", "float64", "'float64' is not known; known: exact"),
    ("nearby-descent-optimizer", DEEP, "statement.optimizer", "adam", "unknown field"),
    ("nearby-descent-momentum", DEEP, "statement.momentum", "1/2", "unknown field"),
    ("nearby-descent-step", DEEP, STEP, "0", "must be positive"),
    ("nearby-descent-within", DEEP, WITHIN, "-1", "must be positive"),
    ("nearby-descent-decrease", DEEP, DECREASE, "0", "must be positive"),
    ("nearby-descent-radius", KINKS, RADIUS, "0", "must be positive"),
    ("nearby-descent-box", KINKS, "statement.region.shape", "box", "'box' is not known; known: ball"),
    ("nearby-descent-center", DEEP, CENTER + ".0.0", DELETE, "^statement.region.center[0]: has 24 entries instead of"),
    ("nearby-descent-singular-value", DEEP, SINGULAR, "0", "must be positive"),
    ("nearby-descent-zero-radius", DEEP, ZERO, "0", "must be positive"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in valid_files().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
