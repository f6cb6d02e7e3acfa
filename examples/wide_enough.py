"""Is my network wide enough? Features of full rank, what follows for critical points, and where descent converges.

python wide_enough.py
"""

from fractions import Fraction

import numpy as np

from verify import EmpiricalRisk, NotCertified
from verify.producer.prover.descent_nearby import certify_convergence_nearby
from verify.producer.wide.features import certify_feature_rank, certify_wide_network
from verify.producer.wide.layers import dense, network

SAMPLES = [[Fraction(int(x), 8) for x in row] for row in np.random.default_rng(0).integers(-16, 17, (12, 3))]


def rank(width: int) -> str:
    """What is proved of the features of 12 samples in a layer of so many tanh units."""
    try:
        return certify_feature_rank(network(SAMPLES, [dense(width, "tanh")])).read().statement.sentence()
    except NotCertified as error:
        return str(error)


def main() -> None:
    """Print what is proved."""
    print("11 units:", rank(11))
    print("12 units:", rank(12))

    # 11 units and the biases of the next layer do, too: then no critical point is bad, for all targets.
    deep = network(SAMPLES, [dense(11, "tanh"), dense(4, "softplus"), dense(2, "identity")])
    print("11-4-2:", certify_wide_network(deep, 1, ones=True, attained=True).read().statement.sentence())

    # And gradient descent itself, near a network that fits these targets.
    risk = EmpiricalRisk(SAMPLES, [round(np.sin(i), 2) for i in range(12)], [12, 1], "tanh")
    trained = np.random.default_rng(1).normal(size=risk.trained)
    print("descent:", certify_convergence_nearby(risk, trained).read().statement.sentence())


if __name__ == "__main__":
    main()
