"""Losses of PyTorch, as a kind of loss, targets, a factor, and weights of samples.

nn.SmoothL1Loss is nn.HuberLoss with delta = beta, divided by beta. Class weights and label smoothing are linear
in log p, so that they are targets of a cross-entropy:
sum_c w_c ((1 - s) [c = y] + s / classes) (-log p_c).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from verify.producer.landscapes.empirical_risk import Number, Rows, exact_rows
from verify.producer.landscapes.imported import factor

if TYPE_CHECKING:
    import torch

IN_OUR_WORDS = {"squares": "half-sum", "logistic": "half-sum", "cross-entropy": "mean"}
"""The losses of EmpiricalRisk, and the `scale` where none is given."""


class ReadLoss(NamedTuple):
    """A loss of PyTorch, read."""

    kind: str
    """One of EmpiricalRisk's."""
    targets: Rows
    """(samples, outputs)"""
    factor: Fraction
    own: Callable[[Any], Any]
    """PyTorch's loss of the module's outputs."""
    end: str | None
    """The last layer that it undoes, so that the network ends before it."""
    delta: Fraction | None = None
    """Of the Huber loss."""
    weights: tuple[Fraction, ...] | None = None
    """(samples,)"""
    weighed: Callable[[Any, Any], Any] | None = None
    """PyTorch's loss of the outputs, that of each sample multiplied by a weight, (samples, 1); None if not known."""


def read_loss(
    loss: str | torch.nn.Module,
    scale: Number | None,
    y: Any,
    shape: tuple[int, int],
    end: str | None,
    sample_weight: Any = None,
) -> ReadLoss:
    """The loss of outputs of a shape, (samples, outputs), at y; `end`: the module's last layer, where it is no Linear.

    `sample_weight`: (samples,), what the loss of each sample is multiplied by, whatever a mean divides by.
    Raises ValueError for another loss, one that weighs samples in another way, and y that PyTorch would broadcast.
    """
    read = _read(loss, scale, y, shape, end)
    return read if sample_weight is None else _weighed(read, sample_weight, shape)


def _weighed(read: ReadLoss, given: Any, shape: tuple[int, int]) -> ReadLoss:
    """The loss with a weight for each sample. Those of a cross-entropy become a part of its targets."""
    weight = _double(given, "sample_weight")
    if tuple(weight.shape) not in ((shape[0],), (shape[0], 1)):
        raise ValueError(f"sample_weight has the shape {tuple(weight.shape)}, not ({shape[0]},)")
    numbers = [exact for (exact,) in exact_rows(weight.reshape(-1, 1).numpy())]
    if min(numbers) < 0 or not any(numbers):
        raise ValueError("sample_weight has a negative number, or is 0 for all samples")
    if read.weighed is None:
        raise ValueError("a mean that divides by the weights of classes takes no sample_weight: say reduction='sum'")
    weighed = read.weighed
    changed: dict[str, Any] = {"own": lambda outputs: weighed(outputs, weight.reshape(-1, 1))}
    if read.kind == "cross-entropy":
        rows = [[w * entry for entry in row] for w, row in zip(numbers, exact_rows(read.targets), strict=True)]
        return read._replace(targets=rows, **changed)
    own = read.weights or (Fraction(1),) * shape[0]
    return read._replace(weights=tuple(w * more for w, more in zip(own, numbers, strict=True)), **changed)


def _read(
    loss: str | torch.nn.Module, scale: Number | None, y: Any, shape: tuple[int, int], end: str | None
) -> ReadLoss:
    from torch import nn

    if loss == "cross-entropy" and scale is None:
        own: Any = nn.CrossEntropyLoss()
    elif isinstance(loss, str) and loss in IN_OUR_WORDS:
        return _in_our_words(loss, factor(IN_OUR_WORDS[loss] if scale is None else scale, shape[0]), y, shape, end)
    else:
        own = _module(loss)
        if scale is not None:
            raise ValueError(f"scale is for the losses {', '.join(IN_OUR_WORDS)}: nn.{type(own).__name__} has its own")
    needed = {nn.NLLLoss: "LogSoftmax", nn.BCELoss: "Sigmoid"}.get(type(own))
    if needed is not None and end != needed:
        raise ValueError(f"nn.{type(own).__name__} is known for a module that ends with nn.{needed}")
    _refuse_normalised(end, type(own) in (nn.CrossEntropyLoss, nn.NLLLoss))
    target = y.detach().cpu() if hasattr(y, "detach") else y
    if type(own) in (nn.CrossEntropyLoss, nn.NLLLoss):
        targets, total = _classes(own, target, shape)
        kind, count = "cross-entropy", total
    else:
        kind, targets = _numbers(own, target, shape)
        count = Fraction(shape[0] * shape[1])
    delta = _delta(own)
    scaled = 1 / delta if type(own) is nn.SmoothL1Loss and delta is not None else Fraction(1)
    mean = own.reduction == "mean"
    if mean and count <= 0:
        raise ValueError("the mean is over classes whose weights are 0 together")
    alone = copy(own)
    alone.reduction = "none"

    def weighed(outputs: Any, weight: Any) -> Any:
        losses = weight * alone(outputs, target).reshape(shape[0], -1)
        return losses.mean() if mean else losses.sum()

    by_class = mean and kind == "cross-entropy" and own.weight is not None
    return ReadLoss(
        kind,
        targets,
        scaled / count if mean else scaled,
        lambda outputs: own(outputs, target),
        needed or _normal(end),
        delta,
        _weights_of_samples(own, targets, shape),
        None if by_class else weighed,
    )


