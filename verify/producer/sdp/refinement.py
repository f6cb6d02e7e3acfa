"""Y in twice float64's precision, moved onto <F_i, Y> = c_i.

Y is a pair (high, low) of arrays. The defect r = c - A(Y) is summed by error-free products and math.fsum, so that it is
right to about 2^-106; the correction is computed in float64 and divides it by what its condition allows. It is taken in
Y's own metric, sym(X^-1 F(t) Y), which leaves Y definite, and in the end in that of the Gram matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Array
from verify.producer.sdp.primal_dual import inverse_factor
from verify.producer.sdp.schur import Iterate, schur_solver

ENOUGH = 1e-29
"""Of the defect, relative to its terms."""
ROUNDS = 14
SLOW = 0.3
"""A round that divides the defect by less is not repeated in that metric."""

Pair = tuple[Array, Array]


class Dual:
    """Y: the stacks, the inequalities' y and the equations' w, each as high + low."""

    def __init__(self, parts: list[Array]) -> None:
        self.high = [np.array(part) for part in parts]
        self.low = [np.zeros_like(part) for part in parts]

    @classmethod
    def of(cls, at: Iterate) -> Dual:
        """That of an iterate."""
        return cls([*at.Y, at.y, at.w])

    def add(self, change: list[Array]) -> None:
        """Y + change, renormalised."""
        for index, part in enumerate(change):
            total, error = two_sum(self.high[index], part)
            low = self.low[index] + error
            self.high[index], self.low[index] = total + low, low - ((total + low) - total)


class Refinement:
    """The exact data, and the Gram matrix, of one program."""

    def __init__(self, program: FloatProgram) -> None:
        self.program = program
        exact = program.instance.program
        tables: list[list[tuple[int, int, float, float, float]]] = [[] for _ in range(len(program.stacks) + 2)]
        for index, matrix in enumerate(exact.matrices):
            for number, entries in matrix.items():
                kind, place = program.places[number]
                n = exact.blocks[number].order
                row, start = (n, place * n * n) if kind >= 0 else (0, place)
                table = tables[kind if kind >= 0 else -3 - kind]
                table += [
                    (index, start + i * row + j, 1.0 if i == j else 2.0, *halves(value))
                    for (i, j), value in entries.items()
                ]
        self._tables = [_columns(table) for table in tables]
        self._costs = [halves(cost) for cost in exact.objective]
        gram = program.gram()
        diagonal = gram.diagonal()
        self._scale: Array = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        self._gram = gram

    def defect(self, dual: Dual, costs: list[tuple[float, float]] | None = None) -> tuple[Array, float]:
        """(c - A(Y), (m,)); and how large its terms are, both scaled to F_i of norm 1."""
        wanted = self._costs if costs is None else costs
        which, terms = [], []
        for (index, where, high, low), y, z in zip(self._tables, dual.high, dual.low, strict=True):
            if len(index):
                at, rest = y.ravel()[where], z.ravel()[where]
                product, error = two_product(high, at)
                which += [index] * 4
                terms += [product, error, high * rest, low * at]
        if not which:
            return np.array([float(c[0]) for c in wanted]), 0.0
        place, values = np.concatenate(which), np.concatenate(terms)
        order = np.argsort(place, kind="stable")
        m = self.program.variables
        bounds = np.searchsorted(place[order], np.arange(m + 2)).tolist()
        listed = values[order].tolist()
        rows = [[*listed[bounds[i + 1] : bounds[i + 2]], -wanted[i][0], -wanted[i][1]] for i in range(m)]
        missing = -np.array([math.fsum(row) for row in rows])
        sizes = np.array([math.fsum(map(abs, row)) for row in rows])
        return missing, float(np.linalg.norm(self._scale * sizes))

    def refined(self, dual: Dual, correct: Callable[[Array], list[Array]] | None, zero: bool = False) -> bool:
        """Move Y onto its equations, with c = 0 if `zero`; `correct` first, while that is fast. Whether it is there."""
        costs = [(0.0, 0.0)] * self.program.variables if zero else None
        before = np.inf
        for _ in range(ROUNDS):
            missing, size = self.defect(dual, costs)
            found = float(np.linalg.norm(self._scale * missing))
            if not np.isfinite(found):
                return False
            if found <= ENOUGH * max(size, 1e-300):
                return True
            if found > SLOW * before:
                if correct is None:
                    return found <= 1e-24 * max(size, 1.0)
                correct = None
            before = found
            dual.add((correct or self._by_gram)(missing))
        return before <= 1e-24 * max(size, 1.0)

    def _by_gram(self, missing: Array) -> list[Array]:
        program = self.program
        t = self._scale * self._solve_gram(self._scale * missing)
        return [*(stack.combination(t) for stack in program.stacks), program.L @ t, program.E @ t]

    def _solve_gram(self, right: Array) -> Array:
        scaled = self._scale[:, None] * self._gram * self._scale
        if not hasattr(self, "_factor"):
            try:
                self._factor = scipy.linalg.cho_factor(scaled, lower=True)
            except np.linalg.LinAlgError:
                self._factor = None
        if self._factor is None:
            found: Array = np.linalg.lstsq(scaled, right, rcond=1e-13)[0]
            return found
        solution: Array = scipy.linalg.cho_solve(self._factor, right)
        return solution


def in_own_metric(program: FloatProgram, at: Iterate) -> Callable[[Array], list[Array]]:
    """The correction sym(X^-1 F(t) Y) with <F_i, .> = r, for the r it is given. Raises numpy.linalg.LinAlgError."""
    left = [inverse_factor(np.linalg.cholesky(X)) for X in at.X]
    inverses = [factor.swapaxes(-1, -2) @ factor for factor in left]
    solve = schur_solver(program, inverses, at)

    def correct(missing: Array) -> list[Array]:
        t, dw = solve(-missing, np.zeros(len(program.f)))
        change: list[Array] = []
        for stack, inverse, Y in zip(program.stacks, inverses, at.Y, strict=True):
            image = inverse @ stack.combination(t) @ Y
            change.append(-(image + image.swapaxes(-1, -2)) / 2)
        return [*change, -(program.L @ t) * at.y / at.s, dw]

    return correct


def halves(value: Fraction) -> tuple[float, float]:
    """A number as high + low."""
    p, q = value.numerator, value.denominator
    high = p / q  # rounded once, as int / int is
    numerator, denominator = high.as_integer_ratio()
    return high, (p * denominator - numerator * q) / (q * denominator)


def two_sum(a: Array, b: Array) -> Pair:
    """a + b, and its rounding error."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: Array, b: Array) -> Pair:
    """a b, and its rounding error."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _split(a), _split(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _split(values: Array) -> Pair:
    shifted = 134217729.0 * values  # 2^27 + 1
    high = shifted - (shifted - values)
    return high, values - high


def _columns(
    table: list[tuple[int, int, float, float, float]],
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array, Array]:
    index, where, count, high, low = zip(*table, strict=True) if table else ((),) * 5
    counts = np.array(count)
    return np.array(index, dtype=np.intp), np.array(where, dtype=np.intp), counts * high, counts * low
