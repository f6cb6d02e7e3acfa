"""An approximate solution: a hint, like the status that comes with it.

Clarabel is called directly, because its certificates that a side is infeasible are kept so; any other solver that
CVXPY knows, through CVXPY.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from verify.producer.sdp.instance import Array, Instance

if TYPE_CHECKING:
    import cvxpy

Places = NDArray[np.intp]

DEFAULT = "CLARABEL"
SECONDS = 300.0
TIME_LIMIT = {"CLARABEL": "time_limit", "SCS": "time_limit_secs"}
"""What the solvers that have one call their time limit."""
LARGE, SPARSE = 4_000, 300
"""Entries of the dense blocks, and the order of a sparse one, beyond which Clarabel is not asked: it takes minutes."""
STATUS = {
    "Solved": "optimal",
    "AlmostSolved": "optimal_inaccurate",
    "PrimalInfeasible": "infeasible",
    "AlmostPrimalInfeasible": "infeasible_inaccurate",
    "DualInfeasible": "unbounded",
    "AlmostDualInfeasible": "unbounded_inaccurate",
}
"""Clarabel's words, and CVXPY's for them."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a solver said. Nothing in it is believed."""

    solver: str
    status: str
    value: float | None
    """inf c.x, as the solver has it."""
    point: Array | None
    """x, (m,)."""
    seconds: float
    dual: list[Array] | None = None
    """Y, per block (n, n), or (n,) if diagonal."""
    ray: Array | None = None
    """x with sum x_i F_i semidefinite and c.x < 0, nearly, where the solver says that no Y is feasible."""
    dual_ray: list[Array] | None = None
    """Y with <F_i, Y> = 0 and <F_0, Y> > 0, nearly, where it says that no x is."""


def is_large(instance: Instance) -> bool:
    """Whether Clarabel would take longer than a start without it."""
    entries = 0
    for number, block in enumerate(instance.program.blocks):
        if not block.diagonal:
            places = {place for matrix in instance.program.matrices for place in matrix.get(number, ())}
            is_sparse = len(places) <= 4 * block.order and block.order <= SPARSE
            entries += 0 if is_sparse else block.order * (block.order + 1) // 2
    return entries > LARGE


def solve(instance: Instance, solver: str = DEFAULT) -> Hint:
    """Ask a solver by its CVXPY name. One that fails gives a hint without a point; raises ValueError if unknown."""
    start = time.perf_counter()
    if solver == DEFAULT:
        if is_large(instance):
            return Hint(solver, "not asked: the program is large, and needs no start", None, None, 0.0)
        try:
            return _by_clarabel(instance)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # a panic of a solver in Rust is no Exception
            said = f"failed: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
            return Hint(solver, said, None, None, time.perf_counter() - start)
    return _by_cvxpy(instance, solver)


def _by_clarabel(instance: Instance) -> Hint:
    import clarabel

    settings = clarabel.DefaultSettings()
    settings.verbose, settings.time_limit = False, SECONDS
    rows: list[Any] = []
    constants: list[Array] = []
    cones: list[Any] = []
    for number, (matrix, constant) in enumerate(instance.arrays):
        if constant.ndim == 2:
            places, weights, _ = _triangle(len(constant))
            rows.append(-matrix[places].multiply(weights[:, None]))
            constants.append(-constant.ravel()[places] * weights)
            cones.append(clarabel.PSDTriangleConeT(len(constant)))
        else:
            rows.append(-matrix)
            constants.append(-constant)
            kind = clarabel.ZeroConeT if number in instance.zero_blocks else clarabel.NonnegativeConeT
            cones.append(kind(len(constant)))
    m = instance.program.variables
    start = time.perf_counter()
    arguments = (
        scipy.sparse.csc_matrix((m, m)),
        instance.objective,
        scipy.sparse.csc_matrix(scipy.sparse.vstack(rows)),
    )
    solution = clarabel.DefaultSolver(*arguments, np.concatenate(constants), cones, settings).solve()
    seconds = time.perf_counter() - start
    status = STATUS.get(str(solution.status), f"failed: {solution.status}")
    x, blocks = np.array(solution.x), _dual_blocks(instance, np.array(solution.z))
    point = x if np.isfinite(x).all() else None
    dual = blocks if all(np.isfinite(block).all() for block in blocks) else None
    if status.startswith("infeasible"):
        return Hint(DEFAULT, status, None, None, seconds, dual_ray=dual)
    if status.startswith("unbounded"):
        return Hint(DEFAULT, status, None, None, seconds, ray=point)
    value = float(instance.objective @ point) if point is not None else None
    return Hint(DEFAULT, status, value, point, seconds, dual)


