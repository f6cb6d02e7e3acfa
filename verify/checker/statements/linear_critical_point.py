"""Statements about one exact critical point of a deep linear network."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import shown
from verify.checker.core.limits import MAX_ORDER
from verify.checker.core.schema import NUMBER, Count, ListOf
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.deep_linear_network import DEEP_LINEAR_NETWORK, DeepLinearNetwork, Layers, layers_of
from verify.checker.statements.landscape import AboutLandscape

GLOBAL, STRICT, DEGENERATE = "global-minimum", "strict-saddle", "degenerate-saddle"
SAYS = {
    GLOBAL: "is a global minimum",
    STRICT: "is critical, with negative curvature in some direction: a strict saddle, and no local minimum",
    DEGENERATE: (
        "is critical, neither a local minimum nor a local maximum, and the Hessian there has no negative eigenvalue: "
        "a saddle that is not strict"
    ),
}


@dataclass(frozen=True, slots=True)
class LinearCriticalPoint(AboutLandscape[DeepLinearNetwork]):
    """What a critical point is, and its loss."""

    point: Layers
    loss: Fraction

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one point of {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words."""
        where, loss = self.landscape.describe(), shown(self.loss)
        return f"The given point of {where}, with loss {loss}, {SAYS[self.property]}."


@dataclass(frozen=True, slots=True)
class CurveWitness(Witness):
    """W(t) = W + C_1 t + C_2 t^2 + ..., and the order at which the loss first changes: 2 along a line, or odd."""

    curve: tuple[Layers, ...]
    """C_1, C_2, ..."""
    order: int


@dataclass(frozen=True, slots=True)
class ThresholdWitness(Witness):
    """Of a global minimum, where a layer is narrow: a number between the learned eigenvalues and the others."""

    threshold: Fraction | None


STATEMENT = statement_of(
    LinearCriticalPoint,
    DEEP_LINEAR_NETWORK,
    SAYS,
    Row("point", layers_of(lambda known: known["landscape"])),
    Row("loss", NUMBER),
)
CURVE = ListOf(layers_of(lambda known: known["statement"].landscape), 1, MAX_ORDER)
WITH_CURVE = witness_of(CurveWitness, Row("curve", CURVE), Row("order", Count(2, MAX_ORDER)))
WITH_THRESHOLD = witness_of(ThresholdWitness, Row("threshold", NUMBER, optional=True))
