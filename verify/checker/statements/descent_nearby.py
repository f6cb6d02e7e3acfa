"""Statement: exact gradient descent from every start near a given point converges to a point of loss 0."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, reach, written
from verify.checker.core.schema import POSITIVE, Constant
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.interpolation import PROPERTY as ZERO_LOSS
from verify.checker.statements.interpolation import ZeroLossWithin, equations
from verify.checker.statements.landscape import AboutLandscape, region
from verify.checker.statements.words import lowered

PROPERTY = "gradient-descent-converges-nearby"


@dataclass(frozen=True, slots=True)
class ConvergesNearby(AboutLandscape[EmpiricalRiskLandscape]):
    """Of theta_(t+1) = theta_t - eta grad F(theta_t) for all starts in a ball and all constant eta up to a bound."""

    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    """Starts are at most so far from the center, in the Euclidean norm."""
    step: Fraction
    """The largest eta."""
    within: Fraction
    """No step leads farther than this from the center."""
    decrease: Fraction
    """mu: a step of eta multiplies the loss by at most 1 - mu eta."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return (
            "all starts in a ball and all constant steps up to a bound, exact gradient descent on "
            f"{lowered(self.landscape.subject())}"
        )

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return (
            f"{self.landscape.definition}; a step is theta_(t+1) = theta_t - eta grad F(theta_t), for all trained "
            "parameters at once, in exact arithmetic, not in floating point"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"In exact arithmetic: gradient descent on {lowered(self.landscape.subject())}, from every start within "
            f"{at_least(self.radius)} of the given point and with every constant step eta <= {written(self.step)}, "
            f"stays within {reach(self.within)} of that point and converges to a point of loss 0, the loss being "
            f"multiplied by at most 1 - {at_least(self.decrease)} eta in a step."
        )

    def fitted(self, zero_radius: Fraction) -> ZeroLossWithin:
        """That a point of loss 0 is within a distance of the center, in the same ball."""
        dimension = self.landscape.trained - equations(self.landscape)
        return ZeroLossWithin(self.landscape, ZERO_LOSS, self.center, zero_radius, self.within, dimension)


@dataclass(frozen=True, slots=True)
class NearbyWitness(Witness):
    """What makes it checkable."""

    singular_value: Fraction
    """s > 0: a lower bound of the singular values of the outputs' Jacobian at the center."""
    zero_radius: Fraction
    """How far from the center the point of loss 0 is, at most."""


STATEMENT = statement_of(
    ConvergesNearby,
    EMPIRICAL_RISK,
    PROPERTY,
    Row("arithmetic", Constant("exact")),
    region("ball"),
    Row("step", POSITIVE),
    Row("within", POSITIVE),
    Row("decrease", POSITIVE),
)
WITNESS = witness_of(NearbyWitness, Row("singular_value", POSITIVE), Row("zero_radius", POSITIVE))
