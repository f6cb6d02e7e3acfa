"""Critical points of all losses of a product of matrices, and one point that is no extremum of any of them."""

from __future__ import annotations

from collections.abc import Sequence

from verify.checker.evaluators import exact
from verify.checker.public import Reason, Witness
from verify.checker.statements.matrix_products import (
    NO_EXTREMUM,
    PROPERTY,
    CriticalPointsOfProducts,
    MatrixProducts,
    MoveWitness,
    NeitherMinimumNorMaximum,
)
from verify.producer.linear.above import Rows
from verify.producer.linear.above import exact as exact_rows
from verify.producer.linear.certified import PRECISION, certified
from verify.producer.linear.moves import exact_entries, preserving_move
from verify.producer.prover import Certificate, NotCertified

KIND = "matrix-products"


def certify_products(widths: Sequence[int] | None = None, *, squared: bool = False) -> Certificate:
    """A certificate for these widths, or for all: without a bottleneck, or `squared`: of the squared loss.

    Raises NotCertified.
    """
    landscape = MatrixProducts(None if widths is None else tuple(widths), squared)
    return certified(KIND, CriticalPointsOfProducts(landscape, PROPERTY), Witness(PRECISION))


def certify_no_extremum(point: Sequence[Rows], gradient: Rows) -> Certificate:
    """That no differentiable loss with this gradient at the point's product has an extremum there.

    Raises NotCertified, where the layers are narrow and the product has their rank.
    """
    layers = tuple(exact_rows(rows) for rows in point)
    G = exact_rows(gradient)
    move = preserving_move([exact(layer) for layer in layers], exact(G)) if any(map(any, G)) else None
    if move is None:
        raise NotCertified("no move is known along which the product stays", {}, Reason.NO_CANDIDATE)
    terms, j = move
    landscape = MatrixProducts((len(layers[0][0]), *map(len, layers)))
    curve = tuple(tuple(map(exact_entries, term)) for term in terms)
    return certified(
        KIND, NeitherMinimumNorMaximum(landscape, NO_EXTREMUM, layers, G), MoveWitness(PRECISION, curve, j + 1)
    )
