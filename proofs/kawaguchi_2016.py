"""Kawaguchi 2016: the critical points of deep linear networks, all of them and the bad saddle of one instance."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from verify.checker.core.statement import Statement
from verify.checker.statements.linear_critical_point import DEGENERATE, STRICT, LinearCriticalPoint
from verify.checker.statements.linear_critical_values import CriticalValues
from verify.checker.statements.matrix_products import CriticalPointsOfProducts, MatrixProducts
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.above import exact
from verify.producer.linear.critical import certify_critical_point, with_data
from verify.producer.linear.landscape import certify_critical_values
from verify.producer.linear.products import certify_products
from verify.producer.prover.given_point import certify_degenerate_saddle

from .finite_samples import Item, proof, says_at, vector
from .yun_2019 import every_product

INPUTS = [[1, 0], [0, 1], [1, 1]]
TARGETS = [[1, 0], [0, 2], [1, 1]]
"""X X^T and X Y^T have full rank, and Y X^T (X X^T)^-1 X Y^T distinct eigenvalues."""
NETWORK, TWO_LAYERS = (with_data([2] * (layers + 1), INPUTS, TARGETS) for layers in (3, 2))
ZERO = [[0, 0], [0, 0]]
RISK = EmpiricalRisk(INPUTS, TARGETS, [2, 2, 2], "identity", biases=False)
ORIGIN = vector(*[0] * RISK.trained)


def says_critical(name: str) -> Callable[[Statement], bool]:
    """Whether a statement says that the origin of one of the networks is such a point, with loss 7/2."""
    network, layers = (NETWORK, 3) if name == DEGENERATE else (TWO_LAYERS, 2)
    return lambda found: found == LinearCriticalPoint(network, name, (exact(ZERO),) * layers, Fraction(7, 2))


def every_width(found: Statement) -> bool:
    """Whether a statement is about the squared loss of all products of matrices."""
    return isinstance(found, CriticalPointsOfProducts) and found.landscape == MatrixProducts(None, squared=True)


PROOF = proof(
    "kawaguchi-2016",
    "Kawaguchi 2016",
    (
        Item(
            name="bad saddle",
            claim=(
                "At W = 0 of a linear network with three factors and Y X^T != 0 the gradient vanishes and the point is "
                "no minimum (widths 2-2-2-2, three samples)."
            ),
            file="bad-saddle.json",
            make=lambda: certify_degenerate_saddle(RISK, ORIGIN),
            settles=says_at(RISK, "degenerate-saddle", ORIGIN, Fraction(7, 2)),
        ),
        Item(
            name="bad saddle, with its Hessian",
            claim=(
                "There the Hessian has no negative eigenvalue: with three or more layers there are saddles that are "
                "not strict (same network; the escape curve has order 3)."
            ),
            file="bad-saddle-hessian.json",
            make=lambda: certify_critical_point(NETWORK, [ZERO] * 3),
            settles=says_critical(DEGENERATE),
        ),
        Item(
            name="with two layers the saddles are strict",
            claim="With two layers the origin is a strict saddle (widths 2-2-2, same samples).",
            file="two-layers.json",
            make=lambda: certify_critical_point(TWO_LAYERS, [ZERO] * 2),
            settles=says_critical(STRICT),
        ),
        Item(
            name="all local minima are global, no bottleneck",
            claim=(
                "Every local minimum of a deep linear network is global, and every other critical point a saddle: "
                "where every hidden width is at least min(d_x, d_y); every depth and all data, of any ranks."
            ),
            file="all-minima.json",
            make=certify_products,
            settles=every_product,
        ),
        Item(
            name="all local minima are global",
            claim=(
                "The same with hidden layers of any width, with the squared loss, for X X^T and X Y^T of full rank and "
                "distinct eigenvalues of Y X^T (X X^T)^-1 X Y^T; X X^T of full rank is enough."
            ),
            file="all-minima-any-width.json",
            make=lambda: certify_products(squared=True),
            settles=every_width,
        ),
        Item(
            name="all critical values",
            claim=(
                "For these samples, three factors: the losses at critical points are those of the projections onto "
                "some eigenvectors of Y X^T (X X^T)^-1 X Y^T, and no others (not in the paper; Baldi & Hornik for two)."
            ),
            file="critical-values.json",
            make=lambda: certify_critical_values(NETWORK),
            settles=lambda found: isinstance(found, CriticalValues) and found.landscape == NETWORK,
        ),
    ),
)
