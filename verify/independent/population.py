"""The population loss: value, gradient, Hessian and M, by the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .intervals import Interval, Matrix, Vector, dot, pi, total
from .jets import Jet
from .kernels import Activation, Erf, error_function, half_lines
from .outcomes import Clock


@dataclass(frozen=True)
class Landscape:
    """A population loss; `orthonormal` says that the teacher was given as such."""

    activation: Activation
    teacher: list[list[Fraction]]
    orthonormal: bool
    n: int

    @property
    def k(self) -> int:
        """The number of teacher neurons."""
        return len(self.teacher)

    @property
    def d(self) -> int:
        """The input dimension."""
        return len(self.teacher[0])


@dataclass(frozen=True)
class Pair:
    """kappa at two neurons as a jet, and for leaky ReLU bounds that hold without its second derivatives.

    The block h1 in the first neuron lies between 0 and `own` I, that in the second between 0 and `other` I, and
    |h2 - kappa_q I| <= `mixed` (docs/kinds/teacher-student.md, "Formulas").
    """

    jet: Jet
    own: Interval | None = None
    other: Interval | None = None
    mixed: Interval | None = None

    def exchanged(self) -> Pair:
        """The same with the neurons exchanged: p and s change places."""
        jet, second = self.jet, None
        if jet.second is not None:
            pp, pq, ps, qq, qs, ss = jet.second
            second = [ss, qs, ps, qq, pq, pp]
        return Pair(Jet(jet.value, jet.first[::-1], second), self.other, self.own, self.mixed)


class Loss:
    """The loss at all students of a box: W (n x d) of intervals, derivatives of the kernel up to `order`."""

    def __init__(self, land: Landscape, W: Matrix, bits: int, order: int, clock: Clock) -> None:
        self.land, self.W, self.bits, self.order, self.clock = land, W, bits, order, clock
        self.V = [[Interval.of(entry, bits) for entry in row] for row in land.teacher]
        self.alone = [self._alone(w) for w in W]
        self.inner = {(i, j): self._pair(W[i], W[j]) for i in range(len(W)) for j in range(i + 1, len(W))}
        self.outer = {(i, j): self._pair(w, v) for i, w in enumerate(W) for j, v in enumerate(self.V)}

    def _alone(self, w: Vector) -> Jet:
        square = total((entry.square() for entry in w), self.bits)
        return self.land.activation.alone(Jet.variable(0, square, self.order))

    def _pair(self, w: Vector, v: Vector) -> Pair:
        self.clock.tick()
        activation = self.land.activation
        p, s = (total((entry.square() for entry in row), self.bits) for row in (w, v))
        q = dot(w, v)
        variables = [Jet.variable(seat, value, self.order) for seat, value in enumerate((p, q, s))]
        square = (p * s - q.square()).nonnegative()
        if isinstance(activation, Erf):
            return Pair(error_function(variables, square))
        if square.lo << 1 < square.hi:
            # Lagrange: p s - q^2 is the sum of the squared 2 x 2 minors; narrower for neurons that are nearly parallel.
            minors = (w[a] * v[b] - w[b] * v[a] for a in range(len(w)) for b in range(a))
            square = square.meet(total((minor.square() for minor in minors), self.bits))
        area = square.sqrt()
        strength = Interval.of((1 - activation.slope) ** 2, self.bits) * area / pi(self.bits)
        return Pair(
            half_lines(activation, variables, area),
            Interval(0, (strength / p).hi, self.bits),
            Interval(0, (strength / s).hi, self.bits),
            Interval(0, (strength / (2 * (p * s).sqrt())).hi, self.bits),
        )

    def pairs(self, i: int) -> list[tuple[int, Vector, Pair]]:
        """Sign, neuron and kernel of each pair that student neuron i is the first of."""
        before = [(1, self.W[j], self.inner[j, i].exchanged()) for j in range(i)]
        after = [(1, self.W[j], self.inner[i, j]) for j in range(i + 1, len(self.W))]
        return before + after + [(-1, v, self.outer[i, j]) for j, v in enumerate(self.V)]

    def value(self) -> Interval:
        """F, with the teacher's own terms: twice F is even in all of them."""
        twice = [jet.value for jet in self.alone] + [self._alone(v).value for v in self.V]
        twice += [2 * pair.jet.value for pair in self.inner.values()]
        twice += [-2 * pair.jet.value for pair in self.outer.values()]
        twice += [2 * self._pair(self.V[j], v).jet.value for i, v in enumerate(self.V) for j in range(i)]
        double = total(twice, self.bits)
        return Interval(double.lo >> 1, -(-double.hi >> 1), self.bits)

    def gradient(self) -> Vector:
        """grad F as n d numbers: the chain rule with p = |w|^2, q = w.v gives 2 kappa_p w + kappa_q v for each pair."""
        gradient = []
        for i, w in enumerate(self.W):
            pairs = [(sign * pair.jet.first[1], v) for sign, v, pair in self.pairs(i)]
            own = self._coordinate(i)
            gradient += [own * w[a] + total((weight * v[a] for weight, v in pairs), self.bits) for a in range(len(w))]
        return gradient

    def _coordinate(self, i: int) -> Interval:
        """M_ii: 2 (d/dp) of all terms of neuron i, where d/dp of half of phi is phi'/2."""
        slopes = (2 * sign * pair.jet.first[0] for sign, _, pair in self.pairs(i))
        return self.alone[i].first[0] + total(slopes, self.bits)

    def new_coordinate(self) -> Matrix:
        """M (n x n), the Hessian's block of each new input coordinate."""
        size = range(len(self.W))
        other = {pair: kernel.jet.first[1] for pair, kernel in self.inner.items()}
        return [[self._coordinate(i) if i == j else other[min(i, j), max(i, j)] for j in size] for i in size]

    def hessian(self) -> Matrix:
        """The symmetric n d x n d matrix of second derivatives, row by row of W; each entry is enclosed once."""
        n, d = len(self.W), len(self.W[0])
        blocks = {
            (i, j): self._own(i) if i == j else self._mixed(self.W[i], self.W[j], self.inner[i, j])
            for i in range(n)
            for j in range(i, n)
        }
        at = [(i, a) for i in range(n) for a in range(d)]
        upper = [[blocks[i, j][a][b] for j, b in at[place:]] for place, (i, a) in enumerate(at)]
        return [[upper[min(x, y)][abs(x - y)] for y in range(n * d)] for x in range(n * d)]

    def _own(self, i: int) -> Matrix:
        """H_ii: phi' I + 2 phi'' w w^T, and for each pair h1, the derivative of 2 kappa_p w + kappa_q v in w."""
        w, jet, zero = self.W[i], self.alone[i], Interval(0, 0, self.bits)
        block = self._block(w, w, jet.first[0], jet.second and [2 * jet.second[0], zero, zero, zero], None)
        for sign, v, pair in self.pairs(i):
            coefficients = bounds = None
            if pair.jet.second is not None:
                pp, pq, _, qq, _, _ = pair.jet.second
                coefficients = [4 * pp, 2 * pq, 2 * pq, qq]
            if pair.own is not None:
                # A symmetric matrix between 0 and b I is b/2 I plus one of norm at most b/2.
                half = -(-pair.own.hi >> 1)
                bounds = pair.own, Interval(-half, half, self.bits)
            h1 = self._block(w, v, 2 * pair.jet.first[0], coefficients, bounds)
            block = [[x + sign * y for x, y in zip(*rows, strict=True)] for rows in zip(block, h1, strict=True)]
        return block

    def with_teacher(self, i: int, j: int) -> Matrix:
        """h2 of the student neuron i and the teacher's neuron j: minus the derivative of grad_i F in v_j."""
        return self._mixed(self.W[i], self.V[j], self.outer[i, j])

    def _mixed(self, w: Vector, v: Vector, pair: Pair) -> Matrix:
        """h2, the derivative of 2 kappa_p w + kappa_q v in v; the rows belong to w, the columns to v."""
        coefficients, bounds, kappa_q = None, None, pair.jet.first[1]
        if pair.jet.second is not None:
            _, pq, ps, qq, qs, _ = pair.jet.second
            coefficients = [2 * pq, 4 * ps, qq, 2 * qs]
        if pair.mixed is not None:
            off = Interval(-pair.mixed.hi, pair.mixed.hi, self.bits)
            bounds = kappa_q + off, off
        return self._block(w, v, kappa_q, coefficients, bounds)

    def _block(
        self, w: Vector, v: Vector, scalar: Interval, coefficients: Vector | None, bounds: Sequence[Interval] | None
    ) -> Matrix:
        """c_ww w w^T + c_wv w v^T + c_vw v w^T + c_vv v v^T + scalar I, where the coefficients are known, within the
        bounds of the diagonal and of the other entries, where there are any."""
        self.clock.tick()
        size = range(len(w))
        if coefficients is None:
            if bounds is None:
                raise RuntimeError("neither second derivatives nor bounds")
            return [[bounds[a != b] for b in size] for a in size]
        ww, wv, vw, vv = coefficients
        rows = []
        for a in size:
            left, right = ww * w[a] + vw * v[a], wv * w[a] + vv * v[a]
            row = [left * x + right * y for x, y in zip(w, v, strict=True)]
            row[a] = row[a] + scalar
            rows.append(row if bounds is None else [entry.meet(bounds[a != b]) for b, entry in enumerate(row)])
        return rows
