"""Are the features of this residual network, trained with PyTorch on digits, of full rank? For which of its parameters?

python wide_enough_torch.py
"""

from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

from verify import NotCertified
from verify.producer.wide.features import certify_feature_rank
from verify.producer.wide.from_torch import features_from_torch


class Block(nn.Module):
    """Two convolutions, and beside them what they are given, by a projection where the width changes."""

    def __init__(self, given: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(given, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        self.beside: nn.Module = nn.Identity()
        if given != width:
            self.beside = nn.Sequential(nn.Conv2d(given, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Any) -> Any:
        """relu(f(x) + g(x))."""
        return torch.relu(self.second(self.first(x)) + self.beside(x))


def network(width: int) -> nn.Sequential:
    """Digits of 8 x 8, a block of so many channels, one of twice as many on 4 x 4, means over 2 x 2, a linear layer."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()),
        Block(width, width),
        Block(width, 2 * width, 2),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * width, 10),
    )


def trained(width: int, images: Any, classes: Any) -> nn.Module:
    """After 30 steps of Adam in single precision, in double precision."""
    torch.manual_seed(0)
    model = network(width)
    descent = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(30):
        descent.zero_grad()
        nn.functional.cross_entropy(model(images.float()), classes).backward()
        descent.step()
    return model.double().eval()


def main() -> None:
    """Print what is proved of the features of 80 digits, in a wide network and in one that is too narrow."""
    digits = load_digits()
    images = torch.tensor(digits.images[:80]).unsqueeze(1) / 16
    classes = torch.tensor(digits.target[:80])
    for width in (12, 8):
        model = trained(width, images, classes)
        features, parameters = features_from_torch(model, images, until="5")  # what the linear layer is given
        for what, point in (("as trained", parameters), ("almost all parameters", None)):
            try:
                statement = certify_feature_rank(features, point=point).read().statement
                print(f"{8 * width} features, {what}: proved, {statement.extent()}")
            except NotCertified as error:
                print(f"{8 * width} features, {what}: {error}")


if __name__ == "__main__":
    main()
