"""The kinds of statements about empirical risks, by property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from verify.checker.core.facts import Fact
from verify.checker.core.limits import (
    ARB_BLOCKS,
    ARB_MAPPED,
    ARB_PARAMETERS,
    ARB_UNKNOWNS,
    AUTO_DESCENT,
    MAX_UNKNOWNS,
    MIN_PRECISION,
    beyond,
)
from verify.checker.core.task import Task
from verify.checker.kinds.critical_point import prove_near
from verify.checker.kinds.kind import Kind
from verify.checker.statements import all_widths as all_widths_statement
from verify.checker.statements import basin as basin_statement
from verify.checker.statements import constant_outputs as constant_outputs_statement
from verify.checker.statements import convex as convex_statement
from verify.checker.statements import count_of_minima as count
from verify.checker.statements import critical_point, descent_nearby, given_point, gradient_descent, risk_descent
from verify.checker.statements import every_width as every_width_statement
from verify.checker.statements import flat_saddle as flat_saddle_statement
from verify.checker.statements import interpolation as interpolation_statement
from verify.checker.statements import near_infimum as near_infimum_statement
from verify.checker.statements import no_critical_point as nowhere
from verify.checker.statements import width_bound as width_bound_statement
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.descent_nearby import ConvergesNearby
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK as LANDSCAPE
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.checker.statements.near_infimum import NearInfimum
from verify.checker.statements.no_critical_point import NoCriticalPoint, NoCriticalPointWitness
from verify.checker.statements.risk_descent import DescentConverges
from verify.checker.statements.sample_loss import LOSSES
from verify.checker.theorems.all_widths import AllWidthsTask, all_widths
from verify.checker.theorems.basin_of_attraction import converges_nearby
from verify.checker.theorems.constant_outputs import constant_outputs
from verify.checker.theorems.convex_risk import convex, convex_point
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.descent import degenerate_saddle, descent, no_critical_point
from verify.checker.theorems.descent_along_curves import descent_along_a_curve, saddle_along_curves
from verify.checker.theorems.every_width import EveryWidthTask, every_width
from verify.checker.theorems.flat_direction import flat_direction
from verify.checker.theorems.flat_saddle import flat_saddle
from verify.checker.theorems.given_point import GivenPointTask, better_point, global_minimum, value_at_given_point
from verify.checker.theorems.interpolation import interpolation
from verify.checker.theorems.linearised_minimum import linearised_minimum
from verify.checker.theorems.lipschitz_descent import lipschitz_descent
from verify.checker.theorems.minorant import MinimumTask
from verify.checker.theorems.near_infimum import near_infimum
from verify.checker.theorems.not_attained import not_attained
from verify.checker.theorems.polyak_lojasiewicz import converges
from verify.checker.theorems.product_of_minima import product_of_minima
from verify.checker.theorems.second_order_descent import second_order_descent
from verify.checker.theorems.shadowing import work
from verify.checker.theorems.split_units import local_minimum
from verify.checker.theorems.strict_basin import strict_basin
from verify.checker.theorems.trajectory import reaches
from verify.checker.theorems.width_bound import width_bound


def too_large(statement: Any) -> str | None:
    """Why a statement is beyond what is taken on here, if it is."""
    landscape: EmpiricalRiskLandscape = statement.landscape
    if landscape.parameter_map is not None:
        samples, units = len(landscape.inputs), sum(landscape.network.widths[1:])
        return beyond(
            ("{} trained parameters are", landscape.trained, ARB_UNKNOWNS),
            ("samples x units x trained parameters = {} is", samples * units * landscape.trained, ARB_MAPPED),
        )
    return beyond(
        ("{} trained parameters are", landscape.trained, ARB_UNKNOWNS),
        ("{} parameters are", landscape.network.parameters, ARB_PARAMETERS),
        ("samples x units^2 = {} is", len(landscape.inputs) * sum(landscape.network.widths[1:]) ** 2, ARB_BLOCKS),
    )


def _wide(statement: NearInfimum) -> str | None:
    first, *_, last = statement.landscape.network.widths
    return beyond(("{} entries of the matrix are", (first + 1) * last, ARB_UNKNOWNS)) or too_large(statement)


def _too_wide(statement: EveryWidth) -> str | None:
    work = len(statement.landscape.inputs) * statement.widths_from
    return beyond(("samples x widths_from = {} is", work, ARB_BLOCKS)) or too_large(statement)


def _all_too_wide(statement: AllWidths) -> str | None:
    return too_large(replace(statement, landscape=statement.wide()))


def _too_many_equations(statement: ZeroLossWithin | ConvergesNearby) -> str | None:
    landscape = statement.landscape
    work = interpolation_statement.equations(landscape) * sum(landscape.network.widths[1:])
    return beyond(
        ("{} parameters are", landscape.network.parameters, MAX_UNKNOWNS),
        ("{} equations are", interpolation_statement.equations(landscape), ARB_UNKNOWNS),
        ("equations x units = {} is", work, ARB_BLOCKS),
    )


def _is_long(statement: DescentConverges) -> bool:
    first = statement.landscape.network.layers[0].activation.name
    return first == "tanh" and bool(statement.landscape.fixed) and work(statement, MIN_PRECISION) > AUTO_DESCENT


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
        case "convex-global-minimum":
            return convex_point(task, value)
        case "no-global-minimum":
            return not_attained(task, value)
    line = task.witness.descent
    if line is not None and line.bends is not None:
        falls = descent_along_a_curve(task, value)
        return falls if task.statement.property == "not-a-local-minimum" else saddle_along_curves(task, falls)
    if task.statement.property == "not-a-local-minimum":
        return descent(task, value)
    return degenerate_saddle(task, descent(task, value))


def _prove_nowhere(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> Fact:
    if task.statement.property == nowhere.PROPERTY:
        return no_critical_point(task)
    if task.statement.property == nowhere.NO_STRICT:
        return flat_direction(task)
    return lipschitz_descent(task) if task.witness.order == 1 else second_order_descent(task)


def _kind(statements: ModuleType, prove: Callable[[Any], Fact], **others: Any) -> Kind:
    """Of the statements in a module."""
    return Kind(statements.STATEMENT, statements.WITNESS, prove, **{"too_large": too_large, **others})


NEAR = Kind(
    critical_point.near(LANDSCAPE), critical_point.WITNESS, prove_near, too_large=too_large, task=CriticalPointTask
)
STRICT = Kind(
    basin_statement.STRICT_STATEMENT,
    basin_statement.STRICT_WITNESS,
    strict_basin,
    too_large=too_large,
    task=MinimumTask,
)
RUN = Kind(gradient_descent.RISK_REACHES_STATEMENT, gradient_descent.REACHES_WITNESS, reaches, too_large=too_large)

_AT_A_POINT = ("value", "global-minimum", "not-a-global-minimum", "not-a-local-minimum")
_IN_A_REGION = (*critical_point.PROPERTIES, *nowhere.SAYS, basin_statement.PROPERTY, basin_statement.STRICT)
_EVERYWHERE = width_bound_statement.PROPERTY
_CONVEX = (convex_statement.PROPERTY, near_infimum_statement.PROPERTY)
WEIGHTED = frozenset({*_AT_A_POINT, *_IN_A_REGION, _EVERYWHERE, "degenerate-saddle", *_CONVEX})
"""Properties whose rules know samples that count differently."""
BENDING = frozenset({*_AT_A_POINT, *_IN_A_REGION, _EVERYWHERE})
"""Properties whose rules know losses that are not C^2 everywhere."""


def _not_modelled(statement: Any) -> str | None:
    """Why the rules of a statement's property are not written for its risk, if they are not."""
    landscape: EmpiricalRiskLandscape = statement.landscape
    if landscape.sample_weights is not None and statement.property not in WEIGHTED:
        return "this rule needs a risk whose samples all count alike"
    if landscape.loss not in LOSSES and statement.property not in BENDING:
        return f"this rule is not written for the loss `{landscape.loss}`"
    return None


