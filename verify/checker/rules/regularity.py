"""Twice differentiability of the loss on the region of a statement: proved, never assumed."""

from __future__ import annotations

from typing import Any

from flint import arb

from verify.checker.arithmetic import ball, euclidean_norm
from verify.checker.rules.critical_point import CriticalPointTask
from verify.checker.rules.task import Open, Refuted, lower, upper
from verify.checker.statements.critical_point import Minimum


def prove_smooth(task: CriticalPointTask[Any, Any], rule: str) -> None:
    """Prove that F is C^2 on the region: everywhere for erf, else because no neuron vanishes there.

    The theorem is in docs/THEOREMS.md, "Smoothness". In a Euclidean ball of radius r the
    neuron w_i can vanish if and only if |c_i| <= r, in a box of half-width r if and only
    if max |c_ij| <= r.
    """
    statement = task.statement
    if statement.landscape.activation.is_smooth:
        task.record(rule, "the loss is C^2", "everywhere, because the activation is smooth")
        return
    in_ball = isinstance(statement, Minimum)
    radius, smallest = ball(statement.radius), arb.pos_inf()
    for index, neuron in enumerate(statement.center):
        size = euclidean_norm(map(ball, neuron)) if in_ball else ball(max(map(abs, neuron)))
        if not size > radius:
            message = f"student neuron {index} vanishes within the radius, where the loss need not be differentiable"
            raise Refuted(message) if size <= radius else Open(f"perhaps {message}")
        smallest = smallest.min(size)
    name = "|c_i|" if in_ball else "max_j |c_ij|"
    measured = f"min_i {name} >= {lower(smallest)}, r <= {upper(radius)}"
    task.record(rule, "no neuron vanishes within the radius, so the loss is C^2 there", measured)
