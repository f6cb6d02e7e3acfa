"""Statement: near a given point a network fits all samples exactly, and all critical points around are such points."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, reach
from verify.checker.core.schema import POSITIVE, Count, Known
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import AboutLandscape, region

PROPERTY = "zero-loss-within"


@dataclass(frozen=True, slots=True)
class ZeroLossWithin(AboutLandscape[EmpiricalRiskLandscape]):
    """A point of loss 0 within a Euclidean distance of the center; around it no other critical points than such."""

    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    critical_radius: Fraction
    """At a smaller distance from the center than this, every critical point has the loss 0."""
    dimension: int
    """Of the surface that the points of loss 0 make there."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        what = f"make a surface of dimension {self.dimension}" if self.dimension else "are isolated"
        return (
            f"has a global minimum, with loss 0, within {reach(self.radius)} of the given point; all critical points "
            f"nearer than {at_least(self.critical_radius)} to it have the loss 0, and {what}"
        )


@dataclass(frozen=True, slots=True)
class ZeroLossWitness(Witness):
    """What makes it checkable."""

    singular_value: Fraction
    """s > 0: a lower bound of the singular values of the outputs' Jacobian at the center."""


def equations(landscape: EmpiricalRiskLandscape) -> int:
    """How many numbers have to be fitted."""
    return len(landscape.inputs) * landscape.network.widths[-1]


def _dimension_refused(known: Known) -> str | None:
    landscape = known["landscape"]
    dimension = landscape.trained - equations(landscape)
    return None if known["dimension"] == dimension else f"is not {dimension}, the trained parameters less the equations"


STATEMENT = statement_of(
    ZeroLossWithin,
    EMPIRICAL_RISK,
    PROPERTY,
    region("ball"),
    Row("critical_radius", POSITIVE),
    Row("dimension", Count(0, lambda known: known["landscape"].trained)),
    Refusal("dimension", _dimension_refused),
)
WITNESS = witness_of(ZeroLossWitness, Row("singular_value", POSITIVE))
