"""Statements about Gram matrices of networks of infinite width, for every data set."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.schema import Constant, text
from verify.checker.core.statement import Statement, statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.limiting_gram_matrix import (
    ARCHITECTURES,
    FULLY_CONNECTED,
    KIND,
    LAYERS_OF,
    ONE_HIDDEN,
    RESIDUAL,
)
from verify.checker.statements.network import LAYER_ACTIVATION, LayerActivation

EVERY_DATA_SET = "positive-definite-for-every-data-set"


@dataclass(frozen=True, slots=True)
class EveryDataSet:
    """Networks of one sort, of every depth, on every data set."""

    architecture: str
    activation: LayerActivation

    def describe(self) -> str:
        """In words."""
        depth = "" if self.architecture == ONE_HIDDEN else " of every depth"
        return f"{ARCHITECTURES[self.architecture]}{depth}, {self.activation.describe()}"


@dataclass(frozen=True, slots=True)
class PositiveDefiniteForEveryDataSet(Statement):
    """The matrix is positive definite wherever no two samples are parallel."""

    landscape: EveryDataSet
    property: str

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        return f"{LAYERS_OF[self.landscape.architecture]}; samples are parallel if x_i = x_j or x_i = -x_j"

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"every data set without parallel samples, infinite width: {self.landscape.describe()}"

    def sentence(self) -> str:
        """The statement in words."""
        scales = " and every r > 0" if self.landscape.architecture == RESIDUAL else ""
        return (
            f"For every input dimension, every number of samples of norm 1 no two of which are parallel{scales}: the "
            f"limiting Gram matrix of {self.landscape.describe()}, is positive definite."
        )


EVERY_DATA_SET_STATEMENT = statement_of(
    PositiveDefiniteForEveryDataSet,
    Table.of(
        EveryDataSet,
        Row("kind", Constant(KIND)),
        Row("architecture", text(ONE_HIDDEN, FULLY_CONNECTED, RESIDUAL)),
        Row("activation", LAYER_ACTIVATION),
    ),
    EVERY_DATA_SET,
)
EVERY_DATA_SET_WITNESS = PRECISION_ALONE
