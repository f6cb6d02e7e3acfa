"""Rule `spurious-minima-of-teachers`: two students have a spurious minimum, for every teacher in a region.

Theorem. Let 0 <= a <= b and 0 < c <= e. For teachers v_1, v_2 with 0 < |v_2| / |v_1| in [a, b] and an angle in
[c, e] let F_d be the loss of two ReLU students in R^d, d >= 2. Let T(p) be boxes of (a_1, a_2, b_1, b_2) around
polynomials in the ratio and the angle p, and G the equations of `losses.shrinking_teacher`. Let [a, b] x [c, e] be cut
into pieces, and for each of them let
  (1) the conditions of `losses.shrinking_teacher` but r > 0 hold on a box with all T(p) in it,
  (2) G(.; p) have one zero in T(p) (`tube`), and
  (3) G' be positive definite there.
Then for each of the teachers F_d has a strict local minimum that is not global.

Proof. By scaling and rotating v_1 = (1, 0) and v_2 = r (cos psi, sin psi), reflected if need be. By (1) and (2) the
students of the zero are a critical point of F_2, neither is zero, so that F_2 is C^2 there, and by (3) its Hessian is
positive definite. z^T M z is half the sum of (z (x) e_a)^T H (z (x) e_a) over the two coordinates a (docs/THEOREMS.md,
`every-input-dimension`), so M > 0 as well: a strict local minimum for every d. By (1) the angles of w_1, w_2, v_1 and
v_2 are theta, phi, 0 and psi with psi - pi < phi < 0 < theta < psi < pi. So f_W - f_V has a kink along the line
perpendicular to w_1, on which none of the other three has one, and is not 0: F > 0 = F(V). QED
Source: derived here; docs/COVERS.md.
"""

from __future__ import annotations

from flint import arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import is_positive_definite
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.subdivision import Box
from verify.checker.core.task import Task
from verify.checker.losses.shrinking_teacher import ShrinkingTeacher
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers, TubeWitness
from verify.checker.theorems.tube import CenteredTube, derivative, prove_on_cells, prove_zero_in_tube

RULE = "spurious-minima-of-teachers"


class SpuriousMinima(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(SpuriousMinima)


def spurious_minima_of_teachers(task: Task[StatementOfTeachers, TubeWitness]) -> SpuriousMinima:
    """Prove hypotheses (1) to (3), piece by piece."""
    landscape, witness = task.statement.landscape, task.witness
    prove_on_cells(witness, landscape, prove_minima)
    task.record(RULE, "a strict minimum that is not global", f"{witness.cells.leaves} pieces of the region")
    return _fact(task.statement)


def prove_minima(tube: CenteredTube, region: Box, name: str) -> None:
    """Prove the hypotheses for the teachers in a piece of the region. Raises Open."""
    p, equations = [ball(low).union(ball(high)) for low, high in region], ShrinkingTeacher()
    inside = equations.inside([*tube.box(p), *p])
    decide(inside, False, f"{name}: the students were not proved to be on their sides of the teachers")
    zero = prove_zero_in_tube(equations, tube, p, name)
    hessian = arb_mat(derivative(equations, zero, p))
    decide(is_positive_definite(hessian), False, f"{name}: the Hessian was not proved positive definite")
