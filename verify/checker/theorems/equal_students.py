"""Rule `equal-students`: k equal students along the sum of k orthonormal teachers are a strict saddle.

Theorem. Let sigma be ReLU, v_1, ..., v_k in R^d orthonormal and
  (1) n = k >= 2.
With x = (sqrt(k - 1) - arccos(1/sqrt k) + pi) / (k pi) the point w_1 = ... = w_k = x (v_1 + ... + v_k) is critical, and
the Hessian there has a negative eigenvalue and a positive one.

Proof. Let u = (v_1 + ... + v_k) / sqrt k, so that cos t = 1/sqrt k for its angle t with each v_j. The gradient in
each w_i is k w / 2 - sum_j (sin t u + (pi - t) v_j) / 2 pi, whose component along v_j is k x / 2 - (sqrt(k - 1) + pi
- t) / 2 pi = 0. As in `parallel-pair`, M_ii = 1/2 + A and M_ij = 1/2 with A = -k sin t / (2 pi |w|) < 0, as t > 0. So
z = e_1 - e_2 has z^T M z = 2 A < 0, and sum_a (z (x) e_a)^T H (z (x) e_a) = d z^T M z < 0. F is a convex parabola
along W itself, by homogeneity, with second derivative E f_W^2 > 0. QED

Source: Tian 2017, who shows that it is critical; docs/COVERS.md, "Lemma P".
"""

from __future__ import annotations

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.statements.equal_students import SaddleOfEqualStudents
from verify.checker.statements.teacher_student import RELU

RULE = "equal-students"


class StrictSaddle(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(StrictSaddle)


def equal_students(task: Task[SaddleOfEqualStudents, Witness]) -> StrictSaddle:
    """Prove hypothesis (1), for ReLU and an orthonormal teacher."""
    landscape = task.statement.landscape
    k = len(landscape.teacher)
    if landscape.activation != RELU or not landscape.orthonormal or not 2 <= k == landscape.neurons:
        raise Refuted("the theorem is about as many ReLU students as orthonormal teachers, two or more")
    task.record(RULE, "n = k >= 2", f"k = {k}")
    return _fact(task.statement)
