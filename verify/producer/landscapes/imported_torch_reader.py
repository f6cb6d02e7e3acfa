"""The graph of calls of a PyTorch module, walked node by node: what every importer of modules shares.

`torch.fx` writes a module as a graph of calls. Each must be one that is listed here; what is made of it is for an
importer to say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, Protocol, TypeVar

from verify.checker.public import Field
from verify.checker.statements.network import LayerActivation, read_activation
from verify.producer.landscapes.empirical_risk import SELU
from verify.producer.landscapes.imported import Array
from verify.producer.landscapes.imported_torch import (
    activation_of,
    does_nothing,
    refuse_changes,
    refuse_hooks,
    written,
)
from verify.producer.landscapes.imported_torch_calls import LAYERS, Parameter, calls


class Shaped(Protocol):
    """What an importer makes of a tensor in the graph."""

    shape: tuple[int, ...]
    """Of one sample."""


S = TypeVar("S", bound=Shaped)


class GraphReader(ABC, Generic[S]):
    """Walks the graph of a module; a subclass says what layers and calls make of its tensors."""

    kind: type[S]
    """Of what it makes of tensors."""

    def __init__(self, module: Any) -> None:
        """Raises ValueError for hooks, a forward that was put upon a module, and what torch.fx cannot trace."""
        import torch.fx

        refuse_hooks()
        for part in module.modules():
            refuse_changes(part)
        try:
            self._graph = torch.fx.Tracer().trace(module)  # a GraphModule would not take parts called `code` or `graph`
        except Exception as error:  # anything that its forward does with what is not a tensor
            raise ValueError(f"torch.fx cannot trace the module: {error}") from None
        self._modules = dict(module.named_modules())
        self.found: dict[Any, Any] = {}
        """What was made of the nodes that are still used: a tensor, mostly."""
        self._live: list[S] = []
        """The tensors that are needed after the node that is looked at."""
        self._calls = calls()
        self._end: str | None = None
        """"LogSoftmax" where that is the end."""

    def walk(self, until: str | None = None) -> S:
        """What the module puts out; or what its submodule of a name is given, where that is first called."""
        nodes = list(self._graph.nodes)
        places = [node for node in nodes if node.op == "placeholder"]
        if len(places) != 1:
            raise ValueError(f"the module's forward takes {len(places)} arguments; one is supported")
        last = {use: place for place, node in enumerate(nodes) for use in node.all_input_nodes}
        for place, node in enumerate(nodes):
            if node.op == "output" or (node.op == "call_module" and node.target == until):
                if node.op == "output" and until is not None:
                    raise ValueError(f"the module calls no submodule {until!r}")
                result = node.args[0] if node.args else None
                tensor = self.found.get(result) if isinstance(result, type(node)) else None
                if not isinstance(tensor, self.kind):
                    raise ValueError("the module's output is not one tensor of (samples, outputs)")
                return tensor
            self._live = [
                found
                for each, found in self.found.items()
                if last.get(each, -1) > place and isinstance(found, self.kind)
            ]
            self.found[node] = self._made(node)
            self.found = {each: found for each, found in self.found.items() if last.get(each, -1) > place}
        raise ValueError("the module has no output")

    def _made(self, node: Any) -> Any:
        if node.op == "placeholder":
            return self.given()
        if node.op == "call_module":
            return self._module(node, self._modules[node.target])
        if node.op == "get_attr":
            return self.attribute(node.target)
        name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
        made = self._calls.get(node.target)
        if made is None:
            known = sorted({each for each in self._calls if isinstance(each, str)} | {*LAYERS, "dropout"})
            raise ValueError(f"the function {name} is not supported; supported: {', '.join(known)}")
        return made(self, node)

    def attribute(self, name: str) -> Any:
        """A parameter that the forward uses itself. Raises ValueError, where it is not overridden for all."""
        raise ValueError(f"{name}: a parameter or buffer outside of a layer is not modelled")

    def product(self, tensor: S, weight: Any, bias: Any) -> S:
        """A tensor times a matrix of parameters, by functional.linear. Raises ValueError, as `attribute` does."""
        raise ValueError("the function linear is not supported")

    def tensor(self, node: Any) -> S:
        """The argument of a call that is a tensor."""
        found = self.found.get(node)
        if isinstance(found, Parameter):
            raise ValueError(
                f"{node}: a parameter or buffer outside of a layer is modelled as an argument of linear alone"
            )
        if not isinstance(found, self.kind):
            raise ValueError(f"{node} is not a tensor that is computed from the input")
        if self._end is not None:
            raise ValueError(f"something after the {self._end} at the end is not supported")
        return found

    def _module(self, node: Any, layer: Any) -> S:
        if len(node.args) != 1 or node.kwargs:
            raise ValueError(f"{written(layer)} is called with more than a tensor")
        return self.layer(node, self.tensor(node.args[0]), layer)

    def layer(self, node: Any, tensor: S, layer: Any) -> S:
        """What a layer makes of a tensor, at a node. Raises ValueError for one that is not listed here."""
        from torch import nn

        kind = type(layer)
        if kind in (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d):
            return self.pooled(tensor, layer)
        if kind is nn.Flatten or kind is nn.Identity or does_nothing(layer):
            if kind is nn.Flatten and (layer.start_dim, layer.end_dim) != (1, -1):
                raise ValueError(f"{written(layer)}: only the axes 1 to -1 are supported, each sample a row")
            return self.reshaped(tensor, (-1,) if kind is nn.Flatten else tensor.shape)
        if kind is nn.Linear:
            return self.linear(tensor, layer)
        if kind is nn.Conv2d:
            return self.convolved(tensor, layer)
        if kind in (nn.BatchNorm1d, nn.BatchNorm2d):
            return self.normalised(tensor, layer)
        if kind is nn.LogSoftmax:
            if layer.dim not in (1, -1) or len(tensor.shape) != 1:
                raise ValueError(f"{written(layer)} is supported at the end, along the axis 1")
            self._end = "LogSoftmax"
            return tensor
        name = activation_of(layer)
        field = Field("activation", SELU if name == "selu" else name)
        return self.activated(node, tensor, read_activation(field, {}))

    # What an importer makes of each

    @abstractmethod
    def given(self) -> S:
        """The module's input."""

    @abstractmethod
    def linear(self, tensor: S, layer: Any) -> S:
        """An nn.Linear."""

    @abstractmethod
    def convolved(self, tensor: S, layer: Any) -> S:
        """An nn.Conv2d."""

    @abstractmethod
    def normalised(self, tensor: S, layer: Any) -> S:
        """A batch normalisation."""

    @abstractmethod
    def pooled(self, tensor: S, layer: Any) -> S:
        """Maxima or averages."""

    @abstractmethod
    def activated(self, node: Any, tensor: S, activation: LayerActivation) -> S:
        """The activation of a tensor, at a node."""

    @abstractmethod
    def reshaped(self, tensor: S, shape: tuple[int, ...]) -> S:
        """The same entries; (-1,) for all of them in a row."""

    @abstractmethod
    def added(self, left: S, right: S) -> S:
        """Entry by entry; the shapes are equal."""


