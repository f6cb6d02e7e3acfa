"""Units that are on their kinks because others are: they are listed too, and share the multipliers.

Where one filter is at its kink on eight patches that span a space, it is so on any other patch of that space. Newton's
method lists only units whose gradients are independent; the certificate must list all that are on their kinks. Of the
slopes that leave the gradient of the frozen risk 0, the ones farthest inside their intervals are taken: a linear
program. Nothing found here is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orth

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.frozen_risk import FrozenRisk
from verify.producer.search.active_set import at_kinks, independent_rows

Array = NDArray[np.float64]

ROUNDS = 3
"""The gradient of the frozen risk is linear in the slopes of one layer; with kinks in several, it is taken again."""
MOST = 1_000
"""More units than that are on their kinks where whole units are at 0, which no kink holds."""
CRITICAL = 1e-5
"""Relative to the largest part that a slope has in it, a gradient so small is that of a critical point."""


class Listed(NamedTuple):
    """All units on their kinks."""

    slopes: dict[Place, float]
    dependent: frozenset[Place]
    """Those whose gradients are combinations of the others'."""


def with_dependent(risk: EmpiricalRisk, theta: Array, slopes: Mapping[Place, float]) -> Listed | None:
    """All units on their kinks at a point, with slopes for which it is critical; None where there are none such.

    `slopes`: those about which the gradient is taken to be linear, where they are known.
    """
    everything = {**at_kinks(risk, theta), **slopes}
    places = sorted(everything)
    if len(places) > MOST:
        return None
    for _ in range(ROUNDS):
        chosen = _inside(risk, theta, {place: everything[place] for place in places})
        if chosen is None:
            return None
        everything = dict(zip(places, chosen, strict=True))
    frozen = FrozenRisk(risk, everything).at(theta, places)
    if np.abs(frozen.gradient).max() > CRITICAL * np.abs(frozen.units * frozen.rises[:, None]).max(initial=0.0):
        return None
    independent = {places[index] for index in independent_rows(frozen.units)}
    return Listed(everything, frozenset(places) - independent)


def _inside(risk: EmpiricalRisk, theta: Array, slopes: dict[Place, float]) -> list[float] | None:
    """Slopes with which the gradient, linear in them about those given, is 0 in the span of the units' gradients."""
    from scipy.optimize import linprog

    frozen = FrozenRisk(risk, slopes).at(theta, list(slopes))
    scale = float(np.abs(frozen.units * frozen.rises[:, None]).max(initial=0.0))
    if not (0 < scale < np.inf and np.isfinite(frozen.gradient).all()):
        return None
    columns, gradient = frozen.units.T * (frozen.rises / scale), frozen.gradient / scale
    basis = orth(columns)
    across = basis.T @ columns
    old = np.array(list(slopes.values()))
    low, high = np.array([[float(end) for end in risk.exact.half_lines(*place)] for place in slopes]).T
    width, count = high - low, len(slopes)
    # maximise t, with low + t width <= a <= high - t width
    bounds = [*zip(low, high, strict=True), (0.0, 0.5)]
    result = linprog(
        np.append(np.zeros(count), -1.0),
        A_eq=np.column_stack([across, np.zeros(len(across))]),
        b_eq=across @ old - basis.T @ gradient,
        A_ub=np.block([[np.eye(count), width[:, None]], [-np.eye(count), width[:, None]]]),
        b_ub=np.append(high, -low),
        bounds=bounds,
        method="highs-ds",
    )
    found: list[float] | None = result.x[:count].tolist() if result.status == 0 else None
    return found
