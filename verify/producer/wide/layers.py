"""Layers as users think of them: images, kernels, strides; and their outputs in floating point."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.feature_layers import (
    OUTSIDE,
    AveragePool,
    Convolution,
    FeatureLayer,
    FullyConnected,
    Indices,
    MaxPool,
    Point,
    Pool,
    Shape,
    Sum,
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


def average_pool(groups: Indices, sigma: str | LayerActivation = "identity") -> Spec:
    """The mean of each group, in which OUTSIDE counts as 0, and then an activation."""
    return {"make": AveragePool, "kind": "average-pool", "activation": activation(sigma), "groups": groups}


def add(terms: Iterable[int], sigma: str | LayerActivation = "identity") -> Spec:
    """The sum of earlier layers of one shape, by their numbers; 0 are the inputs. Then an activation."""
    return {"make": Sum, "kind": "sum", "activation": activation(sigma), "terms": tuple(terms)}


def of_layer(source: int, spec: Spec) -> Spec:
    """A layer that is given an earlier one than the one before it; 0 are the inputs."""
    return {**spec, "source": source}


def image_patches(image: Shape, kernel: Shape, stride: int = 1, padding: int = 0) -> Indices:
    """The positions, row by row, of each place of a kernel, with so many rows and columns of zeros around an image."""
    return windows(image, kernel, (stride, stride), (padding,) * 4)


def windows(
    image: Shape, kernel: Shape, stride: Shape, around: tuple[int, int, int, int], dilation: Shape = (1, 1)
) -> Indices:
    """The same with a stride and a dilation for each axis; `around`: above, below, left and right."""
    (height, width), (top, bottom, left, right) = image, around

    def starts(size: int, axis: int) -> range:
        return range(size - dilation[axis] * (kernel[axis] - 1))[:: stride[axis]]

    def place(row: int, column: int) -> int:
        return row * width + column if 0 <= row < height and 0 <= column < width else OUTSIDE

    return tuple(
        tuple(
            place(y - top + i * dilation[0], x - left + j * dilation[1])
            for i in range(kernel[0])
            for j in range(kernel[1])
        )
        for y in starts(height + top + bottom, 0)
        for x in starts(width + left + right, 1)
    )


def network(inputs: Any, specs: Iterable[Spec], *, channels: int = 1) -> NetworkFeatures:
    """Layers on samples. inputs: (samples, positions * channels), channels of a position together; or (N, d) itself."""
    exact, shape = None, inputs
    if not (isinstance(inputs, tuple) and len(inputs) == 2 and all(isinstance(size, int) for size in inputs)):
        exact = tuple(tuple(map(exact_number, row)) for row in inputs)
        shape = (len(exact), len(exact[0]))
    input_shape = (shape[1] // channels, channels)
    shapes = [input_shape]
    layers: list[FeatureLayer] = []
    for spec in specs:
        source = spec["terms"][0] if spec["make"] is Sum else spec.get("source", len(layers))
        if source == len(layers):
            spec = {name: part for name, part in spec.items() if name != "source"}
        parts = {**spec, "given": shapes[source]}
        layers.append(parts.pop("make")(**parts))
        shapes.append(layers[-1].shape)
    samples, dimension = (None, None) if exact is not None else shape
    return NetworkFeatures(exact, samples, dimension, channels, input_shape, tuple(layers))


def linear(layer: FeatureLayer, rows: Array, weights: Array) -> Array:
    """The products without biases, (samples, units)."""
    if not isinstance(layer, Convolution):
        return rows @ weights.T
    positions = _by_position(layer, rows)
    return np.concatenate(
        [positions[:, list(patch)].reshape(len(rows), -1) @ weights.T for patch in layer.patches], axis=1
    )


def _by_position(layer: FeatureLayer, rows: Array) -> Array:
    """(samples, positions, channels), and then one position of zeros, which the number OUTSIDE means."""
    return np.pad(rows.reshape(len(rows), *layer.given), ((0, 0), (0, 1), (0, 0)))


def without_weights(layer: FeatureLayer, given: list[Array]) -> Array:
    """What a pooling or a sum gives its activation."""
    if isinstance(layer, Sum):
        return np.asarray(sum(given))
    if not isinstance(layer, Pool):
        raise TypeError(f"a {layer.kind} layer has weights")
    positions = _by_position(layer, given[0])
    found = [positions[:, list(group)] for group in layer.groups]
    return np.concatenate([part.max(axis=1) if isinstance(layer, MaxPool) else part.mean(axis=1) for part in found], 1)


def features(layers: tuple[FeatureLayer, ...], rows: Array, point: Point) -> Array:
    """The last layer's outputs on samples, (samples, units), in floating point."""
    found, left = [rows], iter(point)
    for place, layer in enumerate(layers, start=1):
        given_ = [found[source] for source in layer.sources(place)]
        if layer.weights is None:
            z = without_weights(layer, given_)
        else:
            parameters = next(left)
            biases = np.array(parameters.biases, dtype=float)
            z = linear(layer, given_[0], np.array(parameters.weights, dtype=float))
            z = z + (np.tile(biases, layer.units // len(biases)) if len(biases) else 0)
        found.append(activate(layer.activation, z))
    return found[-1]


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
