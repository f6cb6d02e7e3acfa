"""An approximate solution from any solver that CVXPY knows: a hint, like the status that comes with it."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verify.producer.sdp.instance import Array, Instance

if TYPE_CHECKING:
    import cvxpy

DEFAULT = "CLARABEL"
SECONDS = 300.0
TIME_LIMIT = {"CLARABEL": "time_limit", "SCS": "time_limit_secs"}
"""What the solvers that have one call their time limit."""


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


def solve(instance: Instance, solver: str = DEFAULT) -> Hint:
    """Ask a solver by its CVXPY name. One that fails gives a hint without a point; raises ValueError if unknown."""
    import cvxpy as cp

    if solver not in cp.installed_solvers():
        raise ValueError(f"the solver {solver!r} is not installed; installed: {', '.join(cp.installed_solvers())}")
    x = cp.Variable(instance.program.variables)
    constraints = []
    for number, (rows, constant) in enumerate(instance.arrays):
        expression = rows @ x
        if constant.ndim == 2:
            constraints.append(cp.reshape(expression, constant.shape, order="C") - constant >> 0)
        else:
            constraints.append(expression == constant if number in instance.zero_blocks else expression >= constant)
    problem = cp.Problem(cp.Minimize(instance.objective @ x), constraints)
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
