"""Numbers as people write them, taken exactly: integers, floats, fractions, and text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.checker.public import MAX_NUMBER_LENGTH

Rows = Sequence[object] | NDArray[Any]
Number = int | float | str | Fraction

NUMBER = re.compile(
    r"([+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)(?:/([1-9][0-9]*)|\*2\^(-?[0-9]{1,4}))?", re.ASCII
)


def exact_number(value: object) -> Fraction:
    """A number taken exactly: an integer, a float, a Fraction, or text such as "13/3", "0.1", "5*2^-7"."""
    if isinstance(value, Decimal):
        value = str(value)
    if isinstance(value, str):
        match = NUMBER.fullmatch(value.strip()) if len(value) <= MAX_NUMBER_LENGTH else None
        if match is None:
            raise ValueError(f"{value[:40]!r} is not a number such as 3, 13/3, 0.25, 1e-3 or 5*2^-7")
        mantissa, denominator, power = match.groups()
        number = Fraction(mantissa) / int(denominator or 1)
        return number * Fraction(2) ** int(power or 0)
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        return Fraction(value)
    if not isinstance(value, float | np.floating | np.integer):
        raise ValueError(f"{str(value)[:40]!r} is not a number")
    number_64 = float(value)
    if not np.isfinite(number_64):
        raise ValueError(f"{value} is not a finite number")
    return Fraction(number_64)


def exact_rows(values: Rows) -> tuple[tuple[Fraction, ...], ...]:
    """A matrix of exact numbers, from (rows, columns) or (rows,)."""
    rows = [row if isinstance(row, list | tuple | np.ndarray) else [row] for row in listed(values)]
    return tuple(tuple(exact_number(entry) for entry in row) for row in rows)


def listed(values: Rows) -> list[object]:
    """The entries, or the rows."""
    return values.tolist() if isinstance(values, np.ndarray) else list(values)
