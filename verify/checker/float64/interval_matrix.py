"""Symmetric matrices as a midpoint in float64 and bounds of the difference from it. docs/FLOAT64.md has the proofs.

The midpoint is the symmetric matrix with the lower triangle given; the difference E of
any matrix in the enclosure from it has |E| <= `spread` in the spectral norm and row sums
of at most `row_spread` in absolute value: two numbers instead of a second matrix.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat

from verify.checker.core.balls import ball, euclidean_norm, maximum
from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.core.interval_matrix import Newton
from verify.checker.float64.bounds import TINY, UNIT, Array, Bound, exactly, frobenius, gamma, row_norms, size_of
from verify.checker.float64.conversion import at_most, midpoints_and_radii, upper_bounds
from verify.checker.float64.factorisation import exceeds

MAX_EIGENVECTORS = 2_500
"""Unknowns up to which approximate eigenvectors are computed, as hints."""
_CLAIMED = 0.75
"""Part of the gap between negative and positive eigenvalues that is to be proved."""


class Gap(NamedTuple):
    """Every matrix in the enclosure has so many eigenvalues of each sign, none of them within `width` of 0."""

    negative: int
    positive: int
    width: float


class Float64Matrix:
    """A symmetric matrix, enclosed."""

    def __init__(self, midpoint: Array, spread: float, row_spread: float) -> None:
        """`midpoint`: (N, N) in C order. Only the lower triangle counts; above it anything finite may stand."""
        self.midpoint = midpoint
        self.spread = spread
        self.row_spread = row_spread

    @classmethod
    def from_balls(cls, balls: arb_mat) -> Float64Matrix:
        """The symmetric matrix whose lower triangle lies in that of `balls`."""
        size = balls.nrows()
        midpoints, radii = midpoints_and_radii(balls.entries())
        lower = np.tril(radii.at_most.reshape(size, size))
        with np.errstate(all="ignore"):
            # Row sums bound the spectral norm of a symmetric matrix.
            spread = Bound(lower + np.tril(lower, -1).T).sum(axis=1).max().value()
        return cls(midpoints.reshape(size, size), spread, spread)

    def is_at_least(self, bound: Fraction) -> bool:
        """True only if every eigenvalue is proved >= `bound` > 0. Uses up the midpoint."""
        with np.errstate(all="ignore"):
            whole = upper_bounds([ball(bound)])[0] + exactly(self.spread)
        return exceeds(self.midpoint, whole.value())

    def has_eigenvalue_below(self, bound: Fraction) -> bool:
        """True only if that is proved: by the Rayleigh quotient of an approximate eigenvector."""
        hints = self._eigenvectors()
        if hints is None:
            return False
        lowest = hints[1][:, 0]
        if not (np.isfinite(lowest).all() and lowest.any()):
            return False
        direction = (tuple(Fraction(float(entry)) for entry in lowest),)
        return bool(self.curvature(direction) < ball(bound))

    def inertia(self) -> tuple[int, int]:
        """Numbers of eigenvalues proved negative, and proved positive."""
        return (self._gap.negative, self._gap.positive) if self._gap else (0, 0)

    def newton(self, gradient: arb_mat) -> Newton | None:
        """Y is the inverse of the midpoint, and is not computed: FLOAT64.md, "Newton's step"."""
        if self._gap is None:
            return None
        width, entries = arb(self._gap.width), gradient.entries()
        with np.errstate(all="ignore"):
            row_sum = self._row_sums.max().value()
        least = maximum(map(abs, entries)) / arb(row_sum)
        most = euclidean_norm(entries) / width
        return Newton(least.union(most), arb(len(entries)).sqrt() * arb(self.spread) / width)

    def curvature(self, direction: Matrix) -> arb:
        """The Rayleigh quotient: FLOAT64.md, "Rayleigh quotients"."""
        entries = [entry for row in direction for entry in row]
        largest = max(map(abs, entries))
        balls = [ball(entry / largest) for entry in entries]
        vector, radii = midpoints_and_radii(balls)
        size, sizes = len(vector), size_of(vector)
        image = self._symmetric @ vector
        underflow = exactly(size * TINY)
        with np.errstate(all="ignore"):
            middle = float(vector @ image)
            in_image = gamma(size) * (size_of(self._symmetric) @ sizes) + underflow
            in_product = gamma(size) * (sizes @ size_of(image)) + underflow
            length, missed = row_norms(vector[None])[0], (radii * radii).sum().sqrt()
            norm = self._row_sums.max() + exactly(self.spread)
            of_vector = norm * (length.twice() + missed) * missed
            error = sizes @ in_image + in_product + length * length * exactly(self.spread) + of_vector
        around = at_most(error)
        return (arb(middle) + around.union(-around)) / sum((entry * entry for entry in balls), arb(0))

    def absolute_sum(self) -> arb:
        """The sum of the absolute values of all entries."""
        with np.errstate(all="ignore"):
            return at_most(self._row_sums.sum() + exactly(len(self.midpoint)) * exactly(self.row_spread))

    @cached_property
    def _symmetric(self) -> Array:
        lower: Array = np.tril(self.midpoint)
        lower += np.tril(lower, -1).T
        return lower

    @cached_property
    def _row_sums(self) -> Bound:
        """Of the midpoint's absolute values."""
        return size_of(self._symmetric).sum(axis=1)

    def _eigenvectors(self) -> tuple[Array, Array] | None:
        """Eigenvalues, rising, and eigenvectors in columns, of the midpoint: hints."""
        if len(self.midpoint) > MAX_EIGENVECTORS or not np.isfinite(self.midpoint).all():
            return None
        look()
        try:
            values, vectors = np.linalg.eigh(self.midpoint)  # of the lower triangle
        except np.linalg.LinAlgError:
            return None
        return values, vectors

    @cached_property
    def _gap(self) -> Gap | None:
        """Signs of all eigenvalues and a gap around 0, if proved: FLOAT64.md, "Signs by two factorisations"."""
        hints = self._eigenvectors()
        if hints is None:
            return None
        values, vectors = hints
        count, width = int((values < 0).sum()), _CLAIMED * float(np.abs(values).min())
        with np.errstate(all="ignore"):
            distance = float(np.nextafter(width + self.spread, np.inf))
            # The negative eigenvalues, lifted, become larger than all others.
            lift = vectors[:, :count] * np.sqrt(2 * np.abs(values[:count]) + np.abs(values).max())
            proved = (
                width > 0
                and _as_many_positive(_lowered(-self._symmetric, distance), vectors[:, :count])
                and _no_more_not_positive(_lowered(self._symmetric, distance), lift)
            )
        return Gap(count, len(values) - count, width) if proved else None


