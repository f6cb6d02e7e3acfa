"""Rule `antiparallel-teachers`: spurious minima of two students for two teachers of opposite directions.

Theorem. Let v be a vector, a and c > 0, and let the teacher be a v and -c v with |v| = 1. Let
  (1) w_i = -r_i v with r_1, r_2 > 0 and r_1 + r_2 = c, and
  (2) 2 (a + c) r_1 r_2 > a c^2.
Then (w_1, w_2) is a local minimum of the loss of two ReLU students, for every d >= 1, with F = a^2 / 4 > 0; it is not
global, and not strict, since (2) holds for all nearby r_1 with r_2 = c - r_1.

Proof. By scaling a = 1. For h(t) = sin t - t cos t, kappa(w, u) = w.u/2 + |w||u| h(t) / 2 pi = |w||u| h(pi - t) / 2 pi.
So with s = w_1 + w_2 + c v, r_i = |w_i|, t_i the angle of w_i and -v, t_12 that of w_1 and w_2, exactly
    F = 1/4 + |s|^2/4 + (1 / 2 pi) [r_1 r_2 h(t_12) - (c + 1) (r_1 h(t_1) + r_2 h(t_2))].
Let y be half the difference of the parts of w_1 and w_2 perpendicular to v. Near the point t_i = |y| / r_i + O(|s| +
|y|^3), t_12 = |y| (1/r_1 + 1/r_2) + O(|s| + |y|^2), r_1 + r_2 = c + O(|s| + |y|^2) and h(t) = t^3/3 + O(t^5), so that
the bracket is (|y|^3 / 3 p^2) [(r_1 + r_2)^3 - (c + 1) (r_1^2 + r_2^2)] + O(|s||y|^2 + |s|^3 + |y|^4) with p = r_1
r_2. At r_1 + r_2 = c the square bracket is 2 (c + 1) p - c^2 > 0, and it stays positive nearby. As |s||y|^2 is at most
|s|^2 / 8C + 2 C |y|^4, F >= 1/4 + |s|^2/16 + k |y|^3 near the point for some k > 0. The teacher itself has F = 0. QED

Source: derived here; not found in a short search; docs/COVERS.md, "Theorem N1".
"""

from __future__ import annotations

from verify.checker.core.exact import shown
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.statements.antiparallel_teachers import SuboptimalStudents
from verify.checker.statements.teacher_student import RELU

RULE = "antiparallel-teachers"


class Suboptimal(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Suboptimal)


def antiparallel_teachers(task: Task[SuboptimalStudents, Witness]) -> Suboptimal:
    """Prove hypotheses (1) and (2), exactly, for a teacher in d = 1."""
    landscape, point = task.statement.landscape, task.statement.point
    known = landscape.activation == RELU and landscape.neurons == 2 and len(landscape.teacher) == 2
    if not known or landscape.input_dimension != 1:
        raise Refuted("the theorem is about two ReLU students and a teacher of two neurons in d = 1")
    ((first,), (second,)), ((one,), (other,)) = landscape.teacher, point
    if first * second > 0:
        raise Refuted("the teacher's neurons have one direction")
    for teacher, opposite in ((first, second), (second, first)):
        a, c, r_1, r_2 = (abs(entry) for entry in (teacher, opposite, one, other))
        margin = 2 * (a + c) * r_1 * r_2 - a * c * c
        if one * opposite > 0 and other * opposite > 0 and one + other == opposite and margin > 0:
            task.record(RULE, "2 (a + c) r_1 r_2 > a c^2, and w_1 + w_2 = -c v", f"by {shown(margin)}")
            return _fact(task.statement)
    raise Refuted("the students do not add up to a teacher's neuron with a product of their norms that is large enough")
