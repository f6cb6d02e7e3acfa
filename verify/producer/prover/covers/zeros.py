"""All zeros of a system that a search from many starts meets, each in a box as large as can be proved."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from verify.checker.evaluators import System, prove_one_zero
from verify.checker.public import Box, Dual, Open, Refuted
from verify.checker.statements.cover_witness import Zero
from verify.producer.prover.covers.float_balls import Array, FloatBalls, Mask
from verify.producer.prover.rounding import on_grid

STEPS = 40
BITS = 64
"""Of the grid on which centers lie."""
RADII = [Fraction(1, 2**power) for power in range(2, 24)]
SAME = 1e-6
INSIDE = -1e-7
"""What is >= 0 at a point sought may be less by rounding."""
HALVINGS = 5


class Posed(NamedTuple):
    """One system in both arithmetics."""

    floats: System
    balls: System


def zeros(system: Posed, box: Box, starts: int) -> list[Zero]:
    """The zeros in a box at which the other conditions hold, one of each orbit; `starts` for each side."""
    found: list[Array] = []
    for point in _newton(system.floats, box, starts):
        images = [np.array([float(np.squeeze(c.middle)) for c in image]) for image in _images(system.floats, point)]
        if not any(np.abs(image - other).max() < SAME for image in images for other in found):
            found.append(point)
    return [zero for point in found for zero in _proved(system.balls, point)]


@np.errstate(all="ignore")
def _newton(system: System, box: Box, starts: int) -> Iterator[Array]:
    """Where Newton's method ends, from a grid, within the box."""
    lines = [np.linspace(float(low), float(high), starts + 2)[1:-1] for low, high in box]
    points = np.array(list(product(*lines)))
    size, units = len(box), np.eye(len(box))
    for _ in range(STEPS):
        value, slopes, _ = _evaluated(system, points, units)
        usable: Mask = np.asarray(np.isfinite(value).all(axis=1) & np.isfinite(slopes).all(axis=(1, 2)))
        usable &= np.abs(np.linalg.det(np.where(usable[:, None, None], slopes, 0))) > 1e-9
        points, value, slopes = points[usable], value[usable], slopes[usable]
        step = np.linalg.solve(slopes, value[..., None])[..., 0]
        points = points - step * np.minimum(1, 0.3 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
    value, _, rest = _evaluated(system, points, units)
    low, high = (np.array([float(side[end]) for side in box]) for end in (0, 1))
    good = np.asarray((np.abs(value).max(axis=1) < 1e-12) & (rest > INSIDE).all(axis=1))
    good &= ((points >= low - SAME) & (points <= high + SAME)).all(axis=1)
    yield from points[np.flatnonzero(good)].reshape(-1, size)


def _evaluated(system: System, points: Array, units: Array) -> tuple[Array, Array, Array]:
    """Values and derivatives of what is to vanish, and the values of what is not negative."""
    count, size = points.shape
    at = system.conditions(
        [
            Dual(FloatBalls(points[:, i]), tuple(FloatBalls(np.full(count, entry)) for entry in units[i]))
            for i in range(size)
        ]
    )
    value = np.stack([f.value.middle for f in at.zeros], axis=-1)
    slopes = np.stack([np.stack([slope.middle for slope in f.partials], axis=-1) for f in at.zeros], axis=-2)
    rest = [g.value.middle for g in at.not_negative]
    return value, slopes, np.stack(rest, axis=-1) if rest else np.zeros((count, 0))


def _images(system: System, point: Array) -> list[list[FloatBalls]]:
    return system.images([FloatBalls(c) for c in point])


def _proved(system: System, point: Array) -> Iterator[Zero]:
    center = refined(system, point)
    for radius in RADII:
        try:
            prove_one_zero(system, Zero(center, radius))
        except (Open, Refuted):
            continue
        yield Zero(center, radius)
        return


def refined(system: System, point: Array) -> tuple[Fraction, ...]:
    """The zero near a point, on a fine grid."""
    with ctx.workprec(3 * BITS):
        now = [arb(float(c)) for c in point]
        for _ in range(HALVINGS):
            units = [tuple(arb(int(i == j)) for j in range(len(now))) for i in range(len(now))]
            at = system.conditions([Dual(c, unit) for c, unit in zip(now, units, strict=True)])
            slopes = arb_mat([list(f.partials) for f in at.zeros])
            try:
                step = slopes.mid().solve(arb_mat([[f.value.mid()] for f in at.zeros]))
            except ZeroDivisionError:
                break
            now = [(c - move).mid() for c, move in zip(now, step.entries(), strict=True)]
        return tuple(on_grid(Fraction(int(m)) * Fraction(2) ** int(e), BITS) for m, e in (c.man_exp() for c in now))
