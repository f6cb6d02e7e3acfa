"""Features of PyTorch modules: the same outputs, their rank, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from verify.producer.wide.features import certify_feature_rank

torch = pytest.importorskip("torch")
nn = torch.nn

from verify.producer.wide.from_torch import features_from_torch  # noqa: E402


def images(count: int = 10) -> Any:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 16, (count, 2, 6, 5), generator=generator).double() / 16


def test_a_convolutional_module_at_its_own_parameters() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(2, 3, (3, 2), stride=(1, 2)), nn.ReLU(), nn.MaxPool2d(2, 1), nn.Flatten(), nn.Linear(9, 14), nn.Tanh()
    ).double()
    landscape, point = features_from_torch(module, images())
    assert landscape.channels == 2
    statement = certify_feature_rank(landscape, point=point).read().statement
    assert statement.extent() == "one point"
    assert statement.rank == 10  # type: ignore[attr-defined]


def test_layers_side_by_side() -> None:
    torch.manual_seed(1)
    module = nn.Sequential(nn.Linear(3, 12), nn.LeakyReLU(0.25), nn.Linear(12, 11, bias=False), nn.ReLU()).double()
    landscape, point = features_from_torch(module, torch.randn(8, 3, dtype=torch.float64))
    assert [layer.units for layer in landscape.layers] == [12, 11]
    assert "branch pattern" in certify_feature_rank(landscape, attempts=9).read().statement.extent()


class Block(nn.Module):
    """Two convolutions, and the input beside them: as it is, or by a projection."""

    def __init__(self, given: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(given, width, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, 1, 1)
        self.second_norm = nn.BatchNorm2d(width)
        self.beside: Any = nn.Identity()
        if given != width or stride != 1:
            self.beside = nn.Sequential(nn.Conv2d(given, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Any) -> Any:
        h = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(h)) + self.beside(x))


class Residual(nn.Module):
    """A small residual network."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(2, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU())
        self.blocks = nn.Sequential(Block(width, width), Block(width, 2 * width, 2))
        self.pool = nn.AvgPool2d(2, ceil_mode=True)
        self.out = nn.Linear(2 * width * 4, 3)

    def forward(self, x: Any) -> Any:
        return self.out(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


def residual() -> Any:
    """With statistics of its own."""
    torch.manual_seed(0)
    module = Residual().double()
    with torch.no_grad():
        for _ in range(3):
            module(images(10))
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.weight.uniform_(-1, 1)
                part.bias.uniform_(-1, 1)
    return module.eval()


def test_a_residual_network_at_its_own_parameters() -> None:
    landscape, point = features_from_torch(residual(), images(), until="out")
    assert [layer.kind for layer in landscape.layers].count("sum") == 2
    statement = certify_feature_rank(landscape, point=point).read().statement
    assert statement.rank == 10  # type: ignore[attr-defined]
    assert "sum of layer 3 and layer 1 (ReLU)" in statement.sentence()


def test_a_residual_network_for_almost_all_parameters() -> None:
    landscape, _ = features_from_torch(residual(), images(), until="out")
    assert "branch pattern" in certify_feature_rank(landscape).read().statement.extent()


class Beside(nn.Module):
    """What is computed at once, but with parts that are used twice."""

    def __init__(self, forward: Any) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)
        self.norm = nn.BatchNorm1d(3)
        self.own = forward

    def forward(self, x: Any) -> Any:
        return self.own(self, x)


@pytest.mark.parametrize(
    ("forward", "layers"),
    [
        (lambda m, x: torch.tanh(m.first(x)) + x, 2),
        (lambda m, x: (h := m.first(x)) + torch.tanh(h), 3),  # h is used without the activation, too
        (lambda m, x: (h := torch.tanh(m.first(x))) + m.norm(m.second(h)), 3),
        (lambda m, x: torch.relu(torch.relu(m.first(x)) + x) + x, 3),
        (lambda m, x: torch.tanh(x) + m.second(torch.sigmoid(torch.relu(m.first(x)))), 5),
    ],
)
def test_what_is_used_twice_is_as_it_was(forward: Any, layers: int) -> None:
    """That the outputs are the module's own is compared within."""
    torch.manual_seed(2)
    module = Beside(forward).double().eval()
    with torch.no_grad():
        module.norm.weight.uniform_(-1, 1)
        module.norm.running_mean.uniform_(-1, 1)
    landscape, _ = features_from_torch(module, torch.randn(5, 3, dtype=torch.float64))
    assert len(landscape.layers) == layers


def test_an_activation_that_rises_comes_after_the_maximum() -> None:
    module = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2, 2, padding=1)).double()
    landscape, _ = features_from_torch(module, images())
    assert [layer.activation.describe() for layer in landscape.layers] == ["identity", "ReLU"]


@pytest.mark.parametrize(
    ("forward", "told"),
    [
        (lambda m, x: m.first(m.first(x)), "is called twice"),
        (lambda m, x: m.norm(x), "not where it stands"),
        (lambda m, x: (h := m.first(x)) + m.norm(h), "not where it stands"),
        (lambda m, x: m.norm(torch.relu(m.first(x))), "not where it stands"),
        (lambda m, x: (h := m.first(x)) + h, "a sum of a tensor and itself"),
        (lambda m, x: m.first(x) * x, "function mul is not supported"),
        (lambda m, x: x, "no layer before the features"),
        (lambda m, x: m.first(x) + 1, "is not a tensor that is computed from the input"),
        (lambda m, x: m.first(x) + m.second.weight.sum(), "outside of a layer"),
    ],
)
def test_what_a_module_may_not_do(forward: Any, told: str) -> None:
    module = Beside(forward).double().eval()
    with pytest.raises(ValueError, match=told):
        features_from_torch(module, torch.randn(5, 3, dtype=torch.float64))


def test_a_name_that_is_not_called_and_a_normalisation_in_training() -> None:
    with pytest.raises(ValueError, match="calls no submodule 'fc'"):
        features_from_torch(residual(), images(), until="fc")
    with pytest.raises(ValueError, match="not in eval mode"):
        features_from_torch(residual().train(), images())
    with pytest.raises(ValueError, match="only float64 is modelled"):
        features_from_torch(residual(), images().float())


@pytest.mark.parametrize(
    "module",
    [
        nn.Sequential(nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect")),
        nn.Sequential(nn.Conv2d(2, 4, 3, groups=2)),
        nn.Sequential(nn.Conv2d(2, 3, 3), nn.Softsign()),
        nn.Sequential(nn.Flatten(), nn.Linear(60, 3), nn.LogSoftmax(1)),
        nn.Sequential(nn.BatchNorm2d(2)).eval(),
    ],
)
def test_what_is_not_modelled(module: object) -> None:
    with pytest.raises(ValueError, match=r"not modelled|not supported|not where it|padding mode"):
        features_from_torch(module.double(), images())  # type: ignore[attr-defined]
