"""Statement: a convex empirical risk has its one global minimum near a given point."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.schema import POSITIVE
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import VALUE, AboutLandscape, region
from verify.checker.statements.words import near

PROPERTY = "global-minimum-within"


@dataclass(frozen=True, slots=True)
class GlobalMinimumWithin(AboutLandscape[EmpiricalRiskLandscape]):
    """The one global minimum, within a Euclidean distance of the center."""

    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    value: tuple[Fraction, Fraction]
    """Encloses the least loss."""

    def claim(self) -> str:
        """What is said of it."""
        return f"is convex and has one global minimum, {near(self.radius, self.value)}"


@dataclass(frozen=True, slots=True)
class GlobalMinimumWitness(Witness):
    """What makes it checkable."""

    curvature: Fraction
    """m > 0: a lower bound of the Hessian on the region."""


STATEMENT = statement_of(GlobalMinimumWithin, EMPIRICAL_RISK, PROPERTY, region("ball"), VALUE)
WITNESS = witness_of(GlobalMinimumWitness, Row("curvature", POSITIVE))
