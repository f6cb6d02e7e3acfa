"""The empirical risk of a PyTorch module, and its parameters as a point.

A module can compute anything, so each part must be of a type listed here exactly, without hooks, parametrizations or
a forward of its own; and `compare` evaluates PyTorch's outputs, loss and gradient beside the risk's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import expit, log_softmax

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number, text
from verify.producer.landscapes.imported import Array, Own, built, compare, flat, frozen, random_points
from verify.producer.landscapes.imported_torch_losses import ReadLoss, read_loss

if TYPE_CHECKING:
    import torch

HOOKS = (
    "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks",
    "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
)  # fmt: skip
GRAPH = ("Conv2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "BatchNorm1d", "BatchNorm2d")
"""Layers that `imported_torch_graph` reads."""
SOFTPLUS_THRESHOLD = 20
"""PyTorch's default: it computes log(1 + e^z) as z beyond it, which is less than 2.1e-9 away."""

FINISHES: dict[str, Callable[[Array], Array]] = {"LogSoftmax": lambda f: log_softmax(f, axis=1), "Sigmoid": expit}
"""What the last layer of a module does with the outputs of the network before it, where a loss undoes it."""


class Layers(NamedTuple):
    """An nn.Sequential, read."""

    linear: list[Any]
    activations: list[object]
    """One for each linear layer."""
    flattens: bool
    """Whether it begins with an nn.Flatten."""
    end: str | None
    """LogSoftmax or Sigmoid, where the module ends with one."""


def from_torch(
    module: torch.nn.Sequential,
    x: Any,
    y: Any,
    *,
    loss: str | torch.nn.Module = "mse",
    scale: Number | None = None,
    weight_decay: Number = 0,
    bias_decay: Number | None = None,
    fixed: Mapping[int, Number] | None = None,
    sample_weight: Any = None,
) -> tuple[EmpiricalRisk, Array]:
    """The loss of an nn.Sequential (also nested), and its trained parameters as a point.

    Of nn.Linear and activations; nn.Flatten; and nn.Dropout, which must be in eval mode, where it does nothing: the
    risk is that of the network without it, which is not the one that training with dropout minimises.
    x: (samples, inputs), or more axes where the module begins with nn.Flatten, float64. y: (samples, outputs),
    float64; for a cross-entropy also int64 class numbers, (samples,).
    `loss`: "mse" (nn.MSELoss), "mse-sum" (its sum), "cross-entropy" (nn.CrossEntropyLoss); an nn.MSELoss, nn.L1Loss,
    nn.HuberLoss, nn.SmoothL1Loss, nn.CrossEntropyLoss, nn.BCEWithLogitsLoss for y of 0 and 1 (of one output also with a
    weight or pos_weight), nn.NLLLoss after nn.LogSoftmax, nn.BCELoss after nn.Sigmoid; or "squares", "logistic",
    "cross-entropy" with a `scale`, as in EmpiricalRisk.
    `weight_decay`: as an optimiser adds it to the gradient of the trained weights and biases; `bias_decay`: another
    one for the biases. `fixed`: parameters that are not trained, by number, as in EmpiricalRisk, with the values that
    they have; those with requires_grad False are fixed. `sample_weight`: (samples,), what the loss of each sample is
    multiplied by, as in `(sample_weight * loss(outputs, y)).mean()` with reduction "none": a mean divides by the number
    of samples, not by the sum of their weights.

    Numbers are taken exactly as they are in the tensors. Raises ValueError, saying what is not modelled: other layers,
    subclasses, hooks, parametrizations, shared parameters, other dtypes than float64 (`module.double()` has the same
    parameters), targets that PyTorch would broadcast, an nn.Softplus with another beta or a lower threshold, an
    approximate nn.GELU, ignored classes, a softmax at the end.
    """
    from verify.producer.landscapes.imported_torch_graph import from_graph, needs_graph  # which needs this module

    if needs_graph(module):
        return from_graph(
            module, x, y, loss=loss, scale=scale, weight_decay=weight_decay, bias_decay=bias_decay, fixed=fixed,
            sample_weight=sample_weight,
        )  # fmt: skip
    layers = _layers(module)
    linear, activations = layers.linear, layers.activations
    inputs = _inputs(x, linear[0].weight.shape[1], layers.flattens)
    read = read_loss(loss, scale, y, (len(inputs), len(linear[-1].weight)), layers.end, sample_weight)
    if read.end == "Sigmoid":
        activations[-1] = "identity"
    parameters = [part for layer in linear for part in (layer.weight, layer.bias) if part is not None]
    values = flat([(part.detach().numpy(), np.zeros(0)) for part in parameters])
    bias_decay = weight_decay if bias_decay is None else bias_decay
    if not any(part.requires_grad for part in parameters):
        raise ValueError("no parameter of the module is trained")
    trains = np.concatenate([np.full(part.numel(), part.requires_grad) for part in parameters])
    fixed = frozen(trains, values, fixed)
    trained = np.setdiff1d(np.arange(len(values)), list(fixed))
    risk = built(
        inputs.numpy(),
        read.targets,
        [len(layer.weight) for layer in linear],
        activations[:-1],
        output=activations[-1],
        biases=[layer.bias is not None for layer in linear],
        loss=read.kind,
        scale=read.factor,
        delta=read.delta,
        sample_weights=read.weights,
        weight_decay=weight_decay,
        bias_decay=bias_decay,
        fixed=fixed,
    )
    rates = np.concatenate(
        [
            np.full(part.numel(), float(exact_number(bias_decay if part.ndim == 1 else weight_decay)))
            for part in parameters
        ]
    )
    own = Torch(module, x, read, values, trained, rates)
    compare(risk, [values[trained], *random_points(len(trained))], own, FINISHES.get(read.end or "", lambda f: f))
    return risk, values[trained]


