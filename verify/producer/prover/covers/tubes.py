"""Tubes around zeros that move with the ratio and the angle of two teachers, and the cells on which they are proved."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import NDArray

from verify.checker.evaluators import CenteredTube, Equations, derivative
from verify.checker.public import MAX_SIDES, Box, Dual, Open, Subdivision, pack, subdivision
from verify.checker.statements.two_neuron_teachers import Tube, TwoNeuronTeachers
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

Array = NDArray[np.float64]
BITS, CELLS = 60, 262_144
SMALLEST = 8
"""How often the radii are halved before nothing is certified."""
NEWTON = 4

Prove = Callable[[CenteredTube, Box, str], None]
"""The checker's proof for one piece of the region; raises Open."""


def tube_through(
    zeros: Callable[[float, float], Array], landscape: TwoNeuronTeachers, terms: tuple[int, int]
) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
    """Polynomials through the zeros at Chebyshev's nodes; `terms`: of the ratio and of the angle."""
    sides = [(float(low), float(high)) for low, high in (landscape.ratios, landscape.angles)]
    nodes = [np.cos((np.arange(n) + 0.5) * np.pi / n) for n in terms]
    lines = [(a + b) / 2 + (b - a) / 2 * node for (a, b), node in zip(sides, nodes, strict=True)]
    found = np.array([[zeros(r, psi) for psi in lines[1]] for r in lines[0]])
    middle = [(a + b) / 2 for a, b in sides]
    powers = [np.vander(line - m, n, increasing=True) for line, m, n in zip(lines, middle, terms, strict=True)]
    inverse = [np.linalg.inv(power) for power in powers]
    return tuple(
        tuple(
            tuple(on_grid(Fraction(float(a)), BITS) for a in row) for row in inverse[0] @ found[..., i] @ inverse[1].T
        )
        for i in range(found.shape[-1])
    )


def with_radii(
    center: tuple[tuple[tuple[Fraction, ...], ...], ...],
    radii: tuple[Fraction, ...],
    landscape: TwoNeuronTeachers,
    prove: Prove,
) -> Tube:
    """With an eighth of the largest radii, these or smaller ones, with which the middle passes. Raises NotCertified."""
    middle = tuple((m, m) for m in CenteredTube.of(Tube(center, radii), landscape).middle)
    for power in range(SMALLEST):
        tube = Tube(center, tuple(radius / 2**power for radius in radii))
        try:
            prove(CenteredTube.of(tube, landscape), middle, "")
        except Open:
            continue
        return Tube(center, tuple(radius / 8 for radius in tube.radii))
    raise NotCertified("no tube was found around the minima", {})


def newton(equations: Equations, zero: Array, teacher: tuple[float, float]) -> Array:
    """A few of Newton's steps for one teacher."""
    p = [arb(side) for side in teacher]
    for _ in range(NEWTON):
        at = [arb(float(side)) for side in zero]
        found = equations.equations([Dual(side, ()) for side in (*at, *p)])
        slopes = np.array([[float(slope.mid()) for slope in row] for row in derivative(equations, at, p)])
        values = np.array([float(arb(f.value).mid()) for f in found])
        zero = np.asarray(zero - np.linalg.solve(slopes, values))
    return zero


def cells_of(landscape: TwoNeuronTeachers, tube: Tube, prove: Prove) -> Subdivision:
    """Pieces of the region on which the tube is proved. Raises NotCertified."""
    whole = (landscape.ratios, landscape.angles)
    centered = CenteredTube.of(tube, landscape)
    waiting: list[Box] = [whole]
    codes: list[int] = []
    while waiting:
        region = waiting.pop()
        try:
            prove(centered, region, "")
        except Open as failure:
            if len(codes) > CELLS:
                raise NotCertified(str(failure), {}) from None
        else:
            codes.append(MAX_SIDES)
            continue
        widths = [high - low for low, high in region]
        side = widths.index(max(widths))
        codes.append(side)
        low, high = region[side]
        for half in (((low + high) / 2, high), (low, (low + high) / 2)):
            waiting.append((*region[:side], half, *region[side + 1 :]))
    return subdivision(pack(codes), 2, 1)
