"""Is this trained network at a local minimum of its loss?"""

import numpy as np
from scipy.optimize import minimize

from verify import EmpiricalRisk, Verified, certify, check

inputs, targets = [[0.5], [1], [-1], [2]], [[1], [0], [0.5], [-1]]
risk = EmpiricalRisk(inputs, targets, [1, 1], "tanh", weight_decay="1/10", bias_decay="1/10")
trained = minimize(lambda theta: (risk.value(theta), risk.gradient(theta)[0]), np.array([1.0, 0, 1, 0]), jac=True)
print("loss", trained.fun, "after", trained.nit, "steps; nothing is proved yet")
certificate = certify(risk, trained.x)
certificate.save("trained.json")
verdict = check("trained.json")
assert isinstance(verdict, Verified)
print(verdict.statement.sentence())
