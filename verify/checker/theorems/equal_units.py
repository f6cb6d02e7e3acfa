"""What rules `every-width` and `all-widths` share: hypotheses (1) to (3) of both, the loss, and the better point."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from flint import arb

from verify.checker.core.balls import point
from verify.checker.core.facts import Interval
from verify.checker.core.outcome import Refuted
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import EveryWidth, EveryWidthWitness
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.saddle import prove_critical_point
from verify.checker.theorems.value import prove_better, prove_value

ManyWidths = TypeVar("ManyWidths", bound=EveryWidth | AllWidths)


class Enclosed(NamedTuple):
    """The critical point in the box."""

    sign: int
    """Of the output weight, on the box."""
    loss: arb
    """At every point of the box."""


def enclosed(task: CriticalPointTask[ManyWidths, EveryWidthWitness], rule: str, weight: int) -> Enclosed:
    """(1) C^2 on the box, (2) a critical point in it, (3) the output weight, the parameter of this number, is not 0."""
    statement = task.statement
    _, loss = prove_critical_point(task, rule)
    output = statement.center[0][weight]
    if abs(output) <= statement.radius:
        raise Refuted("the output weight vanishes within the radius")
    sign = 1 if output > 0 else -1
    task.record(rule, "the output weight keeps its sign", "positive" if sign > 0 else "negative")
    return Enclosed(sign, loss)


def prove_loss(
    task: CriticalPointTask[ManyWidths, EveryWidthWitness],
    rule: str,
    loss: arb,
    wide: Callable[[], EmpiricalRiskLandscape],
) -> Interval:
    """The last two hypotheses: the loss is within its bounds, and a point of the wide network, if given, is better."""
    proved = prove_value(task, rule, loss, task.statement.value)
    better = task.witness.better_point
    if better is not None:
        risk = EmpiricalRisk(wide(), point(better))
        prove_better(task, rule, risk.value(), task.statement.value[0])
    return proved
