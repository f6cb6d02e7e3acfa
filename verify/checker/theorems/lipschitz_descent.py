"""Rule `lipschitz-descent`: no local minimum in a region, which may contain kinks.

Theorem. Let B be the closed Euclidean ball of radius r >= 0 around c, and u a direction. If
  (1) what forward differentiation of F along u gives, with every slope of a unit that may be on its kink, is negative
      at every point of B,
then F has no local minimum in B.
Proof. These numbers make a compact set at each point, which depends on the point upper semicontinuously: near a point a
unit that is off its kink stays off, the slopes of the others are admitted there already, and the rest is continuous.
So they are negative near B too. By the theorem of `losses.directional`, F(x + t u) < F(x), x in B, small t > 0. QED

Source: standard (a generalised derivative after Clarke 1983, along one direction); docs/BASIN.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.balls import ball, box
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.directional import DirectionalRisk
from verify.checker.statements.no_critical_point import NO_MINIMUM, NoCriticalPoint, NoCriticalPointWitness

RULE = "lipschitz-descent"


@dataclass(frozen=True, slots=True)
class NoMinimumWithin(Conclusion):
    """There is no local minimum in a ball."""


_fact = maker(NoMinimumWithin)


def lipschitz_descent(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> NoMinimumWithin:
    """Prove hypothesis (1) of the theorem above."""
    statement, direction = task.statement, task.witness.direction[0]
    region = box(statement.center, statement.radius)
    slope = DirectionalRisk(statement.landscape, region, direction).slope()
    found = f"the loss's slope along the direction is in [{lower(slope)}, {upper(slope)}] on the region"
    decide(slope < 0, False, f"{found}, not proved negative")
    norm = ball(sum((entry**2 for entry in direction), Fraction(0))).sqrt()
    measured = f"the slope along a unit vector is <= {upper(slope / norm)} for radius {at_least(statement.radius)}"
    task.record(RULE, "the loss falls along one direction everywhere within the radius", measured)
    return _fact(NoCriticalPoint(statement.landscape, NO_MINIMUM, statement.center, statement.radius))
