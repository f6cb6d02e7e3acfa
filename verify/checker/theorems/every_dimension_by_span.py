"""Corollary D: what is known of all local minima in the span of the teacher holds in every input dimension.

Theorem. Let v_1, ..., v_k be in R^m, and for d >= m let F_d be the loss in R^(n x d), the v_j padded with zeros. Let
  (1) n >= k and the v_j span R^m, and
  (2) the conclusions of `span` and of `zero-neurons` hold.
Then min F_d = 0; a local minimum of F_d with F_d > 0 has no zero neuron and lies in R^(n x m), where it is a local
minimum of F_m; a critical point of F_d without zero neuron is one of F_m, or has a negative eigenvalue of its Hessian;
and where the Hessian of F_m has a negative eigenvalue, that of F_d has one.

Proof. The students that copy the teacher have loss 0. By Z and S a local minimum with F_d > 0 has no zero neuron, is
C^2 there, and lies in the span, which is R^m. The Hessian of F_d, restricted to R^(n x m), is that of F_m. QED

Source: derived here; docs/COVERS.md, "Corollary D".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.checker.core.exact import shown
from verify.checker.core.facts import Lemma, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.checker.theorems.span import CurvedOutOfSpan
from verify.checker.theorems.zero_neurons import NoZeroNeuron

RULE = "every-dimension-by-span"


@dataclass(frozen=True, slots=True)
class OnlyTheSpan(Lemma):
    """The conclusion of the theorem above."""

    out_of_span: CurvedOutOfSpan
    zero: NoZeroNeuron

    def is_about(self, landscape: TeacherStudentLandscape) -> bool:
        """Whether both lemmas are."""
        return self.out_of_span.landscape == landscape == self.zero.landscape


_fact = maker(OnlyTheSpan)


def every_dimension_by_span(task: Task[Any, Any], out_of_span: CurvedOutOfSpan, zero: NoZeroNeuron) -> OnlyTheSpan:
    """Prove hypothesis (1), for a teacher of two neurons in the plane."""
    landscape = out_of_span.landscape
    if len(landscape.teacher) != 2 or landscape.input_dimension != 2 or landscape.neurons < 2:
        raise Open("covers are known for a teacher of two neurons in d = 2 only")
    (a, b), (c, d) = landscape.teacher
    if a * d == b * c:
        raise Refuted("the teacher's two neurons are on one line, so that they do not span the plane")
    task.record(RULE, "the teacher spans the plane, so that d = 2 is enough", f"determinant {shown(a * d - b * c)}")
    return _fact(out_of_span, zero)
