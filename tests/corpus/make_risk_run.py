"""Runs of gradient descent on empirical risks, true and false: `python -m tests.corpus.make_risk_run`."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, Document, text
from tests.corpus.make_linear import certificate

LINEAR = "identity"
SQUARE = "square"


def risk(
    widths: list[int], activation: object, inputs: list[list[str]], targets: list[list[str]], **more: object
) -> Document:
    """Half the sum of squares, without biases or weight decay; the last layer is linear unless it is the only one."""
    layers = [{"width": width, "activation": activation, "bias": False, "residual": False} for width in widths]
    if len(layers) > 1:
        layers[-1]["activation"] = LINEAR
    land = {"kind": "empirical-risk", "layers": layers, "inputs": inputs, "targets": targets}
    land |= {"loss": {"kind": "squares", "factor": "1/2"}, "weight_decay": {"weights": "0", "biases": "0"}}
    return land | more


def run(land: Document, start: list[str], step: str, steps: int, value: list[str], **more: object) -> Document:
    """A run, followed with 128 bits."""
    claim = {"arithmetic": "exact", "start": [start], "step": step, "steps": steps, "value": value}
    return certificate(land, "gradient-descent-reaches", {**claim, **more}, {})


def runs() -> dict[str, Document]:
    """One linear neuron w, x = y = 1: w_t = 1 - 2^-t from 0 with the step 1/2. One squared neuron, x = 1, y = 0: the
    slope is 2 w^3, so that the step 1/4 leads from 1 to 1/2 to 7/16, of loss (49/256)^2 / 2. With decay 1 of w and
    x = y = 0, the step 1/2 and the momentum 1/2: 1, 1/2, 0, -1/4.
    """
    one, zero = [["1"]], [["0"]]
    decay = {"weight_decay": {"weights": "1", "biases": "0"}}
    return {
        "risk-run-linear": run(risk([1], LINEAR, one, one), ["0"], "1/2", 3, ["1/128", "1/128"]),
        "risk-run-square": run(risk([1], SQUARE, one, zero), ["1"], "1/4", 2, ["2401/131072", "2401/131072"]),
        "risk-run-momentum": run(
            risk([1], LINEAR, zero, zero, **decay), ["1"], "1/2", 3, ["1/32", "1/32"], momentum="1/2"
        ),
        "risk-run-two-layers": run(
            risk([2, 1], SQUARE, [["1"], ["-2"]], [["1"], ["4"]]),
            ["1/2", "1/4", "1", "1"],
            "1/100",
            60,
            ["0", "1/100000"],
        ),
    }


START, VALUE = "statement.start", "statement.value"
INVALID: list[tuple[str, str, Document, str]] = [
    ("rejected-risk-run-loss", "risk-run-two-layers", {VALUE: ["1/100000", "1"]}, "the loss after the steps is in"),
    ("rejected-risk-run-steps", "risk-run-linear", {"statement.steps": 4}, "the loss after the steps is in"),
    (
        "rejected-risk-run-momentum",
        "risk-run-momentum",
        {"statement.momentum": "1/3"},
        "the loss after the steps is in",
    ),
    (
        "undecided-risk-run-kink",
        "risk-run-linear",
        {"statement.landscape.layers.0.activation": {"piecewise-linear": ["0", "1"]}},
        "an activation has a kink, where the risk has no gradient",
    ),
    (
        "undecided-risk-run-work",
        "risk-run-two-layers",
        {"statement.steps": 1_000_000, "witness.precision": 16_384},
        "steps x samples x parameters x bits = ",
    ),
    (
        "undecided-risk-run-precision",
        "risk-run-two-layers",
        {"statement.step": "10", "witness.precision": 53},
        "the trained parameters are not enclosed after",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    (
        "risk-run-start",
        "risk-run-two-layers",
        START,
        [["1", "1", "1"]],
        "^statement.start[0]: has 3 entries instead of 4",
    ),
    ("risk-run-rate", "risk-run-linear", "statement.rate", "1/2", "unknown field"),
    (
        "risk-run-converges",
        "risk-run-linear",
        "statement.property",
        "gradient-descent-converged",
        "'gradient-descent-converged' is not known; known: s",
    ),
    ("risk-run-step-zero", "risk-run-linear", "statement.step", "0", "must be positive"),
    ("risk-run-in-floating-point", "risk-run-linear", "statement.arithmetic", "float64", "'float64' is not known"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in runs().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
