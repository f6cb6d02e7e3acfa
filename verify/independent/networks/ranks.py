"""Ranks of matrices: at least so much by a prime or in intervals, and exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from ..intervals import Interval, Matrix
from ..outcomes import Clock, Open, decide
from ..rational import EXACT_BITS, EXACT_ORDER

PRIME = 2**89 - 1
"""A Mersenne prime, and another one than the first checker's."""
ELIMINATION_HERE = 60_000_000
ENCLOSED_ELIMINATION_HERE = 2_000_000


def integers(rows: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """The rows times their denominators."""
    found = []
    for row in rows:
        scale = 1
        for x in row:
            scale = math.lcm(scale, x.denominator)
        found.append([int(x * scale) for x in row])
    return found


def rank_at_least(rows: Sequence[Sequence[Fraction]], clock: Clock) -> int:
    """The rank modulo a prime, of the rows times their denominators: a minor that is not 0 there is not 0."""
    if len(rows) * len(rows) * len(rows[0]) > ELIMINATION_HERE:
        raise Open("a larger matrix than this checker takes on")
    left = [[x % PRIME for x in row] for row in integers(rows)]
    rank, column = 0, 0
    while left and column < len(rows[0]):
        clock.tick()
        place = next((i for i, row in enumerate(left) if row[column]), None)
        if place is not None:
            rank += 1
            pivot = left.pop(place)
            inverse = pow(pivot[column], -1, PRIME)
            for i, row in enumerate(left):
                if row[column]:
                    factor = row[column] * inverse % PRIME
                    left[i] = [(a - factor * b) % PRIME for a, b in zip(row, pivot, strict=True)]
        column += 1
    return rank


def prove_rank(what: str, rows: Sequence[Sequence[Fraction]], rank: int, clock: Clock) -> None:
    """The rank is at least this: decided for small matrices."""
    if rank_at_least(rows, clock) >= rank:
        return
    small = max(len(rows), len(rows[0])) <= EXACT_ORDER
    found = exact_rank(integers(rows), clock) if small else 0
    decide(found >= rank, small, f"{what} have rank {rank}")


def exact_rank(rows: list[list[int]], clock: Clock) -> int:
    """The rank of a matrix of integers, by elimination without divisions but by what a row has in common."""
    left, rank = [row for row in rows if any(row)], 0
    while left:
        pivot, rank = left.pop(), rank + 1
        column = next(j for j, x in enumerate(pivot) if x)
        for i, row in enumerate(left):
            clock.tick()
            if row[column]:
                new = [pivot[column] * x - row[column] * y for x, y in zip(row, pivot, strict=True)]
                common = math.gcd(*new) or 1
                left[i] = [x // common for x in new]
                if max(x.bit_length() for x in left[i]) > EXACT_BITS:
                    raise Open(f"an exact number has more than {EXACT_BITS} bits")
        left = [row for row in left if any(row)]
    return rank


def enclosed_rank(rows: Matrix, clock: Clock) -> int:
    """A number that the rank of each matrix in these intervals is at least.

    If an entry p = A_ij is not 0, the rank of A is 1 more than that of the matrix of A_kl - A_kj A_il / p for k != i
    and l != j, which is enclosed and goes on.
    """
    if len(rows) * len(rows) * len(rows[0]) > ENCLOSED_ELIMINATION_HERE:
        raise Open("a larger matrix of intervals than this checker takes on")
    left, rank = [list(row) for row in rows], 0
    while left and left[0]:
        clock.tick()
        size, i, j = max((abs(x).lo, i, j) for i, row in enumerate(left) for j, x in enumerate(row))
        if not size:
            break
        rank += 1
        pivot = left.pop(i)
        p = pivot.pop(j)
        left = [_without(row, j, pivot, p) for row in left]
    return rank


def _without(row: list[Interval], j: int, pivot: list[Interval], p: Interval) -> list[Interval]:
    factor = row[j] / p
    return [x - factor * y for x, y in zip([*row[:j], *row[j + 1 :]], pivot, strict=True)]
