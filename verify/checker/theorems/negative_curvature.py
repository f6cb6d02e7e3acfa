"""Rule `negative-curvature`.

Theorem. If at the point W
  (1) |grad L(W)| <= g,
  (2) D^T (Hessian at W) D <= a |D|^2 for a direction D other than 0, with a < 0,
then the statement holds; and if g = 0, W is critical and no local minimum.
Proof. (1) and (2) are the statement. With grad L(W) = 0, L(W + t D) = L(W) + t^2 D^T H D / 2 + O(t^3) < L(W) for
small t != 0. QED

Source: the second-order necessary condition.
"""

from __future__ import annotations

from flint import fmpq

from verify.checker.core.clock import look
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.losses.quadratic_network import QuadraticLoss
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.quadratic_network import DirectionWitness, NegativeCurvature
from verify.checker.theorems.positive_semidefinite import shown

RULE = "negative-curvature"


class CurvatureAtPoint(Conclusion):
    """The gradient at a point is at most g in norm, and the curvature in some direction at most a."""

    __slots__ = ()


_fact = maker(CurvatureAtPoint)


def negative_curvature(task: Task[NegativeCurvature, DirectionWitness]) -> CurvatureAtPoint:
    """Prove hypotheses (1) and (2) of the theorem above, in exact arithmetic."""
    statement, direction = task.statement, task.witness.direction
    if statement.curvature >= 0:
        raise Refuted("the curvature is not below 0")
    look()
    loss = QuadraticLoss(statement.landscape, [[rational(entry) for entry in row] for row in statement.point])
    square = sum((entry * entry for row in loss.gradient() for entry in row), fmpq(0))
    bound = rational(statement.gradient_bound)
    if square > bound * bound:
        raise Refuted(f"the squared norm of the gradient is in {shown(square)}, above the square of the bound")
    task.record(RULE, "|grad L(W)| <= g", f"its square is in {shown(square)}")
    look()
    curvature = loss.curvature(direction)
    size = sum((rational(entry * entry) for row in direction for entry in row), fmpq(0))
    if curvature > rational(statement.curvature) * size:
        raise Refuted(f"the curvature in the direction is in {shown(curvature / size)}, above the claimed bound")
    task.record(RULE, "D^T H D <= a |D|^2", f"the curvature is in {shown(curvature / size)}")
    bounds = statement.gradient_bound, statement.curvature
    return _fact(NegativeCurvature(statement.landscape, RULE, statement.point, *bounds))
