"""Signs of eigenvalues: a congruence to a diagonally dominant matrix, in exact integers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from .intervals import Interval, Matrix
from .outcomes import Clock, Open, decide

Integers = list[list[int]]


@dataclass(frozen=True)
class Symmetric:
    """All symmetric matrices M, in units of 2^-bits, with absolute row sums of M - mid at most `spread`, row by row.

    With S the diagonal matrix of the spreads, S + M - mid and S - (M - mid) are diagonally dominant, so positive
    semidefinite: M is between mid - S and mid + S, and so are its eigenvalues, in order (Courant-Fischer).
    """

    mid: Integers
    spread: list[int]
    bits: int

    @classmethod
    def enclosing(cls, H: Matrix) -> Symmetric:
        """The midpoints of a matrix of intervals, rounded down, and the sums of the radii, at least.

        Only the lower triangle is looked at: where the two enclosures of an entry differ, mid must be symmetric still.
        """
        H = [[H[max(a, b)][min(a, b)] for b in range(len(H))] for a in range(len(H))]
        mid = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in H]
        spread = [sum(entry.hi - m for entry, m in zip(*rows, strict=True)) for rows in zip(H, mid, strict=True)]
        return cls(mid, spread, H[0][0].bits)

    def bound(self, sign: int, shift: int = 0) -> Integers:
        """mid + shift I + sign S."""
        diagonal = [shift + sign * entry for entry in self.spread]
        return [[x + diagonal[a] if a == b else x for b, x in enumerate(row)] for a, row in enumerate(self.mid)]


def congruence(A: Integers, bits: int, clock: Clock) -> tuple[list[int], Integers]:
    """Signs and rows x_j for which x_i A x_j^T is nearly 0 for i != j, and nearly the sign for i = j.

    Nothing is promised: what uses them proves what it needs. If a pivot is too small, they are fewer than A's rows.

    It is Gaussian elimination of rows and columns alike, on integers, with the largest diagonal entry as the pivot; if
    that is small beside its row, a row is added to it first, which makes it large (Lagrange).
    """
    A = [row[:] for row in A]
    active = [[(a == b) << bits for b in range(len(A))] for a in range(len(A))]
    signs, X = [], []
    while active:
        clock.tick()
        p = max(range(len(A)), key=lambda j: abs(A[j][j]))
        q = max(range(len(A)), key=lambda j: abs(A[p][j]))
        if abs(A[p][q]) >> 8 > abs(A[p][p]):
            A[p] = [x + y for x, y in zip(A[p], A[q], strict=True)]
            for row in A:
                row[p] += row[q]
            active[p] = [x + y for x, y in zip(active[p], active[q], strict=True)]
        line, vector = A.pop(p), active.pop(p)
        pivot = line.pop(p)
        if abs(pivot) >> (bits // 4) == 0:
            break
        for j, row in enumerate(A):
            factor = (row.pop(p) << bits) // pivot
            if factor:
                A[j] = [x - (factor * y >> bits) for x, y in zip(row, line, strict=True)]
                active[j] = [x - (factor * y >> bits) for x, y in zip(active[j], vector, strict=True)]
        root = math.isqrt(abs(pivot) << bits)
        signs.append(1 if pivot > 0 else -1)
        X.append([(x << bits) // root for x in vector])
    return signs, X


def apply(A: Integers, x: list[int]) -> list[int]:
    """A x, exactly."""
    return [sum(map(mul, row, x)) for row in A]


def inertia(A: Integers, bits: int, clock: Clock) -> tuple[int, int] | None:
    """The numbers of negative and positive eigenvalues of a symmetric integer matrix, or None if not proved.

    With X of `congruence`, G = X A X^T is computed exactly. If each |G_jj| exceeds the sum of the other |G_ji|, then
    no matrix diag(G) + tau (G - diag(G)), 0 <= tau <= 1, is singular (Gershgorin), so G has the signs of its diagonal;
    and X is invertible, so by Sylvester's law of inertia A has the signs of G.
    """
    _, X = congruence(A, bits, clock)
    if len(X) < len(A):
        return None
    negative, excess = 0, [0] * len(X)
    for j, x in enumerate(X):
        clock.tick()
        *row, diagonal = apply(X[: j + 1], apply(A, x))
        negative += diagonal < 0
        excess[j] += abs(diagonal) - sum(map(abs, row))
        for i, entry in enumerate(row):
            excess[i] -= abs(entry)
    return (negative, len(A) - negative) if min(excess) > 0 else None


def is_positive_definite(A: Integers, bits: int, clock: Clock) -> bool:
    """True only if x^T A x > 0 for all x that are not 0, of a symmetric integer matrix.

    Cholesky's factor L of A - delta I is rounded, in units of 2^-bits. What remains, E = 2^bits A - L L^T, is known
    exactly: below the diagonal it is what the division leaves. L L^T is semidefinite whatever L is; so A is definite if
    E is strictly diagonally dominant with a positive diagonal, for which delta is chosen.
    """
    delta = len(A) * ((math.isqrt(max(0, *(row[i] for i, row in enumerate(A))) << bits) >> bits) + 2)
    L: Integers = []
    excess = [0] * len(A)
    for i, line in enumerate(A):
        clock.tick()
        row: list[int] = []
        for j, above in enumerate(L):
            quotient, rest = divmod((line[j] << bits) - sum(map(mul, row, above)), above[j])
            row.append(quotient)
            excess[i] -= rest
            excess[j] -= rest
        square = (line[i] << bits) - sum(map(mul, row, row))
        if square <= delta << bits:
            return False
        row.append(math.isqrt(square - (delta << bits)))
        excess[i] += square - row[i] ** 2
        L.append(row)
    return min(excess) > 0


def inverse(M: Symmetric, clock: Clock) -> Integers:
    """Y = X^T diag(signs) X, rounded, which is about the inverse of mid, in units of 2^-bits."""
    signs, X = congruence(M.mid, M.bits, clock)
    if len(X) < len(M.mid):
        raise Open("a matrix was not inverted")
    columns = [list(column) for column in zip(*X, strict=True)]
    return [[entry >> M.bits for entry in apply(columns, list(map(mul, signs, column)))] for column in columns]


def residual(Y: Integers, columns: Integers, spread: list[int], bits: int, clock: Clock) -> Interval:
    """At least |I - Y J| in the maximum norm, for each J whose J - mid has absolute row sums within `spread`.

    Y comes by rows, mid by columns; both, and `spread`, in units of 2^-bits.
    """
    largest = 0
    for a, y in enumerate(Y):
        clock.tick()
        # |I - Y J| <= |I - Y mid| + |Y| |J - mid|, in the sum over row a, in units of 2^-2bits.
        rest = apply(columns, y)
        rest[a] -= 1 << 2 * bits
        largest = max(largest, sum(map(abs, rest)) + sum(map(mul, map(abs, y), spread)))
    return Interval(largest, largest, 2 * bits)


def has_negative(M: Symmetric, clock: Clock) -> bool:
    """True only if every matrix of M has a negative eigenvalue: x^T (mid + S) x < 0 for some x."""
    upper = M.bound(1)
    for sign, x in zip(*congruence(M.mid, M.bits, clock), strict=True):
        clock.tick()
        if sign < 0 and sum(map(mul, x, apply(upper, x))) < 0:
            return True
    return False


def prove_bounded_below(what: str, wide: Matrix, center: Callable[[], Matrix], m: Fraction, clock: Clock) -> None:
    """Each symmetric matrix in `wide` has all eigenvalues above m >= 0. Refuted if `center()` has one below."""
    M = Symmetric.enclosing(wide)
    if is_positive_definite(M.bound(-1, -Interval.of(m, M.bits).hi), M.bits, clock):
        return
    M = Symmetric.enclosing(center())
    M = Symmetric(M.bound(0, -Interval.of(m, M.bits).lo), M.spread, M.bits)
    decide(False, has_negative(M, clock), f"{what} has no eigenvalue below the bound")


def gram(rows: Matrix, clock: Clock) -> Matrix:
    """The inner products of the rows: x.y differs from mid(x).mid(y) by at most max rad(x) |y|_1 + max rad(y) |x|_1."""
    bits = rows[0][0].bits
    mids = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in rows]
    radii = [max(entry.hi - m for entry, m in zip(*pair, strict=True)) for pair in zip(rows, mids, strict=True)]
    sizes = [sum(map(abs, mid)) + len(mid) * radius for mid, radius in zip(mids, radii, strict=True)]
    products: Matrix = [[] for _ in rows]
    for a, x in enumerate(mids):
        clock.tick()
        for b, y in enumerate(mids[: a + 1]):
            middle, spread = sum(map(mul, x, y)), radii[a] * sizes[b] + radii[b] * sizes[a]
            products[a].append(Interval(middle - spread >> bits, -(-middle - spread >> bits), bits))
            if b < a:
                products[b].append(products[a][b])
    return products


def spectral_norm(H: Matrix, clock: Clock) -> Interval:
    """From a lower bound to an upper bound of the largest |eigenvalue| of each symmetric matrix in H.

    Every |eigenvalue| is at most t if t I + A and t I - A are definite, and one is larger than t if one of these has a
    negative eigenvalue; t is bisected until 1/4096 of it is left.
    """
    M = Symmetric.enclosing(H)
    signed = [M, Symmetric([[-x for x in row] for row in M.mid], M.spread, M.bits)]
    low, high = 0, max(sum(map(abs, row)) + spread for row, spread in zip(M.mid, M.spread, strict=True))
    tried = low
    while high - tried > high >> 12:
        t = (tried + high + 1) >> 1
        if all(is_positive_definite(A.bound(-1, t), M.bits, clock) for A in signed):
            high = t
            continue
        tried = t
        if any(has_negative(Symmetric(A.bound(0, t), A.spread, A.bits), clock) for A in signed):
            low = t
    return Interval(low, high, M.bits)
