"""Upper bounds of non-negative numbers in float64: every operation rounds up.

docs/FLOAT64.md, "Upper bounds", has the proofs; `UNIT` is 2^-53 and `TINY` the smallest
positive float64. One operation is rounded to nearest, so the next larger float is a
bound. A sum of N terms, added in any order, loses a part of at most (N - 1) UNIT; a
product of matrices at most N UNIT and, by underflow, N TINY / 2.
An overflow or a NaN stays infinite or NaN; whoever uses a bound asks whether it is finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UNIT = 2.0**-53
TINY = 2.0**-1074
MOST_TERMS = 2**40


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """Entry by entry, no smaller than the non-negative numbers that it stands for. Broadcasts as arrays do."""

    at_most: Any
    """An array, or a float where the shape is ()."""

    def __add__(self, other: Bound) -> Bound:
        return Bound(_next(self.at_most + other.at_most))

    def __mul__(self, other: Bound) -> Bound:
        return Bound(_next(self.at_most * other.at_most))

    def __matmul__(self, other: Bound) -> Bound:
        terms = np.shape(self.at_most)[-1]
        product = self.at_most @ other.at_most
        return Bound(_next(_next(product * (1 + _loss(terms))) + terms * TINY))

    def __getitem__(self, index: Any) -> Bound:
        return Bound(self.at_most[index])

    def sum(self, axis: int | None = None) -> Bound:
        """The sum over an axis, or over everything."""
        terms = np.size(self.at_most) if axis is None else np.shape(self.at_most)[axis]
        return Bound(_next(np.sum(self.at_most, axis=axis) * (1 + _loss(terms))))

    def max(self) -> Bound:
        """The largest entry; NaN if one is; 0 if there is none."""
        return Bound(np.max(self.at_most, initial=0.0))

    def sqrt(self) -> Bound:
        """The square root."""
        return Bound(_next(np.sqrt(self.at_most)))

    def reshape(self, *shape: int) -> Bound:
        """The same numbers in another shape."""
        return Bound(self.at_most.reshape(shape))

    def twice(self) -> Bound:
        """Twice as much; nothing is rounded."""
        return Bound(2 * self.at_most)

    def value(self) -> float:
        """The bound of a single number."""
        return float(self.at_most)


def exactly(values: Any) -> Bound:
    """Non-negative floats that are what they are."""
    return Bound(np.asarray(values, dtype=np.float64))


def size_of(values: Any) -> Bound:
    """Absolute values of floats."""
    return Bound(np.abs(values))


def gamma(roundings: int) -> Bound:
    """N u / (1 - N u), which bounds |(1 + d_1)^+-1 ... (1 + d_N)^+-1 - 1| for |d_i| <= u = UNIT."""
    if not 0 <= roundings <= MOST_TERMS:
        raise ValueError(f"{roundings} roundings are more than this bound is meant for")
    part = roundings * UNIT  # exact
    return Bound(_next(part / (1 - part)))  # 1 - part is exact: a multiple of UNIT, at most 1


def row_norms(rows: Array) -> Bound:
    """The Euclidean norm of each row of an (n, d) array."""
    sizes = size_of(rows)
    return (sizes * sizes).sum(axis=1).sqrt()


def frobenius(matrix: Array) -> Bound:
    """The Frobenius norm, which bounds the spectral norm."""
    rows = row_norms(matrix)
    return (rows * rows).sum().sqrt()


def _next(values: Any) -> Any:
    return np.nextafter(values, np.inf)


def _loss(terms: int) -> float:
    """More than gamma(terms) of a sum whose computed value is known: 1 + 2 N u >= 1 / (1 - N u) for N u <= 1 / 2."""
    if terms > MOST_TERMS:
        raise ValueError(f"{terms} terms are more than this bound is meant for")
    return 2 * terms * UNIT
