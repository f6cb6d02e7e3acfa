"""The loss of a quadratic network, its gradient and Hessian: exact at rational points, or in balls.

With M = W^T W, residuals r_i = x_i^T M x_i - y_i and S = (1/n) sum_i r_i x_i x_i^T + (decay/2) I + C:

    L = 1/(2n) sum_i r_i^2 + (decay/2) tr M + <C, M>,    grad L = 2 W S,
    Hessian block (j, l) = [j = l] 2 S + (4/n) sum_i (w_j.x_i) (w_l.x_i) x_i x_i^T.

Numbers are fmpq or arb: what is said of one holds for the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb_mat, fmpq

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.losses.semidefinite_program import Number, rational
from verify.checker.statements.quadratic_network import QuadraticNetwork

Rows = list[list[Number]]


class QuadraticLoss:
    """L at one point, or over a box of points in balls."""

    def __init__(self, network: QuadraticNetwork, point: Rows) -> None:
        """`point`: W, (k, d)."""
        self._network, self._point = network, point
        self._inputs = [[rational(entry) for entry in row] for row in network.inputs]
        self._images = [
            [sum((w * entry for w, entry in zip(row, x, strict=True)), fmpq(0)) for row in point] for x in self._inputs
        ]
        """(n, k): w_j.x_i."""
        self.residuals = [
            sum((value * value for value in values), fmpq(0)) - rational(target)
            for values, target in zip(self._images, network.targets, strict=True)
        ]
        """(n,): r_i."""

    def value(self) -> Number:
        """L."""
        squares = sum((r * r for r in self.residuals), fmpq(0)) / (2 * len(self.residuals))
        linear = regularizer(self._network)
        size = range(self._network.dimension)
        rest = (row[a] * linear[a][b] * row[b] for row in self._point for a in size for b in size)
        return squares + sum(rest, fmpq(0))

    def multiplier_matrix(self) -> Rows:
        """S, (d, d)."""
        return multiplier_matrix(self._network, self.residuals)

    def gradient(self) -> Rows:
        """2 W S, (k, d)."""
        matrix = self.multiplier_matrix()
        columns = range(len(matrix))
        return [[2 * sum((row[a] * matrix[a][b] for a in columns), fmpq(0)) for b in columns] for row in self._point]

    def curvature(self, direction: Matrix) -> Number:
        """D^T (Hessian) D."""
        matrix = self.multiplier_matrix()
        rows = [[rational(entry) for entry in row] for row in direction]
        size = range(len(matrix))
        total = 2 * sum((row[a] * matrix[a][b] * row[b] for row in rows for a in size for b in size), fmpq(0))
        for x, values in zip(self._inputs, self._images, strict=True):
            images = (sum((d * e for d, e in zip(row, x, strict=True)), fmpq(0)) for row in rows)
            change = sum((value * image for value, image in zip(values, images, strict=True)), fmpq(0))
            total += 4 * change * change / len(self._inputs)
        return total

    def hessian(self) -> arb_mat:
        """(k d, k d), unknowns row by row."""
        matrix, d, k = self.multiplier_matrix(), self._network.dimension, len(self._point)
        rows = [[fmpq(0)] * (k * d) for _ in range(k * d)]
        for j in range(k):
            for a in range(d):
                for b in range(d):
                    rows[j * d + a][j * d + b] += 2 * matrix[a][b]
        for x, values in zip(self._inputs, self._images, strict=True):
            look()
            image = [value * entry for value in values for entry in x]
            for i, left in enumerate(image):
                for j, right in enumerate(image):
                    rows[i][j] += 4 * left * right / len(self._inputs)
        return arb_mat(rows)


def regularizer(network: QuadraticNetwork) -> Rows:
    """(decay/2) I + C, (d, d)."""
    C, half = network.perturbation, rational(network.decay) / 2
    size = range(network.dimension)
    return [[rational(C[max(a, b)][min(a, b)]) + (half if a == b else 0) for b in size] for a in size]


def multiplier_matrix(network: QuadraticNetwork, multipliers: Sequence[Number]) -> Rows:
    """(1/n) sum_i u_i x_i x_i^T + (decay/2) I + C, (d, d)."""
    result = regularizer(network)
    count = len(network.inputs)
    for u, row in zip(multipliers, network.inputs, strict=True):
        x = [rational(entry) for entry in row]
        for a, left in enumerate(x):
            scaled = u * left / count
            for b, right in enumerate(x):
                result[a][b] += scaled * right
    return result
