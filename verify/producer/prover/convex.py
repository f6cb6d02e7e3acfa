"""Global minima of risks whose outputs are affine in what is trained, and separable classification."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import ctx

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import convex_part
from verify.checker.public import Open, Reason, ends, euclidean_norm, point
from verify.checker.statements.convex import PROPERTY, GlobalMinimumWithin, GlobalMinimumWitness
from verify.checker.statements.near_infimum import PROPERTY as NEAR
from verify.checker.statements.near_infimum import NearInfimum, NearInfimumWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import in_balls
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import PRECISION, certified, written
from verify.producer.prover.refine import NotCertified, refine
from verify.producer.prover.rounding import ceil, floor

BITS = 64
MARGIN = 0.02
"""Part of the least eigenvalue that is given away."""
SINGULAR = 1e-12
"""Of the largest eigenvalue, what may be 0."""
PARTS = (1 - MARGIN, 0.5, 0.1)
"""Of it, what is left within a radius."""


def is_affine(risk: EmpiricalRisk) -> bool:
    """Whether the outputs are affine in the trained parameters: those of one layer, from which on all is linear."""
    if risk.exact.parameter_map is not None:
        return False
    network, start = risk.exact.network, 0
    trained = risk.exact.trained_indices()
    for depth, layer in enumerate(network.layers):
        if trained and start <= trained[0] < start + layer.parameters:
            linear = all(not other.activation.has_kink for other in network.layers[depth:])
            lines = all(other.activation.is_piecewise_linear for other in network.layers[depth:])
            return linear and lines and trained[-1] < start + layer.parameters
        start += layer.parameters
    return False


@np.errstate(all="ignore")
def certify_convex(risk: EmpiricalRisk, point: Sequence[Fraction]) -> Certificate:
    """The one global minimum of a convex risk, near the point. Raises NotCertified."""
    if not is_affine(risk):
        told = "the outputs are not affine in the trained parameters, which would have to be those of one layer"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    from scipy.optimize import minimize

    start = floats.vector(point)
    ended = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="BFGS")
    found = refine(risk, np.asarray(ended.x).reshape(1, -1), BITS)
    smallest = float(np.linalg.eigvalsh(found.hessian)[0])
    if not smallest > 0:
        raise NotCertified(
            "the Hessian is singular", {"smallest_hessian_eigenvalue": smallest}, Reason.SINGULAR_HESSIAN
        )
    m, center = floor((1 - MARGIN) * smallest, 20), (tuple(found.student[0]),)
    with ctx.workprec(2 * BITS):
        at = in_balls(risk, center)
        norm, value = euclidean_norm(at.gradient()[0]), at.value()
        if not (norm.is_finite() and value.is_finite()):
            raise NotCertified("the loss is not enclosed at the point", {})
        g, (low, high) = ends(norm)[1], ends(value)
    radius = ceil(float(max(2 * g / m, Fraction(1, 2**50))), 8)
    room = (high - low) / 8
    bounds = floor(low - g * g / (2 * m) - room, 64), ceil(high + room, 64)
    statement = GlobalMinimumWithin(risk.exact, PROPERTY, center, radius, bounds)
    return written(risk, statement, GlobalMinimumWitness(PRECISION, m))


@np.errstate(all="ignore")
def certify_near_infimum(risk: EmpiricalRisk, given: Sequence[Fraction]) -> Certificate:
    """How far the loss at a point is above the infimum, of a convex risk or a linear network; or that it is least.

    Raises NotCertified.
    """
    at = (tuple(given),)
    try:
        convex, where = convex_part(risk.exact, at)
    except Open as error:
        raise NotCertified(str(error), {}, error.code) from None
    with ctx.workprec(2 * BITS):
        norm, value = euclidean_norm(BallEmpiricalRisk(convex, point(where)).gradient()[0]), in_balls(risk, at).value()
        if not (norm.is_finite() and value.is_finite()):
            raise NotCertified("the loss is not enclosed at the point", {})
        g, (low, high) = ends(norm)[1], ends(value)
    bounds = floor(low - (high - low), 64), ceil(high + (high - low), 64)
    if g < Fraction(1, 2**BITS):
        try:
            return written(risk, NearInfimum(risk.exact, NEAR, at, bounds, Fraction(0)), NearInfimumWitness(PRECISION))
        except NotCertified:
            pass  # not critical exactly
    hessian = EmpiricalRisk.of(convex).hessian(floats.vector(where[0]))
    values = np.linalg.eigvalsh(hessian)
    free = convex.trained // len(convex.targets[0]) if convex.loss == "cross-entropy" else 0
    smallest = float(values[free if abs(values[0]) < SINGULAR * values[-1] else 0])
    if not smallest > 0:
        measured = {"smallest_hessian_eigenvalue": smallest}
        raise NotCertified("the convex function's Hessian is singular", measured, Reason.SINGULAR_HESSIAN)
    failure = NotCertified("the point is too far from the least loss", {"gradient": float(g)})
    for part in PARTS:
        m = floor(part * smallest, 20)
        gap = ceil(max(g * g / (2 * m), Fraction(1, 2**200)) * (1 + Fraction(1, 2**20)), 24)
        statement = NearInfimum(risk.exact, NEAR, at, bounds, gap)
        radius = ceil(float(max(2 * g / m, Fraction(1, 2**50))), 8)
        try:
            return written(risk, statement, NearInfimumWitness(PRECISION, m, radius))
        except NotCertified as error:
            failure = error
    raise failure


def certify_convex_point(risk: EmpiricalRisk, point: Sequence[Fraction]) -> Certificate:
    """A global minimum at an exact point of a convex risk, at which the gradient is exactly 0. Raises NotCertified."""
    return certified(risk, "convex-global-minimum", point)


def certify_not_attained(risk: EmpiricalRisk, point: Sequence[Fraction]) -> Certificate:
    """That there is no global minimum, because the point classifies each sample right. Raises NotCertified."""
    return certified(risk, "no-global-minimum", point)
