"""The kinds of statements about semidefinite programs in data files, matrices, and polynomials."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind, Rule
from verify.checker.limits import ARB_ORDER
from verify.checker.rules.global_minimum import global_minimum
from verify.checker.rules.positive_semidefinite import positive_semidefinite
from verify.checker.rules.sdp_infeasible import sdp_infeasible
from verify.checker.rules.sdp_lower_bound import sdp_lower_bound
from verify.checker.rules.sdp_upper_bound import sdp_upper_bound
from verify.checker.rules.semidefinite_program import SemidefiniteTask
from verify.checker.rules.sum_of_squares import sum_of_squares
from verify.checker.rules.task import Task
from verify.checker.statements import matrix, polynomial, semidefinite_program
from verify.checker.statements.semidefinite_program import SemidefiniteStatement
from verify.checker.witnesses import matrix as matrix_witness
from verify.checker.witnesses import polynomial as polynomial_witness
from verify.checker.witnesses import semidefinite_program as semidefinite_program_witness

_RULES: dict[str, Rule] = {
    "sdp-lower-bound": sdp_lower_bound,
    "sdp-upper-bound": sdp_upper_bound,
    "sdp-infeasible": sdp_infeasible,
}


def _too_large(statement: SemidefiniteStatement) -> str | None:
    return _order_too_large(max((block.order for block in statement.landscape.blocks if not block.diagonal), default=0))


def _order_too_large(order: int) -> str | None:
    return f"a matrix of order {order} is larger than this checker's {ARB_ORDER}" if order > ARB_ORDER else None


SEMIDEFINITE_PROGRAM = Kind(
    read_statement=semidefinite_program.read_statement,
    read_witness=semidefinite_program_witness.read_witness,
    too_large=_too_large,
    task=SemidefiniteTask,
    rules=lambda statement: [_RULES[statement.property]],
    data_file=lambda statement: statement.landscape.data,
)
MATRIX = Kind(
    read_statement=matrix.read_statement,
    read_witness=matrix_witness.read_witness,
    too_large=lambda statement: _order_too_large(len(statement.landscape.rows)),
    task=Task,
    rules=lambda statement: [positive_semidefinite],
)
POLYNOMIAL = Kind(
    read_statement=polynomial.read_statement,
    read_witness=polynomial_witness.read_witness,
    too_large=lambda statement: None,
    task=Task,
    rules=lambda statement: (
        [sum_of_squares, global_minimum] if statement.property == "global-minimum" else [sum_of_squares]
    ),
)
