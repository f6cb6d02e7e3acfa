"""Rule `interpolation`: near a point at which the loss is small a network fits all samples exactly.

Theorem. Let F(x) = factor |f(x) - y|^2, f the vector of all outputs on all samples, J its derivative in the N trained
parameters, R > 0, s > 0, 0 < r <= R. If
  (1) the loss is squares, without weight decay,
  (2) f is C^2 near every point of the closed ball of radius R around c,
  (3) J(c) J(c)^T - s^2 I is positive semidefinite,
  (4) |J(x) - J(y)| <= L |x - y| on the ball, and L R <= s, and
  (5) |f(c) - y| <= s r - L r^2 / 2,
then f = y at a point within r of c, and F is 0 there; every critical point of F at a distance less than R from c has
the loss 0; and these make a C^1 surface of dimension N - M, M the number of equations.
Proof. By (3), (4) the M singular values of J(x) are at least s - L |x - c| > 0 where |x - c| < R, so M <= N. There a
critical point has J^T (f - y) = 0, hence f = y; and the implicit function theorem gives the surface. Let x(t) solve
x' = -J^T (J J^T)^(-1) (f(x) - y), x(0) = c, which it does as long as it stays where |x - c| < R. Then
f(x(t)) - y = exp(-t) (f(c) - y). With l(t) for the length of the path, l' <= exp(-t) |f(c) - y| / (s - L l), so
s l - L l^2 / 2 <= (1 - exp(-t)) |f(c) - y| < s r - L r^2 / 2 unless f(c) = y. The left side grows with l up to s / L
>= R >= r, so l < r for every t, at a distance from r on every bounded interval; the path goes on for all t, has
finite length, and ends within r of c, where f = y. QED

Source: Newton's flow; the constant is that of Kantorovich's theorem for it. docs/DEGENERATE.md.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball, box, matrix_precision, point
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.loss import Region
from verify.checker.losses.output_map import OutputMap
from verify.checker.statements.interpolation import PROPERTY, ZeroLossWithin, ZeroLossWitness

RULE = "interpolation"


class Interpolation(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Interpolation)


class Fitted(NamedTuple):
    """What was found on the way."""

    fact: Interpolation
    at: OutputMap
    """The outputs at the center."""
    products: arb_mat
    """J J^T there."""
    turning: arb
    """L."""


def interpolation(task: Task[ZeroLossWithin, ZeroLossWitness]) -> Interpolation:
    """Prove hypotheses (1) to (5) of the theorem above."""
    return fit(task, task.statement, task.witness.singular_value).fact


def fit(task: Task[Any, Any], statement: ZeroLossWithin, s: Fraction) -> Fitted:
    """The same for a statement that may be one of a task's hypotheses."""
    landscape, center = statement.landscape, statement.center
    r, around = statement.radius, statement.critical_radius
    if landscape.loss != "squares" or landscape.weight_decay or landscape.bias_decay:
        raise Open("this rule needs the loss of squares without weight decay", Reason.NOT_MODELLED)
    if r > around:
        raise Refuted("the radius is larger than the one within which the critical points are known")
    task.record(RULE, "the loss is a sum of squares", "without weight decay")
    region = OutputMap(landscape, box(center, around))
    task.record(RULE, *region.smooth(Region(center, around, euclidean=True)))
    at = OutputMap(landscape, point(center))
    with matrix_precision():
        products = at.gram()
        gram = task.arithmetic.matrix(products)
        look()
        if not gram.is_at_least(s * s):
            raise Open(f"the singular values of the outputs' Jacobian were not proved >= {at_least(s)} at the center")
    task.record(RULE, "the singular values of the outputs' Jacobian are >= s at the center", f"s >= {at_least(s)}")
    turning = region.turning()
    least = ball(s) - turning * ball(around)
    found = f"the Jacobian turns by L = {upper(turning)} a distance, and s - L R is in [{lower(least)}, {upper(least)}]"
    decide(least >= 0, False, f"{found}, not proved >= 0")
    task.record(RULE, "the singular values stay positive at smaller distances than R", found)
    distance, room = at.distance(), ball(s * r) - turning * ball(r * r) / 2
    measured = f"|f(c) - y| <= {upper(distance)}, s r - L r^2 / 2 >= {lower(room)}"
    decide(distance <= room, False, f"the outputs are too far from the targets for the radius: {measured}")
    task.record(RULE, "the path of Newton's flow ends within the radius", measured)
    return Fitted(
        _fact(ZeroLossWithin(landscape, PROPERTY, center, r, around, statement.dimension)), at, products, turning
    )
