"""Features of a PyTorch module: its layers as this package has them, with its own parameters as a point.

Every part must be of a type listed in `landscapes.imported_torch_reader` exactly; what is made is compared with the
module's own outputs.
"""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from verify.checker.statements.feature_layers import OUTSIDE, Parameters, Point
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.network_features import NetworkFeatures
from verify.producer.landscapes.imported_torch import float64, written
from verify.producer.landscapes.imported_torch_reader import (
    GraphReader,
    check_convolution,
    image_of,
    own_parameters,
    pool_windows,
    scales_and_means,
    share,
)
from verify.producer.wide.layers import (
    Array,
    Spec,
    activation,
    add,
    average_pool,
    convolution,
    dense,
    exact_rows,
    features,
    max_pool,
    network,
    of_layer,
    windows,
)

CLOSE = 1e-8
"""Relative: how far what PyTorch computes may be from what was made."""
IDENTITY = activation("identity")


def features_from_torch(module: Any, x: Any, *, until: str | None = None) -> tuple[NetworkFeatures, Point]:
    """The layers of a module on samples, and its parameters as a point.

    x: (samples, inputs) or (samples, channels, height, width), float64. `until`: the name of a submodule (as in
    `module.named_modules()`, say "fc"); the features are then what it is given, and what comes after is left out.

    Known are nn.Linear, nn.Conv2d (not of several groups), nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d,
    nn.Flatten, activations, sums of tensors (residual connections), nn.Dropout in eval mode, and nn.BatchNorm1d and
    nn.BatchNorm2d in eval mode after a layer with weights that nothing else uses. Such a normalisation becomes a part
    of the weights and biases of that layer: what holds for almost all of these holds for almost all of the module's
    own, with the statistics as they are. Numbers are taken exactly as they are. Which of them are trained is not looked
    at. Raises ValueError, saying what is not modelled: shared parameters, too.
    """
    inputs = float64(x, "x")
    if inputs.ndim not in (2, 4):
        raise ValueError("x must have 2 dimensions, or 4 for images")
    reader = FeatureReader(module, tuple(inputs.shape[1:]))
    result = reader.walk(until)
    if reader.has_end:
        raise ValueError("a LogSoftmax is not modelled here; `until` names the submodule where to stop")
    if not result.layer:
        raise ValueError("there is no layer before the features")
    numbers = inputs.numpy()
    rows = _by_position(numbers)
    landscape = network(rows, reader.specs[: result.layer], channels=numbers.shape[1])
    point = tuple(each for each in reader.parameters[: result.layer] if each is not None)
    _compare(landscape, point, _own(module, inputs, until), rows)
    return landscape, point


def _by_position(images: Array) -> Array:
    """PyTorch has a channel's positions together, this package a position's channels. (samples, ...)."""
    return images.reshape(*images.shape[:2], -1).transpose(0, 2, 1).reshape(len(images), -1)


@dataclass(eq=False)
class Signal:
    """A tensor of the graph: the outputs of a layer, as PyTorch arranges them."""

    shape: tuple[int, ...]
    layer: int
    """Its number; 0 are the inputs."""
    image: tuple[int, int, int] | None
    """Channels, height and width of the layer, also where the tensor is flat; None where it never was an image."""


