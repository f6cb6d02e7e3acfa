"""Where the valid certificates about degenerate points come from: `python -m tests.corpus.make_valid_degenerate`.

Run by hand, like `make_valid`: the points are found with LAPACK.
"""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np

from tests.corpus.forge import CORPUS, text
from verify.checker.statements.given_point import Line
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover import given_point as prover
from verify.producer.prover.convex import certify_convex, certify_convex_point, certify_not_attained
from verify.producer.prover.interpolation import certify_interpolation

SQUARE = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
CLASSES = [[2, 1, 0], [0, 1, 2], [0, 1, 2], [2, 1, 0]]
LINE = [0, 1, 2, 3]


def zeros(risk: EmpiricalRisk) -> list[Fraction]:
    """The point 0."""
    return [Fraction(0)] * risk.trained


def numbers(*entries: object) -> list[Fraction]:
    """A point."""
    return [Fraction(entry) for entry in entries]


def certificates() -> dict[str, Certificate]:
    """By curves of several orders, on a kink, on both sides; by curvature; on lines of a network."""
    decay = {"weight_decay": "1/10", "bias_decay": "1/10"}
    xor = EmpiricalRisk(SQUARE, [1, 0, 0, 1], [2, 1], "sigmoid", output="sigmoid")
    tanh = EmpiricalRisk(SQUARE, [1, -1, -1, 1], [2, 1])
    classes = EmpiricalRisk(SQUARE, CLASSES, [2, 3], "arctan", loss="cross-entropy", scale="mean")
    logistic = EmpiricalRisk([-1, 1, 2], [1, 1, -1], [1, 1], "relu", loss="logistic", biases=False)
    dead = EmpiricalRisk(LINE, [1, 2, 0, 1], [1], [], output="relu")
    line = EmpiricalRisk(LINE, [0, 1, 0, 3], [2, 1], {"elu": ["1", "1"]})
    even = EmpiricalRisk([-2, -2, 1, 1], [1, -1, 1, -1], [2, 1], "relu", loss="logistic")
    pairs = EmpiricalRisk([-1, 0, 2], [[1, 0], [0, 1], [2, 1]], [4, 2], "relu", fixed={0: "1/2", 9: 1})
    logit = EmpiricalRisk([-1, 1, 1, 3], [[1, 0], [0, 1], [1, 0], [0, 1]], [2], [], loss="cross-entropy", **decay)
    first = dict(enumerate([1, "1/2", -1, 2, 0, -1, 1, "1/3"]))
    last = EmpiricalRisk(LINE, [[0, 1], [2, 1], [1, 0], [1, 3]], [4, 2], "tanh", fixed=first, **decay)
    fit = EmpiricalRisk([1, 2, 3], [2, 4, 7], [1], [])
    margins = EmpiricalRisk([-1, -2, 1, 3], [-1, -1, 1, 1], [2, 1], "relu", loss="logistic")
    split = EmpiricalRisk([-2, 0, 2], np.eye(3).astype(int), [2, 3], "relu", loss="cross-entropy", biases=True)
    bent = numbers(1, -1, -2, 2, 0, 0, 0, 0, 0)
    on_kink = numbers(0, 0)
    falling = Line((tuple(numbers(1, -1)),), 2, ())
    return {
        "curve-xor": prover.certify_no_local_minimum(xor, zeros(xor)),
        "curve-tanh": prover.certify_no_local_minimum(tanh, zeros(tanh)),
        "curve-classes-saddle": prover.certify_degenerate_saddle(classes, zeros(classes)),
        "curve-both-sides": prover.certify_no_local_minimum(xor, bent),
        "curve-kink-logistic": prover.certified(logistic, "not-a-local-minimum", on_kink, descent=falling),
        "risk-bends-down": prover.certify_bends_down(xor, bent, Fraction(1, 1000)),
        "zero-loss-tanh": certify_interpolation(tanh, numbers(-1, -1, "3/2", 3, 0, 3, -2, -2, 1)),
        "zero-loss-outputs": certify_interpolation(pairs, np.random.default_rng(3).normal(size=pairs.trained)),
        "convex-logistic": certify_convex(logit, zeros(logit)),
        "convex-last-layer": certify_convex(last, zeros(last)),
        "convex-point": certify_convex_point(fit, numbers("5/2", "-2/3")),
        "separable-logistic": certify_not_attained(margins, numbers(1, -1, 0, 0, 1, -1, 0)),
        "separable-classes": certify_not_attained(split, numbers(1, -1, 0, 0, 0, 2, 0, 0, 2, 0, 0, 1, 0)),
        "line-dead-output": prover.certify_local_minimum(dead, numbers(-1, -1)),
        "line-elu": prover.certify_local_minimum(line, numbers(1, 2, 1, 2, "2/5", "1/5", -1)),
        "line-logistic": prover.certify_local_minimum(even, numbers(1, 1, 3, 4, 0, 0, 0)),
    }


def main() -> None:
    """Write them."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
