"""What is false about statements on wide networks, looked for at random points, in rational numbers where possible."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from tests.wide.oracles import exact_features, moved, random_parameters, rank, slope, trace
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    HERE,
    PATTERN,
    AboutFeatures,
    DeadFeatures,
    FeatureRank,
    WideNetwork,
)
from verify.checker.statements.networks_of_every_size import BadMinimumOfEverySize, NeverOnto, SingularUpperHessian
from verify.checker.statements.quadratic_networks import (
    AsWideAsInputs,
    EveryLocalMinimumGlobal,
    LocalMinimumNotGlobal,
    SquaredWidths,
    WidthsFrom,
)
from verify.producer.wide.layers import activate

WideStatement = (
    AboutFeatures
    | BadMinimumOfEverySize
    | NeverOnto
    | SingularUpperHessian
    | EveryLocalMinimumGlobal
    | LocalMinimumNotGlobal
)
RATIONAL = ("piecewise-linear", "polynomial")
LARGEST = 12
Rows = list[list[Fraction]]


def falsehood_about_wide_networks(statement: WideStatement) -> str | None:
    """What is false; None where nothing was found, or nothing can be told."""
    match statement:
        case FeatureRank():
            return rank_falsehood(statement, len(statement.landscape.layers), statement.rank)
        case WideNetwork():
            return rank_falsehood(statement, statement.layer, statement.landscape.count)
        case DeadFeatures():
            return _dead(statement)
        case EveryLocalMinimumGlobal():
            return _sizes(statement)
        case LocalMinimumNotGlobal():
            return pairs_falsehood(statement, Random(1))
        case NeverOnto():
            return _never_onto(statement)
        case SingularUpperHessian():
            networks = statement.landscape
            return None if networks.excess + networks.biases > 0 else "F_k may be invertible"
    return _bent(statement)


def rank_falsehood(statement: FeatureRank | WideNetwork, depth: int, claimed: int) -> str | None:
    """The rank at the point, at random points of the extent, or on random data."""
    net, within, random = statement.landscape, statement.within, Random(0)
    layers, inputs = net.layers[:depth], net.inputs
    if not all(layer.activation.name in RATIONAL for layer in layers) or max(net.count, *_units(net)) > LARGEST:
        return None
    samples: Rows = [list(row) for row in inputs] if inputs is not None else []
    if inputs is None:
        samples = [[Fraction(random.randint(-50, 50)) for _ in range(net.layers[0].inputs)] for _ in range(net.count)]
    start = within.point if within.point is not None else random_parameters(random, layers, 50, 7)
    patterns = [trace(layers, start, x)[1] for x in samples]
    for by in (0, Fraction(1, 1000), Fraction(1, 10)):
        point = moved(random, start, Fraction(by))
        same = within.parameters == ALMOST_ALL or [trace(layers, point, x)[1] for x in samples] == patterns
        if within.parameters == HERE and by or not same:
            continue
        found = rank(exact_features(layers, point, samples, statement.constant))
        if found < claimed and (within.parameters in (HERE, PATTERN) or by):
            return f"the features have rank {found} at a point"
    return None


def _units(net: Any) -> list[int]:
    return [layer.units for layer in net.layers]


def _dead(statement: DeadFeatures) -> str | None:
    net = statement.landscape
    if not all(layer.activation.name in RATIONAL for layer in net.layers) or max(_units(net)) > LARGEST:
        return None
    point = moved(Random(0), statement.point, Fraction(1, 10**40))
    alive = any(any(trace(net.layers, point, list(x))[0]) for x in net.inputs or ())
    return "a feature is not 0 near the point" if alive else None


def _sizes(statement: EveryLocalMinimumGlobal) -> str | None:
    match statement.landscape:
        case AsWideAsInputs():
            return None
        case WidthsFrom(width=k, samples=n):
            enough = k * (k + 1) > 2 * n
        case SquaredWidths(per_sample=c):
            enough = all(k * (k + 1) > 2 * (k * k // c) for k in (*range(1, 200), 10**9))
    if statement.every_perturbation:
        return "not every C will do for k < d"
    return None if enough else "k (k + 1) / 2 is not above n for some of the sizes"


def quadratic_loss(W: Rows, samples: list[tuple[list[Fraction], Fraction]], decay: Fraction) -> Fraction:
    """2 n L, exactly."""
    total = Fraction(0)
    for x, y in samples:
        z = sum((sum((w * t for w, t in zip(row, x, strict=True)), Fraction(0)) ** 2 for row in W), Fraction(0))
        total += (z - y) ** 2
    return total + len(samples) * decay * sum((w * w for row in W for w in row), Fraction(0))


def pairs_falsehood(statement: LocalMinimumNotGlobal, random: Random) -> str | None:
    """Random W near W_0, in the first width and, where more are claimed, a larger one."""
    data, s = statement.landscape, statement.scale
    width = data.width + random.randint(0, 2) * data.every_larger
    if width + data.copies > LARGEST:
        return None
    unit = [[Fraction(i == j) for j in range(width + 1)] for i in range(width + 1)]
    samples = [
        ([x + sign * data.offset * z for x, z in zip(unit[j], unit[width], strict=True)], data.label)
        for j in range(width)
        for sign in (1, -1)
    ] + [(unit[width], data.last_label)] * data.copies
    if width**2 < statement.per_sample * len(samples):
        return "k^2 is below c n"
    W0 = [[s * x for x in unit[j]] for j in range(width)]
    there = quadratic_loss(W0, samples, data.decay)
    for _ in range(5):
        by = s / 2 ** random.randint(30, 60)
        W = [[x + by * random.randint(-8, 8) / 8 for x in row] for row in W0]
        if quadratic_loss(W, samples, data.decay) < there:
            return "a point nearby has a smaller loss"
    return None


def _never_onto(statement: NeverOnto) -> str | None:
    patches, random = statement.landscape.patches, Random(0)
    if len(patches) > 40:
        return None
    positions = 1 + max(position for patch in patches for position in patch)
    weights = [Fraction(random.randint(-999, 999)) for _ in patches[0]]
    rows = []
    for patch in patches:
        row = [Fraction(0)] * positions
        for weight, position in zip(weights, patch, strict=True):
            row[position] += weight
        rows.append(row)
    return "a filter's map is onto" if rank(rows) == len(patches) else None


def _bent(statement: BadMinimumOfEverySize) -> str | None:
    """Whether the first activation is bent, and the others are steep, somewhere at all."""
    z = np.linspace(-6, 6, 2001)[np.arange(2001) != 1000]
    first, later = statement.landscape.first, statement.landscape.others
    with np.errstate(all="ignore"):
        values = activate(first, z)
        if not (np.abs(values[:-2] - 2 * values[1:-1] + values[2:])[np.abs(z[1:-1]) > 0.1] > 0).any():
            return "the first activation is linear on each side of 0"
        for sigma in later:
            if sigma.name != "gelu" and not (slope(sigma.name, sigma.parameters, z) != 0).any():
                return "an activation is constant"
    return None