def _normal(end: str | None) -> str | None:
    return end if end == "LogSoftmax" else None


def _refuse_normalised(end: str | None, cross_entropy: bool) -> None:
    """log-softmax of log-softmax is itself; of anything else, or for another loss, it is not modelled."""
    if end == "LogSoftmax" and not cross_entropy:
        raise ValueError("a module that ends with nn.LogSoftmax is known for nn.NLLLoss and nn.CrossEntropyLoss")


def _in_our_words(loss: str, scale: Fraction, y: Any, shape: tuple[int, int], end: str | None) -> ReadLoss:
    """A loss that is named as EmpiricalRisk names it."""
    import torch
    from torch import nn

    _refuse_normalised(end, loss == "cross-entropy")
    if loss == "cross-entropy":
        own = nn.CrossEntropyLoss(reduction="sum")
        target = y.detach().cpu() if hasattr(y, "detach") else y
        targets, _ = _classes(own, target, shape)
        alone = nn.CrossEntropyLoss(reduction="none")
        return ReadLoss(
            loss,
            targets,
            scale,
            lambda f: float(scale) * own(f, target),
            _normal(end),
            weighed=lambda f, weight: float(scale) * (weight[:, 0] * alone(f, target)).sum(),
        )
    target = _shaped(y, shape)

    def total(f: Any, weight: Any = 1) -> Any:
        each = (f - target) ** 2 if loss == "squares" else torch.logaddexp(torch.zeros_like(f), -target * f)
        return float(scale) * (weight * each).sum()

    return ReadLoss(loss, target.numpy(), scale, total, None, weighed=total)


def _module(loss: str | torch.nn.Module) -> Any:
    """The loss as a module. Raises ValueError for another, or one that weighs samples or labels."""
    from torch import nn

    from verify.producer.landscapes.imported_torch import refuse_changes

    known = {"mse": nn.MSELoss(), "mse-sum": nn.MSELoss(reduction="sum")}
    if isinstance(loss, type) and issubclass(loss, nn.Module):
        raise ValueError(f"the loss is the class nn.{loss.__name__}: give nn.{loss.__name__}()")
    if (of_function := _functions().get(loss)) is not None:  # a function, as nn.functional has it, with its defaults
        return of_function()
    if isinstance(loss, str) or loss is None:
        if loss not in known:
            raise ValueError(f"loss {loss!r} is not known; known: {', '.join([*known, *IN_OUR_WORDS])}")
        return known[loss]
    of_residuals = (nn.MSELoss, nn.L1Loss, nn.HuberLoss, nn.SmoothL1Loss)
    modules = (*of_residuals, nn.CrossEntropyLoss, nn.BCEWithLogitsLoss, nn.NLLLoss, nn.BCELoss)
    if type(loss) not in modules:
        names = [*(f"nn.{module.__name__}()" for module in modules), *known, *IN_OUR_WORDS]
        raise ValueError(f"the loss {type(loss).__name__} is not known; known: {', '.join(names)}")
    refuse_changes(loss)
    if loss.reduction not in ("mean", "sum"):
        raise ValueError(f"the reduction {loss.reduction!r} of the loss; known: mean, sum")
    return loss


def _functions() -> dict[Any, Any]:
    """The losses of torch.nn.functional, and their modules."""
    from torch import nn
    from torch.nn import functional

    return {
        functional.mse_loss: nn.MSELoss,
        functional.l1_loss: nn.L1Loss,
        functional.huber_loss: nn.HuberLoss,
        functional.smooth_l1_loss: nn.SmoothL1Loss,
        functional.cross_entropy: nn.CrossEntropyLoss,
        functional.nll_loss: nn.NLLLoss,
        functional.binary_cross_entropy_with_logits: nn.BCEWithLogitsLoss,
        functional.binary_cross_entropy: nn.BCELoss,
    }


