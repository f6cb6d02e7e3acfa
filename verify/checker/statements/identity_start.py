"""Statements about gradient descent from the identity, for a set of targets at once."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least, at_most, written
from verify.checker.core.limits import MAX_STEPS
from verify.checker.core.schema import FLAG, POSITIVE, Constant, Count, Word
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.linear_targets import (
    SETS,
    DeepLinearNetworks,
    OneTarget,
    PositiveTargets,
    Targets,
    deep_linear_networks,
)

PROPERTY = "gradient-descent-converges"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """After so many steps, and ever after, |W_t - Phi| is at most so much in the spectral norm."""

    steps: int
    error: Fraction


@dataclass(frozen=True, slots=True)
class ConvergesFromIdentity(AboutLandscape[DeepLinearNetworks]):
    """With any step 0 < eta <= c/L, or with c/L: |W_t - Phi|_F <= (1 - kappa eta L)^t |I - Phi|_F for all t."""

    projected: bool
    """Before each step the product is projected and factored anew (docs/LINEAR.md); not plain gradient descent."""
    step: Fraction
    """c."""
    rate: Fraction
    """kappa."""
    accuracy: Accuracy | None
    """With the step c/L."""
    this_step_alone: bool = False
    """With the step c/L; nothing is said of smaller ones."""

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        step = "gradient descent subtracts eta times the gradient from all Theta_j at once, with a constant eta"
        if self.projected:
            targets = self.landscape.targets
            step += (
                "; before each step, the first one too, W_t is replaced by the nearest matrix with (W + W^T)/2 >= g I "
                "and the Theta_j by its balanced factors (docs/LINEAR.md), for "
            )
            if isinstance(targets, PositiveTargets):
                step += f"g = {written(targets.real_part)}"
            else:
                step += "one g > 0 with (Phi + Phi^T)/2 >= g I"
        return f"{self.landscape.definition}; {step}; all of it in exact arithmetic, not in floating point"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        c, kappa = written(self.step), at_least(self.rate, 12)
        what = "projected and rebalanced gradient descent" if self.projected else "gradient descent"
        steps = "the step eta = c/L" if self.this_step_alone else "every step 0 < eta <= c/L"
        said = (
            f"In exact arithmetic: for {self.landscape.layers.describe()}, {self.landscape.targets.describe()} and "
            f"{steps} with c = {c}, {what} from Theta_1 = ... = Theta_L = I on "
            f"F = 1/2 |Theta_L ... Theta_1 - Phi|_F^2 converges to loss 0, with "
            f"|W_t - Phi|_F <= (1 - k eta L)^t |I - Phi|_F for k = {kappa} and all t"
        )
        if self.accuracy is not None:
            error = at_most(self.accuracy.error, 8)
            said += f"; with eta = c/L, |W_t - Phi| <= {error} in the spectral norm for all t >= {self.accuracy.steps}"
        return f"{said}."


@dataclass(frozen=True, slots=True)
class TargetsWitness(Witness):
    """What is left open by the statement."""

    within: Targets | None
    """Of one matrix: a set that it is in, and about all of which the statement is proved. None where it is needless."""
    in_boxes: bool = False
    """Of normal targets: whether gradient descent is followed, for boxes of eigenvalues."""


ACCURACY = Table.of(Accuracy, Row("steps", Count(0, MAX_STEPS)), Row("error", POSITIVE))
ALGORITHM = Word({"gradient-descent": False, "projected-gradient-descent": True})
STATEMENT = statement_of(
    ConvergesFromIdentity,
    deep_linear_networks(SETS),
    PROPERTY,
    Row("start", Constant("identity")),
    Row("arithmetic", Constant("exact")),
    Row("algorithm", ALGORITHM, into="projected"),
    Row("step", POSITIVE),
    Row("rate", POSITIVE),
    Row("accuracy", ACCURACY, optional=True),
    Row("this_step_alone", FLAG, optional=True, absent=False),
)
WITNESS = witness_of(
    TargetsWitness,
    Row(
        "within",
        Variants("set", SETS),
        needed=lambda known, witness: isinstance(known["statement"].landscape.targets, OneTarget),
    ),
    Row("in_boxes", FLAG, optional=True, absent=False),
)
