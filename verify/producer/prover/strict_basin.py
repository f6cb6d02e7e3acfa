"""Certificates of strict local minima on kinks: rule `strict-basin` of docs/BASIN.md."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from numpy.typing import ArrayLike

from verify.checker.public import Reason
from verify.checker.statements.basin import STRICT, BasinWitness, LocalMinimumWithin, StrictMinimumWithin
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.search.active_set import Progress

SMALLER = ((1, Fraction(1, 2)), (16, Fraction(1, 4)), (256, Fraction(1, 64)), (4096, Fraction(1, 1024)))
"""Tried in turn: one part in so many of the radius, and what is kept of the kinks' weights."""


def certify_strict_basin(risk: EmpiricalRisk, theta: ArrayLike, progress: Progress = lambda *_: None) -> Certificate:
    """A certificate, accepted by the checker, of a strict local minimum where descent from a point comes to rest.

    `theta`: (trained,) or (1, trained). The minimum may lie on kinks. Raises NotCertified.
    """
    return as_strict(risk, certify_basin(risk, theta, progress))


def as_strict(risk: EmpiricalRisk, certificate: Certificate) -> Certificate:
    """The same minimum as a strict one, within a radius that may be smaller. Raises NotCertified."""
    found = certificate.read()
    statement, witness = found.statement, found.witness
    if not (isinstance(statement, LocalMinimumWithin) and isinstance(witness, BasinWitness)):
        raise TypeError(type(statement).__name__)
    if flat := statement.flat_directions:
        told = "the minimum is not strict: the loss is constant on a surface through it"
        raise NotCertified(told, {"dimension": float(flat)}, Reason.FLAT_DIRECTION)
    failure = NotCertified("", {})
    for part, kept in SMALLER:
        kinks = tuple(replace(kink, weight=kept * kink.weight) for kink in witness.kinks)
        strict = StrictMinimumWithin(risk.exact, STRICT, statement.center, statement.radius / part, statement.value)
        try:
            return written(risk, strict, BasinWitness(witness.precision, witness.curvature, kinks))
        except NotCertified as error:
            failure = error
    raise failure
