"""Symmetric matrices known up to an enclosure, and what the rules ask of them.

One implementation for each tier of trust: `BallMatrix` here, and
`float64.interval_matrix.Float64Matrix`. Whatever is proved holds for every symmetric
matrix in the enclosure. Who starts a proof hands over the tier's `Arithmetic`, which makes them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from flint import arb, arb_mat, fmpq

from verify.checker.core.balls import approximate_inverse, ball, maximum, row_sum_norm
from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues, positive_eigenvalues, shifted
from verify.checker.core.exact import Matrix

Form = Mapping[Hashable, tuple[Fraction, int]]
"""A linear form: place -> coefficient, and how often it counts in an inner product (2 off a matrix's diagonal)."""


class Newton(NamedTuple):
    """With some matrix Y, in the maximum norm: an enclosure of |Y g| for a vector g, and a bound of |I - Y A|."""

    step: arb
    contraction: arb


def newton(matrix: arb_mat, gradient: arb_mat) -> Newton | None:
    """For any square matrix; None if no approximate inverse was found. `gradient`: (N, 1)."""
    inverse = approximate_inverse(matrix)
    if inverse is None:
        return None
    step = maximum(abs(row[0]) for row in (inverse * gradient).tolist())
    return Newton(step, row_sum_norm(shifted(inverse * matrix, arb(1))))


class IntervalMatrix(Protocol):
    """A symmetric matrix A, enclosed."""

    def is_at_least(self, bound: Fraction) -> bool:
        """True only if every eigenvalue is proved >= `bound` > 0. The matrix may be used up."""

    def has_eigenvalue_below(self, bound: Fraction) -> bool:
        """True only if that is proved."""

    def inertia(self) -> tuple[int, int]:
        """Numbers of eigenvalues proved negative, and proved positive."""

    def newton(self, gradient: arb_mat) -> Newton | None:
        """Bounds for a Newton step; None if no approximate inverse was found. `gradient`: (N, 1)."""

    def curvature(self, direction: Matrix) -> arb:
        """z^T A z / |z|^2 for the entries z of an exact matrix, row by row, not all zero."""

    def absolute_sum(self) -> arb:
        """The sum of the absolute values of all entries."""


class BallMatrix:
    """A matrix of balls."""

    def __init__(self, balls: arb_mat) -> None:
        self._balls = balls

    def is_at_least(self, bound: Fraction) -> bool:
        """True only if every eigenvalue is proved >= `bound`."""
        return is_positive_definite(shifted(self._balls, ball(bound)))

    def has_eigenvalue_below(self, bound: Fraction) -> bool:
        """True only if that is proved."""
        return negative_eigenvalues(shifted(self._balls, ball(bound))) > 0

    def inertia(self) -> tuple[int, int]:
        """Numbers of eigenvalues proved negative, and proved positive."""
        return negative_eigenvalues(self._balls), positive_eigenvalues(self._balls)

    def newton(self, gradient: arb_mat) -> Newton | None:
        """Y is the inverse of the midpoint, rounded and then taken as exact."""
        return newton(self._balls, gradient)

    def curvature(self, direction: Matrix) -> arb:
        """The Rayleigh quotient."""
        vector = arb_mat([[ball(entry)] for row in direction for entry in row])
        square = (vector.transpose() * vector)[0, 0]
        return (vector.transpose() * (self._balls * vector))[0, 0] / square

    def absolute_sum(self) -> arb:
        """The sum of the absolute values of all entries."""
        return sum((abs(entry) for entry in self._balls.entries()), arb(0))


class Curved(Protocol):
    """What has a Hessian."""

    def hessian(self) -> arb_mat:
        """In balls."""


class Arithmetic(Protocol):
    """What encloses the matrices of a loss, in a tier of trust."""

    def hessian(self, loss: Curved) -> IntervalMatrix:
        """The Hessian everywhere that the loss stands for. Raises Open where this cannot be had here."""

    def matrix(self, balls: arb_mat) -> IntervalMatrix:
        """A symmetric matrix of balls."""

    def is_definite(self, rows: Sequence[Sequence[fmpq]], margin: arb) -> bool:
        """True only if proved: the exact matrix with this lower triangle has all eigenvalues > the ball `margin`."""

    def distance(self, rows: Sequence[Form], defect: Sequence[fmpq]) -> arb | None:
        """A ball whose upper end bounds |z' - z| for some z' with A z' = A z + defect; None where none is proved."""

    def descent(self, loss: Any, start: Any, step: arb, steps: int) -> Any:
        """Where descent on one hidden layer is after the steps (rule `shadowing`); None if that is left to balls."""


class BallArithmetic:
    """The tier `arb`."""

    def hessian(self, loss: Curved) -> IntervalMatrix:
        """As the loss gives it."""
        return BallMatrix(loss.hessian())

    def matrix(self, balls: arb_mat) -> IntervalMatrix:
        """As it is."""
        return BallMatrix(balls)

    def is_definite(self, rows: Sequence[Sequence[fmpq]], margin: arb) -> bool:
        """Left to the pivots, which tell more."""
        return False

    def distance(self, rows: Sequence[Form], defect: Sequence[fmpq]) -> arb | None:
        """Left to a solution in balls, which is better."""
        return None

    def descent(self, loss: Any, start: Any, step: arb, steps: int) -> Any:
        """Left to the rule."""
        return None


BALLS = BallArithmetic()
