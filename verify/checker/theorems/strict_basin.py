"""Rule `strict-basin`: a strict local minimum near a point, on kinks too, where nothing is flat.

Theorem. Let X be the box of all x with |x_i - c_i| <= r, r > 0, N the number of trained parameters, and K, Phi, F_a,
a_k, z_k, g_k and groups of pairs that are one as in `minorant`. For one pair k of each group let lambda_k be an
unknown besides x. If
  (1) the hypotheses of `minorant` hold on X, (4) there with nu_k + r in the place of nu_k for these pairs, for which
      s- < a_k < s+,
  (2) the system grad F_a(x) + sum_k lambda_k g_k(x) = 0, z_k(x) = 0 has a zero with |x_i - c_i| <= d and
      |lambda_k| <= r, and d sqrt(N) < r, and
  (3) Hess F_a + sum_k (2 nu_k / Z_k) g_k g_k^T - (sum_k (2 nu_k + r) |Hess z_k|) I >= mu I on X, with mu > 0,
then F has a strict local minimum x with |x - c| < r, and F(y) > F(x) for all other y in X. Moreover
Phi(c) - |grad Phi(c)|^2 / (2 mu) <= F(x) <= F(c), and if (4) that interval lies within [l, u], then l <= F(x) <= u.
Proof. Let x, lambda be the zero. At x every pair of K is on its kink: in the first layer with pairs of K the network
gives one of each group z_k(x) = 0, and the others of its group the same; then their e is 0, so that z_k(x) is what the
network gives the pairs of the next layer, and so on. So F(x) = F_a(x). Let Psi = Phi + sum_k lambda_k z_k. By (1) and
the theorem of `minorant` Psi <= F on X. At x Psi is F_a(x) = F(x), since all z_k are 0, and its gradient is 0 by (2).
Its Hessian is at least mu I by (3). So F(y) >= Psi(y) >= F(x) + mu |y - x|^2 / 2 on X, which is convex.
|x - c| <= d sqrt(N) < r. c is in X, so that F(x) <= F(c); and F(x) >= Phi(x), which is at least the least value over t
of Phi(c) - |grad Phi(c)| t + mu t^2 / 2. QED

(2) is Krawczyk's test (`krawczyk`) on X and |lambda_k| <= r, and d = |Y g| / (1 - |I - Y J|). The derivative is
((Hess F_a + sum_k lambda_k Hess z_k, G^T), (G, 0)), G with the rows g_k. It has no inverse where the g_k depend on each
other, or where the loss is constant along a flow: a minimum that moves is not strict, and is not proved so. For the
Huber loss the gradient is Lipschitz only; along a segment it is the integral of second derivatives in the enclosure
(docs/BASIN.md), which is all that Krawczyk's test asks for.

A slope a_k = s- is not enough: |x| + x - x^2 has no minimum at 0, where F_a = -x^2 for a = -1 is critical.
Source: derived here; docs/BASIN.md. In the spirit of Griewank & Walther 2016 (abs-normal form).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat

from verify.checker.core.balls import ball, box, matrix_precision, root
from verify.checker.core.clock import look
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import lower, upper
from verify.checker.losses.frozen_risk import FrozenRisk
from verify.checker.statements.basin import StrictMinimumWithin
from verify.checker.theorems.basin import at_center, prove_curved, prove_least
from verify.checker.theorems.krawczyk import prove_zero
from verify.checker.theorems.minorant import MinimumTask, Minorant, minorant

RULE = "strict-basin"
StrictTask = MinimumTask[StrictMinimumWithin]


@dataclass(frozen=True, slots=True)
class StrictBasin(Conclusion):
    """The conclusion of the theorem above."""


_fact = maker(StrictBasin)


def strict_basin(task: StrictTask) -> StrictBasin:
    """Prove hypotheses (1) to (4) of the theorem above."""
    statement = task.statement
    with matrix_precision():
        below = minorant(task, box(statement.center, statement.radius), statement.radius)
    at = at_center(task, below)
    with matrix_precision():
        look()
        of_frozen = below.over.hessian()
        _prove_on_kinks(task, below, of_frozen, at.frozen)
        prove_curved(task, RULE, below.hessian(of_frozen), below, "in all directions")
    prove_least(task, RULE, at)
    return _fact(statement)


def _prove_on_kinks(task: StrictTask, below: Minorant, of_frozen: arb_mat, center: FrozenRisk) -> None:
    """Hypothesis (2); `of_frozen`: Hess F_a on the box, `center`: F_a at c."""
    places = [(kink.layer, kink.sample, kink.unit) for kink in below.representatives]
    radius, size = ball(task.statement.radius), of_frozen.nrows()
    turn = sum((radius * below.over.curvature_of_unit(*place) for place in places), arb(0))
    sway = turn.union(-turn)
    rows = [[entry + sway for entry in row] for row in of_frozen.tolist()]
    across = [below.over.unit(*place).gradient for place in places]
    system = [row + [gradient[index] for gradient in across] for index, row in enumerate(rows)]
    system += [row + [arb(0)] * len(places) for row in across]
    look()
    values = [*center.gradient()[0], *(center.unit(*place).value for place in places)]
    newton = task.arithmetic.matrix(arb_mat(system)).newton(arb_mat([[entry] for entry in values]))
    singular = "the kinks depend on each other, or the loss is flat along them: their system is not proved invertible"
    step, contraction = prove_zero(newton, radius, singular, "minimum on these kinks")
    away = step / (1 - contraction) * root(arb(size))
    decide(away < radius, False, f"the minimum was proved within {upper(away)} only, of {lower(radius)}")
    measured = f"{len(places)} kinks, within {upper(away)}; the radius is {at_least(task.statement.radius)}"
    task.record(RULE, "a point on all kinks at which the loss is critical along them", measured)
