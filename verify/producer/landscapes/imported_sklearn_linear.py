"""Linear models of scikit-learn: LogisticRegression, Ridge and LinearRegression, as networks of one layer."""

from __future__ import annotations

import math
from copy import deepcopy
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from verify.producer.landscapes.empirical_risk import exact_number
from verify.producer.landscapes.imported import Array, Own, Read, counted

if TYPE_CHECKING:
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

SMALL, TINY = 1e-2, 1e-6
"""How large the gradient is at most where a solver has converged, beside that at the weights 0: one that iterates, and
one that solves equations."""


def logistic_regression(model: LogisticRegression, inputs: Array, y: Any, sample_weight: Array | None) -> Read:
    """sum_n s_n l_n + |w|^2 / (2 C), with s_n the weight of the sample times that of its class.

    l: of more than two classes the cross-entropy. Of two, if each s_n is 1, the logistic loss of labels -1 and 1;
    otherwise the cross-entropy of two outputs, the first of which is fixed at 0. Biases have no penalty; but with the
    solver liblinear (b / intercept_scaling)^2 / (2 C).

    Raises ValueError for penalties with an l1 part, one-vs-rest, and float32.
    """
    labels = _labels(model, y, len(inputs))
    decay = _decay(model)
    weights = _sample_weights(model, y, labels, sample_weight)
    classes, values = len(model.classes_), _flat(model)
    trained = np.ones(len(values), dtype=bool)
    if classes == 2 and (weights == 1).all():
        targets: list[list[Fraction]] = [[Fraction(2 * int(label) - 1)] for label in labels]
    else:
        targets = [
            [Fraction(float(weight)) * int(label == each) for each in range(classes)]
            for label, weight in zip(labels, weights, strict=True)
        ]
        if classes == 2:
            values, trained = _beside_zero(values, inputs.shape[1])
    penalised = model.solver == "liblinear" and model.fit_intercept
    on_biases = decay / exact_number(model.intercept_scaling) ** 2 if penalised else Fraction(0)
    converged = np.max(model.n_iter_) < model.max_iter
    return Read(
        inputs,
        targets,
        [len(targets[0])],
        [],
        biases=bool(model.fit_intercept),
        terms={
            "loss": "logistic" if len(targets[0]) == 1 else "cross-entropy",
            "scale": 1,
            "weight_decay": decay,
            "bias_decay": on_biases,
        },
        values=values,
        trained=trained,
        own=lambda theta: _logistic_own(model, theta, inputs, labels, weights, (float(decay), float(on_biases))),
        finish=_probabilities if classes == 2 else lambda f: softmax(f, axis=1),
        nearer=lambda theta: _unclipped(model, theta, inputs),
        stationary=SMALL if converged else None,
    )


def least_squares(model: Ridge | LinearRegression, inputs: Array, y: Array, sample_weight: Array | None = None) -> Read:
    """sum_n w_n |f(x_n) - y_n|^2 + alpha |W|^2, without a penalty of the biases; alpha = 0 for a LinearRegression.

    Raises ValueError for weights that must be positive, an alpha for each output, and float32.
    """
    counted(sample_weight, len(inputs))
    if model.positive:
        raise ValueError("weights that must be positive are not modelled")
    targets = y.reshape(len(inputs), -1) if y.size % len(inputs) == 0 else y
    values = _flat(model)
    alphas = np.unique(np.asarray(getattr(model, "alpha", 0), dtype=np.float64))
    if len(alphas) != 1:
        raise ValueError("an alpha for each output is not modelled")
    outputs = len(np.atleast_2d(model.coef_))
    if targets.shape != (len(inputs), outputs):
        raise ValueError(f"the targets have the shape {y.shape}, the model has {outputs} outputs")
    iterates = getattr(model, "solver_", "svd") in ("sparse_cg", "lsqr", "sag", "saga")
    return Read(
        inputs,
        targets,
        [outputs],
        [],
        biases=bool(model.fit_intercept),
        terms={
            "loss": "squares",
            "scale": 1,
            "weight_decay": 2 * exact_number(float(alphas[0])),
            "bias_decay": 0,
            "sample_weights": sample_weight,
        },
        values=values,
        trained=np.ones(len(values), dtype=bool),
        own=lambda theta: _squares_own(model, theta, inputs, targets, float(alphas[0]), sample_weight),
        finish=lambda f: f,
        stationary=SMALL if iterates else TINY,
    )


def _decay(model: Any) -> Fraction:
    """1 / C; 0 without a penalty."""
    penalty, ratio = getattr(model, "penalty", "deprecated"), model.l1_ratio
    if penalty is None or math.isinf(model.C):
        return Fraction(0)
    without_l1 = {"l2": ratio in (0, None), "elasticnet": ratio == 0, "deprecated": ratio in (0, None)}
    if not without_l1.get(penalty, False):
        said = f"penalty {penalty!r}, l1_ratio {ratio}" if penalty != "deprecated" else f"l1_ratio {ratio}"
        raise ValueError(f"{said}: a penalty with an l1 part is not modelled")
    return 1 / exact_number(float(model.C))


