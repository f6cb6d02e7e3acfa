"""Statement: a lower bound of an empirical risk at all parameters, for every number of hidden neurons."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least
from verify.checker.core.schema import POSITIVE, vector
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import AboutLandscape

PROPERTY = "lower-bound-of-every-width"


@dataclass(frozen=True, slots=True)
class BoundOfEveryWidth(AboutLandscape[EmpiricalRiskLandscape]):
    """No parameters of the network, with any number of neurons in its hidden layer, have a smaller loss."""

    at_least: Fraction

    def claim(self) -> str:
        """What is said of it; the printed bound is rounded so that it stays true."""
        return f"is at least {at_least(self.at_least, 12)} at all parameters, for every number of hidden neurons"


@dataclass(frozen=True, slots=True)
class BoundOfEveryWidthWitness(Witness):
    """What makes it checkable."""

    slopes: tuple[Fraction, ...]
    """q, one for each sample."""


STATEMENT = statement_of(BoundOfEveryWidth, EMPIRICAL_RISK, PROPERTY, Row("at_least", POSITIVE))
WITNESS = witness_of(
    BoundOfEveryWidthWitness, Row("slopes", vector(lambda known: len(known["statement"].landscape.inputs)))
)
