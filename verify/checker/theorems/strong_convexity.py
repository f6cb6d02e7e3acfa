"""Strong convexity: a lower bound of the Hessian on a region, and what follows from it on a ball.

Theorem. Let B be the closed Euclidean ball of radius r > 0 around c, F twice continuously differentiable on B, m > 0,
all eigenvalues of the Hessian at least m everywhere on B, and |grad F(c)| < m r. Then F has exactly one critical point
x in B; it lies in the open ball and is a strict local minimum; and F(c) - |grad F(c)|^2 / (2 m) <= F(x) <= F(c).

Proof. F is m-strongly convex on B, so it has one minimiser x on the compact B and at most one critical point. For y
on the boundary, moving from y towards c, strong convexity gives <grad F(y), y - c> >= m r^2 - |grad F(c)| r > 0: so x
is not on the boundary, and is critical and strict. The bounds of F(x) are the minimum over y of
F(c) + <grad F(c), y - c> + m |y - c|^2 / 2, and F(x) <= F(c). QED

That a bound m is false is proved at one point of the region, its center.
Source: standard (Nocedal & Wright 2006, section 2.1, for the sufficient conditions).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.exact import at_most
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import lower, upper


def not_at_least(name: str, m: Fraction, below_at_center: bool, where: str) -> NoReturn:
    """Refuse a matrix that was not proved >= m on a region: false if it is below m somewhere at its center."""
    if below_at_center:
        raise Refuted(f"{name} has an eigenvalue below {at_most(m)} at the given point")
    raise Open(f"{name} was not proved >= {at_most(m)} over {where}")


def prove_inside(norm: arb, m: Fraction, radius: Fraction) -> arb:
    """Prove |grad F(c)| < m r, so that the minimum lies inside of the ball; returns m r. `norm`: |grad F(c)|."""
    reach = ball(m) * ball(radius)
    sizes = f"|grad F| at the given point is in [{lower(norm)}, {upper(norm)}], m r is {upper(reach)}"
    decide(norm < reach, norm >= reach, f"the gradient is too large for the radius: {sizes}")
    return reach


def minimum_value(value: arb, norm: arb, m: Fraction) -> arb:
    """A ball with F(x). `value`, `norm`: F(c) and |grad F(c)|."""
    return value.union(value - norm * norm / (2 * ball(m)))
