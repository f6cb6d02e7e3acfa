"""The barrier -log det X of a semidefinite program in as many bits as its Hessian's condition needs.

Numbers are midpoints of balls at FLINT's working precision: nothing here is an enclosure, and nothing is trusted.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
from flint import arb, arb_mat

from verify.checker.evaluators import rational
from verify.producer.sdp.central_path import Step, Vector
from verify.producer.sdp.float_barrier import is_definite
from verify.producer.sdp.instance import Array, Instance

Block = Any
"""arb_mat, a dense block; or list[arb], the diagonal of a diagonal one."""
Terms = list[tuple[int, int, arb]]
"""The entries (i, j), i >= j, of a symmetric matrix."""


class ExactBarrier:
    """-log det X in many bits."""

    def __init__(self, instance: Instance, deadline: float = math.inf) -> None:
        """`deadline`: on the clock of time.monotonic(); after it there is no further step."""
        self._instance, self._program, self._deadline = instance, instance.program, deadline
        self.steps = 0
        self._objective = [arb(rational(entry)) for entry in instance.program.objective]
        self._terms: list[dict[int, Terms]] = [
            {
                index: [(i, j, arb(rational(value))) for (i, j), value in matrix[number].items()]
                for index, matrix in enumerate(self._program.matrices)
                if number in matrix
            }
            for number in range(len(self._program.blocks))
        ]
        """Per block: index of the matrix, 0 for F_0, to its entries."""

    def start(self, point: Vector) -> Vector:
        """The point in balls of radius 0."""
        return np.array([arb(entry) for entry in point], dtype=object)

    def combination(self, weights: Vector, constant: int) -> list[Block]:
        """The blocks of sum w_i F_i + constant F_0."""
        whole = [arb(constant), *weights]
        result: list[Block] = []
        for block, terms in zip(self._program.blocks, self._terms, strict=True):
            rows = [[arb(0)] * block.order for _ in range(1 if block.diagonal else block.order)]
            for index, entries in terms.items():
                for i, j, value in entries:
                    product = whole[index] * value
                    rows[0 if block.diagonal else i][j] += product
                    if i != j:
                        rows[j][i] += product
            result.append([entry.mid() for entry in rows[0]] if block.diagonal else arb_mat(rows).mid())
        return result

    def is_interior(self, point: Vector) -> bool:
        """Whether every block that is not to be zero is definite, as far as floats can tell."""
        blocks = enumerate(self.combination(point, -1))
        return all(
            is_definite(float_block(block)) for number, block in blocks if number not in self._instance.zero_blocks
        )

    def newton(self, point: Vector) -> Step:
        """Newton's step."""
        if time.monotonic() > self._deadline:
            raise ArithmeticError("no time is left for steps in many bits")
        self.steps += 1
        m = len(point)
        blocks = self.combination(point, -1)
        hessian = [[arb(0)] * m for _ in range(m)]
        gradient = [arb(0)] * m
        equations: list[tuple[dict[int, arb], arb]] = []
        for number, (block, terms) in enumerate(zip(blocks, self._terms, strict=True)):
            if number in self._instance.zero_blocks:
                equations += _equations(block, terms)
            elif isinstance(block, list):
                _add_diagonal(hessian, gradient, block, terms)
            else:
                _add_dense(hessian, gradient, block.inv().mid().tolist(), terms)
        for i in range(m):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        lines = [row + [equation.get(i, arb(0)) for equation, _ in equations] for i, row in enumerate(hessian)]
        lines += [[equation.get(i, arb(0)) for i in range(m + len(equations))] for equation, _ in equations]
        right = [[c, g] for c, g in zip(self._objective, gradient, strict=True)]
        right += [[arb(0), -defect] for _, defect in equations]
        solution = arb_mat(lines).mid().solve(arb_mat(right).mid()).mid()
        pair = arb_mat(solution.tolist()[:m])
        products = (pair.transpose() * arb_mat(hessian).mid() * pair).mid().tolist()
        hh, ha, aa = (float(entry) for entry in (products[0][0], products[0][1], products[1][1]))
        downhill, ahead = (np.array(column, dtype=object) for column in solution.transpose().tolist())
        return Step(downhill, ahead, (hh, ha, aa))

    def dual(self, point: Vector, mu: float, step: Step) -> list[Block]:
        """Y, from Newton's step for mu."""
        m = len(point)
        whole, size = step(arb(mu)), arb(mu)
        multipliers = iter(whole[m:])
        result: list[Block] = []
        changes = self.combination(whole[:m], 0)
        for number, (block, change) in enumerate(zip(self.combination(point, -1), changes, strict=True)):
            if number in self._instance.zero_blocks:
                result.append([(-size * next(multipliers)).mid() for _ in range(len(block))])
            elif isinstance(block, list):
                result.append([(size * (1 - d / x) / x).mid() for x, d in zip(block, change, strict=True)])
            else:
                inverse = block.inv().mid()
                result.append(((inverse - inverse * change * inverse) * size).mid())
        return result


def _equations(block: list[arb], terms: dict[int, Terms]) -> list[tuple[dict[int, arb], arb]]:
    """Of a block that is to be zero: per row its coefficients, and what it is instead."""
    found: list[dict[int, arb]] = [{} for _ in block]
    for index, entries in terms.items():
        for i, _, value in entries:
            if index:
                found[i][index - 1] = value
    return list(zip(found, block, strict=True))


def _add_diagonal(hessian: list[list[arb]], gradient: list[arb], block: list[arb], terms: dict[int, Terms]) -> None:
    users: list[list[tuple[int, arb]]] = [[] for _ in block]
    for index, entries in terms.items():
        for i, _, value in entries:
            if index:
                users[i].append((index - 1, (value / block[i]).mid()))
    for sharing in users:
        for left, value in sharing:
            gradient[left] += value
            for right, other in sharing:
                if right <= left:
                    hessian[left][right] += value * other


def _add_dense(
    hessian: list[list[arb]], gradient: list[arb], inverse: list[list[arb]], terms: dict[int, Terms]
) -> None:
    doubled = {
        index: [(i, j, value if i == j else 2 * value) for i, j, value in entries] for index, entries in terms.items()
    }
    for index, entries in terms.items():
        if not index:
            continue
        places = sorted({i for i, _, _ in entries} | {j for _, j, _ in entries})
        where = {place: number for number, place in enumerate(places)}
        values = [[arb(0)] * len(places) for _ in places]
        for i, j, value in entries:
            values[where[i]][where[j]] = values[where[j]][where[i]] = value
        columns = arb_mat([[row[place] for place in places] for row in inverse])
        image = (columns * arb_mat(values) * columns.transpose()).mid().tolist()  # X^-1 F X^-1
        gradient[index - 1] += sum((value * inverse[i][j] for i, j, value in doubled[index]), arb(0))
        row = hessian[index - 1]
        for other, others in doubled.items():
            if 0 < other <= index:
                row[other - 1] += sum((value * image[i][j] for i, j, value in others), arb(0))


def float_block(block: Block) -> Array:
    """(n, n), or (n,) if diagonal."""
    rows = block if isinstance(block, list) else block.tolist()
    return np.array(rows, dtype=object).astype(np.float64)
