"""What every certificate carries besides its statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from verify.checker.core.limits import MAX_PRECISION, MIN_PRECISION
from verify.checker.core.schema import Count
from verify.checker.core.table import Member, Row, Table


@dataclass(frozen=True, slots=True)
class Witness:
    """Numbers that make a statement checkable. Nothing in it is believed."""

    precision: int
    """Bits of the ball arithmetic: a hint, since any precision proves only what is true."""


WitnessT = TypeVar("WitnessT", bound=Witness)
PRECISION = Row("precision", Count(MIN_PRECISION, MAX_PRECISION))


def witness_of(make: Callable[..., WitnessT], *own: Member) -> Table[WitnessT]:
    """The table of a witness that has a precision and members of its own."""
    return Table.of(make, PRECISION, *own)


PRECISION_ALONE = witness_of(Witness)
