"""What every certificate carries besides its statement."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.limits import MAX_PRECISION, MIN_PRECISION
from verify.checker.core.reader import Field


@dataclass(frozen=True, slots=True)
class Witness:
    """Numbers that make a statement checkable. Nothing in it is believed."""

    precision: int
    """Bits of the ball arithmetic: a hint, since any precision proves only what is true."""


def read_precision(field: Field) -> int:
    """Read a witness's `precision`."""
    return field.count(MIN_PRECISION, MAX_PRECISION)
