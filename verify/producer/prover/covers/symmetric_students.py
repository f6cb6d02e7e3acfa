"""Certificates of all critical points among symmetric students of an orthonormal teacher."""

from __future__ import annotations

from flint import arb, ctx

from verify.checker.evaluators import SymmetricStudents, symmetric_points
from verify.checker.public import Open, Refuted
from verify.checker.statements.cover_witness import Cover, CoverWitness
from verify.checker.statements.symmetric_students import PROPERTY, SymmetricCriticalPoints
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape, identity
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.float_balls import FloatBalls
from verify.producer.prover.covers.subdivide import exact, subdivide
from verify.producer.prover.covers.two_neurons import FOUND_PRECISION, PRECISION, SMALL, found_point
from verify.producer.prover.covers.zeros import Posed, zeros
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified

CIRCLE = exact([("-22/7", "22/7")])
STARTS = 60


def certify_symmetric_students(k: int) -> Certificate:
    """All critical points among the students of k orthonormal teachers that permutations leave alone, for every d >= k.

    Raises NotCertified.
    """
    landscape = TeacherStudentLandscape(RELU, identity(k), True, k)
    system = Posed(
        SymmetricStudents(FloatBalls(k), FloatBalls(float(arb.pi().mid()), float(arb.pi().rad()))),
        SymmetricStudents(arb(k), arb.pi()),
    )
    found = tuple(zeros(system, CIRCLE, STARTS))
    cover = Cover(CIRCLE, found, subdivide(system.floats, CIRCLE, found))
    try:
        with ctx.workprec(FOUND_PRECISION):
            points = symmetric_points(SymmetricStudents(arb(k), arb.pi()), k, cover)
    except (Open, Refuted) as failure:
        raise NotCertified(str(failure), {}) from None
    statement = SymmetricCriticalPoints(landscape, PROPERTY, tuple(map(found_point, points)))
    return accepted(Certificate.of(SMALL, statement, CoverWitness(PRECISION, (cover,)), provenance()))
