"""Ding, Li & Sun 2019, and Yu & Chen 1995 as quoted in a lecture: sub-optimal minima of networks of any width.

Ding, Li & Sun's theorems were not at hand; what is settled is that such minima exist for many activations, at every
depth and every width (docs/WIDE.md, "Constant first layer"), for one data set in each input dimension; and, with one or
two hidden layers, for open sets of data ("All widths"). There the data came from a semidefinite program for the
residuals.

The sentence audited: for the sigmoid, samples with distinct inputs and a hidden layer as wide as there are
samples, all local minima of |Y - W2 sigma(W1 X)|^2 are global. The data are of this project's making.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.networks_of_every_size import BadMinimumOfEverySize, Chain
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.families import certify_all_widths, certify_every_width
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


@dataclass(frozen=True, slots=True)
class Open:
    """A chain, one of its critical points, and data from whose neighbourhood all have a local minimum that is bad."""

    words: str
    sigma: str
    inputs: tuple[int, ...]
    """In quarters."""
    targets: tuple[int, ...]
    """In multiples of 2^-digits."""
    chain: tuple[float, ...]
    """w_1, b_1, ..., V, c, nearly."""
    widths: tuple[int, ...]
    better: tuple[int, ...]
    """A point of the network with these widths, in multiples of 2^-8."""
    digits: int = 12

    @property
    def name(self) -> str:
        """Of the claim."""
        if self is OPEN[0]:
            return "generic data"
        return f"generic data, {self.sigma}" + ", two hidden layers" * self.file.endswith("-2.json")

    @property
    def file(self) -> str:
        """For each activation the first set of data of the list has its name."""
        first = next(each for each in OPEN if each.sigma == self.sigma)
        return f"open-{self.sigma}{'' if self is first else f'-{len(self.widths)}'}.json"

    def risk(self) -> EmpiricalRisk:
        """Of the chain."""
        inputs = [Fraction(x, 4) for x in self.inputs]
        targets = [Fraction(y, 2**self.digits) for y in self.targets]
        return EmpiricalRisk(inputs, targets, [*(1 for _ in self.widths), 1], self.sigma, scale="half-sum")

    def certificate(self) -> Certificate:
        """Minima of all widths, for all data nearby."""
        better = [Fraction(x, 2**8) for x in self.better]
        return certify_all_widths(self.risk(), self.chain, self.widths, better)

    def settles(self, found: Statement) -> bool:
        """Whether a statement gives such minima from these widths on."""
        return (
            isinstance(found, AllWidths)
            and found.landscape == self.risk().exact
            and found.suboptimal
            and all(width <= mine for width, mine in zip(found.widths_from, self.widths, strict=True))
        )


HALVES = tuple(range(-24, 25, 2))
OPEN = (
    Open(
        "GELU units, two hidden layers",
        "gelu",
        (4, -1, 10, -8, -5, 12, 2, 8),
        (1078, 10460, 7499, 11082, 16166, 5641, 1247, -600),
        (-1.5, 1.25, 0.625, 1.0, 1.0, 0.0),
        (2, 2),
        (-382, 413, 294, -929, 143, 811, -324, 356, -632, -154, -2907, 2904, 483),
    ),
    Open(
        "softplus units, two hidden layers",
        "softplus",
        (10, -4, -2, -9, -10, 7, -8, 1, 12, 8, 6, 3, 11, 5, -5, -6),
        (-739, 6422, 2926, 2458, 2458, -81, 9174, 7323, 3313, 4653, -2615, 2287, -3989, 5990, 10627, 10639),
        (2.625, -1.5, -0.875, 1.375, 1.0, 0.0),
        (3, 3),
        (
            1334,
            647,
            431,
            858,
            2050,
            255,
            -1335,
            1403,
            -702,
            -903,
            629,
            635,
            -553,
            656,
            -546,
            521,
            6,
            -1065,
            631,
            -1748,
            662,
            47,
        ),
    ),
    Open(
        "tanh units, one hidden layer",
        "tanh",
        (1, 8, -4, -7, 7, -9, -11, -2, 11, 5),
        (2923, 8122, 837, -7992, 7076, -6239, 22, -4079, 281, -366),
        (1.125, 0.125, 1.0, 0.0),
        (4,),
        (384, -774, 392, 795, -828, -1252, 887, -1305, -635, -505, -627, 561, 34),
    ),
    Open(
        "sigmoid units, one hidden layer",
        "sigmoid",
        (-7, -12, -1, 4, -9, 3, 9, -2, -6, 7),
        (-4085, 4097, 4455, 6338, 3927, -1214, 5491, -3036, -4076, 1195),
        (2.375, -1.75, 1.0, 0.0),
        (4,),
        (19, -2632, 19, 1028, 138, -1270, 138, 1930, 350, -629, 350, -773, 525),
    ),
    Open(
        "tanh units, two hidden layers",
        "tanh",
        HALVES,
        (36, 41, -24484, -131009, -130987, -130951, -130883, -56412, 604, 1266, -88541, -121650, 19150)
        + (-65176, 56132, -7353, 111762, 65428, 20183, -425, 125429, 130945, 130999, 23304, -30),
        (0.25, -0.25, 4.625, 0.25, 1.0, 0.0),
        (2, 2),
        (-114, -29973, 1085, -15516, -10781, -3363, 9898, 14442, 7015, 4893, -6825, -6973, -98),
        16,
    ),
    Open(
        "sigmoid units, two hidden layers",
        "sigmoid",
        HALVES,
        (131107, 131111, 79727, -131006, -130985, -130949, -130880, 22052, 131672, 132334, -52728, -117381, 150220)
        + (-44788, 162139, 7666, 221588, 164012, -1062, 14904, 261906, 262015, 262061, 41067, -24),
        (0.5, -0.5, 18.5, -8.75, 1.0, 0.0),
        (2, 2),
        (30630654, -2711, -21773723, -10408, -603775, -12254441, 116)
        + (-23108915, 12256865, -2521, -6629470, 6063289, 6629214),
        17,
    ),
)


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
        *(
            Item(
                name=data.name,
                claim=(
                    f"For an open set of data, networks with {data.words}, of all widths from "
                    f"{' and '.join(map(str, data.widths))} on, have a local minimum that is not global."
                ),
                file=data.file,
                make=data.certificate,
                settles=data.settles,
            )
            for data in OPEN
        ),
        Item(
            name="generic data, arctan",
            claim="The same for arctan units.",
            missing="no chain that ends with arctan has what rule all-widths needs (docs/WIDE.md, All widths)",
        ),
    ),
)
