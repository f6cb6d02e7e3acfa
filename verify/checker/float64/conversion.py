"""Between balls and float64: outward."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from flint import arb

from verify.checker.float64.bounds import Array, Bound


def midpoints_and_radii(balls: Iterable[arb]) -> tuple[Array, Bound]:
    """Floats near the balls' midpoints, and bounds of the distance from them of any number in the balls.

    For a ball that is not finite, or too large, the bound is infinite or NaN.
    """
    entries = list(balls)
    midpoints = [float(entry) for entry in entries]
    # The float is taken as exact, whichever way it was rounded; abs_upper rounds up.
    radii = [float((entry - middle).abs_upper()) for entry, middle in zip(entries, midpoints, strict=True)]
    # Two steps up: whichever way the conversion to a float rounds.
    return np.array(midpoints), Bound(np.nextafter(np.nextafter(np.array(radii), np.inf), np.inf))


def upper_bounds(balls: Iterable[arb]) -> Bound:
    """Bounds of the absolute values."""
    sizes = np.array([float(entry.abs_upper()) for entry in balls])
    return Bound(np.nextafter(np.nextafter(sizes, np.inf), np.inf))


def at_most(bound: Bound) -> arb:
    """A ball [0, b]: what a bound of a single number says. NaN or infinite if the bound is."""
    return arb(0).union(arb(bound.value()))
