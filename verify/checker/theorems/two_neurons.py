"""Rule `two-neurons`: all critical points of two ReLU students and a teacher of two neurons.

Theorem. Let v_1, v_2 span R^2, and let F_d be the loss of two ReLU students in R^d, d >= 2. Let
  (1) the lemmas `span`, `zero-neurons`, `every-dimension-by-span` and `parallel-pair` hold,
  (2) X be a box with [-pi, pi] x [0, pi] inside, and `cover` hold for X, the equations of `losses.two_neurons` and the
      boxes B_1, ..., B_m,
  (3) B_1, ..., B_m have one zero each (`krawczyk`), at which both norms are positive, and no two of these points are
      the same up to exchanging the students,
  (4) each of them be one of: (V, exchanged or not), a global minimum; or have F > 0 and, in R^2, a Hessian > 0 and
      M > 0, a strict local minimum that is not global for every d; or have a negative eigenvalue of the Hessian in R^2.
Then, up to exchanging the students, these m points are all critical points of F_d in the plane of the teacher without a
zero neuron and without two students of one direction. Every other critical point of F_d without zero neuron has a
negative eigenvalue of its Hessian; a point with a zero neuron is no local minimum. If none of the m points is of the
second kind, then every local minimum of F_d is global. If in (2) only local minima are sought, the last two sentences
hold alike: every other critical point without zero neuron has a negative eigenvalue.

Proof. A critical point without zero neuron lies in the plane, or has a negative eigenvalue (1). In the plane it has
angles x and x + d, and after exchanging the students 0 <= d <= pi, x in [-pi, pi]. If d = 0, it has a negative
eigenvalue
(1). If not, the equations hold there, so it is one of the points of (3), by (2). A strict minimum in R^2 with M > 0 is
one for every d: `every-input-dimension`. One neuron does not equal the teacher, whose neurons are not parallel, so F
> 0 where a neuron is zero. QED
Source: derived here; docs/COVERS.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import arb

from verify.checker.core.balls import Balls, ball, euclidean_norm
from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues
from verify.checker.core.facts import Fact, Interval, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task, ends
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.losses.two_neurons import Circle, MinimaOfTwoNeurons, TwoNeurons
from verify.checker.statements.cover_witness import Cover, CoverWitness, FoundPoint
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.checker.statements.two_neurons import (
    COMPLETE,
    EVERYWHERE,
    GLOBAL,
    NEGATIVE,
    NO_SPURIOUS,
    SPURIOUS,
    CoverStatement,
    CriticalPointsComplete,
    NoSpuriousMinimum,
)
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import lies_within, prove_contains, prove_cover, prove_one_zero
from verify.checker.theorems.every_dimension_by_span import OnlyTheSpan, every_dimension_by_span
from verify.checker.theorems.norms import students_at, units
from verify.checker.theorems.parallel_pair import CurvedParallelPair, parallel_pair
from verify.checker.theorems.span import span
from verify.checker.theorems.zero_neurons import zero_neurons

RULE = "two-neurons"
LARGEST_ANGLE = 4
"""For which `losses.two_neurons` is valid."""


@dataclass(frozen=True, slots=True)
class Classified:
    """A critical point, enclosed, and what it is."""

    what: str
    students: tuple[tuple[Interval, ...], ...]

    def is_told_by(self, point: FoundPoint) -> bool:
        """Whether the point is of the same kind and lies within the distance of the given one."""
        return point.what == self.what and all(
            c - point.radius <= low and high <= c + point.radius
            for row, enclosed in zip(point.center, self.students, strict=True)
            for c, (low, high) in zip(row, enclosed, strict=True)
        )


@dataclass(frozen=True, slots=True)
class AllCriticalPoints(Fact):
    """All critical points that are not excluded by the lemmas."""

    landscape: TeacherStudentLandscape
    only: OnlyTheSpan
    parallel: CurvedParallelPair
    points: tuple[FoundPoint, ...] | None
    """The complete list; None: only that none of them is spurious."""

    def proves(self, statement: Statement) -> bool:
        """The list, or that none is spurious, if the lemmas are about the same landscape."""
        return (
            self.only.is_about(self.landscape)
            and self.parallel.landscape == self.landscape
            and statement == claim(self.landscape, EVERYWHERE, self.points)
        )


_fact = maker(AllCriticalPoints)


def claim(landscape: TeacherStudentLandscape, domain: str, points: tuple[FoundPoint, ...] | None) -> CoverStatement:
    """The statement with a complete list, or without one that none is spurious."""
    if points is None:
        return NoSpuriousMinimum(landscape, NO_SPURIOUS, domain)
    return CriticalPointsComplete(landscape, COMPLETE, domain, points)


def two_neurons(task: Task[CoverStatement, CoverWitness]) -> AllCriticalPoints:
    """Prove hypotheses (1) to (4) of the theorem above."""
    landscape = task.statement.landscape
    if task.statement.domain != EVERYWHERE:
        raise Refuted("the lemmas are about students of any norm")
    only = every_dimension_by_span(task, span(task, landscape), zero_neurons(task, landscape))
    parallel = parallel_pair(task, only)
    if landscape.activation.slope:
        raise Open("covers are known for ReLU only")
    complete = isinstance(task.statement, CriticalPointsComplete)
    system = (TwoNeurons if complete else MinimaOfTwoNeurons)(teachers(landscape), arb.pi())
    (cover,) = task.witness.covers
    prove_contains_torus(cover)
    points = points_anywhere(system, landscape, cover)
    prove_cover(system, cover)
    record(task, RULE, points, cover)
    return _fact(landscape, only, parallel, told(task, points))


def points_anywhere(system: TwoNeurons, landscape: TeacherStudentLandscape, cover: Cover) -> list[Classified]:
    """Prove hypotheses (3) and (4): the points at the zeros of a cover, and what they are."""
    zeros = [prove_one_zero(system, zero) for zero in cover.zeros]
    found = [students_at(system, zero, f"zero {number}") for number, zero in enumerate(zeros)]
    prove_different([unordered(zero) for zero in zeros])
    points = []
    for number, students in enumerate(found):
        kind = GLOBAL if has_teacher(system, cover, number) else _kind(landscape, students, f"zero {number}")
        points.append(Classified(kind, enclosed(students)))
    return points


def teachers(landscape: TeacherStudentLandscape) -> tuple[tuple[arb, arb], ...]:
    """Norm and angle of each neuron of a teacher in the plane."""
    rows = [[ball(entry) for entry in row] for row in landscape.teacher]
    return tuple((euclidean_norm(row), arb.atan2(row[1], row[0])) for row in rows)


def prove_contains_torus(cover: Cover) -> None:
    """Prove that the box has all x in [-pi, pi] and d in [0, pi], and that the equations are valid on it."""
    pi, what = arb.pi(), "all angles x in [-pi, pi], d in [0, pi]"
    prove_contains(cover, [(-pi, pi), (arb(0), pi)], f"the box of the cover misses a part of {what}")
    prove_valid(cover)


def prove_valid(cover: Cover) -> None:
    """Prove that no angle in the box or near a zero is larger than those for which the equations are written."""
    ends_of_box = [abs(end) for side in cover.box for end in side]
    if max(*ends_of_box, *(abs(c) + zero.radius for zero in cover.zeros for c in zero.center)) > LARGEST_ANGLE:
        raise Refuted(f"angles beyond {LARGEST_ANGLE} are not needed")


def unordered(zero: list[arb]) -> tuple[list[arb], list[arb]]:
    """The directions of the students, in both orders."""
    first, second = units(zero)
    return [*first, *second], [*second, *first]


def prove_different(points: Sequence[tuple[list[arb], list[arb]]]) -> None:
    """Prove that no two points are the same up to exchanging the students: each in both orders, in any coordinates."""
    for (i, one), (j, other) in combinations(enumerate(points), 2):
        for exchanged in one:
            different = any(abs(a - b) > 0 for a, b in zip(exchanged, other[0], strict=True))
            decide(different, False, f"the zeros {i} and {j} are not proved different, up to exchanging the students")


def has_teacher(system: Circle, cover: Cover, number: int) -> bool:
    """Whether the one zero in a box is proved to be the teacher's directions."""
    (_, first), (_, second) = system.teachers
    return any(lies_within(image, cover.zeros[number]) for image in system.images([first, second - first]))


