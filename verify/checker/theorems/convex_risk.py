"""Rules `convex` and `convex-point`: where outputs are affine in what is trained, critical points are global minima.

Theorem. Let (1) all trained parameters belong to one layer, and the activations of this layer and of all after it be
linear. Then F is convex. So a point at which (2) all derivatives of F are 0 is a global minimum (`convex-point`).
If moreover, on a ball of radius r around c, (3) all eigenvalues of the Hessian are at least m > 0, and (4)
|grad F(c)| < m r, then F has exactly one global minimum x; |x - c| < r and
F(c) - |grad F(c)|^2 / (2 m) <= F(x) <= F(c) (`convex`). (5) If that interval lies within [l, u], F(x) does.
Proof. What the layer is given does not depend on the trained parameters, and its outputs are affine in them, and so are
the network's by (1). The losses of samples are convex in the outputs, and decay is convex. A convex function is least
where its derivatives are 0. By (3) and (4) there is a critical point x in the ball, and no other one
(`strong_convexity`); the points at which a convex function is least make a convex set, which has no other point near
x, so no other point. QED

Source: standard.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from verify.checker.core.balls import box, euclidean_norm, matrix_precision, point
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix, at_least
from verify.checker.core.facts import Conclusion, Further, maker, require
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.losses.curve_risk import slopes
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.mixed_series import in_ball, is_zero
from verify.checker.losses.own_parameters import require_own_parameters
from verify.checker.statements.convex import PROPERTY, GlobalMinimumWithin, GlobalMinimumWitness
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.theorems.given_point import GivenPointTask, LossAtPoint
from verify.checker.theorems.strong_convexity import minimum_value, prove_inside
from verify.checker.theorems.value import prove_value

CONVEX, POINT = "convex", "convex-point"


class OneGlobalMinimum(Conclusion):
    """The conclusion of rule `convex`."""

    __slots__ = ()


class ConvexPoint(Further):
    """That a point is a global minimum."""

    __slots__ = ()
    FROM = MappingProxyType({"convex-global-minimum": "value"})


_one_global_minimum, _convex_point = maker(OneGlobalMinimum), maker(ConvexPoint)


def convex(task: Task[GlobalMinimumWithin, GlobalMinimumWitness]) -> OneGlobalMinimum:
    """Prove hypotheses (1), (3) to (5) of the theorem above."""
    statement, m = task.statement, task.witness.curvature
    _prove_affine(task, CONVEX, statement.landscape)
    at = EmpiricalRisk(statement.landscape, point(statement.center))
    region = EmpiricalRisk(statement.landscape, box(statement.center, statement.radius))
    with matrix_precision():
        if not task.arithmetic.matrix(region.hessian()).is_at_least(m):
            raise Open(f"the Hessian was not proved >= {at_least(m)} over the ball")
    task.record(CONVEX, "every eigenvalue of the Hessian is >= m > 0 within the radius", f"m >= {at_least(m)}")
    norm = euclidean_norm(at.gradient()[0])
    prove_inside(norm, m, statement.radius)
    task.record(CONVEX, "|grad F(c)| < m r", f"m r >= {at_least(m * statement.radius)}")
    prove_value(task, CONVEX, minimum_value(at.value(), norm, m), statement.value, "the global minimum")
    return _one_global_minimum(
        GlobalMinimumWithin(statement.landscape, PROPERTY, statement.center, statement.radius, statement.value)
    )


def convex_point(task: GivenPointTask, at: LossAtPoint) -> ConvexPoint:
    """Prove hypotheses (1) and (2) of the theorem above."""
    require(at, replace(task.statement, property="value"))
    landscape = task.statement.landscape
    _prove_affine(task, POINT, landscape)
    prove_stationary(task, POINT, landscape, task.statement.point)
    return _convex_point(at)


def prove_stationary(
    task: Task[Any, Any], rule: str, landscape: EmpiricalRiskLandscape, where: Matrix, *, refutes: bool = True
) -> None:
    """All derivatives of a risk are 0 at a point, exactly. `refutes`: whether the statement is false if one is not."""
    for index, slope in enumerate(slopes(landscape, where)):
        if not is_zero(slope):
            known = refutes and (in_ball(slope) > 0 or in_ball(slope) < 0)
            raise (Refuted if known else Open)(f"the loss's slope in trained parameter {index} is not 0 by proof")
    task.record(rule, "the gradient is 0", "exactly")


def _prove_affine(task: Task[Any, Any], rule: str, landscape: EmpiricalRiskLandscape) -> None:
    """Hypothesis (1)."""
    place = affine_layer(landscape)
    task.record(rule, "the outputs are affine in the trained parameters", f"which are those of layer {place}")


def affine_layer(landscape: EmpiricalRiskLandscape) -> int:
    """The one layer that is trained, from which on all is linear. Raises Open."""
    require_own_parameters(landscape)
    place, *others = trained_layers(landscape)
    if others:
        raise Open("parameters of more than one layer are trained", Reason.NOT_MODELLED)
    after = [layer.activation for layer in landscape.network.layers[place:]]
    if not all(activation.is_piecewise_linear and not activation.has_kink for activation in after):
        raise Open(f"an activation from layer {place} on is not linear", Reason.NOT_MODELLED)
    return place


def trained_layers(landscape: EmpiricalRiskLandscape) -> list[int]:
    """The layers with trained parameters, each of which is one of the network's."""
    network, trained = landscape.network, set(landscape.trained_indices())
    spans = (
        range(start, start + layer.parameters) for layer, start in zip(network.layers, network.starts, strict=True)
    )
    return [depth for depth, span in enumerate(spans) if not trained.isdisjoint(span)]
