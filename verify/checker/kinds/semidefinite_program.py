"""The kinds of statements about semidefinite programs in data files, matrices, and polynomials."""

from __future__ import annotations

from typing import Any

from verify.checker.core.codes import Reason
from verify.checker.core.facts import Fact
from verify.checker.core.limits import (
    ARB_ORDER,
    AUTO_PROGRAM,
    LARGE_CONSTRAINTS,
    LARGE_ORDER,
    MAX_LARGE_FILE_BYTES,
)
from verify.checker.core.outcome import Open
from verify.checker.core.task import Task
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.kinds.kind import Kind
from verify.checker.statements import matrix, polynomial, semidefinite_program
from verify.checker.statements.polynomial import GlobalMinimum
from verify.checker.statements.semidefinite_program import (
    DualWitness,
    LowerBound,
    Program,
    SemidefiniteStatement,
    UpperBound,
)
from verify.checker.theorems.global_minimum import global_minimum
from verify.checker.theorems.positive_semidefinite import positive_semidefinite
from verify.checker.theorems.sdp_infeasible import sdp_infeasible
from verify.checker.theorems.sdp_lower_bound import sdp_lower_bound
from verify.checker.theorems.sdp_upper_bound import sdp_upper_bound
from verify.checker.theorems.semidefinite_program import SemidefiniteTask
from verify.checker.theorems.sum_of_squares import sum_of_squares


def _too_large(statement: SemidefiniteStatement) -> str | None:
    return _order_too_large(_largest_order(statement), ARB_ORDER)


def _largest_order(statement: SemidefiniteStatement) -> int:
    return max((block.order for block in statement.landscape.blocks if not block.diagonal), default=0)


def _order_too_large(order: int, most: int) -> str | None:
    return f"a matrix of order {order} is larger than this checker's {most}" if order > most else None


def _is_large(statement: SemidefiniteStatement) -> bool:
    landscape = statement.landscape
    work = sum(block.order**3 for block in landscape.blocks if not block.diagonal) + landscape.variables**3
    return work > AUTO_PROGRAM


def _prove_program(task: SemidefiniteTask[Any, Any]) -> Fact:
    landscape: Program = task.statement.landscape
    if (reason := _order_too_large(_largest_order(task.statement), LARGE_ORDER)) is not None:
        raise Open(reason, Reason.TOO_LARGE)
    if isinstance(task.witness, DualWitness) and landscape.variables > LARGE_CONSTRAINTS:
        reason = f"{landscape.variables} equations are more than this checker's {LARGE_CONSTRAINTS}"
        raise Open(reason, Reason.TOO_LARGE)
    match task.statement:
        case LowerBound():
            return sdp_lower_bound(task)
        case UpperBound():
            return sdp_upper_bound(task)
    return sdp_infeasible(task)


def _prove_polynomial(task: Task[Any, Any]) -> Fact:
    bound = sum_of_squares(task)
    return global_minimum(task, bound) if isinstance(task.statement, GlobalMinimum) else bound


SEMIDEFINITE_PROGRAM = Kind(
    semidefinite_program.STATEMENT,
    semidefinite_program.WITNESS,
    _prove_program,
    too_large=_too_large,
    task=SemidefiniteTask,
    is_large=_is_large,
    balls_will_do=True,
    data_file=lambda statement: statement.landscape.data,
    most_bytes=MAX_LARGE_FILE_BYTES,
)
MATRIX = Kind(
    matrix.STATEMENT,
    PRECISION_ALONE,
    positive_semidefinite,
    too_large=lambda statement: _order_too_large(len(statement.landscape.rows), ARB_ORDER),
)
POLYNOMIAL = Kind(polynomial.STATEMENT, polynomial.WITNESS, _prove_polynomial)
