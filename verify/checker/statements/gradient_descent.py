"""Statements about exact gradient descent from a given start: its loss after so many steps, and its convergence.

The subject is a field: any landscape that is `Descended`.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from verify.checker.core.exact import at_most, within, written
from verify.checker.core.limits import MAX_TRAJECTORY_PRECISION, MAX_TRAJECTORY_STEPS, MIN_PRECISION
from verify.checker.core.schema import (
    NOT_NEGATIVE,
    POSITIVE,
    Constant,
    Count,
    Type,
    exactly,
    matrix,
    where,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import Witness
from verify.checker.statements.deep_linear_network import DEEP_LINEAR_NETWORK, layers_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK
from verify.checker.statements.landscape import VALUE, AboutLandscape, shape
from verify.checker.statements.words import lowered

REACHES, CONVERGES = "gradient-descent-reaches", "gradient-descent-converges"


class Descended(Protocol):
    """What gradient descent runs on."""

    @property
    def symbol(self) -> str:
        """Of its unknowns, in `definition`."""

    @property
    def definition(self) -> str:
        """The loss as a formula."""

    @property
    def parts(self) -> str:
        """What moves at once."""

    def subject(self) -> str:
        """The beginning of a sentence about it."""

    def start_in_words(self, start: Any) -> str:
        """A start, after "from"."""


def definition_of_steps(landscape: Descended, *, momentum: bool = False) -> str:
    """The loss, and what a step of gradient descent on it is."""
    W = landscape.symbol
    more = f" + beta ({W}_t - {W}_(t-1)) for t >= 1" if momentum else ""
    return (
        f"{landscape.definition}; a step is {W}_(t+1) = {W}_t - eta grad F({W}_t){more}, for all "
        f"{landscape.parts} at once, in exact arithmetic, not in floating point"
    )


@dataclass(frozen=True, slots=True)
class Reaches(AboutLandscape[Any]):
    """After T steps of W_(t+1) = W_t - eta grad F(W_t) + beta (W_t - W_(t-1)), W_(-1) = W_0, the loss is in [l, u]."""

    start: Any
    """W_0: a point of the landscape, as it writes them."""
    step: Fraction
    """eta."""
    momentum: Fraction
    """beta."""
    steps: int
    """T."""
    value: tuple[Fraction, Fraction]
    """l, u."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one run of exact gradient descent on {lowered(self.landscape.subject())}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return definition_of_steps(self.landscape, momentum=bool(self.momentum))

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        momentum = f" and momentum {written(self.momentum)}" if self.momentum else ""
        return (
            f"In exact arithmetic: gradient descent on {lowered(self.landscape.subject())} from "
            f"{self.landscape.start_in_words(self.start)}, with step "
            f"{written(self.step)}{momentum}, {self.claim()}."
        )

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        return f"has a loss in {within(self.value, 8)} after {self.steps} steps"


@dataclass(frozen=True, slots=True)
class Converges(Reaches):
    """Moreover F(W_(T+n)) <= u r^n for all n, and the W_t converge to a global minimum."""

    rate: Fraction
    """r < 1."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        return (
            f"{Reaches.claim(self)}, and then converges to a point of loss 0, the loss being multiplied by at most "
            f"{at_most(self.rate, 12)} in a step"
        )


@dataclass(frozen=True, slots=True)
class TerminalWitness(Witness):
    """The numbers of the terminal theorem: tau, and bounds of the singular values of the layers within tau."""

    distance: Fraction
    """tau > 0."""
    least: tuple[Fraction, ...]
    """s_j >= 0."""
    most: tuple[Fraction, ...]
    """S_j."""


def run_of(
    make: Callable[..., Reaches], landscape: Type[Any], start: Type[Any], names: Sequence[str], *own: Row
) -> Table[Reaches]:
    """The table of statements about a run on such a landscape."""
    return statement_of(
        make,
        landscape,
        names,
        Row("arithmetic", Constant("exact")),
        Row("start", start),
        Row("step", POSITIVE),
        Row("momentum", NOT_NEGATIVE, optional=True, absent=Fraction(0)),
        Row("steps", Count(0, MAX_TRAJECTORY_STEPS)),
        VALUE,
        *own,
    )


TRAJECTORY_PRECISION = Row("precision", Count(MIN_PRECISION, MAX_TRAJECTORY_PRECISION))
START, NAMES = layers_of(lambda known: known["landscape"]), (REACHES, CONVERGES)
RATE = where(NOT_NEGATIVE, lambda number: number < 1, "must be less than 1")
REACHES_STATEMENT = run_of(Reaches, DEEP_LINEAR_NETWORK, START, NAMES)
RISK_REACHES_STATEMENT = run_of(Reaches, EMPIRICAL_RISK, matrix(shape), [REACHES])
CONVERGES_STATEMENT = run_of(Converges, DEEP_LINEAR_NETWORK, START, NAMES, Row("rate", RATE))
REACHES_WITNESS = Table.of(Witness, TRAJECTORY_PRECISION)
_EACH_LAYER = exactly(lambda known: len(known["statement"].start), NOT_NEGATIVE)
CONVERGES_WITNESS = Table.of(
    TerminalWitness,
    TRAJECTORY_PRECISION,
    Row("distance", POSITIVE),
    Row("least", _EACH_LAYER),
    Row("most", _EACH_LAYER),
)
