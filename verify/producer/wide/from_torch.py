"""Features of a PyTorch module: its layers up to the last one as this package has them, with its own parameters.

Every part must be of a type listed here exactly; what is made is compared with the module's own outputs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.checker.statements.feature_layers import MaxPool, Parameters, Point
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.network_features import NetworkFeatures
from verify.producer.wide.layers import (
    Array,
    Spec,
    activate,
    activation,
    convolution,
    dense,
    exact_rows,
    leaky_relu,
    linear,
    max_pool,
    network,
    pooled,
)

if TYPE_CHECKING:
    import torch

CLOSE = 1e-8
"""Relative: how far what PyTorch computes may be from what was made."""


def features_from_torch(module: torch.nn.Sequential, x: Any) -> tuple[NetworkFeatures, Point]:
    """The layers of an nn.Sequential on samples, and its parameters as a point.

    x: (samples, inputs) or (samples, channels, height, width), float64. Known are nn.Linear, nn.Conv2d and nn.MaxPool2d
    without padding, dilation and groups, nn.Flatten, and activations after them. Numbers are taken exactly as they are.
    Raises ValueError, saying what is not modelled.
    """
    import torch
    from torch import nn

    if type(module) is not nn.Sequential or x.dtype != torch.float64 or x.ndim not in (2, 4):
        raise ValueError("an nn.Sequential and a float64 tensor of 2 or 4 dimensions are needed")
    channels, *image = x.shape[1:] if x.ndim == 4 else (1, x.shape[1], 1)
    specs: list[Spec] = []
    point: list[Parameters] = []
    size, flat, width = tuple(image), x.ndim == 2, channels
    for name, part in module.named_children():
        kind = type(part)
        if kind is nn.Flatten:
            continue
        if kind is nn.Linear:
            weights = part.weight.detach().numpy()
            if not flat:  # PyTorch has a channel's positions together, this package a position's channels
                weights = weights.reshape(len(weights), width, -1).transpose(0, 2, 1).reshape(len(weights), -1)
            specs.append(dense(len(weights), "identity", biases=part.bias is not None))
            flat, width, size = True, len(weights), (1, 1)
        elif kind is nn.Conv2d and not flat and _is_plain(part):
            kernel = tuple(part.kernel_size)
            filters = part.weight.detach().numpy()
            weights = filters.transpose(0, 2, 3, 1).reshape(len(filters), -1)
            patches, size = _places(size, kernel, tuple(part.stride))
            specs.append(
                convolution(len(filters), patches, "identity", biases="none" if part.bias is None else "shared")
            )
            width = len(filters)
        elif kind is nn.MaxPool2d and not flat and part.padding == 0 and part.dilation == 1 and not part.ceil_mode:
            groups, size = _places(size, _pair(part.kernel_size), _pair(part.stride))
            specs.append(max_pool(groups))
            continue
        else:
            _set_activation(specs, _activation(name, part))
            continue
        biases = () if part.bias is None else tuple(Fraction(float(b)) for b in part.bias.detach().numpy())
        point.append(Parameters(exact_rows(weights), biases))
    inputs = x.detach().numpy()
    rows = inputs if x.ndim == 2 else inputs.reshape(len(x), channels, -1).transpose(0, 2, 1).reshape(len(x), -1)
    landscape = network(rows, specs, channels=channels)
    _compare(landscape, tuple(point), module(x).detach().numpy(), rows)
    return landscape, tuple(point)


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)


def _is_plain(part: Any) -> bool:
    return bool(part.padding == (0, 0) and part.dilation == (1, 1) and part.groups == 1)


def _places(image: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...]) -> Any:
    """The positions under a kernel at each of its places, and how many places there are in each direction."""
    across = [range(0, total - side + 1, step) for total, side, step in zip(image, kernel, stride, strict=True)]
    patches = tuple(
        tuple((top + i) * image[1] + left + j for i in range(kernel[0]) for j in range(kernel[1]))
        for top in across[0]
        for left in across[1]
    )
    return patches, tuple(map(len, across))


def _activation(name: str, part: Any) -> LayerActivation:
    from torch import nn

    named = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid", nn.Identity: "identity"}
    if type(part) in named:
        return activation(named[type(part)])
    if type(part) is nn.Softplus and part.beta == 1:
        return activation("softplus")
    if type(part) is nn.GELU and part.approximate == "none":
        return activation("gelu")
    if type(part) is nn.LeakyReLU:
        return leaky_relu(Fraction(part.negative_slope))
    if type(part) is nn.ELU:
        return LayerActivation("elu", (Fraction(1), Fraction(part.alpha)))
    raise ValueError(f"module {name}: {type(part).__name__} is not modelled here, or not where it stands")


def _set_activation(specs: list[Spec], sigma: LayerActivation) -> None:
    if not specs or specs[-1]["activation"] != activation("identity"):
        raise ValueError("an activation must come after a layer that has none")
    specs[-1]["activation"] = sigma


def _compare(landscape: NetworkFeatures, point: Point, wanted: Array, rows: Array) -> None:
    """In floats, with what the module says."""
    given = iter(point)
    for layer in landscape.layers:
        if isinstance(layer, MaxPool):
            rows = activate(layer.activation, pooled(layer, rows))
            continue
        parameters = next(given)
        z = linear(layer, rows, np.array(parameters.weights, dtype=float))
        biases = np.array(parameters.biases, dtype=float)
        rows = activate(layer.activation, z + (np.tile(biases, layer.units // len(biases)) if len(biases) else 0))
    if wanted.ndim == 4:
        wanted = wanted.reshape(len(wanted), wanted.shape[1], -1).transpose(0, 2, 1)
    wanted = wanted.reshape(len(wanted), -1)
    if wanted.shape != rows.shape or np.abs(wanted - rows).max() > CLOSE * (1 + np.abs(wanted).max()):
        raise ValueError("the module computes something else than what was made of it")
