"""Statements about all losses of a product of matrices: what its critical points are.

L(W_1, ..., W_H) = l(W_H ... W_1), for every differentiable real function l of the d_H x d_0 matrices: the loss of a
deep linear network on any data is one.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.limits import MAX_LAYERS, MAX_NEURONS
from verify.checker.core.schema import Constant, Count, ListOf, text
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.landscape import AboutLandscape

PROPERTY = "critical-points-are-global-or-saddles"


@dataclass(frozen=True, slots=True)
class MatrixProducts:
    """Of these widths; or of all without a bottleneck, of every depth."""

    widths: tuple[int, ...] | None
    """d_0, ..., d_H."""

    @builtins.property
    def has_bottleneck(self) -> bool:
        """Whether a hidden width is below both the first and the last."""
        return self.widths is not None and min(self.widths) < min(self.widths[0], self.widths[-1])

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return (
            "L(W_1, ..., W_H) = l(W_H ... W_1) over real d_j x d_(j-1) matrices W_j, for a differentiable real "
            "function l of a d_H x d_0 matrix; a deep linear network's loss on any data is of this form"
        )

    def scope(self) -> str:
        """What a proof about them covers."""
        return f"{self._widths()}, every differentiable l"

    def subject(self) -> str:
        """The beginning of a sentence."""
        return f"For {self._widths()} and every differentiable loss l of the product W = W_H ... W_1,"

    def _widths(self) -> str:
        if self.widths is None:
            return "every H >= 1, all widths d_0, ..., d_H with every hidden one at least min(d_0, d_H)"
        return f"the widths {'-'.join(map(str, self.widths))}"


@dataclass(frozen=True, slots=True)
class CriticalPointsOfProducts(AboutLandscape):
    """Where l's gradient at the product is not 0, a saddle; where it is 0 and l convex, a global minimum."""

    landscape: MatrixProducts

    def claim(self) -> str:
        """What is said of them."""
        return (
            "every critical point at which the gradient of l at W is not 0 is neither a local minimum nor a local "
            "maximum; so if l is convex, every critical point is a global minimum or a saddle, and every local minimum "
            "is global"
        )


MATRIX_PRODUCTS = Table(
    MatrixProducts,
    (
        Row("kind", Constant("matrix-products")),
        Row("layer_widths", ListOf(Count(1, MAX_NEURONS), 2, MAX_LAYERS), into="widths", optional=True),
    ),
)
STATEMENT = Table(CriticalPointsOfProducts, (Row("landscape", MATRIX_PRODUCTS), Row("property", text(PROPERTY))))
WITNESS = PRECISION_ALONE
