"""A CVXPY problem with semidefinite, second-order and linear constraints as a semidefinite program with exact data.

Everything that a problem is made of (attributes of variables, functions, constraints, cones) must be in a list of
`understood`, and what CVXPY's reductions leave must be a linear program over the cones Zero, NonNeg, SOC and PSD alone.
So what a later CVXPY adds is refused, not dropped. |x| <= t is the block [[t, x^T], [x, t I]] >= 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from verify.checker.public import Block, Entries, SemidefiniteProgram
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.linear_rows import Row, with_finite_decimals, without_redundant
from verify.producer.sdp.multipliers import Asked, Piece
from verify.producer.sdp.quadratic_forms import with_epigraphs
from verify.producer.sdp.understood import (
    CONES,
    CONSTRAINTS,
    attributes_of,
    refuse_attributes,
    refuse_function,
    refuse_functions,
    refuse_kind,
    refuse_leaves,
)

if TYPE_CHECKING:
    import cvxpy


@dataclass(frozen=True, slots=True)
class Modelled:
    """The problem's value is sign * (the program's value) + offset."""

    instance: Instance
    sign: int
    offset: Fraction
    pieces: tuple[Piece, ...] = ()
    """The cone program's constraints."""
    asked: Mapping[int, Asked] = field(default_factory=dict)
    """The problem's own constraints, by CVXPY's `id`."""
    first: int = 0
    """The number of the first semidefinite block."""


def model(problem: cvxpy.Problem, name: str = "problem.dat-s") -> Modelled:
    """The program, with the problem's numbers exactly as CVXPY's reductions have them in float64.

    The variables are the entries of CVXPY's variables, of a symmetric one those of one triangle, and those of the
    epigraphs. A matrix constraint A >> 0 is on the symmetric part of A. As for CVXPY's solvers, `pos` and `neg` mean
    >= 0 and <= 0. Raises ValueError, naming it, for anything that is not understood.
    """
    import cvxpy as cp
    from cvxpy.reductions import ConeMatrixStuffing, CvxAttr2Constr, Dcp2Cone, FlipObjective
    from cvxpy.reductions.eliminate_zero_sized import EliminateZeroSized

    refuse_leaves(problem)
    if not problem.is_dcp():
        raise ValueError("the problem is not convex by CVXPY's rules")
    asked = {constraint.id: _asked(constraint) for constraint in problem.constraints}
    problem = with_epigraphs(problem, refuse_function)
    maximise = isinstance(problem.objective, cp.Maximize)
    current: Any = FlipObjective().apply(problem)[0] if maximise else problem
    current = _reduced(Dcp2Cone(), current)
    if not current.constraints and not any(any(attributes_of(variable)) for variable in current.variables()):
        raise ValueError("the problem has no constraints")
    for constraint in current.constraints:
        refuse_kind(type(constraint).__name__, CONSTRAINTS)
    for expression in (problem.objective.expr, *(part for each in problem.constraints for part in each.args)):
        refuse_functions(expression)
    current = cp.Problem(current.objective, [_without_nonpos(constraint) for constraint in current.constraints])
    current = _reduced(EliminateZeroSized(), _reduced(CvxAttr2Constr(reduce_bounds=True), current))
    refuse_attributes(current.variables(), frozenset())
    stuffed = _reduced(ConeMatrixStuffing(), current)
    if len(stuffed.constraints) != len(current.constraints) or stuffed.P is not None or stuffed.dir_cones:
        raise ValueError("CVXPY's cone program has not the problem's constraints, or it has a quadratic part")
    if not all(bound is None for bound in (stuffed.lower_bounds, stuffed.upper_bounds)):
        raise ValueError("CVXPY's cone program has bounds beside its constraints")
    return replace(_program(stuffed, -1 if maximise else 1, name), asked=asked)


