"""Between a landscape in float64 and the same landscape as the checker knows it."""

from __future__ import annotations

from fractions import Fraction

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import TeacherStudent as BallTeacherStudent
from verify.checker.public import Field, Matrix, point
from verify.checker.statements.teacher_student import ACTIVATION, TeacherStudentLandscape
from verify.producer.landscapes.activations import LeakyReLU
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.smooth import Smooth
from verify.producer.landscapes.teacher_student import TeacherStudent

Landscape = TeacherStudent | EmpiricalRisk


def in_balls(landscape: Landscape, where: Matrix) -> BallTeacherStudent | BallEmpiricalRisk:
    """The checker's evaluator of the landscape at an exact point."""
    if isinstance(landscape, EmpiricalRisk):
        return BallEmpiricalRisk(landscape.exact, point(where))
    return BallTeacherStudent(to_exact(landscape, len(where)), point(where))


def to_exact(landscape: TeacherStudent, neurons: int) -> TeacherStudentLandscape:
    """The landscape for students of so many neurons; the teacher's float64 entries are taken exactly."""
    teacher = tuple(tuple(Fraction(float(entry)) for entry in row) for row in landscape.teacher)
    activation = ACTIVATION.read(Field("activation", landscape.activation.specification()), {})
    return TeacherStudentLandscape(activation, teacher, landscape.is_orthonormal, neurons)


def from_exact(landscape: TeacherStudentLandscape) -> TeacherStudent:
    """The landscape in float64; the teacher's entries are rounded to nearest."""
    exact = landscape.activation
    sigma = Smooth(exact.name) if exact.is_smooth else LeakyReLU(exact.slope)
    return TeacherStudent(sigma, [[float(entry) for entry in row] for row in landscape.teacher])
