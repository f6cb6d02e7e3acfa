"""What the rules about one exact point share: the loss there, exactly where it can be, else in a ball."""

from __future__ import annotations

from functools import cached_property

from verify.checker.arithmetic import point
from verify.checker.codes import Reason
from verify.checker.exact import Matrix, at_least, at_most
from verify.checker.landscapes.empirical_risk import EmpiricalRisk
from verify.checker.landscapes.exact_risk import ExactRisk, is_exact
from verify.checker.rules.spurious_local_minimum import prove_better
from verify.checker.rules.strict_local_minimum import prove_value
from verify.checker.rules.task import Open, Refuted, Task
from verify.checker.statements.given_point import GivenPoint
from verify.checker.witnesses.given_point import GivenPointWitness


class GivenPointTask(Task[GivenPoint, GivenPointWitness]):
    """A statement about one exact point, to be proved."""

    @cached_property
    def exactly(self) -> ExactRisk:
        """The landscape at the point in rational numbers. Raises Open where that is not possible."""
        return self.along(None, 0)

    @cached_property
    def in_balls(self) -> EmpiricalRisk:
        """The landscape at the point in balls."""
        return EmpiricalRisk(self.statement.landscape, point(self.statement.point), self.check_time)

    def along(self, direction: Matrix | None, order: int) -> ExactRisk:
        """The landscape on a half-line from the point. Raises Open where it is not evaluated in rational numbers."""
        if not is_exact(self.statement.landscape):
            raise Open(
                "exact evaluation needs the loss of squares and piecewise linear or polynomial activations",
                Reason.NOT_MODELLED,
            )
        risk = ExactRisk(self.statement.landscape, self.statement.point, direction, order, self.check_time)
        risk.value()  # so that no later use meets numbers that are too large
        return risk


def value_at_given_point(task: GivenPointTask) -> None:
    """Rule `value`: the loss at the point is within its bounds, by evaluation."""
    low, high = task.statement.value
    if not is_exact(task.statement.landscape):
        prove_value(task, "value", task.in_balls.value(), "the point")
        return
    exact = task.exactly.value()[0]
    shown = f"[{at_least(exact, 8)}, {at_most(exact, 8)}]"
    if not low <= exact <= high:
        raise Refuted(f"the loss at the point is in {shown}, which is not within the claimed bounds")
    task.record("value", "the loss at the point is within its bounds, exactly", shown)


def global_minimum(task: GivenPointTask) -> None:
    """Rule `global-minimum`: a loss that is never negative is 0 at the point.

    Every loss of a sample here is >= 0, the factor is positive and so is weight decay. The rule `value`
    must have proved the bounds 0 and 0.
    """
    task.record("global-minimum", "the loss is never negative", "and it is 0 at the point")


def better_point(task: GivenPointTask) -> None:
    """Rule `better-point`: the loss at an exhibited point is smaller than the statement's lower bound."""
    better, least = task.witness.better_point, task.statement.value[0]
    if better is None:
        raise Refuted("no better point is given")
    value = EmpiricalRisk(task.statement.landscape, point(better), task.check_time).value()
    prove_better(task, "better-point", value, least)
