"""Certificates about critical points in regions that a claim needs: smaller, larger, or several that do not meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import cast

import numpy as np
from flint import ctx

from verify.checker.public import Reason, at_most, ends, euclidean_norm
from verify.checker.statements.critical_point import CriticalPoint, Minimum
from verify.producer.audit.evidence import distance, square_distance
from verify.producer.audit.nearby import STARTS, descents, floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import in_balls
from verify.producer.prover import decide
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified, refine
from verify.producer.prover.rounding import ceil, floor
from verify.producer.tables import Json

Vector = Sequence[Fraction]

FINE_BITS = (160, 320)
"""After the binary point of a center, where the prover's own is too coarse for a small radius."""
DIGITS = 24
GIVEN_AWAY = 1024
"""By this much the bound of the Hessian is lowered, so that it may hold in a larger ball."""


def fitted(certificate: Certificate, risk: EmpiricalRisk, point: Vector, reach: Fraction) -> Certificate:
    """The same critical point, proved within reach of a point. Raises NotCertified."""
    found = certificate.statement
    failure = NotCertified("no critical point was proved to lie within reach", {})
    for bits in (0, *FINE_BITS):
        try:
            statement = _refined(found, risk, bits) if bits else found
            radius = min(_room(statement.center[0], found, point, reach), found.radius)
            return _with(certificate, replace(statement, radius=radius))
        except NotCertified as error:
            failure = error
    raise failure


def enlarged(certificate: Certificate, point: Vector, reach: Fraction) -> Certificate:
    """The same minimum, in a ball that covers all points within reach of a point. Raises NotCertified."""
    found = certificate.statement
    if not isinstance(found, Minimum):
        raise NotCertified("the critical point that was found near the given one is no minimum", {})
    radius = ceil(distance(found.center[0], point) + reach, DIGITS)
    if radius <= found.radius:
        return certificate
    low, high = found.value
    least = floor(found.hessian_lower_bound / GIVEN_AWAY, 12)
    value = floor(low - (high - low) * 2 * GIVEN_AWAY, 64), high
    return _with(certificate, replace(found, radius=radius, hessian_lower_bound=least, value=value))


def minimum_or_saddle(risk: EmpiricalRisk, point: Vector, better: Sequence[Fraction] | None = None) -> Certificate:
    """What the critical point near a point is, within the radius that the prover chooses. Raises NotCertified."""
    return decide.certify(risk, floats(point), better_point=None if better is None else floats(better))


def separate_minima(risk: EmpiricalRisk, first: Vector | None, count: int) -> list[Certificate]:
    """Certificates of as many strict local minima, in balls that do not meet. Raises NotCertified."""
    found: list[Certificate] = []
    starts = [] if first is None else [np.array(floats(first))]
    for start in [*starts, *(end for _, end in descents(risk))]:
        try:
            certificate = decide.certify(risk, start)
        except (NotCertified, np.linalg.LinAlgError):
            if not found and first is not None:
                raise
            continue
        ball = certificate.statement
        if isinstance(ball, Minimum) and all(_apart(ball, other.statement) for other in found):
            found.append(certificate)
        if len(found) == count:
            return found
    told = f"{len(found)} of {count} strict local minima were found by {len(starts) + STARTS} descents"
    raise NotCertified(f"{told}, which may miss some", {}, Reason.NO_CANDIDATE)


def _apart(a: CriticalPoint, b: CriticalPoint) -> bool:
    return square_distance(a.center[0], b.center[0]) > (a.radius + b.radius) ** 2


def _room(center: Vector, found: CriticalPoint, point: Vector, reach: Fraction) -> Fraction:
    """The largest radius of the region, about, that leaves it within reach."""
    away = distance(center, point)
    rest = reach - away
    if rest <= 0:
        bounds = f"about {at_most(away, 3)} from the given point, and within is {at_most(reach, 3)}"
        raise NotCertified(f"the critical point that was found lies {bounds}", {})
    # Of a box, the corners must be within reach, and sqrt(n) <= (n + 1) / 2.
    return floor(rest if isinstance(found, Minimum) else rest * 2 / (len(point) + 1), DIGITS)


def _refined(found: CriticalPoint, risk: EmpiricalRisk, bits: int) -> CriticalPoint:
    """The statement about the same critical point with a center of more digits."""
    center = tuple(map(tuple, refine(risk, np.array([floats(found.center[0])]), bits).student))
    if not isinstance(found, Minimum):
        return replace(found, center=center)
    with ctx.workprec(2 * bits):
        here = in_balls(risk, center)
        gradient = ends(euclidean_norm(entry for row in here.gradient() for entry in row))[1]
        low, high = ends(here.value())
    low -= gradient**2 / found.hessian_lower_bound
    return replace(found, center=center, value=(floor(low, 2 * bits), ceil(high, 2 * bits)))


def _with(certificate: Certificate, statement: CriticalPoint) -> Certificate:
    """A certificate of another statement with the same witness, if the checker accepts it. Raises NotCertified."""
    witness = certificate.read().witness
    finer = replace(witness, precision=max(witness.precision, 2 * max(FINE_BITS)))
    landscape = cast(Json, certificate.document["statement"])["landscape"]
    return accepted(Certificate.of("empirical-risk", statement, finer, provenance(), landscape=landscape))
