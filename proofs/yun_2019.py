"""Yun, Sra & Jadbabaie 2019: small nonlinearities in activation functions create bad local minima.

The loss is half the sum of squares. Theorem 1 is a statement about all data; here it is proved on
instances, with the point that its proof gives. Theorem 2's conditions are met by explicit points.

Theorem 4 needs its condition on the widths: for a linear network W2 W1 of width 1 the certificate is
of a strict minimum with W2[0] fixed at 1. Without fixing it, (W1, W2) -> (s W1, W2 / s) leaves the
loss as it is and carries every nearby point to one with W2[0] = 1 near ours, so that the point is a
local minimum of the whole network too, though not a strict one, and no saddle.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.matrix_products import (
    CriticalPointsOfProducts,
    MatrixProducts,
    NeitherMinimumNorMaximum,
)
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.above import exact
from verify.producer.linear.products import certify_no_extremum, certify_products
from verify.producer.prover import certify
from verify.producer.prover.families import certify_constant_outputs
from verify.producer.prover.given_point import certify_local_minimum

from .finite_samples import Item, Vector, better, proof, says, says_at, vector

TRIANGLE = [[1, 0], [0, 1], ["1/2", "1/2"]]
POINTS: dict[str, tuple[object, Vector, Vector]] = {
    "sigmoid": ("sigmoid", vector("3/4", "-13/4"), vector("-25/4")),
    "tanh": ("tanh", vector(-1, "1/4"), vector("23/4")),
    "arctan": ("arctan", vector(-1, "1/4"), vector("23/4")),
    "ELU": ({"elu": ["1", "1"]}, vector("1/4", "-1/4"), vector("15/2")),
    "SELU": ("selu", vector("-1/4", "1/4"), vector("13/2")),
}
"""Activation, pre-activations v_1, v_2, and u_1; u_2 makes the output 1/3."""


def theorem_1(slopes: tuple[str, str], width: int) -> Item:
    """The theorem's point, on x = 0, 1, 2 with y = 0, 0, 1, where least squares is y = x/2 - 1/6, of loss 1/12."""
    negative, positive = (Fraction(slope) for slope in slopes)
    landscape = EmpiricalRisk([0, 1, 2], [0, 0, 1], [width, 1], {"piecewise-linear": list(slopes)})
    weight, bias, eta = Fraction(1, 2), Fraction(-1, 6), Fraction(-1)
    point = (
        *(weight, *[Fraction(0)] * (width - 1)),
        *(bias - eta, *[-eta] * (width - 1)),
        *(1 / positive, *[Fraction(0)] * (width - 1)),
        eta,
    )
    name = f"theorem 1, slopes {negative} and {positive}, width {width}"
    return Item(
        name=name,
        claim="A piecewise linear network with data that are not affine has a spurious local minimum with the loss of "
        f"linear least squares (x = 0, 1, 2, y = 0, 0, 1, slopes {negative} and {positive}, width {width}).",
        file=f"theorem-1-{slopes[0].replace('/', '_')}-{slopes[1]}-width-{width}.json",
        make=lambda: certify_local_minimum(landscape, point, better(landscape, 1 / 12)),
        settles=says_at(landscape, "suboptimal-local-minimum", point, Fraction(1, 12)),
    )


def theorem_2(name: str) -> Item:
    """A local minimum of loss 1/3 that is not global, by the theorem's conditions."""
    activation, before, weights = POINTS[name]
    landscape = EmpiricalRisk(TRIANGLE, [0, 0, 1], [2, 1], activation, biases=False)
    return Item(
        name=f"theorem 2, {name}",
        claim=f"A {name} network of width 2 has a local minimum of loss 1/3 that is not global, on three samples.",
        file=f"theorem-2-{name.lower()}.json",
        make=lambda: certify_constant_outputs(landscape, before, weights, better(landscape, 1 / 3)),
        settles=says(
            landscape,
            "degenerate-local-minimum",
            pre_activations=before,
            output_weights=weights,
            suboptimal=True,
        ),
    )