def _kind(landscape: TeacherStudentLandscape, students: Balls, name: str) -> str:
    loss = TeacherStudent(landscape, students)
    hessian = loss.hessian()
    if negative_eigenvalues(hessian):
        return NEGATIVE
    minimum = is_positive_definite(hessian) and is_positive_definite(loss.input_dimension_matrix)
    decide(minimum and loss.value() > 0, False, f"what the critical point of {name} is was not decided")
    return SPURIOUS


def enclosed(students: Iterable[Iterable[arb]]) -> tuple[tuple[Interval, ...], ...]:
    """The ends of finite balls."""
    return tuple(tuple(map(ends, row)) for row in students)


def told(task: Task[CoverStatement, CoverWitness], points: Sequence[Classified]) -> tuple[FoundPoint, ...] | None:
    """The statement's list, if the points are those; None for a statement without one. Raises Refuted, or Open."""
    if not isinstance(task.statement, CriticalPointsComplete):
        if any(point.what == SPURIOUS for point in points):
            raise Refuted("there is a local minimum that is not global")
        return None
    prove_list(task.statement.points, points, "critical point")
    return task.statement.points


def prove_list(listed: Sequence[FoundPoint], found: Sequence[Classified], name: str) -> None:
    """Prove that a complete list tells the points found, in their order. Raises Refuted, or Open.

    The points are all that there are: so another number of them, in all or of one kind, is false.
    """
    if len(listed) != len(found):
        raise Refuted(f"{len(listed)} {name}s are claimed, and {len(found)} are proved")
    same = Counter(point.what for point in listed) == Counter(point.what for point in found)
    for number, (point, kind) in enumerate((point, here.what) for point, here in zip(listed, found, strict=True)):
        what = f"{name} {number} is a {kind}, not a {point.what}"
        decide(point.what == kind, not same, f"{what}: the list is not in the order of the zeros" if same else what)
    for number, (point, here) in enumerate(zip(listed, found, strict=True)):
        decide(here.is_told_by(point), False, f"{name} {number} is not proved near the one given")


def record(task: Task[Any, CoverWitness], rule: str, points: Sequence[Classified], *covers: Cover) -> None:
    """Note what was covered, and what was found."""
    for cover in covers:
        sides = " x ".join(f"[{low}, {high}]" for low, high in cover.box)
        task.record(COVER, "all points sought are among the zeros", f"{cover.tree.leaves} pieces of {sides}")
    task.record(rule, "the zeros are different and decided", ", ".join(point.what for point in points) or "none")
