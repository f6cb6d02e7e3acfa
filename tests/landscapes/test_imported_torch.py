"""PyTorch with settings that change the network or the loss: the same outputs, loss and gradient, or refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from verify import EmpiricalRisk
from verify.producer.landscapes.exact import in_balls

torch = pytest.importorskip("torch")
nn = torch.nn
X = torch.tensor(np.random.default_rng(0).normal(size=(12, 4)))
LABELS = torch.arange(12) % 3


def own(module: Any, x: Any, loss: Any, y: Any) -> tuple[float, Any]:
    """PyTorch's loss and its gradient in all parameters, in order."""
    module.zero_grad()
    value = loss(module(x), y)
    value.backward()
    return value.item(), np.concatenate([p.grad.numpy().ravel() for p in module.parameters()])


def agree(module: Any, x: Any, loss: Any, y: Any, **options: Any) -> EmpiricalRisk:
    """The risk, which has PyTorch's loss and gradient at the module's parameters."""
    risk, point = EmpiricalRisk.from_torch(module, x, y, loss=loss, **options)
    value, gradient = own(module, x, loss, y)
    assert risk.value(point) == pytest.approx(value, rel=1e-11)
    assert risk.gradient(point)[0] == pytest.approx(gradient, rel=1e-9, abs=1e-12)
    balls = in_balls(risk, (tuple(Fraction(entry) for entry in point.tolist()),)).value()
    assert float(balls.mid()) == pytest.approx(value, rel=1e-11)  # what a certificate says, as the checker evaluates it
    return risk


def network(*middle: Any, end: Any = ()) -> Any:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 5), *middle, nn.Linear(5, 3), *end).double()


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.3, 1.0, 1.7, -0.5])
def test_a_leaky_relu_has_the_slope_of_the_module_exactly(slope: float) -> None:
    risk = agree(network(nn.LeakyReLU(slope)), X, nn.MSELoss(), X[:, :3])
    assert risk.exact.network.layers[0].activation.parameters == (Fraction(slope), 1)


@pytest.mark.parametrize("alpha", [1.0, 0.1, 2.5, -0.4])
def test_an_elu_has_the_alpha_of_the_module_exactly(alpha: float) -> None:
    risk = agree(network(nn.ELU(alpha)), X, nn.MSELoss(), X[:, :3])
    assert risk.exact.network.layers[0].activation.parameters == (1, Fraction(alpha))


def test_dropout_in_eval_mode_does_nothing_and_in_train_mode_is_refused() -> None:
    module = network(nn.ReLU(), nn.Dropout(0.5), end=[nn.AlphaDropout(0.5)])
    plain = network(nn.ReLU())
    risk = agree(module.eval(), X, nn.MSELoss(), X[:, :3])
    assert risk.document == EmpiricalRisk.from_torch(plain, X, X[:, :3])[0].document
    module[2].train()
    with pytest.raises(ValueError, match="Dropout.* is in train mode"):
        EmpiricalRisk.from_torch(module, X, X[:, :3])


