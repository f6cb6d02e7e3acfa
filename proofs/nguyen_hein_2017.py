"""Nguyen & Hein 2017, deep and wide networks, as a lecture words it; the paper's theorems were not at hand.

The sentence: sigmoid units, distinct samples, a local minimum at which (1) a layer k has d_k >= m units for m samples
and the later matrices have full rank, and (2) the Hessian in the layers above layer k is non-degenerate, is global.
docs/WIDE.md has the theorems.
"""

from __future__ import annotations

from collections.abc import Callable

from verify.checker.core.statement import Statement
from verify.checker.statements.network_features import ALMOST_ALL, CRITICAL, MINIMUM, WideNetwork
from verify.checker.statements.networks_of_every_size import SingularUpperHessian, WideLayer
from verify.producer.wide.every_size import certify_singular_upper_hessian
from verify.producer.wide.features import certify_wide_network
from verify.producer.wide.layers import dense, network

from .finite_samples import Item, proof

INPUTS = [[1, 2], [-1, 1], [2, -3], [0, 1], [-2, -2]]
NETWORK = network(INPUTS, [dense(5, "sigmoid"), dense(3, "sigmoid"), dense(2, "identity")])


def singular(excess: int, biases: bool) -> Callable[[Statement], bool]:
    """Whether a statement says that the Hessian is singular for n_k >= N + excess."""
    return lambda found: isinstance(found, SingularUpperHessian) and found.landscape == WideLayer(excess, biases)


def wide(name: str) -> Callable[[Statement], bool]:
    """Whether a statement is about all critical points, or all local minima."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, WideNetwork)
            and found.landscape == NETWORK
            and (found.property, found.layer, found.constant) == (name, 1, False)
            and (found.within.parameters, found.within.wider) == (ALMOST_ALL, True)
        )

    return fits


PROOF = proof(
    "nguyen-hein-2017",
    "Nguyen & Hein 2017, The loss surface of deep and wide neural networks (as quoted in a lecture)",
    (
        Item(
            name="hypothesis 2, d_k > m",
            claim=(
                "The Hessian above layer k is non-degenerate at some point, for some data and d_k > m. (Refuted for "
                "all sizes: it is singular at every point, so that the theorem as worded is true and says nothing.)"
            ),
            file="singular.json",
            make=lambda: certify_singular_upper_hessian(1, biases=False),
            settles=singular(1, False),
            verdict="refuted",
        ),
        Item(
            name="hypothesis 2, with biases",
            claim="The same with trained biases in layer k + 1 and d_k >= m. (Refuted for all sizes.)",
            file="singular-with-biases.json",
            make=lambda: certify_singular_upper_hessian(0, biases=True),
            settles=singular(0, True),
            verdict="refuted",
        ),
        Item(
            name="without hypothesis 2, critical points",
            claim=(
                "Of a sigmoid network with d_1 >= m every critical point outside a null set has loss 0, for all "
                "targets (5 samples in the plane, widths 5-3-2 and all larger first layers)."
            ),
            file="critical-points.json",
            make=lambda: certify_wide_network(NETWORK, 1),
            settles=wide(CRITICAL),
        ),
        Item(
            name="without hypothesis 2, local minima",
            claim="Of the same networks every local minimum with features of rank m is global, for every convex loss.",
            file="local-minima.json",
            make=lambda: certify_wide_network(NETWORK, 1, minima=True),
            settles=wide(MINIMUM),
        ),
        Item(
            name="the theorem for d_k = m",
            claim=(
                "With d_k = m, without biases, a local minimum with a non-degenerate Hessian above layer k is global."
            ),
            missing=(
                "a statement for all data and sizes; docs/WIDE.md has why: the features are then invertible, and the "
                "theorem on local minima applies without hypothesis 2"
            ),
        ),
    ),
)
