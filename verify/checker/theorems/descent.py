"""Rules `descent`, `degenerate-saddle` and `no-critical-point`: what refutes a claimed minimum.

`descent`. Let theta be a point and u a direction. If F(theta + t u) = F(theta) + a t^k + O(t^(k+1)) for
small t >= 0 with a < 0, then theta is no local minimum. (k = 1: a one-sided directional derivative is
negative; it need not be differentiable there.)

`degenerate-saddle`. If F is differentiable at theta with gradient 0, and such an a is negative for one
direction and positive for another, then theta is a critical point, neither a local minimum nor a local
maximum.

`no-critical-point`. If F is C^1 on the ball B(c, r) and u.grad F(theta) < 0 for all theta in it, then F
has no critical point in B(c, r), so no local minimum either.

Proofs. Immediate from the definitions. The expansion is computed in rational numbers
(`losses/exact_risk.py`); for other networks k = 1 and a = u.grad F(theta) in balls, where F is
differentiable because no unit meets a kink. F is differentiable at
theta with gradient 0 where it is a polynomial in theta nearby (no unit is on a kink on any sample)
and its first coefficients along the coordinate directions are 0.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from flint import arb

from verify.checker.core.balls import ball, box
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix, at_least
from verify.checker.core.facts import Conclusion, Further, maker, require
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.exact_risk import is_exact
from verify.checker.statements.given_point import Line
from verify.checker.statements.no_critical_point import PROPERTY, NoCriticalPoint, NoCriticalPointWitness
from verify.checker.theorems.given_point import GivenPointTask, LossAtPoint

DESCENT, SADDLE, NOTHING_HERE = "descent", "degenerate-saddle", "no-critical-point"


class Descent(Further):
    """That the point is no local minimum: arbitrarily near it the loss is smaller."""

    __slots__ = ()
    FROM = MappingProxyType({"not-a-local-minimum": "value"})


class DegenerateSaddle(Further):
    """That a point of descent is critical, and that the loss rises from it too."""

    __slots__ = ()
    FROM = MappingProxyType({"degenerate-saddle": "not-a-local-minimum"})


class NoCriticalPointWithin(Conclusion):
    """There is no critical point in a ball."""

    __slots__ = ()


_descent, _degenerate_saddle, _no_critical_point = maker(Descent), maker(DegenerateSaddle), maker(NoCriticalPointWithin)


def descent(task: GivenPointTask, at: LossAtPoint) -> Descent:
    """Prove that the loss falls along the witness's direction."""
    require(at, replace(task.statement, property="value"))
    line = task.witness.descent
    if line is None:
        raise Refuted("no direction of descent is given")
    if line.order == 1 and not is_exact(task.statement.landscape):
        slope = _along(task.in_balls, line.direction)
        message = f"the loss has a slope in [{lower(slope)}, {upper(slope)}] along the direction, not below 0 by proof"
        decide(slope < 0, slope >= 0, message)
        task.record(DESCENT, "the loss falls along a direction", f"slope <= {upper(slope)}")
        return _descent(at)
    coefficient = _leading(task, line)
    if coefficient > 0:
        raise Refuted("the loss rises along the direction")
    measured = f"by at least {at_least(-coefficient, 5)} t^{line.order} + O(t^{line.order + 1})"
    task.record(DESCENT, "the loss falls along a direction", measured)
    return _descent(at)


def degenerate_saddle(task: GivenPointTask, falls: Descent) -> DegenerateSaddle:
    """Prove that the gradient is 0 and that the loss rises along the other direction, where it is known to fall."""
    require(falls, replace(task.statement, property="not-a-local-minimum"))
    landscape = task.statement.landscape
    for layer, samples in zip(landscape.network.layers, task.exactly.before_activation, strict=True):
        if layer.activation.has_kink and any(not z[0] for row in samples for z in row):
            raise Open("a unit is on a kink, where the loss need not be differentiable", Reason.KINK)
    for index in range(landscape.trained):
        look()
        axis = (tuple(Fraction(int(i == index)) for i in range(landscape.trained)),)
        if task.along(axis, 1).value()[1]:
            raise Refuted(f"the loss has a slope in trained parameter {index}")
    task.record(SADDLE, "the gradient is 0", "exactly, without a kink nearby")
    line = task.witness.ascent
    if line is None:
        raise Refuted("no direction of ascent is given")
    coefficient = _leading(task, line)
    if coefficient < 0:
        raise Refuted("the loss falls along the direction of ascent")
    measured = f"by at least {at_least(coefficient, 5)} t^{line.order} + O(t^{line.order + 1})"
    task.record(SADDLE, "the loss rises along a direction", measured)
    return _degenerate_saddle(falls)


def _leading(task: GivenPointTask, line: Line) -> Fraction:
    """The first coefficient that is not 0, which must be the one of the order claimed."""
    _, *coefficients = task.along(line.direction, line.order).value()
    *early, last = coefficients
    if any(early):
        raise Refuted(f"the loss changes along the direction at an order below {line.order}")
    if not last:
        raise Refuted(f"the loss does not change along the direction at order {line.order}")
    return last


def no_critical_point(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> NoCriticalPointWithin:
    """Prove that the loss is C^1 and falls along one direction everywhere in the region."""
    statement = task.statement
    region = EmpiricalRisk(statement.landscape, box(statement.center, statement.radius))
    slope = _along(region, task.witness.direction)
    if not slope < 0:
        raise Open(f"the loss was not proved to fall along the direction everywhere: slope <= {upper(slope)}")
    norm = ball(sum((entry**2 for entry in task.witness.direction[0]), Fraction(0))).sqrt()
    measured = f"the derivative along a unit vector is <= {upper(slope / norm)} for radius {at_least(statement.radius)}"
    task.record(NOTHING_HERE, "the loss falls along one direction everywhere within the radius", measured)
    return _no_critical_point(NoCriticalPoint(statement.landscape, PROPERTY, statement.center, statement.radius))


def _along(risk: EmpiricalRisk, direction: Matrix) -> arb:
    """u.grad F. Raises Open where a unit may meet a kink."""
    if (unit := risk.near_a_kink()) is not None:
        raise Open(f"{unit} may meet a kink, where the loss need not be differentiable", Reason.KINK)
    pairs = zip(risk.gradient()[0], direction[0], strict=True)
    return sum((slope * ball(entry) for slope, entry in pairs), arb(0))
