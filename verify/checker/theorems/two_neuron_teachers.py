"""Rule `two-neuron-teachers`: no spurious minimum of two students, for every teacher of two neurons in a region.

Theorem. Let 0 < a <= b and 0 < c <= e. For teachers v_1, v_2 with |v_2| / |v_1| in [a, b] and an angle in [c, e] let
F_d be the loss of two ReLU students in R^d, d >= 2. Let
  (1) e < pi, so that each teacher spans a plane, and
  (2) X be a box with [-pi, pi] x [0, pi] x [a, b] x [c, e] inside, and `cover` hold for X, the equations of
      `losses.two_neurons.EveryTeacher` and no boxes B_i.
Then every local minimum of F_d is global, for each of the teachers, and every other critical point without zero
neuron has a negative eigenvalue of its Hessian.

Proof. By scaling and rotating v_1 = (1, 0) and v_2 = r (cos psi, sin psi), reflected if need be. The lemmas `span`,
`zero-neurons`, `every-dimension-by-span` and `parallel-pair` hold for each teacher, by (1). As for one teacher
(`two-neurons`), a critical point without zero neuron that has no negative eigenvalue solves the equations at some (x,
d, r, psi) in X, in a piece whose test `own` passes: there it is the teacher itself, up to exchanging the students. QED
Source: derived here; docs/COVERS.md.
"""

from __future__ import annotations

from typing import TypeVar

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.task import Task
from verify.checker.losses.two_neurons import EveryTeacher
from verify.checker.statements.cover_witness import Cover, CoverWitness
from verify.checker.statements.two_neuron_teachers import NO_SPURIOUS, StatementOfTeachers
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import prove_cover
from verify.checker.theorems.two_neurons import prove_contains_torus

CoverWitnessT = TypeVar("CoverWitnessT", bound=CoverWitness)
RULE = "two-neuron-teachers"


class NoneSpurious(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(NoneSpurious)


def two_neuron_teachers(task: Task[StatementOfTeachers, CoverWitness]) -> NoneSpurious:
    """Prove hypotheses (1) and (2)."""
    cover = prove_contains_region(task, RULE)
    if cover.zeros:
        raise Refuted("no point but the teacher may be left out")
    prove_cover(EveryTeacher((), arb.pi()), cover)
    task.record(COVER, "no local minimum but the teacher is left", f"{cover.tree.leaves} pieces")
    return _fact(StatementOfTeachers(task.statement.landscape, NO_SPURIOUS))


def prove_contains_region(task: Task[StatementOfTeachers, CoverWitnessT], rule: str) -> Cover:
    """Prove that each teacher spans a plane, and that the cover's box has all directions and teachers."""
    landscape = task.statement.landscape
    largest = ball(landscape.angles[1])
    decide(
        largest < arb.pi(), largest >= arb.pi(), "an angle of pi, at which the teacher is on one line, is not excluded"
    )
    task.record(rule, "each teacher spans a plane, so that the lemmas hold", f"0 < angle <= {landscape.angles[1]} < pi")
    (cover,) = task.witness.covers
    prove_contains_torus(cover)
    for (low, high), (least, most) in zip(cover.box[2:], (landscape.ratios, landscape.angles), strict=True):
        if not low <= least <= most <= high:
            raise Refuted("the box of the cover misses a part of the region of teachers")
    return cover
