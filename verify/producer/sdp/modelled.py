"""A CVXPY problem with semidefinite, second-order and linear constraints as a semidefinite program with exact data.

Everything that a problem is made of (attributes of variables, functions, constraints, cones) must be in a list here of
what is understood, and what CVXPY's reductions leave must be a linear program over the cones Zero, NonNeg, SOC and
PSD alone. So what a later CVXPY adds is refused, not dropped. |x| <= t is the block [[t, x^T], [x, t I]] >= 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from verify.checker.public import Block, Entries, SemidefiniteProgram
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.linear_rows import Row, with_finite_decimals, without_redundant
from verify.producer.sdp.quadratic_forms import with_epigraphs

if TYPE_CHECKING:
    import cvxpy

ATTRIBUTES = frozenset(
    {"nonneg", "nonpos", "pos", "neg", "symmetric", "diag", "PSD", "NSD", "sparsity", "bounds"}
)  # fmt: skip
"""Of a variable: CVXPY's CvxAttr2Constr replaces each by linear or semidefinite constraints, or by fewer entries."""
AFFINE = frozenset(
    {
        "AddExpression", "NegExpression", "MulExpression", "multiply", "DivExpression", "index", "special_index",
        "reshape", "Sum", "transpose", "Trace", "Vstack", "Hstack", "Concatenate", "Promote", "broadcast_to",
        "kron", "conv", "convolve", "cumsum", "diag_vec", "diag_mat", "upper_tri"
    }
)  # fmt: skip
CONVEX = frozenset(
    {
        "abs", "maximum", "minimum", "max", "min", "norm1", "norm_inf", "sum_largest", "dotsort", "cummax",
        "lambda_max", "lambda_sum_largest", "sigma_max", "normNuc", "MatrixFrac", "tr_inv", "quad_over_lin", "huber"
    }
)  # fmt: skip
"""CVXPY writes the epigraph of each exactly, by linear, second-order and semidefinite constraints."""
CONSTRAINTS = frozenset({"Equality", "Inequality", "Zero", "NonNeg", "NonPos", "PSD", "SOC"})
CONES = frozenset({"Zero", "NonNeg", "PSD", "SOC"})


@dataclass(frozen=True, slots=True)
class Modelled:
    """The problem's value is sign * (the program's value) + offset."""

    instance: Instance
    sign: int
    offset: Fraction


def model(problem: cvxpy.Problem, name: str = "problem.dat-s") -> Modelled:
    """The program, with the problem's numbers exactly as CVXPY's reductions have them in float64.

    The variables are the entries of CVXPY's variables, of a symmetric one those of one triangle, and those of the
    epigraphs. A matrix constraint A >> 0 is on the symmetric part of A. As for CVXPY's solvers, `pos` and `neg` mean
    >= 0 and <= 0. Raises ValueError, naming it, for anything that is not understood.
    """
    import cvxpy as cp
    from cvxpy.reductions import ConeMatrixStuffing, CvxAttr2Constr, Dcp2Cone, FlipObjective
    from cvxpy.reductions.eliminate_zero_sized import EliminateZeroSized

    _refuse_leaves(problem)
    if not problem.is_dcp():
        raise ValueError("the problem is not convex by CVXPY's rules")
    problem = with_epigraphs(problem, _refuse_function)
    maximise = isinstance(problem.objective, cp.Maximize)
    current: Any = FlipObjective().apply(problem)[0] if maximise else problem
    current = _reduced(Dcp2Cone(), current)
    if not current.constraints and not any(any(_set(variable)) for variable in current.variables()):
        raise ValueError("the problem has no constraints")
    for constraint in current.constraints:
        _refuse_kind(type(constraint).__name__, CONSTRAINTS)
    for expression in (problem.objective.expr, *(part for each in problem.constraints for part in each.args)):
        _refuse_functions(expression)
    current = cp.Problem(current.objective, [_without_nonpos(constraint) for constraint in current.constraints])
    current = _reduced(EliminateZeroSized(), _reduced(CvxAttr2Constr(reduce_bounds=True), current))
    _refuse_attributes(current.variables(), frozenset())
    stuffed = _reduced(ConeMatrixStuffing(), current)
    if len(stuffed.constraints) != len(current.constraints) or stuffed.P is not None or stuffed.dir_cones:
        raise ValueError("CVXPY's cone program has not the problem's constraints, or it has a quadratic part")
    if not all(bound is None for bound in (stuffed.lower_bounds, stuffed.upper_bounds)):
        raise ValueError("CVXPY's cone program has bounds beside its constraints")
    return _program(stuffed, -1 if maximise else 1, name)


# What is refused


