"""Risks from scikit-learn and PyTorch have the libraries' own loss and gradient."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from verify import EmpiricalRisk

X = np.random.default_rng(0).normal(size=(20, 3))


@pytest.mark.parametrize("activation", ["identity", "relu", "tanh", "logistic"])
@pytest.mark.parametrize("kind", ["regressor", "two outputs", "two classes", "three classes"])
def test_scikit_learn(kind: str, activation: str) -> None:
    library = pytest.importorskip("sklearn.neural_network")
    labels = np.arange(20) % (3 if kind == "three classes" else 2)
    y = {"regressor": X[:, 0] ** 2, "two outputs": X[:, :2] * X[:, 1:]}.get(kind, labels)
    make = library.MLPClassifier if "classes" in kind else library.MLPRegressor
    model = make(
        hidden_layer_sizes=(4, 3), activation=activation, solver="lbfgs", alpha=0.1, random_state=0, max_iter=30
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it need not converge: the loss is compared wherever it stops
        model.fit(X, y)
    risk, point = EmpiricalRisk.from_sklearn(model, X, y)
    assert risk.value(point) == pytest.approx(model.loss_, rel=1e-9)
    if kind == "regressor":
        assert risk.outputs(point).ravel() == pytest.approx(model.predict(X), rel=1e-12)


def test_scikit_learn_gradient() -> None:
    """Where its optimiser has converged, the gradient that it drives to 0 is 0."""
    library = pytest.importorskip("sklearn.neural_network")
    model = library.MLPRegressor(
        hidden_layer_sizes=(3,),
        activation="tanh",
        solver="lbfgs",
        alpha=0.5,
        tol=1e-14,
        max_iter=20_000,
        random_state=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, X[:, 0] ** 2)
    risk, point = EmpiricalRisk.from_sklearn(model, X, X[:, 0] ** 2)
    assert np.abs(risk.gradient(point)).max() < 1e-4


@pytest.mark.parametrize("loss", ["mse", "mse-sum", "cross-entropy"])
@pytest.mark.parametrize("bias", [True, False])
def test_torch(loss: str, bias: bool) -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)
    for layer in (
        nn.ReLU(),
        nn.LeakyReLU(0.1),
        nn.ELU(1.5),
        nn.SELU(),
        nn.GELU(),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.Softplus(),
    ):
        module = nn.Sequential(
            nn.Linear(3, 4, bias), layer, nn.Linear(4, 2, bias), nn.Tanh(), nn.Linear(2, 2, bias)
        ).double()
        x = torch.tensor(X)
        y = torch.arange(20) % 2 if loss == "cross-entropy" else x[:, :2] ** 2
        own = {"mse": nn.MSELoss(), "mse-sum": nn.MSELoss(reduction="sum"), "cross-entropy": nn.CrossEntropyLoss()}[
            loss
        ]
        value = own(module(x), y)
        value.backward()
        risk, point = EmpiricalRisk.from_torch(module, x, y, loss=loss)
        assert risk.value(point) == pytest.approx(float(value.detach()), rel=1e-12)
        gradient = np.concatenate([p.grad.numpy().ravel() for p in module.parameters()])
        assert risk.gradient(point)[0] == pytest.approx(gradient, rel=1e-9, abs=1e-12)


def test_torch_layers_that_are_not_known() -> None:
    torch = pytest.importorskip("torch")
    nn, x = torch.nn, torch.tensor(X)
    for module, message in (
        (nn.Sequential(nn.Linear(3, 1), nn.Dropout()), "Dropout.* is not supported"),
        (nn.Sequential(nn.Tanh(), nn.Linear(3, 1)), "does not follow a linear layer"),
        (nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1, bias=False)), "all linear layers or none"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module.double(), x, x[:, 0])
