"""Units that weight decay has made superfluous, written so that a minimum there can be proved.

With decay of weights and none of biases, a unit whose weights have gone to 0 puts out 0 for any bias; with a negative
one ReLU is off near there. Two units of one layer whose weights and biases, and whose outgoing weights, point the same
way compute what one does, with the same decay where each is balanced; the other one is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.network import Layer
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place

Array = NDArray[np.float64]
Slopes = dict[Place, float]

NOTHING = 1e-9
"""Weights so small that decay is taking them to 0; relative differences of directions so small that they are one."""
OFF = -1.0
"""The bias of a unit that does nothing, where it may be any."""


def simplified(risk: EmpiricalRisk, theta: Array, slopes: Slopes) -> tuple[Array, Slopes] | None:
    """The same network, up to rounding, without superfluous units that are not off; None where there are none."""
    landscape = risk.exact
    if not landscape.weight_decay or landscape.bias_decay or landscape.fixed:
        return None
    changed, kept = theta.copy(), dict(slopes)
    for depth, (weights, bias, outgoing) in enumerate(_layers(risk, changed)):
        if bias is None or landscape.network.layers[depth].activation.describe() != "ReLU":
            continue
        for first in range(len(weights)):
            for second in range(first):
                if _aligned(weights, bias, outgoing, first, second):
                    _merge(weights, bias, outgoing, first, second)
                    kept = {_moved(place, depth, first, second): slope for place, slope in kept.items()}
        for unit in range(len(weights)):
            if max(np.abs(weights[unit]).max(), np.abs(outgoing[:, unit]).max()) < NOTHING and bias[unit] != OFF:
                weights[unit], bias[unit], outgoing[:, unit] = 0.0, OFF, 0.0
                kept = {place: slope for place, slope in kept.items() if (place[0], place[2]) != (depth, unit)}
    return None if np.array_equal(changed, theta) else (changed, kept)


def aligned_units(risk: EmpiricalRisk, theta: Array) -> tuple[int, int, int] | None:
    """A layer and two of its units whose weights and biases point the same way, for which scales may differ."""
    network, made = risk.exact.network, risk.exact.as_map()
    everything = np.array(list(made.apply(list(theta), float)))
    for depth, (layer, start) in enumerate(zip(network.layers[:-1], network.starts, strict=False)):
        weights, bias = _weights(layer, everything[start:])
        rows = weights if bias is None else np.column_stack([weights, bias])
        for one in range(layer.width):
            for other in range(one):
                lengths = np.linalg.norm(rows[one]), np.linalg.norm(rows[other])
                if min(lengths) > NOTHING and np.linalg.norm(
                    rows[one] / lengths[0] - rows[other] / lengths[1]
                ) < np.sqrt(NOTHING):
                    return depth, other, one
    return None


def zero_units(risk: EmpiricalRisk, theta: Array) -> bool:
    """Whether all weights and biases of a unit with a kink are 0, up to rounding."""
    everything = np.array(list(risk.exact.as_map().apply(list(theta), float)))
    for depth, (weights, bias, outgoing) in enumerate(_layers(risk, everything)):
        largest = np.maximum(np.abs(weights).max(axis=1), np.abs(outgoing).max(axis=0))
        if risk.has_kinks(depth) and (np.maximum(largest, 0.0 if bias is None else np.abs(bias)) < NOTHING).any():
            return True
    return False


def _layers(risk: EmpiricalRisk, theta: Array) -> Iterator[tuple[Array, Array | None, Array]]:
    """For each hidden layer views of its weights, its biases and the next layer's weights."""
    network = risk.exact.network
    parts = [_weights(layer, theta[start:]) for layer, start in zip(network.layers, network.starts, strict=True)]
    for (own, bias), (outgoing, _) in pairwise(parts):
        yield own, bias, outgoing


def _weights(layer: Layer, parameters: Array) -> tuple[Array, Array | None]:
    """Views of a layer's weights, (width, inputs), and biases, in the parameters from its first one on."""
    end = layer.place(0, layer.inputs)
    bias = parameters[end : layer.parameters] if layer.bias else None
    return parameters[:end].reshape(layer.width, layer.inputs), bias


def _aligned(weights: Array, bias: Array, outgoing: Array, first: int, second: int) -> bool:
    """Whether two units that are not 0 point the same way, in and out."""
    pairs = (
        (np.append(weights[first], bias[first]), np.append(weights[second], bias[second])),
        (outgoing[:, first], outgoing[:, second]),
    )
    for a, b in pairs:
        lengths = np.linalg.norm(a), np.linalg.norm(b)
        if min(lengths) < NOTHING or np.linalg.norm(a / lengths[0] - b / lengths[1]) > 100 * NOTHING:
            return False
    return True


def _merge(weights: Array, bias: Array, outgoing: Array, first: int, second: int) -> None:
    """Let the first compute what both do, with the least decay, and the second nothing."""
    ratio = np.linalg.norm(weights[second]) / np.linalg.norm(weights[first])
    total = outgoing[:, first] + ratio * outgoing[:, second]
    scale = np.sqrt(np.linalg.norm(total) / np.linalg.norm(weights[first]))
    weights[first] *= scale
    bias[first] *= scale
    outgoing[:, first] = total / scale
    weights[second], bias[second], outgoing[:, second] = 0.0, OFF, 0.0


def _moved(place: Place, depth: int, first: int, second: int) -> Place:
    return (depth, place[1], first) if (place[0], place[2]) == (depth, second) else place
