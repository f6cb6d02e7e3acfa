"""Linear programs: an exact vertex and exact multipliers, from the rows that a simplex method says are active.

HiGHS gives x at a vertex, and multipliers. The rows that hold there with equality are solved in exact arithmetic, and
so are the equations of the multipliers that are not 0. If both are feasible, which the checker decides, the bounds
meet.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import scipy.sparse
from flint import fmpq
from scipy.optimize import linprog

from verify.checker.evaluators import rational
from verify.checker.public import Matrix
from verify.producer.sdp.certified import Bounds, certify_exact_point, certify_exact_rows
from verify.producer.sdp.faces import MOST_UNKNOWNS, nearest
from verify.producer.sdp.witness import to_fraction

ACTIVE = 1e-9
"""A row this near to equality, relative to its constant, holds with equality; so small a multiplier is 0."""
Row = tuple[dict[int, Fraction], Fraction]
"""a and b of a . x >= b, or a . x = b."""


def prove_by_vertex(bounds: Bounds) -> bool:
    """Whether the program is linear, and both bounds were proved to be the same number."""
    instance, program = bounds.instance, bounds.instance.program
    size = sum(block.order for block in program.blocks)
    if not all(block.diagonal for block in program.blocks) or max(size, program.variables) > MOST_UNKNOWNS:
        return False
    signs = [1 if number in instance.zero_blocks else 0 for number in range(len(program.blocks))]
    A = {kind: [a for (a, _), sign in zip(instance.arrays, signs, strict=True) if sign == kind] for kind in (0, 1)}
    b = {kind: [c for (_, c), sign in zip(instance.arrays, signs, strict=True) if sign == kind] for kind in (0, 1)}
    joined = {kind: (scipy.sparse.vstack(A[kind]), np.concatenate(b[kind])) for kind in (0, 1) if A[kind]}
    below = None if 0 not in joined else -joined[0][0], None if 0 not in joined else -joined[0][1]
    found = linprog(instance.objective, *below, *joined.get(1, (None, None)), bounds=(None, None), method="highs-ds")
    if found.x is None or not np.isfinite(found.x).all():
        return False
    before = dict(bounds.reasons)
    _point(bounds, found.x)
    _multipliers(bounds, -found.ineqlin.marginals, found.eqlin.marginals)
    if bounds.lower is None or bounds.lower != bounds.upper:
        bounds.reasons = before
        return False
    return True


def _rows(bounds: Bounds) -> list[list[Row]]:
    """Of each block."""
    program = bounds.instance.program
    rows: list[list[dict[int, Fraction]]] = [[{} for _ in range(block.order)] for block in program.blocks]
    constants = [[Fraction(0)] * block.order for block in program.blocks]
    for index, matrix in enumerate(program.matrices):
        for number, entries in matrix.items():
            for (i, _), value in entries.items():
                if index:
                    rows[number][i][index - 1] = value
                else:
                    constants[number][i] = value
    return [list(zip(*each, strict=True)) for each in zip(rows, constants, strict=True)]


def _point(bounds: Bounds, near: np.ndarray) -> None:
    m = bounds.instance.program.variables
    rows: list[list[fmpq]] = []
    wanted: list[fmpq] = []
    for number, block in enumerate(_rows(bounds)):
        for a, b in block:
            slack = sum(float(value) * near[index] for index, value in a.items()) - float(b)
            if number in bounds.instance.zero_blocks or abs(slack) <= ACTIVE * (1 + abs(float(b))):
                rows.append([rational(a.get(index, Fraction(0))) for index in range(m)])
                wanted.append(rational(b))
    x = nearest(rows, wanted, near.tolist())
    if x is not None:
        certify_exact_point(bounds, "sdp-upper-bound", [to_fraction(entry) for entry in x], exactly=True)


def _multipliers(bounds: Bounds, inequalities: np.ndarray, equations: np.ndarray) -> None:
    program, zeros = bounds.instance.program, bounds.instance.zero_blocks
    places: list[tuple[int, int]] = []
    near: list[float] = []
    taken = {True: 0, False: 0}
    size = max([1e-300, *np.abs(inequalities)])
    rows = _rows(bounds)
    for number, block in enumerate(rows):
        for i in range(len(block)):
            equal = number in zeros
            value = float((equations if equal else inequalities)[taken[equal]])
            taken[equal] += 1
            if equal or value > ACTIVE * size:
                places.append((number, i))
                near.append(value)
    if not places:
        if not any(program.objective):
            certify_exact_rows(bounds, "sdp-lower-bound", [((Fraction(0),) * block.order,) for block in program.blocks])
        return
    columns = [
        [rational(rows[n][i][0].get(index, Fraction(0))) for n, i in places] for index in range(program.variables)
    ]
    y = nearest(columns, [rational(cost) for cost in program.objective], near)
    if y is None:
        return
    whole = [[Fraction(0)] * block.order for block in program.blocks]
    for (number, i), entry in zip(places, y, strict=True):
        whole[number][i] = to_fraction(entry)
    dual: list[Matrix] = [(tuple(entries),) for entries in whole]
    certify_exact_rows(bounds, "sdp-lower-bound", dual)
