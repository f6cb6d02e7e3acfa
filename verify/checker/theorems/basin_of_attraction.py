"""Rule `basin-of-attraction`: gradient descent from anywhere near a point of loss 0 converges to such a point.

Setting. F = factor |e|^2, e = f - y the errors of all outputs on all samples, J the derivative of f in the trained
parameters. A step of eta on F is theta' = theta - h J^T e with h = 2 factor eta.

Theorem. Let K be the closed ball of radius W around c, r, s > 0, rho >= 0, h > 0. If
  (1) `interpolation` holds with r and W: f is C^2 near K, s <= the least singular value of J(c)^T, J is Lipschitz on K
      with a constant L, and f = y at a point z within r of c,
  (2) k = 2 - h (B^2 + L E) > 0, where |J| <= B on K and |e| <= E within rho of c,
  (3) s' = s - L W > 0, and
  (4) a + (2 / k) L a^2 / ((2 - h B^2) s') <= W - r for a = rho + r,
then descent with any step h' <= h from any start within rho of c stays within W of c, multiplies |e|^2 by at most
1 - k h' s'^2 in a step, and converges to a point with e = 0.
Proof. A start has a distance of at most a from z, and the points within W - r of z are in K, where J^T has the least
singular value s'. Let d = |theta - z|. As f(z) = y, e = J (theta - z) + q with |q| <= L d^2 / 2, so that a step gives
d'^2 <= d^2 - h' |e| ((2 - h' B^2) |e| - L d^2): while (2 - h' B^2) |e| >= L d^2, d does not grow, and d <= a. And as in
`polyak-lojasiewicz`, on a segment in K, |e'|^2 <= |e|^2 - k h' |g|^2 for g = J^T e, |g| >= s' |e|; hence the factor
1 - k h' s'^2, and |e| - |e'| >= (k / 2) h' |g| s', so that from any time on the path is at most (2 / k) |e| / s' long.
At the first time with (2 - h' B^2) |e| < L d^2, still d <= a: the rest of the path is shorter than the second term of
(4), and does not leave K, not even within a step, by continuity: for a part of a step k is no smaller. If there is no
such time, d <= a for ever. A path of finite length converges, and e tends to 0. QED
For h' <= h both k and 2 - h' B^2 are no smaller than for h.

Source: derived here, docs/DESCENT.md; that the distance from a solution falls is standard.
"""

from __future__ import annotations

from verify.checker.core.balls import ball, matrix_precision, root, spectral_norm
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker, require
from verify.checker.core.outcome import decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.statements.descent_nearby import ConvergesNearby, NearbyWitness
from verify.checker.theorems.interpolation import fit
from verify.checker.theorems.polyak_lojasiewicz import can_interpolate

RULE = "basin-of-attraction"


class Attraction(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Attraction)


def converges_nearby(task: Task[ConvergesNearby, NearbyWitness]) -> Attraction:
    """Prove hypotheses (1) to (4) of the theorem above, and the rate."""
    statement, witness = task.statement, task.witness
    can_interpolate(statement.landscape)
    fitted = fit(task, statement.fitted(witness.zero_radius), witness.singular_value)
    require(fitted.fact, statement.fitted(witness.zero_radius))
    s, W, r = ball(witness.singular_value), ball(statement.within), ball(witness.zero_radius)
    L = fitted.turning.upper()  # a number, the same in all that follows: as a ball it would count several times
    factor = ball(statement.landscape.factor)
    h, rho = 2 * factor * ball(statement.step), ball(statement.radius)
    with matrix_precision():
        B = (root(spectral_norm(fitted.products)) + L * W).upper()
    E = fitted.at.distance() + B * rho
    k = 2 - h * (B * B + L * E)
    decide(k > 0, False, f"2 - h (B^2 + L E) is in [{lower(k)}, {upper(k)}], not positive by proof")
    task.record(RULE, "the step is short enough", f"2 - h (B^2 + L E) >= {lower(k)}")
    rest = s - L * W
    decide(rest > 0, False, f"s - L W is in [{lower(rest)}, {upper(rest)}], not positive by proof")
    task.record(RULE, "the Jacobian has full rank on the ball", f"s - L W >= {lower(rest)}, W = {lower(W)}")
    a = rho + r
    path = a + 2 / k * L * a * a / ((2 - h * B * B) * rest)
    decide(
        path <= W - r, False, f"descent may leave the ball: it may go as far as {upper(path)}, W - r >= {lower(W - r)}"
    )
    task.record(RULE, "descent stays in the ball", f"it goes no farther than {upper(path)}, W - r >= {lower(W - r)}")
    decrease = 2 * factor * k * rest * rest
    claimed = at_least(statement.decrease)
    decide(ball(statement.decrease) <= decrease, False, f"mu >= {lower(decrease)} by proof, claimed {claimed}")
    task.record(RULE, "a step eta multiplies the loss by at most 1 - mu eta", f"mu >= {lower(decrease)}")
    return _fact(statement)
