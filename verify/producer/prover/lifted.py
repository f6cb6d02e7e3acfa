"""Certificates of minima with units that are parts of others, from those of smaller networks: rule `split-units`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from verify.checker.statements.basin import BasinWitness, LocalMinimumWithin
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.split_units import Found, others
from verify.producer.search.active_set import KinkedMinimum, Progress, descend

LOWER = 1e-9
"""Relative: a loss that is smaller by this is that of another point."""

Certify = Callable[[EmpiricalRisk, KinkedMinimum, Progress], Certificate]


def certify_split(
    risk: EmpiricalRisk, split: Found, minimum: KinkedMinimum, progress: Progress, certify: Certify
) -> Certificate:
    """That of the network without units that are parts of others, and then of the network; or from there on down.

    `certify`: what makes the certificate of a minimum that a descent came to. Raises NotCertified.
    """
    try:
        return _lifted(risk, split, minimum.slopes, progress, certify)
    except (NotCertified, np.linalg.LinAlgError):
        start = split.lift([Fraction(float(entry)) for entry in split.theta])
        if not (lower := descend(risk, floats.vector(start), progress)).value < (1 - LOWER) * minimum.value:
            raise
        return certify(risk, lower, progress)


def _lifted(
    risk: EmpiricalRisk, split: Found, slopes: Mapping[Place, float], progress: Progress, certify: Certify
) -> Certificate:
    below = descend(split.smaller, split.theta, progress, listed=split.held(slopes))
    inner = certify(split.smaller, below, progress)
    failure = NotCertified("", {})
    for one in (split, *others(risk, split)):
        try:
            return _with_second(risk, one, inner)
        except NotCertified as error:
            failure = failure if failure.reason else error
    raise failure


def _with_second(risk: EmpiricalRisk, split: Found, inner: Certificate) -> Certificate:
    """The certificate of the network, from that of the smaller one. Raises NotCertified."""
    found = inner.read()
    smaller, witness = found.statement, found.witness
    if not (isinstance(smaller, LocalMinimumWithin) and isinstance(witness, BasinWitness)):
        raise TypeError(type(smaller).__name__)
    flat = smaller.flat_directions + 1
    center = (split.lift(smaller.center[0]),)
    statement = replace(smaller, landscape=risk.exact, center=center, flat_directions=flat)
    return written(risk, statement, replace(witness, splits=(split.split, *witness.splits)))
