"""Rule `no-critical-point`: the loss falls along one direction everywhere in a ball.

Theorem. Let (1) F be C^1 on the ball B(c, r), and (2) u.grad F(theta) < 0 for all theta in it. Then F has no critical
point in B(c, r), so no local minimum either.
Proof. Immediate. The derivative is enclosed over a box that contains the ball; F is C^1 there because no unit may meet
a kink. QED
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.balls import ball, box
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open
from verify.checker.core.task import Task, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.no_critical_point import PROPERTY, NoCriticalPoint, NoCriticalPointWitness
from verify.checker.theorems.descent import slope_along

RULE = "no-critical-point"


class NoCriticalPointWithin(Conclusion):
    """There is no critical point in a ball."""

    __slots__ = ()


_fact = maker(NoCriticalPointWithin)


def no_critical_point(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> NoCriticalPointWithin:
    """Prove hypotheses (1) and (2) of the theorem above."""
    statement = task.statement
    region = EmpiricalRisk(statement.landscape, box(statement.center, statement.radius))
    slope = slope_along(region, task.witness.direction)
    if not slope < 0:
        raise Open(f"the loss was not proved to fall along the direction everywhere: slope <= {upper(slope)}")
    norm = ball(sum((entry**2 for entry in task.witness.direction[0]), Fraction(0))).sqrt()
    measured = f"the derivative along a unit vector is <= {upper(slope / norm)} for radius {at_least(statement.radius)}"
    task.record(RULE, "the loss falls along one direction everywhere within the radius", measured)
    return _fact(NoCriticalPoint(statement.landscape, PROPERTY, statement.center, statement.radius))