def test_flatten_makes_each_sample_a_row_in_the_order_of_pytorch() -> None:
    images = X.reshape(12, 2, 2)
    module = nn.Sequential(nn.Flatten(), *network(nn.Tanh(), nn.Flatten()))
    risk = agree(module, images, nn.MSELoss(), X[:, :3])
    assert [[float(entry) for entry in row] for row in risk.exact.inputs] == X.tolist()
    turned = EmpiricalRisk.from_torch(module, images.transpose(1, 2), X[:, :3])[0]
    assert turned.exact.inputs != risk.exact.inputs
    for layers, message in (
        (network(nn.Tanh()), r"x has the shape \(12, 2, 2\), the first layer takes"),
        (nn.Sequential(*network(nn.Tanh()), nn.Flatten()), r"x has the shape \(12, 2, 2\)"),
        (nn.Sequential(nn.Flatten(1, 1), *network()), "only the axes 1 to -1"),
        (nn.Sequential(nn.Flatten(0, -1), *network()), "only the axes 1 to -1"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(layers, images, X[:, :3])


@pytest.mark.parametrize("biases", [(True, False), (False, True)])
def test_some_layers_may_have_no_bias(biases: tuple[bool, bool]) -> None:
    torch.manual_seed(4)
    module = nn.Sequential(nn.Linear(4, 5, biases[0]), nn.Tanh(), nn.Linear(5, 3, biases[1])).double()
    risk = agree(module, X, nn.MSELoss(), X[:, :3])
    assert tuple(layer.bias for layer in risk.exact.network.layers) == biases


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, [1.0, 0.3, 2.5], [0.0, 1.0, 1.0]])
def test_class_weights_and_label_smoothing_are_targets(reduction: str, smoothing: float, weight: Any) -> None:
    weight = None if weight is None else torch.tensor(weight).double()
    loss = nn.CrossEntropyLoss(weight, reduction=reduction, label_smoothing=smoothing)
    labels = torch.tensor([0, 1, 1, 2, 1, 0, 2, 2, 1, 1, 1, 0])
    agree(network(nn.Tanh()), X, loss, labels)
    agree(network(nn.Tanh()), X, loss, torch.softmax(X[:, :3], 1))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_that_bend(reduction: str) -> None:
    """Values and gradients are compared with the library's by the importer; where the loss bends, values."""
    for loss, kind, delta in (
        (nn.L1Loss(reduction=reduction), "absolute", None),
        (nn.HuberLoss(reduction=reduction, delta=0.75), "huber", Fraction(3, 4)),
        (nn.SmoothL1Loss(reduction=reduction, beta=0.25), "huber", Fraction(1, 4)),
        (nn.SmoothL1Loss(reduction=reduction, beta=0.0), "absolute", None),
    ):
        risk = agree(network(nn.Tanh()), X, loss, X[:, :3] ** 2)
        assert (risk.exact.loss, risk.exact.delta) == (kind, delta)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_of_a_loss_of_0_and_1(reduction: str) -> None:
    """PyTorch's mean divides by the number of samples, not by the sum of their weights."""
    module, bits = nn.Sequential(nn.Linear(X.shape[1], 1)).double(), (X[:, :1] > 0).double()
    each = torch.linspace(0, 2, len(X)).double()[:, None]
    for weight, more in ((each, None), (None, 2.5), (each, 2.5), (torch.tensor(0.5).double(), None)):
        more = None if more is None else torch.tensor([more]).double()
        loss = nn.BCEWithLogitsLoss(weight, reduction=reduction, pos_weight=more)
        risk = agree(module, X, loss, bits)
        weights = [Fraction(float(w)) for w in torch.ones(len(X), 1).double() * (1 if weight is None else weight)]
        wanted = [w * (Fraction(5, 2) if more is not None and y > 0 else 1) for w, y in zip(weights, bits, strict=True)]
        assert risk.exact.sample_weights == tuple(wanted)
    with pytest.raises(ValueError, match="a weight of the loss is negative"):
        EmpiricalRisk.from_torch(module, X, bits, loss=nn.BCEWithLogitsLoss(-each))
    with pytest.raises(ValueError, match="has a weight of the shape"):
        EmpiricalRisk.from_torch(module, X, bits, loss=nn.BCEWithLogitsLoss(each[:, 0]))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_of_samples_multiply_the_loss_of_each(reduction: str) -> None:
    """Whatever the mean divides by: (weight * loss(outputs, y)).mean() of a loss with the reduction "none"."""
    weight = torch.linspace(0, 2, len(X)).double()
    real, bits = X[:, :3] ** 2, (X[:, :3] > 0).double()
    losses = (
        (nn.MSELoss, real, {}), (nn.L1Loss, real, {}), (nn.HuberLoss, real, {"delta": 0.75}),
        (nn.SmoothL1Loss, real, {"beta": 0.25}), (nn.CrossEntropyLoss, LABELS, {"label_smoothing": 0.1}),
        (nn.CrossEntropyLoss, torch.softmax(real, 1), {}), (nn.BCEWithLogitsLoss, bits, {}),
    )  # fmt: skip
    for kind, y, options in losses:
        module = network(nn.Tanh())
        risk, point = EmpiricalRisk.from_torch(
            module, X, y, loss=kind(reduction=reduction, **options), sample_weight=weight
        )
        each = kind(reduction="none", **options)(module(X), y).reshape(len(X), -1) * weight[:, None]
        assert risk.value(point) == pytest.approx(getattr(each, reduction)().item(), rel=1e-11)
        balls = in_balls(risk, (tuple(Fraction(entry) for entry in point.tolist()),)).value()
        assert float(balls.mid()) == pytest.approx(risk.value(point), rel=1e-11)
    for loss, y in (("squares", real), ("logistic", 2 * bits - 1), ("cross-entropy", LABELS)):
        for given in (weight, weight[:, None]):
            EmpiricalRisk.from_torch(network(nn.Tanh()), X, y, loss=loss, scale="1/7", sample_weight=given)


