"""What a rule is handed, and how it answers.

Every rule is one function `rule(task, ...) -> Fact`, which is also given the facts that it builds on.
It checks its hypotheses in the order in which its docstring lists them, records each one met with the
numbers that met it, and returns what follows; or it raises `Refuted` (a hypothesis is proved false) or
`Open` (neither).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic

from flint import arb

from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.interval_matrix import BALLS, Arithmetic
from verify.checker.core.outcome import Open
from verify.checker.core.statement import StatementT
from verify.checker.core.verdict import Met
from verify.checker.core.witness import WitnessT

LARGEST_EXPONENT = 2**16
"""Rationals of a computation stay between 2^-65536 and 2^65536; those of a file lie well within."""
TINY = Fraction(1, 2**LARGEST_EXPONENT)
_TINY, _HUGE = arb(2) ** -LARGEST_EXPONENT, arb(2) ** LARGEST_EXPONENT


@dataclass
class Task(Generic[StatementT, WitnessT]):
    """A statement to prove, its witness, and the hypotheses met so far."""

    statement: StatementT
    witness: WitnessT
    arithmetic: Arithmetic = BALLS
    """Of the tier of trust."""
    data: bytes = b""
    """The content of the data file that the statement names, where it names one."""
    met: list[Met] = field(default_factory=list)

    def record(self, rule: str, hypothesis: str, measured: str) -> None:
        """Note a hypothesis that was proved."""
        self.met.append(Met(rule, hypothesis, measured))


def upper(number: arb) -> str:
    """A decimal that no number in the ball exceeds, for messages."""
    return at_most(_highest(number), 5) if _is_moderate(number) else "unbounded"


def lower(number: arb) -> str:
    """A decimal that no number in the ball falls below, for messages."""
    return at_least(_lowest(number), 5) if _is_moderate(number) else "unbounded"


def ends(number: arb) -> tuple[Fraction, Fraction]:
    """A rational <= every number in a ball, and one >= them: its ends, but for numbers smaller than any in a file.

    Raises Open for a ball that is not finite, or beyond any number of a file: exp(-10^9), which is written in a few
    bytes, has a billion digits as a rational.
    """
    if not _is_moderate(number):
        raise Open("a number was not enclosed, or is beyond any that is written here", Reason.TOO_LARGE)
    return _lowest(number), _highest(number)


def _is_moderate(number: arb) -> bool:
    """Whether it is finite and of a size that is handled as a rational."""
    return bool(number.is_finite() and abs(number) < _HUGE)


def _lowest(number: arb) -> Fraction:
    """A number <= a moderate ball."""
    return _exactly(number.lower(), -1)


def _highest(number: arb) -> Fraction:
    """A number >= a moderate ball."""
    return _exactly(number.upper(), 1)


def _exactly(end: arb, side: int) -> Fraction:
    """A finite ball of radius 0, as the number that it is; a tiny one is rounded to this side."""
    if abs(end) < _TINY:
        return side * TINY if side * end > 0 else Fraction(0)
    mantissa, exponent = map(int, end.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)
