"""Lower bounds of the rank of a matrix: modulo a prime, exactly, or in balls.

Theorem. The rank of an integer matrix is at least its rank modulo any prime.
Proof. A minor that is not 0 modulo the prime is not 0. QED

Theorem. A real matrix F has as many positive eigenvalues of F F^T as its rank. QED
"""

from __future__ import annotations

from typing import Any

from flint import arb_mat, fmpz_mat, nmod_mat

from verify.checker.core.balls import matrix_precision
from verify.checker.core.definiteness import positive_eigenvalues

PRIME = 2**61 - 1
"""A Mersenne prime (Pervushin 1883; by the test of Lucas and Lehmer: tests/checker/test_matrix_rank.py)."""


def rank_at_least(rows: list[list[Any]]) -> int:
    """A number that the rank of an integer matrix is proved to be at least: its rank modulo the prime."""
    return int(nmod_mat(fmpz_mat(rows), PRIME).rank())


def exact_rank(rows: list[list[Any]]) -> int:
    """The rank of an integer matrix."""
    return int(fmpz_mat(rows).rank())


def rank_of_balls_at_least(rows: list[list[Any]]) -> int:
    """A number that the rank of every matrix in the balls is proved to be at least; 0 where nothing is proved."""
    with matrix_precision():
        matrix = arb_mat(rows)
        return positive_eigenvalues(matrix * matrix.transpose())