# What layers of PyTorch are


def own_parameters(layer: Any) -> tuple[Any, Any]:
    """Weight and bias, each None where there is none. Raises ValueError for others and for other dtypes."""
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
    return layer.weight, layer.bias


def check_convolution(layer: Any, image: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Zeros above, below, left and right of an image. Raises ValueError where the layer does not take it."""
    if layer.padding_mode != "zeros":
        raise ValueError(f"{written(layer)}: the padding mode {layer.padding_mode!r}; known: 'zeros'")
    if image[0] != layer.in_channels:
        raise ValueError(f"{written(layer)} is given samples of the shape {image}")
    return padding(layer)


def scales_and_means(layer: Any, shape: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Of a batch normalisation in eval mode, by channel: 1 / sqrt(var + eps), as it is computed, and the means."""
    import torch

    if layer.training or not layer.track_running_stats or layer.running_mean is None:
        raise ValueError(f"{written(layer)} is not in eval mode with statistics of its own; module.eval() makes it so")
    if layer.running_mean.dtype != torch.float64 or layer.running_var.dtype != torch.float64:
        raise ValueError(f"{written(layer)} has statistics of another dtype than float64; use module.double()")
    if shape[0] != layer.num_features or (len(shape) == 3) != (type(layer) is torch.nn.BatchNorm2d):
        raise ValueError(f"{written(layer)} is given samples of the shape {shape}")
    scales = (1 / torch.sqrt(layer.running_var.detach() + layer.eps)).tolist()
    return scales, layer.running_mean.detach().tolist()


def pool_windows(layer: Any, image: tuple[int, int, int]) -> tuple[tuple[int, int], Array]:
    """The size of what a pooling makes of an image, and a row for each entry: what it takes of each position.

    By what the layer makes of samples of which one entry is 1.
    """
    import torch

    _, height, width = image
    if getattr(layer, "return_indices", False):
        raise ValueError(f"{written(layer)} returns indices, which is not modelled")
    alone = torch.eye(height * width, dtype=torch.float64).reshape(-1, 1, height, width)
    try:
        with torch.no_grad():
            found = layer(alone)
    except RuntimeError as error:
        raise ValueError(f"{written(layer)}: {error}") from None
    matrix: Array = found.reshape(height * width, -1).numpy().T
    return (found.shape[2], found.shape[3]), matrix


def share(entry: float, layer: Any) -> int:
    """m, where an average takes 1 / m of an entry."""
    count = round(1 / entry)
    if abs(1 / count - entry) > 1e-12:
        raise ValueError(f"{written(layer)} takes {entry} of an entry, which is no average")
    return count


def image_of(shape: tuple[int, ...], layer: Any) -> tuple[int, int, int]:
    """Channels, height and width. Raises ValueError where samples are no images."""
    if len(shape) != 3:
        raise ValueError(f"{written(layer)} is given samples of the shape {shape}, not (channels, height, width)")
    channels, height, width = shape
    return channels, height, width


def padding(layer: Any) -> tuple[int, int, int, int]:
    """Rows above and below, columns left and right."""
    if layer.padding == "valid":
        return 0, 0, 0, 0
    if layer.padding == "same":
        totals = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        return totals[0] // 2, totals[0] - totals[0] // 2, totals[1] // 2, totals[1] - totals[1] // 2
    rows, columns = layer.padding
    return rows, rows, columns, columns
