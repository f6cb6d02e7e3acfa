"""A graph of ONNX as the layers of a fully connected network, node by node; anything else is refused by its name.

Each node takes what the one before it gave. The one exception is the Add of a residual connection, which also takes
what the last layer took.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.producer.landscapes.empirical_risk import text
from verify.producer.landscapes.imported import Array

if TYPE_CHECKING:
    import onnx

OLDEST = 13
"""Of the operator sets; in earlier ones some operators mean something else."""
PLAIN = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus", "Gelu": "gelu"}
SCALED = ("LeakyRelu", "Elu", "Selu")
SUPPORTED = ("Gemm", "MatMul", "Add", *PLAIN, *SCALED, "Flatten", "Reshape", "Dropout", "Identity", "LogSoftmax")


@dataclass(slots=True)
class Layer:
    """One fully connected layer."""

    weights: Array
    """(width, inputs)"""
    bias: Array | None
    """(width,)"""
    takes: str
    """The tensor that it takes."""
    activation: object = None
    residual: bool = False
    constants: list[str] = field(default_factory=list)
    """The names of its parameters."""


@dataclass(slots=True)
class Graph:
    """The layers of a graph."""

    layers: list[Layer]
    flattens: bool
    """Whether samples become rows before the first layer."""
    log_softmax: bool
    """Whether the graph ends with one, which is none of the layers."""


class Refused(ValueError):
    """What a fully connected network cannot express."""


def read_graph(model: onnx.ModelProto) -> Graph:
    """The layers of a model. Raises ValueError, naming the node, for what a fully connected network cannot express."""
    _refuse_model(model)
    reader = _Reader(model.graph)
    for number, node in enumerate(model.graph.node, start=1):
        name = f"node {node.name!r} ({node.op_type})" if node.name else f"node {number} ({node.op_type})"
        try:
            reader.take(node)
        except Refused as error:
            raise ValueError(f"{name}: {error}") from None
    (output,) = model.graph.output
    if reader.aliases.get(output.name, output.name) != reader.current:
        raise ValueError(f"the output {output.name!r} of the graph is not what its last node gives")
    if not reader.graph.layers:
        raise ValueError("the graph has no linear layer")
    names = [name for layer in reader.graph.layers for name in layer.constants]
    if shared := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"two layers share the parameters {shared[0]!r}, which is not modelled")
    return reader.graph


def _refuse_model(model: onnx.ModelProto) -> None:
    versions = {opset.domain: opset.version for opset in model.opset_import}
    version = versions.get("", versions.get("ai.onnx", 0))
    if version < OLDEST:
        raise ValueError(f"the model has the operator set {version}; {OLDEST} is the oldest that is supported")
    graph = model.graph
    if model.functions or graph.sparse_initializer or graph.quantization_annotation:
        raise ValueError("a model with functions, sparse or quantized parameters is not supported")
    constants = {each.name for each in graph.initializer}
    if len([each for each in graph.input if each.name not in constants]) != 1 or len(graph.output) != 1:
        raise ValueError("the graph must have one input and one output")


class _Reader:
    """The layers so far."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        from onnx import numpy_helper

        self.constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        self.current = next(each.name for each in graph.input if each.name not in self.constants)
        self.aliases: dict[str, str] = {}
        """Of tensors that are another one, or the same numbers in another shape."""
        self.open = False
        """Whether the last layer may still get a bias or an activation."""
        self.graph = Graph([], flattens=False, log_softmax=False)

    def take(self, node: Any) -> None:
        """One node. Raises Refused."""
        if node.domain not in ("", "ai.onnx") or node.op_type not in (*SUPPORTED, "Constant"):
            hint = ": take the model without it" if node.op_type == "Softmax" else ""
            raise Refused(f"is not supported{hint}; supported: {', '.join(SUPPORTED)}")
        if len([name for name in node.output if name]) != 1:
            raise Refused("has more than one output")
        if node.op_type == "Constant":
            self._constant(node)
            return
        inputs = [self.aliases.get(name, name) for name in node.input]  # an empty name: none is given
        if self.graph.log_softmax:
            raise Refused("follows a LogSoftmax")
        if node.op_type == "Add":
            self._add(node, inputs)
        else:
            if not inputs or inputs[0] != self.current:
                raise Refused("does not take what the node before it gives: the layers are not a chain")
            getattr(self, f"_{_method(node.op_type)}")(node, inputs)

    def _constant(self, node: Any) -> None:
        from onnx import numpy_helper

        if [attribute.name for attribute in node.attribute] != ["value"]:
            raise Refused("has no tensor as its value")
        self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)

    def _parameter(self, name: str, axes: int) -> Array:
        """A constant, as float64, which has the same numbers."""
        if name not in self.constants:
            raise Refused(f"its input {name!r} is no parameter")
        given = self.constants[name]
        if given.dtype not in (np.float64, np.float32, np.float16):
            raise Refused(f"its parameters {name!r} are {given.dtype}")
        values: Array = given.astype(np.float64)
        if values.ndim != axes:
            raise Refused(f"its parameters {name!r} have the shape {values.shape}")
        return values

    def _linear(self, node: Any, weights: Array, name: str) -> None:
        if self.graph.layers and self.graph.layers[-1].activation is None:
            self.graph.layers[-1].activation = "identity"
        if self.graph.layers and weights.shape[1] != len(self.graph.layers[-1].weights):
            raise Refused(f"takes {weights.shape[1]} numbers, the layer before gives others")
        self.graph.layers.append(Layer(weights, None, self.current, constants=[name]))
        self.current, self.open = node.output[0], True

    def _bias(self, name: str) -> None:
        layer = self.graph.layers[-1]
        bias = self.constants.get(name)
        width = len(layer.weights)
        if bias is None or bias.shape not in ((width,), (1, width)):
            raise Refused(f"its bias {name!r} is not one number for each of {width} outputs")
        layer.bias = self._parameter(name, bias.ndim).ravel()
        layer.constants.append(name)

    def _gemm(self, node: Any, inputs: list[str]) -> None:
        said = attributes(node)
        if (said["alpha"], said["beta"], said["transA"]) != (1.0, 1.0, 0):
            raise Refused("alpha and beta must be 1, and transA 0")
        weights = self._parameter(inputs[1], 2)
        self._linear(node, weights if said["transB"] else weights.T, inputs[1])
        if any(inputs[2:]):
            self._bias(inputs[2])

    def _matmul(self, node: Any, inputs: list[str]) -> None:
        self._linear(node, self._parameter(inputs[1], 2).T, inputs[1])

    def _add(self, node: Any, inputs: list[str]) -> None:
        if self.current not in inputs:
            raise Refused("does not take what the node before it gives: the layers are not a chain")
        (other,) = [name for name in inputs if name != self.current] or [self.current]
        layer = self.graph.layers[-1] if self.graph.layers else None
        if other in self.constants:
            if layer is None or not self.open or layer.bias is not None or layer.activation is not None:
                raise Refused("adds a constant that is no bias of a linear layer")
            self._bias(other)
        elif layer is not None and other == layer.takes and not layer.residual:
            if layer.weights.shape[0] != layer.weights.shape[1]:
                raise Refused("is a residual connection of tensors with other shapes")
            layer.activation, layer.residual, self.open = layer.activation or "identity", True, False
        else:
            raise Refused("adds two tensors that are not the input and the output of one layer")
        self.current = node.output[0]

    def _activation(self, node: Any, inputs: list[str]) -> None:
        layer = self.graph.layers[-1] if self.graph.layers else None
        if layer is None or layer.activation is not None:
            raise Refused("does not follow a linear layer")
        said = attributes(node)
        if node.op_type == "Gelu" and said["approximate"] != b"none":
            raise Refused("must not be approximate")
        if node.op_type == "LeakyRelu":
            layer.activation = {"leaky-relu": text(said["alpha"])}
        elif node.op_type in SCALED:
            layer.activation = {"elu": [text(said.get("gamma", 1.0)), text(said["alpha"])]}
        else:
            layer.activation = PLAIN[node.op_type]
        self.current, self.open = node.output[0], False

    def _same(self, node: Any, inputs: list[str]) -> None:
        training = inputs[2] if len(inputs) > 2 else ""
        if training and np.any(self.constants.get(training, True)):
            raise Refused("is in training mode, where it is random")
        self.aliases[node.output[0]] = self.current

    def _rows(self, node: Any, inputs: list[str]) -> None:
        said = attributes(node)
        if node.op_type == "Flatten":
            fine = said["axis"] == 1
        else:
            shape = self.constants.get(inputs[1], np.zeros(0)).tolist() if len(inputs) > 1 else []
            width = len(self.graph.layers[-1].weights) if self.graph.layers else None  # of x: looked at with x
            known = len(shape) == 2 and shape[1] > 0 and width in (None, shape[1])
            fine = not said["allowzero"] and (shape == [0, -1] or (known and shape[0] in (0, -1)))
        if not fine:
            raise Refused("does not make each sample a row")
        if not self.graph.layers:
            self.graph.flattens = True
        self.aliases[node.output[0]] = self.current

    def _log_softmax(self, node: Any, inputs: list[str]) -> None:
        if attributes(node)["axis"] not in (1, -1) or not self.graph.layers:
            raise Refused("is supported after a linear layer, along the last axis")
        self.graph.log_softmax = True
        self.current = node.output[0]


def _method(kind: str) -> str:
    methods = {"Gemm": "gemm", "MatMul": "matmul", "LogSoftmax": "log_softmax", "Flatten": "rows", "Reshape": "rows"}
    return {**methods, "Dropout": "same", "Identity": "same"}.get(kind, "activation")


def attributes(node: Any) -> dict[str, Any]:
    """The attributes of a node; the standard's values where it has none."""
    from onnx import defs, helper

    known = defs.get_schema(node.op_type).attributes
    said = {
        name: helper.get_attribute_value(each.default_value) for name, each in known.items() if each.default_value.name
    }
    for attribute in node.attribute:
        if attribute.name not in known:
            raise Refused(f"has an unknown attribute {attribute.name!r}")
        said[attribute.name] = helper.get_attribute_value(attribute)
    return said
