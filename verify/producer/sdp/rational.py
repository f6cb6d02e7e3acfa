"""Linear algebra over the rational numbers: solutions of equations, and a kernel guessed from floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from verify.checker.evaluators import rational
from verify.producer.sdp.instance import Array

SMALL_DENOMINATORS = (1, 2, 3, 4, 6, 8, 12, 64)
JUMP = 3.0
"""Of the log2 of the lengths of a reduced basis, after its relations."""
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
    return _complement(kernel, lambda value, pivot, column: _simple(value, tolerance))


def scaled_complement(kernel: Array, tolerance: float, lattice: Sequence[int]) -> fmpq_mat:
    """The same where the entries are simple after multiplication with 2^lattice: the simplest, relatively so near."""

    def simple(value: float, pivot: int, column: int) -> Fraction:
        if abs(value) <= tolerance:
            return Fraction(0)
        unit = Fraction(2) ** (lattice[column] - lattice[pivot])
        exact = Fraction(value) * unit
        margin = abs(exact) * Fraction(tolerance)
        return simplest(exact - margin, exact + margin) / unit

    return _complement(kernel, simple)


def _complement(kernel: Array, simple: Callable[[float, int, int], Fraction]) -> fmpq_mat:
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
    free = [column for column in range(kernel.shape[0]) if column not in pivots]
    columns = []
    for column in free:
        vector = [fmpq(0)] * kernel.shape[0]
        vector[column] = fmpq(1)
        for pivot, row in zip(pivots, rows, strict=True):
            vector[pivot] = -rational(simple(float(row[column]), pivot, column))
        columns.append(vector)
    return fmpq_mat(columns).transpose()


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The number of the smallest denominator in [low, high], by continued fractions."""
    if low > high:
        raise ValueError("an empty interval")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def _simple(value: float, tolerance: float | None) -> Fraction:
    nearest = Fraction(value).limit_denominator(DENOMINATOR)
    if tolerance is None:
        return nearest
    simple = (Fraction(round(value * denominator), denominator) for denominator in SMALL_DENOMINATORS)
    return next((each for each in simple if abs(float(each) - value) <= tolerance), nearest)


def pivots(rows: fmpq_mat) -> list[int]:
    """The first columns that span all."""
    echelon, rank = rows.rref()
    return [next(column for column, entry in enumerate(row) if entry) for row in echelon.tolist()[:rank]]


def integer_relations(
    kernel: Sequence[Sequence[Fraction]], rank: int, digits: int, lattice: Sequence[int]
) -> tuple[float, fmpq_mat] | None:
    """Short columns 2^lattice c, c integers, nearly orthogonal to a kernel, (n, k), right to so many digits, by LLL.

    rank: the kernel's. Those before the longest jump in the lengths of the reduced basis, with the jump; None if there
    is none. With all n - rank of them the kernel looks rational; with fewer, as if the smallest rational space that
    has it were larger.
    """
    n, scale, least = len(kernel), 10**digits, min(lattice)
    if not 0 < rank < n:
        return None
    units = [2 ** (entry - least) for entry in lattice]
    rows = [
        [unit * (i == j) for j in range(n)] + [round(entry * scale * unit) for entry in kernel[i]]
        for i, unit in enumerate(units)
    ]
    reduced = [(_length(row), row[:n]) for row in fmpz_mat(rows).lll().tolist()]
    reduced.sort(key=lambda each: each[0])
    jumps = [reduced[index + 1][0] - reduced[index][0] for index in range(n - 1)]
    last = max(range(n - rank), key=lambda index: jumps[index])
    if jumps[last] < JUMP:
        return None
    unit = fmpq(2) ** least if least >= 0 else fmpq(1, 2**-least)
    columns = [[fmpq(int(entry)) * unit for entry in vector] for _, vector in reduced[: last + 1]]
    return jumps[last], fmpq_mat(columns).transpose()


def _length(row: Sequence[fmpz]) -> float:
    """Its log2."""
    return math.log2(sum(int(entry) ** 2 for entry in row)) / 2
