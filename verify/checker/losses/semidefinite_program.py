"""The matrices of a semidefinite program: traces and linear combinations, exact or in balls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.core.sdpa import SemidefiniteProgram

Number: TypeAlias = arb | fmpq
"""What is said of one holds for the other."""
DENSE = 1_000_000
"""Products of numbers of two F_i, zeros too, up to which all are computed at once."""
Blocks = list[list[list[Number]]]
"""Per block the lower triangle; of a diagonal block, one row with its diagonal."""


def rational(number: Fraction) -> fmpq:
    """The same number, for exact arithmetic."""
    return fmpq(number.numerator, number.denominator)


def zero(program: SemidefiniteProgram) -> Blocks:
    """The zero matrix."""
    shapes = ([block.order] if block.diagonal else range(1, block.order + 1) for block in program.blocks)
    return [[[fmpq(0)] * length for length in shape] for shape in shapes]


def given(blocks: Iterable[Matrix]) -> Blocks:
    """A block-diagonal matrix of a witness."""
    return [[[rational(entry) for entry in row] for row in rows] for rows in blocks]


def combination(program: SemidefiniteProgram, start: Blocks, weights: Sequence[Number], first: int = 1) -> Blocks:
    """G + sum_i w_i F_i over i = first, first + 1, ..."""
    result = [[list(row) for row in rows] for rows in start]
    for weight, matrix in zip(weights, program.rationals[first:], strict=True):
        for number, entries in matrix.items():
            rows = result[number]
            for i, j, value, _ in entries:
                rows[i][j] += weight * value
    return result


def trace(program: SemidefiniteProgram, index: int, blocks: Blocks) -> Number:
    """<F_index, Y>: entries off the diagonal count twice."""
    once, twice = fmpq(0), fmpq(0)
    for number, entries in program.rationals[index].items():
        rows = blocks[number]
        for i, j, value, count in entries:
            if count == 1:
                once += value * rows[i][j]
            else:
                twice += value * rows[i][j]
    return once + 2 * twice


class Traces:
    """The linear map from Y to <F_i, Y>, i = 1, ..., m."""

    def __init__(self, program: SemidefiniteProgram) -> None:
        self._program = program
        self._users: dict[tuple[int, int, int], list[tuple[int, fmpq, int]]] = {}
        """By the place of an entry: in which F_i it is not 0, the entry, and how often it stands there."""
        for index, matrix in enumerate(program.rationals[1:]):
            for number, entries in matrix.items():
                look()
                for i, j, value, count in entries:
                    self._users.setdefault((number, i, j), []).append((index, value, count))
        m, places = program.variables, len(self._users)
        self._dense: tuple[fmpq_mat, fmpq_mat] | None = None
        """(m, places): the entries, and those times how often they stand there; where they are few."""
        if m * m * places <= DENSE:
            once, counted = fmpq_mat(m, places), fmpq_mat(m, places)
            for place, sharing in enumerate(self._users.values()):
                for index, value, count in sharing:
                    once[index, place], counted[index, place] = value, count * value
            self._dense = once, counted

    def of(self, blocks: Blocks) -> list[Number]:
        """<F_i, Y> for i = 1, ..., m, of an exact Y."""
        if self._dense is None:
            return [trace(self._program, index, blocks) for index in range(1, self._program.variables + 1)]
        entries = [blocks[number][i][j] for number, i, j in self._users]
        return [row[0] for row in (self._dense[1] * fmpq_mat(len(entries), 1, entries)).tolist()]

    def gram(self) -> list[list[fmpq]]:
        """<F_i, F_j> for i, j = 1, ..., m, by the places that both matrices have."""
        if self._dense is not None:
            look()
            once, counted = self._dense
            product: list[list[fmpq]] = (once * counted.transpose()).tolist()
            return product
        m = self._program.variables
        result = [[fmpq(0)] * m for _ in range(m)]
        for sharing in self._users.values():
            look()
            for left, value, count in sharing:
                scaled = count * value
                for right, other, _ in sharing:
                    result[left][right] += scaled * other
        return result


def as_balls(triangle: Sequence[Sequence[Number]]) -> arb_mat:
    """A dense block, whole, in balls."""
    order = len(triangle)
    return arb_mat([[arb(triangle[max(i, j)][min(i, j)]) for j in range(order)] for i in range(order)])
