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
