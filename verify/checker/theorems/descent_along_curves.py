"""Rules `descent-along-a-curve` and `saddle-along-curves`: what the loss does along curves, to any order.

Theorem. Let g(t) = theta + g_1 t + ... + g_k t^k, and F(g(t)) - F(theta) = c_1 t + ... + c_m t^m + O(t^(m + 1)) for
small t > 0. If
  (1) c_1, ..., c_(m - 1) are 0, and
  (2) c_m < 0,
then F has no local minimum at theta. The same holds where c_1, ..., c_m are those of
F(g(t)) + F(g(-t)) - 2 F(theta). Where no unit is on a kink at theta, its coefficients of odd order are 0.
Proof. The sum is c_m t^m (1 + O(t)) < 0 for small t > 0, so one of its terms is negative: F is smaller than F(theta) at
points that tend to theta. Off kinks F(g(t)) is a smooth function of t near 0 on both sides, and its odd part cancels.
QED

`saddle-along-curves`. If moreover (3) no unit is on a kink at theta, and the derivative of F in each trained parameter
is 0, and (4) for another curve (1) holds and c_m > 0, then theta is a critical point, neither a local minimum nor a
local maximum.

The coefficients are computed in rational numbers as long as no transcendental function enters, else in balls
(`losses/mixed_series.py`): a coefficient that has to vanish does so exactly, or nothing is proved.
Source: the necessary conditions of higher order; docs/AUDIT.md.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from verify.checker.core.codes import Reason
from verify.checker.core.facts import Further, maker, require
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import lower, upper
from verify.checker.losses.curve_risk import CurveRisk, slopes
from verify.checker.losses.mixed_series import Number, in_ball, is_zero, total
from verify.checker.statements.given_point import Line
from verify.checker.theorems.given_point import GivenPointTask, LossAtPoint

DESCENT, SADDLE = "descent-along-a-curve", "saddle-along-curves"


class DescentAlongCurve(Further):
    """That the point is no local minimum: along a curve from it the loss is smaller."""

    __slots__ = ()
    FROM = MappingProxyType({"not-a-local-minimum": "value"})


class SaddleAlongCurves(Further):
    """That a point of descent is critical, and that the loss rises from it too."""

    __slots__ = ()
    FROM = MappingProxyType({"degenerate-saddle": "not-a-local-minimum"})


_descent, _saddle = maker(DescentAlongCurve), maker(SaddleAlongCurves)


def descent_along_a_curve(task: GivenPointTask, at: LossAtPoint) -> DescentAlongCurve:
    """Prove hypotheses (1) and (2) of the theorem above."""
    require(at, replace(task.statement, property="value"))
    line = task.witness.descent
    if line is None:
        raise Refuted("no curve of descent is given")
    coefficient = _leading(task, line)
    if not in_ball(coefficient) < 0:
        raise Refuted(f"the loss rises along the curve, at order {line.order}")
    measured = f"by at least {lower(-in_ball(coefficient))} t^{line.order} + O(t^{line.order + 1})"
    task.record(DESCENT, f"the loss falls along a curve{_sides(line)}", measured)
    return _descent(at)


def saddle_along_curves(task: GivenPointTask, falls: DescentAlongCurve) -> SaddleAlongCurves:
    """Prove hypotheses (3) and (4), where (1) and (2) are known."""
    require(falls, replace(task.statement, property="not-a-local-minimum"))
    line = task.witness.ascent
    if line is None:
        raise Refuted("no curve of ascent is given")
    landscape, at = task.statement.landscape, task.statement.point
    if (unit := CurveRisk(landscape, at).on_a_kink()) is not None:
        raise Open(f"{unit} may be on a kink, where the loss need not be differentiable", Reason.KINK)
    for index, slope in enumerate(slopes(landscape, at)):
        _prove_zero(slope, f"the loss's slope in trained parameter {index}")
    task.record(SADDLE, "the gradient is 0", "exactly, without a kink nearby")
    coefficient = _leading(task, line)
    if not in_ball(coefficient) > 0:
        raise Refuted(f"the loss falls along the curve of ascent, at order {line.order}")
    measured = f"by at least {lower(in_ball(coefficient))} t^{line.order} + O(t^{line.order + 1})"
    task.record(SADDLE, f"the loss rises along a curve{_sides(line)}", measured)
    return _saddle(falls)


def _sides(line: Line) -> str:
    return ", on both sides taken together" if line.both_sides else ""


def _leading(task: GivenPointTask, line: Line) -> Number:
    """c_m, which is proved not to be 0, where the earlier ones are proved to be."""
    *early, last = _changes(task, line)
    for order, coefficient in enumerate(early, start=1):
        _prove_zero(coefficient, f"the loss's change along the curve at order {order}, below the claimed one,")
    here = in_ball(last)
    if is_zero(last):
        raise Refuted(f"the loss does not change along the curve at order {line.order}")
    if not (here > 0 or here < 0):
        raise Open(
            f"the loss changes along the curve by [{lower(here)}, {upper(here)}] t^{line.order}: no sign is proved"
        )
    return last


def _changes(task: GivenPointTask, line: Line) -> list[Number]:
    """c_1, ..., c_m."""
    landscape, at, order = task.statement.landscape, task.statement.point, line.order
    ahead = CurveRisk(landscape, at, line.curve(), order)
    if not line.both_sides:
        return ahead.change()
    if ahead.on_a_kink() is None:
        return [total([c, c]) if power % 2 == 0 else Fraction(0) for power, c in enumerate(ahead.change(), start=1)]
    back = CurveRisk(landscape, at, line.curve(-1), order)
    return [total(pair) for pair in zip(ahead.change(), back.change(), strict=True)]


def _prove_zero(number: Number, what: str) -> None:
    if is_zero(number):
        return
    here = in_ball(number)
    found = f"{what} is in [{lower(here)}, {upper(here)}]"
    if here > 0 or here < 0:
        raise Refuted(f"{found}, not 0")
    raise Open(f"{found}, not 0 by proof")
