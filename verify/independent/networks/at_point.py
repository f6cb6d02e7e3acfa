"""Statements about an exact point of a risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..outcomes import Clock, Open, decide
from ..rational import Rationals, exact_dot, exact_sum
from ..words import between
from .activations import IDENTITY
from .expansion import Expansion
from .risk import Risk, described
from .values import Point, derivative, lowest_and_highest, prove_better

MAX_OPEN_KINKS = 8


@dataclass(frozen=True)
class AtPoint:
    """A statement about an exact point. `descent` and `ascent` are directions with their orders; `multipliers` are by
    neuron, sign, set of kinks that bend down, and kink; absent is None."""

    claimed: str
    risk: Risk
    point: Point
    value: tuple[Fraction, Fraction]
    precision: int
    better: Point | None
    method: str | None
    multipliers: list[list[Rationals]] | None
    descent: tuple[Point, int] | None
    ascent: tuple[Point, int] | None

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} of {described(self.risk)}, at the point of the file, loss in {between(self.value)}"

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved."""
        low, high = lowest_and_highest(self.risk, self.point, self.precision, clock)
        first, last = self.value
        decide(first <= low and high <= last, high < first or last < low, "the loss at the point is within its bounds")
        if self.better is not None:
            prove_better(self.risk, self.better, first, self.precision, clock)
        if self.method == "one-hidden-layer":
            self._one_hidden_layer(clock)
        elif self.method == "orthogonal-residuals":
            self._orthogonal_residuals(clock)
        for given, sign in ((self.descent, -1), (self.ascent, 1)):
            if given is not None:
                self._first_change(*given, sign, clock)
        if self.ascent is not None:
            self._critical(clock)

    def _first_change(self, direction: Point, order: int, sign: int, clock: Clock) -> None:
        """F(point + t direction) - F(point), t >= 0, begins with t^order, with a coefficient of this sign."""
        what = f"the loss {'falls' if sign < 0 else 'rises'} along the direction, at the order {order} first"
        if self.risk.rational:
            series = Expansion(self.risk, self.point, clock, direction, order).loss()
            decide(not any(series[1:order]) and series[order] * sign > 0, True, what)
            return
        if order > 1 or sign > 0:
            raise Open("the risk is not rational, so only a falling derivative is looked at")
        slope = derivative(self.risk, self.point, Fraction(0), direction, self.precision, clock)
        decide(slope.hi < 0, slope.lo >= 0, what)

    def _critical(self, clock: Clock) -> None:
        """No unit is on a kink, and the derivative in each trained parameter is 0."""
        here = Expansion(self.risk, self.point, clock)
        if any(here.on_a_kink(sample) for sample in range(len(here.zs))):
            raise Open("a unit is on its kink at the point")
        for seat in range(len(self.point)):
            unit = [Fraction(other == seat) for other in range(len(self.point))]
            slope = Expansion(self.risk, self.point, clock, unit, 1).loss()[1]
            decide(slope == 0, slope != 0, "the derivative in each parameter is 0")

    def _linearised(self, clock: Clock) -> tuple[Expansion, Rationals]:
        """1 of both methods, but for the network: the pre-activations, and r_n = factor times the gradient of l."""
        if self.risk.loss != "squares" or any(self.risk.decay):
            raise Open("this is shown for squares without weight decay only")
        if any(layer.activation.name != "lines" for layer in self.risk.layers):
            raise Open("this is shown for piecewise linear activations only")
        here = Expansion(self.risk, self.point, clock)
        return here, [[2 * self.risk.factor * entry[0] for entry in residual] for residual in here.residuals]

    def _orthogonal_residuals(self, clock: Clock) -> None:
        """1 to 3: for the samples of each pattern of sides and each output, the sum of r_no (x_n, 1) is 0."""
        if self.risk.loss != "squares" or any(layer.activation.name == "elu" for layer in self.risk.layers):
            raise Open("rule not supported")
        here, residuals = self._linearised(clock)
        patterns: dict[tuple[tuple[bool, ...], ...], list[int]] = {}
        for sample, residual in enumerate(residuals):
            if any(residual):
                if here.on_a_kink(sample):
                    raise Open(f"a unit is on its kink on the sample {sample}, whose residual is not 0")
                pairs = zip(self.risk.layers, here.zs[sample], strict=True)
                sides = tuple(tuple(z[0] > 0 for z in zs) if layer.kink else () for layer, zs in pairs)
                patterns.setdefault(sides, []).append(sample)
        inputs = [[*x, Fraction(any(layer.bias for layer in self.risk.layers))] for x in self.risk.inputs]
        for sides, samples in patterns.items():
            *below, last = self._off(sides)
            constant = any(row and all(row) for row in below)
            seen = [[Fraction(1)] if constant else inputs[sample] for sample in samples]
            for o, r in enumerate(zip(*(residuals[sample] for sample in samples), strict=True)):
                if last and last[o]:
                    continue
                for x in zip(*seen, strict=True):
                    if exact_dot(r, x, clock):
                        raise Open("the residuals of the samples of one pattern are not orthogonal to the inputs")

    def _off(self, sides: tuple[tuple[bool, ...], ...]) -> list[list[bool]]:
        """Which units with a kink have the slope 0 on these sides, and nothing added by a residual connection."""
        pairs = zip(self.risk.layers, sides, strict=True)
        return [[not layer.activation.numbers[side] and not layer.residual for side in row] for layer, row in pairs]

    def _one_hidden_layer(self, clock: Clock) -> None:
        """1 to 4, with the multipliers for 4."""
        here, residuals = self._linearised(clock)
        if len(self.risk.layers) != 2 or any(layer.residual for layer in self.risk.layers):
            raise Open("this is shown for one hidden layer without a residual connection only")
        hidden, last = self.risk.layers
        if last.width != 1 or last.activation != IDENTITY:
            raise Open("this is shown for one output that is not bent only")
        r = [residual[0] for residual in residuals]
        trained = [p not in self.risk.fixed for p in range(hidden.parameters + last.parameters)]
        if last.bias and trained[-1]:
            decide(exact_sum(r, clock) == 0, True, "the residuals add up to 0")
        given = self.multipliers or []
        decide(len(given) == hidden.width, True, "there are multipliers for each neuron")
        for j in range(hidden.width):
            weights = trained[j * hidden.inputs : (j + 1) * hidden.inputs]
            own = weights + [hidden.bias and trained[hidden.width * hidden.inputs + j]]
            points = [
                [x for x, moves in zip([*row, Fraction(1)], own, strict=True) if moves] for row in self.risk.inputs
            ]
            v, v_trained = here.layers[1][0][0][j][0], trained[hidden.parameters + j]
            z = [here.zs[n][0][j][0] for n in range(len(r))]
            if v_trained:
                outputs = [hidden.activation.numbers[x > 0] * x for x in z]
                decide(
                    exact_dot(r, outputs, clock) == 0, True, f"the residuals are orthogonal to the neuron {j}'s outputs"
                )
            signs = [s for s in (1, -1) if v * s > 0 or (v == 0 and v_trained)]
            decide(len(given[j]) == len(signs), True, f"there are multipliers for each sign of the neuron {j}")
            for s, patterns in zip(signs, given[j], strict=True):
                self._not_negative([s * x for x in r], z, points, hidden.activation.numbers, patterns, clock)

    @staticmethod
    def _not_negative(
        r: Point, z: Point, points: Rationals, slopes: Sequence[Fraction], patterns: Rationals, clock: Clock
    ) -> None:
        """4 for one neuron and sign, which is in r: for each set T of kinks that bend down, the multipliers prove it.

        g u + sum_n k_n max(a_n u, 0) with g = sum_n r_n h'(z_n) a_n, where h' is the slope before 0 on a kink.
        """
        g = [
            exact_dot([x * slopes[y > 0] for x, y in zip(r, z, strict=True)], column, clock)
            for column in zip(*points, strict=True)
        ]
        kinks = [n for n in range(len(r)) if z[n] == 0 and r[n] * (slopes[1] - slopes[0])]
        k = {n: r[n] * (slopes[1] - slopes[0]) for n in kinks}
        down = [n for n in kinks if k[n] < 0]
        count = 1 << len(down) if len(down) <= MAX_OPEN_KINKS else 0
        decide(len(patterns) == count, True, "there are multipliers for each set of kinks that bend down")
        for number, multipliers in enumerate(patterns):
            decide(len(multipliers) == len(kinks), True, "there is a multiplier for each kink")
            chosen = {n for place, n in enumerate(reversed(down)) if number >> place & 1}
            factors = []  # of a_n, all brought to the left side
            for n, x in zip(kinks, multipliers, strict=True):
                decide(x >= 0 and (k[n] < 0 or x <= 1), True, "the multipliers are within their ranges")
                factors.append(x * k[n] if k[n] > 0 else k[n] - x if n in chosen else x)
            for seat, start in enumerate(g):
                left = exact_dot([*factors, Fraction(1)], [*(points[n][seat] for n in kinks), start], clock)
                decide(left == 0, True, "the multipliers make both sides equal")
