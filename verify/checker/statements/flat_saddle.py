"""Statement: an empirical risk has a saddle near a given point, on a surface along which the loss is constant."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, reach, within
from verify.checker.core.schema import NEGATIVE, POSITIVE, Count, ListOf
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.basin import SYMMETRY, Symmetry
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import DIRECTION, VALUE, AboutLandscape, region
from verify.checker.statements.words import surface

PROPERTY = "saddle-on-a-surface"


@dataclass(frozen=True, slots=True)
class FlatSaddle(AboutLandscape[EmpiricalRiskLandscape]):
    """A critical point that is neither a local minimum nor a local maximum, and that symmetries move."""

    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    """The largest difference of an entry."""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the critical point."""
    negative_curvature: Fraction
    """The smallest eigenvalue of the Hessian there is at most this."""
    positive_curvature: Fraction
    """The largest eigenvalue of the Hessian there is at least this."""
    flat_directions: int
    """The dimension of a surface of such points through it."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        down, up = at_most(self.negative_curvature), at_least(self.positive_curvature)
        return (
            f"has {surface(self.flat_directions)} of critical points of the same loss, neither local minima nor local "
            f"maxima, one of them with every entry within {reach(self.radius)} of the given point's, with loss in "
            f"{within(self.value, 8)}, one Hessian eigenvalue <= {down} and one >= {up}"
        )


@dataclass(frozen=True, slots=True)
class FlatSaddleWitness(Witness):
    """What makes it checkable."""

    negative_direction: Matrix
    """Not zero: a direction of negative curvature."""
    positive_direction: Matrix
    """Not zero: a direction of positive curvature."""
    symmetries: tuple[Symmetry, ...]


STATEMENT = statement_of(
    FlatSaddle,
    EMPIRICAL_RISK,
    PROPERTY,
    region("box"),
    VALUE,
    Row("negative_curvature", NEGATIVE),
    Row("positive_curvature", POSITIVE),
    Row("flat_directions", Count(1, lambda known: known["landscape"].trained)),
)
WITNESS = witness_of(
    FlatSaddleWitness,
    Row("negative_direction", DIRECTION),
    Row("positive_direction", DIRECTION),
    Row("symmetries", ListOf(SYMMETRY, 1, lambda known: known["statement"].landscape.trained)),
)
