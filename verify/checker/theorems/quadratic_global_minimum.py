"""Rule `quadratic-global-minimum`.

Theorem. Let u be multipliers, one for each data point. If
  (1) S_u = (1/n) sum_i u_i x_i x_i^T + (decay/2) I + C has no negative eigenvalue,
  (2) -(1/n) sum_i (u_i^2 / 2 + u_i y_i) >= l,
  (3) L(W) <= u' for each of the given points W,
then L >= l at every W of every width, so each of the points is global up to u' - l.
Proof. For every real r and u, r^2 / 2 >= u r - u^2 / 2. With M = W^T W and r_i = x_i^T M x_i - y_i,
L = (1/n) sum_i r_i^2 / 2 + <(decay/2) I + C, M> >= <S_u, M> - (1/n) sum_i (u_i y_i + u_i^2 / 2), and <S_u, M> >= 0
because both are positive semidefinite. QED

Source: Fenchel duality; that u = the residuals at a local minimum will do, for k (k + 1) / 2 > n and a generic C, is
Du & Lee 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix, at_least, at_most
from verify.checker.core.facts import Fact, Interval, encloses, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.losses.quadratic_network import QuadraticLoss, multiplier_matrix
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.quadratic_network import GlobalMinima, MultiplierWitness, QuadraticNetwork
from verify.checker.theorems.positive_semidefinite import prove_no_negative_eigenvalue, shown

RULE = "quadratic-global-minimum"


@dataclass(frozen=True, slots=True)
class GlobalBounds(Fact):
    """The conclusion of the theorem above."""

    landscape: QuadraticNetwork
    bounds: Interval
    """l and u'."""
    points: tuple[Matrix, ...]

    def proves(self, statement: Statement) -> bool:
        """Bounds that are no tighter, at the same points."""
        if not isinstance(statement, GlobalMinima):
            return False
        same = GlobalMinima(self.landscape, "global-minimum", statement.value, self.points)
        return statement == same and encloses(statement.value, self.bounds)


_fact = maker(GlobalBounds)


def quadratic_global_minimum(task: Task[GlobalMinima, MultiplierWitness]) -> GlobalBounds:
    """Prove hypotheses (1) to (3) of the theorem above."""
    network, (low, high) = task.statement.landscape, task.statement.value
    multipliers = [rational(entry) for entry in task.witness.multipliers]
    look()
    matrix = multiplier_matrix(network, multipliers)
    how = prove_no_negative_eigenvalue("S", [row[: i + 1] for i, row in enumerate(matrix)])
    task.record(RULE, "S has no negative eigenvalue", how)
    pairs = zip(task.witness.multipliers, network.targets, strict=True)
    dual = -sum((u * u / 2 + u * y for u, y in pairs), Fraction(0)) / len(network.targets)
    if dual < low:
        raise Refuted(f"the dual bound is at most {at_most(dual)}, below the claimed one")
    task.record(RULE, "the dual bound is at least l", f">= {at_least(dual, 12)}")
    for index, point in enumerate(task.statement.points):
        look()
        value = QuadraticLoss(network, [[rational(entry) for entry in row] for row in point]).value()
        if value > rational(high):
            raise Refuted(f"the loss at point {index} is in {shown(value)}, above the claimed bound")
    task.record(RULE, "the loss at the points is at most the bound", f"<= {at_most(high, 12)}")
    return _fact(network, (dual, high), task.statement.points)
