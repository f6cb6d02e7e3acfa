"""The critical points of all differentiable losses of a product of matrices, without a bottleneck."""

from __future__ import annotations

from collections.abc import Sequence

from verify.checker.public import Witness
from verify.checker.statements.matrix_products import PROPERTY, CriticalPointsOfProducts, MatrixProducts
from verify.producer.linear.certified import PRECISION, certified
from verify.producer.prover import Certificate


def certify_products(widths: Sequence[int] | None = None) -> Certificate:
    """A certificate for these widths, or for all without a bottleneck. Raises NotCertified."""
    landscape = MatrixProducts(None if widths is None else tuple(widths))
    return certified("matrix-products", CriticalPointsOfProducts(landscape, PROPERTY), Witness(PRECISION))
