"""What the rules about one exact point share: the loss there, exactly where it can be, else in a ball."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from verify.checker.core.balls import point
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix, at_least, at_most
from verify.checker.core.facts import Fact, Further, Interval, encloses, maker, require
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.exact_risk import ExactRisk, is_exact
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.given_point import GivenPoint, GivenPointWitness
from verify.checker.theorems.value import prove_better, prove_value


class GivenPointTask(Task[GivenPoint, GivenPointWitness]):
    """A statement about one exact point, to be proved."""

    @cached_property
    def exactly(self) -> ExactRisk:
        """The landscape at the point in rational numbers. Raises Open where that is not possible."""
        return self.along(None, 0)

    @cached_property
    def in_balls(self) -> EmpiricalRisk:
        """The landscape at the point in balls."""
        return EmpiricalRisk(self.statement.landscape, point(self.statement.point))

    def along(self, direction: Matrix | None, order: int) -> ExactRisk:
        """The landscape on a half-line from the point. Raises Open where it is not evaluated in rational numbers."""
        if not is_exact(self.statement.landscape):
            raise Open(
                "exact evaluation needs a loss in pieces of polynomials and piecewise linear or polynomial activations",
                Reason.NOT_MODELLED,
            )
        risk = ExactRisk(self.statement.landscape, self.statement.point, direction, order)
        risk.value()  # so that no later use meets numbers that are too large
        return risk


@dataclass(frozen=True, slots=True)
class LossAtPoint(Fact):
    """The loss at a point lies within bounds."""

    landscape: EmpiricalRiskLandscape
    point: Matrix
    value: Interval

    def proves(self, statement: Statement) -> bool:
        """The loss at the same point, within bounds that are no tighter."""
        if not isinstance(statement, GivenPoint):
            return False
        same = GivenPoint(self.landscape, "value", self.point, statement.value)
        return statement == same and encloses(statement.value, self.value)


@dataclass(frozen=True, slots=True)
class ZeroLoss(Fact):
    """The loss at a point is 0, and nowhere negative."""

    at: LossAtPoint

    def proves(self, statement: Statement) -> bool:
        """A global minimum at that point, of loss 0."""
        return (
            isinstance(statement, GivenPoint)
            and statement.property == "global-minimum"
            and not any(statement.value)
            and self.at.proves(replace(statement, property="value"))
        )


class LessElsewhere(Further):
    """That the loss is smaller at another point, besides what a fact says of this one."""

    __slots__ = ()
    FROM = MappingProxyType({"not-a-global-minimum": "value", "suboptimal-local-minimum": "local-minimum"})


_loss_at_point, _zero_loss, _less_elsewhere = maker(LossAtPoint), maker(ZeroLoss), maker(LessElsewhere)


def value_at_given_point(task: GivenPointTask) -> LossAtPoint:
    """Rule `value`: the loss at the point is within its bounds, by evaluation."""
    landscape, where = task.statement.landscape, task.statement.point
    low, high = task.statement.value
    if not is_exact(landscape):
        proved = prove_value(task, "value", task.in_balls.value(), (low, high), "the point")
        return _loss_at_point(landscape, where, proved)
    exact = task.exactly.value()[0]
    shown = f"[{at_least(exact, 8)}, {at_most(exact, 8)}]"
    if not low <= exact <= high:
        raise Refuted(f"the loss at the point is in {shown}, which is not within the claimed bounds")
    task.record("value", "the loss at the point is within its bounds, exactly", shown)
    return _loss_at_point(landscape, where, (exact, exact))


def global_minimum(task: GivenPointTask, at: LossAtPoint) -> ZeroLoss:
    """Rule `zero-loss`: a loss that is never negative is 0 at the point.

    Every loss of a sample here is >= 0, the factor is positive and so is weight decay.
    """
    require(at, replace(task.statement, property="value", value=(Fraction(0), Fraction(0))))
    task.record("zero-loss", "the loss is never negative", "and it is 0 at the point")
    return _zero_loss(at)


def better_point(task: GivenPointTask, at: Fact) -> LessElsewhere:
    """Rule `better-point`: the loss at an exhibited point is smaller than the statement's lower bound."""
    require(at, replace(task.statement, property=LessElsewhere.FROM[task.statement.property]))
    better, least = task.witness.better_point, task.statement.value[0]
    if better is None:
        raise Refuted("no better point is given")
    value = EmpiricalRisk(task.statement.landscape, point(better)).value()
    prove_better(task, "better-point", value, least)
    return _less_elsewhere(at)
