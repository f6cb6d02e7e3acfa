"""Rule `symmetric-students`: all critical points among the students that permutations leave alone.

Theorem. Let sigma be ReLU, v_1, ..., v_k in R^d orthonormal, d >= k, F_d the loss of n = k students, and
w_i = a v_i + b sum_(j != i) v_j. Let
  (1) n = k >= 3,
  (2) X be an interval with [-pi, pi] inside, and `cover` hold for X, the equation of `losses.symmetric_students` and
      the intervals B_1, ..., B_m,
  (3) B_1, ..., B_m have one zero each (`krawczyk`), and no two of these angles be the same mod 2 pi,
  (4) each of them be one of: 0 or pi mod 2 pi; alpha; or have a norm r > 0, and at W either a negative eigenvalue of
      some block of the Hessian in R^k (`symmetric_point`), or F > 0, every block positive definite, and every block of
      the matrix M of `every-input-dimension`.
Then these m points are all critical points of F_d among these students other than 0, for every d >= k. alpha is the
teacher, a global minimum; 0 and pi are points with a negative eigenvalue; the others have a negative eigenvalue, or are
strict local minima that are not global, as is found in (4). The student 0 is no local minimum.

Proof. The students other than 0 have no zero neuron, so F_d is C^2 there, and they are those of the losses' angles. By
symmetric criticality (Palais 1979) the gradient of F_k vanishes at such a student if its part along these students
does, and in d > k its other components are 0. So the critical points are those of the equation: (2), (3).
At phi = 0 and pi all students are equal, w = x u with |u| = 1, x > 0, and no v_j is along u, since k >= 2. As in
`parallel-pair` M_ii = 1/2 + A with A < 0 and M_ij = 1/2, so z = (1, -1, 0, ...) has z^T M z = 2 A < 0. A negative
eigenvalue in R^k is one in R^d; the last case is that of `every-input-dimension`, and F >= 0. 0 is excluded by
`zero-neurons`. QED

Source: the symmetry is that of Arjevani & Field 2020; that the list is complete is derived here; docs/COVERS.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from flint import arb

from verify.checker.core.definiteness import negative_eigenvalues_of_block, positive_eigenvalues_of_block
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Symmetry
from verify.checker.core.task import Task
from verify.checker.losses.isotypic import SymmetricTeacherStudent
from verify.checker.losses.symmetric_students import SymmetricStudents
from verify.checker.losses.teacher_student import kernel_of
from verify.checker.statements.cover_witness import Cover, CoverWitness, FoundPoint
from verify.checker.statements.symmetric_students import PROPERTY, SymmetricCriticalPoints
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape
from verify.checker.statements.two_neurons import GLOBAL, NEGATIVE, SPURIOUS
from verify.checker.theorems.cover import lies_within, prove_contains, prove_cover, prove_one_zero
from verify.checker.theorems.two_neurons import Classified, enclosed, prove_list, prove_valid, record
from verify.checker.theorems.zero_neurons import NoZeroNeuron, zero_neurons

RULE = "symmetric-students"


@dataclass(frozen=True, slots=True)
class AllSymmetric(Fact):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape
    points: tuple[FoundPoint, ...]
    zero: NoZeroNeuron

    def proves(self, statement: Statement) -> bool:
        """The list of the same landscape."""
        told = SymmetricCriticalPoints(self.landscape, PROPERTY, self.points)
        return self.zero.landscape == self.landscape and statement == told


_fact = maker(AllSymmetric)


def symmetric_students(task: Task[SymmetricCriticalPoints, CoverWitness]) -> AllSymmetric:
    """Prove hypotheses (1) to (4) of the theorem above."""
    landscape = task.statement.landscape
    k = len(landscape.teacher)
    if landscape.activation != RELU or not landscape.orthonormal or k != landscape.neurons:
        raise Refuted("the theorem is about as many ReLU students as orthonormal teachers")
    if k < 3:
        raise Open("symmetric students are known for three or more")
    zero = zero_neurons(task, landscape)
    system = SymmetricStudents(arb(k), arb.pi())
    (cover,) = task.witness.covers
    circle = [(-arb.pi(), arb.pi())]
    prove_contains(cover, circle, "the interval of the cover misses a part of [-pi, pi]")
    prove_valid(cover)
    points = symmetric_points(system, k, cover)
    prove_cover(system, cover)
    record(task, RULE, points, cover)
    prove_list(task.statement.points, points, "critical point")
    return _fact(landscape, task.statement.points, zero)


def symmetric_points(system: SymmetricStudents, k: int, cover: Cover) -> list[Classified]:
    """Prove hypotheses (3) and (4): the points at the zeros of a cover, and what they are."""
    zeros = [prove_one_zero(system, zero) for zero in cover.zeros]
    for (i, (one,)), (j, other) in combinations(enumerate(zeros), 2):
        apart = all(abs(one - image) > 0 for (image,) in system.images(other))
        decide(apart, False, f"the zeros {i} and {j} are not proved different mod 2 pi")
    return [_classified(system, k, cover, number, *zero) for number, zero in enumerate(zeros)]


def _classified(system: SymmetricStudents, k: int, cover: Cover, number: int, phi: arb) -> Classified:
    a, b, norm = system.entries(phi)
    decide(norm > 0, False, f"zero {number}: the norm is not proved positive")

    def is_at(angle: arb) -> bool:
        return any(lies_within(image, cover.zeros[number]) for image in system.images([angle]))

    kind = NEGATIVE
    if is_at(system.teacher()):
        kind = GLOBAL
    elif not is_at(arb(0)) and not is_at(system.pi):
        kind = _kind(k, a, b, f"zero {number}")
    return Classified(kind, enclosed([[a, b]]))


def _kind(k: int, a: arb, b: arb, name: str) -> str:
    at = SymmetricTeacherStudent(kernel_of(RELU), Symmetry((k,), 0), [a, b])
    spread = at.spread
    if any(negative_eigenvalues_of_block(block.less(-spread)) for block in at.blocks):
        return NEGATIVE
    definite = all(
        positive_eigenvalues_of_block(block.less(room)) == block.norm.nrows()
        for blocks, room in ((at.blocks, spread), (at.input_dimension_blocks, arb(0)))
        for block in blocks
    )
    decide(definite and at.value() > 0, False, f"what the critical point of {name} is was not decided")
    return SPURIOUS
