"""Rule `spurious-local-minimum`.

Theorem. Let x be a local minimum with F(x) >= l. If
  (1) F takes a value below l at some point,
then x is not a global minimum. Hypothesis (1) holds if either
  (a) a point W' is exhibited with F(W') < l; or
  (b) F is the loss of a student and a teacher, n = k, or n >= k and sigma(0) = 0, and l > 0:
      the student (V, 0, ..., 0) has loss 0, because it computes the teacher's function; this is
      an identity, nothing is evaluated.
If sigma(0) = 0, a zero neuron computes the zero function, and is left out where W' is evaluated;
else (cos, say) it computes a constant: the loss is smooth there, and W' is evaluated as it is.
Padding W' or V with zero columns leaves the loss as it is, so the conclusion holds in
every input dimension in which x is a local minimum.

Source: Safran & Shamir 2018, Theorem 1 (the case (b)).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from verify.checker.core.exact import at_least
from verify.checker.core.facts import Further, maker, require
from verify.checker.core.outcome import Open, Refuted
from verify.checker.statements.critical_point import Minimum, MinimumWitness
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.every_input_dimension import EveryInputDimension
from verify.checker.theorems.strict_local_minimum import StrictMinimum
from verify.checker.theorems.value import prove_better

RULE = "spurious-local-minimum"


class NotGlobal(Further):
    """That a minimum is not global, in whatever input dimensions it is a minimum."""

    __slots__ = ()
    FROM = MappingProxyType({"spurious-local-minimum": "strict-local-minimum"})


_fact = maker(NotGlobal)


def spurious_local_minimum(
    task: CriticalPointTask[Minimum, MinimumWitness], minimum: StrictMinimum | EveryInputDimension
) -> NotGlobal:
    """Prove hypothesis (1), for a minimum that is proved, with the statement's bounds of the loss."""
    require(minimum, replace(task.statement, property="strict-local-minimum"))
    better = task.witness.better_point
    least = task.statement.value[0]
    if better is None:
        _prove_realisable(task, least)
        return _fact(minimum)
    prove_better(task, RULE, task.at_center.at(better).value(), least)
    return _fact(minimum)


def _prove_realisable(task: CriticalPointTask[Minimum, MinimumWitness], least: Fraction) -> None:
    realisation = task.at_center.realisation()
    if realisation is None:
        raise Refuted("no better point is given")
    students, teachers, surplus_may_vanish = realisation
    if students < teachers:
        raise Refuted(f"{students} student neurons cannot copy the {teachers} of the teacher; give a better point")
    if least <= 0:
        raise Refuted("the lower bound of the loss is not above 0, the global minimum")
    if students > teachers and not surplus_may_vanish:
        raise Open("the surplus student neurons cannot be zero, as sigma(0) is not 0; give a better point")
    measured = f"n = {students} >= k = {teachers}, so the minimum is 0; here the loss is >= {at_least(least)}"
    task.record(RULE, "the loss is above the global minimum", measured)
