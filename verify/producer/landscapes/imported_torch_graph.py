"""PyTorch modules with convolutions, pooling, normalisation, shared parameters and residual connections.

`torch.fx` writes a module as a graph of calls. Each must be one that is listed here; convolutions and the like become
layers of full matrices whose entries are affine functions of the trained parameters (`landscapes.layered`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from verify.checker.public import Field, NotACertificate
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import LayerActivation, Network, read_activation
from verify.checker.statements.parameter_map import ParameterMap
from verify.producer.landscapes.empirical_risk import SELU, EmpiricalRisk, Number, exact_number, exact_rows
from verify.producer.landscapes.imported import Array, compare, flat, frozen, random_points
from verify.producer.landscapes.imported_torch import (
    FINISHES,
    Torch,
    activation_of,
    does_nothing,
    float64,
    refuse_changes,
    refuse_hooks,
    written,
)
from verify.producer.landscapes.imported_torch_calls import calls
from verify.producer.landscapes.imported_torch_losses import read_loss
from verify.producer.landscapes.layered import ONE, RELU, Builder, Form, Tensor, constant


def needs_graph(module: Any) -> bool:
    """Whether a module is more than an nn.Sequential of linear layers with parameters of their own."""
    from torch import nn

    known = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.BatchNorm1d, nn.BatchNorm2d)
    parts = list(module.modules())
    own = [part for part in parts if type(part).__module__.partition(".")[0] != "torch"]
    if any(type(part).__mro__[1] is not nn.Module for part in own):  # made from a layer of PyTorch: refused there
        return False
    named = list(module.named_parameters(remove_duplicate=False))
    shares = len({id(part) for _, part in named}) < len(named)
    return bool(own) or shares or any(type(part) in known for part in parts)


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
    read = read_loss(loss, scale, y, (len(inputs), network.widths[-1]), end)
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
        fixed=(),
        parameter_map=made,
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


class Reader:
    """The network that a module computes from samples of a shape."""

    def __init__(self, module: Any, shape: tuple[int, ...], values: dict[Any, list[Form]], trained: int) -> None:
        """`values`: for each parameter its entries, flattened, as forms of the trained ones."""
        import torch.fx

        refuse_hooks()
        for part in module.modules():
            refuse_changes(part)
        try:
            self._graph = torch.fx.symbolic_trace(module)
        except Exception as error:  # anything that its forward does with what is not a tensor
            raise ValueError(f"torch.fx cannot trace the module: {error}") from None
        self._modules = dict(module.named_modules())
        self._values, self._shape, self._trained = values, shape, trained
        self._builder = Builder(math.prod(shape))
        self.found: dict[Any, Any] = {}
        """What was made of the nodes that are still used: a tensor, mostly."""
        self._live: list[Tensor] = []
        self._calls = calls()
        self._end: str | None = None

    def read(self) -> tuple[Network, ParameterMap, str | None]:
        """The network, its map of parameters, and "LogSoftmax" where that is the end."""
        nodes = list(self._graph.graph.nodes)
        places = [node for node in nodes if node.op == "placeholder"]
        if len(places) != 1:
            raise ValueError(f"the module's forward takes {len(places)} arguments; one is supported")
        last = {use: place for place, node in enumerate(nodes) for use in node.all_input_nodes}
        for place, node in enumerate(nodes):
            if node.op == "output":
                return self._finish(node)
            self._live = [
                found for each, found in self.found.items() if last.get(each, -1) > place and isinstance(found, Tensor)
            ]
            self.found[node] = self._made(node)
            self.found = {each: found for each, found in self.found.items() if last.get(each, -1) > place}
        raise ValueError("the module has no output")

    def _finish(self, node: Any) -> tuple[Network, ParameterMap, str | None]:
        (result,) = node.args
        tensor = self.found.get(result) if isinstance(result, type(node)) else None
        if not isinstance(tensor, Tensor) or len(tensor.shape) != 1:
            raise ValueError("the module's output is not one tensor of (samples, outputs)")
        network, made = self._builder.finish(tensor, self._trained)
        return network, made, self._end

    def _made(self, node: Any) -> Any:
        if node.op == "placeholder":
            return self._builder.given(self._shape)
        if node.op == "call_module":
            return self._module(node, self._modules[node.target])
        if node.op == "get_attr":
            raise ValueError(f"{node.target}: a parameter or buffer outside of a layer is not modelled")
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
        made = self._calls.get(node.target)
        if made is None:
            known = sorted({each for each in self._calls if isinstance(each, str)} | {"max_pool2d", "avg_pool2d"})
            raise ValueError(f"the function {name} is not supported; supported: {', '.join(known)}")
        return made(self, node)

    def tensor(self, node: Any) -> Tensor:
        """The argument of a call that is a tensor."""
        found = self.found.get(node)
        if not isinstance(found, Tensor):
            raise ValueError(f"{node} is not a tensor that is computed from the input")
        if self._end is not None:
            raise ValueError(f"something after the {self._end} at the end is not supported")
        return found

    # Layers

    def _module(self, node: Any, layer: Any) -> Tensor:
        from torch import nn

        if len(node.args) != 1 or node.kwargs:
            raise ValueError(f"{written(layer)} is called with more than a tensor")
        tensor = self.tensor(node.args[0])
        kind = type(layer)
        if kind in (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d):
            return self.pooled(tensor, layer)
        if kind is nn.Flatten or kind is nn.Identity or does_nothing(layer):
            if kind is nn.Flatten and (layer.start_dim, layer.end_dim) != (1, -1):
                raise ValueError(f"{written(layer)}: only the axes 1 to -1 are supported, each sample a row")
            return self.reshaped(tensor, (-1,) if kind is nn.Flatten else tensor.shape)
        if kind is nn.Linear:
            return self._linear(tensor, layer)
        if kind is nn.Conv2d:
            return self._convolved(tensor, layer)
        if kind in (nn.BatchNorm1d, nn.BatchNorm2d):
            return self._normalised(tensor, layer)
        if kind is nn.LogSoftmax:
            if layer.dim not in (1, -1) or len(tensor.shape) != 1:
                raise ValueError(f"{written(layer)} is supported at the end, along the axis 1")
            self._end = "LogSoftmax"
            return tensor
        name = activation_of(layer)
        field = Field("activation", SELU if name == "selu" else name)
        return self.activated(node, tensor, read_activation(field, {}))

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
        import torch

        statistics = {"running_mean", "running_var", "num_batches_tracked"}
        if set(layer._parameters) != {"weight", "bias"} or layer._modules or set(layer._buffers) - statistics:
            raise ValueError(f"{written(layer)} with other parameters, buffers or modules than usual is not modelled")
        for part in (layer.weight, layer.bias):
            if part is not None and (type(part) is not torch.nn.Parameter or part.dtype != torch.float64):
                raise ValueError(
                    f"{written(layer)} has parameters of {part.dtype}: the rounding to it is not modelled; "
                    "module.double() has the same parameters"
                )
        weights = [] if layer.weight is None else self._values[layer.weight]
        return weights, [] if layer.bias is None else self._values[layer.bias]

    def _linear(self, tensor: Tensor, layer: Any) -> Tensor:
        weights, biases = self._parts(layer)
        tensor = self._ready(tensor, weights)
        size = layer.in_features
        if tensor.shape != (size,):
            raise ValueError(f"{written(layer)} is given samples of the shape {tensor.shape}")
        return tensor.linear(
            (layer.out_features,),
            (
                (dict(enumerate(weights[unit * size : (unit + 1) * size])), biases[unit] if biases else {})
                for unit in range(layer.out_features)
            ),
        )

    def _convolved(self, tensor: Tensor, layer: Any) -> Tensor:
        if layer.padding_mode != "zeros":
            raise ValueError(f"{written(layer)}: the padding mode {layer.padding_mode!r}; known: 'zeros'")
        weights, biases = self._parts(layer)
        tensor = self._ready(tensor, weights)
        channels, height, width = _image(tensor, layer)
        if channels != layer.in_channels:
            raise ValueError(f"{written(layer)} is given samples of the shape {tensor.shape}")
        (kh, kw), (sh, sw), (dh, dw) = layer.kernel_size, layer.stride, layer.dilation
        top, bottom, left, right = _padding(layer)
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

    def _normalised(self, tensor: Tensor, layer: Any) -> Tensor:
        """(z - mean) / sqrt(var + eps) times weight plus bias, 1 / sqrt as the float64 that it is computed as."""
        import torch

        if layer.training or not layer.track_running_stats or layer.running_mean is None:
            raise ValueError(
                f"{written(layer)} is not in eval mode with statistics of its own; module.eval() makes it so"
            )
        if layer.running_mean.dtype != torch.float64 or layer.running_var.dtype != torch.float64:
            raise ValueError(f"{written(layer)} has statistics of another dtype than float64; use module.double()")
        weights, biases = self._parts(layer)
        tensor = self._ready(tensor, weights)
        channels = layer.num_features
        if tensor.shape[0] != channels or (len(tensor.shape) == 3) != (type(layer) is torch.nn.BatchNorm2d):
            raise ValueError(f"{written(layer)} is given samples of the shape {tensor.shape}")
        scales = (1 / torch.sqrt(layer.running_var.detach() + layer.eps)).tolist()
        means = layer.running_mean.detach().tolist()
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
        """By what the layer makes of samples of which one entry is 1: averages of whole numbers, or maxima."""
        import torch

        channels, height, width = _image(tensor, layer)
        if getattr(layer, "return_indices", False):
            raise ValueError(f"{written(layer)} returns indices, which is not modelled")
        alone = torch.eye(height * width, dtype=torch.float64).reshape(-1, 1, height, width)
        try:
            with torch.no_grad():
                found = layer(alone)
        except RuntimeError as error:
            raise ValueError(f"{written(layer)}: {error}") from None
        matrix: Array = found.reshape(height * width, -1).numpy().T
        shape = channels, found.shape[2], found.shape[3]
        starts = [channel * height * width for channel in range(channels)]
        if type(layer) is torch.nn.MaxPool2d:
            windows = [[start + int(entry) for entry in np.flatnonzero(row)] for start in starts for row in matrix]
            largest = self._builder.largest(tensor, shape, windows, self._live)
            return self._builder.activate(largest, RELU, self._live) if tensor.bent else largest
        whole = [{int(entry): _share(row[entry], layer) for entry in np.flatnonzero(row)} for row in matrix]
        return tensor.linear(
            shape, (({start + entry: form for entry, form in row.items()}, {}) for start in starts for row in whole)
        )


def _share(entry: float, layer: Any) -> Form:
    """1 / m for a whole number m: what an average takes of one entry."""
    share = Fraction(1, round(1 / entry))
    if abs(float(share) - entry) > 1e-12:
        raise ValueError(f"{written(layer)} takes {entry} of an entry, which is no average")
    return constant(share)


def _image(tensor: Tensor, layer: Any) -> tuple[int, int, int]:
    if len(tensor.shape) != 3:
        raise ValueError(
            f"{written(layer)} is given samples of the shape {tensor.shape}, not (channels, height, width)"
        )
    channels, height, width = tensor.shape
    return channels, height, width


def _padding(layer: Any) -> tuple[int, int, int, int]:
    """Rows above and below, columns left and right."""
    if layer.padding == "valid":
        return 0, 0, 0, 0
    if layer.padding == "same":
        totals = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        return totals[0] // 2, totals[0] - totals[0] // 2, totals[1] // 2, totals[1] - totals[1] // 2
    rows, columns = layer.padding
    return rows, rows, columns, columns
