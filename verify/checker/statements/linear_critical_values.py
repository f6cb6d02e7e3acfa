"""Statements about all critical values of a deep linear network on data."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from verify.checker.core.exact import within
from verify.checker.core.schema import BOUNDS, exactly, where
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.deep_linear_network import DEEP_LINEAR_NETWORK, DeepLinearNetwork
from verify.checker.statements.landscape import AboutLandscape

PROPERTY = "critical-values"
Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class CriticalValues(AboutLandscape[DeepLinearNetwork]):
    """(|Y|^2 - s)/2 for all sums s of at most min d_j different eigenvalues of T, and no other number."""

    eigenvalues: tuple[Interval, ...]
    """Disjoint, in falling order: of T = Y X^T (X X^T)^(-1) X Y^T one is in each."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"all critical points of {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        meaning = "X = I, Y = Phi" if self.landscape.target is not None else "X and Y have the x_n and y_n as columns"
        return f"{self.landscape.definition}; {meaning}; T = Y X^T (X X^T)^(-1) X Y^T"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        d, p = len(self.eigenvalues), min(self.landscape.widths)
        count = sum(comb(d, r) for r in range(p + 1))
        return (
            f"The critical values of {self.landscape.describe()} are the numbers (|Y|_F^2 - s)/2, where s is the sum "
            f"of at most {p} of the {d} eigenvalues of T ({count} sums); these are different, one in each given "
            f"interval, the largest in {within(self.eigenvalues[0])}."
        )


EIGENVALUE = where(BOUNDS, lambda ends: ends[0] > 0, "must be positive")
EIGENVALUES = exactly(lambda known: known["landscape"].widths[-1], EIGENVALUE)
STATEMENT = statement_of(CriticalValues, DEEP_LINEAR_NETWORK, PROPERTY, Row("eigenvalues", EIGENVALUES))
WITNESS = PRECISION_ALONE
