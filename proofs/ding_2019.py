"""Ding, Li & Sun 2019, and Yu & Chen 1995 as quoted in a lecture: sub-optimal minima of networks of any width.

Ding, Li & Sun's theorems were not at hand; what is settled is that such minima exist for many activations, at every
depth and every width (docs/WIDE.md, "Constant first layer"), for one data set in each input dimension.

The sentence audited: for the sigmoid, samples with distinct inputs and a hidden layer as wide as there are
samples, all local minima of |Y - W2 sigma(W1 X)|^2 are global. The data are of this project's making.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.networks_of_every_size import BadMinimumOfEverySize, Chain
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.families import certify_every_width
from verify.producer.wide.every_size import certify_bad_minimum_of_every_size
from verify.producer.wide.layers import activation

from .finite_samples import Item, better, proof

INPUTS = [1, 2, 3, -1]
TARGETS = ["-127/100", "131/100", "227/100", "-9/25"]
START = (1.0, 1.0)
"""w and V, near the critical point of one neuron."""


def risk(width: int) -> EmpiricalRisk:
    """The sum of squares of sum_j v_j sigmoid(w_j x)."""
    return EmpiricalRisk(INPUTS, TARGETS, [width, 1], "sigmoid", biases=False, scale="sum")


ACTIVATIONS: dict[str, tuple[str, str | LayerActivation]] = {
    "sigmoid": ("sigmoid units", "sigmoid"),
    "tanh": ("tanh units", "tanh"),
    "arctan": ("arctan units", "arctan"),
    "softplus": ("softplus units", "softplus"),
    "gelu": ("GELU units", "gelu"),
    "elu": ("ELU units", LayerActivation("elu", (Fraction(1), Fraction(1)))),
    "square": ("quadratic units", "square"),
}
"""By file: in words, and the activation of all hidden layers."""


def of_every_size(sigma: str | LayerActivation) -> Callable[[Statement], bool]:
    """Whether a statement gives such minima for this activation in all hidden layers."""
    chain = Chain(activation(sigma), ())
    return lambda found: isinstance(found, BadMinimumOfEverySize) and found.landscape == chain


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
        *(
            Item(
                name=f"{name}, every depth and width",
                claim=(
                    f"For every input dimension, depth and widths, a network with {words} has a local minimum that is "
                    "not global, on some data set."
                ),
                file=f"{name}.json",
                make=partial(certify_bad_minimum_of_every_size, sigma),
                settles=of_every_size(sigma),
            )
            for name, (words, sigma) in ACTIVATIONS.items()
        ),
        Item(
            name="ReLU, every depth and width",
            claim="The same for ReLU.",
            missing="its second derivative is 0; docs/THEOREMS.md has what is proved of ReLU networks",
        ),
        Item(
            name="generic data",
            claim="Such minima exist for an open set of data.",
            missing="rule D2 of the notes: a chain's Hessian that is definite in balls; these data are a null set",
        ),
    ),
)
