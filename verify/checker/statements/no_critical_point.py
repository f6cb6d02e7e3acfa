"""Statement: an empirical risk has no critical point, or no (strict) local minimum, within a distance of a point."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least
from verify.checker.core.reader import Field
from verify.checker.core.schema import NOT_NEGATIVE, Count, Known
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.basin import SYMMETRY, Symmetry
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import DIRECTION, AboutLandscape, region

PROPERTY = "no-critical-point"
NO_MINIMUM = "no-local-minimum"
NO_STRICT = "no-strict-local-minimum"
SAYS = {PROPERTY: "no critical point", NO_MINIMUM: "no local minimum", NO_STRICT: "no strict local minimum"}


@dataclass(frozen=True, slots=True)
class NoCriticalPoint(AboutLandscape[EmpiricalRiskLandscape]):
    """No critical point, so no local minimum, within a Euclidean distance of the center; or no (strict) minimum."""

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
        where = f"within {at_least(self.radius)} of" if self.radius else "at"
        return f"has {SAYS[self.property]} {where} the given point"


@dataclass(frozen=True, slots=True)
class NoCriticalPointWitness(Witness):
    """A direction along which the loss falls, or bends down, everywhere in the region; or a flow that keeps it."""

    direction: Matrix = ()
    """(1, trained parameters), not zero; empty for a flow"""
    order: int = 1
    """1 where the loss falls along it, 2 where it bends down."""
    symmetry: Symmetry | None = None
    """The flow, for no strict local minimum."""


def _falls(known: Known, witness: Field) -> bool:
    return bool(known["statement"].property != NO_STRICT)


def _order_refused(known: Known) -> str | None:
    only_falls = known["statement"].property == PROPERTY and known["order"] != 1
    return "must be 1: where the loss bends down there may be a critical point" if only_falls else None


STATEMENT = statement_of(NoCriticalPoint, EMPIRICAL_RISK, SAYS, region("ball", radius=NOT_NEGATIVE))
WITNESS = witness_of(
    NoCriticalPointWitness,
    Row("direction", DIRECTION, absent=(), needed=_falls),
    Row("order", Count(1, 2), optional=True, absent=1, needed=_falls),
    Refusal("order", _order_refused),
    Row("symmetry", SYMMETRY, needed=lambda known, witness: not _falls(known, witness)),
)
