"""Statements about all losses of a product of matrices: what its critical points are.

L(W_1, ..., W_H) = l(W_H ... W_1), for every differentiable real function l of the d_H x d_0 matrices: the loss of a
deep linear network on any data is one.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_LAYERS, MAX_NEURONS, MAX_ORDER
from verify.checker.core.schema import Constant, Count, ListOf, Word, matrix, not_zero
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE, Witness, witness_of
from verify.checker.statements.deep_linear_network import Layers, layers_of
from verify.checker.statements.landscape import AboutLandscape

PROPERTY, NO_EXTREMUM = "critical-points-are-global-or-saddles", "neither-minimum-nor-maximum"


@dataclass(frozen=True, slots=True)
class MatrixProducts:
    """Of these widths; or of all, of every depth, without a bottleneck unless the loss is the squared one."""

    widths: tuple[int, ...] | None
    """d_0, ..., d_H."""
    squared: bool = False
    """l = 1/2 |W X - Y|^2 for any X with an invertible X X^T, and any Y."""

    @builtins.property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Of W_1, ..., W_H."""
        widths = self.widths or ()
        return tuple(zip(widths[1:], widths, strict=False))

    @builtins.property
    def has_bottleneck(self) -> bool:
        """Whether a hidden width is below both the first and the last."""
        return self.widths is not None and min(self.widths) < min(self.widths[0], self.widths[-1])

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        if self.squared:
            return (
                "L(W_1, ..., W_H) = 1/2 |W_H ... W_1 X - Y|_F^2 over real d_j x d_(j-1) matrices W_j, for real "
                "matrices X with d_0 rows and an invertible X X^T, and Y with d_H rows"
            )
        return (
            "L(W_1, ..., W_H) = l(W_H ... W_1) over real d_j x d_(j-1) matrices W_j, for a differentiable real "
            "function l of a d_H x d_0 matrix; a deep linear network's loss on any data is of this form"
        )

    def scope(self) -> str:
        """What a proof about them covers."""
        return f"{self._widths()}, every {'X with X X^T invertible, every Y' if self.squared else 'differentiable l'}"

    def subject(self) -> str:
        """The beginning of a sentence."""
        if self.squared:
            return f"For {self._widths()} and the squared loss on any data X, Y with X X^T invertible,"
        return f"For {self._widths()} and every differentiable loss l of the product W = W_H ... W_1,"

    def _widths(self) -> str:
        if self.widths is None:
            wide = "" if self.squared else " with every hidden one at least min(d_0, d_H)"
            return f"every H >= 1, all widths d_0, ..., d_H{wide}"
        return f"the widths {'-'.join(map(str, self.widths))}"


@dataclass(frozen=True, slots=True)
class CriticalPointsOfProducts(AboutLandscape[MatrixProducts]):
    """Where l's gradient at the product is not 0, a saddle; where it is 0 and l convex, a global minimum."""

    def claim(self) -> str:
        """What is said of them."""
        if self.landscape.squared:
            return (
                "every critical point is a global minimum, or neither a local minimum nor a local maximum; so every "
                "local minimum is global"
            )
        return (
            "every critical point at which the gradient of l at W is not 0 is neither a local minimum nor a local "
            "maximum; so if l is convex, every critical point is a global minimum or a saddle, and every local minimum "
            "is global"
        )


@dataclass(frozen=True, slots=True)
class NeitherMinimumNorMaximum(AboutLandscape[MatrixProducts]):
    """One point, for all losses with one gradient at its product."""

    point: Layers
    gradient: Matrix
    """G = grad l(W), (d_H, d_0)."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one point, {self.landscape.scope()} with one gradient at its product"

    def claim(self) -> str:
        """What is said of it."""
        return (
            "whose gradient at the product of the given point is the given matrix other than 0, that point is neither "
            "a local minimum nor a local maximum"
        )


@dataclass(frozen=True, slots=True)
class MoveWitness(Witness):
    """W(t) = W + C_1 t + C_2 t^2 + ..., along which the product is the same, and a layer that gets a gradient."""

    curve: tuple[Layers, ...]
    layer: int
    """j, from 1."""


WIDTHS = ListOf(Count(1, MAX_NEURONS), 2, MAX_LAYERS)
KIND = Row("kind", Constant("matrix-products"))
MATRIX_PRODUCTS = Table.of(
    MatrixProducts,
    KIND,
    Row("layer_widths", WIDTHS, into="widths", optional=True),
    Row("loss", Word({"squared": True}), into="squared", optional=True, absent=False),
)
STATEMENT = statement_of(CriticalPointsOfProducts, MATRIX_PRODUCTS, PROPERTY)
WITNESS = PRECISION_ALONE
OF_WIDTHS = Table.of(MatrixProducts, KIND, Row("layer_widths", WIDTHS, into="widths"))
GRADIENT = matrix(lambda known: (known["landscape"].widths[-1], known["landscape"].widths[0]))
OF_A_POINT = statement_of(
    NeitherMinimumNorMaximum,
    OF_WIDTHS,
    NO_EXTREMUM,
    Row("point", layers_of(lambda known: known["landscape"])),
    Row("gradient", not_zero(GRADIENT)),
)
WITH_MOVE = witness_of(
    MoveWitness,
    Row("curve", ListOf(layers_of(lambda known: known["statement"].landscape), 1, MAX_ORDER)),
    Row("layer", Count(1, lambda known: len(known["statement"].landscape.shapes))),
)
