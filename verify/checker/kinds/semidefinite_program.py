"""The kind of statements about semidefinite programs in data files."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind, Rule
from verify.checker.limits import ARB_ORDER
from verify.checker.rules.sdp_infeasible import sdp_infeasible
from verify.checker.rules.sdp_lower_bound import sdp_lower_bound
from verify.checker.rules.sdp_upper_bound import sdp_upper_bound
from verify.checker.rules.semidefinite_program import SemidefiniteTask
from verify.checker.statements import semidefinite_program
from verify.checker.statements.semidefinite_program import SemidefiniteStatement
from verify.checker.witnesses import semidefinite_program as semidefinite_program_witness

_RULES: dict[str, Rule] = {
    "sdp-lower-bound": sdp_lower_bound,
    "sdp-upper-bound": sdp_upper_bound,
    "sdp-infeasible": sdp_infeasible,
}


def _too_large(statement: SemidefiniteStatement) -> str | None:
    order = max((block.order for block in statement.landscape.blocks if not block.diagonal), default=0)
    return f"a block of order {order} is larger than this checker's {ARB_ORDER}" if order > ARB_ORDER else None


SEMIDEFINITE_PROGRAM = Kind(
    read_statement=semidefinite_program.read_statement,
    read_witness=semidefinite_program_witness.read_witness,
    too_large=_too_large,
    task=SemidefiniteTask,
    rules=lambda statement: [_RULES[statement.property]],
    data_file=lambda statement: statement.landscape.data,
)
