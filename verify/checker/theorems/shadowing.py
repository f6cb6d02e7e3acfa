"""Rule `shadowing`: where exact gradient descent is after T steps, from rounded steps and a bound of what they miss.

Setting. Phi = |e|^2 / 2, e = f - y with f three times continuously differentiable, J the Jacobian of f, h > 0 and
theta_(t+1) = theta_t - h J^T e the steps. q_0 = theta_0, and q_1, ..., q_T are any points.

Theorem. Let D_0 = 0 and, for each t < T, with K_t the closed ball of radius D_t around q_t,
  (1) L, B_t, N_t be bounds on K_t of the Lipschitz constant of J, of |J| and of |sum_i e_i Hess f_i|,
  (2) h B_t^2 <= 2,
  (3) |q_t - h J(q_t)^T e(q_t) - q_(t+1)| <= d_t, and D_(t+1) = (1 + h N_t) D_t + d_t.
Then |theta_t - q_t| <= D_t for all t <= T.
Proof. Hess Phi = J^T J + sum_i e_i Hess f_i has its eigenvalues in [-N_t, B_t^2 + N_t] on K_t, so that by (2)
|I - h Hess Phi| <= 1 + h N_t there; the step is a map with this derivative, and K_t is convex. QED

The bounds here. With B the norm of J(q_t), N the curvature there (`losses.one_hidden_layer`, (3)) and its T:
B_t = B + L D_t and N_t = N + (|e(q_t)| |T| + L B_t) D_t.
Proof. |sum_i e_i(q) (Hess f_i(p) - Hess f_i(q))| <= sum_i |e_i(q)| T_i |p - q|. And with delta = e(p) - e(q),
|sum_i delta_i Hess f_i(p) u| = |(dJ(p) u)^T delta| <= L |u| B_t |p - q|. QED

Source: standard (a pseudo-orbit and its shadow); in this form derived here, docs/DESCENT.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from verify.checker.core.balls import ball, root
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import ARB_DESCENT
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, ends, lower, upper
from verify.checker.losses.one_hidden_layer import Evaluated, OneHiddenLayer, Parameters
from verify.checker.statements.risk_descent import BallWitness, DescentConverges

RULE = "shadowing"
LEAST_WORK = 100_000
"""Of a step of the smallest network, in the unit of `ARB_DESCENT`."""


@dataclass(frozen=True, slots=True)
class Reached(Conclusion):
    """Where gradient descent is after so many steps."""


_fact = maker(Reached)


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A point near which exact gradient descent is."""

    loss: OneHiddenLayer
    center: Parameters
    distance: arb
    """D_T."""
    step: arb
    """h."""

    def reached(self, center: Parameters, distance: arb) -> Shadowed:
        """After some steps."""
        return Shadowed(self.loss, center, distance, self.step)

    def evaluated(self) -> Evaluated:
        """The loss at the point."""
        return Evaluated(self.loss, self.center)

    def lipschitz(self, at: Evaluated, radius: arb) -> arb:
        """L within a distance of the point."""
        return self.loss.lipschitz(self.largest(at, radius))

    def largest(self, at: Evaluated, radius: arb) -> arb:
        """A bound of the output's weights within a distance of the point."""
        return at.largest_output() + radius if self.loss.trains_output else at.largest_output()


def follow(task: Task[DescentConverges, BallWitness]) -> Shadowed:
    """The conclusion of the theorem above, after checking hypotheses (2) and (3)."""
    statement, landscape = task.statement, task.statement.landscape
    if statement.momentum:
        raise Refuted("the theorem is about gradient descent without momentum")
    loss = OneHiddenLayer(landscape)
    # F = factor |e|^2, so that a step of eta on F is one of h on Phi.
    here = Shadowed(loss, loss.at(map(ball, statement.start[0])), arb(0), ball(2 * statement.step * landscape.factor))
    run = task.arithmetic.descent(loss, here.center, here.step, statement.steps)
    here, growth = _in_balls(task, here) if run is None else (here.reached(run.center, run.distance), run.growth)
    measured = f"<= {upper(here.distance)}; sum of h N <= {upper(growth)}"
    task.record(RULE, f"exact descent stays near the rounded one for {statement.steps} steps", measured)
    return here


def work(statement: DescentConverges, precision: int) -> int:
    """Of all steps, in the unit of `ARB_DESCENT`."""
    landscape, steps = statement.landscape, statement.steps
    in_a_step: int = len(landscape.inputs) * landscape.network.parameters * precision + LEAST_WORK
    return steps * in_a_step


def _in_balls(task: Task[DescentConverges, BallWitness], here: Shadowed) -> tuple[Shadowed, arb]:
    """After all steps, and the sum of h N_t."""
    if (needed := work(task.statement, task.witness.precision)) > ARB_DESCENT:
        what = f"steps x (samples x parameters x bits + {LEAST_WORK})"
        raise Open(f"{what} = {needed} is more than this checker's {ARB_DESCENT}", Reason.TOO_LARGE)
    growth = arb(0)
    for count in range(task.statement.steps):
        look()
        here, grown = _next(here, count)
        growth += grown
    return here, growth


def _next(here: Shadowed, count: int) -> tuple[Shadowed, arb]:
    """One step, and h N_t."""
    at, h, D = here.evaluated(), here.step, here.distance
    L = here.lipschitz(at, D)
    B = at.jacobian_norm() + L * D
    proved = h * B * B <= 2
    decide(proved, False, f"h |J|^2 was not proved <= 2 at step {count}: {upper(h * B * B)}, so that errors may grow")
    N = at.curvature() + (at.error() * here.loss.third_derivatives(here.largest(at, D)) + L * B) * D
    center, missed = here.center.minus(at.gradient(), h).rounded(output=here.loss.trains_output)
    distance = ((1 + h * N) * D + missed).upper()
    if not distance < 1:
        raise Open(f"the errors of the steps have grown to {upper(distance)} at step {count}: raise the precision")
    return Shadowed(here.loss, center, distance, h), h * N


def prove_reached(task: Task[DescentConverges, BallWitness], here: Shadowed) -> Reached:
    """The loss after the steps, and the distance from the given end point."""
    statement, at = task.statement, here.evaluated()
    D = here.distance
    spread = (at.jacobian_norm() + here.lipschitz(at, D) * D) * D
    error = at.error()
    error = (error - spread).union(error + spread).nonnegative_part()
    value = ball(statement.landscape.factor) * error * error
    (least, most), (low, high) = statement.value, ends(value)
    shown = f"[{lower(value)}, {upper(value)}]"
    found = f"the loss after the steps is in {shown}, not proved to be within the claimed bounds"
    decide(least <= low and high <= most, high < least or low > most, found)
    task.record(RULE, "the loss after the steps is within its bounds", shown)
    return _fact(statement.reached())


def prove_near(task: Task[DescentConverges, BallWitness], here: Shadowed, point: Matrix, claimed: Fraction) -> None:
    """The distance of a point from where gradient descent is."""
    given, center = here.loss.at(map(ball, point[0])), here.center
    apart = center.minus(given, arb(1))
    # Products, for arb's power of a ball around 0 is NaN: a fixed number that is no dyadic one, less itself.
    square = sum((x * x for x in (*apart.hidden.entries(), *apart.output.entries(), apart.bias)), arb(0))
    distance, D = root(square), here.distance
    found = f"the end point is {upper(distance + D)} or less from exact descent, not the claimed distance by proof"
    decide(distance + D <= ball(claimed), distance - D > ball(claimed), found)
    task.record(RULE, "the end point is near exact descent", f"<= {upper(distance + D)}")
