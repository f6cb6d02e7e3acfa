"""Which loss evaluates a landscape: the one place where that is asked."""

from __future__ import annotations

from verify.checker.core.balls import Balls
from verify.checker.losses.loss import Loss
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.landscape import Landscape
from verify.checker.statements.teacher_student import TeacherStudentLandscape


def _loss(landscape: Landscape) -> type[Loss]:
    """The networks' losses are imported where a landscape is one: most files are about a teacher and a student."""
    if isinstance(landscape, TeacherStudentLandscape):
        return TeacherStudent
    from verify.checker.losses.empirical_risk import EmpiricalRisk
    from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

    if isinstance(landscape, EmpiricalRiskLandscape):
        return EmpiricalRisk
    raise TypeError(f"no loss evaluates a {type(landscape).__name__}")


def loss_at(landscape: Landscape, where: Balls) -> Loss:
    """The landscape at all points of a box, or at a point."""
    return _loss(landscape)(landscape, where)


def lifts(landscape: Landscape) -> bool:
    """Whether there are higher input dimensions, in which a point padded with zeros has the same loss."""
    return _loss(landscape).lifts
