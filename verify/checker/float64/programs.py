"""Exact matrices and linear maps of semidefinite programs in float64. docs/FLOAT64.md has the proofs.

Definite (FLOAT64.md, "Exact matrices"): an exact matrix is rounded to float64 and scaled by powers of 2 to a diagonal
near 1; what the rounding took, and the margin, are the bound of `factorisation.exceeds`. Where its condition is beyond
that, it is multiplied by approximate inverse factors in balls until it is diagonally dominant ("Inverse factors").

Distance ("The distance of a solution"): with D G D >= s^2 I for the Gram matrix G of the map's rows and a diagonal D,
and |D r| <= d for the defect r, a solution lies within d / s.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from flint import arb, arb_mat, fmpq
from numpy.typing import NDArray

from verify.checker.core.clock import look
from verify.checker.core.interval_matrix import Form
from verify.checker.float64.bounds import TINY, UNIT, Array, Bound, exactly, gamma, size_of
from verify.checker.float64.conversion import upper_bounds
from verify.checker.float64.factorisation import exceeds

LARGEST = 2.0**300
"""Numbers beyond it, or below its reciprocal, are left to balls: so squares neither overflow nor underflow."""
SHARES = (2.0**-10, 2.0**-20, 2.0**-30, 2.0**-40)
"""What is tried for s^2."""
LEVELS = 4
"""Of inverse factors."""
_CHUNK, _FEW = 2**20, 8
"""Numbers in a temporary array; and forms up to which a place's products are added one by one."""


def is_definite(rows: Sequence[Sequence[fmpq]], margin: arb) -> bool:
    """True only if proved: the symmetric matrix with this lower triangle has all eigenvalues > the ball `margin`."""
    size = len(rows)
    lower = _floats(rows)
    if not size or lower is None or not margin.is_finite():
        return False
    diagonal = lower.diagonal()
    if not (diagonal > 0).all():
        return False
    powers = np.rint(np.log2(diagonal) / 2).astype(np.int64)
    whole = lower + np.tril(lower, -1).T
    scaled = np.ldexp(whole, -(powers[:, None] + powers[None, :]))
    if not np.isfinite(scaled).all():
        return False
    with np.errstate(all="ignore"):
        # D = 2^-powers: what is proved is D (A - margin) D > 0. Each entry was rounded once, and scaling may underflow.
        largest = exactly(np.ldexp(1.0, -powers)).max()
        rounded = size_of(scaled).sum(axis=1).max() * exactly(2 * UNIT)
        underflow = exactly(size * TINY) * (largest * largest + exactly(2.0))
        bound = rounded + underflow + upper_bounds([margin])[0] * largest * largest
        proved = math.isfinite(bound.value()) and exceeds(scaled.copy(), bound.value())
    return proved or _by_inverse_factors(rows, powers, scaled, margin)


def _floats(rows: Sequence[Sequence[fmpq]]) -> Array | None:
    """The lower triangle, each entry rounded to nearest; None where one is too large."""
    lower = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        if len(row) != i + 1:
            return None
        try:
            lower[i, : i + 1] = [int(entry.p) / int(entry.q) if entry else 0.0 for entry in row]
        except OverflowError:
            return None
    return lower if (np.abs(lower) < LARGEST).all() else None


def _by_inverse_factors(rows: Sequence[Sequence[fmpq]], powers: NDArray[np.int64], scaled: Array, margin: arb) -> bool:
    """The theorem of FLOAT64.md, "Inverse factors"."""
    look()
    size = len(rows)
    scales = [arb(2) ** -int(power) for power in powers]
    entries = [[arb(rows[max(i, j)][min(i, j)]) * scales[i] * scales[j] for j in range(size)] for i in range(size)]
    for i in range(size):
        entries[i][i] -= margin * scales[i] * scales[i]
    matrix, floats = arb_mat(entries), scaled
    for _ in range(LEVELS):
        factor = _inverse_factor(floats)
        if factor is None:
            return False
        left = arb_mat(factor.tolist())
        look()
        matrix = left * matrix * left.transpose()
        look()
        if _is_dominant(matrix):
            return True
        floats = np.array([[float(entry) for entry in row] for row in matrix.tolist()])
    return False


