"""Rule `saddle-out-of-span`: a critical point out of the teacher's span is a saddle, by lemma S.

Theorem. Let c be a point, r > 0, X the box of all students whose entries differ from those of c by at most r, and u a
vector with
  (1) the activation one of `span`, and no neuron zero on X, so that F is C^2 there,
  (2) one critical point of F in X (`krawczyk`, as for `saddle`),
  (3) u . v_j = 0 for each teacher v_j, and
  (4) |u . c_i| > r (|u_1| + ... + |u_d|) for some neuron i.
Then at the critical point w in X the neuron w_i is not in the span of the teacher, and the Hessian has a negative
eigenvalue and a positive one; in every higher input dimension too, at w padded with zeros.

Proof. |u . (w_i - c_i)| <= r (|u_1| + ... + |u_d|), so u . w_i is not 0, and w_i is not in the span, to which u is
perpendicular. So by `span` the Hessian is not >= 0. Along w itself F is a parabola, by homogeneity, with the second
derivative E f_W^2; the even part of f_W is (1 - slope)/2 times the sum of the |w_i . x|, which is not 0, so this is
> 0. Padded with zeros w is critical and out of the span, and the old Hessian is a block of the new one. QED

(3) and (4) are decided exactly: a coordinate that is only near 0, as at the degenerate critical points in the span of
which a search returns neighbours with perpendicular parts of 1e-7 to 1e-4, proves nothing.
Source: docs/COVERS.md, "Lemma S".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.statements.saddle_out_of_span import PROPERTY, PerpendicularWitness, SaddleOutOfSpan
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.saddle import prove_critical_point
from verify.checker.theorems.span import CurvedOutOfSpan, span

RULE = "saddle-out-of-span"


@dataclass(frozen=True, slots=True)
class CurvedPoint(Fact):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape
    lemma: CurvedOutOfSpan
    center: Matrix
    radius: Fraction

    def proves(self, statement: Statement) -> bool:
        """Of the same box, if the lemma is about the same landscape."""
        same = SaddleOutOfSpan(self.landscape, PROPERTY, self.center, self.radius)
        return self.lemma.landscape == self.landscape and statement == same


_fact = maker(CurvedPoint)


def saddle_out_of_span(task: CriticalPointTask[SaddleOutOfSpan, PerpendicularWitness]) -> CurvedPoint:
    """Prove hypotheses (1) to (4) of the theorem above."""
    statement, landscape = task.statement, task.statement.landscape
    lemma = span(task, landscape)
    _prove_out_of_span(task)
    prove_critical_point(task, RULE)
    return _fact(landscape, lemma, statement.center, statement.radius)


def _prove_out_of_span(task: CriticalPointTask[SaddleOutOfSpan, PerpendicularWitness]) -> None:
    """Hypotheses (3) and (4), in exact arithmetic."""
    statement, direction = task.statement, task.witness.perpendicular
    for number, neuron in enumerate(statement.landscape.teacher):
        if _dot(direction, neuron):
            raise Refuted(f"the direction is not perpendicular to teacher {number}")
    reach = statement.radius * sum(map(abs, direction), Fraction(0))
    products = [abs(_dot(direction, row)) for row in statement.center]
    if max(products) <= reach:
        raise Open("no neuron is proved to be out of the teacher's span: the direction's products may all be 0")
    which = products.index(max(products))
    task.record(RULE, "a neuron is out of the teacher's span everywhere in the box", f"neuron {which}")


def _dot(one: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))
