"""Which loss evaluates a landscape: the one place where that is asked."""

from __future__ import annotations

from verify.checker.core.balls import Balls
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.loss import Loss, Tick
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.landscape import Landscape
from verify.checker.statements.teacher_student import TeacherStudentLandscape

_LOSSES: dict[type, type[Loss]] = {
    TeacherStudentLandscape: TeacherStudent,
    EmpiricalRiskLandscape: EmpiricalRisk,
}


def loss_at(landscape: Landscape, where: Balls, tick: Tick) -> Loss:
    """The landscape at all points of a box, or at a point."""
    return _LOSSES[type(landscape)](landscape, where, tick)


def lifts(landscape: Landscape) -> bool:
    """Whether there are higher input dimensions, in which a point padded with zeros has the same loss."""
    return _LOSSES[type(landscape)].lifts
