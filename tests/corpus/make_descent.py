"""Gradient descent on networks: valid certificates (`python -m tests.corpus.make_descent`), and forgeries of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.corpus.forge import CORPUS, DELETE, Document, text

if TYPE_CHECKING:
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk

FIRST, ALL, NO_STEP = "descent-hidden-layer", "descent-all-layers", "descent-no-step"
LAND, LAYERS = "statement.landscape", "statement.landscape.layers"
RADIUS, SINGULAR = "witness.radius", "witness.singular_value"
STEP, STEPS, RATE, VALUE, END = (f"statement.{name}" for name in ("step", "steps", "rate", "value", "end"))
Changes = dict[str, object]

INPUTS = [["1", "0", "1/2"], ["0", "1", "-1/2"], ["-1", "1/2", "0"]]
TARGETS = ["1", "-1", "1/2"]


def start(count: int) -> list[Fraction]:
    """Numbers that look as if they were drawn."""
    return [Fraction((37 * i * i + 11 * i + 5) % 64 - 32, 32) for i in range(count)]


def valid_files() -> dict[str, Document]:
    """The hidden layer trained, with an end point; all layers trained; a start at which the theorem holds."""
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk
    from verify.producer.prover.gradient_descent import certify_gradient_descent

    output = {12 + r: Fraction((-1) ** r, 2) for r in range(4)}
    hidden = EmpiricalRisk(INPUTS, TARGETS, [4, 1], "tanh", biases=False, fixed=output)
    whole = EmpiricalRisk(INPUTS, TARGETS, [4, 1], "softplus", scale="mean")
    ended = run(hidden, 40)
    made = {
        FIRST: certify_gradient_descent(hidden, start(12), "1/4", end=ended),
        ALL: certify_gradient_descent(whole, start(21), "1/8"),
        NO_STEP: certify_gradient_descent(hidden, run(hidden, 400), "1/4"),
    }
    return {name: json.loads(certificate.text()) for name, certificate in made.items()}


def run(risk: EmpiricalRisk, steps: int) -> list[Fraction]:
    """Where a run in floats, rounded, is after so many steps of 1/4."""
    at = start(risk.trained)
    for _ in range(steps):
        gradient = risk.gradient([float(entry) for entry in at])[0]
        moved = [x - Fraction(float(slope)) / 4 for x, slope in zip(at, gradient, strict=True)]
        at = [Fraction(round(x * 2**20), 2**20) for x in moved]
    return at


def repeated(target: str) -> Callable[[Document], Changes]:
    """The second sample becomes the first, with a target."""

    def changes(document: Document) -> Changes:
        landscape = document["statement"]["landscape"]
        return {f"{LAND}.inputs.1": landscape["inputs"][0], f"{LAND}.targets.1": [target]}

    return changes


def many_samples(document: Document) -> Changes:
    """As many samples as there are trained parameters, and one more."""
    rows = [[str(i), str(i * i % 7), "1"] for i in range(13)]
    return {f"{LAND}.inputs": rows, f"{LAND}.targets": [["1"]] * 13}


INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    # what can be said at once
    ("rejected-descent-contradiction", FIRST, repeated("7"), "samples 0 and 1 have the same inputs and other targets"),
    ("undecided-descent-sample-twice", FIRST, repeated("1"), "samples 0 and 1 are the same, so that the Jacobian is"),
    ("rejected-descent-many-samples", FIRST, many_samples, "13 samples are more than 12 trained parameters"),
    # the landscape
    ("undecided-descent-relu", ALL, {LAYERS + ".0.activation": "relu"}, "for one hidden layer of tanh"),
    ("undecided-descent-output", ALL, {LAYERS + ".1.activation": "tanh"}, "for one hidden layer of tanh"),
    ("undecided-descent-leaky-output", ALL, {LAYERS + ".1.activation": {"leaky-relu": "1/2"}}, "one linear output"),
    ("undecided-descent-decay", ALL, {LAND + ".weight_decay.weights": "1/9"}, "squares without weight decay only"),
    ("undecided-descent-bias-decay", ALL, {LAND + ".weight_decay.biases": "1/9"}, "squares without weight decay only"),
    ("undecided-descent-logistic", ALL, {LAND + ".loss.kind": "logistic"}, "squares without weight decay only"),
    (
        "undecided-descent-part-of-the-output",
        ALL,
        lambda d: {LAND + ".fixed": [[16, "0"]], "statement.start": [d["statement"]["start"][0][:-1]]},
        "training of all parameters, or of those of the hidden layer only",
    ),
    ("rejected-descent-momentum", FIRST, {"statement.momentum": "1/2"}, "gradient descent without momentum"),
    # shadowing
    ("undecided-descent-long-step", ALL, {STEP: "4"}, "h |J|^2 was not proved <= 2 at step 0"),
    ("undecided-descent-too-long", ALL, {STEPS: 10**6, LAND + ".loss.factor": "1/10000000"}, "is more than this"),
    ("rejected-descent-value", ALL, {VALUE: ["0", "1/1000000000"]}, "the loss after the steps is in"),
    ("rejected-descent-another-start", FIRST, {"statement.start.0.0": "3/2"}, "the loss after the steps is in"),
    ("rejected-descent-another-step", ALL, {STEP: "1/9"}, "the loss after the steps is in"),
    ("rejected-descent-one-step-more", FIRST, {STEPS: 120}, "the loss after the steps is in"),
    ("rejected-descent-mean-for-sum", FIRST, {LAND + ".loss.factor": "1/3"}, "the loss after the steps is in"),
    ("rejected-descent-end", FIRST, {END + ".point.0.0": "5"}, "or less from exact descent, not the claimed distance"),
    # polyak-lojasiewicz (1) to (4), and the rate
    ("undecided-descent-singular-value", FIRST, {SINGULAR: "3"}, "least singular value was not proved to be above"),
    (
        "undecided-descent-from-the-start",
        ALL,
        {STEPS: 0, VALUE: ["0", "100"], SINGULAR: "1/1000"},
        "not positive by proof",
    ),
    ("undecided-descent-radius-large", FIRST, {RADIUS: "9"}, "not positive by proof"),
    ("undecided-descent-radius-small", FIRST, {RADIUS: "1/1000000"}, "descent may leave the ball"),
    ("undecided-descent-radius-small-all", ALL, {RADIUS: "1/10000000"}, "descent may leave the ball"),
    ("undecided-descent-rate", FIRST, {RATE: "1/2"}, "or less in a step, by proof"),
    ("undecided-descent-rate-all", ALL, {RATE: "1/2"}, "or less in a step, by proof"),
]

MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("descent-arithmetic", FIRST, "statement.arithmetic", "float64", "'float64' is not known; known: exact"),
    ("descent-batch", FIRST, "statement.batch", 1, "unknown field"),
    ("descent-optimizer", ALL, "statement.optimizer", "adam", "unknown field"),
    ("descent-steps-listed", ALL, STEP, ["1/4", "1/8"], "must be an exact number, written as a string"),
    ("descent-step", FIRST, STEP, "0", "must be positive"),
    ("descent-step-negative", ALL, STEP, "-1/4", "must be positive"),
    ("descent-steps", FIRST, STEPS, -1, "-1 is not between 0 and"),
    ("descent-steps-many", FIRST, STEPS, 999_999_999, "999999999 is not between 0 and"),
    ("descent-start", FIRST, "statement.start.0.0", DELETE, "^statement.start[0]: has 11 entries instead of 12"),
    ("descent-momentum", FIRST, "statement.momentum", "-1/2", "must not be negative"),
    ("descent-rate-one", ALL, RATE, "1", "must be less than 1"),
    ("descent-rate-missing", ALL, RATE, DELETE, "this field is missing"),
    ("descent-value", ALL, VALUE, ["1", "0"], "the lower bound is above the upper bound"),
    ("descent-end-distance", FIRST, END + ".distance", "-1", "must not be negative"),
    ("descent-end-point", FIRST, END + ".point.0.0", DELETE, "^statement.end.point[0]: has 11 entries instead of 12"),
    ("descent-radius", FIRST, RADIUS, "0", "must be positive"),
    ("descent-singular-value", FIRST, SINGULAR, "0", "must be positive"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in valid_files().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
