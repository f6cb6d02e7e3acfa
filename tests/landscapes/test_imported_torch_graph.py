"""PyTorch modules with convolutions, pooling, normalisation, shared parameters and residual blocks.

The importer compares outputs, loss and gradient with PyTorch's own at four points; so each module that it takes is
also a test of what it makes of it. What is not modelled is refused by name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from verify import EmpiricalRisk

torch = pytest.importorskip("torch")
nn = torch.nn
functional = torch.nn.functional
IMAGES = torch.tensor(np.random.default_rng(0).normal(size=(5, 2, 6, 6)))
LABELS = torch.arange(5) % 3


def imported(module: Any, x: Any = IMAGES, **options: Any) -> tuple[EmpiricalRisk, Any]:
    torch.manual_seed(0)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d | nn.BatchNorm1d) and part.running_mean is not None:
            part.running_mean.uniform_(-1, 1)
            part.running_var.uniform_(0.5, 2)
    return EmpiricalRisk.from_torch(module.double().eval(), x, LABELS, loss="cross-entropy", **options)


def classifier(*layers: Any) -> Any:
    """With as many outputs as classes."""
    body = nn.Sequential(*layers, nn.Flatten()).double().eval()
    with torch.no_grad():
        return nn.Sequential(body, nn.Linear(body(IMAGES).shape[1], 3))


class Block(nn.Module):  # type: ignore[misc, name-defined]
    """relu(x + f(x)), as residual networks have it."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(2, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1, bias=False)
        self.norm, self.activation = nn.BatchNorm2d(2), activation

    def forward(self, x: Any) -> Any:
        return self.activation(self.second(self.activation(self.norm(self.first(x)))) + x)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2},
        {"padding": 1},
        {"padding": (0, 2)},
        {"padding": "same"},
        {"padding": "same", "dilation": 2},
        {"padding": "valid"},
        {"dilation": (1, 2)},
        {"groups": 2},
        {"bias": False},
        {"stride": (2, 1), "padding": (2, 1), "dilation": (2, 1), "groups": 2},
    ],
)
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_convolutions_with_all_their_options(options: Any) -> None:
    size = 2 if options.get("padding") == "same" else 3
    risk, point = imported(classifier(nn.Conv2d(2, 4, size, **options), nn.Tanh()), weight_decay="1/10")
    assert len(point) == risk.trained == risk.exact.as_map().trained
    assert risk.exact.network.parameters > 3 * risk.trained


@pytest.mark.parametrize(
    "pool",
    [
        nn.AvgPool2d(2),
        nn.AvgPool2d(3, 2),
        nn.AvgPool2d(3, 2, padding=1),
        nn.AvgPool2d(3, 2, padding=1, count_include_pad=False),
        nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.AvgPool2d((2, 3), stride=1, divisor_override=5),
        nn.AdaptiveAvgPool2d(1),
        nn.AdaptiveAvgPool2d((3, 2)),
        nn.MaxPool2d(2),
        nn.MaxPool2d(3, 2, padding=1),
        nn.MaxPool2d(2, stride=1),
        nn.MaxPool2d(2, dilation=2, ceil_mode=True),
    ],
)
@pytest.mark.parametrize("activation", [nn.ReLU(), nn.LeakyReLU(0.3)])
def test_pooling_with_all_its_options(pool: Any, activation: Any) -> None:
    """Averages are exact fractions; a maximum comes before a ReLU, where it is the same."""
    risk, _ = imported(classifier(nn.Conv2d(2, 2, 3), activation, pool))
    shares = {abs(term.coefficient) for term in risk.exact.as_map().entries}
    assert all(share.numerator == 1 and share.denominator < 40 for share in shares)


@pytest.mark.parametrize(
    "activation", [nn.ReLU(), nn.LeakyReLU(0.2), nn.Tanh(), nn.Sigmoid(), nn.ELU(0.5), nn.GELU(), nn.SELU()]
)
def test_residual_blocks(activation: Any) -> None:
    """What is added later is carried along by units that are given a constant, whatever the activation."""
    risk, _ = imported(classifier(nn.AvgPool2d(2), Block(activation)))
    assert any(layer.residual for layer in risk.exact.network.layers)


