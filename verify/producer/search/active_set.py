"""A local minimum of the risk of a network with kinks, by Newton's method on the kinks that hold it.

Trained networks with ReLU come to rest where units sit exactly on their kinks on some samples. There the risk is not
differentiable, and a minimum is a critical point of the frozen risk F_a (`landscapes.frozen_risk`) on the surface
where all units listed are on their kinks, with slopes a strictly between those of the half-lines and a loss that rises
with every listed unit's output. One step solves for the change of the parameters and the multipliers of z = 0, which
are changes of the slopes. A line search stops at kinks, and lists the unit it met; a unit whose slope leaves its
interval, or on whose output the loss falls, is dropped again. Nothing found here is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import null_space, qr

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.frozen_risk import Frozen, FrozenRisk
from verify.producer.search.idle_units import simplified

Array = NDArray[np.float64]

MOST_STEPS = 2_000
PATIENCE = 60
"""Steps in a row that move nothing, after which units only come and go: the search does not come to rest."""
STUCK = 6
"""After so many, the side to which a unit was let go is taken for known, whatever the sign of its z."""
LEVEL = 1e-11
"""Relative: a loss that changes so little for twice that many steps is that of a search that goes round."""
UP = 1e-10
"""Relative: before a step that goes up by more than that to the next kink, shorter ones are tried."""
SMALL = 1e-12
"""A step so small ends the search."""
ROUNDING = 1e-10
"""A unit is taken for one on its kink at a given point, where it is given a number so small."""
CLOSE = 1e-6
"""A step so small that meets no kink is taken whole: the loss is the same to rounding."""
FLAT = 1e-9
"""Relative to the largest, eigenvalues so small are taken for those of flat directions: no step along them."""
NEGATIVE = 1e-12
"""Relative to the largest, an eigenvalue so far below 0 is tried as that of a direction in which the loss falls."""
OFF, FAR = 1e-4, 0.1
"""How far a unit is moved from a kink that does not hold it, and the most that a parameter is changed for that."""
INSIDE = 1e-7
"""How far inside its interval a slope must be for its unit to stay listed."""
DEPENDENT = 1e-9


@dataclass(frozen=True, slots=True)
class KinkedMinimum:
    """Where the search came to rest."""

    theta: Array
    """(trained,)"""
    slopes: dict[Place, float]
    """Of the units on their kinks."""
    value: float
    steps: int
    last_step: float
    """The largest change of a parameter in the last step."""
    converged: bool
    sides: dict[Place, float]
    """The slopes of units that were let go, where rounding errors hide on which side of their kinks they are."""


Progress = Callable[[int, float, int], None]
"""Called with the number of the step, the loss, and how many units are on their kinks."""


def at_kinks(risk: EmpiricalRisk, theta: ArrayLike) -> dict[Place, float]:
    """The units that are on their kinks at a point, to rounding, with the slopes with which a search lists them."""
    found: dict[Place, float] = {}
    for depth, z in enumerate(FrozenRisk(risk, {}).levels(np.array(theta, dtype=np.float64).ravel())):
        if risk.has_kinks(depth):
            for sample, unit in zip(*np.nonzero(np.abs(z) < ROUNDING), strict=True):
                for place in risk.same[depth, int(sample), int(unit)][:1]:
                    found[place] = _new_slope(risk, place)
    return found


def descend(
    risk: EmpiricalRisk,
    start: ArrayLike,
    progress: Progress = lambda *_: None,
    steps: int = MOST_STEPS,
    listed: Mapping[Place, float] | None = None,
) -> KinkedMinimum:
    """From a point near a minimum to the minimum; if that takes more steps, to the lowest point on the way.

    Newton's steps also go up, towards a critical point of the kinks that are listed. `listed`: those to begin with,
    and their slopes.
    """
    theta = np.array(start, dtype=np.float64).ravel()
    slopes = dict(listed or {})
    released: dict[Place, float] = {}
    size, still, step = np.inf, 0, 0
    lowest = KinkedMinimum(theta, slopes, risk.value(theta), 0, size, False, released)
    level, level_since = lowest.value, 0
    for step in range(steps):
        known = {**slopes, **(released if still > STUCK else {})}
        frozen = FrozenRisk(risk, known).at(theta, list(slopes))
        progress(step, frozen.value, len(slopes))
        if (value := risk.value(theta)) < lowest.value:
            lowest = KinkedMinimum(theta, slopes, value, step, size, False, released)
        level, level_since = (level, level_since) if abs(value - level) <= LEVEL * abs(level) else (value, step)
        if step - level_since > 2 * PATIENCE:
            break
        independent = independent_rows(frozen.units)
        if len(independent) < len(slopes):
            items = list(slopes.items())
            slopes = dict(items[index] for index in independent)
            continue
        falls_along = risk.has_kinks(len(risk.exact.network.layers))
        move, multipliers = _newton(frozen, _levels(frozen, list(slopes)), falls_along)
        length, met = _line_search(risk, theta, move, frozen, known)
        theta = theta + length * move
        size = float(np.abs(length * move).max(initial=0.0))
        still = still + 1 if size < SMALL else 0
        if still > PATIENCE / 2 and (changed := simplified(risk, theta, slopes)) is not None:
            (theta, slopes), released, still = changed, {}, 0  # a unit that decays to 0 meets its kink everywhere
            continue
        if still > 2 * PATIENCE:
            break
        if met is not None:
            slopes, released = {**slopes, met: _new_slope(risk, met)}, released if still else {}
            continue
        kept, dropped = _revised(risk, slopes, multipliers, frozen.rises)
        released = {**(released if still else {}), **dropped}
        settled = step > 0 or not slopes  # those that were listed at first have no slopes of their own yet
        if settled and not dropped and length == 1.0 and float(np.abs(move).max(initial=0.0)) < SMALL:
            if (changed := simplified(risk, theta, slopes)) is not None:
                theta, slopes = changed
                continue
            lower = _escaped(risk, theta, frozen)
            if lower is None:
                return KinkedMinimum(theta, slopes, risk.value(theta), step, size, True, released)
            theta = lower
        slopes = kept
    last = KinkedMinimum(theta, slopes, risk.value(theta), step, size, False, released)
    return last if last.value - lowest.value <= LEVEL * abs(lowest.value) else replace(lowest, last_step=size)


def _levels(frozen: Frozen, kinks: list[Place]) -> Array:
    """z at the kinks."""
    return np.array([frozen.before[layer][sample, unit] for layer, sample, unit in kinks])


def independent_rows(units: Array) -> list[int]:
    """Rows that are linearly independent, as many as there are, in order."""
    if not len(units):
        return []
    _, upper, order = qr(units.T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(upper))
    rank = int((diagonal > DEPENDENT * diagonal.max(initial=1e-300)).sum())
    return sorted(order[:rank].tolist())


def off_kinks(risk: EmpiricalRisk, minimum: KinkedMinimum) -> Array:
    """The point moved along directions in which the loss is flat, so that units that are not listed leave their kinks.

    Where that is possible; each to the side to which it was let go.
    """
    theta, kinks = minimum.theta, list(minimum.slopes)
    near = {}
    for depth, z in enumerate(FrozenRisk(risk, minimum.slopes).levels(theta)):
        if risk.has_kinks(depth):
            for sample, unit in zip(*np.nonzero(np.abs(z) < CLOSE), strict=True):
                for place in risk.same[depth, int(sample), int(unit)][:1]:
                    side = float(risk.exact.half_lines(*place)[int(z[sample, unit] > 0)])
                    if place not in minimum.slopes:
                        near[place] = minimum.sides.get(place, side)
    if not near:
        return theta
    frozen = FrozenRisk(risk, {**minimum.slopes, **near}).at(theta, kinks + list(near))
    along = null_space(frozen.units[: len(kinks)]) if kinks else np.eye(len(theta))
    values, directions = _spectrum(frozen, along)
    flat = directions[:, np.abs(values) < FLAT * np.abs(values).max(initial=1e-300)]
    wanted = [OFF if slope == float(risk.exact.half_lines(*place)[1]) else -OFF for place, slope in near.items()]
    change: Array = flat @ np.linalg.lstsq(frozen.units[len(kinks) :] @ flat, np.array(wanted), rcond=1e-6)[0]
    return theta + change if float(np.abs(change).max(initial=0.0)) < FAR else theta


def _escaped(risk: EmpiricalRisk, theta: Array, frozen: Frozen) -> Array | None:
    """From a critical point of the surface to a lower point, if a curvature there is negative."""
    count = len(frozen.units)
    full, _ = qr(frozen.units.T) if count else (np.eye(len(theta)), None)
    values, along = _spectrum(frozen, full[:, count:])
    if not len(values) or values[0] >= -NEGATIVE * np.abs(values).max():
        return None
    lengths = [sign * 10.0**-power for power in range(6) for sign in (1, -1)]
    best = min((theta + length * along[:, 0] for length in lengths), key=risk.value)
    return best if risk.value(best) < frozen.value else None


def _spectrum(frozen: Frozen, along: Array) -> tuple[Array, Array]:
    """Eigenvalues of the Hessian on a subspace, the smallest first, and the directions."""
    reduced = along.T @ frozen.hessian @ along
    values, vectors = np.linalg.eigh((reduced + reduced.T) / 2)
    return values, along @ vectors


def _newton(frozen: Frozen, levels: Array, falls_along: bool) -> tuple[Array, Array]:
    """The step, and the multipliers y of z = 0: gradient + Hessian step + units^T y = 0, units step = -z.

    Where the loss `falls_along` flat directions, as one that is made of lines may, the step goes that way as well.
    """
    count, unknowns = frozen.units.shape
    if count:
        full, upper = qr(frozen.units.T)
        across, along = full[:, :count], full[:, count:]
        onto = across @ np.linalg.solve(upper[:count].T, -levels)
    else:
        along, onto = np.eye(unknowns), np.zeros(unknowns)
    values, directions = _spectrum(frozen, along)
    size = np.abs(values)
    inverse = np.where(size > FLAT * size.max(initial=1e-300), 1 / np.maximum(size, 1e-300), 0.0)
    slopes = directions.T @ (frozen.gradient + frozen.hessian @ onto)
    step = onto - directions @ (inverse * slopes)
    flat = np.where(inverse == 0.0, slopes, 0.0)
    if falls_along and np.linalg.norm(flat) > FLAT * np.linalg.norm(frozen.gradient):
        step = step - directions @ flat / np.linalg.norm(flat)
    rest = frozen.gradient + frozen.hessian @ step
    multipliers = np.linalg.lstsq(frozen.units.T, -rest, rcond=None)[0] if count else np.zeros(0)
    return step, multipliers


def _line_search(
    risk: EmpiricalRisk, theta: Array, move: Array, frozen: Frozen, slopes: dict[Place, float]
) -> tuple[float, Place | None]:
    """How far to go, and the unit met there."""
    crossings = _crossings(risk, theta, move, frozen, slopes)
    if not crossings and float(np.abs(move).max(initial=0.0)) < CLOSE:
        return 1.0, None
    best, length = frozen.value, 0.0
    tried = [1.0, *(at * (1 + 1e-9) for at, _ in crossings[:20]), *(at for at, _ in crossings[:20])]
    for candidate in [*tried, 0.5, 0.25, 0.1, 0.03, 0.01]:
        value = risk.value(theta + candidate * move)
        if value < best - 1e-18:
            best, length = value, candidate
    if length < 1e-9:
        first, place = crossings[0] if crossings else (1.0, None)
        if risk.value(theta + first * move) > best + UP * abs(best):
            shorter = [first * 10.0**-power for power in range(1, 7)]
            length = next((one for one in shorter if risk.value(theta + one * move) < best - 1e-18), 0.0)
        return (length, None) if length else (first, place)
    near = [place for at, place in crossings if abs(at - length) < 1e-7 * max(length, 1e-9)]
    return length, near[0] if near and length < 1.0 else None


def _crossings(
    risk: EmpiricalRisk, theta: Array, move: Array, frozen: Frozen, slopes: dict[Place, float]
) -> list[tuple[float, Place]]:
    """About where on the way units that are not listed meet their kinks, nearest first."""
    after = FrozenRisk(risk, slopes).levels(theta + move)
    found = []
    for depth, (z, end) in enumerate(zip(frozen.before, after, strict=True)):
        if not risk.has_kinks(depth):
            continue
        for sample, unit in zip(*np.nonzero((z * end < 0) & (z != 0)), strict=True):
            place = next(iter(risk.same[depth, int(sample), int(unit)]), None)
            if place is not None and place not in slopes:
                before, behind = abs(z[sample, unit]), abs(end[sample, unit])
                found.append((float(before / (before + behind)), place))
    return sorted(found)


def _new_slope(risk: EmpiricalRisk, place: Place) -> float:
    low, high = map(float, risk.exact.half_lines(*place))
    return (low + high) / 2


def _revised(
    risk: EmpiricalRisk, slopes: dict[Place, float], multipliers: Array, rises: Array
) -> tuple[dict[Place, float], dict[Place, float]]:
    """The slopes after the step, without the unit that fits worst; and that unit, if there is one.

    With the slope of the side to which it is let go: at rounding errors from the kink its z does not tell.
    """
    kinks = list(slopes)
    kept: dict[Place, float] = {}
    worst: tuple[float, Place, float] | None = None
    for place, rise, multiplier in zip(kinks, rises, multipliers, strict=True):
        low, high = map(float, risk.exact.half_lines(*place))
        new = slopes[place] + multiplier / rise if rise else low
        room = (high - low) * INSIDE
        if rise > 0 and low + room < new < high - room:
            kept[place] = float(new)
            continue
        misfit = max(low - new, new - high) if rise > 0 else 9 + abs(rise)
        if worst is None or misfit > worst[0]:
            worst = float(misfit), place, high if new > (low + high) / 2 else low
        kept[place] = slopes[place]
    if worst is None:
        return kept, {}
    _, place, side = worst
    del kept[place]
    return kept, {place: side}
