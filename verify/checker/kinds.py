"""The kinds of statements that the checker knows: how each is read, and which rules prove it.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.checker.limits import ARB_ORDER, ARB_UNKNOWNS
from verify.checker.reader import Field
from verify.checker.rules.critical_point import CriticalPointTask
from verify.checker.rules.every_input_dimension import every_input_dimension
from verify.checker.rules.global_minimum import global_minimum
from verify.checker.rules.negative_curvature import negative_curvature
from verify.checker.rules.positive_semidefinite import positive_semidefinite
from verify.checker.rules.quadratic_global_minimum import quadratic_global_minimum
from verify.checker.rules.quadratic_spurious_minimum import quadratic_spurious_minimum
from verify.checker.rules.saddle import saddle
from verify.checker.rules.sdp_infeasible import sdp_infeasible
from verify.checker.rules.sdp_lower_bound import sdp_lower_bound
from verify.checker.rules.sdp_upper_bound import sdp_upper_bound
from verify.checker.rules.semidefinite_program import SemidefiniteTask
from verify.checker.rules.spurious_local_minimum import spurious_local_minimum
from verify.checker.rules.strict_local_minimum import strict_local_minimum
from verify.checker.rules.sum_of_squares import sum_of_squares
from verify.checker.rules.task import Task
from verify.checker.statements import critical_point, matrix, polynomial, quadratic_network, semidefinite_program
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.statements.data_file import DataFile
from verify.checker.statements.quadratic_network import QuadraticStatement
from verify.checker.statements.semidefinite_program import SemidefiniteStatement
from verify.checker.statements.statement import Statement
from verify.checker.witnesses import critical_point as critical_point_witness
from verify.checker.witnesses import matrix as matrix_witness
from verify.checker.witnesses import polynomial as polynomial_witness
from verify.checker.witnesses import quadratic_network as quadratic_network_witness
from verify.checker.witnesses import semidefinite_program as semidefinite_program_witness
from verify.checker.witnesses.witness import Witness

Rule = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement. The functions are called with this kind's own statements, witnesses and tasks only."""

    read_statement: Callable[[Field], Statement]
    read_witness: Callable[[Field, Any], Witness]
    """Called with the statement too: the witness's shape follows from it."""
    too_large: Callable[[Any], str | None]
    """Why a statement is beyond this checker's own limits, if it is."""
    task: type[Task[Any, Any]]
    """What the rules are handed."""
    rules: Callable[[Any], list[Rule]]
    """The rules whose theorems together give the statement, in the order in which they build on each other."""
    data_file: Callable[[Any], DataFile] | None = None
    """The data file that a statement of this kind is about."""


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`."""
    return KINDS[statement.member("landscape").member("kind").text(*KINDS)]


def _critical_point_too_large(statement: Minimum | Saddle) -> str | None:
    unknowns = statement.landscape.neurons * statement.landscape.input_dimension
    return f"{unknowns} unknowns are more than this checker's {ARB_UNKNOWNS}" if unknowns > ARB_UNKNOWNS else None


def _critical_point_rules(statement: Minimum | Saddle) -> list[Rule]:
    if isinstance(statement, Saddle):
        return [saddle]
    rules: list[Rule] = [strict_local_minimum]
    if statement.every_dimension:
        rules.append(every_input_dimension)
    if statement.property == "spurious-local-minimum":
        rules.append(spurious_local_minimum)
    return rules


def _program_too_large(statement: SemidefiniteStatement) -> str | None:
    order = max((block.order for block in statement.landscape.blocks if not block.diagonal), default=0)
    return _order_too_large(order)


def _order_too_large(order: int) -> str | None:
    return f"a matrix of order {order} is larger than this checker's {ARB_ORDER}" if order > ARB_ORDER else None


def _quadratic_too_large(statement: QuadraticStatement) -> str | None:
    unknowns = statement.landscape.width * statement.landscape.dimension
    return f"{unknowns} unknowns are more than this checker's {ARB_UNKNOWNS}" if unknowns > ARB_UNKNOWNS else None


_QUADRATIC_RULES: dict[str, Rule] = {
    "global-minimum": quadratic_global_minimum,
    "negative-curvature": negative_curvature,
    "spurious-local-minimum": quadratic_spurious_minimum,
}
_SEMIDEFINITE_RULES: dict[str, Rule] = {
    "sdp-lower-bound": sdp_lower_bound,
    "sdp-upper-bound": sdp_upper_bound,
    "sdp-infeasible": sdp_infeasible,
}

KINDS = {
    "population-teacher-student": Kind(
        read_statement=critical_point.read_statement,
        read_witness=critical_point_witness.read_witness,
        too_large=_critical_point_too_large,
        task=CriticalPointTask,
        rules=_critical_point_rules,
    ),
    "semidefinite-program": Kind(
        read_statement=semidefinite_program.read_statement,
        read_witness=semidefinite_program_witness.read_witness,
        too_large=_program_too_large,
        task=SemidefiniteTask,
        rules=lambda statement: [_SEMIDEFINITE_RULES[statement.property]],
        data_file=lambda statement: statement.landscape.data,
    ),
    "matrix": Kind(
        read_statement=matrix.read_statement,
        read_witness=matrix_witness.read_witness,
        too_large=lambda statement: _order_too_large(len(statement.landscape.rows)),
        task=Task,
        rules=lambda statement: [positive_semidefinite],
    ),
    "polynomial": Kind(
        read_statement=polynomial.read_statement,
        read_witness=polynomial_witness.read_witness,
        too_large=lambda statement: None,
        task=Task,
        rules=lambda statement: (
            [sum_of_squares, global_minimum] if statement.property == "global-minimum" else [sum_of_squares]
        ),
    ),
    "quadratic-network": Kind(
        read_statement=quadratic_network.read_statement,
        read_witness=quadratic_network_witness.read_witness,
        too_large=_quadratic_too_large,
        task=Task,
        rules=lambda statement: [_QUADRATIC_RULES[statement.property]],
    ),
}
