"""Rational numbers: sums of bounded size, semidefinite matrices, linear equations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from .intervals import Interval, Matrix, Vector, total
from .outcomes import Clock, Open, decide
from .signs import Integers, Symmetric, has_negative, inertia, inverse, residual

EXACT_BITS = 100_000
EXACT_ORDER = 64
Rationals = list[list[Fraction]]


def exact_sum(terms: Iterable[Fraction], clock: Clock) -> Fraction:
    """The sum. Of many fractions it may have a huge denominator: beyond EXACT_BITS the answer is open."""
    sum_ = Fraction(0)
    for term in terms:
        clock.tick()
        sum_ += term
        if max(sum_.denominator.bit_length(), sum_.numerator.bit_length()) > EXACT_BITS:
            raise Open(f"an exact number has more than {EXACT_BITS} bits")
    return sum_


def exact_dot(first: Iterable[Fraction], second: Iterable[Fraction], clock: Clock) -> Fraction:
    """The inner product."""
    return exact_sum((x * y for x, y in zip(first, second, strict=True) if x and y), clock)


def symmetric(triangle: Rationals) -> Rationals:
    """The symmetric matrix with this lower triangle."""
    size = range(len(triangle))
    return [[triangle[max(a, b)][min(a, b)] for b in size] for a in size]


def is_semidefinite(A: Integers, clock: Clock) -> bool:
    """Whether x^T A x >= 0 for all x, of a symmetric matrix: decided.

    A row of zeros is left out. A diagonal entry that is negative, or 0 in a row that is not all 0, is in a principal
    minor of order 1 or 2 that is negative. With a pivot a = A_pp > 0, a x^T A x = (sum_j A_pj x_j)^2 + y^T C y for
    C_ij = a A_ij - A_ip A_pj and y = x without x_p. As x_p is free to make the square 0, A is semidefinite if and only
    if C is; and so is C without what its entries have in common.
    """
    while True:
        kept = [i for i, row in enumerate(A) if any(row)]
        A = [[A[i][j] for j in kept] for i in kept]
        if any(row[i] <= 0 for i, row in enumerate(A)):
            return False
        if not A:
            return True
        p = min(range(len(A)), key=lambda i: A[i][i])
        line = A.pop(p)
        a, rows = line.pop(p), []
        for row in A:
            clock.tick()
            factor = row.pop(p)
            rows.append([a * x - factor * y for x, y in zip(row, line, strict=True)])
        common = math.gcd(*(x for row in rows for x in row)) or 1
        A = [[x // common for x in row] for row in rows]


def prove_semidefinite(what: str, A: Rationals, clock: Clock) -> None:
    """x^T A x >= 0 for all x, of a symmetric matrix: decided up to the order EXACT_ORDER."""
    bits, size = 256, max(abs(x) for row in A for x in row)
    if not size:
        return
    M = Symmetric.enclosing([[Interval.of(x / size, bits) for x in row] for row in A])
    if inertia(M.bound(-1), bits, clock) == (0, len(A)):
        return
    scale = 1
    for x in (x for row in A[:EXACT_ORDER] for x in row[:EXACT_ORDER]):
        scale = math.lcm(scale, x.denominator) if scale.bit_length() <= EXACT_BITS else scale
    if len(A) <= EXACT_ORDER and scale.bit_length() <= EXACT_BITS:
        proved = is_semidefinite([[int(x * scale) for x in row] for row in A], clock)
        decide(proved, not proved, f"{what} has no negative eigenvalue")
    else:
        decide(False, has_negative(M, clock), f"{what} has no negative eigenvalue")


def prove_nonnegative(what: str, H: Matrix, clock: Clock) -> None:
    """Each symmetric matrix in H has no negative eigenvalue. Refuted if each has one."""
    M = Symmetric.enclosing(H)
    if inertia(M.bound(-1), M.bits, clock) != (0, len(H)):
        decide(False, has_negative(M, clock), f"{what} has no negative eigenvalue")


def solve(A: Rationals, b: list[Fraction], bits: int, clock: Clock) -> Vector:
    """Enclosures of the t with A t = b, for a symmetric A; Open if A is not proved to be invertible.

    t = Y b + (I - Y A) t, so |t| <= |Y b| + R |t| in the maximum norm, and t is within R |Y b| / (1 - R) of Y b.
    """
    size = max(abs(x) for row in A for x in row) or Fraction(1)
    M = Symmetric.enclosing([[Interval.of(x / size, bits) for x in row] for row in A])
    Y = inverse(M, clock)
    R = residual(Y, M.mid, M.spread, bits, clock).at(bits)
    if (1 + -R).lo <= 0:
        raise Open("the equations are not proved to be independent")
    right = [Interval.of(x / size, bits) for x in b]
    t = [total((y * x for y, x in zip(row, right, strict=True)), 2 * bits).at(bits) for row in Y]
    far = (R * Interval(0, max(abs(x).hi for x in t), bits) / (1 + -R)).hi
    return [Interval(x.lo - far, x.hi + far, bits) for x in t]
