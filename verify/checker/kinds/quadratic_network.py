"""The kind of statements about networks with quadratic activation."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind, Rule
from verify.checker.limits import ARB_UNKNOWNS
from verify.checker.rules.negative_curvature import negative_curvature
from verify.checker.rules.quadratic_global_minimum import quadratic_global_minimum
from verify.checker.rules.quadratic_spurious_minimum import quadratic_spurious_minimum
from verify.checker.rules.task import Task
from verify.checker.statements import quadratic_network
from verify.checker.statements.quadratic_network import QuadraticStatement
from verify.checker.witnesses import quadratic_network as quadratic_network_witness

_RULES: dict[str, Rule] = {
    "global-minimum": quadratic_global_minimum,
    "negative-curvature": negative_curvature,
    "spurious-local-minimum": quadratic_spurious_minimum,
}


def _too_large(statement: QuadraticStatement) -> str | None:
    unknowns = statement.landscape.width * statement.landscape.dimension
    return f"{unknowns} unknowns are more than this checker's {ARB_UNKNOWNS}" if unknowns > ARB_UNKNOWNS else None


QUADRATIC_NETWORK = Kind(
    read_statement=quadratic_network.read_statement,
    read_witness=quadratic_network_witness.read_witness,
    too_large=_too_large,
    task=Task,
    rules=lambda statement: [_RULES[statement.property]],
)
