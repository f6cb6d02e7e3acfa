"""Statements about exact gradient descent on an empirical risk from a given start: its loss, and its convergence."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, written
from verify.checker.core.limits import MAX_TRAJECTORY_STEPS
from verify.checker.core.schema import BOUNDS, NOT_NEGATIVE, POSITIVE, Constant, Count, matrix, text, where
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION, Witness
from verify.checker.statements.empirical_risk import LANDSCAPE, EmpiricalRiskLandscape
from verify.checker.statements.landscape import AboutLandscape, shape

REACHES, CONVERGES = "gradient-descent-reaches", "gradient-descent-converges"


@dataclass(frozen=True, slots=True)
class DescentReaches(AboutLandscape):
    """After T steps of theta_(t+1) = theta_t - eta grad F(theta_t) the loss is in [l, u], and theta_T is near `end`."""

    landscape: EmpiricalRiskLandscape
    start: Matrix
    """theta_0: (1, trained parameters)"""
    step: Fraction
    """eta."""
    steps: int
    """T."""
    value: tuple[Fraction, Fraction]
    """l, u."""
    end: tuple[Matrix, Fraction] | None
    """A point, and a distance within which theta_T is from it."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one run of exact gradient descent on {self.landscape.scope()}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return (
            f"{self.landscape.definition}; a step is theta_(t+1) = theta_t - eta grad F(theta_t) in the trained "
            "parameters, with all samples, in exact arithmetic, not in floating point"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"In exact arithmetic: gradient descent on the {self.landscape.describe()}, with all samples in each step, "
            f"from the given start with step {written(self.step)}, {self.claim()}."
        )

    def reached(self) -> DescentReaches:
        """What is claimed of the first T steps."""
        return DescentReaches(self.landscape, REACHES, self.start, self.step, self.steps, self.value, self.end)

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        low, high = at_least(self.value[0], 8), at_most(self.value[1], 8)
        near = "" if self.end is None else f", within {at_most(self.end[1])} of the given end point"
        return f"has a loss in [{low}, {high}] after {self.steps} steps{near}"


@dataclass(frozen=True, slots=True)
class DescentConverges(DescentReaches):
    """Moreover F(theta_(T+n)) <= r^n F(theta_T) for all n, and the theta_t converge to a point of loss 0."""

    rate: Fraction
    """r < 1."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        reached = DescentReaches.claim(self)
        return (
            f"{reached}, and then converges to a point of loss 0, the loss being multiplied by at most "
            f"{at_most(self.rate, 12)} in a step"
        )


@dataclass(frozen=True, slots=True)
class BallWitness(Witness):
    """The numbers of the ball in which descent ends."""

    radius: Fraction
    """r > 0."""
    singular_value: Fraction
    """s > 0, below the least singular value of the Jacobian after T steps."""


_END = Table(lambda point, distance: (point, distance), (Row("point", matrix(shape)), Row("distance", NOT_NEGATIVE)))
_MEMBERS = (
    LANDSCAPE,
    Row("property", text(REACHES, CONVERGES)),
    Row("arithmetic", Constant("exact")),
    Row("start", matrix(shape)),
    Row("step", POSITIVE),
    Row("steps", Count(0, MAX_TRAJECTORY_STEPS)),
    Row("value", BOUNDS),
    Row("end", _END, optional=True, absent=None),
)
_RATE = where(NOT_NEGATIVE, lambda number: number < 1, "must be less than 1")
REACHES_STATEMENT = Table(DescentReaches, _MEMBERS)
CONVERGES_STATEMENT = Table(DescentConverges, (*_MEMBERS, Row("rate", _RATE)))
CONVERGES_WITNESS = Table(BallWitness, (PRECISION, Row("radius", POSITIVE), Row("singular_value", POSITIVE)))
