"""Exact gradient descent on an empirical risk from a given start, in intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MIN_PRECISION, Field, interval, not_negative
from ..intervals import Interval
from ..outcomes import Clock, Open, decide
from ..words import between
from .risk import Risk, read_risk
from .sampled import Sampled

REACHES = "gradient-descent-reaches"
MAX_STEPS, MAX_PRECISION = 1_000_000, 16_384
WORK = 2**28
"""Steps x samples x parameters x bits that this checker takes on."""


@dataclass(frozen=True)
class RiskRun:
    """The loss after T steps."""

    claimed: str
    risk: Risk
    start: list[Fraction]
    step: Fraction
    momentum: Fraction
    steps: int
    value: tuple[Fraction, Fraction]
    precision: int

    def sentence(self) -> str:
        """The statement, in words."""
        return (
            f"{self.claimed} (an empirical risk with {len(self.start)} trained parameters): exact gradient descent, "
            f"step {self.step}, momentum {self.momentum}, {self.steps} steps from the start in the file, loss in "
            f"{between(self.value)}"
        )

    def prove(self, clock: Clock) -> None:
        """Follow it."""
        if any(layer.kink for layer in self.risk.layers):
            raise Open("an activation has a kink")
        bits, samples = self.precision, len(self.risk.inputs)
        if self.steps * samples * len(self.risk.places) * bits > WORK:
            raise Open("more steps than this checker takes on")
        eta, beta = Interval.of(self.step, bits), Interval.of(self.momentum, bits)
        where = before = [Interval.of(x, bits) for x in self.start]
        for _ in range(self.steps):
            clock.tick()
            slope = Sampled(self.risk, where, clock).gradient()
            moved = [x - eta * g for x, g in zip(where, slope, strict=True)]
            if self.momentum:
                moved = [m + beta * (x - y) for m, x, y in zip(moved, where, before, strict=True)]
            before, where = where, moved
            if any(x.hi - x.lo > 1 << bits for x in where):
                raise Open("the parameters are not enclosed: more bits are needed")
        loss = Sampled(self.risk, where, clock).value().nonnegative()  # no loss here is ever negative
        low, high = (Interval.of(x, bits) for x in self.value)
        exact = not any(self.value) and loss.lo == loss.hi == 0
        decide((low <= loss and loss <= high) or exact, loss < low or high < loss, "the loss is within its bounds")


def read_run(statement: Field, witness: Field) -> Claim:
    """A statement about a run on an empirical risk."""
    fields = statement.members(
        "landscape", "property", "arithmetic", "start", "step", "steps", "value", optional=("momentum",)
    )
    risk = read_risk(fields["landscape"])
    fields["arithmetic"].word("exact")
    start = fields["start"].matrix(1, len(risk.trained))[0]
    step, momentum = fields["step"].signed(1), Fraction(0)
    if "momentum" in fields:
        momentum = not_negative(fields["momentum"])
    steps, value = fields["steps"].integer(0, MAX_STEPS), interval(fields["value"])
    precision = witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return RiskRun(REACHES, risk, start, step, momentum, steps, value, precision)
