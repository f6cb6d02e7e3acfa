"""Changes of several units' weights that cancel in the next unit: symmetries `exchange`, found by linear algebra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.linalg import null_space

from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.symmetries import Entry, Symmetry
from verify.producer.landscapes import floats

Array = NDArray[np.float64]
Masks = Mapping[int, Sequence[Fraction | None]]

MOVES = 1e-6
"""A unit whose part of a null vector is larger moves in it."""


def exchanges(landscape: EmpiricalRiskLandscape, layer: int, masks: Masks) -> Iterator[Symmetry]:
    """Of units of a layer before a single unit; `masks`: for each unit and sample its slope, None if not known."""
    here = landscape.network.layers[layer]
    sources = here.inputs + here.bias
    for i, j in combinations(masks, 2):
        if masks[i] == masks[j] and None not in masks[i] and any(masks[i]):
            for source in range(sources):
                entries = (Entry(i, source, Fraction(1)), Entry(j, source, Fraction(-1)))
                yield Symmetry("exchange", layer, vector=(Fraction(0),), matrix=entries)
    if layer == 0 and landscape.network.layers[1].bias:
        yield from _on_the_data(landscape, masks, sources)


def _on_the_data(landscape: EmpiricalRiskLandscape, masks: Masks, sources: int) -> Iterator[Symmetry]:
    """Found in float64 by the units that move together, and then exactly for these."""
    units = list(masks)
    rows = floats.matrix([[*row, Fraction(1)][:sources] for row in landscape.inputs])
    for group in _groups(rows, [masks[unit] for unit in units]):
        moving = [units[index] for index in group]
        exact = [
            _condition(landscape, {unit: masks[unit][sample] for unit in moving}, sample, sources)
            for sample in range(len(rows))
        ]
        for vector in null_vectors([row for several in exact for row in several], bias=False):
            entries = [
                Entry(unit, source, vector[sources * index + source])
                for index, unit in enumerate(moving)
                for source in range(sources)
                if vector[sources * index + source]
            ]
            if len({entry.row for entry in entries}) > 1:
                yield Symmetry("exchange", 0, vector=(vector[-1],), matrix=tuple(entries))


def _groups(rows: Array, masks: Sequence[Sequence[Fraction | None]]) -> set[tuple[int, ...]]:
    """The units that move in the null vectors that are left when those of single units are taken away."""
    sources, width = rows.shape[1], len(masks)
    conditions = [np.zeros((0, sources * width + 1))]
    alone = []
    for unit, mask in enumerate(masks):
        kinked = np.array([slope is None for slope in mask])
        block = np.zeros((int(kinked.sum()), sources * width + 1))
        block[:, sources * unit : sources * (unit + 1)] = rows[kinked]
        conditions.append(block)
        for vector in null_space(rows[[slope != 0 for slope in mask]]).T:
            whole = np.zeros(sources * width + 1)
            whole[sources * unit : sources * (unit + 1)] = vector
            alone.append(whole)
    slopes = np.array([[float(slope or 0) for slope in mask] for mask in masks])
    together = np.concatenate([slopes[unit][:, None] * rows for unit in range(width)], axis=1)
    conditions += [np.column_stack([together, np.ones(len(rows))]), *(vector[None, :] for vector in alone)]
    found = set()
    for vector in null_space(np.concatenate(conditions)).T:
        sizes = np.abs(vector[:-1].reshape(width, sources)).max(axis=1)
        found.add(tuple(np.flatnonzero(sizes > MOVES).tolist()))
    return {group for group in found if len(group) > 1}


def _condition(
    landscape: EmpiricalRiskLandscape, slopes: Mapping[int, Fraction | None], sample: int, sources: int
) -> list[list[Fraction]]:
    """Rows to which the changes, and the change of the next bias, must be orthogonal."""
    x, zero = [*landscape.inputs[sample], Fraction(1)][:sources], [Fraction(0)] * sources
    total = [entry for slope in slopes.values() for entry in ([slope * e for e in x] if slope else zero)]
    rows = [[*total, Fraction(1)]]
    for unit, slope in slopes.items():
        if slope is None:
            rows.append([entry for other in slopes for entry in (x if other == unit else zero)] + [Fraction(0)])
    return rows


def null_vectors(rows: Sequence[Sequence[Fraction]], bias: bool) -> Iterator[tuple[Fraction, ...]]:
    """A basis of the vectors that are orthogonal to all rows, extended by 1 for a bias."""
    extended = [[*row, *([Fraction(1)] if bias else [])] for row in rows]
    columns = len(extended[0])
    if np.linalg.matrix_rank(floats.matrix(extended)) == columns:
        return
    exact = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in extended])
    reduced, rank = exact.rref()
    pivots = []
    for row in range(rank):
        pivots.append(next(column for column in range(columns) if reduced[row, column] != 0))
    for free in sorted(set(range(columns)) - set(pivots)):
        vector = [Fraction(0)] * columns
        vector[free] = Fraction(1)
        for row, pivot in enumerate(pivots):
            entry = reduced[row, free]
            vector[pivot] = -Fraction(int(entry.p), int(entry.q))
        yield tuple(vector)
