"""Rule `global-minimum`.

Theorem. If p >= l on R^v, and for some point a
  (1) p(a) <= u,
then l <= inf p <= p(a) <= u.
Proof. inf p <= p(a). QED

Source: the definition; that p >= l is what rule `sum-of-squares` proves.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from verify.checker.core.clock import look
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.statements.polynomial import GlobalMinimum, GramWitness
from verify.checker.theorems.sum_of_squares import IsSumOfSquares

RULE = "global-minimum"


@dataclass(frozen=True, slots=True)
class NearlyLeast(Fact):
    """A polynomial that is bounded below comes near its bound at a point."""

    bound: IsSumOfSquares
    point: tuple[Fraction, ...]
    value: Fraction
    """p there."""

    def proves(self, statement: Statement) -> bool:
        """Bounds of the infimum that are no tighter."""
        if not isinstance(statement, GlobalMinimum):
            return False
        low, high = statement.value
        same = GlobalMinimum(self.bound.polynomial, "global-minimum", statement.value, self.point)
        return statement == same and low <= self.bound.lower_bound and self.value <= high


_fact = maker(NearlyLeast)


def global_minimum(task: Task[GlobalMinimum, GramWitness], bound: IsSumOfSquares) -> NearlyLeast:
    """Prove hypothesis (1), for a polynomial that is proved to be bounded below."""
    point, (low, high) = task.statement.point, task.statement.value
    value = Fraction(0)
    for exponents, coefficient in bound.polynomial.terms:
        look()
        value += coefficient * prod((a**e for a, e in zip(point, exponents, strict=True)), start=Fraction(1))
    if value > high:
        raise Refuted(f"p is at least {at_least(value)} at the given point, which is above the claimed bound")
    task.record(RULE, "p(a) is at most the bound", f"p(a) <= {at_most(value)}, at most {at_most(value - low)} above l")
    return _fact(bound, point, value)
