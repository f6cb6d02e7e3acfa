"""A semidefinite program in float64 for an interior-point method: dense blocks of equal order are stacked.

NumPy factorises a stack (k, n, n) in one call; 150 blocks of order 3 cost what one of order 16 does. Diagonal blocks
and dense ones of order 1 are one list of inequalities; zero blocks are equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from verify.producer.sdp.instance import Array, Instance

SMALL = 10
"""Up to this order a stack's part of the Schur matrix is one product of sparse matrices."""
MOST_ENTRIES = 7_000
"""Of a block's matrices, where the Schur matrix is summed entry by entry."""
PER_PAIR, PER_MATRIX, PER_NUMBER, PER_ROW, PER_PRODUCT = 6.0, 3_500.0, 2.0, 0.4, 0.06
"""Nanoseconds, about: of a pair of entries; of a matrix, of a number in it, of a number of a row in its support; of a
product of numbers in a product of matrices."""
CHUNK = 4_000_000
"""Numbers in a temporary array."""


class Stack:
    """Dense blocks of one order."""

    def __init__(self, numbers: list[int], rows: list[scipy.sparse.csr_array], constants: list[Array]) -> None:
        self.numbers = numbers
        self.constant: Array = np.stack(constants)
        """F_0, (k, n, n)."""
        self.rows = scipy.sparse.csr_array(scipy.sparse.vstack(rows))
        """(k n n, m)."""
        self.columns = scipy.sparse.csr_array(self.rows.T)

    @property
    def count(self) -> int:
        """The number k."""
        return len(self.numbers)

    @property
    def order(self) -> int:
        """The number n."""
        return int(self.constant.shape[1])

    def combination(self, x: Array) -> Array:
        """The blocks of sum x_i F_i, (k, n, n)."""
        found: Array = (self.rows @ x).reshape(self.constant.shape)
        return found

    def traces(self, Y: Array) -> Array:
        """<F_i, Y>, (m,)."""
        found: Array = self.columns @ Y.ravel()
        return found

    def schur(self, inverse: Array, Y: Array) -> Array:
        """<F_i, X^-1 F_j Y>, (m, m), symmetrised: HKM's Schur matrix."""
        if self.order <= SMALL:
            return self._by_sparse_products(inverse, Y)
        m = self.rows.shape[1]
        result = np.zeros((m, m))
        for index, part in enumerate(self._parts):
            found = part.schur(inverse[index], Y[index])
            if len(part.active) == m:
                result += found
            else:
                result[np.ix_(part.active, part.active)] += found
        return result

    def _by_sparse_products(self, inverse: Array, Y: Array) -> Array:
        k, n = self.count, self.order
        # (X^-1 (x) Y) vec F = vec(X^-1 F Y), with rows first
        kron = np.einsum("kac,kbd->kabcd", inverse, Y).reshape(k, n * n, n * n)
        places = np.arange(k)
        diagonal = scipy.sparse.bsr_array((kron, places, np.arange(k + 1)), shape=(k * n * n, k * n * n))
        found: Array = (self.columns @ (diagonal.tocsr() @ self.rows)).toarray()
        return (found + found.T) / 2

    @cached_property
    def _parts(self) -> list[_Part]:
        size = self.order**2
        return [_Part(self.rows[size * index : size * (index + 1)], self.order) for index in range(self.count)]


