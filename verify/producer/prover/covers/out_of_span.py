"""Certificates of critical points out of the teacher's span."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from verify.checker.public import Matrix
from verify.checker.statements.saddle_out_of_span import PROPERTY, PerpendicularWitness, SaddleOutOfSpan
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape
from verify.producer.landscapes.arrays import Array
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified, refine

PRECISION, BITS = 128, 60
RADIUS = Fraction(1, 2**30)


def certify_out_of_span(teacher: Matrix, student: Array) -> Certificate:
    """That the critical point near a student (n, d) is a saddle, as it is out of the span of a ReLU teacher (k, d).

    Raises NotCertified: of points in the span too, which rounding alone takes out of it.
    """
    floats = np.array([[float(entry) for entry in row] for row in teacher])
    center = refine(TeacherStudent("relu", floats), student, BITS).student
    directions = perpendicular(teacher)
    if not directions:
        raise NotCertified("the teacher spans all inputs", {})

    def share(direction: tuple[Fraction, ...]) -> Fraction:
        products = [abs(sum((a * b for a, b in zip(direction, row, strict=True)), Fraction(0))) for row in center]
        return max(products) / sum(map(abs, direction), Fraction(0))

    landscape = TeacherStudentLandscape(RELU, teacher, False, len(student))
    statement = SaddleOutOfSpan(landscape, PROPERTY, tuple(map(tuple, center)), RADIUS)
    witness = PerpendicularWitness(PRECISION, max(directions, key=share))
    return accepted(Certificate.of("small-teacher-student", statement, witness, provenance()))


def perpendicular(teacher: Matrix) -> list[tuple[Fraction, ...]]:
    """A basis of the vectors perpendicular to all rows."""
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in teacher]).rref()
    rows, size = reduced.tolist()[:rank], len(teacher[0])
    pivots = [next(i for i, entry in enumerate(row) if entry != 0) for row in rows]
    basis = []
    for free in (i for i in range(size) if i not in pivots):
        vector = [Fraction(int(i == free)) for i in range(size)]
        for pivot, row in zip(pivots, rows, strict=True):
            vector[pivot] = -Fraction(int(row[free].p), int(row[free].q))
        basis.append(tuple(vector))
    return basis