def _reduced(reduction: Any, problem: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reduction.apply(problem)[0]
    except Exception as error:
        raise ValueError(
            f"CVXPY's {type(reduction).__name__} does not accept the problem: {type(error).__name__}: {error}"
        ) from error


def _without_nonpos(constraint: Any) -> Any:
    import cvxpy as cp

    if type(constraint).__name__ != "NonPos":
        return constraint
    return cp.NonNeg(-constraint.args[0], constr_id=constraint.id)


def _asked(constraint: Any) -> Asked:
    if type(constraint).__name__ != "SOC":
        return Asked(constraint.shape)
    shape = constraint.args[1].shape
    return Asked(shape, len(shape) == 2 and constraint.axis == 1)


def _program(stuffed: Any, sign: int, name: str) -> Modelled:
    costs, offset, rows, constants = stuffed.apply_parameters()
    if not len(costs):
        raise ValueError("the problem has no variables")
    if not all(np.isfinite(part).all() for part in (costs, offset, rows.tocsr().data, constants)):
        raise ValueError("the problem has numbers that are not finite")
    equations: list[Row] = []
    inequalities: list[Row] = []
    semidefinite: list[tuple[int, Any, Any]] = []
    pieces: list[Piece] = []
    by_row, at = rows.tocsr(), 0
    for constraint in stuffed.constraints:
        kind = type(constraint).__name__
        refuse_kind(kind, CONES)
        part, before, by_rows = slice(at, at + constraint.size), len(semidefinite), False
        if kind == "SOC":
            semidefinite += _arrows(constraint, by_row[part].tocsr(), constants[part])
            by_rows = len(constraint.args[1].shape) == 2 and constraint.axis == 1
        elif kind == "PSD":
            if len(constraint.shape) != 2:
                raise ValueError(f"a constraint on a batch of matrices, of shape {constraint.shape}; write each")
            semidefinite.append((constraint.shape[0], by_row[part].tocoo(), constants[part]))
        else:
            (equations if kind == "Zero" else inequalities).extend(_rows(by_row[part], constants[part]))
        count = len(semidefinite) - before
        pieces.append(Piece(constraint.id, kind, by_row[part], constants[part], before, count, by_rows))
        at += constraint.size
    if at != len(constants):
        raise ValueError("CVXPY's cone program has rows that belong to none of its constraints")
    found = _with_blocks(name, costs, equations, inequalities, semidefinite, (sign, sign * Fraction(float(offset))))
    first = len(found.instance.program.blocks) - len(semidefinite)
    return replace(found, pieces=tuple(pieces), first=first)


def _arrows(constraint: Any, rows: Any, constants: Any) -> list[tuple[int, Any, Any]]:
    """[[t, x^T], [x, t I]] for each of the cones |x| <= t: their t are the first rows, then their x, by columns."""
    shape = constraint.args[1].shape
    length, count = (shape[0], 1) if len(shape) == 1 else shape if constraint.axis == 0 else shape[::-1]
    if constraint.args[0].size != count or len(constants) != count * (length + 1):
        raise ValueError("a second-order cone of another shape than is known")
    found = []
    for cone in range(count):
        places = [
            count + (cone * length + i if len(shape) == 1 or constraint.axis == 0 else i * count + cone)
            for i in range(length)
        ]
        order = length + 1
        # Rows of the whole matrix, row by row: an entry off the diagonal stands twice there.
        picked: list[tuple[int, int]] = [(i * order + i, cone) for i in range(order)]
        for i, place in enumerate(places, start=1):
            picked += [(i * order, place), (i, place)]
        to, source = zip(*picked, strict=True)
        chosen = scipy.sparse.csr_array((np.ones(len(to)), (to, source)), shape=(order * order, len(constants)))
        found.append((order, (chosen @ rows).tocoo(), chosen @ constants))
    return found


def _rows(rows: Any, constants: Any) -> list[Row]:
    """Exactly; rows (n, m), sparse by rows."""
    found = []
    for number, constant in enumerate(constants):
        place = slice(rows.indptr[number], rows.indptr[number + 1])
        coefficients: dict[int, Fraction] = {}
        for index, value in zip(rows.indices[place].tolist(), rows.data[place].tolist(), strict=True):
            coefficients[index] = coefficients.get(index, Fraction(0)) + Fraction(value)
        found.append(({i: value for i, value in coefficients.items() if value}, Fraction(float(constant))))
    return found


def _with_blocks(
    name: str,
    costs: Any,
    equations: list[Row],
    inequalities: list[Row],
    semidefinite: list[tuple[int, Any, Any]],
    value: tuple[int, Fraction],
) -> Modelled:
    matrices: list[dict[int, Entries]] = [{} for _ in range(len(costs) + 1)]
    blocks: list[Block] = []
    equations, inequalities = without_redundant(equations, inequalities)
    if not (inequalities or semidefinite):
        inequalities = [({}, Fraction(1))]  # 1 >= 0: a program has a block that is not to be zero
    for group in filter(None, (equations, inequalities)):
        for i, (coefficients, constant) in enumerate(map(with_finite_decimals, group)):
            for index, entry in [(-1, -constant), *coefficients.items()]:
                if entry:
                    matrices[index + 1].setdefault(len(blocks), {})[i, i] = entry
        blocks.append(Block(len(group), diagonal=True))
    for order, rows, constants in semidefinite:
        _add(matrices, len(blocks), order, rows, constants)
        blocks.append(Block(order, diagonal=False))
    objective = tuple(Fraction(float(cost)) for cost in costs)
    kept = tuple({number: entries for number, entries in matrix.items() if entries} for matrix in matrices)
    program = SemidefiniteProgram(objective, tuple(blocks), kept)
    zeros = frozenset({0} if equations else ())
    return Modelled(Instance.build(name, program, zeros), *value)


def _add(matrices: list[dict[int, Entries]], number: int, order: int, rows: Any, constants: Any) -> None:
    """A semidefinite block's part of F_0 (minus the constants) and of each F_i."""
    triples = [(-1, int(place), -float(constants[place])) for place in np.flatnonzero(constants)]
    triples += zip(rows.col.tolist(), rows.row.tolist(), rows.data.tolist(), strict=True)
    for variable, place, value in triples:
        i, j = divmod(place, order)
        entries = matrices[variable + 1].setdefault(number, {})
        where = (max(i, j), min(i, j))
        total = entries.pop(where, Fraction(0)) + Fraction(value) / (1 if i == j else 2)
        if total:
            entries[where] = total
