"""Derivatives in the trained parameters phi, where a sparse map A makes the network's theta from them.

Shared filters, tied and fixed layers have far fewer trained parameters than parameters. So nothing here is as large as
theta, or its square: for each layer the derivatives of its units in phi are kept, and only in those entries of phi that
this layer or one before it is made from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from verify.checker.statements.network import Layer, Network
from verify.producer.landscapes.forward import Step

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


class _Block(NamedTuple):
    """Units of a layer whose weights for the same sources are trained."""

    units: Indices
    sources: Indices
    back: csr_array
    """(trained, units x sources): the transpose of A for these weights."""


class Layout(NamedTuple):
    """Where the trained parameters of one layer are."""

    columns: Indices
    """Those that this layer or one before it is made from, in order."""
    earlier: Indices
    """Which of them the layers before are made from."""
    units: Indices
    own: Indices
    """The pairs of a unit and one of `columns` that its weights or its bias are made from."""
    of_pairs: csr_array
    """(sources, pairs): A for these pairs."""
    blocks: tuple[_Block, ...]


def layouts(network: Network, made: csr_array) -> tuple[Layout, ...]:
    """For each layer. made: (parameters, trained), A."""
    found = []
    columns = np.zeros(0, dtype=np.intp)
    for layer, start in zip(network.layers, network.starts, strict=True):
        entries = made[start : start + layer.parameters].tocoo()
        parameter, trained = entries.coords
        unit, source = _places(layer, parameter)
        before, columns = columns, np.union1d(columns, trained).astype(np.intp)
        column = np.searchsorted(columns, trained)
        pairs, pair = np.unique(unit * len(columns) + column, return_inverse=True)
        units, own = np.divmod(pairs, max(len(columns), 1))
        of_pairs = csr_array((entries.data, (source, pair)), shape=(layer.inputs + layer.bias, len(pairs)))
        ahead = source < layer.inputs
        blocks = _blocks(unit[ahead], source[ahead], trained[ahead], entries.data[ahead], made.shape[1])
        found.append(Layout(columns, np.searchsorted(columns, before), units, own, of_pairs, blocks))
    return tuple(found)


def _places(layer: Layer, parameter: Indices) -> tuple[Indices, Indices]:
    """Unit and source of a layer's parameters; the bias is the last source."""
    weights = layer.width * layer.inputs
    is_bias = parameter >= weights
    return (
        np.where(is_bias, parameter - weights, parameter // max(layer.inputs, 1)),
        np.where(is_bias, layer.inputs, parameter % max(layer.inputs, 1)),
    )


def _blocks(unit: Indices, source: Indices, trained: Indices, entries: Array, size: int) -> tuple[_Block, ...]:
    of_unit: dict[int, set[int]] = defaultdict(set)
    for i, j in zip(unit.tolist(), source.tolist(), strict=True):
        of_unit[i].add(j)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for i, of_it in of_unit.items():
        alike[tuple(sorted(of_it))].append(i)
    found = []
    for sources_, members in alike.items():
        units, sources = np.array(sorted(members)), np.array(sources_)
        here = np.isin(unit, units)
        place = np.searchsorted(units, unit[here]) * len(sources) + np.searchsorted(sources, source[here])
        shape = (size, len(units) * len(sources))
        found.append(_Block(units, sources, csr_array((entries[here], (trained[here], place)), shape=shape)))
    return tuple(found)


class TrainedDerivatives:
    """The first derivatives of all units in phi at a point."""

    def __init__(self, steps: Sequence[Step], layout: Sequence[Layout], size: int) -> None:
        self._steps, self._layout, self._size = steps, layout, size
        self.given: list[Array] = []
        """For each layer those of what its units are given, (samples, width, columns)."""
        self.before: list[Array] = []
        """Those of the inputs of each layer; at the end of the outputs."""
        samples = len(steps[0].first)
        down = np.zeros((samples, steps[0].weights.shape[1], 0))
        for step, here in zip(steps, layout, strict=True):
            self.before.append(down)
            across = np.zeros((samples, len(step.weights), len(here.columns)))
            across[:, :, here.earlier] = step.weights @ down
            across[:, here.units, here.own] += step.extended() @ here.of_pairs
            self.given.append(across)
            passed, down = down, step.first[..., None] * across
            if step.residual:
                down[:, :, here.earlier] += passed
        self.before.append(down)

    def of_units(self, places: Sequence[tuple[int, int, int]]) -> Array:
        """(places, trained), for each layer, sample and unit; after the last layer of the outputs."""
        found = np.zeros((len(places), self._size))
        for row, (layer, sample, unit) in zip(found, places, strict=True):
            of_outputs = layer == len(self.given)
            row[self._layout[layer - of_outputs].columns] = (self.before if of_outputs else self.given)[layer][
                sample, unit
            ]
        return found

    def hessian(self, backward: Sequence[tuple[Array, Array]], curvature: Array) -> Array:
        """(trained, trained), of the sum of the samples' losses.

        backward: g and delta of each layer, (samples, width). curvature: the Hessians in the outputs, (samples,
        outputs, outputs). As in `verify.checker.losses.second_derivatives`.
        """
        found = np.zeros((self._size, self._size))
        parts = zip(self._steps, self._layout, backward, self.given, self.before, strict=False)
        for step, here, (g, delta), across, down in parts:
            earlier = here.columns[here.earlier]
            for units, sources, back in here.blocks if len(earlier) else ():
                turned = delta[:, units].T @ down[:, sources].reshape(len(down), -1)
                change = back @ turned.reshape(len(units) * len(sources), -1)
                found[:, earlier] += change
                found[earlier] += change.T
            if step.second.any():
                found[np.ix_(here.columns, here.columns)] += _square(across, (step.second * g)[..., None] * across)
        columns = self._layout[-1].columns
        found[np.ix_(columns, columns)] += _square(self.before[-1], curvature @ self.before[-1])
        return found


def _square(left: Array, right: Array) -> Array:
    """The sum over samples and units of the outer products."""
    product: Array = left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])
    return product
