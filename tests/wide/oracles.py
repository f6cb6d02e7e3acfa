"""Networks of positions and channels evaluated from their description alone, in rational numbers or floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from verify.checker.statements.feature_layers import (
    AveragePool,
    Convolution,
    FeatureLayer,
    MaxPool,
    Parameters,
    Point,
    Sum,
)
from verify.checker.statements.network import LayerActivation
from verify.producer.wide import layers as builders
from verify.producer.wide.layers import Spec

Array = NDArray[Any]
Row = list[Fraction]
LINES = [LayerActivation("piecewise-linear", (Fraction(s), Fraction(t))) for s, t in (("0", "1/2"), ("1/2", "1/2"))]
EXACT = ("relu", "identity", "square", builders.leaky_relu("1/4"), builders.leaky_relu("-1"), *LINES)
"""With slopes whose numerators are those of other functions."""
SMOOTH = ("tanh", "sigmoid", "softplus", "arctan", "gelu", "square", "identity")


def sums(layer: FeatureLayer, parameters: Parameters, a: Row) -> Row:
    """W a + b, unit by unit."""
    P, C = layer.given
    at = {p: [a[p * C + c] for c in range(C)] for p in range(P)} | {-1: [Fraction(0)] * C}
    out = []
    if isinstance(layer, Convolution):
        for p, patch in enumerate(layer.patches):
            read = [x for q in patch for x in at[q]]
            for t, filter_ in enumerate(parameters.weights):
                shared = {"none": None, "shared": t, "per-unit": p * layer.filters + t}[layer.biases]
                bias = Fraction(0) if shared is None else parameters.biases[shared]
                out.append(sum((w * x for w, x in zip(filter_, read, strict=True)), bias))
        return out
    biases = parameters.biases or (Fraction(0),) * len(parameters.weights)
    return [
        sum((w * x for w, x in zip(row, a, strict=True)), b) for row, b in zip(parameters.weights, biases, strict=True)
    ]


def apply(layer: FeatureLayer, z: Fraction) -> Fraction:
    """sigma(z), of a piecewise linear function or a polynomial."""
    numbers = layer.activation.parameters
    if layer.activation.name == "piecewise-linear":
        return numbers[z > 0] * z
    return sum((c * z**i for i, c in enumerate(numbers)), Fraction(0))


def trace(layers: Sequence[FeatureLayer], point: Point, x: Row) -> tuple[Row, list[object]]:
    """The features of one sample, and the pieces and maxima that it uses: -1, 0 or 1, and places."""
    given, pattern = iter(point), []
    found = [list(x)]
    for place, layer in enumerate(layers, start=1):
        a, *others = (found[source] for source in layer.sources(place))
        C = layer.given[1]
        if isinstance(layer, MaxPool):
            groups = [[a[p * C + c] for p in group] for group in layer.groups for c in range(C)]
            z = [max(group) for group in groups]
            pattern += [tuple(i for i, v in enumerate(g) if v == top) for g, top in zip(groups, z, strict=True)]
        elif isinstance(layer, AveragePool):
            means = [(group, c) for group in layer.groups for c in range(C)]
            z = [sum((a[p * C + c] for p in group if p >= 0), Fraction(0)) / len(group) for group, c in means]
        elif isinstance(layer, Sum):
            z = [sum(entries, v) for v, *entries in zip(a, *others, strict=True)]
        else:
            z = sums(layer, next(given), a)
        if layer.activation.has_kink:
            pattern += [(v > 0) - (v < 0) for v in z]
        found.append([apply(layer, v) for v in z])
    return found[-1], pattern


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """Exactly."""
    return int(fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rank())


def exact_features(layers: Sequence[FeatureLayer], point: Point, inputs: Sequence[Row], ones: bool) -> list[Row]:
    """Of all samples."""
    return [trace(layers, point, list(x))[0] + [Fraction(1)] * ones for x in inputs]


def random_specs(random: Random, positions: int, *, smooth: bool) -> list[Spec]:
    """One to three layers, convolutions, poolings and fully connected ones, all small."""
    names: Sequence[Any] = SMOOTH if smooth else EXACT
    specs: list[Spec] = []
    for _ in range(random.randint(1, 3)):
        kind = random.choice(("dense", "dense", "convolution", *(() if smooth else ("pool",))))
        sigma = random.choice(names)
        if kind == "convolution" and positions > 1:
            size = random.randint(1, min(3, positions))
            patches = tuple(tuple(random.sample(range(positions), size)) for _ in range(random.randint(1, 4)))
            biases = random.choice(("none", "shared", "per-unit"))
            specs.append(builders.convolution(random.randint(1, 3), patches, sigma, biases=biases))
            positions = len(patches)
        elif kind == "pool" and positions > 1:
            groups = tuple(
                tuple(random.sample(range(positions), random.randint(1, positions)))
                for _ in range(random.randint(1, 3))
            )
            specs.append(builders.max_pool(groups, random.choice(("identity", "relu"))))
            positions = len(groups)
        else:
            at = random.choice((1, 1, 2, 3))
            specs.append(builders.dense(random.randint(1, 6), sigma, biases=random.random() < 0.8, positions=at))
            positions = at
    return specs


def random_graph(random: Random, positions: int, *, smooth: bool) -> list[Spec]:
    """Two to six layers, each given any earlier one, with zeros outside, means and sums: often of what is older."""
    names: Sequence[Any] = SMOOTH if smooth else EXACT
    specs: list[Spec] = []
    shapes = [(positions, 1)]
    for _ in range(random.randint(2, 6)):
        kind = random.choice(("dense", "convolution", "average", "sum", "sum", "sum", *(() if smooth else ("pool",))))
        sigma, source = random.choice(names), random.randint(max(0, len(specs) - 2), len(specs))
        P, C = shapes[source]
        same = [place for place, shape in enumerate(shapes) if shape == (P, C)]
        if kind == "sum" and len(same) > 1:
            specs.append(builders.add(random.sample(same, random.randint(2, min(3, len(same)))), sigma))
            shapes.append((P, C))
            continue
        places = [*range(P), *(() if kind == "pool" else (-1, -1))]
        most = len(places) - (2 if kind == "pool" else 1)
        if kind in ("pool", "average"):
            groups = tuple(
                tuple(random.sample(places, random.randint(1, max(1, most)))) for _ in range(random.choice((P, 1, 2)))
            )
            make = builders.max_pool if kind == "pool" else builders.average_pool
            specs.append(builders.of_layer(source, make(groups, sigma)))
            shapes.append((len(groups), C))
        elif kind == "convolution":
            size = random.randint(1, min(3, most))
            patches = tuple(tuple(random.sample(places, size)) for _ in range(random.choice((P, 1, 2))))
            biases, filters = random.choice(("none", "shared", "per-unit")), random.choice((C, C, 1, 2))
            specs.append(builders.of_layer(source, builders.convolution(filters, patches, sigma, biases=biases)))
            shapes.append((len(patches), filters))
        else:
            at, width = random.choice(((P, C), (P, C), (1, 5)))
            dense = builders.dense(width, sigma, biases=random.random() < 0.8, positions=at)
            specs.append(builders.of_layer(source, dense))
            shapes.append((at, width))
    return specs


def random_parameters(random: Random, layers: Sequence[FeatureLayer], size: int = 4, denominator: int = 3) -> Point:
    """Small numbers, many of them equal."""

    def number() -> Fraction:
        return Fraction(random.randint(-size, size), random.randint(1, denominator))

    found = []
    for layer in layers:
        if layer.weights is not None:
            rows, columns = layer.weights
            weights = tuple(tuple(number() for _ in range(columns)) for _ in range(rows))
            found.append(Parameters(weights, tuple(number() for _ in range(layer.bias_count))))
    return tuple(found)


def moved(random: Random, point: Point, by: Fraction) -> Point:
    """A point nearby."""

    def step(x: Fraction) -> Fraction:
        return x + by * random.randint(-(2**20), 2**20) / 2**20

    return tuple(
        Parameters(tuple(tuple(map(step, row)) for row in each.weights), tuple(map(step, each.biases)))
        for each in point
    )


def slope(name: str, parameters: Sequence[Fraction], z: Array) -> Array:
    """sigma'(z), in floats."""
    numbers = [float(p) for p in parameters]
    match name:
        case "tanh":
            return 1 / np.cosh(z) ** 2
        case "sigmoid":
            return 1 / (2 + np.exp(z) + np.exp(-z))
        case "softplus":
            return 1 / (1 + np.exp(-z))
        case "arctan":
            return 1 / (1 + z * z)
        case "piecewise-linear":
            return np.where(z > 0, numbers[1], numbers[0])
        case "elu":
            return np.where(z > 0, numbers[0], numbers[0] * numbers[1] * np.exp(z))
        case "polynomial":
            return np.asarray(np.polynomial.polynomial.polyval(z, np.polynomial.polynomial.polyder(numbers)))
    raise ValueError(name)
