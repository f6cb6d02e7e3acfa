"""A CVXPY problem with semidefinite and linear constraints as a semidefinite program with exact data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.checker.sdpa import Block, Entries, SemidefiniteProgram
from verify.sdp.instance import Instance

if TYPE_CHECKING:
    import cvxpy


@dataclass(frozen=True, slots=True)
class Modelled:
    """The problem's value is sign * (the program's value) + offset."""

    instance: Instance
    sign: int
    offset: Fraction


def model(problem: cvxpy.Problem, name: str = "problem.dat-s") -> Modelled:
    """The program, with the problem's float64 numbers taken exactly. Raises ValueError for other constraints.

    The variables are the entries of CVXPY's variables, of a symmetric one those of one triangle. A matrix
    constraint A >> 0 is on the symmetric part of A.
    """
    import cvxpy as cp
    from cvxpy.reductions import ConeMatrixStuffing, CvxAttr2Constr, Dcp2Cone, FlipObjective

    if problem.parameters():
        raise ValueError("the problem has parameters; put numbers in their place")
    if not problem.is_dcp():
        raise ValueError("the problem is not convex by CVXPY's rules")
    maximise = isinstance(problem.objective, cp.Maximize)
    current: Any = FlipObjective().apply(problem)[0] if maximise else problem
    for reduction in (Dcp2Cone(), CvxAttr2Constr(), ConeMatrixStuffing()):
        current, _ = reduction.apply(current)
    costs, offset, rows, constants = current.apply_parameters()[:4]
    matrices: list[dict[int, Entries]] = [{} for _ in range(len(costs) + 1)]
    blocks: list[Block] = []
    zeros = set()
    at = 0
    for constraint in current.constraints:
        kind = type(constraint).__name__
        if kind not in ("Zero", "NonNeg", "PSD"):
            raise ValueError(f"a constraint of the kind {kind}; only semidefinite and linear ones are known")
        number, diagonal = len(blocks), kind != "PSD"
        order = constraint.size if diagonal else constraint.shape[0]
        blocks.append(Block(order, diagonal))
        if kind == "Zero":
            zeros.add(number)
        part = slice(at, at + constraint.size)
        _add(matrices, number, order, diagonal, rows.tocsr()[part].tocoo(), constants[part])
        at += constraint.size
    objective = tuple(Fraction(float(cost)) for cost in costs)
    kept = tuple({number: entries for number, entries in matrix.items() if entries} for matrix in matrices)
    program = SemidefiniteProgram(objective, tuple(blocks), kept)
    sign = -1 if maximise else 1
    return Modelled(Instance.build(name, program, frozenset(zeros)), sign, sign * Fraction(float(offset)))


def _add(
    matrices: list[dict[int, Entries]], number: int, order: int, diagonal: bool, rows: Any, constants: Any
) -> None:
    """The block's part of F_0 (minus the constants) and of each F_i."""
    triples = [(-1, int(place), -float(constants[place])) for place in np.flatnonzero(constants)]
    triples += zip(rows.col.tolist(), rows.row.tolist(), rows.data.tolist(), strict=True)
    for variable, place, value in triples:
        i, j = (place, place) if diagonal else divmod(place, order)
        entries = matrices[variable + 1].setdefault(number, {})
        where = (max(i, j), min(i, j))
        total = entries.pop(where, Fraction(0)) + Fraction(value) / (1 if i == j else 2)
        if total:
            entries[where] = total
