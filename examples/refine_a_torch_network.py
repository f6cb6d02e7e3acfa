"""Is this convolutional network, trained with PyTorch, at a local minimum of its loss; and where is one?"""

import torch
from torch import nn

from verify import EmpiricalRisk, refine, write_claims

torch.manual_seed(0)
images = torch.randn(12, 1, 4, 4).double()
classes = torch.arange(12) % 2
model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 2)).double()
descent = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9, weight_decay=0.02)
for _ in range(2000):
    descent.zero_grad()
    nn.functional.cross_entropy(model(images), classes).backward()
    descent.step()

risk, point = EmpiricalRisk.from_torch(model.eval(), images, classes, loss="cross-entropy", weight_decay=0.02)
print("loss", risk.value(point), "where training stopped; nothing is proved yet")
found = refine(risk, point)
print(found)
for name, certificate in (("minimum", found.minimum), ("nowhere-near", found.nowhere_near)):
    if certificate is not None:
        certificate.save(f"{name}.json")
write_claims("claims.toml", risk, found.theta, within="1/1000", overwrite=True)  # then: verify audit claims.toml
