"""Rule `sdp-lower-bound`.

Theorem. Let Y be symmetric and block-diagonal, and let x be feasible. If
  (1) Y is positive semidefinite in the blocks that are not to be zero in X,
and either
  (2) (a) <F_i, Y> = c_i for i = 1, ..., m, and
  (3) (a) <F_0, Y> >= l,
or, where the statement gives low_i <= x_i <= high_i,
  (3) (b) <F_0, Y> + sum_i min(r_i low_i, r_i high_i) >= l for r_i = c_i - <F_i, Y>,
then c.x >= l.
Proof. With X = sum x_i F_i - F_0: c.x = sum (r_i + <F_i, Y>) x_i = r.x + <X, Y> + <F_0, Y>. In a block where X is
zero, <X, Y> is; in another both are positive semidefinite, so it is >= 0. In (a) r = 0. QED

Hypothesis (2) is met by the lemma of theorems/semidefinite_program.py, for a Y near the given one.
Source: weak duality; (b), Jansson 2004 and Jansson, Chaykin & Keil 2007.
"""

from __future__ import annotations

from flint import arb

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import lower
from verify.checker.losses.semidefinite_program import given, rational, trace
from verify.checker.statements.semidefinite_program import DualWitness, LowerBound
from verify.checker.theorems.positive_semidefinite import shown
from verify.checker.theorems.sdp_frame import reduced
from verify.checker.theorems.semidefinite_program import Enclosed, SemidefiniteTask, nearby_dual, prove_semidefinite

RULE = "sdp-lower-bound"


class BoundedBelow(Conclusion):
    """c.x is at least the bound for every feasible x, within the box where there is one."""

    __slots__ = ()


_fact = maker(BoundedBelow)


def sdp_lower_bound(task: SemidefiniteTask[LowerBound, DualWitness]) -> BoundedBelow:
    """Prove hypotheses (1) to (3) of the theorem above."""
    program, box = task.program, task.statement.box
    objective = [rational(entry) for entry in program.objective]
    if box is None:
        dual, value = nearby_dual(task, RULE, task.witness, objective)
    else:
        program = reduced(program, task.witness.frame)
        dual = Enclosed(given(task.witness.dual), (arb(0),) * len(program.blocks))
        value = trace(program, 0, dual.blocks)
        for index, (c, (low, high)) in enumerate(zip(objective, box, strict=True), start=1):
            rest = c - trace(program, index, dual.blocks)
            value += rest * rational(low if rest > 0 else high)
    prove_semidefinite(task, RULE, "Y", dual)
    bound = rational(task.statement.bound)
    decide(value >= bound, value < bound, f"the dual bound is in {shown(value)}, not above the claim by proof")
    task.record(RULE, "the dual value is at least the bound", f">= {lower(arb(value))}")
    return _fact(LowerBound(task.statement.landscape, RULE, task.statement.bound, box))
