"""Where the valid certificates of rule `basin` come from: `python -m tests.corpus.make_valid_basin`.

Run by hand, like `make_valid`: the points are found with LAPACK.
"""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from tests.corpus.forge import CORPUS, text
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.no_minimum import certify_no_local_minimum_within, certify_no_strict_minimum

RANDOM = np.random.default_rng(7)
INPUTS = [[f"{entry:.2f}" for entry in row] for row in RANDOM.normal(size=(10, 2))]
TARGETS = [f"{entry:.2f}" for entry in RANDOM.normal(size=10)]
PAIRS = [[f"{entry:.2f}" for entry in row] for row in RANDOM.normal(size=(10, 2))]
CLASSES = [[int(n % 3 == o) for o in range(3)] for n in range(10)]


def trained(risk: EmpiricalRisk, seed: int) -> np.ndarray:
    """Where plain descent ends."""
    start = np.random.default_rng(seed).normal(size=risk.trained)
    return np.asarray(minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="L-BFGS-B").x)


def on_a_kink() -> list[Fraction]:
    """A point of the first network at which its first unit is on its kink on the first sample."""
    x, y = (Fraction(str(entry)) for entry in INPUTS[0])
    return [
        Fraction(1),
        Fraction(1),
        Fraction(-1),
        Fraction(2),
        Fraction(1, 2),
        Fraction(1),
        -x - y,
        *[Fraction(1)] * 6,
    ]


def certificates() -> dict[str, Certificate]:
    """One for each symmetry, and for kinks in one layer, in two, in none."""
    decay = {"weight_decay": "1/50", "bias_decay": "1/50"}
    relu = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", **decay)
    plain = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "relu", scale="mean")
    leaky = EmpiricalRisk(INPUTS, TARGETS, [2, 1], {"leaky-relu": "1/10"}, scale="mean", weight_decay="1/50")
    deep = EmpiricalRisk(INPUTS, TARGETS, [2, 2, 1], "relu", scale="mean", **decay)
    linear = EmpiricalRisk(INPUTS, PAIRS, [2, 2], "identity", scale="mean")
    rotated = EmpiricalRisk(INPUTS, PAIRS, [2, 2], "identity", scale="mean", weight_decay="1/100")
    classes = EmpiricalRisk(INPUTS, CLASSES, [3], [], scale="mean", loss="cross-entropy")
    return {
        "basin-kinks": certify_basin(relu, trained(relu, 2)),
        "basin-off": certify_basin(plain, trained(plain, 0)),
        "basin-scale": certify_basin(plain, trained(plain, 1)),
        "basin-leaky": certify_basin(leaky, trained(leaky, 1)),
        "basin-deep": certify_basin(deep, trained(deep, 1)),
        "basin-linear": certify_basin(linear, trained(linear, 4)),
        "basin-rotations": certify_basin(rotated, trained(rotated, 5)),
        "basin-softmax": certify_basin(classes, trained(classes, 6)),
        "risk-no-local-minimum": certify_no_local_minimum_within(relu, on_a_kink(), Fraction(1, 1000)),
        "flat-off": certify_no_strict_minimum(relu_dead(), [*map(Fraction, (-1, 1, -5, 2, 1, 1, 0))], Fraction(1, 2)),
        "flat-scale": certify_no_strict_minimum(products(), [*map(Fraction, (2, 1, 1))], Fraction(1, 4)),
    }


def relu_dead() -> EmpiricalRisk:
    """Two units, of which the first may be off on all samples."""
    return EmpiricalRisk([1, 2, 3], [1, 2, 4], [2, 1], "relu", weight_decay="1/10")


def products() -> EmpiricalRisk:
    """A product of three numbers."""
    return EmpiricalRisk([1, 2], [1, 2], [1, 1, 1], "identity", biases=False)


def main() -> None:
    """Write them."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
