"""Rule `global-minimum`.

Theorem. If p >= l on R^v, and for some point a
  (1) p(a) <= u,
then l <= inf p <= p(a) <= u.
Proof. inf p <= p(a). QED

Source: the definition; that p >= l is what rule `sum-of-squares` proves.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from verify.checker.exact import at_least, at_most
from verify.checker.rules.task import Refuted, Task
from verify.checker.statements.polynomial import GlobalMinimum
from verify.checker.witnesses.polynomial import GramWitness

RULE = "global-minimum"


def global_minimum(task: Task[GlobalMinimum, GramWitness]) -> None:
    """Prove hypothesis (1); that p >= l must have been proved for the same task."""
    point, (low, high) = task.statement.point, task.statement.value
    value = Fraction(0)
    for exponents, coefficient in task.statement.landscape.terms:
        task.check_time()
        value += coefficient * prod((a**e for a, e in zip(point, exponents, strict=True)), start=Fraction(1))
    if value > high:
        raise Refuted(f"p is at least {at_least(value)} at the given point, which is above the claimed bound")
    task.record(RULE, "p(a) is at most the bound", f"p(a) <= {at_most(value)}, at most {at_most(value - low)} above l")