def _triangle(order: int) -> tuple[Places, Array, tuple[Places, Places]]:
    """Of the upper triangle, by columns: places in the whole, weights of the entries, rows and columns."""
    columns: Places = np.repeat(np.arange(order), np.arange(1, order + 1))
    rows: Places = np.concatenate([np.arange(column + 1) for column in range(order)])
    return rows * order + columns, np.where(rows == columns, 1.0, np.sqrt(2.0)), (rows, columns)


def _dual_blocks(instance: Instance, z: Array) -> list[Array]:
    found, at = [], 0
    for block in instance.program.blocks:
        if block.diagonal:
            found.append(z[at : at + block.order])
            at += block.order
            continue
        _, weights, (rows, columns) = _triangle(block.order)
        whole = np.zeros((block.order, block.order))
        whole[rows, columns] = whole[columns, rows] = z[at : at + len(rows)] / weights
        found.append(whole)
        at += len(rows)
    return found


def _by_cvxpy(instance: Instance, solver: str) -> Hint:
    import cvxpy as cp

    if solver not in cp.installed_solvers():
        raise ValueError(f"the solver {solver!r} is not installed; installed: {', '.join(cp.installed_solvers())}")
    x, constraints, problem = cvxpy_problem(instance)
    start = time.perf_counter()
    try:
        ask(problem, solver, **({TIME_LIMIT[solver]: SECONDS} if solver in TIME_LIMIT else {}))
    except cp.error.SolverError as error:
        return Hint(solver, f"failed: {' '.join(str(error).split())[:120]}", None, None, time.perf_counter() - start)
    seconds = time.perf_counter() - start
    usable = x.value is not None and bool(np.isfinite(x.value).all())
    value = float(problem.value) if problem.value is not None and np.isfinite(problem.value) else None
    dual: list[Array] | None = None
    if all(constraint.dual_value is not None for constraint in constraints):
        found = [np.atleast_1d(np.asarray(constraint.dual_value, dtype=np.float64)) for constraint in constraints]
        dual = [_dual(y, number in instance.zero_blocks) for number, y in enumerate(found)]
        if not all(np.isfinite(y).all() for y in dual):
            dual = None
    return Hint(solver, problem.status, value, x.value if usable else None, seconds, dual)


def cvxpy_problem(instance: Instance) -> tuple[cvxpy.Variable, list[Any], cvxpy.Problem]:
    """The program as one of CVXPY: its variable x, a constraint a block, and the problem."""
    import cvxpy as cp

    x = cp.Variable(instance.program.variables)
    constraints = []
    for number, (rows, constant) in enumerate(instance.arrays):
        expression = rows @ x
        if constant.ndim == 2:
            constraints.append(cp.reshape(expression, constant.shape, order="C") - constant >> 0)
        else:
            constraints.append(expression == constant if number in instance.zero_blocks else expression >= constant)
    return x, constraints, cp.Problem(cp.Minimize(instance.objective @ x), constraints)


def ask(problem: cvxpy.Problem, solver: str, **options: float) -> None:
    """Solve a problem of CVXPY without its warnings. Raises cvxpy.error.SolverError, whatever the solver raises."""
    import cvxpy as cp

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            problem.solve(solver=solver, **options)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of a solver in Rust is no Exception
        raise cp.error.SolverError(f"{type(error).__name__}: {error}") from error


def _dual(y: Array, is_zero_block: bool) -> Array:
    """In our signs: CVXPY's multiplier of an equation has the other one."""
    if y.ndim == 1:
        return -y if is_zero_block else y
    return (y + y.T) / 2
