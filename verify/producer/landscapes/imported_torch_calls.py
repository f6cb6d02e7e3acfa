"""Calls in the graph of a PyTorch module that are no layers: sums, shapes, activations, pooling as functions."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from verify.checker.public import Field
from verify.checker.statements.network import read_activation

if TYPE_CHECKING:
    from verify.producer.landscapes.imported_torch_reader import GraphReader

BATCH = object()
"""The size of a tensor along its first axis."""


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


def _call_pool(name: str) -> Callable[[GraphReader[Any], Any], Any]:
    def call(reader: GraphReader[Any], node: Any) -> Any:
        from torch import nn

        tensor, *options = node.args
        kind = nn.MaxPool2d if name == "max" else nn.AvgPool2d
        return reader.pooled(reader.tensor(tensor), kind(*options, **node.kwargs))

    return call


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
    found |= {functional.max_pool2d: _call_pool("max"), functional.avg_pool2d: _call_pool("average")}
    return found
