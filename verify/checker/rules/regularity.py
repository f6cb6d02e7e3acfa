"""Twice differentiability of the loss on the region of a statement: proved, never assumed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from verify.checker.exact import at_least
from verify.checker.rules.proof import Refuted, Task
from verify.checker.statement import Minimum


def prove_smooth(task: Task[Any, Any], rule: str) -> None:
    """Prove that F is C^2 on the region: everywhere for erf, else because no neuron vanishes there.

    The theorem is in docs/THEOREMS.md, "Smoothness". The test is exact: in a Euclidean ball of radius r the neuron w_i can vanish if and only if
    |c_i| <= r, in a box of half-width r if and only if max |c_ij| <= r.
    """
    statement = task.statement
    if statement.landscape.activation.is_smooth:
        task.record(rule, "the loss is C^2", "everywhere, because the activation is smooth")
        return
    radius = statement.radius
    margins: list[Fraction] = []
    for index, neuron in enumerate(statement.center):
        if isinstance(statement, Minimum):
            vanishes = sum((entry * entry for entry in neuron), Fraction(0)) <= radius * radius
        else:
            vanishes = max(map(abs, neuron)) <= radius
        if vanishes:
            raise Refuted(f"student neuron {index} vanishes within the radius, where the loss is not differentiable")
        margins.append(max(map(abs, neuron)))
    measured = f"the smallest neuron's largest entry is {at_least(min(margins), 5)}, the radius {_short(radius)}"
    task.record(rule, "no neuron vanishes within the radius, so the loss is C^2 there", measured)


def _short(radius: Fraction) -> str:
    return at_least(radius, 3)