class Torch:
    """PyTorch's own loss, outputs and gradient at other parameters."""

    def __init__(self, module: Any, x: Any, read: ReadLoss, values: Array, trained: Any, rates: Array) -> None:
        """`values` and `rates`: all of the module's parameters and their decays."""
        self._module, self._x = deepcopy(module).cpu().requires_grad_(True), x.detach().cpu()
        self._read, self._values, self._trained, self._rates = read, values, trained, rates

    def __call__(self, theta: Array) -> Own:
        """Of the trained parameters."""
        import torch

        everything = self._values.copy()
        everything[self._trained] = theta
        parts = list(self._module.parameters())
        torch.nn.utils.vector_to_parameters(torch.from_numpy(everything), parts)
        outputs = self._module(self._x)
        loss = self._read.own(outputs)
        gradients = torch.autograd.grad(loss, parts, materialize_grads=True)
        penalty = float((self._rates[self._trained] * theta) @ theta) / 2
        gradient = np.concatenate([part.numpy().ravel() for part in gradients]) + self._rates * everything
        return Own(float(loss.detach()) + penalty, outputs.detach().numpy(), gradient[self._trained])


# Layers


def float64(tensor: Any, name: str) -> Any:
    """A tensor of numbers, on the CPU. Raises ValueError."""
    import torch

    if not isinstance(tensor, torch.Tensor):
        raise ValueError(f"{name} is a {type(tensor).__name__}, not a tensor: torch.as_tensor({name}) makes it one")
    if tensor.dtype != torch.float64:
        raise ValueError(f"{name} is {tensor.dtype}; only float64 is modelled: {name}.double() has the same numbers")
    return tensor.detach().cpu()


def _inputs(x: Any, width: int, flattens: bool) -> Any:
    """(samples, width)."""
    inputs = float64(x, "x")
    if flattens and inputs.ndim > 2:
        inputs = inputs.flatten(1)
    if inputs.ndim != 2 or inputs.shape[1] != width:
        raise ValueError(f"x has the shape {tuple(x.shape)}, the first layer takes (samples, {width})")
    return inputs


def _layers(module: Any) -> Layers:
    """The linear layers, on the CPU, and an activation for each."""
    from torch import nn

    linear: list[Any] = []
    activations: list[object] = []
    flattens, last = False, nn.Module
    for layer in _flattened(module):
        if last is nn.LogSoftmax:
            raise ValueError(f"{written(layer)} after nn.LogSoftmax is not supported")
        if type(layer) is nn.Linear:
            activations += ["identity"] * (len(linear) - len(activations))
            linear.append(_linear(layer))
        elif type(layer) is nn.Flatten:
            if (layer.start_dim, layer.end_dim) != (1, -1):
                raise ValueError(f"{written(layer)}: only the axes 1 to -1 are supported, each sample a row")
            flattens = flattens or not linear
        elif does_nothing(layer):
            continue
        elif type(layer) is nn.LogSoftmax:
            if layer.dim not in (1, -1) or not linear:
                raise ValueError(f"{written(layer)} is supported after a linear layer, along the axis 1")
        else:
            name = activation_of(layer)
            if len(activations) >= len(linear):
                raise ValueError(f"{written(layer)} does not follow a linear layer")
            activations.append(name)
        last = type(layer)
    if not linear:
        raise ValueError("the module has no linear layer")
    activations += ["identity"] * (len(linear) - len(activations))
    parts = [part for layer in linear for part in (layer.weight, layer.bias) if part is not None]
    if len({part.untyped_storage().data_ptr() for part in parts}) < len(parts):
        raise ValueError("two layers share parameters, or memory for them, which is not modelled")
    return Layers(linear, activations, flattens, {nn.LogSoftmax: "LogSoftmax", nn.Sigmoid: "Sigmoid"}.get(last))


