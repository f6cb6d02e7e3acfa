"""Certificates of all critical points of two ReLU students and a teacher of two neurons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx

from verify.checker.evaluators import (
    Classified,
    EveryTeacher,
    InPlane,
    MinimaOfTwoNeurons,
    OneNeuron,
    OutOfPlane,
    TwoNeurons,
    two_neurons,
    two_on_spheres,
)
from verify.checker.public import Box, Matrix, Open, Refuted, Witness
from verify.checker.statements.antiparallel_teachers import PROPERTY as SUBOPTIMAL
from verify.checker.statements.antiparallel_teachers import SuboptimalStudents
from verify.checker.statements.cover_witness import Cover, CoverWitness, FoundPoint
from verify.checker.statements.equal_students import PROPERTY as EQUAL
from verify.checker.statements.equal_students import SaddleOfEqualStudents
from verify.checker.statements.one_neuron import PROPERTY as MONOTONE
from verify.checker.statements.one_neuron import OnePointMonotone
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape, identity
from verify.checker.statements.two_neuron_teachers import Range, StatementOfTeachers, TwoNeuronTeachers
from verify.checker.statements.two_neurons import (
    COMPLETE,
    EVERYWHERE,
    NO_SPURIOUS,
    SPHERES,
    CoverStatement,
    CriticalPointsComplete,
    NoSpuriousMinimum,
)
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.float_balls import FloatBalls
from verify.producer.prover.covers.subdivide import Progress, exact, subdivide
from verify.producer.prover.covers.zeros import Posed, zeros
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

SMALL = "small-teacher-student"
PRECISION = 64
FOUND_PRECISION = 96
"""For the enclosures of the points that are listed."""
WITHIN = Fraction(1, 2**40)
BITS = 45
STARTS = {2: 24, 3: 10}
HALF_TURN = exact([("0", "22/7")])
TORUS = exact([("-22/7", "22/7"), ("0", "22/7")])
OUT_OF_PLANE = exact([("0", "22/7"), ("0", "22/7"), ("1", "4")])


def certify_everywhere(
    teacher: Matrix | None = None, *, complete: bool = True, progress: Progress = lambda *_: None
) -> Certificate:
    """All critical points of two ReLU students and a teacher in R^2 (None: orthonormal), for every d >= 2.

    `complete`: the list of them; else only that every local minimum is global. Raises NotCertified.
    """
    landscape = _landscape(teacher)
    of, pi = two_neurons.teachers(landscape), arb.pi()
    kind = TwoNeurons if complete else MinimaOfTwoNeurons
    system = Posed(kind(_floats(of), _float(pi)), kind(of, pi))
    cover = _cover(system, TORUS, progress)
    if not complete:
        return _written(landscape, EVERYWHERE, cover)
    with _finely():
        points = two_neurons.points_anywhere(TwoNeurons(two_neurons.teachers(landscape), arb.pi()), landscape, cover)
    return _written(landscape, EVERYWHERE, cover, points=points)


def certify_on_spheres(*, complete: bool = True, progress: Progress = lambda *_: None) -> Certificate:
    """All critical points of two ReLU students of norm 1 and two orthonormal teachers, for every d >= 2."""
    landscape = _landscape(None)
    of, pi = two_neurons.teachers(landscape), arb.pi()
    plane = _cover(Posed(InPlane(_floats(of), _float(pi)), InPlane(of, pi)), TORUS, progress)
    space = _cover(Posed(OutOfPlane(_float(pi)), OutOfPlane(pi)), OUT_OF_PLANE, progress)
    if not complete:
        return _written(landscape, SPHERES, plane, space)
    with _finely():
        points = two_on_spheres.points_in_plane(InPlane(two_neurons.teachers(landscape), arb.pi()), plane)
        points += two_on_spheres.points_out_of_plane(OutOfPlane(arb.pi()), space)
    return _written(landscape, SPHERES, plane, space, points=points)


def certify_one_neuron(teacher: Matrix | None = None, progress: Progress = lambda *_: None) -> Certificate:
    """That one ReLU student descends to its teacher (None: of norm 1), for every d."""
    landscape = TeacherStudentLandscape(RELU, teacher or identity(1), teacher is None, 1)
    tree = subdivide(OneNeuron(_float(arb.pi())), HALF_TURN, (), progress=progress)
    witness = CoverWitness(PRECISION, (Cover(HALF_TURN, (), tree),))
    return accepted(Certificate.of(SMALL, OnePointMonotone(landscape, MONOTONE), witness, provenance()))


def certify_antiparallel(teacher: Matrix, students: Matrix) -> Certificate:
    """A local minimum that is neither strict nor global, for two teachers of opposite directions in d = 1."""
    landscape = TeacherStudentLandscape(RELU, teacher, False, 2)
    statement = SuboptimalStudents(landscape, SUBOPTIMAL, students)
    return accepted(Certificate.of(SMALL, statement, Witness(PRECISION), provenance()))


def certify_equal_students(k: int) -> Certificate:
    """That k equal students along the sum of k orthonormal teachers are a saddle."""
    statement = SaddleOfEqualStudents(TeacherStudentLandscape(RELU, identity(k), True, k), EQUAL)
    return accepted(Certificate.of(SMALL, statement, Witness(PRECISION), provenance()))


def certify_every_teacher(ratios: Range, angles: Range, progress: Progress = lambda *_: None) -> Certificate:
    """That no teacher of two neurons with such norms and angles has a spurious minimum of two ReLU students."""
    box = (*TORUS, ratios, angles)
    tree = subdivide(EveryTeacher((), _float(arb.pi())), box, (), progress=progress, by_slopes=True)
    statement = StatementOfTeachers(TwoNeuronTeachers(ratios, angles), NO_SPURIOUS)
    witness = CoverWitness(PRECISION, (Cover(box, (), tree),))
    return accepted(Certificate.of("two-neuron-teachers", statement, witness, provenance()))


def _cover(system: Posed, box: Box, progress: Progress) -> Cover:
    found = zeros(system, box, STARTS[len(box)])
    return Cover(box, tuple(found), subdivide(system.floats, box, found, progress=progress))


@contextmanager
def _finely() -> Iterator[None]:
    """With more digits; what the checker cannot prove is not certified."""
    try:
        with ctx.workprec(FOUND_PRECISION):
            yield
    except (Open, Refuted) as failure:
        raise NotCertified(str(failure), {}) from None


def _landscape(teacher: Matrix | None) -> TeacherStudentLandscape:
    return TeacherStudentLandscape(RELU, teacher or identity(2), teacher is None, 2)


def _floats(teachers: Sequence[tuple[arb, arb]]) -> tuple[tuple[FloatBalls, FloatBalls], ...]:
    return tuple((_float(norm), _float(angle)) for norm, angle in teachers)


def _float(number: arb) -> FloatBalls:
    return FloatBalls(float(number.mid()), float(number.rad()))


def _written(
    landscape: TeacherStudentLandscape, domain: str, *covers: Cover, points: Sequence[Classified] | None = None
) -> Certificate:
    statement: CoverStatement = NoSpuriousMinimum(landscape, NO_SPURIOUS, domain)
    if points is not None:
        statement = CriticalPointsComplete(landscape, COMPLETE, domain, tuple(map(found_point, points)))
    return accepted(Certificate.of(SMALL, statement, CoverWitness(PRECISION, covers), provenance()))


def found_point(point: Classified) -> FoundPoint:
    """A point as it is listed: rounded, with room."""
    center = tuple(tuple(on_grid((low + high) / 2, BITS) for low, high in row) for row in point.students)
    return FoundPoint(point.what, center, WITHIN)
