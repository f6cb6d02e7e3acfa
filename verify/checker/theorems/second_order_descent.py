"""Rule `second-order-descent`: an empirical risk has no local minimum within a radius, because it bends down.

Theorem. If F is C^2 near every point of the ball B of radius r >= 0 around c, and u^T Hess F(x) u < 0 for every x in B,
for one direction u, then F has no local minimum in B.
Proof. At a local minimum in B the gradient is 0, and F(x + t u) - F(x) = t^2 u^T Hess F(x) u / 2 + o(t^2) < 0 for small
t != 0, a contradiction; x + t u need not lie in B. QED

That u^T Hess F u < 0 at one point says nothing of the points around it: it is asked for on a box that contains B.
Source: the second-order necessary condition.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from verify.checker.core.balls import ball, box
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.loss import Region
from verify.checker.statements.no_critical_point import NO_MINIMUM, NoCriticalPoint, NoCriticalPointWitness

RULE = "second-order-descent"


class BendsDown(Conclusion):
    """There is no local minimum in a ball."""

    __slots__ = ()


_fact = maker(BendsDown)


def second_order_descent(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> BendsDown:
    """Prove the hypotheses of the theorem above."""
    statement, direction = task.statement, task.witness.direction[0]
    risk = EmpiricalRisk(statement.landscape, box(statement.center, statement.radius))
    task.record(RULE, *risk.smooth(Region(statement.center, statement.radius, euclidean=True)))
    u = [ball(entry) for entry in direction]
    rows = risk.hessian().tolist()
    bent = sum((x * y * entry for x, row in zip(u, rows, strict=True) for y, entry in zip(u, row, strict=True)), arb(0))
    norm = ball(sum((entry**2 for entry in direction), Fraction(0)))
    found = f"the loss's second derivative along the direction is in [{lower(bent)}, {upper(bent)}] on the region"
    decide(bent < 0, bent >= 0, f"{found}, not proved negative")
    measured = f"the curvature along a unit vector is <= {upper(bent / norm)} for radius {at_least(statement.radius)}"
    task.record(RULE, "the loss bends down along one direction everywhere within the radius", measured)
    return _fact(NoCriticalPoint(statement.landscape, NO_MINIMUM, statement.center, statement.radius))
