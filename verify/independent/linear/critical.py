"""The kind deep-linear-network: what an exact critical point is, in rational numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field
from ..outcomes import Clock, Open, Refuted, decide
from ..rational import EXACT_BITS, Rationals, is_semidefinite, prove_semidefinite
from ..words import brief
from .network import Network, read_network
from .series import Series, times
from .targets import multiplied, transpose

GLOBAL, STRICT, DEGENERATE = "global-minimum", "strict-saddle", "degenerate-saddle"
MAX_ORDER, MAX_UNKNOWNS_HERE = 32, 150


@dataclass(frozen=True)
class CriticalPoint:
    """What the point is."""

    claimed: str
    network: Network
    point: list[Rationals]
    loss: Fraction
    curve: list[list[Rationals]]
    order: int
    threshold: Fraction | None = None

    def sentence(self) -> str:
        """The statement, in words."""
        return f"{self.claimed} at the given point of {self.network.described()}, with loss {brief(self.loss)}"

    def prove(self, clock: Clock) -> None:
        """The loss; then what the property needs."""
        if sum(len(W) * len(W[0]) for W in self.point) > MAX_UNKNOWNS_HERE:
            raise Open(f"more unknowns than this checker's {MAX_UNKNOWNS_HERE}")
        residuals = self._residuals([[W] for W in self.point], 0, clock)[0]
        decide(self._square(residuals, residuals) / 2 == self.loss, True, "the loss is the one claimed")
        G = multiplied(residuals, self._inputs())
        if self.threshold is not None:
            self._best_of_its_rank(self.threshold, G, clock)
            return
        if self.claimed == GLOBAL:
            decide(not any(map(any, G)), True, "the gradient in the product is 0")
            return
        for j in range(len(self.point)):
            above, below = self._product(j + 1, None), self._product(0, j)
            slope = multiplied(transpose(above), G) if above else G
            slope = multiplied(slope, transpose(below)) if below else slope
            decide(not any(map(any, slope)), True, "the point is critical")
        self._change(clock)
        if self.claimed == DEGENERATE:
            decide(self._convex(clock), True, "the Hessian has no negative eigenvalue")

    def _best_of_its_rank(self, mu: Fraction, G: Rationals, clock: Clock) -> None:
        """W has the rank of the least width, and its range's projection P has the largest eigenvalues of T."""
        X = self._inputs()
        S, W = multiplied(transpose(X), X), self._product(0, None)
        Y = self.network.target or transpose(self.network.outputs)
        M = multiplied(Y, X)
        rows = independent(W)
        decide(len(rows) == min(self.network.widths), True, "the product has the rank of the least width")
        P = multiplied(transpose(rows), multiplied(inverse(multiplied(rows, transpose(rows)), clock), rows))
        T = multiplied(M, multiplied(inverse(S, clock), transpose(M)))
        TP = multiplied(P, T)
        decide(not any(map(any, multiplied(P, G))) and transpose(TP) == TP, True, "P G = 0 and P T = T P")
        size = range(len(P))
        above = [[TP[i][j] - mu * P[i][j] for j in size] for i in size]
        below = [[mu * ((i == j) - P[i][j]) - T[i][j] + TP[i][j] for j in size] for i in size]
        prove_semidefinite("P T P - mu P", above, clock)
        prove_semidefinite("mu Q - Q T Q", below, clock)

    def _inputs(self) -> Rationals:
        """X^T, rows are samples: with a target the identity."""
        d = self.network.widths[0]
        return self.network.inputs or [[Fraction(i == j) for j in range(d)] for i in range(d)]

    def _product(self, first: int, last: int | None) -> Rationals:
        """The product of the layers from one to before another; empty for none."""
        W: Rationals = []
        for layer in self.point[first:last]:
            W = multiplied(layer, W) if W else layer
        return W

    @staticmethod
    def _square(A: Rationals, B: Rationals) -> Fraction:
        """The inner product."""
        return sum(
            (x * y for r, s in zip(A, B, strict=True) for x, y in zip(r, s, strict=True) if x and y), Fraction(0)
        )

    def _residuals(self, layers: list[Series], order: int, clock: Clock) -> Series:
        """W(t) X - Y, up to t^order."""
        result: Series = [transpose(self._inputs())]
        for layer in layers:
            result = times(layer, result, clock, order)
        Y = self.network.target or transpose(self.network.outputs)
        result[0] = [[x - y for x, y in zip(*rows, strict=True)] for rows in zip(result[0], Y, strict=True)]
        return result

    def _change(self, clock: Clock) -> None:
        """The first change along the curve: at order 2, down, along a line; or at an odd order."""
        strict = self.claimed == STRICT
        allowed = len(self.curve) == 1 and self.order == 2 if strict else self.order % 2 == 1
        decide(allowed, True, "a strict saddle has a line and order 2, another an odd order")
        layers = [[W, *(term[j] for term in self.curve)] for j, W in enumerate(self.point)]
        residuals = self._residuals(layers, self.order, clock)
        changes = []
        for k in range(1, self.order + 1):
            pairs = [(i, k - i) for i in range(k + 1) if max(i, k - i) < len(residuals)]
            changes.append(sum((self._square(residuals[i], residuals[j]) for i, j in pairs), Fraction(0)))
        decide(not any(changes[:-1]), True, "the loss does not change along the curve before the order claimed")
        decide(changes[-1] < 0 if strict else changes[-1] != 0, True, "the loss changes along the curve as claimed")

    def _convex(self, clock: Clock) -> bool:
        """Whether the second derivative is never negative: as a quadratic form, by polarisation along the unknowns."""
        units = [(j, a, b) for j, W in enumerate(self.point) for a in range(len(W)) for b in range(len(W[0]))]

        def line(*moved: tuple[int, int, int]) -> Fraction:
            layers: list[Series] = []
            for j, W in enumerate(self.point):
                D = [
                    [Fraction(sum((j, a, b) == unit for unit in moved)) for b in range(len(W[0]))]
                    for a in range(len(W))
                ]
                layers.append([W, D])
            terms = self._residuals(layers, 2, clock)
            second = 2 * self._square(terms[0], terms[2]) if len(terms) > 2 else Fraction(0)
            return second + self._square(terms[1], terms[1])

        own = [line(unit) for unit in units]
        rows = [
            [(line(p, q) - own[i] - own[j]) / 2 if i != j else own[i] for j, q in enumerate(units[: i + 1])]
            for i, p in enumerate(units)
        ]
        scale = 1
        for row in rows:
            for x in row:
                scale = scale * x.denominator if scale % x.denominator else scale
        size = range(len(rows))
        return is_semidefinite([[int(rows[max(i, j)][min(i, j)] * scale) for j in size] for i in size], clock)


