"""Any risk on a box of parameters, with derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from ..intervals import Interval, Matrix, Vector, dot, total
from ..outcomes import Clock, Open
from .activations import activate, sample_loss
from .risk import Layer, Risk

MAX_RISK_BLOCKS_HERE = 2**21


class Column:
    """A number for each sample, in units of 2^-bits: midpoints, radii, and bounds of the absolute values."""

    def __init__(self, entries: Vector) -> None:
        self.bits = entries[0].bits
        self.mid = [(x.lo + x.hi) >> 1 for x in entries]
        self.rad = [x.hi - m for x, m in zip(entries, self.mid, strict=True)]
        self.size = [abs(m) + r for m, r in zip(self.mid, self.rad, strict=True)]
        self.exact = not any(self.rad)

    def dot(self, other: Column) -> Interval:
        """The inner product: x y differs from mid(x) mid(y) by at most |x| rad(y) + rad(x) |y|."""
        middle, spread = sum(map(mul, self.mid, other.mid)), 0
        if not self.exact:
            spread += sum(map(mul, self.rad, other.size))
        if not other.exact:
            spread += sum(map(mul, self.size, other.rad))
        return Interval(middle - spread >> self.bits, -(-middle - spread >> self.bits), self.bits)


@dataclass(frozen=True)
class Pass:
    """One sample: the layers' inputs and the output (`a`), sigma, sigma' and sigma'' (`units`); the loss in the output
    with its Hessian, and the derivatives of the loss in the outputs of the activations (`g`) and in their inputs."""

    a: list[Vector]
    units: list[list[tuple[Interval, Interval, Interval]]]
    loss: Interval
    curvature: Matrix
    g: list[Vector]
    delta: list[Vector]


class Sampled:
    """A risk at all trained parameters of a box; with derivatives if it is `smooth` there, which is then proved."""

    def __init__(self, risk: Risk, point: Vector, clock: Clock, *, smooth: bool = True) -> None:
        self.risk, self.point, self.bits, self.clock, self.smooth = risk, point, point[0].bits, clock, smooth
        self.layers = risk.layered(point, lambda x: Interval.of(x, self.bits))
        self.passes = [self._pass(x, y) for x, y in zip(risk.inputs, risk.targets, strict=True)]

    def _pass(self, x: list[Fraction], y: list[Fraction]) -> Pass:
        a, units = [[Interval.of(entry, self.bits) for entry in x]], []
        for layer, (rows, biases) in zip(self.risk.layers, self.layers, strict=True):
            self.clock.tick()
            z = [dot(row, a[-1]) for row in rows]
            z = [u + b for u, b in zip(z, biases, strict=True)] if biases else z
            if self.smooth and layer.kink and any(u.lo <= 0 <= u.hi for u in z):
                raise Open("no unit is proved to stay off its kink")
            units.append([self._activate(layer, u) for u in z])
            values = [unit[0] for unit in units[-1]]
            a.append([u + v for u, v in zip(values, a[-1], strict=True)] if layer.residual else values)
        loss, first, second = sample_loss(self.risk.loss, a[-1], y)
        factor = Interval.of(self.risk.factor, self.bits)
        g, delta = [[factor * x for x in first]], []
        for level in range(len(units) - 1, -1, -1):
            delta.append([unit[1] * x for unit, x in zip(units[level], g[-1], strict=True)])
            before = [dot([*column], delta[-1]) for column in zip(*self.layers[level][0], strict=True)]
            g.append(
                [x + u for x, u in zip(before, g[-1], strict=True)] if self.risk.layers[level].residual else before
            )
        curvature = [[factor * x for x in row] for row in second]
        return Pass(a, units, factor * loss, curvature, g[-2::-1], delta[::-1])

    def _activate(self, layer: Layer, z: Interval) -> tuple[Interval, Interval, Interval]:
        self.clock.tick()
        return activate(layer.activation, z)

    def value(self) -> Interval:
        """F."""
        decays = (Interval.of(decay / 2, self.bits) for decay in self.risk.decays)
        terms = [decay * theta.square() for decay, theta in zip(decays, self.point, strict=True)]
        return total([run.loss for run in self.passes] + terms, self.bits)

    def _columns(self) -> list[list[Column]]:
        """What the weights of each layer multiply, by input, and 1 for the biases; a number for each sample."""
        one = Interval.of(1, self.bits)
        return [
            [Column([run.a[level][j] for run in self.passes]) for j in range(layer.inputs)]
            + [Column([one] * len(self.passes))]
            for level, layer in enumerate(self.risk.layers)
        ]

    def gradient(self) -> Vector:
        """The derivative in W_ij is the sum over the samples of delta_i a_j."""
        columns, places, theta = self._columns(), self.risk.places, self.point
        deltas = [
            [Column([run.delta[level][i] for run in self.passes]) for i in range(layer.width)]
            for level, layer in enumerate(self.risk.layers)
        ]
        firsts = [deltas[level][i].dot(columns[level][j]) for level, i, j in (places[p] for p in self.risk.trained)]
        decays = [Interval.of(decay, self.bits) for decay in self.risk.decays]
        return [first + decay * x for first, decay, x in zip(firsts, decays, theta, strict=True)]

    def hessian(self) -> Matrix:
        """By unit pre-activations: with K the second derivatives of F in numbers that are added to them, and T the
        derivatives of the layers' inputs a' in these, the entry of W_ij and W'_kl is the sum over the samples of
        a_j (K_ik a'_l + delta'_k T_li): the second term, from the product of W' and a', if W' is in a later layer."""
        samples, starts = range(len(self.passes)), [0]
        for layer in self.risk.layers:
            starts.append(starts[-1] + layer.width)
        if len(samples) * starts[-1] ** 2 > MAX_RISK_BLOCKS_HERE:
            raise Open("more samples and units than this checker takes on")
        columns, zero = self._columns(), Interval(0, 0, self.bits)
        seconds = [self._units(run, starts) for run in self.passes]
        members: dict[int, list[tuple[int, int]]] = {}  # by unit: the trained parameters, with their inputs
        for seat, p in enumerate(self.risk.trained):
            level, i, j = self.risk.places[p]
            members.setdefault(starts[level] + i, []).append((seat, j))
        layer_of = [level for level, layer in enumerate(self.risk.layers) for _ in range(layer.width)]
        size = len(self.risk.trained)
        H = [[zero] * size for _ in range(size)]
        for u, first in members.items():
            for v, second in members.items():
                if u > v:
                    continue
                level, m = layer_of[u], layer_of[v]
                for q, k in second:
                    self.clock.tick()
                    inputs = [run.a[m][k] if k < len(run.a[m]) else 1 + zero for run in self.passes]
                    terms = [seconds[n][0][u][v] * inputs[n] for n in samples]
                    if level < m and k < len(self.passes[0].a[m]):
                        deltas = [run.delta[m][v - starts[m]] for run in self.passes]
                        terms = [terms[n] + deltas[n] * seconds[n][1][m][k][u] for n in samples]
                    column = Column(terms)
                    for p, j in first:
                        if u < v or p <= q:
                            H[p][q] = H[q][p] = columns[level][j].dot(column)
        for p, decay in enumerate(self.risk.decays):
            H[p][p] = H[p][p] + Interval.of(decay, self.bits)
        return H

    def _units(self, run: Pass, starts: list[int]) -> tuple[Matrix, list[Matrix]]:
        """K and T of a sample. Only activations and the loss are not linear: K = sum g sigma'' t t^T over the units,
        with t the derivatives of their pre-activations, and T^T G T for the output with the loss's Hessian G."""
        size, zero, one = starts[-1], Interval(0, 0, self.bits), Interval.of(1, self.bits)
        K = [[zero] * size for _ in range(size)]
        T = [[[zero] * size for _ in run.a[0]]]

        def add(factor: Interval, t: Vector, s: Vector) -> None:
            self.clock.tick()
            if factor.lo or factor.hi:
                some = [v for v in range(size) if s[v].lo or s[v].hi]
                for u in (u for u in range(size) if t[u].lo or t[u].hi):
                    x = factor * t[u]
                    for v in some:
                        K[u][v] = K[u][v] + x * s[v]

        for level, (layer, (rows, _)) in enumerate(zip(self.risk.layers, self.layers, strict=True)):
            after = []
            for i, row in enumerate(rows):
                t = [
                    dot(row, [*column]) if u < starts[level] else zero
                    for u, column in enumerate(zip(*T[-1], strict=True))
                ]
                t[starts[level] + i] = one
                _, slope, curvature = run.units[level][i]
                add(run.g[level][i] * curvature, t, t)
                after.append([slope * x for x in t])
            if layer.residual:
                after = [[x + y for x, y in zip(*pair, strict=True)] for pair in zip(after, T[-1], strict=True)]
            T.append(after)
        for o, row in enumerate(run.curvature):
            for p, factor in enumerate(row):
                add(factor, T[-1][o], T[-1][p])
        return K, T