def test_weights_of_samples_that_are_none_are_refused() -> None:
    weight = torch.ones(len(X)).double()
    by_class = nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 3.0]).double())
    for given, loss, message in (
        (-weight, "cross-entropy", "negative number"),
        (0 * weight, "cross-entropy", "0 for all samples"),
        (weight[:-1], "cross-entropy", r"sample_weight has the shape \(11,\), not \(12,\)"),
        (weight.float(), "cross-entropy", "sample_weight is torch.float32"),
        (weight.numpy(), "cross-entropy", "sample_weight is a ndarray, not a tensor"),
        (weight, by_class, "divides by the weights of classes"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(network(), X, LABELS, loss=loss, sample_weight=given)


def test_losses_that_are_functions_or_classes() -> None:
    functions = nn.functional
    for function, loss, y in (
        (functions.mse_loss, nn.MSELoss(), X[:, :3]),
        (functions.cross_entropy, nn.CrossEntropyLoss(), LABELS),
        (functions.binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss(), (X[:, :3] > 0).double()),
    ):
        risks = [EmpiricalRisk.from_torch(network(nn.Tanh()), X, y, loss=each)[0].exact for each in (function, loss)]
        assert risks[0] == risks[1]
    with pytest.raises(ValueError, match=r"the class nn.MSELoss: give nn.MSELoss\(\)"):
        EmpiricalRisk.from_torch(network(), X, X[:, :3], loss=nn.MSELoss)
    with pytest.raises(ValueError, match="takes class numbers, int64"):
        EmpiricalRisk.from_torch(network(), X, LABELS.int(), loss="cross-entropy")


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_log_softmax_or_sigmoid_at_the_end_is_undone_by_its_loss(reduction: str) -> None:
    weight = torch.tensor([1.0, 0.3, 2.5]).double()
    for loss in (nn.NLLLoss(reduction=reduction), nn.NLLLoss(weight, reduction=reduction), nn.CrossEntropyLoss()):
        risk = agree(network(nn.Tanh(), end=[nn.LogSoftmax(-1)]), X, loss, LABELS)
        assert risk.exact.loss == "cross-entropy"
    bits = (X[:, :3] > 0).double()
    risk = agree(network(nn.Tanh(), end=[nn.Sigmoid()]), X, nn.BCELoss(reduction=reduction), bits)
    assert risk.exact.loss == "logistic"
    assert risk.exact.network.layers[-1].activation.describe() == "identity"
    kept = agree(network(nn.Tanh(), end=[nn.Sigmoid()]), X, nn.BCEWithLogitsLoss(reduction=reduction), bits)
    assert kept.exact.network.layers[-1].activation.describe() == "sigmoid"
    with pytest.raises(ValueError, match="takes class numbers"):
        EmpiricalRisk.from_torch(network(end=[nn.LogSoftmax(1)]), X, bits, loss=nn.NLLLoss())
    with pytest.raises(ValueError, match="LogSoftmax is known for nn.NLLLoss"):
        EmpiricalRisk.from_torch(network(end=[nn.LogSoftmax(1)]), X, bits, loss="squares")


def test_losses_and_scales_are_named_as_in_empirical_risk() -> None:
    module = network(nn.Tanh())
    outputs = module(X).detach()
    signs, shares = torch.sign(X[:, :3]), torch.softmax(X[:, :3], 1)
    each = {
        "squares": (X[:, :3], ((outputs - X[:, :3]) ** 2).sum()),
        "logistic": (signs, torch.log1p(torch.exp(-signs * outputs)).sum()),
        "cross-entropy": (shares, (-shares * torch.log_softmax(outputs, 1)).sum()),
    }
    for loss, (y, total) in each.items():
        for scale, factor in (("sum", 1), ("half-sum", 0.5), ("mean", 1 / 12), ("1/7", 1 / 7), (3, 3)):
            risk, point = EmpiricalRisk.from_torch(module, X, y, loss=loss, scale=scale)
            assert risk.value(point) == pytest.approx(factor * total.item(), rel=1e-12)
    same = EmpiricalRisk.from_torch(module, X, X[:, :3], loss="squares")[0]
    assert same.exact.factor == Fraction(1, 2)  # the default of EmpiricalRisk
    for loss in ("mse", nn.MSELoss()):
        with pytest.raises(ValueError, match="scale is for the losses squares, logistic, cross-entropy"):
            EmpiricalRisk.from_torch(module, X, X[:, :3], loss=loss, scale="sum")


def test_decays_and_fixed_parameters_are_named_as_in_empirical_risk() -> None:
    module = network(nn.Tanh())
    flat = torch.nn.utils.parameters_to_vector(module.parameters()).detach().numpy()
    risk, point = EmpiricalRisk.from_torch(
        module, X, X[:, :3], weight_decay="1/10", bias_decay=0, fixed={0: flat[0], 21: float(flat[21])}
    )
    kept = np.delete(np.arange(len(flat)), [0, 21])
    assert point.tolist() == flat[kept].tolist()
    module.zero_grad()
    weights = [p for p in module.parameters() if p.ndim == 2]
    total = nn.MSELoss()(module(X), X[:, :3]) + 0.05 * sum((p**2).sum() for p in weights)
    total.backward()
    gradient = np.concatenate([p.grad.numpy().ravel() for p in module.parameters()])
    assert risk.value(point) == pytest.approx(total.item() - 0.05 * flat[0] ** 2, rel=1e-12)  # its decay is constant
    assert risk.gradient(point)[0] == pytest.approx(gradient[kept], rel=1e-9)
    for fixed, message in (
        ({0: 0.5}, "parameter 0 is .* where it was trained, not 0.5"),
        ({len(flat): 0}, "there is no parameter"),
        ({-1: float(flat[-1])}, "there is no parameter"),
        (dict(enumerate(flat.tolist())), "no parameter is trained"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(module, X, X[:, :3], fixed=fixed)


def test_a_module_whose_gradient_is_another_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch lets an activation have any gradient; training then goes elsewhere than the risk says."""
    monkeypatch.setattr(nn.Tanh, "forward", lambda self, z: torch.tanh(z).detach() + z - z.detach())
    with pytest.raises(ValueError, match="the gradient of the library's own loss is another"):
        EmpiricalRisk.from_torch(network(nn.Tanh()), X, X[:, :3])


def test_a_module_whose_outputs_are_others_at_the_same_loss_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cross-entropy is the same at outputs that are all larger by one number."""
    monkeypatch.setattr(nn.Linear, "forward", lambda self, z: nn.functional.linear(z, self.weight, self.bias) + 1)
    with pytest.raises(ValueError, match="the library's own outputs are others"):
        EmpiricalRisk.from_torch(nn.Sequential(nn.Linear(4, 3)).double(), X, LABELS, loss="cross-entropy")
