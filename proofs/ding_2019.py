"""Ding, Li & Sun 2019, and Yu & Chen 1995 as quoted in a lecture: sub-optimal minima of sigmoid networks.

The sentence audited: for the sigmoid, samples with distinct inputs and a hidden layer as wide as there are
samples, all local minima of |Y - W2 sigma(W1 X)|^2 are global. The data are of this project's making.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.statement import Statement
from verify.checker.statements.every_width import EveryWidth
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.families import certify_every_width

from .finite_samples import Item, better, proof

INPUTS = [1, 2, 3, -1]
TARGETS = ["-127/100", "131/100", "227/100", "-9/25"]
START = (1.0, 1.0)
"""w and V, near the critical point of one neuron."""


def risk(width: int) -> EmpiricalRisk:
    """The sum of squares of sum_j v_j sigmoid(w_j x)."""
    return EmpiricalRisk(INPUTS, TARGETS, [width, 1], "sigmoid", biases=False, scale="sum")


def certificate() -> Certificate:
    """Minima of every width from the number of samples on."""
    samples = len(INPUTS)
    return certify_every_width(risk(1), START, samples, better(risk(samples), risk(1).value(START)))


def settles(statement: Statement) -> bool:
    """Whether a statement gives sub-optimal minima of every width m >= the number of (distinct) samples."""
    return (
        isinstance(statement, EveryWidth)
        and statement.landscape == risk(1).exact
        and statement.suboptimal
        and statement.widths_from <= len(set(statement.landscape.inputs)) == len(INPUTS)
        and statement.value[0] > Fraction(6)
    )


PROOF = proof(
    "ding-2019",
    "Ding, Li & Sun 2019; Yu & Chen 1995 as quoted",
    (
        Item(
            name="Yu & Chen, as quoted",
            claim=(
                "With m samples of distinct inputs and m sigmoid neurons, all local minima of |Y - W2 sigma(W1 X)|^2 "
                "are global. (Refuted for m = 4, and for every width from 4 on.)"
            ),
            file="every-width.json",
            make=certificate,
            settles=settles,
            verdict="refuted",
        ),
        Item(
            name="Ding, Li & Sun, for the sigmoid",
            claim="A sigmoid network of any width >= 4 has a sub-optimal local minimum on some data set.",
            file="every-width.json",
            make=certificate,
            settles=settles,
        ),
    ),
)