class FeatureReader(GraphReader[Signal]):
    """The layers that a module computes."""

    kind = Signal

    def __init__(self, module: Any, shape: tuple[int, ...]) -> None:
        """`shape`: of one sample."""
        super().__init__(module)
        self.specs: list[Spec] = []
        self.parameters: list[Parameters | None] = []
        """One for each of them; None where it has no weights."""
        self._shape = shape
        self._used: set[int] = set()
        """The layers that another one is given."""
        self._seen: set[int] = set()
        """The memory of the parameters that were met."""

    @property
    def has_end(self) -> bool:
        """Whether a LogSoftmax was met."""
        return self._end is not None

    def _append(
        self, before: Signal, spec: Spec, parameters: Parameters | None, shape: tuple[int, ...], flat: bool = False
    ) -> Signal:
        self._used.add(before.layer)
        self.specs.append(of_layer(before.layer, spec))
        self.parameters.append(parameters)
        return Signal(shape, len(self.specs), None if flat else (shape[0], shape[1], shape[2]))

    def _own(self, layer: Any) -> tuple[Any, Any]:
        """Weight and bias of a layer that is called once."""
        weight, bias = own_parameters(layer)
        for part in (weight, bias):
            if part is not None and part.untyped_storage().data_ptr() in self._seen:
                raise ValueError(f"{written(layer)} shares parameters, or is called twice, which is not modelled")
        self._seen |= {part.untyped_storage().data_ptr() for part in (weight, bias) if part is not None}
        return weight, bias

    def _is_open(self, tensor: Signal) -> bool:
        """Whether the tensor's layer may still be changed: it has no activation, and nothing else uses it."""
        return self._is_alone(tensor) and self.specs[tensor.layer - 1]["activation"] == IDENTITY

    def _is_alone(self, tensor: Signal) -> bool:
        """Whether nothing but the node that is looked at uses the tensor's layer."""
        is_live = any(tensor.layer == each.layer for each in self._live)
        return tensor.layer > 0 and tensor.layer not in self._used and not is_live

    def given(self) -> Signal:
        """The samples."""
        return Signal(self._shape, 0, self._image(self._shape))

    @staticmethod
    def _image(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
        return (shape[0], shape[1], shape[2]) if len(shape) == 3 else None

    def linear(self, tensor: Signal, layer: Any) -> Signal:
        """Fully connected."""
        weight, bias = self._own(layer)
        if tensor.shape != (layer.in_features,):
            raise ValueError(f"{written(layer)} is given samples of the shape {tensor.shape}")
        weights = weight.detach().cpu().numpy()
        if tensor.image is not None:
            weights = _by_position(weights.reshape(len(weights), tensor.image[0], -1))
        spec = dense(len(weights), IDENTITY, biases=bias is not None)
        return self._append(tensor, spec, _parameters(weights, bias), (len(weights),), flat=True)

    def convolved(self, tensor: Signal, layer: Any) -> Signal:
        """A convolution with shared biases."""
        image = image_of(tensor.shape, layer)
        around = check_convolution(layer, image)
        if layer.groups != 1:
            raise ValueError(f"{written(layer)} of several groups is not modelled")
        weight, bias = self._own(layer)
        filters = weight.detach().cpu().numpy()
        patches = windows((image[1], image[2]), layer.kernel_size, layer.stride, around, layer.dilation)
        if not patches:
            raise ValueError(f"{written(layer)} has no output for samples of the shape {tensor.shape}")
        spec = convolution(len(filters), patches, IDENTITY, biases="none" if bias is None else "shared")
        size = [
            (total + before + after - dilation * (kernel - 1) - 1) // stride + 1
            for total, before, after, dilation, kernel, stride in zip(
                image[1:], around[::2], around[1::2], layer.dilation, layer.kernel_size, layer.stride, strict=True
            )
        ]
        weights = filters.transpose(0, 2, 3, 1).reshape(len(filters), -1)
        return self._append(tensor, spec, _parameters(weights, bias), (len(filters), *size))

    def normalised(self, tensor: Signal, layer: Any) -> Signal:
        """A part of the layer before: w -> s w and b -> s (b - mean) + shift for s = weight / sqrt(var + eps)."""
        scales, means = scales_and_means(layer, tensor.shape)
        weight, bias = self._own(layer)
        parameters = self.parameters[tensor.layer - 1] if self._is_open(tensor) else None
        if parameters is None or weight is None or bias is None:
            told = "after a linear layer or a convolution that nothing else uses, and with weights and biases"
            raise ValueError(f"{written(layer)} is modelled {told}, not where it stands")
        by = [Fraction(w) * Fraction(s) for w, s in zip(weight.tolist(), scales, strict=True)]
        old = parameters.biases or (Fraction(0),) * len(by)
        weights = tuple(tuple(factor * w for w in row) for factor, row in zip(by, parameters.weights, strict=True))
        biases = tuple(
            factor * (b - Fraction(mean)) + Fraction(shift)
            for factor, b, mean, shift in zip(by, old, means, bias.tolist(), strict=True)
        )
        spec = self.specs[tensor.layer - 1]
        if spec["biases"] == "none":
            spec["biases"] = "shared" if spec["kind"] == "convolution" else "per-unit"
        self.parameters[tensor.layer - 1] = Parameters(weights, biases)
        return tensor

    def pooled(self, tensor: Signal, layer: Any) -> Signal:
        """Maxima, or averages in which what is outside may count as 0."""
        from torch import nn

        image = image_of(tensor.shape, layer)
        size, matrix = pool_windows(layer, image)
        inside = [[int(entry) for entry in np.flatnonzero(row)] for row in matrix]
        if type(layer) is nn.MaxPool2d:
            spec = max_pool(tuple(map(tuple, inside)), self._taken_over(tensor))
        else:
            counts = [share(row[entries[0]], layer) for row, entries in zip(matrix, inside, strict=True)]
            if any(not np.allclose(row[entries], row[entries[0]]) for row, entries in zip(matrix, inside, strict=True)):
                raise ValueError(f"{written(layer)} takes different shares of entries, which is no average")
            spec = average_pool(
                tuple(
                    (*entries, *(OUTSIDE,) * (count - len(entries)))
                    for entries, count in zip(inside, counts, strict=True)
                )
            )
        return self._append(tensor, spec, None, (image[0], *size))

    def _taken_over(self, tensor: Signal) -> LayerActivation:
        """An activation that rises comes after the maximum, which is the same, and there are fewer ties."""
        if not self._is_alone(tensor):
            return IDENTITY
        before: LayerActivation = self.specs[tensor.layer - 1]["activation"]
        if not before.is_piecewise_linear or min(before.parameters) < 0:
            return IDENTITY
        self.specs[tensor.layer - 1]["activation"] = IDENTITY
        return before

    def activated(self, node: Any, tensor: Signal, activation: LayerActivation) -> Signal:
        """That of the layer, or, where it has one or is used without one, of means of single positions."""
        if activation == IDENTITY:
            return tensor
        if self._is_open(tensor):
            self.specs[tensor.layer - 1]["activation"] = activation
            return tensor
        positions = 1 if tensor.image is None else math.prod(tensor.image[1:])
        spec = average_pool(tuple((position,) for position in range(positions)), activation)
        self._append(tensor, spec, None, tensor.shape, flat=True)
        return Signal(tensor.shape, len(self.specs), tensor.image)

    def reshaped(self, tensor: Signal, shape: tuple[int, ...]) -> Signal:
        """The same layer."""
        size = math.prod(tensor.shape)
        return Signal((size,) if shape == (-1,) else shape, tensor.layer, tensor.image)

    def added(self, left: Signal, right: Signal) -> Signal:
        """A sum of two layers."""
        if left.image != right.image:
            raise ValueError("a sum of layers that are arranged in different ways is not modelled")
        if left.layer == right.layer:
            raise ValueError("a sum of a tensor and itself is not modelled")
        self._used |= {left.layer, right.layer}
        self.specs.append(add((left.layer, right.layer)))
        self.parameters.append(None)
        return Signal(left.shape, len(self.specs), left.image)


def _parameters(weights: Array, bias: Any) -> Parameters:
    return Parameters(
        exact_rows(weights), () if bias is None else tuple(Fraction(b) for b in bias.detach().cpu().tolist())
    )


def _own(module: Any, x: Any, until: str | None) -> Array:
    """What the module, or the part of it before a submodule, computes itself."""
    import torch

    own, caught = deepcopy(module).cpu(), []
    if until is not None:
        own.get_submodule(until).register_forward_pre_hook(lambda part, inputs: caught.append(inputs[0].clone()))
    with torch.no_grad():
        found = own(x)
    return np.asarray((caught[0] if until is not None else found).numpy())


def _compare(landscape: NetworkFeatures, point: Point, wanted: Array, rows: Array) -> None:
    """In floats, with what the module says."""
    found = features(landscape.layers, rows, point)
    positions, channels = landscape.layers[-1].shape
    if wanted.ndim == 2:
        wanted = wanted.reshape(len(wanted), channels, positions)
    wanted = _by_position(wanted)
    if wanted.shape != found.shape or not np.abs(wanted - found).max() <= CLOSE * (1 + np.abs(wanted).max()):
        raise ValueError("the module computes something else than what was made of it")