class _Part:
    """One dense block's matrices."""

    def __init__(self, rows: scipy.sparse.csr_array, order: int) -> None:
        columns = rows.tocsc()
        self.active: NDArray[np.intp] = np.flatnonzero(np.diff(columns.indptr))
        used = scipy.sparse.csc_array(columns[:, self.active])
        self._order, self._columns = order, scipy.sparse.csr_array(used.T)
        which = np.repeat(np.arange(len(self.active)), np.diff(used.indptr))
        self._i, self._j = np.divmod(used.indices, order)
        entries, count = used.nnz, len(self.active)
        supports = _supports(used, order)
        rows = sum(len(places) for places, _ in supports)
        by_entries = PER_PAIR * entries**2 if entries < MOST_ENTRIES else np.inf
        by_supports = PER_MATRIX * count + order**2 * (PER_NUMBER * count + PER_ROW * rows)
        densely = order**2 * count * (PER_NUMBER + PER_PRODUCT * order)
        self._by_entries = by_entries <= min(by_supports, densely)
        self._sums = scipy.sparse.csr_array((used.data, (which, np.arange(entries))), shape=(count, entries))
        self._supports = supports if by_supports <= densely else None
        self._tall = scipy.sparse.csr_array(
            (used.data, (which * order + self._i, self._j)), shape=(count * order, order)
        )

    def schur(self, inverse: Array, Y: Array) -> Array:
        """<F_i, X^-1 F_j Y> for the active i and j, symmetrised."""
        n, count = self._order, len(self.active)
        if self._by_entries:
            products = inverse[np.ix_(self._i, self._i)] * Y[np.ix_(self._j, self._j)]
            found: Array = (self._sums @ (self._sums @ products).T).T
        elif self._supports is not None:
            found = np.empty((count, count))
            step = max(1, CHUNK // (n * n))
            for first in range(0, count, step):
                part = self._supports[first : first + step]
                images = np.empty((len(part), n * n))
                for row, (places, values) in zip(images, part, strict=True):
                    np.matmul(inverse[:, places], values @ Y[places], out=row.reshape(n, n))
                found[:, first : first + step] = self._columns @ images.T
        else:
            found = np.empty((count, count))
            step = max(1, CHUNK // (n * n))
            for first in range(0, count, step):
                last = min(first + step, count)
                image = (self._tall[first * n : last * n] @ Y).reshape(last - first, n, n)
                found[:, first:last] = self._columns @ np.matmul(inverse, image).reshape(last - first, n * n).T
        return (found + found.T) / 2


def _supports(columns: scipy.sparse.csc_array, order: int) -> list[tuple[NDArray[np.intp], Array]]:
    """Of each matrix, a column: the rows in which it has entries, and that part of it."""
    result = []
    for index in range(columns.shape[1]):
        part = slice(columns.indptr[index], columns.indptr[index + 1])
        i, j = np.divmod(columns.indices[part], order)
        places, where = np.unique(np.concatenate([i, j]), return_inverse=True)
        values = np.zeros((len(places), len(places)))
        values[where[: len(i)], where[len(i) :]] = columns.data[part]
        result.append((places, values))
    return result


@dataclass(frozen=True)
class FloatProgram:
    """inf c.x subject to X = sum x_i F_i - F_0 >= 0 in the stacks, L x >= l, E x = f."""

    instance: Instance
    stacks: list[Stack]
    L: scipy.sparse.csr_array
    """(N, m)."""
    l: Array  # noqa: E741 - the letter of the line above
    E: scipy.sparse.csr_array
    f: Array
    places: list[tuple[int, int]]
    """Of each of the program's blocks: the stack and the place there; (-1, start) in the inequalities, (-2, start) in
    the equations."""

    @classmethod
    def of(cls, instance: Instance) -> FloatProgram:
        """The same program."""
        m = instance.program.variables
        by_order: dict[int, list[int]] = {}
        rows: dict[int, list[scipy.sparse.csr_array]] = {-1: [], -2: []}
        constants: dict[int, list[Array]] = {-1: [], -2: []}
        places: dict[int, tuple[int, int]] = {}
        for number, (matrix, constant) in enumerate(instance.arrays):
            if constant.ndim == 2 and len(constant) > 1:
                by_order.setdefault(len(constant), []).append(number)
                continue
            kind = -2 if number in instance.zero_blocks else -1
            places[number] = (kind, sum(map(len, constants[kind])))
            rows[kind].append(matrix)
            constants[kind].append(constant.ravel())
        stacks = []
        for index, numbers in enumerate(by_order.values()):
            stacks.append(
                Stack(numbers, *map(list, zip(*(instance.arrays[number] for number in numbers), strict=True)))
            )
            places |= {number: (index, place) for place, number in enumerate(numbers)}

        def joined(kind: int) -> tuple[scipy.sparse.csr_array, Array]:
            if not rows[kind]:
                return scipy.sparse.csr_array((0, m)), np.zeros(0)
            return scipy.sparse.csr_array(scipy.sparse.vstack(rows[kind])), np.concatenate(constants[kind])

        ordered = [places[number] for number in range(len(instance.arrays))]
        return cls(instance, stacks, *joined(-1), *joined(-2), ordered)

    @property
    def c(self) -> Array:
        """The objective, (m,)."""
        return self.instance.objective

    @property
    def variables(self) -> int:
        """The number m."""
        return len(self.c)

    @property
    def order(self) -> int:
        """Of all blocks that are not to be zero."""
        return len(self.l) + sum(stack.count * stack.order for stack in self.stacks)

    def traces(self, Y: list[Array], y: Array, w: Array) -> Array:
        """<F_i, Y>, (m,), for the stacks' Y, the inequalities' y and the equations' w."""
        total = np.zeros(self.variables)
        for stack, block in zip(self.stacks, Y, strict=True):
            total += stack.traces(block)
        if len(y):
            total += self.L.T @ y
        if len(w):
            total += self.E.T @ w
        return total

    def value(self, Y: list[Array], y: Array, w: Array) -> float:
        """<F_0, Y>."""
        stacks = zip(self.stacks, Y, strict=True)
        return float(sum((stack.constant * block).sum() for stack, block in stacks) + self.l @ y + self.f @ w)

    def gram(self) -> Array:
        """<F_i, F_j>, (m, m)."""
        total = np.zeros((self.variables, self.variables))
        for rows in (*(stack.rows for stack in self.stacks), self.L, self.E):
            total += (rows.T @ rows).toarray()
        return total

    def split(self, blocks: list[Array]) -> tuple[list[Array], Array, Array]:
        """From one array a block, (n, n) or (n,), to stacks, inequalities, equations."""
        stacks = [np.empty_like(stack.constant) for stack in self.stacks]
        y, w = np.zeros(len(self.l)), np.zeros(len(self.f))
        for block, (kind, place) in zip(blocks, self.places, strict=True):
            if kind >= 0:
                stacks[kind][place] = block
            else:
                (y if kind == -1 else w)[place : place + block.shape[0]] = block.ravel()
        return stacks, y, w

    def joined(self, stacks: list[Array], y: Array, w: Array) -> list[Array]:
        """From stacks, inequalities and equations to one array a block, (n, n) or (n,)."""
        result = []
        for block, (kind, place) in zip(self.instance.program.blocks, self.places, strict=True):
            if kind >= 0:
                result.append(stacks[kind][place])
            else:
                part = (y if kind == -1 else w)[place : place + block.order]
                result.append(part if block.diagonal else part.reshape(1, 1))
        return result
