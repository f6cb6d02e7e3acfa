"""Multipliers that prove a piecewise linear function nonnegative: found by linear programs, then made exact.

The function is D(u) = g.u + sum_n c_n max(a_n.u, 0); what the multipliers prove is in
`verify.checker.theorems.linearised_minimum`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from flint import fmpq, fmpq_mat

from verify.producer.landscapes import floats

Vector = Sequence[Fraction]


class Falls(NamedTuple):
    """A direction u with D(u) < 0."""

    direction: list[float]


def multipliers(slope: Vector, kinks: Sequence[tuple[Fraction, Vector]]) -> list[list[Fraction]] | Falls | None:
    """A list of multipliers for each pattern; or a direction in which D falls; None if neither was found.

    `slope`: g. `kinks`: pairs (c_n, a_n) with c_n != 0.
    """
    opening = [index for index, (coefficient, _) in enumerate(kinks) if coefficient < 0]
    found = []
    for pattern in product((False, True), repeat=len(opening)):
        is_in = dict(zip(opening, pattern, strict=True))
        rest = list(slope)
        columns: list[list[Fraction]] = []
        uppers: list[Fraction | None] = []
        for index, (coefficient, direction) in enumerate(kinks):
            if coefficient > 0:
                columns.append([coefficient * entry for entry in direction])
                uppers.append(Fraction(1))
                continue
            sign = -1 if is_in[index] else 1
            columns.append([sign * entry for entry in direction])
            uppers.append(None)
            if is_in[index]:
                rest = [x + coefficient * entry for x, entry in zip(rest, direction, strict=True)]
        solution = _solve(columns, [-entry for entry in rest], uppers)
        if solution is None:
            return _direction(slope, kinks, is_in)
        found.append(solution)
    return found


def _solve(
    columns: list[list[Fraction]], right: list[Fraction], uppers: list[Fraction | None]
) -> list[Fraction] | None:
    """A rational x with 0 <= x <= uppers and sum_i x_i columns_i = right; None if there is none."""
    from scipy.optimize import linprog

    if not columns:
        return None if any(right) else []
    if not right:
        return [Fraction(0)] * len(columns)
    matrix, wanted = floats.matrix(columns).T, floats.vector(right)
    scale = max(1.0, float(np.abs(matrix).max()))
    if not (np.isfinite(scale) and np.isfinite(wanted).all()):
        return None  # a linear program of floats knows no such numbers
    bounds = [(0, None if upper is None else floats.nearest(upper)) for upper in uppers]
    result = linprog(np.ones(len(columns)), A_eq=matrix / scale, b_eq=wanted / scale, bounds=bounds, method="highs-ds")
    if result.status != 0:
        return None
    x: list[Fraction] = [Fraction(0)] * len(columns)
    inside = []
    for index, (value, upper) in enumerate(zip(result.x, uppers, strict=True)):
        if upper is not None and value > upper - 1e-9:
            x[index] = upper
        elif value > 1e-9:
            inside.append(index)
    for index, value in enumerate(x):
        right = [entry - value * part for entry, part in zip(right, columns[index], strict=True)]
    exact = _solve_exactly([columns[index] for index in inside], right)
    if exact is None:
        return None
    for index, value in zip(inside, exact, strict=True):
        x[index] = value
    fits = all(value >= 0 and (upper is None or value <= upper) for value, upper in zip(x, uppers, strict=True))
    return x if fits else None


def _solve_exactly(columns: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """The solution of an overdetermined system of independent columns, if there is one."""
    if not columns:
        return None if any(right) else []
    rows = [[_to_flint(entry) for entry in (*row, last)] for *row, last in zip(*columns, right, strict=True)]
    reduced, rank = fmpq_mat(rows).rref()
    table = reduced.tolist()
    unknowns = len(columns)
    if rank != unknowns or any(table[i][i] != 1 for i in range(unknowns)):
        return None
    return [Fraction(int(table[i][-1].p), int(table[i][-1].q)) for i in range(unknowns)]


def _direction(slope: Vector, kinks: Sequence[tuple[Fraction, Vector]], is_in: dict[int, bool]) -> Falls | None:
    """A direction of the cone in which D is negative, by the dual linear program."""
    from scipy.optimize import linprog

    size = len(slope)
    bending = [index for index, (coefficient, _) in enumerate(kinks) if coefficient > 0]
    cost = floats.vector(slope)
    rows = []
    for index, inside in is_in.items():
        coefficient, direction = kinks[index]
        a = floats.vector(direction)
        cost = cost + inside * floats.nearest(coefficient) * a
        rows.append(np.concatenate([-a if inside else a, np.zeros(len(bending))]))
    for position, index in enumerate(bending):  # t_n >= a_n.u
        a = floats.vector(kinks[index][1])
        rows.append(np.concatenate([a, -np.eye(len(bending))[position]]))
    cost = np.concatenate([cost, floats.vector(kinks[index][0] for index in bending)])
    if not all(np.isfinite(row).all() for row in (cost, *rows)):
        return None
    bounds = [(-1, 1)] * size + [(0, None)] * len(bending)
    result = linprog(
        cost, A_ub=np.array(rows) if rows else None, b_ub=np.zeros(len(rows)) if rows else None, bounds=bounds
    )
    return Falls(result.x[:size].tolist()) if result.status == 0 and result.fun < -1e-9 else None


def _to_flint(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)
