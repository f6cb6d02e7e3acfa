"""The empirical risk of a network in ONNX's format, and its parameters as a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf, log_softmax

from verify.extras import command
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, Rows, exact_rows
from verify.producer.landscapes.imported import Array, Own, built, close, compare, flat, frozen, random_points
from verify.producer.landscapes.imported_onnx_graph import Graph, read_graph
from verify.producer.landscapes.sample_losses import sample_loss

if TYPE_CHECKING:
    import onnx

SINGLE = 1e-3
"""Of the comparison with ONNX's own outputs, which may be in float32, relative to 1 + the largest one."""


def from_onnx(
    model: str | PathLike[str] | onnx.ModelProto,
    x: ArrayLike,
    y: Rows,
    *,
    loss: str = "squares",
    scale: Number = "half-sum",
    weight_decay: Number = 0,
    bias_decay: Number = 0,
    fixed: Mapping[int, Number] | None = None,
) -> tuple[EmpiricalRisk, Array]:
    """The risk of the network in a file or model of ONNX, and its parameters as a point.

    x: (samples, inputs), or more axes where the graph begins with Flatten or Reshape. y: (samples, outputs) or
    (samples,). The keywords are those of EmpiricalRisk: a graph has no loss. A LogSoftmax at the end belongs to the
    loss "cross-entropy".

    The network is the one with exactly the parameters of the file, also if they are float32, computed without
    rounding; x and y are taken exactly. What ONNX's own reference implementation computes is compared, as the file is
    and in float64.
    Raises ValueError, naming the node, for what a fully connected network cannot express; ImportError without `onnx`.
    """
    loaded = _loaded(model)
    graph = read_graph(loaded)
    if graph.log_softmax and loss != "cross-entropy":
        raise ValueError(f"a graph that ends with LogSoftmax is known for the loss cross-entropy, not {loss!r}")
    given = np.asarray(x)
    if given.dtype.kind not in "iuf":
        raise ValueError(f"x is {given.dtype}, not numbers")
    inputs = given.reshape(len(given), -1) if graph.flattens and given.ndim > 2 else given
    layers, width = graph.layers, graph.layers[0].weights.shape[1]
    if inputs.ndim != 2 or inputs.shape[1] != width:
        raise ValueError(f"x has the shape {given.shape}, the first layer takes (samples, {width})")
    *hidden, last = [layer.activation or "identity" for layer in layers]
    values = flat([(layer.weights, np.zeros(0) if layer.bias is None else layer.bias) for layer in layers])
    everything = frozen(np.ones(len(values), dtype=bool), values, fixed)
    kept = np.setdiff1d(np.arange(len(values)), list(everything))
    risk = built(
        exact_rows(inputs),
        y,
        [len(layer.weights) for layer in layers],
        hidden,
        output=last,
        biases=[layer.bias is not None for layer in layers],
        residual=[layer.residual for layer in layers],
        loss=loss,
        scale=scale,
        weight_decay=weight_decay,
        bias_decay=bias_decay,
        fixed=everything,
    )
    as_it_is = _run(loaded, given.astype(_precision(loaded)))
    own = _Own(loaded, graph, given.astype(np.float64), risk, values, kept)
    finish = _log_softmax if graph.log_softmax else _unchanged
    if not close(finish(risk.outputs(values[kept])), as_it_is, SINGLE):
        raise ValueError("ONNX's own outputs are others than the network's: this is not understood")
    compare(risk, [values[kept], *random_points(len(kept))], own, finish)
    return risk, values[kept]


def _log_softmax(f: Array) -> Array:
    found: Array = log_softmax(f, axis=1)
    return found


def _unchanged(f: Array) -> Array:
    return f


def _loaded(model: Any) -> onnx.ModelProto:
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise ImportError(f"models of ONNX need the package onnx: {command('onnx')}") from error
    what = "the model" if isinstance(model, onnx.ModelProto) else model
    try:
        loaded = model if isinstance(model, onnx.ModelProto) else onnx.load(model)
        onnx.checker.check_model(loaded)
    except Exception as error:  # protobuf's, ONNX's and the operating system's have no common class
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"{what} is no model of ONNX: {first[:200]}") from None
    return loaded


