"""From exact numbers of any size to float64."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


def nearest(value: Fraction | float) -> float:
    """The nearest float64; infinite beyond the range of float64, where Python's own `float` raises."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def vector(values: Iterable[Fraction | float]) -> NDArray[np.float64]:
    """The nearest float64 of each number."""
    return np.array([nearest(value) for value in values], dtype=np.float64)


def matrix(rows: Iterable[Iterable[Fraction | float]]) -> NDArray[np.float64]:
    """The nearest float64 of each entry of a matrix."""
    return np.array([[nearest(value) for value in row] for row in rows], dtype=np.float64)
