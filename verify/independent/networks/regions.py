"""Statements about a risk in a box or a ball: minima, saddles, every width, no critical point."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..critical_points import MAX_UNKNOWNS_HERE, EnclosedPoint, prove_critical, prove_value
from ..intervals import Interval, Matrix, total
from ..outcomes import Clock, Open, decide
from ..signs import Symmetric, prove_bounded_below
from ..words import at_least, at_most, between
from .risk import Risk, described, wide
from .sampled import Sampled
from .values import Point, derivative, prove_better


@dataclass(frozen=True)
class NoCriticalPoint:
    """The ball around the center has no critical point: F falls along the direction everywhere in it."""

    claimed: str
    risk: Risk
    center: Point
    radius: Fraction
    direction: Point
    precision: int

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)} within {at_least(self.radius)} of the center"

    def prove(self, clock: Clock) -> None:
        """The derivative is negative."""
        slope = derivative(self.risk, self.center, self.radius, self.direction, self.precision, clock)
        decide(slope.hi < 0, slope.lo >= 0, "the loss falls along the direction")


@dataclass(frozen=True)
class RiskPoint(EnclosedPoint):
    """A strict or spurious minimum or a saddle of a risk, or the critical point of one neuron for every width; then
    `widths_from` is the number of neurons of the better point, and from which on the minima are not global."""

    risk: Risk
    widths_from: int | None

    def sentence(self) -> str:
        """What was proved."""
        split = " and of any number of neurons that share its neuron's weights" if self.widths_from else ""
        below = f", not global from {self.widths_from} neurons on" if self.widths_from and self.better else ""
        each = " in each entry" if self.directions or self.widths_from else ""
        where = f"within {at_most(self.radius)} of the center{each}, loss in {between(self.value)}"
        bounds = "" if self.widths_from else f", {self.curvatures()}"
        return f"{self.claimed} of {described(self.risk)}{split} {where}{bounds}{below}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> Sampled:
        """The risk on a box: its unknowns are one row. Open if it is not proved to be smooth there."""
        return Sampled(self.risk, W[0], clock)

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved; that the risk is smooth is the first."""
        if len(self.center[0]) > MAX_UNKNOWNS_HERE:
            raise Open(f"{len(self.center[0])} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        around, at = self.loss(self.region(0), 2, clock), self.loss(self.middle(0), 1, clock)
        if self.widths_from is not None:
            self._every_width(at, around)
        elif self.claimed == "saddle":
            self._saddle(at, around)
        else:
            self._minimum(at, around)
        decide(self.better is not None or not self.claimed.startswith("spurious"), True, "a better point is given")
        if self.better is not None:
            risk = wide(self.risk, self.widths_from) if self.widths_from else self.risk
            prove_better(risk, self.better[0], self.value[0], self.precision, clock)

    def _every_width(self, at: Sampled, around: Sampled) -> None:
        """2 to 5 of every width: a critical point, V of one sign, s Q positive definite, the loss."""
        H, gradient = around.hessian(), at.gradient()
        prove_critical(Symmetric.enclosing(H), gradient, self.radius, at.clock)
        inputs = self.risk.layers[0].inputs + self.risk.layers[0].bias
        V = self.center[0][inputs]
        decide(abs(V) > self.radius, abs(V) <= self.radius, "the output weight keeps one sign")
        middle = [[Interval.of(x, around.bits) for x in self.center[0]]]
        what = "the curvature Q of a neuron, times the output weight's sign,"

        def bend(here: Sampled) -> Matrix:
            size = range(inputs)
            weights = [run.units[0][0][2] * run.delta[1][0] for run in here.passes]
            rows = [[*run.a[0], Interval.of(1, here.bits)] for run in here.passes]
            pairs = [[[w * x[a] * x[b] for w, x in zip(weights, rows, strict=True)] for b in size] for a in size]
            return [[(1 if V > 0 else -1) * total(terms, here.bits) for terms in row] for row in pairs]

        prove_bounded_below(what, bend(around), lambda: bend(self.loss(middle, 2, at.clock)), Fraction(0), at.clock)
        spread = self._change(H, gradient, at)
        prove_value(at.value(), spread, spread, self.value)
