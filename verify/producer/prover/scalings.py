"""Scalings of units that networks with shared weights have: rates for which what is shared is scaled alike."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer
from verify.checker.statements.symmetries import Entry, Symmetry

Array = NDArray[np.float64]

ZERO = 1e-9
DENOMINATOR = 12


def scalings(landscape: EmpiricalRiskLandscape) -> Iterator[Symmetry]:
    """A basis of them, in float64 and then rounded; the checker tells whether they are. None without a map."""
    if landscape.parameter_map is None:
        return
    layers = landscape.network.layers
    starts = np.cumsum([0, *(layer.width for layer in layers)]).tolist()
    place = {(depth, unit): starts[depth] + unit for depth, layer in enumerate(layers) for unit in range(layer.width)}
    rows = list(_conditions(landscape, place))
    square = np.zeros((len(place), len(place)))
    for row in rows:
        indices, entries = list(row), np.array([*row.values()])
        square[np.ix_(indices, indices)] += np.outer(entries, entries)
    values, vectors = np.linalg.eigh(square)
    units = list(place)
    for vector in _reduced(vectors[:, values < ZERO * max(1.0, values.max())].T):
        rates = [Fraction(float(entry)).limit_denominator(DENOMINATOR) for entry in vector]
        entries_ = tuple(Entry(*units[index], rate) for index, rate in enumerate(rates) if rate)
        if entries_:
            yield Symmetry("scaling", min(entry.row for entry in entries_), matrix=entries_)


def _conditions(landscape: EmpiricalRiskLandscape, place: dict[tuple[int, int], int]) -> Iterator[dict[int, float]]:
    """Combinations of rates that must be 0."""
    network, made = landscape.network, landscape.as_map()
    of_trained: dict[int, dict[int, float]] = {}
    for depth, (layer, start) in enumerate(zip(network.layers, network.starts, strict=True)):
        for unit in range(layer.width):
            own = place[depth, unit]
            if layer.residual:
                before = {place[depth - 1, unit]: -1.0} if depth else {}
                yield {own: 1.0, **before}
            if not layer.activation.is_piecewise_linear or depth == len(network.layers) - 1:
                yield {own: 1.0}
            if _is_silent(landscape, layer, start, unit):
                if not layer.residual:
                    yield {own: 1.0}
                continue
            for source in range(layer.inputs + layer.bias):
                terms, constant = made.rows[start + layer.place(unit, source)]
                exponent = {own: 1.0}
                if depth and source < layer.inputs:
                    exponent[place[depth - 1, source]] = -1.0
                if constant:
                    yield exponent
                for term in terms:
                    first = of_trained.setdefault(term.trained, exponent)
                    yield {index: exponent.get(index, 0.0) - first.get(index, 0.0) for index in {**exponent, **first}}


def _is_silent(landscape: EmpiricalRiskLandscape, layer: Layer, start: int, unit: int) -> bool:
    """Whether a unit has no weights, and a bias, if any, that is fixed."""
    made = landscape.as_map()
    places = [layer.place(unit, source) for source in range(layer.inputs + layer.bias)]
    rows = [made.rows[start + index] for index in places]
    return not any(row.terms for row in rows) and not any(row.constant for row in rows[: layer.inputs])


def _reduced(basis: Array) -> Iterator[Array]:
    """The rows of the reduced echelon form."""
    rows, column = basis.copy(), 0
    for index in range(len(rows)):
        while column < rows.shape[1] and np.abs(rows[index:, column]).max() < 1e-6:
            column += 1
        if column == rows.shape[1]:
            return
        pivot = index + int(np.abs(rows[index:, column]).argmax())
        rows[[index, pivot]] = rows[[pivot, index]]
        rows[index] /= rows[index, column]
        for other in range(len(rows)):
            if other != index:
                rows[other] -= rows[other, column] * rows[index]
    yield from rows
