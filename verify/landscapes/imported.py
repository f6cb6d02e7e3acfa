"""Empirical risks and points from the libraries that people train with. Each is optional."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from verify.landscapes.empirical_risk import EmpiricalRisk, Number, text

if TYPE_CHECKING:
    import torch
    from sklearn.neural_network import MLPClassifier, MLPRegressor

Array = NDArray[np.float64]

SKLEARN_ACTIVATIONS = {"identity": "identity", "relu": "relu", "tanh": "tanh", "logistic": "sigmoid"}
TORCH_LOSSES = {"mse": ("squares", "mean"), "mse-sum": ("squares", "sum"), "cross-entropy": ("cross-entropy", "mean")}


def from_sklearn(model: MLPRegressor | MLPClassifier, x: Any, y: Any) -> tuple[EmpiricalRisk, Array]:
    """The loss that a fitted MLPRegressor or MLPClassifier minimised, and its weights as a point.

    For a regressor half the mean of squares over samples and outputs; for a classifier of two
    classes the mean logistic loss of labels -1 and 1, of more classes the mean cross-entropy;
    and alpha / (2 samples) times the sum of squares of the weights.
    Raises ValueError for a multi-label classifier or another loss.
    """
    samples = len(x)
    inputs = np.asarray(x, dtype=np.float64)
    if getattr(model, "loss", None) not in ("squared_error", "log_loss"):
        raise ValueError(f"the loss {getattr(model, 'loss', None)!r} of the model is not known")
    if model.out_activation_ == "identity":
        targets = np.asarray(y, dtype=np.float64).reshape(samples, -1)
        loss: str = "squares"
        factor = Fraction(1, 2 * samples * targets.shape[1])
    else:
        classes = list(model.classes_)
        labels = np.array([classes.index(label) for label in np.asarray(y).ravel()])
        factor = Fraction(1, samples)
        if model.out_activation_ == "softmax":
            loss, targets = "cross-entropy", np.eye(len(classes))[labels]
        elif model.n_outputs_ == 1:
            loss, targets = "logistic", (2.0 * labels - 1).reshape(-1, 1)
        else:
            raise ValueError("a multi-label classifier is not supported")
    risk = EmpiricalRisk(
        inputs,
        targets,
        [len(bias) for bias in model.intercepts_],
        SKLEARN_ACTIVATIONS[model.activation],
        loss=loss,
        scale=factor,
        weight_decay=Fraction(float(model.alpha)) / samples,
    )
    return risk, _flat([(weights.T, bias) for weights, bias in zip(model.coefs_, model.intercepts_, strict=True)])


def from_torch(
    module: torch.nn.Sequential, x: Any, y: Any, *, loss: str = "mse", weight_decay: Number = 0
) -> tuple[EmpiricalRisk, Array]:
    """The loss of an nn.Sequential of nn.Linear and activations, and its parameters as a point.

    `loss`: "mse" (nn.MSELoss), "mse-sum" (its sum) or "cross-entropy" (nn.CrossEntropyLoss; y holds class
    numbers). `weight_decay`: as an optimiser adds it to the gradient of weights and biases.
    Numbers are taken exactly as they are in the tensors. Raises ValueError for other layers.
    """
    from torch import nn

    linear: list[Any] = []
    activations: list[object] = []
    for layer in module:
        if isinstance(layer, nn.Linear):
            if len(activations) < len(linear):
                activations.append("identity")
            linear.append(layer)
        else:
            if len(activations) >= len(linear):
                raise ValueError(f"{layer} does not follow a linear layer")
            activations.append(_torch_activation(layer))
    if not linear:
        raise ValueError("the module has no linear layer")
    activations += ["identity"] * (len(linear) - len(activations))
    biases = {layer.bias is not None for layer in linear}
    if len(biases) != 1:
        raise ValueError("either all linear layers or none must have a bias")
    if loss not in TORCH_LOSSES:
        raise ValueError(f"loss {loss!r} is not known; known: {', '.join(TORCH_LOSSES)}")
    inputs, targets = (np.asarray(tensor.detach().cpu().double().numpy()) for tensor in (x, y))
    kind, scale = TORCH_LOSSES[loss]
    if kind == "cross-entropy":
        targets = np.eye(linear[-1].out_features)[targets.astype(int)]
    targets = targets.reshape(len(inputs), -1)
    count = len(inputs) * (targets.shape[1] if kind == "squares" else 1)
    risk = EmpiricalRisk(
        inputs,
        targets,
        [layer.out_features for layer in linear],
        activations[:-1],
        output=activations[-1],
        biases=biases == {True},
        loss=kind,
        scale=Fraction(1, count) if scale == "mean" else Fraction(1),
        weight_decay=weight_decay,
        bias_decay=weight_decay,
    )
    pairs = [
        (layer.weight.detach().cpu().double().numpy(),
         np.zeros(0) if layer.bias is None else layer.bias.detach().cpu().double().numpy())
        for layer in linear
    ]  # fmt: skip
    return risk, _flat(pairs)


def _torch_activation(layer: Any) -> object:
    from torch import nn

    if isinstance(layer, nn.LeakyReLU):
        return {"leaky-relu": text(layer.negative_slope)}
    if isinstance(layer, nn.ELU):
        return {"elu": ["1", text(layer.alpha)]}
    if isinstance(layer, nn.GELU) and layer.approximate != "none":
        raise ValueError("nn.GELU must not be approximate")
    if isinstance(layer, nn.Softplus) and layer.beta != 1:
        raise ValueError("nn.Softplus must have beta 1")
    names: dict[type, str] = {
        nn.ReLU: "relu",
        nn.Sigmoid: "sigmoid",
        nn.Tanh: "tanh",
        nn.Softplus: "softplus",
        nn.SELU: "selu",
        nn.GELU: "gelu",
        nn.Identity: "identity",
    }
    if type(layer) not in names:
        raise ValueError(f"{layer} is not supported; supported: Linear and {', '.join(t.__name__ for t in names)}")
    return names[type(layer)]


def _flat(pairs: list[tuple[Array, Array]]) -> Array:
    return np.concatenate([np.concatenate([weights.ravel(), bias]) for weights, bias in pairs])
