"""Certificates that no local minimum, or no strict one, is near: rules `lipschitz-descent`, `flat-direction`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from flint import ctx
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import Symmetries, frozen_off_kinks
from verify.checker.public import Open, Reason, Refuted, box
from verify.checker.statements.no_critical_point import NO_MINIMUM, NO_STRICT, NoCriticalPoint, NoCriticalPointWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.frozen_risk import Frozen, FrozenRisk
from verify.producer.prover.basin import PRECISION
from verify.producer.prover.candidates import symmetry_candidates
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import DIRECTION_BITS, written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

Array = NDArray[np.float64]

RADII = tuple(Fraction(part, 10**power) for power in range(3, 13) for part in (1, Fraction(3, 10)))
"""Tried by bisection."""
NEAR_A_KINK = 100.0
"""In radii, per size of the parameters: units so near their kinks are looked at more closely."""
MARGIN = 1.5
"""Units that a change of their z to first order, times this, brings to their kinks may be on them."""


@np.errstate(all="ignore")  # what overflows is looked for
def certify_no_local_minimum_within(risk: EmpiricalRisk, given: Sequence[Fraction], radius: Fraction) -> Certificate:
    """No local minimum within a radius, which may contain kinks: the loss falls along one direction all around.

    The direction is against the shortest combination of the gradients of the pieces that may meet there. Raises
    NotCertified; without asking the checker where the loss may rise along it, to second order in floating point.
    """
    size = float(radius)
    at, change = _pieces(risk, floats.vector(given), size)
    shortest = at.gradient + (at.units.T * at.rises) @ change.x
    longest = float(np.abs(shortest).max(initial=0.0))
    if not 0 < longest < np.inf:
        raise NotCertified("no direction of descent was found in floating point", {}, Reason.NO_CANDIDATE)
    along = -shortest / longest
    slopes = (at.units * at.rises[:, None]) @ along
    most = at.gradient @ along + np.maximum(slopes * change.low, slopes * change.high).sum()
    if not most + size * np.abs(at.hessian @ along).sum() < 0:
        raise NotCertified("in floating point, the loss does not fall all around", {}, Reason.NO_CANDIDATE)
    direction = tuple(on_grid(float(entry), DIRECTION_BITS) for entry in along)
    statement = NoCriticalPoint(risk.exact, NO_MINIMUM, (tuple(given),), radius)
    return written(risk, statement, NoCriticalPointWitness(PRECISION, (direction,)))


class _Change(NamedTuple):
    """Of the slopes of units that may be on their kinks: the best, and its bounds. (kinks,) each."""

    x: Array
    low: Array
    high: Array


def _pieces(risk: EmpiricalRisk, theta: Array, size: float) -> tuple[Frozen, _Change]:
    """The network with the units frozen that may be on kinks in a box, and their slopes of the shortest gradient."""
    near: dict[Place, float] = {}
    away: dict[Place, float] = {}
    for depth, z in enumerate(FrozenRisk(risk, {}).levels(theta)):
        if risk.has_kinks(depth):
            reach = size * NEAR_A_KINK * (1 + np.abs(theta).max())
            for sample, unit in zip(*np.nonzero(np.abs(z) <= reach), strict=True):
                for place in risk.same[depth, int(sample), int(unit)][:1]:  # none where it is 0 at all parameters
                    near[place] = float(risk.exact.half_lines(*place)[int(z[sample, unit] > 0)])
                    away[place] = abs(float(z[sample, unit]))
    units = FrozenRisk(risk, near).units(theta, list(near))
    reached = np.array(list(away.values())) <= MARGIN * size * np.abs(units).sum(axis=1)
    near = {place: slope for (place, slope), kept in zip(near.items(), reached, strict=True) if kept}
    at = FrozenRisk(risk, near).at(theta, list(near))
    ends_ = np.array([tuple(map(float, risk.exact.half_lines(*place))) for place in near]).reshape(-1, 2)
    chosen = np.array(list(near.values()))
    low, high = ends_.min(axis=1, initial=np.inf) - chosen, ends_.max(axis=1, initial=-np.inf) - chosen
    if not near:
        return at, _Change(chosen, low, high)
    return at, _Change(lsq_linear(at.units.T * at.rises, -at.gradient, (low, high + 1e-300)).x, low, high)


def certify_no_local_minimum_nearby(risk: EmpiricalRisk, given: Sequence[Fraction], below: float) -> Certificate:
    """The same for the largest of some radii below a number for which it is proved. Raises NotCertified."""
    failure, certificate = NotCertified("no radius is so small", {}, Reason.NO_CANDIDATE), None
    fails, holds = -1, len(radii := [radius for radius in RADII if radius < below])
    while holds - fails > 1:  # what holds within a radius holds within a smaller one
        tried = (fails + holds) // 2
        try:
            certificate, holds = certify_no_local_minimum_within(risk, given, radii[tried]), tried
        except NotCertified as error:
            failure, fails = error, tried
    if certificate is None:
        raise failure
    return certificate


def certify_no_strict_minimum(risk: EmpiricalRisk, given: Sequence[Fraction], radius: Fraction) -> Certificate:
    """No strict local minimum within a radius: the loss is constant along a symmetry that moves each point of it.

    Raises NotCertified.
    """
    landscape, center = risk.exact, (tuple(given),)
    with ctx.workprec(PRECISION):
        region = box(center, radius)
        frozen = frozen_off_kinks(BallEmpiricalRisk(landscape, region))
        known = Symmetries(landscape, frozen)
        for symmetry in symmetry_candidates(landscape, frozen):
            try:
                field_ = known.field(symmetry)
            except (Refuted, Open):
                continue
            if any(entry > 0 or entry < 0 for entry in field_.at(region[0])):
                statement = NoCriticalPoint(landscape, NO_STRICT, center, radius)
                return written(risk, statement, NoCriticalPointWitness(PRECISION, symmetry=symmetry))
    raise NotCertified("no symmetry of the network was found to move each point that near", {}, Reason.NO_CANDIDATE)
