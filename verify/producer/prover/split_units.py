"""Units that are parts of one, or that decay has taken to 0: found in floating point, for rule `split-units`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from verify.checker.evaluators import SplitParts, matched, without_second
from verify.checker.public import Refuted
from verify.checker.statements.basin import Split
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place

Array = NDArray[np.float64]

PARALLEL = 1e-7
"""Relative differences of directions that count as none."""
NOTHING = 1e-9
"""Parameters so small are taken for 0."""
HALVES = Fraction(1, 3)
"""tan of half the angle of the shares 4/5 and 3/5, which a unit at 0 is given of another one."""
BITS = 12


class Found(NamedTuple):
    """A split, and the point without the second set of units."""

    split: Split
    parts: SplitParts
    smaller: EmpiricalRisk
    theta: Array
    """(trained parameters of the smaller network,)"""

    def lift(self, center: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """From a point of the smaller network to that of the network."""
        (a, b), trained = self.split.shares, len(center) + len(self.parts.w) + len(self.parts.v)
        whole = dict(zip(self.parts.kept(trained), center, strict=True))
        for first, second in (*self.parts.w, *self.parts.v):
            whole[first], whole[second] = a * whole[first], b * whole[first]
        return tuple(whole[index] for index in range(trained))

    def held(self, slopes: Mapping[Place, float]) -> dict[Place, float]:
        """Which units of the smaller network are on their kinks where those with these slopes are in the network."""
        part_of = dict(zip(self.split.second, self.split.first, strict=True))
        found: dict[Place, float] = {}
        for (depth, sample, unit), slope in slopes.items():
            place = depth, sample, part_of.get(unit, unit) if depth == self.split.layer else unit
            for same in self.smaller.same[place][:1]:
                found.setdefault(same, slope)
        return found


def find_split(risk: EmpiricalRisk, theta: Array) -> Found | None:
    """Two sets of units that are parts of one; None where there are none, or not all of their parameters decay."""
    landscape = risk.exact
    if not (landscape.weight_decay and landscape.bias_decay):
        return None
    for layer, first, second in _alike(landscape):
        try:
            parts = matched(landscape, Split(layer, first, second, (Fraction(4, 5), Fraction(3, 5))))
        except Refuted:
            continue
        w, v = (theta[np.array(numbers)] for numbers in (parts.w, parts.v))
        for pair, own in (((first, second), slice(None)), ((second, first), slice(None, None, -1))):
            tangent = _tangent(w[:, own], v[:, own])
            if tangent is None:
                continue
            split = Split(layer, *pair, _shares(tangent))
            return _found(risk, split, theta, is_nothing=tangent == HALVES)
    return None


def others(risk: EmpiricalRisk, found: Found) -> Iterator[Found]:
    """Where the second set of units is at 0, what else it may be a part of: the network without it is the same."""
    split = found.split
    if split.shares != _shares(HALVES):
        return
    for layer, *sets in _alike(risk.exact):
        first = next((own for own in sets if own not in (split.first, split.second)), None)
        if layer != split.layer or split.second not in sets or first is None:
            continue
        other = replace(split, first=first)
        try:
            parts = matched(risk.exact, other)
        except Refuted:
            continue
        yield Found(other, parts, found.smaller, found.theta)


def _found(risk: EmpiricalRisk, split: Split, theta: Array, *, is_nothing: bool) -> Found:
    parts = matched(risk.exact, split)
    a, b = (1.0, 0.0) if is_nothing else map(float, split.shares)
    changed = theta.copy()
    for first, second in (*parts.w, *parts.v):
        changed[first] = a * theta[first] + b * theta[second]
    smaller = EmpiricalRisk.of(without_second(risk.exact, parts))
    return Found(split, parts, smaller, changed[parts.kept(len(theta))])


def _alike(landscape: EmpiricalRiskLandscape) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    """Pairs of sets of units of a layer, each with parameters of its own."""
    network, made = landscape.network, landscape.as_map()
    for depth, layer in enumerate(network.layers[:-1]):
        sets: dict[frozenset[int], list[int]] = {}
        for unit in range(layer.width):
            numbers = [network.number(depth, unit, source) for source in range(layer.inputs + layer.bias)]
            own = frozenset(term.trained for number in numbers for term in made.rows[number].terms)
            if own:
                sets.setdefault(own, []).append(unit)
        for first, second in combinations(sets.values(), 2):
            if len(first) == len(second):
                yield depth, tuple(first), tuple(second)


def _tangent(w: Array, v: Array) -> Fraction | None:
    """Of half the angle of the shares, if the second column is a part of the first, or 0. (parameters, 2) each."""
    if max(np.abs(w[:, 1]).max(), np.abs(v[:, 1]).max()) < NOTHING < np.abs(v[:, 0]).max():
        return HALVES
    sizes = np.linalg.norm(w, axis=0), np.linalg.norm(v, axis=0)
    if min(*sizes[0], *sizes[1]) < NOTHING or sizes[0][1] > sizes[0][0]:
        return None
    if any(
        np.linalg.norm(part[:, 0] / n[0] - part[:, 1] / n[1]) > PARALLEL for part, n in zip((w, v), sizes, strict=True)
    ):
        return None
    tangent = np.tan(np.arctan2(sizes[0][1], sizes[0][0]) / 2)
    return Fraction(max(1, round(float(tangent) * 2**BITS)), 2**BITS)


def _shares(tangent: Fraction) -> tuple[Fraction, Fraction]:
    """Two numbers whose squares add up to 1."""
    return (1 - tangent**2) / (1 + tangent**2), 2 * tangent / (1 + tangent**2)
