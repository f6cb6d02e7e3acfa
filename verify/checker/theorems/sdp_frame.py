"""Y = V Z V^T: a matrix on the side of the equalities by one of smaller order, for programs whose Y are all singular.

Theorem. Let V be a block-diagonal matrix (of any entries), Z symmetric and block-diagonal, and Y = V Z V^T. Then
<F, Y> = <V^T F V, Z> for every symmetric F, and Y is positive semidefinite in each block in which Z is.
Proof. The trace of F V Z V^T is that of V^T F V Z; and v^T Y v = (V^T v)^T Z (V^T v). QED

So what the theorems of sdp_lower_bound.py and sdp_infeasible.py want of Y is wanted of Z, with V^T F_i V in the place
of F_i: they are formed exactly, and V needs no justification. An equation <0, Z> = c_i holds for every Z if c_i = 0,
and is left out; if c_i is not 0 no Z satisfies it.

Source: standard (facial reduction, Borwein & Wolkowicz 1981).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import fmpq

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import FRAME_PRODUCTS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.sdpa import Block, Entries, SemidefiniteProgram

Rows = list[list[tuple[int, Fraction]]]
"""Of V: per row the entries other than 0, with their columns."""


def reduced(program: SemidefiniteProgram, frame: Sequence[Matrix]) -> SemidefiniteProgram:
    """The program with V^T F_i V in the place of F_i. `frame`: per block V, (n, r), or () where V is the identity."""
    if not frame:
        return program
    sparse: list[Rows] = [[[(b, v) for b, v in enumerate(row) if v] for row in rows] for rows in frame]
    work = sum(
        len(sparse[number][i]) * len(sparse[number][j])
        for matrix in program.matrices
        for number, entries in matrix.items()
        if frame[number]
        for i, j in entries
    )
    if work > FRAME_PRODUCTS:
        raise Open(f"V^T F_i V takes {work} products, more than this checker's {FRAME_PRODUCTS}", Reason.TOO_LARGE)
    matrices = []
    for matrix in program.matrices:
        look()
        found = {
            number: _congruent(entries, sparse[number]) if frame[number] else entries
            for number, entries in matrix.items()
        }
        matrices.append({number: entries for number, entries in found.items() if entries})
    blocks = tuple(
        Block(len(rows[0]), diagonal=False) if rows else block
        for block, rows in zip(program.blocks, frame, strict=True)
    )
    return SemidefiniteProgram(program.objective, blocks, tuple(matrices))


def without_empty(program: SemidefiniteProgram, objective: Sequence[fmpq]) -> tuple[SemidefiniteProgram, list[fmpq]]:
    """The program and the c_i without the F_i that are 0. Raises Refuted where c_i is not 0."""
    kept = [index for index, matrix in enumerate(program.matrices[1:]) if matrix]
    for index, cost in enumerate(objective):
        if cost != 0 and not program.matrices[index + 1]:
            raise Refuted(f"V^T F_{index + 1} V is 0, and c_{index + 1} is not, so that no Y = V Z V^T is feasible")
    costs = tuple(program.objective[index] for index in kept)
    matrices = (program.matrices[0], *(program.matrices[index + 1] for index in kept))
    return SemidefiniteProgram(costs, program.blocks, matrices), [objective[index] for index in kept]


def _congruent(entries: Mapping[tuple[int, int], Fraction], rows: Rows) -> Entries:
    """V^T F V, by its lower triangle."""
    found: Entries = {}
    for (i, j), value in entries.items():
        for a, x in rows[i]:
            for b, y in rows[j]:
                # F's entries (i, j) and (j, i), i != j, give v (V_i V_j^T + V_j V_i^T).
                place, product = (max(a, b), min(a, b)), value * x * y
                if i == j:
                    if a >= b:
                        found[place] = found.get(place, Fraction(0)) + product
                else:
                    found[place] = found.get(place, Fraction(0)) + (2 * product if a == b else product)
    return {place: value for place, value in found.items() if value}
