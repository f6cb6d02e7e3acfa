"""Rule `quadratic-spurious-minimum`.

Theorem. Let c be a point, r > 0, m > 0, B the closed Euclidean ball B(c, r), g = grad L(c). If
  (1) every eigenvalue of the Hessian of L is at least m, everywhere on B,
  (2) |g| < m r,
  (3) l <= L(c) - |g|^2 / (2 m) and L(c) <= u,
  (4) some W' has L(W') < l,
then L has exactly one critical point in B, a strict local minimum in the open ball with l <= L <= u, not global.
Proof. L is a polynomial, so smooth. (1) to (3): the theorem of theorems/strict_local_minimum.py. (4): L takes a value
below that of the minimum. QED

Source: as rule `strict-local-minimum`.
"""

from __future__ import annotations

from flint import fmpq

from verify.checker.core.balls import ball, box
from verify.checker.core.clock import look
from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues, shifted
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.losses.quadratic_network import QuadraticLoss, Rows
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.quadratic_network import BetterPointWitness, SpuriousMinimum
from verify.checker.theorems.positive_semidefinite import shown

RULE = "quadratic-spurious-minimum"


class QuadraticSpuriousMinimum(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(QuadraticSpuriousMinimum)


def quadratic_spurious_minimum(task: Task[SpuriousMinimum, BetterPointWitness]) -> QuadraticSpuriousMinimum:
    """Prove hypotheses (1) to (4) of the theorem above; all but the first in exact arithmetic."""
    statement, network = task.statement, task.statement.landscape
    m, r = rational(statement.hessian_lower_bound), rational(statement.radius)
    low, high = (rational(bound) for bound in statement.value)
    center: Rows = [[rational(entry) for entry in row] for row in statement.center]
    at_center = QuadraticLoss(network, center)
    look()
    over_ball = QuadraticLoss(network, box(statement.center, statement.radius)).hessian()
    look()
    if not is_positive_definite(shifted(over_ball, ball(statement.hessian_lower_bound))):
        if negative_eigenvalues(shifted(at_center.hessian(), ball(statement.hessian_lower_bound))):
            raise Refuted("the Hessian has an eigenvalue below the bound at the given point")
        raise Open("the Hessian was not proved to be at least the bound over the whole ball")
    task.record(RULE, "the Hessian is >= m on the ball", f"m is in {shown(m)}")
    square = sum((entry * entry for row in at_center.gradient() for entry in row), fmpq(0))
    if square >= m * m * r * r:
        raise Refuted(f"the gradient is too large for the radius: its squared norm is in {shown(square)}")
    task.record(RULE, "|grad L(c)| < m r", f"|grad L(c)|^2 is in {shown(square)}, (m r)^2 in {shown(m * m * r * r)}")
    value = at_center.value()
    if value - square / (2 * m) < low or value > high:
        raise Refuted(f"the loss is in {shown(value)}, which is not within the claimed bounds")
    task.record(RULE, "the loss at the minimum is within its bounds", shown(value))
    better = QuadraticLoss(network, [[rational(entry) for entry in row] for row in task.witness.better_point]).value()
    if better >= low:
        raise Refuted(f"the better point has a loss in {shown(better)}, not below {shown(low)}")
    task.record(RULE, "a point has a smaller loss", shown(better))
    bounds = statement.value, statement.hessian_lower_bound
    return _fact(SpuriousMinimum(network, "spurious-local-minimum", statement.center, statement.radius, *bounds))
