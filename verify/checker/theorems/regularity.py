"""Twice differentiability of the loss on the region of a statement: proved, never assumed."""

from __future__ import annotations

from typing import Any

from flint import arb

from verify.checker.core.balls import ball, euclidean_norm
from verify.checker.core.codes import Reason
from verify.checker.core.task import Open, Refuted, lower, upper
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.theorems.critical_point import CriticalPointTask


def prove_smooth(task: CriticalPointTask[Any, Any], rule: str) -> None:
    """Prove that F is C^2 on the region: by the activation, or because no neuron vanishes or meets a kink there.

    For a network see `_no_kink`. For a student the theorem is in docs/THEOREMS.md,
    "Smoothness". In a Euclidean ball of radius r the neuron w_i can vanish if and only if
    |c_i| <= r, in a box of half-width r if and only if max |c_ij| <= r.
    """
    statement = task.statement
    if isinstance(statement.landscape, EmpiricalRiskLandscape):
        _no_kink(task, rule)
        return
    if statement.landscape.activation.is_smooth:
        task.record(rule, "the loss is C^2", "everywhere, because the activation is smooth")
        return
    in_ball = isinstance(statement, Minimum)
    radius, smallest = ball(statement.radius), arb.pos_inf()
    for index, neuron in enumerate(statement.center):
        size = euclidean_norm(map(ball, neuron)) if in_ball else ball(max(map(abs, neuron)))
        if not size > radius:
            message = f"student neuron {index} vanishes within the radius, where the loss need not be differentiable"
            raise Refuted(message) if size <= radius else Open(f"perhaps {message}", Reason.KINK)
        smallest = smallest.min(size)
    name = "|c_i|" if in_ball else "max_j |c_ij|"
    measured = f"min_i {name} >= {lower(smallest)}, r <= {upper(radius)}"
    task.record(rule, "no neuron vanishes within the radius, so the loss is C^2 there", measured)


def _no_kink(task: CriticalPointTask[Any, Any], rule: str) -> None:
    """Prove that every activation is C^2 at what it is given, for every sample, over the whole box."""
    landscape: EmpiricalRiskLandscape = task.statement.landscape
    if not any(layer.activation.has_kink for layer in landscape.network.layers):
        task.record(rule, "the loss is C^2", "everywhere, because the activations are")
        return
    if (unit := task.region.near_a_kink()) is not None:
        raise Open(f"{unit} may meet a kink within the radius, where the loss need not be C^2", Reason.KINK)
    task.record(rule, "the loss is C^2 within the radius", "no unit meets a kink there, on any sample")
