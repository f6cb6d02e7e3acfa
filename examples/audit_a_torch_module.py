"""A network trained with PyTorch as usual, on its way to proofs: is there a local minimum where training stopped?"""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn
from torch.nn import functional

from verify import EmpiricalRisk, refine, write_claims


class Network(nn.Module):
    """Thirteen inputs, one hidden layer, three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.output = nn.Linear(13, 6), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of the classes."""
        return self.output(functional.leaky_relu(self.hidden(x), 0.1))


torch.manual_seed(0)
data = load_wine()
x, y = torch.tensor(scale(data.data)), torch.tensor(data.target)
model = Network().double()  # float64: a proof is about these very numbers
DECAY = 0.01


def loss() -> torch.Tensor:
    """What is minimised: with weight decay there is a minimum to come to."""
    return functional.cross_entropy(model(x), y) + DECAY / 2 * sum((each**2).sum() for each in model.parameters())


adam = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(500):
    adam.zero_grad()
    loss().backward()
    adam.step()
lbfgs = torch.optim.LBFGS(model.parameters(), max_iter=1000, tolerance_grad=1e-10, line_search_fn="strong_wolfe")


def closure() -> torch.Tensor:
    """What LBFGS asks for."""
    lbfgs.zero_grad()
    value = loss()
    value.backward()
    return value


lbfgs.step(closure)

risk, point = EmpiricalRisk.from_torch(model, x, y, loss=nn.CrossEntropyLoss(), weight_decay=DECAY)
print(f"loss {loss().item():.10f} by PyTorch, {risk.value(point):.10f} here; nothing is proved yet")
found = refine(risk, point)  # from where training stopped to the next local minimum
print(found)
write_claims("claims.toml", risk, found.theta, within="1/1000", overwrite=True)  # then: verify audit claims.toml
