"""Statements about gradient descent on wide networks with one hidden layer, from a random start."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least, at_most
from verify.checker.core.limits import MAX_WIDTH
from verify.checker.core.schema import POSITIVE, Count, Known, vector
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row
from verify.checker.core.witness import witness_of
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.limiting_gram_matrix import (
    BELOW_ONE,
    ONE_HIDDEN,
    TERMS,
    GramMatrix,
    SeriesWitness,
    gram_matrix_of,
)
from verify.checker.statements.network import Vector

RANDOM = "gradient-descent-converges-from-random-initialisation"


@dataclass(frozen=True, slots=True)
class ConvergesFromRandomInitialisation(AboutLandscape[GramMatrix]):
    """Gradient descent on every network at least as wide converges, with a probability."""

    targets: Vector
    """y, one for each sample."""
    width: int
    """m, and every larger even one."""
    failure_probability: Fraction
    """delta."""
    step: Fraction
    """The largest h."""
    rate: Fraction
    """r: the loss after t steps of size h is at most (1 - r h)^t times that at the start."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one data set, every width from {self.width} on, a random start: {self.landscape.network()}"

    definition = (
        "f(x) = sum_r a_r sigma(w_r . x), r = 1, ..., m; a_r = 1/sqrt(m) for r <= m/2 and -1/sqrt(m) for the "
        "others, not trained; at the start w_1, ..., w_(m/2) are independent N(0, I), and w_(r + m/2) = w_r; the "
        "targets are fixed before the draw; the loss is 1/2 sum_i (f(x_i) - y_i)^2"
    )
    """What the words stand for."""

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"For {self.landscape.network()}, on {self.landscape.data()} and the targets given, and every even width "
            f"m >= {self.width}: but for draws of probability at most {at_most(self.failure_probability)} of the "
            "random initialisation (Gaussian first-layer weights, in pairs whose output weights have opposite signs), "
            "full-batch gradient descent on all first-layer weights, in exact arithmetic and with any constant step "
            f"0 < h <= {at_least(self.step)}, converges to a point of loss 0, and after t steps the loss is at most "
            f"(1 - {at_least(self.rate)} h)^t times that at the start, for all t."
        )


@dataclass(frozen=True, slots=True)
class WidthWitness(SeriesWitness):
    """Numbers of the theorem about random initialisations."""

    least_eigenvalue: Fraction
    """lambda: a lower bound of the smallest eigenvalue."""
    largest_square: Fraction
    """X: an upper bound of |X|^2."""
    energy: Fraction
    """Q: an upper bound of y^T H^-1 y."""
    loss_of_eigenvalue: Fraction
    """epsilon: H(0) >= (1 - epsilon) H but for rare draws."""


def _odd(known: Known) -> str | None:
    return "must be even" if known["width"] % 2 else None


RANDOM_STATEMENT = statement_of(
    ConvergesFromRandomInitialisation,
    gram_matrix_of(ONE_HIDDEN),
    RANDOM,
    Row("targets", vector(lambda known: len(known["landscape"].inputs))),
    Row("width", Count(2, MAX_WIDTH)),
    Refusal("width", _odd),
    Row("failure_probability", BELOW_ONE),
    Row("step", POSITIVE),
    Row("rate", POSITIVE),
)
RANDOM_WITNESS = witness_of(
    WidthWitness,
    TERMS,
    Row("least_eigenvalue", POSITIVE),
    Row("largest_square", POSITIVE),
    Row("energy", POSITIVE),
    Row("loss_of_eigenvalue", BELOW_ONE),
)
