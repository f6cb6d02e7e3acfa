"""The kinds of statements about empirical risks, by property."""

from __future__ import annotations

from typing import Any

from verify.checker.core.facts import Fact
from verify.checker.core.limits import ARB_BLOCKS, ARB_PARAMETERS, ARB_UNKNOWNS
from verify.checker.core.task import Task
from verify.checker.kinds.critical_point import prove_near
from verify.checker.kinds.kind import Kind
from verify.checker.statements import constant_outputs as constant_outputs_statement
from verify.checker.statements import count_of_minima as count
from verify.checker.statements import critical_point, given_point
from verify.checker.statements import every_width as every_width_statement
from verify.checker.statements import no_critical_point as nowhere
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK as LANDSCAPE
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import EveryWidth
from verify.checker.theorems.constant_outputs import constant_outputs
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.descent import degenerate_saddle, descent, no_critical_point
from verify.checker.theorems.every_width import EveryWidthTask, every_width
from verify.checker.theorems.given_point import GivenPointTask, better_point, global_minimum, value_at_given_point
from verify.checker.theorems.linearised_minimum import linearised_minimum
from verify.checker.theorems.product_of_minima import product_of_minima


def _too_large(statement: Any) -> str | None:
    landscape: EmpiricalRiskLandscape = statement.landscape
    if landscape.trained > ARB_UNKNOWNS:
        return f"{landscape.trained} trained parameters are more than this checker's {ARB_UNKNOWNS}"
    if landscape.network.parameters > ARB_PARAMETERS:
        return f"{landscape.network.parameters} parameters are more than this checker's {ARB_PARAMETERS}"
    blocks = len(landscape.inputs) * sum(landscape.network.widths[1:]) ** 2
    if blocks > ARB_BLOCKS:
        return f"samples x units^2 = {blocks} is more than this checker's {ARB_BLOCKS}"
    return None


def _too_wide(statement: EveryWidth) -> str | None:
    work = len(statement.landscape.inputs) * statement.widths_from
    if work > ARB_BLOCKS:
        return f"samples x widths_from = {work} is more than this checker's {ARB_BLOCKS}"
    return _too_large(statement)


def _prove_at_given_point(task: GivenPointTask) -> Fact:
    value = value_at_given_point(task)
    match task.statement.property:
        case "value":
            return value
        case "local-minimum":
            return linearised_minimum(task, value)
        case "suboptimal-local-minimum":
            return better_point(task, linearised_minimum(task, value))
        case "global-minimum":
            return global_minimum(task, value)
        case "not-a-global-minimum":
            return better_point(task, value)
        case "not-a-local-minimum":
            return descent(task, value)
    return degenerate_saddle(task, descent(task, value))


NEAR = Kind(
    statement=critical_point.near(LANDSCAPE),
    witness=critical_point.WITNESS,
    too_large=_too_large,
    task=CriticalPointTask,
    prove=prove_near,
)
NOWHERE = Kind(
    statement=nowhere.STATEMENT,
    witness=nowhere.WITNESS,
    too_large=_too_large,
    task=Task,
    prove=no_critical_point,
)


GIVEN_POINT = Kind(
    statement=given_point.STATEMENT,
    witness=given_point.WITNESS,
    too_large=_too_large,
    task=GivenPointTask,
    prove=_prove_at_given_point,
)
EVERY_WIDTH = Kind(
    statement=every_width_statement.STATEMENT,
    witness=every_width_statement.WITNESS,
    too_large=_too_wide,
    task=EveryWidthTask,
    prove=every_width,
)
CONSTANT_OUTPUTS = Kind(
    statement=constant_outputs_statement.STATEMENT,
    witness=constant_outputs_statement.WITNESS,
    too_large=_too_large,
    task=Task,
    prove=constant_outputs,
)
COUNT = Kind(
    statement=count.STATEMENT,
    witness=count.WITNESS,
    too_large=_too_large,
    task=Task,
    prove=product_of_minima,
)

EMPIRICAL_RISK: dict[str, Kind] = {
    **dict.fromkeys(critical_point.PROPERTIES, NEAR),
    nowhere.PROPERTY: NOWHERE,
    every_width_statement.PROPERTY: EVERY_WIDTH,
    constant_outputs_statement.PROPERTY: CONSTANT_OUTPUTS,
    count.PROPERTY: COUNT,
    **dict.fromkeys(given_point.SAYS, GIVEN_POINT),
}
