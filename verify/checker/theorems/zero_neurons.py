"""Lemma Z (zero neurons): a point with a zero neuron is a local minimum only if its loss is 0.

Theorem. Let F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 over all W in R^(n x d), and let
  (1) sigma be positively homogeneous: a ReLU or leaky ReLU.
If W is a local minimum of F, differentiable there or not, and some w_i = 0, then F(W) = 0.

Proof. For each i, F is a quadratic polynomial in s where s w_i replaces w_i, s > 0, with a minimum at s = 1. So
E (f_W - f_V) sigma(w_i.x) = 0, and the sum over i gives E (f_W - f_V) f_W = 0. With Phi(u) = E (f_V - f_W) sigma(u.x)
then sum_j Phi(v_j) = E (f_V - f_W) f_V = 2 F(W). If F(W) > 0, some Phi(v_j) > 0; replacing a zero neuron by s v_j, s
> 0, changes F by -s Phi(v_j) + s^2 E sigma(v_j.x)^2 / 2, which is negative for small s. QED

Source: the mechanism is that of Haeffele & Vidal 2015; docs/COVERS.md, "Lemma Z".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.checker.core.facts import Lemma, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.statements.teacher_student import TeacherStudentLandscape

RULE = "zero-neurons"


@dataclass(frozen=True, slots=True)
class NoZeroNeuron(Lemma):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape


_fact = maker(NoZeroNeuron)


def zero_neurons(task: Task[Any, Any], landscape: TeacherStudentLandscape) -> NoZeroNeuron:
    """Prove hypothesis (1)."""
    activation = landscape.activation
    if activation.is_smooth:
        raise Refuted(f"zero neurons are not excluded for {activation.describe()}, which is not homogeneous")
    task.record(RULE, "a local minimum with a zero neuron has loss 0", activation.describe())
    return _fact(landscape)
