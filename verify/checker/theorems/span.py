"""Lemma S (span): at a critical point with Hessian >= 0 every neuron lies in the span of the teacher.

Theorem. Let F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d) over all W in R^(n x d), and let
  (1) sigma be a ReLU or leaky ReLU of slope other than 1 (|x| is the slope -1).
If W has no zero neuron, grad F(W) = 0 and the Hessian H at W is >= 0, then every w_i lies in span(v_1, ..., v_k). So a
critical point without zero neuron and out of the span has a negative eigenvalue of its Hessian.

Proof: docs/COVERS.md, "Lemma S". The trace identity sum_a (z (x) e_a)^T H (z (x) e_a) = d z^T M z, which it needs, is
false for erf (docs/THEOREMS.md), and the proof needs grad F = 0 in all of R^(n x d), not on spheres.
Source: derived here; compare Tian 2017 and arXiv 2604.09412.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.checker.core.facts import Lemma, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.statements.teacher_student import TeacherStudentLandscape

RULE = "span"


@dataclass(frozen=True, slots=True)
class CurvedOutOfSpan(Lemma):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape


_fact = maker(CurvedOutOfSpan)


def span(task: Task[Any, Any], landscape: TeacherStudentLandscape) -> CurvedOutOfSpan:
    """Prove hypothesis (1)."""
    activation = landscape.activation
    if activation.is_smooth or activation.slope == 1:
        raise Refuted(f"students out of the teacher's span are not excluded for {activation.describe()}")
    task.record(RULE, "a critical point out of the teacher's span has a negative eigenvalue", activation.describe())
    return _fact(landscape)
