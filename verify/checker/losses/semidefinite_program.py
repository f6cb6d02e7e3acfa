"""The matrices of a semidefinite program: traces and linear combinations, exact or in balls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat

from verify.checker.core.exact import Matrix
from verify.checker.core.sdpa import Entries, SemidefiniteProgram

Number: TypeAlias = arb | fmpq
"""What is said of one holds for the other."""
DENSE = 100_000
"""Numbers of all F_i, zeros too, up to which they are one matrix."""
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
    for weight, matrix in zip(weights, program.matrices[first:], strict=True):
        for number, entries in matrix.items():
            rows, diagonal = result[number], program.blocks[number].diagonal
            for (i, j), value in entries.items():
                rows[0 if diagonal else i][j] += weight * rational(value)
    return result


def trace(program: SemidefiniteProgram, matrix: dict[int, Entries], blocks: Blocks) -> Number:
    """<F, Y>: entries off the diagonal count twice."""
    total = fmpq(0)
    for number, entries in matrix.items():
        rows, diagonal = blocks[number], program.blocks[number].diagonal
        for (i, j), value in entries.items():
            entry = rational(value) * rows[0 if diagonal else i][j]
            total += entry if i == j else 2 * entry
    return total


def gram(program: SemidefiniteProgram, tick: Callable[[], None] = lambda: None) -> list[list[fmpq]]:
    """<F_i, F_j> for i, j = 1, ..., m, by the places that both matrices have. `tick` may raise to give up."""
    places = {at: place for place, at in enumerate(dict.fromkeys(_places(program)))}
    if program.variables * len(places) <= DENSE:
        rows = fmpq_mat(program.variables, len(places))
        weighted = fmpq_mat(len(places), program.variables)
        for index, matrix in enumerate(program.matrices[1:]):
            for number, entries in matrix.items():
                for (i, j), value in entries.items():
                    place, entry = places[number, i, j], rational(value)
                    rows[index, place], weighted[place, index] = entry, entry if i == j else 2 * entry
        tick()
        product: list[list[fmpq]] = (rows * weighted).tolist()
        return product
    users: dict[tuple[int, int, int], list[tuple[int, fmpq]]] = {}
    for index, matrix in enumerate(program.matrices[1:]):
        for number, entries in matrix.items():
            for (i, j), value in entries.items():
                users.setdefault((number, i, j), []).append((index, rational(value)))
    result = [[fmpq(0)] * program.variables for _ in range(program.variables)]
    for (_, i, j), sharing in users.items():
        tick()
        count = 1 if i == j else 2
        for left, value in sharing:
            scaled = count * value
            for right, other in sharing:
                result[left][right] += scaled * other
    return result


def _places(program: SemidefiniteProgram) -> Iterator[tuple[int, int, int]]:
    for matrix in program.matrices[1:]:
        for number, entries in matrix.items():
            for i, j in entries:
                yield number, i, j


def as_balls(triangle: Sequence[Sequence[Number]]) -> arb_mat:
    """A dense block, whole, in balls."""
    order = len(triangle)
    return arb_mat([[arb(triangle[max(i, j)][min(i, j)]) for j in range(order)] for i in range(order)])
