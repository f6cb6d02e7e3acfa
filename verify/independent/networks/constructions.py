"""Statements about special networks: constant outputs, products of minima."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from ..critical_points import MAX_UNKNOWNS_HERE
from ..intervals import Interval, smallness, total
from ..outcomes import Clock, Open, decide
from ..signs import prove_bounded_below
from ..words import at_least
from .activations import activate
from .risk import Risk, described
from .sampled import Sampled
from .values import Point, prove_better


@dataclass(frozen=True)
class ConstantOutputs:
    """The point whose three outputs are 1/3, with w_j = (v_j, v_j) and u_n from the others."""

    claimed: str
    risk: Risk
    v: Point
    u: Point
    precision: int
    better: Point | None

    def sentence(self) -> str:
        """What was proved."""
        worse = ", which is not global" if self.better else ""
        return f"{self.claimed} of {described(self.risk)} where all outputs are 1/3{worse}"

    def prove(self, clock: Clock) -> None:
        """1 to 4."""
        layer, bits = self.risk.layers[0], 128 + 2 * self.precision
        if len(self.v) > MAX_UNKNOWNS_HERE:
            raise Open(f"{len(self.v)} neurons are more than this checker's {MAX_UNKNOWNS_HERE}")
        decide(not layer.kink or all(self.v), True, "no neuron is on its kink")
        units = [activate(layer.activation, Interval.of(x, bits)) for x in self.v]
        u = [Interval.of(x, bits) for x in self.u]
        third = Interval.of(Fraction(1, 3), bits)
        u.append((third - total((x * unit[0] for x, unit in zip(u, units[:-1], strict=True)), bits)) / units[-1][0])
        g = [x * unit[1] for x, unit in zip(u, units, strict=True)]
        M = [[x * y for y in g] for x in g]
        for j, (x, unit) in enumerate(zip(u, units, strict=True)):
            M[j][j] = g[j].square() + third * (x * unit[2])
        prove_bounded_below("the matrix M", M, lambda: M, Fraction(0), clock)
        if self.better is not None:
            prove_better(self.risk, self.better, Fraction(2, 3) * self.risk.factor, self.precision, clock)


@dataclass(frozen=True)
class CountOfMinima:
    """At least so many strict local minima: one in each product of intervals."""

    claimed: str
    risk: Risk
    count: Fraction
    intervals: list[list[tuple[Fraction, Fraction]]]
    precision: int

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)}: at least {at_least(self.count)}"

    def prove(self, clock: Clock) -> None:
        """1 to 3, and that the product is large enough."""
        apart = all(a[1] <= b[0] for pairs in self.intervals for a, b in zip(pairs, pairs[1:], strict=False))
        decide(apart, True, "the intervals of a weight are in order and do not overlap")
        decide(math.prod(map(len, self.intervals)) >= self.count, True, "there are as many products of intervals")
        for seat, pairs in enumerate(self.intervals):
            rows = [(x[seat], y) for x, y in zip(self.risk.inputs, self.risk.targets, strict=True) if x[seat]]
            if not rows:
                raise Open(f"no sample depends on the weight {seat}")
            layer = replace(self.risk.layers[0], inputs=1)
            alone = replace(self.risk, layers=[layer], inputs=[[x] for x, _ in rows], targets=[y for _, y in rows])
            for a, b in pairs:
                self._minimum(alone, a, b, clock)

    def _minimum(self, alone: Risk, a: Fraction, b: Fraction, clock: Clock) -> None:
        """2 and 3 for one interval: F_i is smooth with F_i'' > 0, and F_i'(a) < 0 < F_i'(b)."""
        bits = 64 + 2 * self.precision + smallness(b - a)

        def on(center: Fraction, radius: Fraction) -> Sampled:
            return Sampled(alone, [Interval.of(center, bits, radius)], clock)

        ((curvature,),) = on((a + b) / 2, (b - a) / 2).hessian()
        decide(curvature.lo > 0, curvature.hi <= 0, "the second derivative is positive between the ends")
        falls, rises = (on(end, Fraction(0)).gradient()[0] for end in (a, b))
        decide(falls.hi < 0 < rises.lo, falls.lo >= 0 or rises.hi <= 0, "the derivative changes its sign from - to +")
