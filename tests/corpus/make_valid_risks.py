"""Where the valid certificates about empirical risks come from: `python -m tests.corpus.make_valid_risks`.

Run by hand, like `make_valid`: the points are refined with LAPACK.
"""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from tests.corpus.forge import CORPUS, Document, text
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, certify
from verify.producer.prover.given_point import (
    certify_local_minimum,
    certify_no_critical_point,
    certify_no_local_minimum,
    certify_value,
    certify_worse_than,
)
from verify.proofs import auer_1995, ding_2019, kawaguchi_2016, swirszcz_2016, yun_2019

INPUTS = [[0, 1], [1, 0], [1, 1], ["-1/2", "1/3"]]
TARGETS = [1, 0, "1/2", -1]


def trained(risk: EmpiricalRisk, seed: int = 0) -> np.ndarray:
    """A point that descent finds."""
    start = np.random.default_rng(seed).normal(size=risk.trained)
    return np.asarray(minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, tol=1e-10).x)


def exact(*numbers: object) -> list[Fraction]:
    """Exact numbers."""
    return [Fraction(str(entry)) for entry in numbers]


def near() -> dict[str, Certificate]:
    """Strict minima and saddles of several networks, activations and losses."""
    tanh = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "tanh", weight_decay="1/10", bias_decay="1/10")
    classes = [[1, 0], [0, 1], [1, 0], ["1/2", "1/2"]]
    deep = EmpiricalRisk(
        INPUTS,
        classes,
        [2, 2, 2],
        ["gelu", "softplus"],
        residual=True,
        loss="cross-entropy",
        weight_decay=1,
        bias_decay=1,
    )
    logistic = EmpiricalRisk(
        INPUTS,
        [1, -1, 1, -1],
        [2, 1],
        "arctan",
        loss="logistic",
        scale="mean",
        weight_decay="1/5",
        fixed={4: 0, 5: "1/3"},
    )
    relu = EmpiricalRisk([1, 2, 3, -1], [1, 2, "5/2", 0], [1, 1], "relu", weight_decay="1/10", bias_decay="1/10")
    neuron = auer_1995.risk(2)
    return {
        "risk-tanh": certify(tanh, trained(tanh)),
        "risk-saddle": certify(tanh, np.zeros(tanh.trained) + [0, 0, 0, 0, 0, 0, 0, 0, 0.1]),
        "risk-deep-residual": certify(deep, trained(deep)),
        "risk-logistic-fixed": certify(logistic, trained(logistic)),
        "risk-relu-off-kinks": certify(relu, trained(relu)),
        "risk-neuron-spurious": certify(neuron, [1.0986, 1000.0], better_point=[1.0986, 1.0]),
    }


def given() -> dict[str, Certificate]:
    """Statements about exact points."""
    deep = EmpiricalRisk([0, 1, 2], [0, 0, 1], [2, 2, 1], "relu")
    # All units active: f = x / 2 - 1/6, the least squares line.
    line = exact("1/2", 0, 2, 1, 1, 0, 0, 1, 1, 1, 1, 0, "-19/6")
    tilted = [*line[:-1], Fraction(0)]
    tanh = EmpiricalRisk(INPUTS, TARGETS, [2, 1], "tanh")
    at = exact("1/2", "-1/3", 1, 0, "1/4", 0, 1, -1, "1/8")
    second = swirszcz_2016.SECOND
    bent = EmpiricalRisk([-1, 1, 2], [1, 0, -1], [2, 1], {"piecewise-linear": ["-1/2", "2"]})
    kink = EmpiricalRisk([-1, 1], [1, 1], [1, 1], {"leaky-relu": "1/2"}, scale="sum", fixed={3: 0})
    return {
        "risk-orthogonal-deep": certify_local_minimum(deep, line),
        "risk-value": certify_value(tanh, at),
        "risk-value-exact": certify_value(deep, tilted),
        "risk-value-piecewise": certify_value(bent, exact(1, "-1/2", 0, 1, 1, "1/3", "-1/4")),
        "risk-descent": certify_no_local_minimum(deep, tilted),
        "risk-descent-smooth": certify_no_local_minimum(tanh, at),
        "risk-descent-on-kink": certify_no_local_minimum(kink, exact(0, 0, 1)),
        "risk-worse": certify_worse_than(second, swirszcz_2016.GLOBAL_PRINTED, swirszcz_2016.GLOBAL),
        "risk-no-critical-point": certify_no_critical_point(tanh, at, Fraction(1, 100)),
        "risk-kinks-bend-down": bend_down(),
        "risk-kinks-multipliers": by_multipliers(),
    }


def bend_down() -> Certificate:
    """One neuron on two kinks of which one bends down, made by hand: multipliers for two patterns."""
    risk = EmpiricalRisk([1, 2, -1], [-2, "1/2", "-1/2"], [1, 1], "relu", scale="half-sum", biases=False, fixed={1: 1})
    return certify_local_minimum(risk, exact(0))


def by_multipliers() -> Certificate:
    """A trained neuron on a kink that matters: f = max(x - 1, 0) with residual -1 at x = 1 and others beside it."""
    risk = EmpiricalRisk([1, 1, 2, 3, 0], [1, -2, 1, 2, 1], [1, 1], "relu", scale="half-sum")
    return certify_local_minimum(risk, exact(1, -1, 1, 0))


def main() -> None:
    """Write them."""
    files: dict[str, Document] = {name: json.loads(found.text()) for name, found in (near() | given()).items()}
    copied = {
        "risk-kinks": (swirszcz_2016, "proposition 3"),
        "risk-global": (swirszcz_2016, "proposition 2, global, mended"),
        "risk-constant-outputs": (yun_2019, "theorem 2, tanh"),
        "risk-bad-saddle": (kawaguchi_2016, "bad saddle"),
        "risk-every-width": (ding_2019, "Yu & Chen, as quoted"),
        "risk-count": (auer_1995, "n = 10, d = 2"),
    }
    for name, (module, claim) in copied.items():
        (path,) = {entry.file for entry in module.PROOF.claims if entry.name == claim}
        files[name] = json.loads((CORPUS.parents[1] / "certificates" / module.PROOF.name / path).read_text())
    for name, document in files.items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
