"""The equations of one step of the primal-dual method: HKM's Schur matrix, B_ij = <F_i, X^-1 F_j Y>, and its solver.

By Cholesky's method where there are no equations to be kept, else by elimination; refined either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Array


@dataclass(frozen=True)
class Iterate:
    """A point of both sides; X and Y are definite, and need not satisfy the equations."""

    x: Array
    X: list[Array]
    """The stacks', (k, n, n)."""
    Y: list[Array]
    s: Array
    """Of the inequalities, (N,): L x - l, nearly."""
    y: Array
    w: Array
    """Of the equations: free."""

    def mu(self) -> float:
        """<X, Y> / order."""
        order = len(self.s) + sum(int(X.shape[0] * X.shape[1]) for X in self.X)
        return float(sum((X * Y).sum() for X, Y in zip(self.X, self.Y, strict=True)) + self.s @ self.y) / order


Solve = Callable[[Array, Array], tuple[Array, Array]]


def schur_solver(program: FloatProgram, inverses: list[Array], at: Iterate) -> Solve:
    """(dx, dw) with B dx - E^T dw = r, E dx = r_w, refined."""
    m, count = program.variables, len(program.f)
    B = np.zeros((m, m))
    for stack, inverse, Y in zip(program.stacks, inverses, at.Y, strict=True):
        B += stack.schur(inverse, Y)
    if len(at.s):
        weighted = program.L.multiply(np.sqrt(at.y / at.s)[:, None]).tocsr()
        B += (weighted.T @ weighted).toarray()
    unused = np.flatnonzero(B.diagonal() <= 0)
    B[unused, unused] = 1.0  # such a variable stays where it is
    scale = 1 / np.sqrt(B.diagonal())
    scaled = scale[:, None] * B * scale
    if not count:
        try:
            factor = scipy.linalg.cho_factor(scaled + 1e-15 * np.eye(m), lower=True)
        except np.linalg.LinAlgError:
            pass
        else:

            def by_cholesky(right: Array, _: Array) -> tuple[Array, Array]:
                dx = scale * scipy.linalg.cho_solve(factor, scale * right)
                for _step in range(2):
                    dx = dx + scale * scipy.linalg.cho_solve(factor, scale * (right - B @ dx))
                return dx, np.zeros(0)

            return by_cholesky
    rows = program.E.toarray() * scale
    whole = np.block([[scaled, -rows.T], [rows, np.zeros((count, count))]])
    factors, pivots, failed = scipy.linalg.lapack.dgetrf(whole + 1e-16 * np.eye(m + count))
    if failed:
        raise np.linalg.LinAlgError("the equations are singular")

    def by_elimination(right: Array, equations: Array) -> tuple[Array, Array]:
        wanted = np.concatenate([scale * right, equations])
        found, _ = scipy.linalg.lapack.dgetrs(factors, pivots, wanted)
        rest, _ = scipy.linalg.lapack.dgetrs(factors, pivots, wanted - whole @ found)
        found = found + rest
        return scale * found[:m], found[m:]

    return by_elimination
