"""Signs of the eigenvalues of symmetric matrices, as hypotheses: definite, or with a claimed inertia.

Theorem. If every symmetric matrix in an enclosure has at least p positive and at least q negative eigenvalues, then
  (1) p = N proves each positive definite, and q > 0 proves none of them positive semidefinite;
  (2) with p = P and q = Q and P + Q = N each has exactly P positive and Q negative ones, none is 0; p > P or q > Q
      refutes that.
Proof. Counting. QED
The numbers come from `core.definiteness` (Courant, Fischer and Sylvester) or `float64.interval_matrix`.
"""

from __future__ import annotations

from flint import arb_mat

from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues
from verify.checker.core.outcome import Open, Refuted

Inertia = tuple[int, int]
"""Numbers of negative and of positive eigenvalues."""


def prove_positive_definite(matrix: arb_mat, false: str, unknown: str) -> None:
    """(1). `false` and `unknown`: what is said if it is proved false, or neither."""
    if not is_positive_definite(matrix):
        raise Refuted(false) if negative_eigenvalues(matrix) else Open(unknown)


def prove_inertia(proved: Inertia, claimed: Inertia, false: str, unknown: str) -> None:
    """(2), where the claimed numbers add up to the size. `false` and `unknown`: as above."""
    if proved[0] > claimed[0] or proved[1] > claimed[1]:
        raise Refuted(false)
    if proved != claimed:
        raise Open(unknown)
