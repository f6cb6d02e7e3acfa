"""What a rule is handed, and how it answers.

Every rule is one function `rule(task, ...) -> Fact`, which is also given the facts that it builds on.
It checks its hypotheses in the order in which its docstring lists them, records each one met with the
numbers that met it, and returns what follows; or it raises `Refuted` (a hypothesis is proved false) or
`Open` (neither).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

from flint import arb

from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.interval_matrix import BALLS, Arithmetic
from verify.checker.core.outcome import Open
from verify.checker.core.statement import Statement
from verify.checker.core.verdict import Met
from verify.checker.core.witness import Witness

StatementT = TypeVar("StatementT", bound=Statement)
WitnessT = TypeVar("WitnessT", bound=Witness)


@dataclass
class Task(Generic[StatementT, WitnessT]):
    """A statement to prove, its witness, the time left, and the hypotheses met so far."""

    statement: StatementT
    witness: WitnessT
    deadline: float
    """On the clock of time.monotonic()."""
    arithmetic: Arithmetic = BALLS
    """Of the tier of trust."""
    data: bytes = b""
    """The content of the data file that the statement names, where it names one."""
    met: list[Met] = field(default_factory=list)

    def record(self, rule: str, hypothesis: str, measured: str) -> None:
        """Note a hypothesis that was proved."""
        self.met.append(Met(rule, hypothesis, measured))

    def check_time(self) -> None:
        """Give up between two steps when the time limit has passed."""
        if time.monotonic() > self.deadline:
            raise Open("the time limit passed; raise --time-limit", Reason.TIME_LIMIT)


def upper(number: arb) -> str:
    """A decimal that no number in the ball exceeds, for messages."""
    return at_most(_exactly(number.upper()), 5) if number.is_finite() else "unbounded"


def lower(number: arb) -> str:
    """A decimal that no number in the ball falls below, for messages."""
    return at_least(_exactly(number.lower()), 5) if number.is_finite() else "unbounded"


def ends(number: arb) -> tuple[Fraction, Fraction]:
    """The lower and upper end of a finite ball as exact numbers."""
    return _exactly(number.lower()), _exactly(number.upper())


def _exactly(end: arb) -> Fraction:
    """A finite ball of radius 0, as the number that it is."""
    mantissa, exponent = map(int, end.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)
