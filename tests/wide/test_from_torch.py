"""Features of PyTorch modules: the same outputs, their rank, and what is refused."""

from __future__ import annotations

import pytest

from verify.producer.wide.features import certify_feature_rank

torch = pytest.importorskip("torch")
nn = torch.nn

from verify.producer.wide.from_torch import features_from_torch  # noqa: E402


def images(count: int = 10) -> object:
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


@pytest.mark.parametrize(
    "module",
    [
        nn.Sequential(nn.Conv2d(2, 3, 3, padding=1)),
        nn.Sequential(nn.Conv2d(2, 4, 3, groups=2)),
        nn.Sequential(nn.Conv2d(2, 3, 3), nn.Softsign()),
        nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Tanh()),
        nn.Sequential(nn.BatchNorm2d(2)),
    ],
)
def test_what_is_not_modelled(module: object) -> None:
    with pytest.raises(ValueError, match=r"not modelled|must come after"):
        features_from_torch(module.double(), images())  # type: ignore[attr-defined]
