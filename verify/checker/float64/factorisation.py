"""Positive definiteness by one floating-point Cholesky factorisation.

Theorem (docs/FLOAT64.md, "One factorisation"). Let A be a symmetric N x N matrix of
float64 numbers with positive diagonal, s >= 0, g = (N + 1) u / (1 - (N + 1) u) with
u = 2^-53, e = 2 N (N + 2 + max_i a_ii) 2^-1074, and
    t >= s + g / (1 - g) (tr A + e) + e.
If Cholesky's factorisation of the matrix A' with the diagonal a'_ii <= a_ii - t, and A's
entries elsewhere, ends with a finite positive diagonal, every eigenvalue of A is > s.
Here the factorisation may sum in any order, with or without fused multiply-adds, and
multiply by rounded reciprocals of the diagonal; it may not be an algorithm of Strassen's kind,
nor multiply by inverses of diagonal blocks in the place of solving with them.

Source: Rump 2006, "Verification of positive definiteness", BIT 46, and Demmel 1989 for
the trace; proved anew in docs/FLOAT64.md for these assumptions.
"""

from __future__ import annotations

import numpy as np

from verify.checker.float64.bounds import TINY, Array, exactly, gamma

SCIPY_FROM = 2_000
"""Above it SciPy's LAPACK is used, which works in place; below, NumPy's, because SciPy takes long to import."""
_ROWS = 256
_IN_PLACE = getattr(getattr(np.linalg, "_umath_linalg", None), "cholesky_up", None)
"""What `numpy.linalg.cholesky` calls, which has no `out`."""


def exceeds(matrix: Array, bound: float) -> bool:
    """True only if every eigenvalue of the symmetric matrix with this lower triangle is proved > `bound` >= 0.

    `matrix`: (N, N), float64, in C order; it is OVERWRITTEN. What is above the diagonal must be finite; it is not used.
    """
    size = len(matrix)
    if not (size and bound >= 0 and _all_finite(matrix)):
        return False
    diagonal = matrix.diagonal().copy()
    if not (diagonal > 0).all():
        return False
    with np.errstate(all="ignore"):
        shift = _shift(diagonal, bound)
        if not np.isfinite(shift):
            return False
        matrix[np.diag_indices(size)] = np.nextafter(diagonal - shift, -np.inf)
        factor = _factor(matrix)
    return factor is not None and bool((np.isfinite(factor) & (factor > 0)).all())


def _shift(diagonal: Array, bound: float) -> float:
    """The number t of the theorem."""
    size = len(diagonal)
    entries = exactly(diagonal)
    underflow = exactly(2 * size) * (exactly(size + 2) + entries.max()) * exactly(TINY)
    lost = gamma(size + 1)
    share = lost + (lost * lost).twice()  # at least g / (1 - g), because g <= 1/2
    return (exactly(bound) + share * (entries.sum() + underflow) + underflow).value()


def _factor(matrix: Array) -> Array | None:
    """The diagonal of the Cholesky factor as LAPACK computed it; None if LAPACK gave up. Proves nothing by itself."""
    factor = by_numpy(matrix) if len(matrix) <= SCIPY_FROM else by_scipy(matrix)
    return None if factor is None else factor.diagonal()


def by_numpy(matrix: Array) -> Array | None:
    """What NumPy's LAPACK says is the lower triangular factor; None if it gave up. The matrix may be OVERWRITTEN.

    In the place of the matrix where this NumPy lets one: a new array of some MiB takes as long as the factorisation.
    """
    try:
        if _IN_PLACE is None:
            return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
        with np.errstate(all="ignore"):
            # To LAPACK, which counts by columns, the lower triangle is the upper one, and nothing is transposed.
            turned = np.asarray(matrix).T
            upper: Array = _IN_PLACE(turned, out=turned)
        return upper.T if np.isfinite(upper[0, 0]) else None  # all are NaN where it gave up
    except np.linalg.LinAlgError:
        return None


def by_scipy(matrix: Array) -> Array | None:
    """The same of SciPy's, in the place of the matrix's lower triangle; what is above it is not of the factor."""
    from scipy.linalg.lapack import dpotrf

    # To LAPACK, which counts by columns, the lower triangle is the upper one.
    factor, info = dpotrf(matrix.T, lower=0, clean=0, overwrite_a=1)
    return None if info != 0 else factor.T


def _all_finite(matrix: Array) -> bool:
    """A few rows at a time, to need little memory."""
    return all(np.isfinite(matrix[start : start + _ROWS]).all() for start in range(0, len(matrix), _ROWS))
