"""Linear algebra over the rational numbers: solutions of equations, and a kernel guessed from floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from verify.checker.evaluators import rational
from verify.producer.sdp.instance import Array

SMALL_DENOMINATORS = (1, 2, 3, 4, 6, 8, 12, 64)
DENOMINATOR = 1000
"""At most, of a guessed kernel's entries and of a guessed minimiser's."""


def solutions(rows: fmpq_mat, wanted: Sequence[fmpq]) -> tuple[list[fmpq] | None, list[list[fmpq]]]:
    """A solution of rows . v = wanted, None if there is none, and a basis of the kernel."""
    count = rows.ncols()
    joined = fmpq_mat([[*row, entry] for row, entry in zip(rows.tolist(), wanted, strict=True)])
    echelon, rank = joined.rref()
    lines = echelon.tolist()[:rank]
    pivots = [next(column for column, entry in enumerate(row) if entry) for row in lines]
    if count in pivots:
        return None, []
    solution = [fmpq(0)] * count
    for pivot, row in zip(pivots, lines, strict=True):
        solution[pivot] = row[count]
    kernel = []
    for column in sorted(set(range(count)) - set(pivots)):
        vector = [fmpq(0)] * count
        vector[column] = fmpq(1)
        for pivot, row in zip(pivots, lines, strict=True):
            vector[pivot] = -row[column]
        kernel.append(vector)
    return solution, kernel


def complement(kernel: Array, tolerance: float | None = None) -> fmpq_mat:
    """Rational columns, orthogonal to the rational vectors that the kernel's reduced echelon form is rounded to.

    tolerance: how far from an entry the number with the smallest denominator may be; None: the nearest with at most
    DENOMINATOR.
    """
    rows = kernel.T.copy()
    pivots: list[int] = []
    for index in range(len(rows)):
        free = [column for column in range(rows.shape[1]) if column not in pivots]
        pivot = max(free, key=lambda column: abs(rows[index:, column]).max())
        best = index + int(abs(rows[index:, pivot]).argmax())
        rows[[index, best]] = rows[[best, index]]
        rows[index] /= rows[index, pivot]
        for other in range(len(rows)):
            if other != index:
                rows[other] -= rows[other, pivot] * rows[index]
        pivots.append(pivot)
    exact = [[rational(_simple(float(entry), tolerance)) for entry in row] for row in rows]
    free = [column for column in range(kernel.shape[0]) if column not in pivots]
    columns = []
    for column in free:
        vector = [fmpq(0)] * kernel.shape[0]
        vector[column] = fmpq(1)
        for pivot, row in zip(pivots, exact, strict=True):
            vector[pivot] = -row[column]
        columns.append(vector)
    return fmpq_mat(columns).transpose()


def _simple(value: float, tolerance: float | None) -> Fraction:
    nearest = Fraction(value).limit_denominator(DENOMINATOR)
    if tolerance is None:
        return nearest
    simple = (Fraction(round(value * denominator), denominator) for denominator in SMALL_DENOMINATORS)
    return next((each for each in simple if abs(float(each) - value) <= tolerance), nearest)
