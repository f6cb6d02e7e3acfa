"""A spurious minimum for every ratio from 0 on, teachers at right angles, with the ratio r divided out.

One student is at the angle rq with the norm 1 + r alpha, the other one at -p with the norm r rho; the first teacher is
at 0, the second one, of norm r, at pi / 2. With d = p + rq, what is 0 at a critical point is

    E_1 = kappa'(rq) / r - kappa'(pi/2 - rq) - rho kappa'(d),
    E_2 = (kappa'(d) - kappa'(p)) / r + alpha kappa'(d) - kappa'(pi/2 + p),

and Taylor's formula bounds the quotients of differences, also at r = 0. A Newton step maps a box of (p, q) into
itself for all ratios of a slice, so there is a zero; the derivatives have the signs of a strict minimum, and M > 0. In
`exhaustive_mean_values` these are G_2 / r and G_1 / r, x = -p and y = rq. Rounding is not enclosed.

`python -m tests.proofs.exhaustive_small_ratios` goes through the ratios from 0 to 1/64.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import fsolve

from tests.proofs.exhaustive import MARGIN, PI, Array, Interval, bends, kappas, minus, over, plus, sines, slopes, times
from tests.proofs.exhaustive_mean_values import g_at

Pair = tuple[Interval, Interval]
PSI = PI / 2
START = np.array([1.128, 0.708])
"""Near it, in (p, q), is a minimum for the ratio 1/64."""
HALF = np.array([0.003, 0.004])
SLICES = np.linspace(0, 1 / 64, 101)


def interval(low: float, high: float | None = None) -> Interval:
    return np.array([low]), np.array([low if high is None else high])


def cosines(t: Interval) -> Interval:
    assert t[0] >= 0 and t[1] <= PI
    return np.cos(t[1]), np.cos(t[0])


def thirds(t: Interval) -> Interval:
    """kappa''', which falls from 0.8 to pi."""
    assert t[0] >= 0.8 and t[1] <= PI
    low, high = ((2 * np.cos(s) + (PI - s) * np.sin(s)) / (2 * PI) for s in (t[1], t[0]))
    return low, high


class Scaled:
    """Ranges of E, of its derivatives and of M for (p, q) in a box and r in an interval that may begin with 0."""

    def __init__(self, p: Interval, q: Interval, r: Interval) -> None:
        small = times(r, q)
        d, between = plus(p, small), (p[0], p[1] + small[1])
        right, left = plus(interval(PSI), minus(small)), plus(interval(PSI), p)
        assert r[0] >= 0 and q[0] > 0 and p[0] > 0.8 and small[1] < 0.8
        self.q, self.r, self.d, self.k, self.steep = q, r, d, kappas(d), slopes(d)
        self.solve_by = plus(interval(0.25), minus(times(self.k, self.k)))
        # The first term: (kappa(rq) - 1/2) / r. The second one: (kappa(p) - kappa(d)) / r.
        # Both by Taylor's formula.
        rest = times(interval(0.5), times(small, q))
        first = plus(times(rest, bends((np.zeros(1), small[1]))), kappas(right))
        second = plus(minus(plus(times(q, slopes(p)), times(rest, bends(between)))), kappas(left))
        bent = plus(times(q, bends(p)), times(rest, thirds(between)))
        self.alpha, self.rho = self._solved(first, second)
        quotient = minus(times(q, over(times(plus(interval(PI), minus(small)), self._sinc(small)), interval(2 * PI))))
        self.zero = (
            plus(quotient, minus(slopes(right)), minus(times(self.rho, self.steep))),
            plus(bent, times(self.alpha, self.steep), minus(slopes(left))),
        )
        along_p = self._turned((interval(0), plus(minus(bent), slopes(left))), interval(1))
        in_q = plus(slopes(small), minus(times(r, slopes(right))))
        along_q = self._turned((in_q, minus(self.steep)), r)
        curved = bends(d)
        self.in_p = (
            minus(plus(times(along_p[1], self.steep), times(self.rho, curved))),
            plus(
                times(q, thirds(between)), times(along_p[0], self.steep), times(self.alpha, curved), minus(bends(left))
            ),
        )
        self.in_q = (
            plus(
                bends(small),
                times(r, bends(right)),
                minus(times(along_q[1], self.steep)),
                minus(times(times(r, self.rho), curved)),
            ),
            plus(curved, times(along_q[0], self.steep), times(times(r, self.alpha), curved)),
        )
        # M times 2 pi and the norms, divided by r: both entries of the diagonal, and the determinant.
        sine = sines(d)
        self.turns = (
            plus(
                times(interval(PI), self.rho),
                times(q, cosines(between)),
                times(self.alpha, sine),
                minus(sines(left)),
            ),
            plus(
                interval(PI),
                times(r, plus(times(interval(PI), self.alpha), times(self.rho, sine), minus(sines(right)))),
                minus(sines(small)),
            ),
        )
        away = plus(interval(PI), minus(d))
        norms = times(self.rho, plus(interval(1), times(r, self.alpha)))
        self.both = plus(times(*self.turns), minus(times(times(away, away), norms)))

    @staticmethod
    def _sinc(t: Interval) -> Interval:
        return np.sinc(t[1] / PI), np.sinc(t[0] / PI)

    def _solved(self, first: Interval, second: Interval) -> Pair:
        half = interval(0.5)
        return (
            over(plus(times(half, first), minus(times(self.k, second))), self.solve_by),
            over(plus(times(half, second), minus(times(self.k, first))), self.solve_by),
        )

    def _turned(self, right: Pair, speed: Interval) -> Pair:
        """The derivatives of (alpha, rho), of the right sides' and where d changes with a speed."""
        turn = times(speed, self.steep)
        return self._solved(
            plus(right[0], minus(times(turn, self.rho))), plus(right[1], minus(times(turn, self.alpha)))
        )

    def strict_minimum(self) -> bool:
        determinant = plus(times(self.in_p[1], self.in_q[0]), minus(times(self.in_q[1], self.in_p[0])))
        positive = (self.rho, plus(interval(1), times(self.r, self.alpha)), *self.turns, self.both)
        return bool(
            determinant[1][0] < -MARGIN
            and self.in_q[0][1][0] < -MARGIN
            and all(each[0][0] > MARGIN for each in positive)
        )


def value(point: Array, r: float) -> Array:
    """(E_1, E_2) at a point, without ranges; r > 0."""
    p, q = point
    first, second = g_at(np.array([-p, p + r * q]), r)
    return np.array([second, first]) / r


def ratio_of_step(point: Array, half: Array, r: Interval) -> float:
    """At most how far, in halves of its sides, a Newton step moves a point of a box from its center; less than 1."""
    center = Scaled(*(interval(each) for each in point), r)
    box = Scaled(*(interval(each - h, each + h) for each, h in zip(point, half, strict=True)), r)
    assert box.strict_minimum()
    (a, c), (b, d) = [[float((entry[0] + entry[1])[0] / 2) for entry in column] for column in (box.in_p, box.in_q)]
    inverse = np.linalg.inv(np.array([[a, b], [c, d]]))
    most = 0.0
    for i in (0, 1):
        step = plus(*(times(interval(inverse[i, j]), center.zero[j]) for j in (0, 1)))
        for side, column in enumerate((box.in_p, box.in_q)):
            along = plus(*(times(interval(inverse[i, j]), column[j]) for j in (0, 1)), interval(-1.0 * (side == i)))
            step = plus(step, times(along, interval(-half[side], half[side])))
        most = max(most, float(max(-step[0][0], step[1][0]) / half[i]))
    return most


def spurious_minima(ends: Array) -> float:
    """Of a slice between any two of the ends: a strict spurious minimum for each of its ratios; the longest step."""
    point, longest = START, 0.0
    for low, high in reversed(list(zip(ends, ends[1:], strict=False))):
        point = np.asarray(fsolve(lambda z, r=(low + high) / 2: value(z, r), point))
        step = ratio_of_step(point, HALF, interval(low, high))
        assert step < 1 - MARGIN, (low, high, step)
        longest = max(longest, step)
    return longest


def main() -> None:
    start = time.process_time()
    longest = spurious_minima(SLICES)
    seconds = time.process_time() - start
    print(
        f"{len(SLICES) - 1} slices of the ratios, steps of {longest:.2f} of the boxes at most, {seconds:.1f} s of CPU"
    )


if __name__ == "__main__":
    main()