def test_layers_that_share_parameters_and_calls_of_functions() -> None:
    class Shared(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.one, self.last = nn.Linear(8, 8), nn.Linear(8, 3)

        def forward(self, x: Any) -> Any:
            hidden = torch.relu(self.one(x))
            return self.last(functional.relu(self.one(hidden)) + x)

    x = IMAGES[:, 0, :2, :4].flatten(1)
    risk, point = imported(Shared(), x)
    assert len(point) == 8 * 9 + 3 * 9
    uses = {len(column) for column in risk.exact.as_map().columns}
    assert uses == {1, 2}

    class Called(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.filters, self.last = nn.Conv2d(2, 2, 3), nn.Linear(8, 3)

        def forward(self, x: Any) -> Any:
            pooled = functional.max_pool2d(functional.relu(self.filters(x)), 2)
            return self.last(pooled.view(x.size(0), -1))

    imported(Called())


class Layers(nn.Module):  # type: ignore[misc, name-defined]
    """Two linear layers with a function between them and one after them, as modules are mostly written."""

    def __init__(self, between: Any, after: Any = lambda z: z, outputs: int = 3) -> None:
        super().__init__()
        self.first, self.last, self.between, self.after = nn.Linear(8, 4), nn.Linear(4, outputs), between, after

    def forward(self, x: Any) -> Any:
        return self.after(self.last(self.between(self.first(x))))


ROWS = IMAGES[:, 0, :2, :4].flatten(1)


@pytest.mark.parametrize(
    ("function", "layer"),
    [
        (functional.relu, nn.ReLU()),
        (functional.leaky_relu, nn.LeakyReLU()),
        (lambda z: functional.leaky_relu(z, 0.3), nn.LeakyReLU(0.3)),
        (lambda z: functional.leaky_relu(z, negative_slope=0.3), nn.LeakyReLU(0.3)),
        (lambda z: functional.elu(z, 0.5), nn.ELU(0.5)),
        (functional.selu, nn.SELU()),
        (functional.gelu, nn.GELU()),
        (functional.softplus, nn.Softplus()),
        (lambda z: functional.dropout(torch.tanh(z), training=False), nn.Tanh()),
    ],
)
def test_a_module_of_linear_layers_is_the_network_that_a_sequence_of_them_is(function: Any, layer: Any) -> None:
    """Whose parameters are its own: no map is needed, so that all rules apply to it."""
    module = Layers(function).double()
    risk, point = imported(module, ROWS, weight_decay="1/10", bias_decay="1/20")
    same, theta = imported(
        nn.Sequential(module.first, layer, module.last), ROWS, weight_decay="1/10", bias_decay="1/20"
    )
    assert risk.exact == same.exact
    assert point.tolist() == theta.tolist()


def test_frozen_layers_of_such_a_module_are_fixed() -> None:
    module = Layers(torch.tanh).double()
    module.first.weight.requires_grad_(False)
    with torch.no_grad():
        module.first.weight[0, 0] = 0
    risk, _ = imported(module, ROWS)
    same, _ = imported(nn.Sequential(module.first, nn.Tanh(), module.last), ROWS)
    assert risk.exact == same.exact
    assert len(risk.exact.fixed) == 32

    class Swapped(Layers):  # module.parameters() has another order than the network's layers
        def forward(self, x: Any) -> Any:
            return self.first(torch.tanh(self.last(x)))

    swapped = Swapped(None)
    swapped.first, swapped.last = nn.Linear(4, 3), nn.Linear(8, 4)
    risk, point = imported(swapped, ROWS)
    assert risk.exact.parameter_map is not None
    assert point[:12].tolist() == swapped.first.weight.ravel().tolist()


def test_ends_that_losses_undo() -> None:
    """As PyTorch's own examples have them."""
    for after in (
        lambda z: functional.log_softmax(z, dim=1),
        lambda z: torch.log_softmax(z, 1),
        lambda z: z.log_softmax(-1),
    ):
        module = Layers(torch.tanh, after).double()
        risk, _ = EmpiricalRisk.from_torch(module, ROWS, LABELS, loss=functional.nll_loss)
        same, _ = EmpiricalRisk.from_torch(
            nn.Sequential(module.first, nn.Tanh(), module.last), ROWS, LABELS, loss=functional.cross_entropy
        )
        assert risk.exact == same.exact
    bits = (ROWS[:, :1] > 0).double()
    module = Layers(torch.tanh, torch.sigmoid, 1).double()
    risk, point = EmpiricalRisk.from_torch(module, ROWS, bits, loss=nn.BCELoss())
    assert risk.exact.network.layers[-1].activation.describe() == "identity"
    assert risk.value(point) == pytest.approx(nn.BCELoss()(module(ROWS), bits).item(), rel=1e-11)
    kept, _ = EmpiricalRisk.from_torch(module, ROWS, bits, loss="mse")
    assert kept.exact.network.layers[-1].activation.describe() == "sigmoid"


def test_a_mean_of_each_channel_is_an_average_pool() -> None:
    class Mean(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, axes: Any) -> None:
            super().__init__()
            self.filters, self.last, self.axes = nn.Conv2d(2, 2, 3), nn.Linear(2, 3), axes

        def forward(self, x: Any) -> Any:
            return self.last(functional.relu(self.filters(x)).mean(self.axes))

    for axes in ((2, 3), [-2, -1]):
        risk, _ = imported(Mean(axes))
        assert {term.coefficient.denominator for term in risk.exact.as_map().entries} == {1, 16}
    with pytest.raises(ValueError, match="a mean is supported of images along the axes"):
        imported(Mean((1, 2)))


def test_a_tied_autoencoder() -> None:
    """A layer's weights, used again as they are or transposed; and parameters of a module of its own."""

    class Tied(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, back: Any = lambda weight: weight.t()) -> None:
            super().__init__()
            self.code, self.shift, self.back = nn.Linear(8, 2), nn.Parameter(torch.ones(8)), back

        def forward(self, x: Any) -> Any:
            return functional.linear(torch.tanh(self.code(x)), self.back(self.code.weight), bias=self.shift)

    for back in (lambda weight: weight.t(), lambda weight: weight.T):
        module = Tied(back).double()
        risk, point = EmpiricalRisk.from_torch(module, ROWS, ROWS, loss="mse", weight_decay=0.5, bias_decay=0.25)
        squares = (0.25 * module.code.weight**2).sum() + sum(
            (0.125 * b**2).sum() for b in (module.code.bias, module.shift)
        )
        assert risk.value(point) == pytest.approx((nn.MSELoss()(module(ROWS), ROWS) + squares).item(), rel=1e-11)
        assert risk.trained == 16 + 2 + 8
    for back, message in (
        (lambda weight: weight, r"linear is given samples of the shape \(2,\)"),
        (lambda weight: 2 * weight, "the function mul is not supported"),
        (lambda weight: weight.mT, "only a matrix of parameters of the module is transposed"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_torch(Tied(back).double(), ROWS, ROWS)
    half = Tied().double()
    half.shift = nn.Parameter(torch.ones(8))
    with pytest.raises(ValueError, match="shift is torch.float32"):
        EmpiricalRisk.from_torch(half, ROWS, ROWS)


def test_dropout_that_is_on_is_refused() -> None:
    for function in (functional.dropout, lambda z: functional.dropout(z, 0.2, True)):
        with pytest.raises(ValueError, match="dropout is called in training"):
            imported(Layers(function), ROWS)


def test_frozen_parameters_are_constants_of_the_map() -> None:
    module = classifier(nn.Conv2d(2, 2, 3), nn.BatchNorm2d(2), nn.ReLU()).double()
    module[0][0].weight.requires_grad_(False)
    risk, point = imported(module)
    assert len(point) == risk.trained == sum(part.numel() for part in module.parameters() if part.requires_grad)
    held, _ = imported(module, fixed={0: module[0][0].weight.ravel()[0].item(), 39: module[0][1].weight[1].item()})
    assert held.trained == risk.trained - 1  # parameter 0 was not trained before


def test_what_is_not_modelled_is_refused_by_name() -> None:
    class Product(nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return torch.flatten(x * x, 1)

    class Outside(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.shift = nn.Parameter(torch.zeros(72))

        def forward(self, x: Any) -> Any:
            return torch.flatten(x, 1) + self.shift

    class Branches(nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return x.flatten(1) if x.sum() > 0 else -x.flatten(1)

    train = classifier(nn.Conv2d(2, 2, 3), nn.BatchNorm2d(2)).double()
    hooked = classifier(nn.Conv2d(2, 2, 3))
    hooked[0][0].register_forward_hook(lambda module, given, result: 2 * result)
    masked = classifier(nn.Conv2d(2, 2, 3))
    masked[0][0].register_buffer("mask", torch.ones(1))
    for module, message in (
        (classifier(nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect")), "Conv2d.* the padding mode 'reflect'"),
        (classifier(nn.Conv2d(2, 2, 3), nn.Hardtanh()), "Hardtanh.* is not supported"),
        (classifier(nn.Conv2d(2, 2, 3), nn.LPPool2d(2, 2)), "LPPool2d.* is not supported"),
        (
            classifier(nn.Conv2d(2, 2, 3), nn.BatchNorm2d(2, track_running_stats=False)),
            "BatchNorm2d.* statistics of its",
        ),
        (classifier(nn.Conv2d(2, 2, 3), Product()), "the function mul is not supported"),
        (classifier(Outside()), "a parameter or buffer outside of a layer"),
        (classifier(nn.Conv2d(2, 2, 3), Branches()), "torch.fx cannot trace the module"),
        (classifier(nn.AvgPool2d(2), Block(nn.Softplus())), "needed after softplus beside it is not modelled"),
        (nn.Sequential(nn.Conv2d(2, 2, 3)), "not one tensor of .samples, outputs"),
        (hooked, "Conv2d has hooks"),
        (masked, "Conv2d.* other parameters, buffers"),
        (classifier(nn.Conv2d(2, 120, 3)), "parameters are more than 131072"),
    ):
        with pytest.raises(ValueError, match=message):
            imported(module)
    with pytest.raises(ValueError, match="not in eval mode"):
        EmpiricalRisk.from_torch(train.train(), IMAGES, LABELS, loss="cross-entropy")
    with pytest.raises(ValueError, match="module.double"):
        EmpiricalRisk.from_torch(classifier(nn.Conv2d(2, 2, 3)).float(), IMAGES, LABELS, loss="cross-entropy")
    with pytest.raises(ValueError, match=r"is given samples of the shape \(6, 6\)"):
        imported(classifier(nn.Conv2d(2, 2, 3)), IMAGES[:, 0])


def test_a_module_whose_outputs_are_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a layer did in PyTorch what it does not here."""
    plain = nn.AvgPool2d.forward
    monkeypatch.setattr(nn.AvgPool2d, "forward", lambda self, x: plain(self, x) * (1 if len(x) == 16 else 1.5))
    with pytest.raises(ValueError, match="this is not understood"):
        imported(classifier(nn.Conv2d(2, 2, 3), nn.AvgPool2d(2)))