def independent(W: Rationals) -> Rationals:
    """As many columns of a matrix as its rank, as rows."""
    kept: Rationals = []
    reduced: list[tuple[int, list[Fraction]]] = []
    for column in transpose(W):
        rest = column
        for place, row in reduced:
            rest = [x - rest[place] / row[place] * y for x, y in zip(rest, row, strict=True)]
        first = next((i for i, x in enumerate(rest) if x), None)
        if first is not None:
            kept.append(column)
            reduced.append((first, rest))
    return kept


def inverse(A: Rationals, clock: Clock) -> Rationals:
    """Of a square matrix, by elimination. Refuted if there is none."""
    order = len(A)
    rows = [[*row, *(Fraction(i == j) for j in range(order))] for i, row in enumerate(A)]
    for c in range(order):
        clock.tick()
        p = next((i for i in range(c, order) if rows[i][c]), None)
        if p is None:
            raise Refuted("a matrix has no inverse")
        rows[c], rows[p] = rows[p], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        rows = [
            row if i == c else [x - row[c] * y for x, y in zip(row, rows[c], strict=True)] for i, row in enumerate(rows)
        ]
        if any(x.denominator.bit_length() > EXACT_BITS for row in rows for x in row):
            raise Open(f"an exact number has more than {EXACT_BITS} bits")
    return [row[order:] for row in rows]


def read_critical_point(name: str, statement: Field, witness: Field) -> Claim:
    """A statement about a critical point."""
    fields = statement.members("landscape", "property", "point", "loss")
    network = read_network(fields["landscape"])
    point, loss = network.read_layers(fields["point"]), fields["loss"].number()
    hints, more = ((), ("threshold",)) if name == GLOBAL else (("curve", "order"), ())
    given = witness.members("precision", *hints, optional=more)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    curve, order = [], 0
    if name != GLOBAL:
        curve = [network.read_layers(entry) for entry in given["curve"].entries(1, MAX_ORDER)]
        order = given["order"].integer(2, MAX_ORDER)
    threshold = given["threshold"].number() if "threshold" in given else None
    return CriticalPoint(name, network, point, loss, curve, order, threshold)
