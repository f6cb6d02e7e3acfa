"""Statement: the loss at a point is at most so much above its infimum, which is 0 for a global minimum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_most, within
from verify.checker.core.reader import Field
from verify.checker.core.schema import NOT_NEGATIVE, POSITIVE, Known, matrix
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import VALUE, AboutLandscape, shape

PROPERTY = "near-infimum"


@dataclass(frozen=True, slots=True)
class NearInfimum(AboutLandscape[EmpiricalRiskLandscape]):
    """The loss at a point, and how far at most it is above the infimum."""

    point: Matrix
    """(1, trained parameters)"""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the point."""
    gap: Fraction
    """0 for a global minimum."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        loss = f"in {within(self.value, 8)}"
        if not self.gap:
            return f"has a global minimum at the given point, with loss {loss}"
        return f"is at most {at_most(self.gap)} above its infimum at the given point, with loss {loss}"


@dataclass(frozen=True, slots=True)
class NearInfimumWitness(Witness):
    """What makes it checkable."""

    curvature: Fraction | None = None
    """m > 0: a lower bound of the convex risk's Hessian within the radius; None for a global minimum."""
    radius: Fraction | None = None


def _is_above(known: Known, witness: Field) -> bool:
    return bool(known["statement"].gap)


STATEMENT = statement_of(
    NearInfimum, EMPIRICAL_RISK, PROPERTY, Row("point", matrix(shape)), VALUE, Row("gap", NOT_NEGATIVE)
)
WITNESS = witness_of(
    NearInfimumWitness, Row("curvature", POSITIVE, needed=_is_above), Row("radius", POSITIVE, needed=_is_above)
)
