"""The empirical risk of a PyTorch module, and its parameters as a point.

A module can compute anything, so each part must be of a type listed here exactly, without hooks, parametrizations or
a forward of its own; and `compare` evaluates PyTorch's loss beside the risk.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number, text
from verify.producer.landscapes.imported import Array, built, compare, flat, random_points

if TYPE_CHECKING:
    import torch

HOOKS = (
    "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks",
    "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
)  # fmt: skip
SOFTPLUS_THRESHOLD = 20
"""PyTorch's default: it computes log(1 + e^z) as z beyond it, which is less than 2.1e-9 away."""


def from_torch(
    module: torch.nn.Sequential, x: Any, y: Any, *, loss: str | torch.nn.Module = "mse", weight_decay: Number = 0
) -> tuple[EmpiricalRisk, Array]:
    """The loss of an nn.Sequential (also nested) of nn.Linear and activations, and its trained parameters as a point.

    x: (samples, inputs), float64. y: (samples, outputs), float64; for a cross-entropy also int64 class numbers,
    (samples,). `loss`: "mse" (nn.MSELoss), "mse-sum" (its sum), "cross-entropy" (nn.CrossEntropyLoss), or one of these
    modules, or an nn.BCEWithLogitsLoss for y of 0 and 1. `weight_decay`: as an optimiser adds it to the gradient of
    the trained weights and biases. A parameter with requires_grad False is fixed.

    Numbers are taken exactly as they are in the tensors. Raises ValueError, saying what is not modelled: other layers,
    subclasses, hooks, parametrizations, shared parameters, other dtypes than float64 (`module.double()` has the same
    parameters), targets that PyTorch would broadcast, an nn.Softplus with another beta or a lower threshold, an
    approximate nn.GELU, weights, label smoothing and ignored classes of a loss.
    """
    import torch

    own = _loss(loss)
    inputs, targets = _tensor(x, "x"), y.detach().cpu() if isinstance(y, torch.Tensor) else y
    linear, activations = _layers(module)
    outputs = len(linear[-1].weight)
    if inputs.ndim != 2 or inputs.shape[1] != linear[0].weight.shape[1]:
        raise ValueError(
            f"x has the shape {tuple(inputs.shape)}, the first layer takes (samples, {linear[0].weight.shape[1]})"
        )
    kind, wanted = _targets(own, targets, (len(inputs), outputs))
    count = len(inputs) * (1 if kind == "cross-entropy" else outputs)
    biased = linear[0].bias is not None
    parameters = [part for layer in linear for part in (layer.weight, layer.bias) if part is not None]
    values = flat([(part.detach().numpy(), np.zeros(0)) for part in parameters])
    trained = np.concatenate([np.full(part.numel(), part.requires_grad) for part in parameters])
    if not trained.any():
        raise ValueError("no parameter of the module is trained")
    risk = built(
        inputs.numpy(),
        wanted,
        [len(layer.weight) for layer in linear],
        activations[:-1],
        output=activations[-1],
        biases=biased,
        loss=kind,
        scale=Fraction(1, count) if own.reduction == "mean" else Fraction(1),
        weight_decay=weight_decay,
        bias_decay=weight_decay,
        fixed={int(index): float(values[index]) for index in np.flatnonzero(~trained)},
    )
    copy, decay = deepcopy(module).cpu(), float(exact_number(weight_decay))

    def loss_of_torch(theta: Array) -> float:
        everything = values.copy()
        everything[trained] = theta
        torch.nn.utils.vector_to_parameters(torch.from_numpy(everything), copy.parameters())
        with torch.no_grad():
            return float(own(copy(inputs), targets)) + decay / 2 * float(theta @ theta)

    compare(risk, [values[trained], *random_points(int(trained.sum()))], loss_of_torch)
    return risk, values[trained]


def _loss(loss: str | torch.nn.Module) -> Any:
    """The loss as a module. Raises ValueError for another, or one that weighs samples, classes or labels."""
    from torch import nn

    known = {"mse": nn.MSELoss(), "mse-sum": nn.MSELoss(reduction="sum"), "cross-entropy": nn.CrossEntropyLoss()}
    if isinstance(loss, str) or loss is None:
        if loss not in known:
            raise ValueError(f"loss {loss!r} is not known; known: {', '.join(known)}")
        return known[loss]
    if type(loss) not in (nn.MSELoss, nn.CrossEntropyLoss, nn.BCEWithLogitsLoss):
        raise ValueError(f"the loss {type(loss).__name__} is not known")
    _refuse_changes(loss)
    if loss.reduction not in ("mean", "sum"):
        raise ValueError(f"the reduction {loss.reduction!r} of the loss; known: mean, sum")
    for name in ("weight", "pos_weight"):
        if getattr(loss, name, None) is not None:
            raise ValueError(f"the loss has a {name}, which is not modelled")
    if getattr(loss, "label_smoothing", 0):
        raise ValueError("the loss has label smoothing, which is not modelled")
    return loss


