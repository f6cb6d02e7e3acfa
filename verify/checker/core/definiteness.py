"""Signs of the eigenvalues of interval matrices, by one floating-point LDL^T and one ball product.

Theorem. Let A be symmetric, s > 0, L lower triangular without a zero on its diagonal, D diagonal, and
E = A - s I - L D L^T with max_i sum_j |E_ij| <= s. Then A has at least as many
positive eigenvalues as D has positive entries.
Proof. |E| <= s in the spectral norm, because E is symmetric. So
A = L D L^T + (s I + E) >= L D L^T, and by Courant-Fischer every eigenvalue of A is at
least the corresponding one of L D L^T, which has as many positive ones as D
(Sylvester: L is invertible). QED

L, D and s are hints from an ordinary factorisation in floats: L is rounded to integers times a power of 2, so that
L D L^T is computed exactly, and D has the entries 1, 0 and -1. Wrong hints make the test fail, never lie. The matrix A
is given as balls; the conclusion holds for every symmetric matrix inside them.
This is the idea of Rump 2006, "Verification of positive definiteness", with the
rounding errors of the factorisation enclosed instead of estimated, and signs allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import frexp, isfinite, sqrt
from operator import mul

from flint import arb, arb_mat, ctx, fmpz_mat

from verify.checker.core.balls import row_sum_norm
from verify.checker.core.clock import look

_SHIFT_PER_UNKNOWN = 2.0**-44
_FLOAT_BITS = 53
_BLOCK = 64
"""Columns that are factorised at a time."""
_INTEGER_BITS, _LARGEST = 59, 900
"""Of a factor's integers; log2 of the factor's largest entry, up to the sign."""


def positive_eigenvalues(matrix: arb_mat) -> int:
    """A number of eigenvalues proved positive for every symmetric matrix in the balls; 0 where nothing is proved."""
    return _positive_eigenvalues(matrix, every=False)


def _positive_eigenvalues(matrix: arb_mat, *, every: bool) -> int:
    """The same; 0 also where `every` eigenvalue is asked about and one is not proved positive: that is told sooner."""
    size = matrix.nrows()
    entries = matrix.tolist()
    floats = [list(map(float, row)) for row in entries]
    shift = _shift(entries, floats)
    if shift is None or not isfinite(shift):  # an infinite residual is not larger than an infinite shift
        return 0
    found = _factorise(floats, shift, definite=every)
    if found is None:
        return 0
    lower, diagonal = found
    factor = _integers(lower, diagonal)
    if factor is None:
        return 0
    integers, power = factor
    signs = [(pivot > 0) - (pivot < 0) for pivot in diagonal]
    left = fmpz_mat(integers)
    right = left if signs == [1] * size else fmpz_mat([list(map(mul, row, signs)) for row in integers])
    look()
    product = arb_mat(right * left.transpose()) * (arb(2) ** (-2 * power))
    look()
    exact_shift = arb(shift)
    if row_sum_norm(shifted(matrix, exact_shift) - product) <= exact_shift:  # False for a NaN
        return signs.count(1)
    return 0


def _integers(lower: list[list[float]], diagonal: list[float]) -> tuple[list[list[int]], int] | None:
    """The factor L |D|^(1/2) times 2^power, rounded to integers, row by row; |D| with 1 for 0.

    None where it is not finite, or has a 0 on its diagonal.
    """
    size = len(lower)
    roots = [sqrt(abs(pivot)) if pivot else 1.0 for pivot in diagonal]
    largest = max((abs(x * root) for row in lower for x, root in zip(row, roots, strict=False)), default=0.0)
    if not all(map(isfinite, roots)) or not all(isfinite(x) for row in lower for x in row):
        return None
    if not 2.0**-_LARGEST < largest < 2.0**_LARGEST:
        return None
    power = _INTEGER_BITS - frexp(largest)[1]
    roots = [root * 2.0**power for root in roots]
    rows = [[int(x * root) for x, root in zip(row, roots, strict=False)] for row in lower]
    if not all(row[i] for i, row in enumerate(rows)):
        return None
    return [row + [0] * (size - len(row)) for row in rows], power


def negative_eigenvalues(matrix: arb_mat) -> int:
    """A number of eigenvalues proved negative for every symmetric matrix in the balls."""
    return positive_eigenvalues(-matrix)


def is_positive_definite(matrix: arb_mat) -> bool:
    """True only if proved, for every symmetric matrix in the balls."""
    size: int = matrix.nrows()
    return _positive_eigenvalues(matrix, every=True) == size > 0


def first_pivot_not_positive(matrix: arb_mat) -> tuple[int, arb] | None:
    """The ball L D L^T of the lower triangle: None if all pivots are positive, else the first that is not, and where.

    None proves every symmetric matrix in the balls positive definite. A pivot below 0, after positive ones, proves
    that each of them has a negative eigenvalue. For matrices far worse scaled than a float hint would bear.
    """
    for i, pivot in enumerate(_pivots(matrix.tolist())):
        look()
        if not pivot > 0:  # a NaN is not
            return i, pivot
    return None


def has_negative_minor(matrix: arb_mat) -> bool:
    """True only if some principal minor is proved negative: then every symmetric matrix in the balls has a negative
    eigenvalue, as a matrix without one has no negative principal minor. There are 2^n - 1 minors: for a few rows, of
    any scales, and with zeros on the diagonal.
    """
    entries = matrix.tolist()
    return all(entry.is_finite() for entry in matrix.entries()) and any(
        arb_mat([[entries[i][j] for j in rows] for i in rows]).det() < 0
        for size in range(1, len(entries) + 1)
        for rows in combinations(range(len(entries)), size)
    )


def positive_eigenvalues_of_block(matrix: arb_mat) -> int:
    """As `positive_eigenvalues`, in less time for a matrix of few rows, of which it may prove more."""
    signs = _signs(matrix.tolist())
    return positive_eigenvalues(matrix) if signs is None else signs.count(1)


def negative_eigenvalues_of_block(matrix: arb_mat) -> int:
    """As `negative_eigenvalues`, likewise."""
    return positive_eigenvalues_of_block(-matrix)


def _signs(entries: list[list[arb]]) -> list[int] | None:
    """The signs of the pivots of the ball L D L^T of the lower triangle; None if one may be 0.

    Otherwise each symmetric matrix in the balls is an L D L^T with pivots of these signs, which are those of its
    eigenvalues (Sylvester).
    """
    if not all(entry.is_finite() for row in entries for entry in row):
        return None
    signs: list[int] = []
    for pivot in _pivots(entries):
        sign = int(pivot > 0) - int(pivot < 0)  # 0 for a NaN
        if sign == 0:
            return None
        signs.append(sign)
    return signs


def _pivots(entries: list[list[arb]]) -> Iterator[arb]:
    """Those of the ball L D L^T of the lower triangle, one by one. Those after one that may be 0 say nothing."""
    lower: list[list[arb]] = []
    pivots: list[arb] = []
    for i, row in enumerate(entries):
        scaled: list[arb] = []  # L_ij D_j
        for j in range(i):
            scaled.append(row[j] - sum(map(mul, scaled, lower[j])) if j else row[j])
        new = [entry / pivot for entry, pivot in zip(scaled, pivots, strict=True)]
        pivots.append(row[i] - sum(map(mul, scaled, new)) if i else row[i])
        lower.append(new)
        yield pivots[-1]


def shifted(matrix: arb_mat, shift: arb) -> arb_mat:
    """A - shift I."""
    diagonal = arb_mat(matrix.nrows(), matrix.nrows())
    for index in range(matrix.nrows()):
        diagonal[index, index] = shift
    return matrix - diagonal


def _shift(entries: list[list[arb]], floats: list[list[float]]) -> float | None:
    """A hint for s: above the radii's row sums and the factorisation's rounding errors."""
    largest = 0.0
    for row, middles in zip(entries, floats, strict=True):
        radii = sum(map(float, map(arb.rad, row)))
        size = sum(map(abs, middles))
        largest = max(largest, 2 * radii + _SHIFT_PER_UNKNOWN * size)
        if not isfinite(radii + size):
            return None
    return largest or None


def _factorise(
    matrix: list[list[float]], shift: float, *, definite: bool
) -> tuple[list[list[float]], list[float]] | None:
    """L (rows up to the diagonal, which is 1) and D of an approximate L D L^T = matrix - shift I, unpivoted.

    None where D has an entry that is not positive, if it is to be `definite`.
    Some columns at a time: what those before them give is one product, by FLINT for large matrices.
    """
    size = len(matrix)
    lower: list[list[float]] = [[] for _ in matrix]
    diagonal: list[float] = []
    for first in range(0, size, _BLOCK):
        columns = range(first, min(first + _BLOCK, size))
        block: list[list[float]] = []  # of L, on the diagonal
        for i, row in enumerate(_rest(matrix, lower, diagonal, columns), start=first):
            look()
            scaled: list[float] = []  # L_ij D_j
            for entry, other in zip(row, block, strict=False):
                scaled.append(entry - sum(map(mul, scaled, other)))
            new = [entry / pivot if pivot else 0.0 for entry, pivot in zip(scaled, diagonal[first:], strict=True)]
            if i in columns:
                diagonal.append(row[i - first] - shift - sum(map(mul, scaled, new)))
                if definite and not diagonal[-1] > 0:
                    return None
                new.append(1.0)
                block.append(new)
            lower[i] += new
    return lower, diagonal


def _rest(
    matrix: list[list[float]], lower: list[list[float]], diagonal: list[float], columns: range
) -> list[list[float]]:
    """The columns of matrix - L D L^T, from the first one's diagonal entry on, for L as far as it is known."""
    first = columns.start
    own = [row[first : columns.stop] for row in matrix[first:]]
    if not first:
        return own
    scaled = [list(map(mul, lower[j], diagonal)) for j in columns]
    with ctx.workprec(_FLOAT_BITS):
        known = arb_mat(lower[first:]) * arb_mat(scaled).transpose()
    return [
        [entry - float(x) for entry, x in zip(row, found, strict=True)]
        for row, found in zip(own, known.tolist(), strict=True)
    ]