def _refuse_leaves(problem: cvxpy.Problem) -> None:
    """Parameters, complex numbers, unknown attributes, numbers that are not finite."""
    import cvxpy as cp

    if type(problem.objective) not in (cp.Minimize, cp.Maximize):
        raise ValueError(
            f"an objective of the kind {type(problem.objective).__name__}; Minimize and Maximize are known"
        )
    variables = problem.variables()
    bounds = [bound for variable in variables for bound in variable.attributes.get("bounds") or ()]
    expressions = [bound for bound in bounds if isinstance(bound, cp.Expression)]
    if problem.parameters() or any(bound.parameters() for bound in expressions):
        raise ValueError("the problem has parameters; put numbers in their place")
    for variable in variables:
        if type(variable) is not cp.Variable:
            raise ValueError(f"the variable {variable.name()} is a {type(variable).__name__}, which is not known")
    _refuse_attributes(variables, ATTRIBUTES)
    for constant in [*problem.constants(), *(part for bound in expressions for part in bound.constants())]:
        if constant.is_complex():
            raise ValueError("the problem has complex numbers")
        value = constant.value
        if not np.isfinite(getattr(value, "data", value) if hasattr(value, "tocsr") else value).all():
            raise ValueError("the problem has numbers that are not finite")


def _refuse_attributes(variables: list[cvxpy.Variable], known: frozenset[str]) -> None:
    for variable in variables:
        if unknown := sorted(set(_set(variable)) - known):
            raise ValueError(f"the variable {variable.name()} has the attribute {unknown[0]}, which is not supported")


def _set(variable: cvxpy.Variable) -> Iterator[str]:
    """The attributes that a variable has: those with a value other than False and None, and not an empty list."""
    for name, value in variable.attributes.items():
        if value is not None and value is not False and not (isinstance(value, list | tuple) and not len(value)):
            yield name


def _refuse_kind(kind: str, known: frozenset[str]) -> None:
    if kind not in known:
        raise ValueError(f"a constraint of the kind {kind}; only semidefinite, second-order and linear ones are known")


def _refuse_functions(expression: cvxpy.Expression) -> None:
    """All but variables, constants (the numbers that CVXPY has for them), and the functions of the lists."""
    import cvxpy as cp

    if isinstance(expression, cp.Variable) or expression.is_constant():
        return
    _refuse_function(expression)
    for part in expression.args:
        _refuse_functions(part)


def _refuse_function(expression: cvxpy.Expression) -> None:
    kind = type(expression).__name__
    # A wrapper like nonneg_wrap asserts what CVXPY then relies on.
    known = kind in AFFINE | CONVEX or _is_exact(expression)
    if not type(expression).__module__.startswith("cvxpy.atoms.") or not known:
        raise ValueError(f"the function {kind} is not known")
    if kind == "tr_inv" and not expression.args[0].is_symmetric():
        raise ValueError("tr_inv of a matrix that is not symmetric by CVXPY's rules")


def _is_exact(expression: Any) -> bool:
    """A norm, power or geometric mean whose exponents CVXPY does not round: its second-order cones are exact."""
    match type(expression).__name__:
        case "PnormApprox" | "Pnorm":
            return bool(expression.p == 2)
        case "PowerApprox":
            given = expression._p_orig
            return type(given) in (int, float, Fraction) and Fraction(given) == Fraction(expression.p_used)
        case "GeoMeanApprox":
            weights = [Fraction(float(weight)) for weight in np.atleast_1d(expression.p)]
            return all(w * sum(weights) == weight for w, weight in zip(expression.w, weights, strict=True))
    return False


# What is understood


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

    return cp.NonNeg(-constraint.args[0]) if type(constraint).__name__ == "NonPos" else constraint


def _program(stuffed: Any, sign: int, name: str) -> Modelled:
    costs, offset, rows, constants = stuffed.apply_parameters()
    if not len(costs):
        raise ValueError("the problem has no variables")
    if not all(np.isfinite(part).all() for part in (costs, offset, rows.tocsr().data, constants)):
        raise ValueError("the problem has numbers that are not finite")
    equations: list[Row] = []
    inequalities: list[Row] = []
    semidefinite: list[tuple[int, Any, Any]] = []
    by_row, at = rows.tocsr(), 0
    for constraint in stuffed.constraints:
        kind = type(constraint).__name__
        _refuse_kind(kind, CONES)
        part = slice(at, at + constraint.size)
        if kind == "SOC":
            semidefinite += _arrows(constraint, by_row[part].tocsr(), constants[part])
        elif kind == "PSD":
            if len(constraint.shape) != 2:
                raise ValueError(f"a constraint on a batch of matrices, of shape {constraint.shape}; write each")
            semidefinite.append((constraint.shape[0], by_row[part].tocoo(), constants[part]))
        else:
            (equations if kind == "Zero" else inequalities).extend(_rows(by_row[part], constants[part]))
        at += constraint.size
    if at != len(constants):
        raise ValueError("CVXPY's cone program has rows that belong to none of its constraints")
    return _with_blocks(name, costs, equations, inequalities, semidefinite, (sign, sign * Fraction(float(offset))))


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
