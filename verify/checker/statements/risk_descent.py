"""Statement: exact gradient descent on an empirical risk, from a given start, converges to a point of loss 0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_most
from verify.checker.core.schema import NOT_NEGATIVE, POSITIVE, matrix
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK
from verify.checker.statements.gradient_descent import CONVERGES, RATE, REACHES, Converges, Reaches, run_of
from verify.checker.statements.landscape import shape

__all__ = ["CONVERGES", "STATEMENT", "WITNESS", "BallWitness", "DescentConverges"]


@dataclass(frozen=True, slots=True)
class DescentConverges(Converges):
    """And after the T steps it is near a given point, such as where a run in floating point ended."""

    end: tuple[Matrix, Fraction] | None
    """A point, and a distance within which theta_T is from it."""

    def reached(self) -> Reaches:
        """What is claimed of the loss after T steps."""
        return Reaches(self.landscape, REACHES, self.start, self.step, self.momentum, self.steps, self.value)

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        claim = Converges.claim(self)
        if self.end is None:
            return claim
        return f"{claim}; after the {self.steps} steps it is within {at_most(self.end[1])} of the given end point"


@dataclass(frozen=True, slots=True)
class BallWitness(Witness):
    """The numbers of the ball in which descent ends."""

    radius: Fraction
    """r > 0."""
    singular_value: Fraction
    """s > 0, below the least singular value of the Jacobian after T steps."""


_END = Table.of(lambda point, distance: (point, distance), Row("point", matrix(shape)), Row("distance", NOT_NEGATIVE))
STATEMENT = run_of(
    DescentConverges,
    EMPIRICAL_RISK,
    matrix(shape),
    [CONVERGES],
    Row("rate", RATE),
    Row("end", _END, optional=True, absent=None),
)
WITNESS = witness_of(BallWitness, Row("radius", POSITIVE), Row("singular_value", POSITIVE))
