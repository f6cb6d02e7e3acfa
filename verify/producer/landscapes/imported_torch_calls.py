"""Calls in the graph of a PyTorch module that are no layers: sums, shapes, activations, pooling as functions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from verify.checker.public import Field
from verify.checker.statements.network import read_activation

if TYPE_CHECKING:
    from verify.producer.landscapes.imported_torch_reader import GraphReader

LAYERS = {
    "max_pool2d": "MaxPool2d",
    "avg_pool2d": "AvgPool2d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "softplus": "Softplus",
}
"""Functions of torch.nn.functional, and the layers of torch.nn that they are."""
BATCH = object()
"""The size of a tensor along its first axis."""


class Parameter(NamedTuple):
    """A parameter that a forward uses itself, such as the weight of a layer that is used again, transposed."""

    shape: tuple[int, ...]
    forms: list[Any]
    """Its entries, flattened, as an importer has them."""


def _call_add(reader: GraphReader[Any], node: Any) -> Any:
    if len(node.args) != 2 or node.kwargs:
        raise ValueError("a sum is supported of two tensors, without a factor")
    left, right = map(reader.tensor, node.args)
    if left.shape != right.shape:
        raise ValueError(f"a sum of samples of the shapes {left.shape} and {right.shape} is not supported")
    return reader.added(left, right)


def _call_flatten(reader: GraphReader[Any], node: Any) -> Any:
    tensor, *axes = node.args
    start, end = [*axes, -1][:2] if axes else (node.kwargs.get("start_dim", 0), node.kwargs.get("end_dim", -1))
    if (start, end) != (1, -1):
        raise ValueError("flatten is supported for the axes 1 to -1, each sample a row")
    return reader.reshaped(reader.tensor(tensor), (-1,))


def _call_size(reader: GraphReader[Any], node: Any) -> Any:
    if node.args[1:] != (0,):
        raise ValueError("the size of a tensor is supported along its first axis: x.size(0)")
    return BATCH


def _call_view(reader: GraphReader[Any], node: Any) -> Any:
    tensor, *sizes = node.args
    found = reader.tensor(tensor)
    first, *rest = [reader.found.get(each, each) if hasattr(each, "op") else each for each in sizes]
    size = math.prod(found.shape)
    if (first is BATCH and rest in ([-1], [size])) or (first == -1 and rest == [size]):
        return reader.reshaped(found, (-1,))
    raise ValueError("view and reshape are supported as x.view(x.size(0), -1), each sample a row")


def _call_activation(name: str) -> Callable[[GraphReader[Any], Any], Any]:
    def call(reader: GraphReader[Any], node: Any) -> Any:
        if len(node.args) != 1 or set(node.kwargs) - {"inplace"}:
            raise ValueError(f"{name} is supported with a tensor alone")
        return reader.activated(node, reader.tensor(node.args[0]), read_activation(Field("activation", name), {}))

    return call


def _call_layer(name: str) -> Callable[[GraphReader[Any], Any], Any]:
    """A function whose options are, in this order, those of a layer of torch.nn."""

    def call(reader: GraphReader[Any], node: Any) -> Any:
        from torch import nn

        if not node.args:
            raise ValueError(f"{node.target.__name__} is supported with the tensor as its first argument")
        tensor, *options = node.args
        return reader.layer(node, reader.tensor(tensor), getattr(nn, name)(*options, **node.kwargs))

    return call


def _call_linear(reader: GraphReader[Any], node: Any) -> Any:
    options = dict(zip(("input", "weight", "bias"), node.args, strict=False)) | node.kwargs
    weight, bias = (reader.found.get(options.get(name)) for name in ("weight", "bias"))
    if weight is None or (bias is None and options.get("bias") is not None):
        raise ValueError("linear is supported with parameters of the module, and their transposes")
    return reader.product(reader.tensor(options["input"]), weight, bias)


def _call_transposed(reader: GraphReader[Any], node: Any) -> Any:
    name = node.args[1] if node.target is getattr else "T"
    found = reader.found.get(node.args[0])
    if name != "T" or not isinstance(found, Parameter) or len(found.shape) != 2:
        raise ValueError(f"{node}: only a matrix of parameters of the module is transposed, by .T or .t()")
    rows, columns = found.shape
    return Parameter((columns, rows), [found.forms[r * columns + c] for c in range(columns) for r in range(rows)])


def _call_dropout(reader: GraphReader[Any], node: Any) -> Any:
    """Which does nothing where it is told that it is not in training, as by `training=self.training` in eval mode."""
    options = dict(zip(("input", "p", "training", "inplace"), node.args, strict=False)) | node.kwargs
    if options.get("training", True):
        raise ValueError("dropout is called in training, where it is random; training=self.training and module.eval()")
    return reader.tensor(options["input"])


def _call_log_softmax(reader: GraphReader[Any], node: Any) -> Any:
    from torch import nn

    tensor, *axes = node.args
    return reader.layer(node, reader.tensor(tensor), nn.LogSoftmax(axes[0] if axes else node.kwargs.get("dim")))


def _call_mean(reader: GraphReader[Any], node: Any) -> Any:
    """Of each channel of an image."""
    from torch import nn

    tensor, *axes = node.args
    found = reader.tensor(tensor)
    axes = axes[0] if len(axes) == 1 else axes or node.kwargs.get("dim")
    if len(found.shape) != 3 or tuple(axes or ()) not in ((2, 3), (-2, -1)) or node.kwargs.get("keepdim"):
        raise ValueError("a mean is supported of images along the axes (2, 3)")
    return reader.reshaped(reader.layer(node, found, nn.AdaptiveAvgPool2d(1)), (-1,))


def calls() -> dict[Any, Callable[[GraphReader[Any], Any], Any]]:
    """For each function and method of tensors what it makes: of the reader and the node of the graph."""
    import torch
    from torch.nn import functional

    found: dict[Any, Callable[[GraphReader[Any], Any], Any]] = dict.fromkeys(
        (operator.add, operator.iadd, torch.add, "add", "add_"), _call_add
    )
    found |= dict.fromkeys((torch.flatten, "flatten"), _call_flatten)
    found |= {"size": _call_size, "view": _call_view, "reshape": _call_view}
    for name in ("relu", "tanh", "sigmoid"):
        kinds = (getattr(torch, name), getattr(functional, name), name)
        found |= dict.fromkeys(kinds, _call_activation(name))
    for function, name in LAYERS.items():
        found[getattr(functional, function)] = _call_layer(name)
    found |= dict.fromkeys((functional.log_softmax, torch.log_softmax, "log_softmax"), _call_log_softmax)
    found |= dict.fromkeys((torch.mean, "mean"), _call_mean)
    found |= {functional.dropout: _call_dropout, functional.linear: _call_linear}
    found |= dict.fromkeys((getattr, torch.t, "t"), _call_transposed)
    return found
