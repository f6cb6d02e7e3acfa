"""Lemma P (parallel pair): two students of one direction are no local minimum.

Theorem. Let n = 2, let the activation be one of `span`, and let
  (1) the teacher's neurons not all lie on one line.
At a critical point w_1 = r_1 u, w_2 = r_2 u with r_1, r_2 > 0 the Hessian has a negative eigenvalue, for every d.

Proof. Write t_j for the angle of u and v_j, A_i = -sum_j |v_j| sin t_j / (2 pi r_i), and M for the Hessian's block of
an input coordinate in which students and teacher vanish, as in `every_input_dimension`: up to a positive factor M_ii is
1/2 + A_i, M_12 is 1/2, and up to multiples of the matrix of ones. So M_11 + M_22 - 2 M_12 is a positive multiple of
A_1 + A_2, which is negative by (1). With z = (1, -1) then sum_a (z (x) e_a)^T H (z (x) e_a) = d z^T M z < 0. QED

Source: the merging of Safran, Yehudai & Shamir 2021; docs/COVERS.md, "Lemma P".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.checker.core.facts import Lemma, maker
from verify.checker.core.outcome import Open
from verify.checker.core.task import Task
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.checker.theorems.every_dimension_by_span import OnlyTheSpan

RULE = "parallel-pair"


@dataclass(frozen=True, slots=True)
class CurvedParallelPair(Lemma):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape


_fact = maker(CurvedParallelPair)


def parallel_pair(task: Task[Any, Any], only: OnlyTheSpan) -> CurvedParallelPair:
    """For two students; hypothesis (1) is that the teacher's two neurons span the plane."""
    landscape = only.out_of_span.landscape
    if landscape.neurons != 2:
        raise Open("covers are known for two students only")
    task.record(RULE, "two students of one direction have a negative eigenvalue", "the teacher is not on one line")
    return _fact(landscape)
