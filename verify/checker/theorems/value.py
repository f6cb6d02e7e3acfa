"""Bounds of the loss at a point that is known up to a box.

Theorem. Let F be twice continuously differentiable on the box X of all points whose entries differ from those of c by
at most r, g = grad F(c), and H an interval matrix that contains the Hessian everywhere on X. Then at every x in X
    |F(x) - F(c)| <= r sum_i (|g_i| + r sum_j |H_ij|).
Proof. The mean value theorem, for F and for grad F: |grad F(y)|_i <= |g_i| + r sum_j |H_ij| for y in X. QED
A ball that contains the loss proves claimed bounds if it lies within them, and refutes them if it lies outside.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import ball, matrix_precision
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Interval
from verify.checker.core.interval_matrix import IntervalMatrix
from verify.checker.core.outcome import Open, decide
from verify.checker.core.statement import StatementT
from verify.checker.core.task import Task, ends, lower, upper
from verify.checker.core.witness import WitnessT

NOT_ENCLOSED = "the loss was not enclosed at this precision"


def over_box(value: arb, gradient: arb_mat, hessian: IntervalMatrix, radius: arb) -> arb:
    """A ball with the loss at every point of the box, from value and gradient at the center."""
    with matrix_precision():
        reach = sum((abs(slope) for slope in gradient.entries()), arb(0)) + radius * hessian.absolute_sum()
    spread = radius * reach
    return (value - spread).union(value + spread)


def within(value: arb, claimed: Interval, found: str, unknown: str = NOT_ENCLOSED) -> Interval:
    """Prove that a ball lies within the claimed bounds; returns its ends. `found`: what is said if it does not."""
    if not value.is_finite():
        raise Open(unknown)
    (low, high), (proved_low, proved_high) = claimed, ends(value)
    decide(low <= proved_low and proved_high <= high, proved_high < low or proved_low > high, found)
    return proved_low, proved_high


def prove_value(
    task: Task[StatementT, WitnessT], rule: str, value: arb, claimed: Interval, where: str = "the critical point"
) -> Interval:
    """Prove that a ball that contains the loss at a point lies within the claimed bounds; returns the ball's ends."""
    shown = f"[{lower(value)}, {upper(value)}]"
    proved = within(value, claimed, f"the loss at {where} is in {shown}, which is not within the claimed bounds")
    task.record(rule, f"the loss at {where} is within its bounds", shown)
    return proved


def prove_better(task: Task[StatementT, WitnessT], rule: str, value: arb, least: Fraction) -> None:
    """Prove that the loss at a better point, which is in the ball `value`, is below `least`."""
    message = f"the better point has a loss in [{lower(value)}, {upper(value)}], not below {at_least(least)} by proof"
    decide(value < ball(least), value >= ball(least), message)
    by = at_least(least - ends(value)[1], 5)
    task.record(rule, "a point has a smaller loss", f"at most {upper(value)}, less than here by at least {by}")
