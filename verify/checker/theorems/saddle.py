"""Rule `saddle`.

Theorem. Let c be a point, r > 0, X the box of all points whose entries differ from
those of c by at most r. If
  (1) F is twice continuously differentiable on X (see `strict-local-minimum`),
  (2) with some matrix Y, |Y grad F(c)| + |I - Y H| r < r in the maximum norm, for an
      interval matrix H that contains the Hessian everywhere on X,
  (3) u^T H u <= a |u|^2 with a < 0 for a vector u, and
  (4) v^T H v >= b |v|^2 with b > 0 for a vector v,
then F has exactly one critical point x in X; it is nondegenerate, its Hessian has an
eigenvalue <= a and one >= b, so it is neither a local minimum nor a local maximum. If moreover
  (5) F(c) +- r sum_i (|g_i| + r sum_j |H_ij|) with g = grad F(c) lies within [l, u],
  (6) where an inertia is claimed, at least that many eigenvalues of H are negative and positive,
then l <= F(x) <= u, and the inertia is the one claimed.
In every higher input dimension, x padded with zeros is a critical point of the same
value, and the padded directions have the same curvatures (see `every-input-dimension`):
that much lifts; uniqueness in the box, nondegeneracy and the inertia are said of the
given dimension alone.

Proof. (2) is Krawczyk's test (`krawczyk`) for the gradient. (3), (4): Rayleigh quotients. (5): `value`. (6):
`inertia`. QED

Source: Krawczyk 1969, for the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from verify.checker.core.balls import ball, matrix_precision
from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix, at_least, at_most
from verify.checker.core.facts import Fact, Interval, encloses, maker
from verify.checker.core.interval_matrix import IntervalMatrix
from verify.checker.core.outcome import decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.registry import lifts
from verify.checker.statements.critical_point import Saddle, SaddleWitness
from verify.checker.statements.landscape import Landscape
from verify.checker.theorems.critical_point import CriticalPointT, CriticalPointTask, WitnessT, prove_smooth
from verify.checker.theorems.inertia import prove_inertia
from verify.checker.theorems.krawczyk import prove_zero
from verify.checker.theorems.value import over_box, prove_value

RULE = "saddle"

SaddleTask = CriticalPointTask[Saddle, SaddleWitness]


@dataclass(frozen=True, slots=True)
class SaddlePoint(Fact):
    """The conclusion of the theorem above."""

    landscape: Landscape
    center: Matrix
    radius: Fraction
    value: Interval
    """Encloses the loss at the saddle."""
    curvatures: Interval
    """a and b: the Hessian there has an eigenvalue <= a and one >= b."""
    inertia: tuple[int, int] | None

    def proves(self, statement: Statement) -> bool:
        """A saddle near the same point, with bounds that are no stronger."""
        if not isinstance(statement, Saddle):
            return False
        value, curvatures = statement.value, (statement.negative_curvature, statement.positive_curvature)
        every, inertia = statement.every_dimension, statement.inertia
        same = Saddle(self.landscape, "saddle", every, self.center, self.radius, value, *curvatures, inertia)
        return (
            statement == same
            and (not every or lifts(self.landscape))
            and encloses(value, self.value)
            and self.curvatures[0] <= curvatures[0] < 0 < curvatures[1] <= self.curvatures[1]
            and inertia in (None, self.inertia)
        )


_fact = maker(SaddlePoint)


def saddle(task: SaddleTask) -> SaddlePoint:
    """Prove hypotheses (1) to (6) of the theorem above."""
    statement = task.statement
    hessian, value = prove_critical_point(task, RULE)
    with matrix_precision():
        look()
        curvatures = prove_curvatures(task, RULE, hessian)
    enclosed = prove_value(task, RULE, value, statement.value)
    if statement.inertia is not None:
        look()
        with matrix_precision():
            _prove_inertia(task, hessian, statement.inertia)
    return _fact(statement.landscape, statement.center, statement.radius, enclosed, curvatures, statement.inertia)


def prove_critical_point(task: CriticalPointTask[CriticalPointT, WitnessT], rule: str) -> tuple[IntervalMatrix, arb]:
    """Prove hypotheses (1) and (2); returns H, and a ball with the loss at the critical point."""
    prove_smooth(task, rule)
    gradient = arb_mat([[entry] for row in task.at_center.gradient() for entry in row])
    value = task.at_center.value()
    with matrix_precision():
        hessian = task.arithmetic.hessian(task.region)
        radius = ball(task.statement.radius)
        newton = hessian.newton(gradient)
        look()
        step, contraction = prove_zero(newton, radius, "the Hessian over the box is not proved invertible")
    measured = f"|Y grad F(c)| <= {upper(step)}, |I - Y H| <= {upper(contraction)}"
    task.record(rule, "Krawczyk test: exactly one critical point in the box", measured)
    return hessian, over_box(value, gradient, hessian, radius)


def prove_curvatures(task: Task[Any, Any], rule: str, hessian: IntervalMatrix) -> Interval:
    """Hypotheses (3) and (4), of a statement and a witness that have their members; returns a and b."""
    statement = task.statement
    down = hessian.curvature(task.witness.negative_direction)
    most = ball(statement.negative_curvature)
    message = f"the negative direction's curvature is in [{lower(down)}, {upper(down)}]"
    decide(down <= most, down > most, f"{message}, claimed <= {at_most(statement.negative_curvature)}")
    task.record(rule, "a direction of negative curvature over the box", f"<= {upper(down)}")
    up = hessian.curvature(task.witness.positive_direction)
    least = ball(statement.positive_curvature)
    message = f"the positive direction's curvature is in [{lower(up)}, {upper(up)}]"
    decide(up >= least, up < least, f"{message}, claimed >= {at_least(statement.positive_curvature)}")
    task.record(rule, "a direction of positive curvature over the box", f">= {lower(up)}")
    return statement.negative_curvature, statement.positive_curvature


def _prove_inertia(task: SaddleTask, hessian: IntervalMatrix, claimed: tuple[int, int]) -> None:
    negative, positive = proved = hessian.inertia()
    counts = f"{negative} negative and {positive} positive eigenvalues"
    prove_inertia(proved, claimed, f"the Hessian has at least {counts}", f"only {counts} of the Hessian were proved")
    task.record(RULE, "the Hessian's inertia", f"{negative} negative, {positive} positive eigenvalues")
