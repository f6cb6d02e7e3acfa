"""PyTorch modules with convolutions, pooling, normalisation, shared parameters and residual connections.

`torch.fx` writes a module as a graph of calls. Each must be one that is listed here; convolutions and the like become
layers of full matrices whose entries are affine functions of the trained parameters (`landscapes.layered`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from verify.checker.public import NotACertificate
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import LayerActivation, Network
from verify.checker.statements.parameter_map import ParameterMap
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number, exact_rows
from verify.producer.landscapes.imported import Array, compare, flat, frozen, random_points
from verify.producer.landscapes.imported_torch import FINISHES, Torch, float64, written
from verify.producer.landscapes.imported_torch_calls import Parameter
from verify.producer.landscapes.imported_torch_losses import read_loss
from verify.producer.landscapes.imported_torch_reader import (
    GraphReader,
    check_convolution,
    image_of,
    own_parameters,
    pool_windows,
    scales_and_means,
    share,
)
from verify.producer.landscapes.layered import IDENTITY, ONE, RELU, Builder, Form, Tensor, constant


def needs_graph(module: Any) -> bool:
    """Whether a module is more than an nn.Sequential of linear layers with parameters of their own."""
    from torch import nn

    known = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.BatchNorm1d, nn.BatchNorm2d)
    parts = list(module.modules())
    own = [part for part in parts if not _is_of_torch(type(part))]
    if any(next(filter(_is_of_torch, type(part).__mro__)) is not nn.Module for part in own):
        return False  # made from a layer of PyTorch: refused there
    named = list(module.named_parameters(remove_duplicate=False))
    shares = len({id(part) for _, part in named}) < len(named)
    return bool(own) or shares or any(type(part) in known for part in parts)


def _is_of_torch(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "torch"


def from_graph(
    module: Any,
    x: Any,
    y: Any,
    *,
    loss: Any,
    scale: Number | None,
    weight_decay: Number,
    bias_decay: Number | None,
    fixed: Mapping[int, Number] | None,
    sample_weight: Any,
) -> tuple[EmpiricalRisk, Array]:
    """The loss of a module, and its trained parameters as a point: as `imported_torch.from_torch`.

    x: (samples, ...), as the module takes it. The point has the parameters in the order of `module.parameters()`.
    """
    inputs = float64(x, "x")
    parts = list(module.parameters())
    if len({part.untyped_storage().data_ptr() for part in parts}) < len(parts):
        raise ValueError("two parameters share memory, which is not modelled")
    if not any(part.requires_grad for part in parts):
        raise ValueError("no parameter of the module is trained")
    values = flat([(part.detach().cpu().numpy(), np.zeros(0)) for part in parts])
    if not np.isfinite(values).all():
        raise ValueError("a parameter of the module is not finite")
    trains = np.concatenate([np.full(part.numel(), part.requires_grad) for part in parts])
    held = frozen(trains, values, fixed)
    trained = np.setdiff1d(np.arange(len(values)), list(held))
    forms: list[Form] = [constant(Fraction(value)) for value in values.tolist()]
    for index, number in enumerate(trained.tolist()):
        forms[number] = {index: Fraction(1)}
    starts = np.cumsum([0, *(part.numel() for part in parts)]).tolist()
    by_part = {part: forms[start:end] for part, start, end in zip(parts, starts, starts[1:], strict=False)}
    network, made, end = Reader(module, tuple(inputs.shape[1:]), by_part, len(trained)).read()
    read = read_loss(loss, scale, y, (len(inputs), network.widths[-1]), end, sample_weight)
    if read.end == "Sigmoid":
        network = replace(network, layers=(*network.layers[:-1], replace(network.layers[-1], activation=IDENTITY)))
    plain = _is_plain(made, len(values))
    held_there = _held(made) if plain else ()
    exact = EmpiricalRiskLandscape(
        network=network,
        loss=read.kind,
        scale=read.factor,
        delta=read.delta,
        sample_weights=read.weights,
        weight_decay=exact_number(weight_decay),
        bias_decay=exact_number(weight_decay if bias_decay is None else bias_decay),
        inputs=exact_rows(inputs.flatten(1).numpy()),
        targets=exact_rows(read.targets),
        fixed=held_there,
        parameter_map=None if plain else made,
    )
    try:
        risk = EmpiricalRisk.read(EmpiricalRisk.of(exact).document)
    except NotACertificate as error:
        raise ValueError(str(error)) from None
    rates = np.zeros(len(values))
    rates[trained] = [float(rate) for rate in exact.decays()]
    own = Torch(module, x, read, values, trained, rates)
    compare(risk, [values[trained], *random_points(len(trained))], own, FINISHES.get(read.end or "", lambda f: f))
    return risk, values[trained]


def _is_plain(made: ParameterMap, parameters: int) -> bool:
    """Whether the network's parameters are those of the module in their order, so that no map is needed."""
    return (
        made.parameters == parameters
        and [term.trained for term in made.entries] == list(range(made.trained))
        and all(term.coefficient == 1 for term in made.entries)
        and len({term.parameter for term in made.entries} | dict(made.constants).keys())
        == made.trained + len(made.constants)
    )


