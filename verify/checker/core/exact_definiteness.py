"""Whether an exact matrix is positive semidefinite, singular or not: L D L^T over the integers.

Theorem. Let A be symmetric. If a_kk > 0 for some k, then A is positive semidefinite if and only if the Schur
complement of a_kk is. If a_kk < 0 for some k, it is not. If all a_kk = 0, it is if and only if A = 0.
Proof. The first: x^T A x = a_kk (x_k + sum_{j != k} a_kj x_j / a_kk)^2 + y^T S y for the other coordinates y of x,
where S is the complement; x_k is free. The third: a_ij != 0 with a_ii = a_jj = 0 gives
(e_i +- e_j)^T A (e_i +- e_j) = +- 2 a_ij of both signs. QED

The entries are scaled to integers, and the complements are kept integral by Bareiss's division by the pivot
before: what is kept is the complement times the last pivot, which is positive, so signs are the complement's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from flint import fmpq, fmpz

from verify.checker.core.clock import look
from verify.checker.core.limits import EXACT_DENOMINATOR_BITS


def negative_direction(triangle: Sequence[Sequence[fmpq]]) -> tuple[int, int] | None:
    """None if the matrix with this lower triangle is positive semidefinite; else the two unknowns that show it is not.

    With the unknowns chosen as pivots before, these two span a direction of negative curvature. Raises OverflowError
    where the common denominator has more than EXACT_DENOMINATOR_BITS bits.
    """
    scale = 1
    for row in triangle:
        scale = lcm(scale, *(int(entry.q) for entry in row))
        if scale.bit_length() > EXACT_DENOMINATOR_BITS:
            raise OverflowError(f"a common denominator of more than {EXACT_DENOMINATOR_BITS} bits")
    rows = [[fmpz((entry * scale).p) for entry in row] for row in triangle]
    left = list(range(len(rows)))
    before = fmpz(1)
    while left:
        for i in left:
            if rows[i][i] < 0:
                return i, i
        pivot = next((i for i in left if rows[i][i] > 0), None)
        if pivot is None:
            return next(((i, j) for i in left for j in left if j < i and rows[i][j] != 0), None)
        left.remove(pivot)
        value = rows[pivot][pivot]
        column = {i: rows[max(i, pivot)][min(i, pivot)] for i in left}
        for i in left:
            look()
            for j in left:
                if j <= i:
                    rows[i][j] = (value * rows[i][j] - column[i] * column[j]) // before
        before = value
    return None