RELU = EmpiricalRisk(TRIANGLE, [0, 0, 1], [2, 1], "relu", biases=False)
RELU_POINT = vector(1, 1, 1, 1, "1/6", "1/6")

BOTTLENECK = EmpiricalRisk([[1, 0], [0, 1]], [[2, 0], [0, 1]], [1, 2], "identity", biases=False, fixed={2: 1})
"""A linear network 2-1-2 for Y = diag(2, 1) whose scale is fixed by its third weight, W2[0] = 1."""
BOTTLENECK_POINT = (2.0, 0.0, 0.0)
"""W1 = (2, 0), W2 = (1, 0): the product diag(2, 0), where the loss's gradient in the product is diag(0, -1)."""


def settles_bottleneck(statement: Statement) -> bool:
    """Whether a statement is a strict minimum of that network so near that the product is not Y."""
    return (
        says(BOTTLENECK, "strict-local-minimum")(statement)
        and isinstance(statement, Minimum)
        and statement.center == (vector(2, 0, 0),)
        and statement.radius < Fraction(1, 2)
    )


def every_product(found: Statement) -> bool:
    """Whether a statement is about all products of matrices without a bottleneck."""
    return isinstance(found, CriticalPointsOfProducts) and found.landscape == MatrixProducts(None)


ORIGIN, SLOPE = [[[0, 0], [0, 0]]] * 3, [[1, 2], [0, 0]]


def not_extremal(found: Statement) -> bool:
    """Whether a statement is about the origin of three 2 x 2 layers and all losses with the gradient SLOPE at 0."""
    return isinstance(found, NeitherMinimumNorMaximum) and (found.landscape, found.point, found.gradient) == (
        MatrixProducts((2, 2, 2, 2)),
        tuple(map(exact, ORIGIN)),
        exact(SLOPE),
    )


PROOF = proof(
    "yun-2019",
    "Yun, Sra & Jadbabaie 2019",
    (
        *(theorem_1(slopes, width) for slopes in (("0", "1"), ("1/10", "1")) for width in (2, 3)),
        *(theorem_2(name) for name in POINTS),
        Item(
            name="theorem 2's data, ReLU",
            claim="A ReLU network of width 2 has a local minimum of loss 1/3 that is not global, on the same samples.",
            file="theorem-2-relu.json",
            make=lambda: certify_local_minimum(RELU, RELU_POINT, better(RELU, 1 / 3)),
            settles=says_at(RELU, "suboptimal-local-minimum", RELU_POINT, Fraction(1, 3)),
        ),
        Item(
            name="theorem 4, with a bottleneck",
            claim=(
                "Without the condition on the widths: a critical point of a deep linear network at which the loss's "
                "gradient in the product is not zero is a saddle. (Refuted by a network 2-1-2.)"
            ),
            file="theorem-4-bottleneck.json",
            make=lambda: certify(BOTTLENECK, BOTTLENECK_POINT),
            settles=settles_bottleneck,
            verdict="refuted",
        ),
        Item(
            name="theorem 4",
            claim=(
                "Deep linear, every hidden width at least min(d_x, d_y), any differentiable loss of the product: a "
                "critical point with a gradient in the product is a saddle; without one, and for a convex loss, it is "
                "a global minimum (every depth, all widths, all data)."
            ),
            file="theorem-4.json",
            make=certify_products,
            settles=every_product,
        ),
        Item(
            name="theorem 4, at one point",
            claim=(
                "The move of its proof, at one point: the origin of three 2 x 2 layers is neither a local minimum nor "
                "a local maximum, for every differentiable loss with the gradient [[1, 2], [0, 0]] at 0."
            ),
            file="theorem-4-one-point.json",
            make=lambda: certify_no_extremum(ORIGIN, SLOPE),
            settles=not_extremal,
        ),
    ),
)
