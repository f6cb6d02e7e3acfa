"""Rule `sdp-infeasible`.

Theorem. (inequality) If some symmetric block-diagonal Y has
  (1) <F_i, Y> = 0 for i = 1, ..., m,
  (2) Y positive semidefinite in the blocks that are not to be zero in X,
  (3) <F_0, Y> > 0,
then no x is feasible. (equality) If some x has
  (1) Z = sum x_i F_i zero in the blocks that are to be zero,
  (2) Z positive semidefinite in the others,
  (3) c.x < 0,
then no Y is feasible for the dual.
Proof. If x were feasible, 0 <= <X, Y> = sum x_i <F_i, Y> - <F_0, Y> = -<F_0, Y> < 0. If Y were,
0 <= <Z, Y> = sum x_i <F_i, Y> = c.x < 0. QED

Hypothesis (1) is met by the lemma of theorems/semidefinite_program.py, near the given point.
Source: standard (theorems of the alternative); as certificates, Jansson, Chaykin & Keil 2007.
"""

from __future__ import annotations

from flint import arb, fmpq

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import lower, upper
from verify.checker.statements.semidefinite_program import SIDES, DualWitness, Infeasible, PointWitness
from verify.checker.theorems.positive_semidefinite import shown
from verify.checker.theorems.semidefinite_program import (
    SemidefiniteTask,
    nearby_dual,
    nearby_point,
    prove_semidefinite,
)

RULE = "sdp-infeasible"


class NothingFeasible(Conclusion):
    """One side of the program has no feasible point."""

    __slots__ = ()


_fact = maker(NothingFeasible)


def sdp_infeasible(task: SemidefiniteTask[Infeasible, DualWitness | PointWitness]) -> NothingFeasible:
    """Prove hypotheses (1) to (3) of the theorem above, for the side that the witness is about."""
    inequality, equality = SIDES
    program = task.program
    if isinstance(task.witness, DualWitness):
        dual, value = nearby_dual(task, RULE, task.witness, [fmpq(0)] * program.variables)
        prove_semidefinite(task, RULE, "Y", dual)
        decide(value > 0, value <= 0, f"<F_0, Y> is in {shown(value)}, not above 0 by proof")
        task.record(RULE, "<F_0, Y> > 0", f">= {lower(arb(value))}")
        return _fact(Infeasible(task.statement.landscape, RULE, inequality))
    ray, value = nearby_point(task, RULE, task.witness.point, 0)
    prove_semidefinite(task, RULE, "Z = sum x_i F_i", ray)
    decide(value < 0, value >= 0, f"c.x is in {shown(value)}, not below 0 by proof")
    task.record(RULE, "c.x < 0", f"<= {upper(arb(value))}")
    return _fact(Infeasible(task.statement.landscape, RULE, equality))