class _Own:
    """What ONNX's reference implementation computes in float64 at other parameters."""

    def __init__(
        self, model: onnx.ModelProto, graph: Graph, x: Array, risk: EmpiricalRisk, values: Array, kept: Any
    ) -> None:
        self._model, self._graph, self._x, self._risk = _in_float64(model), graph, x, risk
        self._values, self._kept = values, kept
        self._rates = np.array([float(rate) for rate in risk.exact.decays()])
        self._targets = np.array([[float(entry) for entry in row] for row in risk.exact.targets])

    def __call__(self, theta: Array) -> Own:
        everything = self._values.copy()
        everything[self._kept] = theta
        found = _run(self._with(everything), self._x, new_ops=[_gelu()])
        # The loss of ONNX's outputs; log-softmax of log-softmax is itself.
        losses = sample_loss(self._risk.exact, found, self._targets)[0]
        return Own(float(self._risk.exact.factor) * losses.sum() + float(self._rates @ theta**2) / 2, found)

    def _with(self, values: Array) -> onnx.ModelProto:
        """The model with other parameters, each in the shape and order that it has in the file."""
        parts: dict[str, Array] = {}
        at = 0
        for layer in self._graph.layers:
            parts[layer.constants[0]] = values[at : at + layer.weights.size].reshape(layer.weights.shape)
            at += layer.weights.size
            if layer.bias is not None:
                parts[layer.constants[1]] = values[at : at + layer.bias.size]
                at += layer.bias.size
        transposed = {
            node.input[1]: not any(each.name == "transB" and each.i for each in node.attribute)
            for node in self._model.graph.node
            if node.op_type in ("Gemm", "MatMul")
        }
        return _replaced(
            self._model,
            lambda name, array: (
                (parts[name].T if transposed.get(name) else parts[name].reshape(array.shape))
                if name in parts
                else array
            ),
        )


def _precision(model: onnx.ModelProto) -> Any:
    """The type of the numbers that a model takes."""
    from onnx import helper

    constants = {each.name for each in model.graph.initializer}
    (kind,) = [each.type.tensor_type.elem_type for each in model.graph.input if each.name not in constants]
    dtype: Any = helper.tensor_dtype_to_np_dtype(kind)
    return dtype


def _run(model: onnx.ModelProto, x: Array, **options: Any) -> Array:
    """What ONNX's reference implementation makes of x."""
    from onnx.reference import ReferenceEvaluator

    constants = {each.name for each in model.graph.initializer}
    (name,) = [each.name for each in model.graph.input if each.name not in constants]
    (found,) = ReferenceEvaluator(model, **options).run(None, {name: x})
    return np.asarray(found, dtype=np.float64)


def _gelu() -> Any:
    """Gelu in float64: ONNX's own computes the error function in float32."""
    from onnx.reference.op_run import OpRun

    class Gelu(OpRun):  # type: ignore[misc]
        op_domain = ""

        def _run(self, z: Array, approximate: str | None = None) -> tuple[Array]:
            return (z * (1 + erf(z / np.sqrt(2))) / 2,)

    return Gelu


def _in_float64(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph on the same numbers, in double precision."""
    import onnx

    copy = _replaced(model, lambda name, array: array.astype(np.float64) if array.dtype.kind == "f" else array)
    for each in (*copy.graph.input, *copy.graph.output):
        each.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    del copy.graph.value_info[:]
    return copy


def _replaced(model: onnx.ModelProto, of: Callable[[str, Any], Any]) -> onnx.ModelProto:
    """A copy, each constant of which, by its name, is another array."""
    from onnx import ModelProto, numpy_helper

    copy = ModelProto()
    copy.CopyFrom(model)
    for each in copy.graph.initializer:
        each.CopyFrom(
            numpy_helper.from_array(np.ascontiguousarray(of(each.name, numpy_helper.to_array(each))), each.name)
        )
    for node in copy.graph.node:
        if node.op_type == "Constant":
            tensor = node.attribute[0].t
            array = of(node.output[0], numpy_helper.to_array(tensor))
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), tensor.name))
    return copy