def with_own_risks(kinds: dict[str, Kind]) -> dict[str, Kind]:
    """Kinds, by property, of statements about risks that the rules of the property are written for."""
    return {name: replace(kind, not_modelled=_not_modelled) for name, kind in kinds.items()}


EMPIRICAL_RISK = with_own_risks(
    {
        **dict.fromkeys(critical_point.PROPERTIES, NEAR),
        **dict.fromkeys(nowhere.SAYS, _kind(nowhere, _prove_nowhere)),
        basin_statement.PROPERTY: _kind(basin_statement, local_minimum, task=MinimumTask),
        basin_statement.STRICT: STRICT,
        convex_statement.PROPERTY: _kind(convex_statement, convex),
        near_infimum_statement.PROPERTY: _kind(near_infimum_statement, near_infimum, too_large=_wide),
        flat_saddle_statement.PROPERTY: _kind(flat_saddle_statement, flat_saddle),
        interpolation_statement.PROPERTY: _kind(interpolation_statement, interpolation, too_large=_too_many_equations),
        every_width_statement.PROPERTY: _kind(
            every_width_statement, every_width, too_large=_too_wide, task=EveryWidthTask
        ),
        all_widths_statement.PROPERTY: _kind(
            all_widths_statement, all_widths, too_large=_all_too_wide, task=AllWidthsTask
        ),
        constant_outputs_statement.PROPERTY: _kind(constant_outputs_statement, constant_outputs),
        width_bound_statement.PROPERTY: _kind(width_bound_statement, width_bound),
        count.PROPERTY: _kind(count, product_of_minima),
        gradient_descent.REACHES: RUN,
        risk_descent.CONVERGES: Kind(
            risk_descent.STATEMENT, risk_descent.WITNESS, converges, is_large=_is_long, balls_will_do=True
        ),
        descent_nearby.PROPERTY: _kind(descent_nearby, converges_nearby, too_large=_too_many_equations),
        **dict.fromkeys(given_point.SAYS, _kind(given_point, _prove_at_given_point, task=GivenPointTask)),
    }
)