def _held(made: ParameterMap) -> tuple[tuple[int, Fraction], ...]:
    """The parameters of a network that are not trained, and their values."""
    trained, constants = {term.parameter for term in made.entries}, dict(made.constants)
    return tuple((n, constants.get(n, Fraction(0))) for n in range(made.parameters) if n not in trained)


class Reader(GraphReader[Tensor]):
    """The network that a module computes from samples of a shape."""

    kind = Tensor

    def __init__(self, module: Any, shape: tuple[int, ...], values: dict[Any, list[Form]], trained: int) -> None:
        """`values`: for each parameter its entries, flattened, as forms of the trained ones."""
        super().__init__(module)
        self._module_itself = module
        self._values, self._shape, self._trained = values, shape, trained
        self._builder = Builder(math.prod(shape))

    def read(self) -> tuple[Network, ParameterMap, str | None]:
        """The network, its map of parameters, and "LogSoftmax" or "Sigmoid" where that is the end."""
        tensor = self.walk()
        if len(tensor.shape) != 1:
            raise ValueError("the module's output is not one tensor of (samples, outputs)")
        network, made = self._builder.finish(tensor, self._trained)
        last = network.layers[-1]
        sigmoid = "Sigmoid" if last.activation.name == "sigmoid" and not last.residual else None
        return network, made, self._end or sigmoid

    def given(self) -> Tensor:
        """The state."""
        return self._builder.given(self._shape)

    def added(self, left: Tensor, right: Tensor) -> Tensor:
        """A tensor."""
        return left.plus(right)

    def activated(self, node: Any, tensor: Tensor, activation: LayerActivation) -> Tensor:
        """The activation; a ReLU before a maximum of neighbours comes after it."""
        users = list(node.users)
        if activation == RELU and len(users) == 1 and self._is_largest(users[0]):
            return Tensor(tensor.shape, tensor.rows, tensor.shifts, bent=True)
        return self._builder.activate(tensor, activation, self._live)

    def _is_largest(self, node: Any) -> bool:
        from torch import nn
        from torch.nn import functional

        if node.op == "call_module":
            return type(self._modules[node.target]) is nn.MaxPool2d
        return node.op == "call_function" and node.target is functional.max_pool2d

    def reshaped(self, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The same entries."""
        size = math.prod(tensor.shape)
        return Tensor((size,) if shape == (-1,) else shape, tensor.rows, tensor.shifts)

    def _ready(self, tensor: Tensor, forms: list[Form]) -> Tensor:
        """The tensor, made a part of the state where two trained factors would meet."""
        if not tensor.is_constant and any(set(form) - {ONE} for form in forms):
            self._builder.straighten(tensor, self._live)
        return tensor

    def _parts(self, layer: Any) -> tuple[list[Form], list[Form]]:
        """Weights and biases."""
        weight, bias = own_parameters(layer)
        return [] if weight is None else self._values[weight], [] if bias is None else self._values[bias]

    def linear(self, tensor: Tensor, layer: Any) -> Tensor:
        """A row for each output."""
        weights, biases = self._parts(layer)
        if tensor.shape != (layer.in_features,):
            raise ValueError(f"{written(layer)} is given samples of the shape {tensor.shape}")
        return self._combined(tensor, layer.out_features, weights, biases)

    def _combined(self, tensor: Tensor, units: int, weights: list[Form], biases: list[Form]) -> Tensor:
        tensor, (size,) = self._ready(tensor, weights), tensor.shape
        return tensor.linear(
            (units,),
            (
                (dict(enumerate(weights[unit * size : (unit + 1) * size])), biases[unit] if biases else {})
                for unit in range(units)
            ),
        )

    def attribute(self, name: str) -> Parameter:
        """A parameter of the module, by name."""
        import torch

        part: Any = dict(self._module_itself.named_parameters(remove_duplicate=False)).get(name)
        if type(part) is not torch.nn.Parameter or part not in self._values:
            raise ValueError(f"{name}: a buffer or tensor outside of a layer is not modelled")
        if part.dtype != torch.float64:
            raise ValueError(f"{name} is {part.dtype}; module.double() has the same parameters in float64")
        return Parameter(tuple(part.shape), self._values[part])

    def product(self, tensor: Tensor, weight: Any, bias: Any) -> Tensor:
        """With a matrix of parameters, which another layer may have, too."""
        right = isinstance(weight, Parameter) and (bias is None or isinstance(bias, Parameter))
        if not right or len(weight.shape) != 2 or tensor.shape != weight.shape[1:]:
            raise ValueError(f"linear is given samples of the shape {tensor.shape}, or no matrix of parameters")
        if bias is not None and bias.shape != weight.shape[:1]:
            raise ValueError(f"linear is given a bias of the shape {bias.shape} for {weight.shape[0]} outputs")
        return self._combined(tensor, weight.shape[0], weight.forms, [] if bias is None else bias.forms)

    def convolved(self, tensor: Tensor, layer: Any) -> Tensor:
        """A row for each channel and place."""
        weights, biases = self._parts(layer)
        tensor = self._ready(tensor, weights)
        _, height, width = image = image_of(tensor.shape, layer)
        top, bottom, left, right = check_convolution(layer, image)
        (kh, kw), (sh, sw), (dh, dw) = layer.kernel_size, layer.stride, layer.dilation
        out_h = (height + top + bottom - dh * (kh - 1) - 1) // sh + 1
        out_w = (width + left + right - dw * (kw - 1) - 1) // sw + 1
        if out_h < 1 or out_w < 1:
            raise ValueError(f"{written(layer)} has no output for samples of the shape {tensor.shape}")
        inside, outside = layer.in_channels // layer.groups, layer.out_channels // layer.groups

        def combinations() -> Iterator[tuple[dict[int, Form], Form]]:
            for out in range(layer.out_channels):
                first = out // outside * inside
                for y in range(out_h):
                    for x in range(out_w):
                        used: dict[int, Form] = {}
                        for channel in range(inside):
                            for i in range(kh):
                                for j in range(kw):
                                    row, column = y * sh + i * dh - top, x * sw + j * dw - left
                                    if 0 <= row < height and 0 <= column < width:
                                        place = ((first + channel) * height + row) * width + column
                                        used[place] = weights[((out * inside + channel) * kh + i) * kw + j]
                        yield used, biases[out] if biases else {}

        return tensor.linear((layer.out_channels, out_h, out_w), combinations())

    def normalised(self, tensor: Tensor, layer: Any) -> Tensor:
        """(z - mean) / sqrt(var + eps) times weight plus bias, 1 / sqrt as the float64 that it is computed as."""
        scales, means = scales_and_means(layer, tensor.shape)
        weights, biases = self._parts(layer)
        tensor = self._ready(tensor, weights)
        channels = layer.num_features
        each = math.prod(tensor.shape) // channels

        def combinations() -> Iterator[tuple[dict[int, Form], Form]]:
            for entry in range(channels * each):
                channel = entry // each
                scale, mean = Fraction(scales[channel]), Fraction(means[channel])
                weight = weights[channel] if weights else constant(Fraction(1))
                factor = {index: scale * coefficient for index, coefficient in weight.items()}
                shift = dict(biases[channel]) if biases else {}
                for index, coefficient in factor.items():
                    shift[index] = shift.get(index, Fraction(0)) - mean * coefficient
                yield {entry: factor}, {index: number for index, number in shift.items() if number}

        return tensor.linear(tensor.shape, combinations())

    def pooled(self, tensor: Tensor, layer: Any) -> Tensor:
        """Averages of whole numbers of entries, or maxima."""
        from torch import nn

        channels, height, width = image = image_of(tensor.shape, layer)
        size, matrix = pool_windows(layer, image)
        shape = channels, *size
        starts = [channel * height * width for channel in range(channels)]
        if type(layer) is nn.MaxPool2d:
            windows = [[start + int(entry) for entry in np.flatnonzero(row)] for start in starts for row in matrix]
            largest = self._builder.largest(tensor, shape, windows, self._live)
            return self._builder.activate(largest, RELU, self._live) if tensor.bent else largest
        whole = [
            {int(entry): constant(Fraction(1, share(row[entry], layer))) for entry in np.flatnonzero(row)}
            for row in matrix
        ]
        return tensor.linear(
            shape, (({start + entry: form for entry, form in row.items()}, {}) for start in starts for row in whole)
        )
