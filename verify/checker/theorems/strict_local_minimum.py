"""Rule `strict-local-minimum`.

Theorem. Let c be a point, r > 0, m > 0, and B the closed Euclidean ball B(c, r). If
  (1) F is twice continuously differentiable on B (for ReLU and its kin: no neuron vanishes there; for a
      network: no unit meets a kink),
  (2) every eigenvalue of the Hessian of F is at least m, everywhere on B,
  (3) |grad F(c)| < m r,
then F has exactly one critical point x in B; it lies in the open ball and is a strict
local minimum; and F(c) - |grad F(c)|^2 / (2 m) <= F(x) <= F(c). If moreover
  (4) that interval lies within [l, u],
then l <= F(x) <= u.

Proof. The theorem of `strong_convexity`. QED

Source: for this loss, Safran & Shamir 2018, section 4, whose bound of the third derivative
is replaced by an enclosure of the Hessian over B. The proof stands in docs/THEOREMS.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb_mat

from verify.checker.core.balls import euclidean_norm, matrix_precision
from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix, at_least
from verify.checker.core.facts import Fact, Interval, encloses, maker
from verify.checker.core.interval_matrix import IntervalMatrix
from verify.checker.core.statement import Statement
from verify.checker.core.task import lower, upper
from verify.checker.losses.loss import Loss
from verify.checker.statements.critical_point import Minimum, MinimumWitness
from verify.checker.statements.landscape import Landscape
from verify.checker.theorems.critical_point import CriticalPointTask, prove_smooth
from verify.checker.theorems.strong_convexity import minimum_value, not_at_least, prove_inside
from verify.checker.theorems.value import prove_value

RULE = "strict-local-minimum"


@dataclass(frozen=True, slots=True)
class StrictMinimum(Fact):
    """The conclusion of the theorem above."""

    landscape: Landscape
    center: Matrix
    radius: Fraction
    hessian_lower_bound: Fraction
    """On the whole ball."""
    value: Interval
    """Encloses the loss at the minimum."""

    def proves(self, statement: Statement) -> bool:
        """A strict minimum near the same point, with bounds that are no stronger."""
        if not isinstance(statement, Minimum):
            return False
        value, bound = statement.value, statement.hessian_lower_bound
        same = Minimum(self.landscape, "strict-local-minimum", False, self.center, self.radius, value, bound)
        return statement == same and encloses(value, self.value) and bound <= self.hessian_lower_bound


_fact = maker(StrictMinimum)


def strict_local_minimum(task: CriticalPointTask[Minimum, MinimumWitness]) -> StrictMinimum:
    """Prove hypotheses (1) to (4) of the theorem above."""
    statement = task.statement
    m = statement.hessian_lower_bound
    prove_smooth(task, RULE)

    with matrix_precision():
        bound = prove_bounded_below(
            task, RULE, "the Hessian", task.arithmetic.hessian, lambda loss: loss.hessian_from_below()
        )
    look()

    norm = euclidean_norm(entry for row in task.at_center.gradient() for entry in row)
    reach = prove_inside(norm, m, statement.radius)
    task.record(RULE, "|grad F(c)| < m r", f"|grad F(c)| <= {upper(norm)}, m r >= {lower(reach)}")
    enclosed = prove_value(task, RULE, minimum_value(task.at_center.value(), norm, m), statement.value)
    return _fact(statement.landscape, statement.center, statement.radius, bound, enclosed)


def prove_bounded_below(
    task: CriticalPointTask[Minimum, MinimumWitness],
    rule: str,
    name: str,
    matrix: Callable[[Loss], IntervalMatrix],
    from_below: Callable[[Loss], arb_mat | None] = lambda loss: None,
) -> Fraction:
    """Prove that a symmetric matrix of the landscape is >= m on the whole region; returns m.

    `from_below`: a matrix that is nowhere above it, asked for where the enclosure does not suffice.
    """
    m = task.statement.hessian_lower_bound
    look()
    over_region = matrix(task.region)
    look()
    proved = over_region.is_at_least(m)
    del over_region  # the memory of a large matrix
    if not proved and (least := from_below(task.region)) is not None:
        proved = task.arithmetic.matrix(least).is_at_least(m)
    if not proved:
        look()
        not_at_least(name, m, matrix(task.at_center).has_eigenvalue_below(m), "the whole ball")
    task.record(rule, f"{name} is >= m > 0 on the ball", f"m >= {at_least(m)}")
    return m