def _lowered(matrix: Array, distance: float) -> Array:
    """A matrix that is at most A - distance I (in the sense of definiteness)."""
    result = matrix.copy()
    result[np.diag_indices(len(matrix))] = np.nextafter(matrix.diagonal() - distance, -np.inf)
    return result


def _as_many_positive(matrix: Array, vectors: Array) -> bool:
    """True only if the symmetric matrix has at least as many positive eigenvalues as there are columns in `vectors`."""
    look()
    size, count = vectors.shape
    if count == 0:
        return True
    image = matrix @ vectors
    reduced = np.ascontiguousarray(vectors.T @ image)
    length, underflow = frobenius(vectors), exactly(size * size * TINY)
    in_image = gamma(size) * frobenius(matrix) * length + underflow
    error = gamma(size) * length * frobenius(image) + underflow + length * in_image
    return exceeds(reduced, error.twice().value())


def _no_more_not_positive(matrix: Array, lift: Array) -> bool:
    """True only if the symmetric matrix has at most as many eigenvalues <= 0 as there are columns in `lift`."""
    look()
    size, count = lift.shape
    total = matrix + lift @ lift.T
    length, underflow = frobenius(lift), exactly(size * count * TINY)
    error = gamma(count) * length * length + underflow + exactly(UNIT) * frobenius(total)
    return exceeds(total, error.twice().value())
