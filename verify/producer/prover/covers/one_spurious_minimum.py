"""Certificates of exactly one spurious minimum of two students, for every teacher in a region."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
from flint import arb, ctx

from verify.checker.evaluators import CenteredTube, EveryTeacher, is_alone, prove_tube
from verify.checker.statements.cover_witness import Cover
from verify.checker.statements.two_neuron_teachers import (
    ONE_SPURIOUS,
    Range,
    StatementOfTeachers,
    TubesWitness,
    TwoNeuronTeachers,
)
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.float_balls import Array, FloatBalls
from verify.producer.prover.covers.subdivide import Progress, subdivide
from verify.producer.prover.covers.tubes import cells_of, newton, tube_through, with_radii
from verify.producer.prover.covers.two_neurons import PRECISION, TORUS
from verify.producer.prover.given_point import accepted, provenance

START = (-1.0243, 0.0477)
"""The zero (x, y) for the norms 1 and 1/16 at right angles, from which others are followed."""
TERMS, STEPS = (5, 3), 24
RADII = Fraction(1, 2**6), Fraction(1, 2**8)


def certify_one_spurious_minimum(ratios: Range, angles: Range, progress: Progress = lambda *_: None) -> Certificate:
    """For every teacher with such norms and angles. Raises NotCertified."""
    landscape = TwoNeuronTeachers(ratios, angles)
    with ctx.workprec(PRECISION):
        tube = with_radii(tube_through(_followed, landscape, TERMS), RADII, landscape, prove_tube)
        cells = cells_of(landscape, tube, prove_tube)
    centered, box = CenteredTube.of(tube, landscape), (*TORUS, ratios, angles)
    system = EveryTeacher((), FloatBalls(np.pi))
    tree = subdivide(system, box, (), progress=progress, by_slopes=True, inside=partial(is_alone, centered))
    statement = StatementOfTeachers(landscape, ONE_SPURIOUS)
    witness = TubesWitness(PRECISION, (Cover(box, (), tree),), tube, cells)
    return accepted(Certificate.of("two-neuron-teachers", statement, witness, provenance()))


def _followed(ratio: float, angle: float) -> Array:
    """The zero for one teacher, by Newton's method along a path of teachers."""
    system, zero = EveryTeacher((), arb.pi()), np.array(START)
    for share in np.linspace(0, 1, STEPS):
        r, psi = (1 / 16) ** (1 - share) * ratio**share, np.pi / 2 * (1 - share) + angle * share
        zero = newton(system, zero, (r, psi))
    return zero
