"""Statements about Gram matrices of networks of infinite width, for every data set."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.schema import Constant, text
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.limiting_gram_matrix import (
    ARCHITECTURES,
    CONVOLUTIONAL,
    KIND,
    ONE_HIDDEN,
    RESIDUAL,
    definition_of,
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
class PositiveDefiniteForEveryDataSet(AboutLandscape[EveryDataSet]):
    """The matrix is positive definite wherever no two samples are parallel; where convolved, at no position."""

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        parallel = "samples are parallel if x_i = x_j or x_i = -x_j"
        if self._convolved:
            parallel = "the patches of two samples at a position are parallel if one is a multiple of the other"
        return f"{definition_of(self.landscape.architecture)}; {parallel}"

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        without = "patches at a position that are 0 or parallel" if self._convolved else "parallel samples"
        return f"every data set without {without}, infinite width: {self.landscape.describe()}"

    @builtins.property
    def _convolved(self) -> bool:
        return self.landscape.architecture == CONVOLUTIONAL

    def sentence(self) -> str:
        """The statement in words."""
        if self._convolved:
            return (
                "For all numbers of positions and channels, all patches, one for each position, every r > 0 and every "
                "number of samples of norm 1 whose patches at each position are not 0, no two of them parallel: the "
                f"limiting Gram matrix of {self.landscape.describe()}, is positive definite."
            )
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
        Row("architecture", text(*ARCHITECTURES)),
        Row("activation", LAYER_ACTIVATION),
    ),
    EVERY_DATA_SET,
)
EVERY_DATA_SET_WITNESS = PRECISION_ALONE
