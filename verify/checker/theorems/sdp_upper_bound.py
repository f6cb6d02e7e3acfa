"""Rule `sdp-upper-bound`.

Theorem. If for some x
  (1) X = sum x_i F_i - F_0 is zero in the blocks that are to be zero,
  (2) X is positive semidefinite in the others,
  (3) c.x <= u,
then some feasible x has c.x <= u; so inf c.x <= u.
Proof. (1) and (2) say that x is feasible. QED

Hypothesis (1) is met by the lemma of theorems/semidefinite_program.py, for an x near the given one.
Source: the definition; the idea to verify a strictly feasible point, Jansson, Chaykin & Keil 2007.
"""

from __future__ import annotations

from flint import arb

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import upper
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.semidefinite_program import PointWitness, UpperBound
from verify.checker.theorems.positive_semidefinite import shown
from verify.checker.theorems.semidefinite_program import SemidefiniteTask, nearby_point, prove_semidefinite

RULE = "sdp-upper-bound"


class BoundedAbove(Conclusion):
    """c.x is at most the bound for some feasible x."""

    __slots__ = ()


_fact = maker(BoundedAbove)


def sdp_upper_bound(task: SemidefiniteTask[UpperBound, PointWitness]) -> BoundedAbove:
    """Prove hypotheses (1) to (3) of the theorem above."""
    slack, value = nearby_point(task, RULE, task.witness.point, -1)
    prove_semidefinite(task, RULE, "X = sum x_i F_i - F_0", slack)
    bound = rational(task.statement.bound)
    decide(value <= bound, value > bound, f"c.x is in {shown(value)}, not below the bound by proof")
    task.record(RULE, "c.x is at most the bound", f"c.x <= {upper(arb(value))}")
    return _fact(UpperBound(task.statement.landscape, RULE, task.statement.bound))
