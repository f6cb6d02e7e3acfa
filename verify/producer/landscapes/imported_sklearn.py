"""The empirical risk that a model of scikit-learn minimised, and its weights as a point."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number
from verify.producer.landscapes.imported import Array, Read, imported
from verify.producer.landscapes.imported_sklearn_linear import least_squares, logistic_regression
from verify.producer.landscapes.imported_sklearn_networks import network

KNOWN = ("MLPRegressor", "MLPClassifier", "LogisticRegression", "Ridge", "LinearRegression", "Pipeline")
SCALERS = ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler")


def from_sklearn(
    model: Any,
    x: Any,
    y: Any,
    *,
    sample_weight: Any = None,
    loss: str | None = None,
    scale: Number | None = None,
    weight_decay: Number | None = None,
    bias_decay: Number | None = None,
    fixed: Mapping[int, Number] | None = None,
) -> tuple[EmpiricalRisk, Array]:
    """The loss that a fitted model minimised, and its weights as a point.

    `model`: an MLPRegressor, MLPClassifier, LogisticRegression, Ridge or LinearRegression, or a Pipeline of scalers
    (StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler) with one of them at its end. The risk of a pipeline is
    that of its last step on what its scalers make of x, in the float64 numbers that they return: these are the inputs
    of the risk, and the scalers are no part of the network.
    x: (samples, features), y: (samples,) or (samples, outputs), the data that it was fitted to, float64 or integers.
    `sample_weight`: (samples,), as it was given to `fit`: the model does not keep it.
    `loss`, `scale`, `weight_decay`, `bias_decay`, as in EmpiricalRisk: in place of what the model minimised.
    `fixed`: parameters that are not trained, by number, with the values that they have.

    Raises ValueError, saying what is not modelled: subclasses, other models and steps, and what the modules
    `imported_sklearn_networks` and `imported_sklearn_linear` say of each model.
    """
    inputs = _inputs(model, x)
    final, inputs = _unscaled(model, inputs)
    read = _read(final, inputs, y, None if sample_weight is None else _numbers(sample_weight, "sample_weight"))
    replaced = {"loss": loss, "scale": scale, "weight_decay": weight_decay, "bias_decay": bias_decay}
    return imported(read, fixed, replaced)


def _read(model: Any, inputs: Array, y: Any, sample_weight: Array | None) -> Read:
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    if type(model) not in (MLPClassifier, MLPRegressor, LogisticRegression, Ridge, LinearRegression):
        raise ValueError(f"a {type(model).__name__} is not known; known: {', '.join(KNOWN)}")
    if not hasattr(model, "n_features_in_"):
        raise ValueError("the model is not fitted")
    if inputs.shape[1] != model.n_features_in_:
        raise ValueError(f"the inputs have the shape {inputs.shape}, the model has {model.n_features_in_} features")
    if type(model) is LogisticRegression:
        return logistic_regression(model, inputs, y, sample_weight)
    if type(model) in (Ridge, LinearRegression):
        return least_squares(model, inputs, _numbers(y, "y"), sample_weight)
    return network(model, inputs, y, sample_weight)


def _inputs(model: Any, x: Any) -> Array:
    """(samples, features)."""
    names, columns = getattr(model, "feature_names_in_", None), getattr(x, "columns", None)
    if names is not None and columns is not None and list(names) != list(columns):
        raise ValueError("the columns of x are not those that the model was fitted to, in their order")
    inputs = _numbers(x, "x")
    if inputs.ndim != 2 or not inputs.size:
        raise ValueError(f"the inputs have the shape {inputs.shape}, not (samples, features)")
    return inputs


def _numbers(values: Any, name: str) -> Array:
    """As float64 without rounding."""
    if hasattr(values, "toarray"):
        raise ValueError(f"{name} is sparse: {name}.toarray() has the same numbers")
    given = np.asarray(values)
    if given.dtype.kind not in "biuf" or (given.dtype.kind == "f" and given.dtype != np.float64):
        raise ValueError(f"{name} is {given.dtype}: only float64 and integers are modelled")
    numbers = given.astype(np.float64)
    if given.dtype.kind in "iu" and not (np.abs(numbers) < 2.0**53).all():
        raise ValueError(f"{name} has integers that are no float64")
    return numbers


def _unscaled(model: Any, inputs: Array) -> tuple[Any, Array]:
    """The last step of a pipeline, and its inputs; a model that is none as it is."""
    from sklearn import preprocessing
    from sklearn.pipeline import Pipeline

    if type(model) is not Pipeline:
        return model, inputs
    known = tuple(getattr(preprocessing, name) for name in SCALERS)
    if getattr(model, "transform_input", None):
        raise ValueError("transform_input of a pipeline is not modelled")
    scaled: Array = inputs
    *scalers, (_, final) = model.steps
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names of features that an array does not have
        for name, scaler in scalers:
            if scaler is None or scaler == "passthrough":
                continue
            if type(scaler) not in known:
                raise ValueError(f"step {name!r}: a {type(scaler).__name__} is not known; known: {', '.join(SCALERS)}")
            if not hasattr(scaler, "n_features_in_"):
                raise ValueError("the pipeline is not fitted")
            scaled = np.asarray(scaler.transform(scaled))
            if scaled.dtype != np.float64 or not np.isfinite(scaled).all():
                raise ValueError(f"step {name!r} does not give finite float64 numbers")
        if hasattr(final, "predict") and not np.array_equal(model.predict(inputs), final.predict(scaled)):
            raise ValueError("the pipeline predicts something else than its last step: this is not understood")
    return final, scaled