def _inverse_factor(matrix: Array) -> Array | None:
    """A hint: R with R A R^T near the identity; None where A does not look definite."""
    if not np.isfinite(matrix).all():
        return None
    try:
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    except np.linalg.LinAlgError:
        return None
    if values[-1] <= 0 or values[0] < -1e-6 * values[-1]:
        return None
    factor: Array = (vectors / np.sqrt(np.maximum(values, 1e-17 * values[-1]))).T
    return factor if np.isfinite(factor).all() else None


def _is_dominant(matrix: arb_mat) -> bool:
    """True only if proved: each diagonal entry is larger than the sum of the others' absolute values in its row."""
    for i, row in enumerate(matrix.tolist()):
        others = sum((abs(entry) for j, entry in enumerate(row) if j != i), arb(0))
        if not row[i] > others:  # a NaN is not
            return False
    return bool(matrix.nrows())


def distance(rows: Sequence[Form], defect: Sequence[fmpq]) -> arb | None:
    """A ball whose upper end bounds |z' - z| for some z' with A z' = A z + defect; None where that is not proved."""
    table = _Table.of(rows)
    if table is None:
        return None
    with np.errstate(all="ignore"):
        matrix, error = table.gram()
        if not math.isfinite(error.value()):
            return None
        for share in SHARES:
            look()
            bound = (exactly(share) + error).value()
            if exceeds(matrix.copy(), bound):
                break
        else:
            return None
    scaled = (arb(entry) * arb(2) ** -int(power) for entry, power in zip(defect, table.powers, strict=True))
    return (sum((entry * entry for entry in scaled), arb(0)) / arb(share)).sqrt()


class _Table:
    """The entries of D A in float64: exact powers of 2 times numbers that were rounded once."""

    def __init__(self, size: int, row: NDArray[np.int64], place: NDArray[np.int64], value: Array, count: Array) -> None:
        self.size, self._row, self._place, self._count = size, row, place, count
        squares = np.bincount(row, value * value * count, size)
        self.powers = np.rint(np.log2(squares) / 2).astype(np.int64)
        """D = 2^-powers."""
        self._value = np.ldexp(value, -self.powers[row])

    @classmethod
    def of(cls, rows: Sequence[Form]) -> _Table | None:
        """None where a row is empty, or a number too large or too small."""
        numbers: dict[Hashable, int] = {}
        which: list[int] = []
        places: list[int] = []
        values: list[float] = []
        counts: list[float] = []
        for index, row in enumerate(rows):
            for place, (coefficient, count) in row.items():
                try:
                    value = coefficient.numerator / coefficient.denominator
                except OverflowError:
                    return None
                if not 1 / LARGEST < abs(value) < LARGEST:
                    return None
                which.append(index)
                places.append(numbers.setdefault(place, len(numbers)))
                values.append(value)
                counts.append(count)
        if not rows or any(not row for row in rows):
            return None
        return cls(len(rows), np.array(which), np.array(places), np.array(values), np.array(counts, dtype=np.float64))

    def gram(self) -> tuple[Array, Bound]:
        """fl(D G D), and a bound of its distance from D G D in the spectral norm: FLOAT64.md."""
        matrix = np.zeros((self.size, self.size))
        order = np.argsort(self._place, kind="stable")
        row, value, count = self._row[order], self._value[order], self._count[order]
        users = np.bincount(self._place)
        starts = np.concatenate([[0], np.cumsum(users)[:-1]])
        for number in np.unique(users).tolist():
            first = starts[users == number]
            step = max(1, _CHUNK // (number * number if number <= _FEW else self.size))
            for at in range(0, len(first), step):
                look()
                index = first[at : at + step, None] + np.arange(number)
                weighted = value[index] * count[index]
                if number <= _FEW:
                    products = weighted[:, :, None] * value[index][:, None, :]
                    np.add.at(matrix, (row[index][:, :, None], row[index][:, None, :]), products)
                    continue
                left, right = np.zeros((2, len(index), self.size))
                places = np.arange(len(index))[:, None]
                left[places, row[index]], right[places, row[index]] = weighted, value[index]
                matrix += left.T @ right
        most = int(np.bincount(self._row).max())
        terms = (size_of(self._value) * size_of(self._value) * exactly(self._count)).sum()
        error = gamma(most + 4) * terms + exactly(self.size * most * TINY)
        return matrix, error
