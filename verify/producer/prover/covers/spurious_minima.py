"""Certificates that two students have a spurious minimum, for every teacher in a region, down to the ratio 0."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import ctx

from verify.checker.evaluators import ShrinkingTeacher, prove_minima
from verify.checker.statements.two_neuron_teachers import (
    SPURIOUS,
    Range,
    StatementOfTeachers,
    TubeWitness,
    TwoNeuronTeachers,
)
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.tubes import Array, cells_of, newton, tube_through, with_radii
from verify.producer.prover.covers.two_neurons import PRECISION
from verify.producer.prover.given_point import accepted, provenance

START = (0.1353, 0.6937, 0.1353, -0.3063)
"""The zero (a, b) in the limit of the ratio 0 at right angles, from which others are followed."""
TERMS, STEP = (6, 4), 0.05
RADII = (Fraction(1, 2**6),) * 4


def certify_spurious_minima(ratios: Range, angles: Range) -> Certificate:
    """For every teacher with such norms and angles; a ratio of 0 is the limit. Raises NotCertified."""
    landscape = TwoNeuronTeachers(ratios, angles)
    with ctx.workprec(PRECISION):
        tube = with_radii(tube_through(_followed, landscape, TERMS), RADII, landscape, prove_minima)
        cells = cells_of(landscape, tube, prove_minima)
    statement = StatementOfTeachers(landscape, SPURIOUS)
    return accepted(Certificate.of("two-neuron-teachers", statement, TubeWitness(PRECISION, tube, cells), provenance()))


def _followed(ratio: float, angle: float) -> Array:
    """The zero for one teacher, along a path of angles in the limit, and then of ratios."""
    zero, system = np.array(START), ShrinkingTeacher()
    steps = max(2, int(abs(angle - np.pi / 2) / STEP))
    for psi in np.linspace(np.pi / 2, angle, steps):
        zero = newton(system, zero, (0.0, psi))
    for r in np.linspace(0, ratio, 2 + int(ratio / STEP)):
        zero = newton(system, zero, (float(r), angle))
    return zero
