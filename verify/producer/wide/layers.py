"""Layers as users think of them: images, kernels, strides; and their outputs in floating point."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.feature_layers import (
    Convolution,
    FeatureLayer,
    FullyConnected,
    Indices,
    MaxPool,
    Shape,
)
from verify.checker.statements.network import SHORTHANDS, LayerActivation
from verify.checker.statements.network_features import NetworkFeatures
from verify.producer.landscapes.empirical_risk import exact_number

Array = NDArray[Any]
Spec = dict[str, Any]
"""A layer before it is known what it is given."""


def activation(name: str | LayerActivation) -> LayerActivation:
    """By its name: `relu`, `identity`, `square`, a smooth one; or as it is."""
    if isinstance(name, LayerActivation):
        return name
    return LayerActivation(*SHORTHANDS[name]) if name in SHORTHANDS else LayerActivation(name)


def leaky_relu(slope: object) -> LayerActivation:
    """slope z for z <= 0, z for z >= 0."""
    return LayerActivation("piecewise-linear", (Fraction(str(slope)), Fraction(1)))


def dense(width: int, sigma: str | LayerActivation, *, biases: bool = True, positions: int = 1) -> Spec:
    """A fully connected layer; `width` units at each of the positions."""
    return {
        "make": FullyConnected,
        "kind": "fully-connected",
        "activation": activation(sigma),
        "width": width,
        "positions": positions,
        "biases": "per-unit" if biases else "none",
    }


def convolution(filters: int, patches: Indices, sigma: str | LayerActivation, *, biases: str = "per-unit") -> Spec:
    """Filters on patches of positions (`image_patches`). `biases`: none, shared (one a filter) or per-unit."""
    return {
        "make": Convolution,
        "kind": "convolution",
        "activation": activation(sigma),
        "filters": filters,
        "patches": patches,
        "biases": biases,
    }


def max_pool(groups: Indices, sigma: str | LayerActivation = "identity") -> Spec:
    """The largest of each group, and then an activation: for a monotone one that is max-pooling after it."""
    return {"make": MaxPool, "kind": "max-pool", "activation": activation(sigma), "groups": groups}


def image_patches(image: Shape, kernel: Shape, stride: int = 1) -> Indices:
    """The positions, row by row, of each place of a kernel within an image: no padding."""
    (height, width), (rows, columns) = image, kernel
    return tuple(
        tuple((top + i) * width + left + j for i in range(rows) for j in range(columns))
        for top in range(0, height - rows + 1, stride)
        for left in range(0, width - columns + 1, stride)
    )


def network(inputs: Any, specs: Iterable[Spec], *, channels: int = 1) -> NetworkFeatures:
    """Layers on samples. inputs: (samples, positions * channels), channels of a position together; or (N, d) itself."""
    exact, shape = None, inputs
    if not (isinstance(inputs, tuple) and len(inputs) == 2 and all(isinstance(size, int) for size in inputs)):
        exact = tuple(tuple(map(exact_number, row)) for row in inputs)
        shape = (len(exact), len(exact[0]))
    given = input_shape = (shape[1] // channels, channels)
    layers: list[FeatureLayer] = []
    for spec in specs:
        parts = {**spec, "given": given}
        layers.append(parts.pop("make")(**parts))
        given = layers[-1].shape
    samples, dimension = (None, None) if exact is not None else shape
    return NetworkFeatures(exact, samples, dimension, channels, input_shape, tuple(layers))


def gathers(layer: FeatureLayer) -> list[list[int]]:
    """The columns that each position of a layer with weights reads."""
    if not isinstance(layer, Convolution):
        return [list(range(layer.inputs))]
    channels = layer.given[1]
    return [[p * channels + c for p in patch for c in range(channels)] for patch in layer.patches]


def linear(layer: FeatureLayer, rows: Array, weights: Array) -> Array:
    """The products without biases, (samples, units)."""
    return np.concatenate([rows[:, gather] @ weights.T for gather in gathers(layer)], axis=1)


def pooled(layer: MaxPool, rows: Array) -> Array:
    """The maxima."""
    by_position = rows.reshape(len(rows), *layer.given)
    largest = [by_position[:, list(group)].max(axis=1) for group in layer.groups]
    return np.concatenate(largest, axis=1)


def activate(sigma: LayerActivation, z: Array) -> Array:
    """sigma(z)."""
    parameters = [float(p) for p in sigma.parameters]
    match sigma.name:
        case "piecewise-linear":
            return np.where(z > 0, parameters[1] * z, parameters[0] * z)
        case "polynomial":
            return np.polynomial.polynomial.polyval(z, parameters)
        case "elu":
            return parameters[0] * np.where(z > 0, z, parameters[1] * np.expm1(np.minimum(z, 0)))
        case "sigmoid":
            return 1 / (1 + np.exp(-z))
        case "tanh":
            return np.tanh(z)
        case "arctan":
            return np.arctan(z)
        case "softplus":
            return np.logaddexp(z, 0)
    from scipy.special import erf

    return np.asarray(z / 2 * (1 + erf(z / np.sqrt(2))))


def exact_rows(rows: Array) -> tuple[tuple[Fraction, ...], ...]:
    """Floats as the exact numbers that they are."""
    return tuple(tuple(Fraction(float(entry)) for entry in row) for row in rows)
