"""Exact answers for float64 matrices, in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from tests.checker.test_definiteness import exact_inertia

Array = NDArray[np.float64]


def rational(value: float | Fraction) -> fmpq:
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def exceeds_exactly(lower: Array, bound: float | Fraction = 0) -> bool:
    """Whether every eigenvalue of the symmetric matrix with this lower triangle is > bound: LDL^T in rationals."""
    shift = rational(bound)
    rows = [
        [rational(float(lower[i, j])) - (shift if i == j else fmpq(0)) for j in range(i + 1)] for i in range(len(lower))
    ]
    for step in range(len(rows)):
        pivot = rows[step][step]
        if pivot <= 0:
            return False
        for i in range(step + 1, len(rows)):
            factor = rows[i][step] / pivot
            for j in range(step + 1, i + 1):
                rows[i][j] -= factor * rows[j][step]
    return True


def inertia_exactly(lower: Array) -> tuple[int, int]:
    """Numbers of negative and positive eigenvalues, from the characteristic polynomial."""
    size = len(lower)
    return exact_inertia([[Fraction(float(lower[max(i, j), min(i, j)])) for j in range(size)] for i in range(size)])
