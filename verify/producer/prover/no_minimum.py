"""Certificates that no local minimum, or no strict one, is near: rules `lipschitz-descent`, `flat-direction`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import ctx
from scipy.optimize import lsq_linear

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import Symmetries, frozen_off_kinks
from verify.checker.public import Open, Reason, Refuted, box
from verify.checker.statements.no_critical_point import NO_MINIMUM, NO_STRICT, NoCriticalPoint, NoCriticalPointWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.frozen_risk import FrozenRisk
from verify.producer.prover.basin import PRECISION
from verify.producer.prover.candidates import symmetry_candidates
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import DIRECTION_BITS, written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

RADII = tuple(Fraction(part, 10**power) for power in range(3, 13) for part in (1, Fraction(3, 10)))
"""Tried from the largest on."""
NEAR_A_KINK = 100.0
"""In radii, per size of the parameters: units so near their kinks may be on them."""


@np.errstate(all="ignore")  # what overflows is looked for
def certify_no_local_minimum_within(risk: EmpiricalRisk, given: Sequence[Fraction], radius: Fraction) -> Certificate:
    """No local minimum within a radius, which may contain kinks: the loss falls along one direction all around.

    The direction is against the shortest combination of the gradients of the pieces that may meet there.
    """
    theta = floats.vector(given)
    levels = FrozenRisk(risk, {}).levels(theta)
    size = float(radius)
    near: dict[Place, float] = {}
    for depth, z in enumerate(levels):
        if risk.has_kinks(depth):
            reach = size * NEAR_A_KINK * (1 + np.abs(theta).max())
            for sample, unit in zip(*np.nonzero(np.abs(z) <= reach), strict=True):
                for place in risk.same[depth, int(sample), int(unit)][:1]:  # none where it is 0 at all parameters
                    near[place] = float(risk.exact.half_lines(*place)[int(z[sample, unit] > 0)])
    at = FrozenRisk(risk, near).at(theta, list(near))
    shortest = at.gradient
    if near:
        ends_ = [tuple(map(float, risk.exact.half_lines(*place))) for place in near]
        chosen = np.array(list(near.values()))
        low, high = np.array([min(e) for e in ends_]) - chosen, np.array([max(e) for e in ends_]) - chosen
        change = lsq_linear(at.units.T * at.rises, -at.gradient, (low, high + 1e-300)).x
        shortest = at.gradient + (at.units.T * at.rises) @ change
    longest = float(np.abs(shortest).max(initial=0.0))
    if not 0 < longest < np.inf:
        raise NotCertified("no direction of descent was found in floating point", {}, Reason.NO_CANDIDATE)
    direction = tuple(on_grid(float(entry), DIRECTION_BITS) for entry in -shortest / longest)
    statement = NoCriticalPoint(risk.exact, NO_MINIMUM, (tuple(given),), radius)
    return written(risk, statement, NoCriticalPointWitness(PRECISION, (direction,)))


def certify_no_local_minimum_nearby(risk: EmpiricalRisk, given: Sequence[Fraction], below: float) -> Certificate:
    """The same for the largest of some radii below a number for which it is proved. Raises NotCertified."""
    failure = NotCertified("no radius is so small", {}, Reason.NO_CANDIDATE)
    for radius in RADII:
        if radius < below:
            try:
                return certify_no_local_minimum_within(risk, given, radius)
            except NotCertified as error:
                failure = error
    raise failure


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
