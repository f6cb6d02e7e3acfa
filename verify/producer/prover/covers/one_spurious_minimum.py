"""Certificates of exactly one spurious minimum of two students, for every teacher in a region."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import ctx

from verify.checker.evaluators import CenteredTube, EveryTeacher, prove_tube
from verify.checker.public import MAX_SIDES, Box, Dual, Open, Subdivision, pack, subdivision
from verify.checker.statements.cover_witness import Cover
from verify.checker.statements.two_neuron_teachers import (
    ONE_SPURIOUS,
    Range,
    StatementOfTeachers,
    Tube,
    TubesWitness,
    TwoNeuronTeachers,
)
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.float_balls import Array, FloatBalls
from verify.producer.prover.covers.subdivide import Progress, subdivide
from verify.producer.prover.covers.two_neurons import PRECISION, TORUS
from verify.producer.prover.given_point import accepted, provenance
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

START = (-1.0243, 0.0477)
"""The zero (x, y) for the norms 1 and 1/16 at right angles, from which others are followed."""
TERMS, BITS, STEPS, CELLS = (5, 3), 60, 24, 4_096
RADII = Fraction(1, 2**6), Fraction(1, 2**8)
SMALLEST = 8
"""How often the radii are halved before nothing is certified."""


def certify_one_spurious_minimum(ratios: Range, angles: Range, progress: Progress = lambda *_: None) -> Certificate:
    """For every teacher with such norms and angles. Raises NotCertified."""
    landscape = TwoNeuronTeachers(ratios, angles)
    with ctx.workprec(PRECISION):
        tube = _tube(landscape)
        cells = _cells(landscape, tube)
    centered, box = CenteredTube.of(tube, landscape), (*TORUS, ratios, angles)
    system = EveryTeacher((), FloatBalls(np.pi))
    tree = subdivide(system, box, (), progress=progress, by_slopes=True, inside=centered.is_alone)
    statement = StatementOfTeachers(landscape, ONE_SPURIOUS)
    witness = TubesWitness(PRECISION, (Cover(box, (), tree),), tube, cells)
    return accepted(Certificate.of("two-neuron-teachers", statement, witness, provenance()))


def _tube(landscape: TwoNeuronTeachers) -> Tube:
    """Polynomials through zeros that are followed from the start, and radii with which the middle passes."""
    sides = [(float(low), float(high)) for low, high in (landscape.ratios, landscape.angles)]
    nodes = [np.cos((np.arange(n) + 0.5) * np.pi / n) for n in TERMS]
    lines = [(a + b) / 2 + (b - a) / 2 * node for (a, b), node in zip(sides, nodes, strict=True)]
    zeros = np.array([[_followed(r, psi) for psi in lines[1]] for r in lines[0]])
    middle = [(a + b) / 2 for a, b in sides]
    powers = [np.vander(line - m, n, increasing=True) for line, m, n in zip(lines, middle, TERMS, strict=True)]
    inverse = [np.linalg.inv(power) for power in powers]
    center = tuple(
        tuple(
            tuple(on_grid(Fraction(float(a)), BITS) for a in row) for row in inverse[0] @ zeros[..., i] @ inverse[1].T
        )
        for i in range(2)
    )
    middle_point = tuple((m, m) for m in CenteredTube.of(Tube(center, RADII), landscape).middle)
    for power in range(SMALLEST):
        tube = Tube(center, (RADII[0] / 2**power, RADII[1] / 2**power))
        try:
            prove_tube(CenteredTube.of(tube, landscape), middle_point, "")
        except Open:
            continue
        return Tube(center, (tube.radii[0] / 2, tube.radii[1] / 2))
    raise NotCertified("no tube was found around the minima", {})


def _followed(ratio: float, angle: float) -> Array:
    """The zero for one teacher, by Newton's method along a path of teachers."""
    system, zero = EveryTeacher((), FloatBalls(np.pi)), np.array(START)
    for share in np.linspace(0, 1, STEPS):
        r, psi = (1 / 16) ** (1 - share) * ratio**share, np.pi / 2 * (1 - share) + angle * share
        for _ in range(4):
            unknowns = [
                Dual(FloatBalls(np.array(v)), tuple(FloatBalls(float(i == j)) for j in range(2)))
                for i, v in enumerate([*zero, r, psi])
            ]
            found = system.equations(unknowns)
            value = np.array([float(f.value.middle) for f in found])
            slopes = np.array([[float(s.middle) for s in f.partials] for f in found])
            zero = zero - np.linalg.solve(slopes, value)
    return zero


def _cells(landscape: TwoNeuronTeachers, tube: Tube) -> Subdivision:
    """Pieces of the region on which the tube is proved."""
    whole = (landscape.ratios, landscape.angles)
    centered = CenteredTube.of(tube, landscape)
    waiting: list[Box] = [whole]
    codes: list[int] = []
    while waiting:
        region = waiting.pop()
        try:
            prove_tube(centered, region, "")
        except Open as failure:
            if len(codes) > CELLS:
                raise NotCertified(str(failure), {}) from None
        else:
            codes.append(MAX_SIDES)
            continue
        shares = [(high - low) / (b - a) if b > a else 0 for (low, high), (a, b) in zip(region, whole, strict=True)]
        side = shares.index(max(shares))
        codes.append(side)
        low, high = region[side]
        for half in (((low + high) / 2, high), (low, (low + high) / 2)):
            waiting.append((*region[:side], half, *region[side + 1 :]))
    return subdivision(pack(codes), 2, 1)
