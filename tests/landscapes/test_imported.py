"""Risks from scikit-learn and PyTorch have the libraries' own loss and gradient."""

from __future__ import annotations

import sys
import warnings
from typing import Any

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


def small_module(torch: Any, layer: Any = None) -> Any:
    torch.manual_seed(1)
    nn = torch.nn
    return nn.Sequential(nn.Linear(3, 4), layer or nn.Tanh(), nn.Linear(4, 2)).double()


def test_torch_layers_that_are_not_known() -> None:
    torch = pytest.importorskip("torch")
    nn, x = torch.nn, torch.tensor(X)
    for module, message in (
        (nn.Sequential(nn.Linear(3, 1), nn.Dropout()), "Dropout.* is in train mode, where it is random"),
        (nn.Sequential(nn.Linear(3, 1), nn.Dropout(0.0)), "Dropout.* is in train mode"),
        (nn.Sequential(nn.Linear(3, 1), nn.Dropout2d()).eval(), "Dropout2d.* is not supported"),
        (nn.Sequential(nn.Linear(3, 1), nn.Softmax(1)), "Softmax is not supported: give nn.CrossEntropyLoss"),
        (nn.Sequential(nn.Linear(3, 1), nn.LogSoftmax(0)), "LogSoftmax.* along the axis 1"),
        (nn.Sequential(nn.LogSoftmax(1), nn.Linear(3, 1)), "LogSoftmax.* after a linear layer"),
        (nn.Sequential(nn.Linear(3, 1), nn.LogSoftmax(1), nn.Linear(1, 1)), "Linear.* after nn.LogSoftmax"),
        (nn.Sequential(nn.Linear(3, 1), nn.LogSoftmax(1)), "LogSoftmax is known for nn.NLLLoss and nn.CrossEntropy"),
        (nn.Sequential(nn.Flatten(0), nn.Linear(3, 1)), "only the axes 1 to -1"),
        (nn.Sequential(nn.Linear(3, 4), nn.Unflatten(1, (2, 2)), nn.Linear(2, 1)), "Unflatten.* is not supported"),
        (nn.Sequential(nn.Linear(3, 1), nn.BatchNorm1d(1)), "BatchNorm1d.* is not in eval mode"),
        (nn.Sequential(nn.Linear(3, 1), nn.Hardtanh()), "Hardtanh.* is not supported"),
        (nn.Sequential(nn.Tanh(), nn.Linear(3, 1)), "does not follow a linear layer"),
        (nn.Sequential(nn.Linear(3, 1), nn.Softplus(beta=2)), "nn.Softplus must have beta 1"),
        (nn.Sequential(nn.Linear(3, 1), nn.Softplus(threshold=1)), "nn.Softplus must have .* threshold of at least 20"),
        (nn.Sequential(nn.Linear(3, 1), nn.GELU("tanh")), "nn.GELU must not be approximate"),
        (nn.Linear(3, 1), "a Linear is not supported; supported: nn.Sequential"),
        (nn.Sequential(), "has no linear layer"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module.double(), x, x[:, :1])


def test_torch_subclasses_hooks_and_changed_parameters_are_refused() -> None:
    """Each computes something else, or has other parameters, than its layers say."""
    torch = pytest.importorskip("torch")
    nn, x = torch.nn, torch.tensor(X)

    class Squared(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, z: Any) -> Any:
            return super().forward(z) ** 2

    class Doubled(nn.Sequential):  # type: ignore[misc, name-defined]
        def forward(self, z: Any) -> Any:
            return 2 * super().forward(z)

    hooked, before, own, pruned, weighed, tied, buffered = (small_module(torch) for _ in range(7))
    hooked[1].register_forward_hook(lambda module, given, result: 2 * result)
    before.register_forward_pre_hook(lambda module, given: (2 * given[0],))
    own[0].forward = lambda z: z[:, [0, 0, 0, 0]]
    pytest.importorskip("torch.nn.utils.prune").l1_unstructured(pruned[0], "weight", 2)
    torch.nn.utils.parametrizations.weight_norm(weighed[0])
    tied[2].weight.data = tied[0].weight.data.ravel()[:8].view(2, 4)
    buffered[0].register_buffer("mask", torch.ones(1))
    for module, message in (
        (nn.Sequential(Squared(3, 2)), "Squared is a class of its own"),
        (Doubled(nn.Linear(3, 2)), "a Doubled is not supported"),
        (tied, "share parameters, or memory"),
        (hooked, "Tanh has hooks"),
        (before, "Sequential has hooks"),
        (own, "Linear has a forward of its own"),
        (pruned, "Linear has hooks"),
        (weighed, "ParametrizedLinear.* is not supported"),
        (buffered, "a Linear with other parameters, buffers"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module.double(), x, x[:, :2])


def test_torch_data_that_the_framework_would_read_otherwise_are_refused() -> None:
    torch = pytest.importorskip("torch")
    module, x, labels = small_module(torch), torch.tensor(X), torch.arange(20) % 2
    for inputs, targets, loss, message in (
        (x, x[:, 0], "mse", r"y has the shape \(20,\), the outputs have \(20, 2\)"),
        (x, x[:, :1], "mse", r"y has the shape \(20, 1\)"),
        (x[:, :2], x[:, :2], "mse", r"x has the shape \(20, 2\), the first layer takes"),
        (x[:, None], x[:, None, :2], "mse", r"x has the shape \(20, 1, 3\)"),
        (x.float(), x[:, :2], "mse", "x is torch.float32"),
        (X, x[:, :2], "mse", "x is a ndarray, not a tensor"),
        (x, torch.where(labels == 1, -100, 0), "cross-entropy", "the class -100 of y is ignored"),
        (x, torch.where(labels == 1, -1, 0), "cross-entropy", "the class -1 of y"),
        (x, labels + 1, "cross-entropy", "the class 2 of y .* not among 0 to 1"),
        (x, labels.double(), "cross-entropy", r"y has the shape \(20,\)"),
        (x, labels, "hinge", "loss 'hinge' is not known"),
        (x * torch.inf, x[:, :2], "mse", "not a finite number"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module, inputs, targets, loss=loss)
    with pytest.raises(ValueError, match="module.double"):
        EmpiricalRisk.from_torch(small_module(torch).float(), x, x[:, :2])


def test_torch_modules_of_losses_are_read_or_refused() -> None:
    torch = pytest.importorskip("torch")
    nn, module, x = torch.nn, small_module(torch), torch.tensor(X)
    labels, ones = torch.arange(20) % 2, (x[:, :2] > 0).double()
    soft = torch.softmax(x[:, :2], 1)
    for loss, y in (
        (nn.MSELoss(), soft),
        (nn.MSELoss(reduction="sum"), soft),
        (nn.CrossEntropyLoss(), labels),
        (nn.CrossEntropyLoss(reduction="sum"), soft),
        (nn.BCEWithLogitsLoss(), ones),
        (nn.BCEWithLogitsLoss(reduction="sum"), ones),
    ):
        risk, point = EmpiricalRisk.from_torch(module, x, y, loss=loss)
        assert risk.value(point) == pytest.approx(loss(module(x), y).item(), rel=1e-12)
    weights = torch.tensor([1.0, 2.0]).double()
    for loss, y, message in (
        (nn.MSELoss(reduction="none"), soft, "the reduction 'none'"),
        (nn.CrossEntropyLoss(weight=-weights), labels, "the weight of a class is negative"),
        (nn.CrossEntropyLoss(weight=weights.float()), labels, "the weight of the loss is torch.float32"),
        (nn.CrossEntropyLoss(weight=weights[:1]), labels, r"has the shape \(1,\), there are 2 classes"),
        (nn.CrossEntropyLoss(weight=0 * weights), labels, "weights are 0 together"),
        (nn.NLLLoss(), labels, "NLLLoss is known for a module that ends with nn.LogSoftmax"),
        (nn.BCELoss(), ones, "BCELoss is known for a module that ends with nn.Sigmoid"),
        (nn.BCEWithLogitsLoss(weight=weights), ones, "has a weight"),
        (nn.CrossEntropyLoss(ignore_index=1), labels, "the class 1 of y is ignored"),
        (nn.BCEWithLogitsLoss(pos_weight=weights), ones, "has a pos_weight"),
        (nn.BCEWithLogitsLoss(), soft, "for y of 0 and 1"),
        (nn.KLDivLoss(), soft, "the loss KLDivLoss is not known"),
        (nn.functional.kl_div, soft, "the loss function is not known"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module, x, y, loss=loss)


def test_torch_frozen_parameters_are_fixed() -> None:
    torch = pytest.importorskip("torch")
    module, x = small_module(torch), torch.tensor(X)
    module[0].weight.requires_grad_(False)
    module[2].bias.requires_grad_(False)
    risk, point = EmpiricalRisk.from_torch(module, x, x[:, :2], weight_decay=0.5)
    trained = [p for p in module.parameters() if p.requires_grad]
    assert risk.trained == point.size == sum(p.numel() for p in trained) == 12
    value = torch.nn.MSELoss()(module(x), x[:, :2]) + 0.25 * sum((p**2).sum() for p in trained)
    value.backward()
    assert risk.value(point) == pytest.approx(value.item(), rel=1e-12)
    assert risk.gradient(point)[0] == pytest.approx(np.concatenate([p.grad.ravel() for p in trained]), rel=1e-9)
    with pytest.raises(ValueError, match="no parameter of the module is trained"):
        EmpiricalRisk.from_torch(module.requires_grad_(False), x, x[:, :2])


def test_torch_nested_modules_are_flattened() -> None:
    torch = pytest.importorskip("torch")
    nn, x = torch.nn, torch.tensor(X)
    module = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.ELU(0.7)), nn.Sequential(nn.Linear(4, 2))).double()
    risk, point = EmpiricalRisk.from_torch(module, x, x[:, :2])
    assert risk.value(point) == pytest.approx(nn.MSELoss()(module(x), x[:, :2]).item(), rel=1e-12)


def test_a_module_whose_loss_is_another_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing about its layers shows it."""
    torch = pytest.importorskip("torch")
    module, x = small_module(torch), torch.tensor(X)
    monkeypatch.setattr(torch.nn.Tanh, "forward", lambda self, z: torch.sin(z))
    with pytest.raises(ValueError, match="the library's own loss is .* this is not understood"):
        EmpiricalRisk.from_torch(module, x, x[:, :2])


def fitted(model: Any, y: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y, **options)


def test_scikit_learn_models_that_minimise_something_else_are_refused() -> None:
    library = pytest.importorskip("sklearn.neural_network")
    y, labels, options = (
        X[:, 0] ** 2,
        np.arange(20) % 3,
        {"hidden_layer_sizes": (3,), "max_iter": 20, "random_state": 0},
    )

    class Own(library.MLPRegressor):  # type: ignore[misc, name-defined]
        pass

    def regressor(**more: Any) -> Any:
        return library.MLPRegressor(**options, **more)

    lbfgs = fitted(regressor(solver="lbfgs"), y)
    for model, targets, message in (
        (fitted(regressor(batch_size=7), y), y, "minibatches of 7 of 20 samples"),
        (fitted(regressor(early_stopping=True), y), y, "early stopping"),
        (fitted(Own(**options), y), y, "a Own is not known"),
        (regressor(), y, "not fitted"),
        (lbfgs, 2 * y, "the model's own loss is .* fitted to other data or parameters, or with other sample weights"),
        (lbfgs, np.column_stack([y, y]), "the targets have 2 columns"),
        (fitted(library.MLPClassifier(**options), labels), labels + 1, "the label 3 is none of the model's classes"),
        (fitted(library.MLPClassifier(**options), X[:, :2] > 0), X[:, :2] > 0, "multi-label"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_sklearn(model, X, targets)
    with pytest.raises(ValueError, match=r"the inputs have the shape \(20, 2\)"):
        EmpiricalRisk.from_sklearn(lbfgs, X[:, :2], y)
    single = fitted(regressor(solver="lbfgs"), y)
    single.coefs_ = [weights.astype(np.float32) for weights in single.coefs_]
    with pytest.raises(ValueError, match="not float64"):
        EmpiricalRisk.from_sklearn(single, X, y)


@pytest.mark.parametrize("kind", ["MLPRegressor", "MLPClassifier"])
def test_scikit_learn_sample_weights(kind: str) -> None:
    """As they were given to `fit`; where the solver is lbfgs, that they were given is noticed."""
    library = pytest.importorskip("sklearn.neural_network")
    model = getattr(library, kind)(hidden_layer_sizes=(3,), solver="lbfgs", max_iter=20, random_state=0)
    y = X[:, 0] if kind == "MLPRegressor" else np.arange(20) % 3
    weights = np.arange(20.0)
    try:
        fitted(model, y, sample_weight=weights)
    except TypeError:
        pytest.skip("this scikit-learn knows no sample weights")
    risk, point = EmpiricalRisk.from_sklearn(model, X, y, sample_weight=weights)
    assert risk.value(point) == pytest.approx(model.loss_, rel=1e-9)
    assert risk.exact.sample_weights == tuple(range(20))
    for other in (None, weights + 1, weights[::-1]):
        with pytest.raises(ValueError, match="or with other sample weights"):
            EmpiricalRisk.from_sklearn(model, X, y, sample_weight=other)
    batches = getattr(library, kind)(hidden_layer_sizes=(3,), solver="sgd", batch_size=5, alpha=0, random_state=0)
    with pytest.raises(ValueError, match="the weights of samples count differently in each"):
        EmpiricalRisk.from_sklearn(fitted(batches, y), X, y, sample_weight=weights)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_scikit_learn_solvers_with_one_batch_or_no_penalty_are_read(solver: str) -> None:
    library = pytest.importorskip("sklearn.neural_network")
    for options in ({"alpha": 0.3}, {"alpha": 0.0, "batch_size": 7}):
        model = library.MLPRegressor(hidden_layer_sizes=(3,), solver=solver, max_iter=5, random_state=0, **options)
        fitted(model, X[:, 0])
        risk, point = EmpiricalRisk.from_sklearn(model, X, X[:, 0])
        squares = sum((weights**2).sum() for weights in model.coefs_)
        wanted = ((model.predict(X) - X[:, 0]) ** 2).mean() / 2 + options["alpha"] / 40 * squares
        assert risk.value(point) == pytest.approx(wanted, rel=1e-12)


def test_scikit_learn_a_classifier_that_is_certain_of_its_classes_is_read() -> None:
    """Its probabilities are clipped by scikit-learn's metrics, not by the risk."""
    library = pytest.importorskip("sklearn.neural_network")
    model = library.MLPClassifier(hidden_layer_sizes=(3,), activation="identity", solver="adam", random_state=0)
    labels = X[:, 0] > 0
    fitted(model, labels)
    model.coefs_ = [1e3 * weights for weights in model.coefs_]
    risk, point = EmpiricalRisk.from_sklearn(model, X, labels)
    assert (np.sign(risk.outputs(point).ravel()) > 0).tolist() == model.predict(X).tolist()


@pytest.mark.parametrize(
    ("package", "extra", "method"), [("torch", "torch", "from_torch"), ("sklearn", "scikit-learn", "from_sklearn")]
)
def test_without_the_package_one_line_says_what_to_install(
    package: str, extra: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"need the package {package}: pip install 'landscape-verify\[{extra}\]'"):
        getattr(EmpiricalRisk, method)(object(), X, X)
