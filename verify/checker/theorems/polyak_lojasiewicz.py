"""Rule `polyak-lojasiewicz`: gradient descent that is near enough to an interpolating point converges to one.

Setting. As in `shadowing`: Phi = |e|^2 / 2, J the Jacobian, steps theta_(t+1) = theta_t - h J^T e, h > 0, from a point
theta_T with |e| <= E there.

Theorem. Let r > 0, s > 0, and on the closed ball of radius r around theta_T let J be Lipschitz with constant L and
|J| <= B. If
  (1) s <= the least singular value of J(theta_T)^T, so that J has full row rank,
  (2) c = 2 - h (B^2 + L E) > 0,
  (3) s' = s - L r > 0,
  (4) (c / 2) (s r - L r^2 / 2) > E,
then the steps stay in the ball, Phi(theta_(T+n)) <= (1 - c h s'^2)^n Phi(theta_T), and they converge to a point with
Phi = 0.
Proof. Let g = J^T e at a point of the ball, and let the segment to theta - tau h g, 0 <= tau <= 1, lie in it. The error
there is e - tau h M g, M a mean of J on the segment; <e, M g> >= |g|^2 - |e| L tau h |g|^2 / 2 and |M g| <= B |g|, so
|e'|^2 <= |e|^2 - c tau h |g|^2, as |e| <= E. With l the length of the path so far, |g| >= (s - L l) |e| > 0, hence
|e| - |e'| >= (c / 2) tau h |g| (s - L l), which is at least the integral of (c / 2) (s - L x) over the l of this piece.
Summed up: E >= (c / 2) (s l - L l^2 / 2). At the first point with l = r that is false by (4): so l < r for ever. Then
|g| >= s' |e| gives the rate, and a path of finite length converges; e tends to 0. QED

Here theta_T is known up to D, from a point q: with |J - J(q)| <= L D, the hypotheses are proved with the least singular
value of J(q)^T less L D, |e(q)| + B D, and bounds on the ball of radius r + D around q.

Source: standard (after Polyak 1963, Lojasiewicz 1963); with these constants derived here, docs/DESCENT.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import is_positive_definite, shifted
from verify.checker.core.facts import Fact, maker, require
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task, lower, upper
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.risk_descent import BallWitness, DescentConverges
from verify.checker.theorems.shadowing import Reached, follow, prove_near, prove_reached

RULE = "polyak-lojasiewicz"


@dataclass(frozen=True, slots=True)
class Convergence(Fact):
    """Gradient descent converges from where it is after so many steps."""

    what: DescentConverges
    reached: Reached

    def proves(self, statement: Statement) -> bool:
        """The same, in each field."""
        return statement == self.what and self.reached.proves(self.what.reached())


_fact = maker(Convergence)


def converges(task: Task[DescentConverges, BallWitness]) -> Convergence:
    """Follow gradient descent, then prove hypotheses (1) to (4) of the theorem above where it is."""
    statement = task.statement
    can_interpolate(statement.landscape)
    here = follow(task)
    reached = prove_reached(task, here)
    require(reached, statement.reached())
    if statement.end is not None:
        prove_near(task, here, *statement.end)
    at, h, D, r = here.evaluated(), here.step, here.distance, ball(task.witness.radius)
    L = here.lipschitz(at, r + D)
    least = ball(task.witness.singular_value)
    if not is_positive_definite(shifted(at.jacobian_gram(), least * least)):
        raise Open(f"the Jacobian's least singular value was not proved to be above {lower(least)}")
    s, B = least - L * D, at.jacobian_norm() + L * (r + D)
    task.record(RULE, "the Jacobian's least singular value", f">= {lower(s)}")
    E = at.error() + B * D
    c = 2 - h * (B * B + L * E)
    decide(c > 0, False, f"2 - h (B^2 + L E) is in [{lower(c)}, {upper(c)}], not positive by proof")
    task.record(RULE, "the step is short enough", f"2 - h (B^2 + L E) >= {lower(c)}")
    rest = s - L * r
    decide(rest > 0, False, f"s - L r is in [{lower(rest)}, {upper(rest)}], not positive by proof")
    task.record(RULE, "the Jacobian has full rank on the ball", f"s - L r >= {lower(rest)}, r = {lower(r)}")
    reach = c / 2 * (s * r - L * r * r / 2)
    decide(reach > E, False, f"descent may leave the ball: (c/2)(s r - L r^2/2) >= {lower(reach)}, E <= {upper(E)}")
    task.record(RULE, "descent stays in the ball", f"(c/2)(s r - L r^2/2) >= {lower(reach)}, E <= {upper(E)}")
    rate = 1 - c * h * rest * rest
    claimed = ball(statement.rate)
    decide(rate <= claimed, False, f"the loss is multiplied by {upper(rate)} or less in a step, by proof")
    task.record(RULE, "the loss is multiplied by at most r in a step", f"<= {upper(rate)}")
    return _fact(statement, reached)


def can_interpolate(landscape: EmpiricalRiskLandscape) -> None:
    """What makes convergence to a loss of 0 impossible, or out of these theorems' reach, and can be said at once.

    Of squares: another loss may be 0 on samples that contradict each other, and so may one whose samples have weights.
    """
    if landscape.loss != "squares" or landscape.sample_weights is not None:
        return
    seen: dict[tuple[Fraction, ...], int] = {}
    for number, inputs in enumerate(landscape.inputs):
        first = seen.setdefault(inputs, number)
        if first == number:
            continue
        if landscape.targets[first] != landscape.targets[number]:
            raise Refuted(f"samples {first} and {number} have the same inputs and other targets: no loss is 0")
        raise Open(f"samples {first} and {number} are the same, so that the Jacobian is singular: leave one out")
    outputs, samples = landscape.network.widths[-1], len(landscape.inputs)
    if samples * outputs > landscape.trained:
        what = f"{samples} samples" + (f" with {outputs} outputs each" if outputs > 1 else "")
        raise Refuted(f"{what} are more than {landscape.trained} trained parameters")
