"""Twice differentiability of the loss on the region of a statement: proved, never assumed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from verify.checker.exact import at_least, at_most
from verify.checker.rules.proof import Refuted, Task
from verify.checker.statement import Minimum


def prove_smooth(task: Task[Any, Any], rule: str) -> None:
    """Prove that F is C^2 on the region: everywhere for erf, else because no neuron vanishes there.

    The theorem is in docs/THEOREMS.md, "Smoothness". The test is exact: in a Euclidean
    ball of radius r the neuron w_i can vanish if and only if |c_i| <= r, in a box of
    half-width r if and only if max |c_ij| <= r.
    """
    statement = task.statement
    if statement.landscape.activation.is_smooth:
        task.record(rule, "the loss is C^2", "everywhere, because the activation is smooth")
        return
    in_ball = isinstance(statement, Minimum)
    sizes = [
        sum((entry * entry for entry in neuron), Fraction(0)) if in_ball else max(map(abs, neuron))
        for neuron in statement.center
    ]
    reach = statement.radius**2 if in_ball else statement.radius
    smallest = min(sizes)
    if smallest <= reach:
        where = sizes.index(smallest)
        raise Refuted(f"student neuron {where} vanishes within the radius, where the loss need not be differentiable")
    names = ("|c_i|^2", "r^2") if in_ball else ("max_j |c_ij|", "r")
    measured = f"min_i {names[0]} >= {at_least(smallest, 5)}, {names[1]} <= {at_most(reach, 5)}"
    task.record(rule, "no neuron vanishes within the radius, so the loss is C^2 there", measured)
