"""Networks of scikit-learn: MLPRegressor and MLPClassifier."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, softmax

from verify.producer.landscapes.imported import Array, Own, Read, agrees, counted, flat

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

SKLEARN_ACTIVATIONS = {"identity": "identity", "relu": "relu", "tanh": "tanh", "logistic": "sigmoid"}
FINISHES: dict[str, Callable[[Array], Array]] = {
    "identity": lambda f: f,
    "logistic": lambda f: np.hstack([expit(-f), expit(f)]),
    "softmax": lambda f: softmax(f, axis=1),
}
"""What predictions are made of the outputs of the risk's network."""


def network(model: MLPRegressor | MLPClassifier, inputs: Array, y: Any, sample_weight: Array | None = None) -> Read:
    """The loss that a fitted MLPRegressor or MLPClassifier minimised: means count a sample as often as its weight says.

    For a regressor half the mean of squares over samples and outputs; for a classifier of two classes the mean
    logistic loss of labels -1 and 1, of more classes the mean cross-entropy; and alpha / (2 samples) times the sum of
    squares of the weights, with the sum of the weights of samples in place of their number.

    Raises ValueError for what is not modelled: other losses, multi-label classifiers, float32, early stopping (which
    fits to a part of the data), minibatches with an alpha (each has the whole penalty, so that the loss depends on
    their number) or with weights of samples; and where the solver lbfgs reports another loss than this at its weights,
    as it does after a fit to other data or with other sample weights. The solvers sgd and adam report none at theirs.
    """
    _refuse_what_sklearn_does_otherwise(model, inputs)
    total = counted(sample_weight, len(inputs))
    if sample_weight is not None and model.solver != "lbfgs" and _batch(model, inputs) < len(inputs):
        raise ValueError("minibatches: the weights of samples count differently in each")
    targets, loss, outputs = _sklearn_targets(model, y, len(inputs))
    point = flat([(weights.T, bias) for weights, bias in zip(model.coefs_, model.intercepts_, strict=True)])
    if model.solver == "lbfgs" and not agrees(found := _own(model, point, inputs, y, sample_weight).loss, model.loss_):
        raise ValueError(
            f"the model's own loss is {model.loss_}, that of these data {found}: it was fitted to other data or "
            "parameters, or with other sample weights"
        )
    decay = Fraction(float(model.alpha)) / total
    return Read(
        inputs,
        targets,
        [len(bias) for bias in model.intercepts_],
        SKLEARN_ACTIVATIONS[model.activation],
        biases=True,
        terms={
            "loss": loss,
            "scale": 1 / (outputs * total),
            "weight_decay": decay,
            "bias_decay": 0,
            "sample_weights": sample_weight,
        },
        values=point,
        trained=np.ones(len(point), dtype=bool),
        own=lambda theta: _own(model, theta, inputs, y, sample_weight),
        finish=FINISHES[model.out_activation_],
        nearer=lambda theta: _unclipped(model, theta, inputs),
    )


def _refuse_what_sklearn_does_otherwise(model: Any, inputs: Array) -> None:
    from sklearn.neural_network import MLPRegressor

    if not hasattr(model, "coefs_"):
        raise ValueError("the model is not fitted")
    if inputs.ndim != 2 or inputs.shape[1] != model.n_features_in_:
        raise ValueError(f"the inputs have the shape {inputs.shape}, the model has {model.n_features_in_} features")
    expected = "squared_error" if type(model) is MLPRegressor else "log_loss"
    if model.loss != expected:
        raise ValueError(f"the loss {model.loss!r} of the model is not known; known: {expected!r}")
    if model.activation not in SKLEARN_ACTIVATIONS:
        raise ValueError(f"the activation {model.activation!r} of the model is not known")
    if any(np.asarray(array).dtype != np.float64 for array in (*model.coefs_, *model.intercepts_)):
        raise ValueError("the model's weights are not float64: it rounds to fewer digits, which is not modelled")
    if model.solver == "lbfgs":
        return
    if model.early_stopping:
        raise ValueError("early stopping: the model was fitted to a part of the data that it does not tell")
    size = _batch(model, inputs)
    if model.alpha and size < len(inputs):
        raise ValueError(f"minibatches of {size} of {len(inputs)} samples: each has the whole penalty alpha")


def _batch(model: Any, inputs: Array) -> int:
    return int(min(200, len(inputs)) if model.batch_size == "auto" else model.batch_size)


def _sklearn_targets(model: Any, y: Any, samples: int) -> tuple[Array, str, int]:
    """The targets, (samples, outputs), the loss, and what its sum is divided by, samples apart."""
    if model.out_activation_ == "identity":
        targets = np.asarray(y, dtype=np.float64).reshape(samples, -1)
        if targets.shape[1] != model.n_outputs_:
            raise ValueError(f"the targets have {targets.shape[1]} columns, the model has {model.n_outputs_} outputs")
        return targets, "squares", 2 * targets.shape[1]
    if np.asarray(y).size != samples or (model.out_activation_ == "logistic" and model.n_outputs_ != 1):
        raise ValueError("a multi-label classifier is not supported")
    classes, given = list(model.classes_), list(np.asarray(y).ravel())
    if unknown := [label for label in given if label not in classes]:
        raise ValueError(f"the label {unknown[0]} is none of the model's classes")
    labels = np.array([classes.index(label) for label in given])
    if model.out_activation_ == "softmax":
        return np.eye(len(classes))[labels], "cross-entropy", 1
    if model.out_activation_ != "logistic":
        raise ValueError(f"the output activation {model.out_activation_!r} of the model is not known")
    return (2.0 * labels - 1).reshape(-1, 1), "logistic", 1


def _at(model: Any, theta: Array) -> Any:
    """The model with other weights."""
    moved, at = deepcopy(model), 0
    for layer, (weights, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        moved.coefs_[layer] = theta[at : at + weights.size].reshape(weights.T.shape).T
        at += weights.size
        moved.intercepts_[layer] = theta[at : at + bias.size]
        at += bias.size
    return moved


def _unclipped(model: Any, theta: Array, inputs: Array) -> Array:
    """The point, moved towards 0 until no probability is near 0 or 1: there scikit-learn's losses clip it."""
    if model.out_activation_ != "identity":
        while not 1e-9 < (found := _at(model, theta).predict_proba(inputs)).min() <= found.max() < 1 - 1e-9:
            theta = theta / 2
    return theta


def _own(model: Any, theta: Array, inputs: Array, y: Any, weights: Array | None) -> Own:
    """The loss at other weights from the library's own predictions and metrics."""
    from sklearn.metrics import log_loss, mean_squared_error

    moved = _at(model, theta)
    if model.out_activation_ == "identity":
        outputs = moved.predict(inputs).reshape(len(inputs), -1)
        loss = mean_squared_error(np.asarray(y).reshape(len(inputs), -1), outputs, sample_weight=weights) / 2
    else:
        outputs = moved.predict_proba(inputs)
        loss = log_loss(np.asarray(y).ravel(), outputs, labels=model.classes_, sample_weight=weights)
    squares = sum(float((weights**2).sum()) for weights in moved.coefs_)
    count = len(inputs) if weights is None else float(weights.sum())
    return Own(float(loss) + float(model.alpha) / (2 * count) * squares, outputs)
