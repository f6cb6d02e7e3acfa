"""Statement: an empirical risk has no critical point, or no local minimum, within a distance of a given point."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least
from verify.checker.core.schema import NOT_NEGATIVE, Count, Known, text
from verify.checker.core.table import Refusal, Row, Table
from verify.checker.core.witness import PRECISION, Witness
from verify.checker.statements.empirical_risk import LANDSCAPE, EmpiricalRiskLandscape
from verify.checker.statements.landscape import DIRECTION, AboutLandscape, region

PROPERTY = "no-critical-point"
NO_MINIMUM = "no-local-minimum"
SAYS = {PROPERTY: "no critical point", NO_MINIMUM: "no local minimum"}


@dataclass(frozen=True, slots=True)
class NoCriticalPoint(AboutLandscape):
    """No critical point, so no local minimum, within a Euclidean distance of the center; or no local minimum."""

    landscape: EmpiricalRiskLandscape
    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    """Not negative; 0 for the given point alone."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"a region of {self.landscape.scope()}"

    def claim(self) -> str:
        """What is said of it; the printed radius is rounded down, so that it stays true."""
        return f"has {SAYS[self.property]} within {at_least(self.radius)} of the given point"


@dataclass(frozen=True, slots=True)
class NoCriticalPointWitness(Witness):
    """A direction along which the loss falls, or bends down, everywhere in the region."""

    direction: Matrix
    """(1, trained parameters), not zero"""
    order: int = 1
    """1 where the loss falls along it, 2 where it bends down."""


def _order_refused(known: Known) -> str | None:
    only_falls = known["statement"].property == PROPERTY and known["order"] != 1
    return "must be 1: where the loss bends down there may be a critical point" if only_falls else None


STATEMENT = Table(NoCriticalPoint, (LANDSCAPE, Row("property", text(*SAYS)), region("ball", radius=NOT_NEGATIVE)))
WITNESS = Table(
    NoCriticalPointWitness,
    (
        PRECISION,
        Row("direction", DIRECTION),
        Row("order", Count(1, 2), optional=True, absent=1),
        Refusal("order", _order_refused),
    ),
)
