"""Gram matrices of networks of infinite width: covariances through the layers, in intervals.

ReLU and erf have closed forms. Of the other activations g, the coefficients E g(s z) h_n(z), z ~ N(0, 1), are sums
over nodes j h, |j| <= J, with a bound of what the sum of the infinitely many nodes differs from the integral (Poisson),
and one of the nodes left out. Hermite's polynomials are integers at the nodes, which are multiples of a power of 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..intervals import Interval, Matrix, Vector, dot, pi, total
from ..outcomes import Clock, decide
from ..rational import Rationals, exact_dot
from ..series import power
from .activations import Activation, activate, density

SERIES = ("tanh", "sigmoid", "softplus", "arctan")
# Half the width of a strip around the real line, a bound of |sigma'| there, and sigma(0).
STRIPS = {
    "tanh": (Fraction(3, 4), Fraction(2), Fraction(0)),
    "sigmoid": (Fraction(3, 2), Fraction(1, 2), Fraction(1, 2)),
    "softplus": (Fraction(3, 2), Fraction(1), Fraction(1)),
    "arctan": (Fraction(1, 2), Fraction(4, 3), Fraction(0)),
}
POWER = 10
"""Nodes are multiples of 2^-POWER."""


@dataclass(frozen=True)
class Network:
    """The part of a certificate that says which matrix is meant."""

    architecture: str
    depth: int
    activation: str
    scale: Fraction | None
    channels: int
    patches: list[list[int]]
    divided: bool
    inputs: Rationals


@dataclass(frozen=True)
class Nodes:
    """The nodes, weights h phi(z), for each n weights times h_n(z); exp(2 pi a / h) - 1; what lies beyond."""

    points: Vector
    weights: Vector
    columns: Matrix
    alias: Interval
    beyond: Interval


class Layers:
    """Means, variances and covariances of sigma(u) for Gaussian u, and E sigma' sigma'."""

    def __init__(self, activation: str, terms: int, bits: int, enclosed: bool, clock: Clock) -> None:
        self.name, self.terms, self.bits, self.enclosed, self.clock = activation, terms, bits, enclosed, clock
        self._expansions: dict[tuple[int, int, bool], tuple[Vector, Interval]] = {}

    def number(self, value: Fraction | int) -> Interval:
        """As an interval."""
        return Interval.of(value, self.bits)

    def moments(self, variances: Vector) -> tuple[Vector, Vector]:
        """E sigma(u) and E sigma(u)^2."""
        if self.name == "relu":
            return [(p / (2 * pi(self.bits))).sqrt() for p in variances], [p / self.number(2) for p in variances]
        if self.name == "erf":
            return [self.number(0)] * len(variances), [self._erf(p, p, p)[0] for p in variances]
        found = [self._expand(p, slope=False) for p in variances]
        return [row[0] for row, _ in found], [square for _, square in found]

    def products(self, rows: Matrix, variances: Vector, slope: bool) -> Matrix:
        """E sigma(u_i) sigma(u_j) less the product of the means, or of sigma': the lower triangle, filled up."""
        if self.name not in SERIES:
            means = [self.number(0)] * len(variances) if slope else self.moments(variances)[0]

            def closed(i: int, j: int, q: Interval) -> Interval:
                return self._closed(variances[i], q, variances[j], i == j)[slope] - means[i] * means[j]

            return self._each(rows, closed)
        expansions = [self._expand(p, slope) for p in variances]
        first = 0 if slope else 1
        rests = []
        for row, square in expansions:
            rest = square - total((a.square() for a in row), self.bits)
            rests.append(Interval(0, max(rest.hi, 0), self.bits).sqrt())

        def entry(i: int, j: int, q: Interval) -> Interval:
            size = (variances[i] * variances[j]).sqrt()
            cosine = q / size if size.hi else self.number(0)
            found = self.number(0)
            for n in range(self.terms - 1, first - 1, -1):
                found = found * cosine + expansions[i][0][n] * expansions[j][0][n]
            found = found * cosine if first else found
            if not self.enclosed:
                return found
            most = Interval(0, min(abs(cosine).hi, 1 << self.bits), self.bits)
            rest = rests[i] * rests[j] * power(most, self.terms)
            return found + Interval(-rest.hi, rest.hi, self.bits)

        return self._each(rows, entry)

    def _each(self, rows: Matrix, entry: Callable[[int, int, Interval], Interval]) -> Matrix:
        found: Matrix = [[self.number(0)] * len(rows) for _ in rows]
        for i, row in enumerate(rows):
            self.clock.tick()
            for j in range(i + 1):
                found[i][j] = found[j][i] = entry(i, j, row[j])
        return found

    def _closed(self, p: Interval, q: Interval, s: Interval, same: bool) -> tuple[Interval, Interval]:
        if self.name == "erf":
            return self._erf(p, p if same else q, s)
        if same:
            return p / self.number(2), self.number(Fraction(1, 2))
        area = (p * s - q.square()).nonnegative().sqrt()
        whole = pi(self.bits)
        if q.lo > 0:
            obtuse = whole - (area / q).arctan()
        elif q.hi < 0:
            obtuse = (area / -q).arctan()
        else:
            obtuse = whole / self.number(2) + (q / area).arctan()
        return (area + q * obtuse) / (2 * whole), obtuse / (2 * whole)

    def _erf(self, p: Interval, q: Interval, s: Interval) -> tuple[Interval, Interval]:
        """2/pi arcsin(2q / sqrt((1 + 2p)(1 + 2s))), and its derivative in q."""
        root = ((1 + 2 * p) * (1 + 2 * s) - 4 * q.square()).sqrt()
        scale = self.number(2) / pi(self.bits)
        return scale * (2 * q / root).arctan(), 2 * scale / root

    def _expand(self, variance: Interval, slope: bool) -> tuple[Vector, Interval]:
        """The coefficients of g(s .) and E g(s z)^2, for g = sigma or sigma'; kept, for samples of one variance."""
        key = (variance.lo, variance.hi, slope)
        if key not in self._expansions:
            self._expansions[key] = self._expanded(variance, slope)
        return self._expansions[key]

    def _expanded(self, variance: Interval, slope: bool) -> tuple[Vector, Interval]:
        strip, steep, at_zero = STRIPS[self.name]
        if variance.lo == variance.hi == 0:
            value = activate(Activation(self.name), variance)[slope]
            return [value] + [variance] * (self.terms - 1), value.square()
        scale = variance.sqrt()
        room = Fraction(scale.hi, 1 << self.bits)
        a = Fraction(3, 2)  # halved, so that many variances have the same nodes
        while a * room > strip and a > Fraction(1, 100):
            a /= 2
        decide(scale.lo > 0 and a * room <= strip, False, "the variance of a layer is positive, and not too large")
        nodes = nodes_of(a, self.terms, self.bits, self.clock)
        self.clock.tick()
        values = [activate(Activation(self.name), scale * z)[slope] for z in nodes.points]
        if slope:
            reach = size = self.number(steep)
        else:
            reach = self.number(at_zero) + self.number(steep) * scale
            size = self.number(at_zero) + self.number(steep * (1 + a)) * scale
        spread = self.number(a * a / 2).exp()
        found = []
        for n in range(self.terms):
            twist = (self.number(a) * self.number(n).sqrt()).exp()
            error = 2 * (spread * twist * size) / nodes.alias
            error = error + reach * (nodes.beyond * (1 + 2 * (spread * twist.square()) / nodes.alias)).sqrt()
            found.append(dot(values, nodes.columns[n]) + Interval(-error.hi, error.hi, self.bits))
        error = 2 * (spread * size.square()) / nodes.alias + reach.square() * nodes.beyond
        square = dot([value.square() for value in values], nodes.weights)
        return found, square + Interval(-error.hi, error.hi, self.bits)