def _flattened(module: Any) -> Iterator[Any]:
    """The layers of an nn.Sequential, in order, also of those inside it."""
    from torch import nn

    refuse_hooks()
    if type(module) is not nn.Sequential:
        raise ValueError(f"a {type(module).__name__} is not supported; supported: nn.Sequential itself")
    refuse_changes(module)
    for layer in module:
        if type(layer) is nn.Sequential:
            yield from _flattened(layer)
        else:
            if type(layer).__module__.partition(".")[0] != "torch":
                raise ValueError(f"{type(layer).__name__} is a class of its own, which is not modelled")
            refuse_changes(layer)
            yield layer


def refuse_hooks() -> None:
    """Raise ValueError for hooks for all modules."""
    from torch.nn.modules import module as everywhere

    if any(getattr(everywhere, f"_global{name}", None) for name in HOOKS):
        raise ValueError("there are hooks for all modules, which are not modelled")


def refuse_changes(module: Any) -> None:
    """Raise ValueError for hooks and a forward of its own."""
    name = type(module).__name__
    if any(getattr(module, hooks, None) for hooks in HOOKS):
        raise ValueError(f"{name} has hooks, which are not modelled")
    if "forward" in vars(module) or "__call__" in vars(module) or getattr(module, "_compiled_call_impl", None):
        raise ValueError(f"{name} has a forward of its own, which is not modelled")


def _linear(layer: Any) -> Any:
    import torch

    if set(layer._parameters) != {"weight", "bias"} or layer._buffers or layer._modules:
        raise ValueError("a Linear with other parameters, buffers or modules than weight and bias is not modelled")
    for part in (layer.weight, layer.bias):
        if part is not None and (type(part) is not torch.nn.Parameter or part.dtype != torch.float64):
            raise ValueError(
                f"a Linear has parameters of {part.dtype}: the rounding to it is not modelled; "
                "module.double() has the same parameters"
            )
        if part is not None and part.device.type != "cpu":
            raise ValueError(f"the module is on {part.device}; module.cpu() has the same parameters")
    return layer


def does_nothing(layer: Any) -> bool:
    """Whether it is dropout in eval mode. Raises ValueError for dropout that is random."""
    from torch import nn

    if type(layer) not in (nn.Dropout, nn.AlphaDropout, nn.FeatureAlphaDropout):
        return False
    if layer.training:
        raise ValueError(f"{written(layer)} is in train mode, where it is random; module.eval() turns it off")
    return True


def activation_of(layer: Any) -> object:
    """An activation as a certificate writes it. Raises ValueError."""
    from torch import nn

    if type(layer) is nn.LeakyReLU:
        return {"leaky-relu": text(layer.negative_slope)}
    if type(layer) is nn.ELU:
        return {"elu": ["1", text(layer.alpha)]}
    if type(layer) is nn.GELU and layer.approximate != "none":
        raise ValueError("nn.GELU must not be approximate")
    if type(layer) is nn.Softplus and (layer.beta != 1 or layer.threshold < SOFTPLUS_THRESHOLD):
        raise ValueError(f"nn.Softplus must have beta 1 and a threshold of at least {SOFTPLUS_THRESHOLD}")
    if type(layer) is nn.Softmax:
        raise ValueError("a Softmax is not supported: give nn.CrossEntropyLoss the module without it")
    names: dict[type, str] = {
        nn.ReLU: "relu",
        nn.Sigmoid: "sigmoid",
        nn.Tanh: "tanh",
        nn.Softplus: "softplus",
        nn.SELU: "selu",
        nn.GELU: "gelu",
        nn.Identity: "identity",
    }
    if type(layer) not in names:  # a parametrized Linear has a type of its own
        others = ("Linear", "Flatten", "Dropout", "LogSoftmax", "LeakyReLU", "ELU")
        known = [*others, *GRAPH, *(each.__name__ for each in names)]
        raise ValueError(f"{written(layer)} is not supported; supported: {', '.join(known)}")
    return names[type(layer)]


def written(layer: Any) -> str:
    """As PyTorch prints it, in one line."""
    return " ".join(str(layer).split())