def _targets(own: Any, y: Any, shape: tuple[int, int]) -> tuple[str, Array]:
    """The kind of the loss, and the targets, (samples, outputs). Raises ValueError where PyTorch would broadcast."""
    import torch
    from torch import nn

    cross = type(own) is nn.CrossEntropyLoss
    if cross and isinstance(y, torch.Tensor) and y.dtype == torch.int64 and y.shape == shape[:1]:
        if unknown := [int(label) for label in y if not 0 <= int(label) < shape[1] or int(label) == own.ignore_index]:
            raise ValueError(f"the class {unknown[0]} of y is ignored, or is not among 0 to {shape[1] - 1}")
        return "cross-entropy", np.eye(shape[1])[y.numpy()]
    targets: Array = _tensor(y, "y").numpy()
    if targets.shape != shape:
        raise ValueError(f"y has the shape {targets.shape}, the outputs have {shape}; reshape y")
    if cross:
        return "cross-entropy", targets
    if type(own) is nn.MSELoss:
        return "squares", targets
    if not np.isin(targets, (0, 1)).all():
        raise ValueError("BCEWithLogitsLoss is known for y of 0 and 1")
    return "logistic", 2 * targets - 1


def _tensor(tensor: Any, name: str) -> Any:
    import torch

    if not isinstance(tensor, torch.Tensor):
        raise ValueError(f"{name} is a {type(tensor).__name__}, not a tensor")
    if tensor.dtype != torch.float64:
        raise ValueError(f"{name} is {tensor.dtype}; only float64 is modelled: {name}.double() has the same numbers")
    return tensor.detach().cpu()


# Layers


def _layers(module: Any) -> tuple[list[Any], list[object]]:
    """The linear layers, on the CPU, and an activation for each."""
    from torch import nn

    linear: list[Any] = []
    activations: list[object] = []
    for layer in _flattened(module):
        if type(layer) is nn.Linear:
            activations += ["identity"] * (len(linear) - len(activations))
            linear.append(_linear(layer))
        else:
            name = _activation(layer)
            if len(activations) >= len(linear):
                raise ValueError(f"{layer} does not follow a linear layer")
            activations.append(name)
    if not linear:
        raise ValueError("the module has no linear layer")
    activations += ["identity"] * (len(linear) - len(activations))
    if len({layer.bias is not None for layer in linear}) != 1:
        raise ValueError("either all linear layers or none must have a bias")
    parts = [part for layer in linear for part in (layer.weight, layer.bias) if part is not None]
    if len({part.untyped_storage().data_ptr() for part in parts}) < len(parts):
        raise ValueError("two layers share parameters, or memory for them, which is not modelled")
    return linear, activations


def _flattened(module: Any) -> Iterator[Any]:
    """The layers of an nn.Sequential, in order, also of those inside it."""
    from torch import nn
    from torch.nn.modules import module as everywhere

    if any(getattr(everywhere, f"_global{name}", None) for name in HOOKS):
        raise ValueError("there are hooks for all modules, which are not modelled")
    if type(module) is not nn.Sequential:
        raise ValueError(f"a {type(module).__name__} is not supported; supported: nn.Sequential itself")
    _refuse_changes(module)
    for layer in module:
        if type(layer) is nn.Sequential:
            yield from _flattened(layer)
        else:
            if type(layer).__module__.partition(".")[0] != "torch":
                raise ValueError(f"{type(layer).__name__} is a class of its own, which is not modelled")
            _refuse_changes(layer)
            yield layer


def _refuse_changes(module: Any) -> None:
    """Hooks, a forward of its own."""
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


def _activation(layer: Any) -> object:
    from torch import nn

    if type(layer) is nn.LeakyReLU:
        return {"leaky-relu": text(layer.negative_slope)}
    if type(layer) is nn.ELU:
        return {"elu": ["1", text(layer.alpha)]}
    if type(layer) is nn.GELU and layer.approximate != "none":
        raise ValueError("nn.GELU must not be approximate")
    if type(layer) is nn.Softplus and (layer.beta != 1 or layer.threshold < SOFTPLUS_THRESHOLD):
        raise ValueError(f"nn.Softplus must have beta 1 and a threshold of at least {SOFTPLUS_THRESHOLD}")
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
        known = ["Linear", "LeakyReLU", "ELU", *(each.__name__ for each in names)]
        raise ValueError(f"{' '.join(str(layer).split())} is not supported; supported: {', '.join(known)}")
    return names[type(layer)]