_KEPT: dict[tuple[Fraction, int, int], Nodes] = {}


def nodes_of(a: Fraction, terms: int, bits: int, clock: Clock) -> Nodes:
    """For a strip of this half-width; kept for the next layer."""
    key = (a, terms, bits)
    if key not in _KEPT:
        if len(_KEPT) > 3:
            _KEPT.clear()
        _KEPT[key] = _make_nodes(a, terms, bits, clock)
    return _KEPT[key]


def _make_nodes(a: Fraction, terms: int, bits: int, clock: Clock) -> Nodes:
    # exp(2 pi a / h) is about 2^80 exp(a sqrt(terms)), and the density at the last node 2^-160.
    step = max(1, math.floor((44 << POWER) * a / (7 * (57 + a * (math.isqrt(terms) + 1)))))
    count = -(-(15 << POWER) // step)
    h = Interval.of(Fraction(step, 1 << POWER), bits)
    roots = [Interval.of(math.factorial(n), bits).sqrt() for n in range(terms)]
    points, weights = [], []
    columns: Matrix = [[] for _ in range(terms)]
    for j in range(-count, count + 1):
        clock.tick()
        z = Interval.of(Fraction(j * step, 1 << POWER), bits)
        weight = h * density(z)
        before, now = 0, 1
        for n, column in enumerate(columns):
            column.append(weight * (Interval.of(Fraction(now, 1 << POWER * n), bits) / roots[n]))
            before, now = now, j * step * now - (n << 2 * POWER) * before
        points.append(z)
        weights.append(weight)
    end = Interval.of(Fraction(count * step, 1 << POWER), bits)
    beyond = 2 * ((end + Interval.of(1, bits) / end) * density(end))
    alias = -1 + (2 * (pi(bits) * Interval.of(a, bits)) / h).exp()
    decide(2 << bits <= end.square().lo and alias.lo > 0, False, "the nodes reach far enough")
    return Nodes(points, weights, columns, alias, beyond)


def inner_products(net: Network, bits: int, clock: Clock) -> list[Matrix]:
    """Of the samples, position by position, as the network is given them."""
    squares = [exact_dot(row, row, clock) for row in net.inputs]
    found = []
    for position in range(len(net.patches)):
        own = [row[position * net.channels : (position + 1) * net.channels] for row in net.inputs]
        products: Matrix = []
        for i, x in enumerate(own):
            clock.tick()
            products.append([])
            for j, y in enumerate(own):
                q = exact_dot(x, y, clock)
                if not net.divided:
                    entry = Interval.of(q, bits)
                elif i == j:
                    entry = Interval.of(q / squares[i], bits)
                else:
                    size = Interval.of(q * q / (squares[i] * squares[j]), bits).sqrt()
                    entry = size if q >= 0 else -size
                products[i].append(entry)
        found.append(products)
    return found


def gram_matrix(net: Network, terms: int, bits: int, enclosed: bool, clock: Clock) -> Matrix:
    """The matrix; not `enclosed`, of a series, one that is less in Loewner's order."""
    layers = Layers(net.activation, terms, bits, enclosed, clock)
    one = Interval.of(1, bits)
    c = one if net.architecture == "one-hidden-layer" else one / layers.moments([one])[1][0]
    places, samples = range(len(net.patches)), range(len(net.inputs))
    covariances = inner_products(net, bits, clock)
    variances = [[rows[i][i] for i in samples] for rows in covariances]
    means = [[Interval.of(0, bits)] * len(net.inputs) for _ in places]

    def given() -> tuple[list[Matrix], list[Vector]]:
        """What each position's patch adds up to: covariances with the means, and variances."""
        whole = [
            [[x + means[k][i] * means[k][j] for j, x in enumerate(row)] for i, row in enumerate(covariances[k])]
            for k in places
        ]
        own = [[v + m.square() for v, m in zip(variances[k], means[k], strict=True)] for k in places]
        return (
            [[[total((whole[k][i][j] for k in P), bits) for j in samples] for i in samples] for P in net.patches],
            [[total((own[k][i] for k in P), bits) for i in samples] for P in net.patches],
        )

    def square_of_weight(layer: int) -> Interval:
        return c if net.scale is None or layer == 1 else Interval.of((net.scale / net.depth) ** 2, bits)

    for layer in range(1, net.depth):
        square, kept = square_of_weight(layer), int(net.scale is not None and layer > 1)
        weight = square.sqrt()
        rows, own = given()
        for k in places:
            new, squares = layers.moments(own[k])
            products = layers.products(rows[k], own[k], slope=False)
            spreads = [(s - m.square()).nonnegative() for s, m in zip(squares, new, strict=True)]
            covariances[k] = [[square * products[i][j] + kept * covariances[k][i][j] for j in samples] for i in samples]
            variances[k] = [square * spreads[i] + kept * variances[k][i] for i in samples]
            means[k] = [weight * new[i] + kept * means[k][i] for i in samples]
    rows, own = given()
    slopes = [layers.products(rows[k], own[k], slope=True) for k in places]
    last = square_of_weight(net.depth)
    return [[last * total((rows[k][i][j] * slopes[k][i][j] for k in places), bits) for j in samples] for i in samples]