def _delta(own: Any) -> Fraction | None:
    """Where a Huber loss becomes linear; None for other losses, and for a smooth L1 loss that is linear everywhere."""
    from torch import nn

    if type(own) not in (nn.HuberLoss, nn.SmoothL1Loss):
        return None
    return Fraction(float(own.delta if type(own) is nn.HuberLoss else own.beta)) or None


def _weights_of_samples(own: Any, targets: Rows, shape: tuple[int, int]) -> tuple[Fraction, ...] | None:
    """Those of a loss of 0 and 1: its `weight`, times its `pos_weight` where y is 1. Raises ValueError for others."""
    from torch import nn

    given = {name: getattr(own, name, None) for name in ("weight", "pos_weight")}
    given = {name: tensor for name, tensor in given.items() if tensor is not None}
    if not given or type(own) in (nn.CrossEntropyLoss, nn.NLLLoss):
        return None
    found = [Fraction(1)] * shape[0]
    for name, tensor in given.items():
        numbers = _double(tensor, f"the {name} of the loss")
        if shape[1] != 1 or tuple(numbers.shape) not in [(), (1,), (1, 1), *([shape] if name == "weight" else [])]:
            raise ValueError(f"the loss has a {name} of the shape {tuple(numbers.shape)}, which is not modelled")
        each = exact_rows(numbers.expand(shape).numpy())
        for sample, ((number,), (target,)) in enumerate(zip(each, exact_rows(targets), strict=True)):
            found[sample] *= number if name == "weight" or target > 0 else 1
    if min(found) < 0:
        raise ValueError("a weight of the loss is negative")
    return tuple(found)


def _classes(own: Any, y: Any, shape: tuple[int, int]) -> tuple[Rows, Fraction]:
    """The targets of a cross-entropy, exactly, and what its mean divides by."""
    import torch
    from torch import nn

    samples, classes = shape
    if isinstance(y, torch.Tensor) and y.dtype == torch.int64 and y.shape == (samples,):
        if unknown := [int(label) for label in y if not 0 <= int(label) < classes or int(label) == own.ignore_index]:
            raise ValueError(f"the class {unknown[0]} of y is ignored, or is not among 0 to {classes - 1}")
        numbers = y.numpy()
        shares, given = exact_rows(np.eye(classes)[numbers]), numbers
    elif type(own) is nn.NLLLoss or (isinstance(y, torch.Tensor) and not y.dtype.is_floating_point):
        raise ValueError(f"the loss takes class numbers, int64 of the shape ({samples},): y.long(), y.squeeze(1)")
    else:
        shares, given = exact_rows(_shaped(y, shape).numpy()), None
    weight = _weights(own.weight, classes)
    smoothing = Fraction(float(getattr(own, "label_smoothing", 0.0)))
    targets = [
        [w * ((1 - smoothing) * share + smoothing / classes) for w, share in zip(weight, row, strict=True)]
        for row in shares
    ]
    return targets, Fraction(samples) if given is None else sum((weight[number] for number in given), Fraction(0))


def _weights(weight: Any, classes: int) -> list[Fraction]:
    if weight is None:
        return [Fraction(1)] * classes
    tensor = _double(weight, "the weight of the loss")
    if tensor.shape != (classes,):
        raise ValueError(f"the weight of the loss has the shape {tuple(tensor.shape)}, there are {classes} classes")
    (row,) = exact_rows(tensor.numpy()[None])
    if min(row) < 0:
        raise ValueError("the weight of a class is negative")
    return list(row)


def _numbers(own: Any, y: Any, shape: tuple[int, int]) -> tuple[str, Rows]:
    """The kind of a loss that is no cross-entropy, and the targets."""
    from torch import nn

    targets = _shaped(y, shape).numpy()
    if type(own) is nn.MSELoss:
        return "squares", targets
    if type(own) is nn.L1Loss or (type(own) is nn.SmoothL1Loss and own.beta == 0):
        return "absolute", targets
    if type(own) in (nn.HuberLoss, nn.SmoothL1Loss):
        return "huber", targets
    if not np.isin(targets, (0, 1)).all():
        raise ValueError(f"{type(own).__name__} is known for y of 0 and 1")
    return "logistic", 2 * targets - 1


def _shaped(y: Any, shape: tuple[int, int]) -> Any:
    targets = _double(y, "y")
    if tuple(targets.shape) != shape:
        raise ValueError(f"y has the shape {tuple(targets.shape)}, the outputs have {shape}; reshape y")
    return targets


def _double(tensor: Any, name: str) -> Any:
    import torch

    if not isinstance(tensor, torch.Tensor):
        raise ValueError(f"{name} is a {type(tensor).__name__}, not a tensor: torch.as_tensor({name}) makes it one")
    if tensor.dtype != torch.float64:
        raise ValueError(f"{name} is {tensor.dtype}; only float64 is modelled: {name}.double() has the same numbers")
    return tensor.detach().cpu()
