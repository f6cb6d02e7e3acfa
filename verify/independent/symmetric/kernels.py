"""Dual kernels with derivatives in polar form, also where two neurons are nearly parallel."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from ..intervals import Interval, pi
from ..jets import SEAT, Jet
from ..kernels import angle, error_function
from ..outcomes import Open
from ..series import Series, is_positive
from .numbers import Cells, Exact, Moves, Neuron, Number, add, inner, is_zero, product


class Kernel(Protocol):
    """kappa at two neurons w and v, in terms of p = |w|^2, q = w.v, s = |v|^2: `flat`(q) + factor `value`.

    d `value` = own_w w.dw + own_v v.dv + `turn`(dq), the first two divided by p and s for leaky ReLU. The second
    derivative is the inner product of `strain` of the one change with `stress` of the strain of the other, and what
    SymmetricLoss adds of `own` (the same for all v, so that its sum over v comes first) and `turn`. Where the kernel is
    a difference (see Difference), `flat` and `turn` have a second argument, w.e or its change.
    """

    q: tuple[Number, Number]
    value: Number
    own: tuple[Number, Number]

    def flat(self, q: Number, e: Number) -> Number:
        """A linear function with rational coefficients."""

    def turn(self, q: Number, e: Number) -> Number:
        """A linear function."""

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """From w.dw, dq and v.dv, the squared lengths of dw and dv, and their entries."""

    def stress(self, strain: list[Number]) -> list[Number]:
        """Linear in the strain, and symmetric."""


def minors(cells: Cells, w: Neuron, v: Neuron) -> tuple[Number, dict[tuple[int, int], tuple[Number, Number]]]:
    """p s - q^2 as the sum of the squared minors x_c y_d - x_d y_c (Lagrange), and by place the entries of p v - q w,
    sum_d x_d (x_d y_c - x_c y_d), and of s w - q v, sum_d y_d (x_c y_d - x_d y_c): nothing cancels, or exactly."""
    entries = [(count, (c, d), w.get(c, 0), v.get(d, 0)) for count, c, d in cells]
    square, across = [], {}
    for i, (count, place, x, y) in enumerate(entries):
        row = [(n, x2, y2, add(product(x, y2), product(-1, x2, y))) for n, _, x2, y2 in entries]
        square += [product(count, n, minor, minor) for n, _, _, minor in row[:i]]
        across_w = product(-1, add(*[product(n, x2, minor) for n, x2, _, minor in row]))
        across[place] = across_w, add(*[product(n, y2, minor) for n, _, y2, minor in row])
    return add(*square), across


class HalfLines:
    """Leaky ReLU. With A = sqrt(p s - q^2) and the angle t of the neurons, `value` is A + (pi - t) q.

    Put a = w.dw / p, b = v.dv / s and e = dq - q (a + b). From cos t = q / sqrt(p s) and A = sqrt(p s) sin t follow
    d(pi - t) = e / A and dA = A (a + b) - q e / A, so d value = A (a + b) + (pi - t) dq. With a second change dw', dv',
        dA (a' + b') + A (da' + db') + d(pi - t) dq' + (pi - t) ddq
          = A (a + b) (a' + b') + A (dw.dw' / p - 2 a a' + dv.dv' / s - 2 b b') + e e' / A + (pi - t) ddq
          = A (dw.dw' / p - a a') + A (dv.dv' / s - b b') + A (a b' + b a') + e e' / A + (pi - t) ddq.
    The first two are those of `own`. Where A may be 0: e = -A dt, and |dt| <= |dw| / |w| + |dv| / |v|, called h here,
    so e e' / A is between -A h h' and A h h', also in the limit A = 0. Of pi - t, a multiple Q of pi / 2 may be taken
    apart: it gives Q q / 4 to the linear part.

    Nothing is lost for neurons that are nearly parallel: e = v'.dw + w'.dv with p v' = p v - q w and s w' = s w - q v,
    which are made of minors, as A^2 is.
    """

    def __init__(
        self, p: Number, q: Number, s: Number, cells: Cells, w: Neuron, v: Neuron, slope: Fraction, of: Exact
    ) -> None:
        self.q, self._p, self._s = (q, 0), of(1) / p, of(1) / s
        square, across = minors(cells, w, v)
        self._across = {place: (product(x, self._p), product(y, self._s)) for place, (x, y) in across.items()}
        area = self.area = add(of(0), square).nonnegative().sqrt()
        self.bend = of(1) / area if is_positive(area) else None
        self.rest: Number
        self.turns, self.rest = q.turn(area) if isinstance(q, Series) else (0, pi(q.bits) - angle(q, area))
        linear = slope + (1 - slope) ** 2 * Fraction(self.turns, 4)
        self._linear: Number = of(linear) if linear else 0
        self.value, self.own = area + self.rest * q, (area, area)

    def flat(self, q: Number, e: Number) -> Number:
        """Q q / 4 and what the slope adds."""
        return product(self._linear, q)

    def turn(self, q: Number, e: Number) -> Number:
        """The rest of pi - t, times q."""
        return product(self.rest, q)

    def across(self, moves: Moves) -> tuple[Number, Number]:
        """The two parts of e, of dw and of dv."""
        parts: tuple[list[Number], list[Number]] = ([], [])
        for count, place, dw, dv in moves:
            across_w, across_v = self._across.get(place, (0, 0))
            parts[0].append(product(count, dw, across_w))
            parts[1].append(product(count, dv, across_v))
        return add(*parts[0]), add(*parts[1])

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """e (or h, where A may be 0), a, b."""
        if self.bend is None:
            squares = product(lengths[0], self._p), product(lengths[1], self._s)
            turn = add(*(0 if is_zero(square) else square.sqrt() for square in squares))
        else:
            turn = add(*self.across(moves))
        return [turn, product(changes[0], self._p), product(changes[2], self._s)]

    def stress(self, strain: list[Number]) -> list[Number]:
        """e / A (or the interval from -A to A, times h), A b, A a."""
        area = self.area
        bend = Interval(-area.hi, area.hi, area.bits) if self.bend is None else self.bend
        return [product(strain[0], bend), product(area, strain[2]), product(area, strain[1])]


class ErrorFunction:
    """erf: `value` is kappa, by automatic differentiation in p, q and s."""

    def __init__(self, p: Interval, q: Interval, s: Interval) -> None:
        variables = [Jet.variable(seat, value, 2) for seat, value in enumerate((p, q, s))]
        jet = error_function(variables, (p * s - q.square()).nonnegative())
        self.q, self.value, self._second = (q, 0), jet.value, jet.second or []
        self.own, self._slope = (2 * jet.first[0], 2 * jet.first[2]), jet.first[1]

    def flat(self, q: Number, e: Number) -> Number:
        """Nothing."""
        return 0

    def turn(self, q: Number, e: Number) -> Number:
        """d/dq, times q."""
        return product(self._slope, q)

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """dp, dq, ds."""
        return [product(2, changes[0]), changes[1], product(2, changes[2])]

    def stress(self, strain: list[Number]) -> list[Number]:
        """The matrix of second derivatives times the strain."""
        return [add(*(product(self._second[SEAT[a, b]], strain[b]) for b in range(3))) for a in range(3)]


class Difference:
    """kappa at w and v, less kappa at w and a neuron e of the teacher, for v = tau e + delta, tau = 1 or -1; ReLU only.

    It is for series, where delta tends to 0, perhaps w too, and the two nearly cancel: r = A_v - A_e = g / (A_v + A_e)
    with g = A_v^2 - A_e^2 = p (|v|^2 - 1) - alpha (2 tau q_e + alpha), where alpha = w.delta. And pi - t_v is
    (1 - tau) pi / 2 + tau (pi - t_e) - theta, where theta, t_v less the angle of w and tau e, has
        p |v| sin theta = tau q_e r - alpha A_e,   p |v| cos theta = tau q_e (tau q_e + alpha) + A_v A_e
    by the addition theorems; it is the arc tangent of the quotient if the second is positive. With pi - t_e = Q pi / 2
    + y, `value` is r + y tau alpha - theta q_v. Of the second derivatives, e_v = tau e_e + f, with f as made of delta,
    so that e_v e_v' / A_v - e_e e_e' / A_e = (tau (e_e f' + f e_e') + f f') / A_v - r e_e e_e' / (A_v A_e).
    """

    def __init__(
        self, p: Number, s: Number, cells: Cells, w: Neuron, v: Neuron, place: int, sign: int, of: Exact
    ) -> None:
        """e is the unit vector at an entry of v, with respect to `cells`."""
        unit, delta = {place: 1}, v | {place: add(v[place], -sign)}
        along, alpha = product(sign, inner(cells, w, unit)), inner(cells, w, delta)
        q = along + alpha
        self._sign, self._of = sign, of
        self._v = HalfLines(p, q, s, cells, w, v, Fraction(0), of)
        self._e = HalfLines(p, sign * along, of(1), cells, w, unit, Fraction(0), of)
        self._across = {at: product(x, of(1) / p) for at, (x, _) in minors(cells, w, delta)[1].items()}
        squares = [product(count, delta[d], delta[d]) for count, _, d in cells if d in delta]
        excess = add(2 * sign * delta[place], *squares)  # |v|^2 - 1
        r = (p * excess - alpha * (2 * along + alpha)) / (self._v.area + self._e.area)
        cosine = along * q + self._v.area * self._e.area
        if not is_positive(cosine):
            raise Open("the angle between a neuron and its limit is not proved to be acute")
        self._theta = ((along * r - alpha * self._e.area) / cosine).arctan()
        self._ratio = r / self._e.area
        self.q, self.own = (q, sign * along), (r, self._v.area)
        self.value = r + sign * (self._e.rest * alpha) - self._theta * q

    def flat(self, q: Number, e: Number) -> Number:
        """((1 - tau) + tau Q) q / 4 - Q e / 4."""
        turns = Fraction(self._e.turns, 4)
        mine = Fraction(1 - self._sign, 4) + self._sign * turns
        return add(product(self._of(mine), q), product(self._of(-turns), e))

    def turn(self, q: Number, e: Number) -> Number:
        """y tau (q - tau e) - theta q."""
        change = add(product(self._sign, q), product(-1, e))
        return add(product(self._e.rest, change), product(-1, self._theta, q))

    def strain(self, changes: Sequence[Number], lengths: Sequence[Number], moves: Moves) -> list[Number]:
        """e_e, f, a, b."""
        apart = add(*[product(count, dw, self._across.get(place, 0)) for count, place, dw, _ in moves])
        _, *others = self._v.strain(changes, lengths, moves)
        return [self._e.across(moves)[0], add(apart, self._v.across(moves)[1]), *others]

    def stress(self, strain: list[Number]) -> list[Number]:
        """(tau f - r e_e / A_e) / A_v, (tau e_e + f) / A_v, A_v b, A_v a."""
        first = add(product(self._sign, strain[1]), product(-1, strain[0], self._ratio))
        second = add(product(self._sign, strain[0]), strain[1])
        _, *others = self._v.stress([0, *strain[2:]])
        return [product(first, self._v.bend), product(second, self._v.bend), *others]