def _labels(model: Any, y: Any, samples: int) -> NDArray[np.intp]:
    """The number of each sample's class."""
    classes, given = list(model.classes_), list(np.asarray(y).ravel())
    if len(given) != samples:
        raise ValueError(f"y has {len(given)} labels for {samples} samples")
    one_vs_rest = getattr(model, "multi_class", None) == "ovr" or model.solver == "liblinear"
    if len(classes) > 2 and one_vs_rest:
        raise ValueError("a classifier of one class against the rest is not modelled")
    if len(classes) == 2 and getattr(model, "multi_class", None) == "multinomial":
        raise ValueError("multi_class 'multinomial' for two classes is not modelled")
    if unknown := [label for label in given if label not in classes]:
        raise ValueError(f"the label {unknown[0]} is none of the model's classes")
    return np.array([classes.index(label) for label in given])


def _sample_weights(model: Any, y: Any, labels: NDArray[np.intp], sample_weight: Array | None) -> Array:
    """(samples,): those of the samples times those of the classes, which scikit-learn computes."""
    from sklearn.utils.class_weight import compute_class_weight

    weights = np.ones(len(labels)) if sample_weight is None else sample_weight
    if weights.shape != labels.shape or not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError(f"sample_weight must have the shape {labels.shape}, and numbers that are not negative")
    if model.class_weight is None:
        return weights
    more = {} if sample_weight is None else {"sample_weight": sample_weight}
    of_classes = compute_class_weight(model.class_weight, classes=model.classes_, y=np.asarray(y).ravel(), **more)
    found: Array = weights * np.asarray(of_classes, dtype=np.float64)[labels]
    return found


def _flat(model: Any) -> Array:
    """(parameters,): the weights row by row, then the biases."""
    intercept = np.atleast_1d(model.intercept_) if model.fit_intercept else np.zeros(0)
    if any(not isinstance(part, np.ndarray) or part.dtype != np.float64 for part in (model.coef_, intercept)):
        raise ValueError("the model's weights are not an array of float64: other digits are not modelled")
    return np.concatenate([model.coef_.ravel(), intercept])


def _beside_zero(values: Array, features: int) -> tuple[Array, NDArray[np.bool_]]:
    """The parameters of two outputs, the first of which is 0, and which of them are trained."""
    weights, bias = np.zeros((2, features)), np.zeros((2, len(values) - features))
    weights[1], bias[1] = values[:features], values[features:]
    trained = np.concatenate([np.repeat([False, True], features), np.repeat([False, True], bias.shape[1])])
    return np.concatenate([weights.ravel(), bias.ravel()]), trained


def _at(model: Any, theta: Array) -> Any:
    """The model with other weights."""
    moved, size = deepcopy(model), model.coef_.size
    moved.coef_ = theta[:size].reshape(model.coef_.shape)
    if model.fit_intercept:
        moved.intercept_ = theta[size:] if np.ndim(model.intercept_) else float(theta[size])
    return moved


def _probabilities(f: Array) -> Array:
    """Of two classes, from one output or from two."""
    margin = f[:, -1:] - (f[:, :1] if f.shape[1] == 2 else 0.0)
    return np.hstack([expit(-margin), expit(margin)])


def _unclipped(model: Any, theta: Array, inputs: Array) -> Array:
    """The point, moved towards 0 until no probability is near 0 or 1: there scikit-learn's losses clip it."""
    while not 1e-9 < (found := _at(model, theta).predict_proba(inputs)).min() <= found.max() < 1 - 1e-9:
        theta = theta / 2
    return theta


def _logistic_own(
    model: Any, theta: Array, inputs: Array, labels: NDArray[np.intp], weights: Array, rates: tuple[float, float]
) -> Own:
    """The loss at other weights from scikit-learn's own predictions and metrics."""
    from sklearn.metrics import log_loss

    found = _at(model, theta).predict_proba(inputs)
    loss = log_loss(labels, found, sample_weight=weights, normalize=False, labels=range(len(model.classes_)))
    size = model.coef_.size
    penalty = rates[0] * float((theta[:size] ** 2).sum()) + rates[1] * float((theta[size:] ** 2).sum())
    return Own(float(loss) + penalty / 2, found)


def _squares_own(
    model: Any, theta: Array, inputs: Array, targets: Array, alpha: float, sample_weight: Array | None
) -> Own:
    """The loss at other weights from scikit-learn's own predictions and metrics."""
    from sklearn.metrics import mean_squared_error

    outputs = _at(model, theta).predict(inputs).reshape(targets.shape)
    count = len(targets) if sample_weight is None else float(sample_weight.sum())
    loss = mean_squared_error(targets, outputs, sample_weight=sample_weight) * count * targets.shape[1]
    return Own(float(loss) + alpha * float((theta[: model.coef_.size] ** 2).sum()), outputs)
