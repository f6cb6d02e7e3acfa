"""Balls from exact numbers, boxes of students, and norms. All rounding is outward.

A comparison of balls (`a < b`) is True only if it holds for every pair of points of
the two; with a NaN it is False. So a test that passes is a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MATRIX_PRECISION

Balls = list[list[arb]]


@contextmanager
def matrix_precision() -> Iterator[None]:
    """For large matrices: the working precision, but no more than they need. Any precision encloses."""
    with ctx.workprec(min(ctx.prec, MATRIX_PRECISION)):
        yield


def ball(number: Fraction) -> arb:
    """A ball that contains `number`, as narrow as the working precision allows."""
    return arb(fmpq(number.numerator, number.denominator))


def point(matrix: Matrix) -> Balls:
    """Balls around the entries of an exact matrix."""
    return [[ball(entry) for entry in row] for row in matrix]


def box(center: Matrix, radius: Fraction) -> Balls:
    """Entrywise [center - radius, center + radius]; contains the Euclidean ball of that radius."""
    return [[ball(entry - radius).union(ball(entry + radius)) for entry in row] for row in center]


def euclidean_norm(entries: Iterable[arb]) -> arb:
    """sqrt(sum of squares)."""
    return root(sum((entry * entry for entry in entries), arb(0)))


def root(square: arb) -> arb:
    """Square root of a number known to be >= 0, whose ball may reach below 0 by rounding."""
    return square.nonnegative_part().sqrt()


def maximum(entries: Iterable[arb]) -> arb:
    """The largest of some numbers, at least 0; NaN if one of them is."""
    largest = arb(0)
    for entry in entries:
        if entry.is_nan():
            return arb.nan()
        largest = largest.max(entry)
    return largest


def minimum(entries: Iterable[arb]) -> arb:
    """The smallest of some numbers, of which there is one at least; NaN if one of them is."""
    first, *others = entries
    for entry in others:
        first = arb.nan() if entry.is_nan() else first.min(entry)
    return first


def approximate_inverse(matrix: arb_mat) -> arb_mat | None:
    """The inverse of the midpoint, rounded, and exact as it stands; None if none was found.

    Its entries are finite: FLINT's products of large matrices may lose a NaN times an exact zero.
    """
    try:
        inverse = matrix.mid().inv().mid()
    except ZeroDivisionError:
        return None
    return inverse if all(map(arb.is_finite, inverse.entries())) else None


def row_sum_norm(matrix: arb_mat) -> arb:
    """max_i sum_j |a_ij|, which bounds the spectral norm of a symmetric matrix."""
    return maximum(sum(map(abs, row), arb(0)) for row in matrix.tolist())


def spectral_norm(matrix: arb_mat) -> arb:
    """A number that is at least |A|, for a symmetric matrix A, and not much more: |A|^32 = |A^32| <= max_i sum_j."""
    if not all(map(arb.is_finite, matrix.entries())):  # a product may lose a NaN times an exact zero
        return arb.nan()
    power = matrix
    for _ in range(5):
        look()
        power = power * power
    norm = row_sum_norm(power)
    for _ in range(5):
        norm = root(norm)
    return norm
