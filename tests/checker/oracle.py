"""The loss by its definition, in mpmath: a second opinion on the checker's balls.

F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 is a sum of kernels E sigma(w.x) sigma(v.x):
    relu   (|w| |v| sin t + (pi - t) w.v) / (2 pi)
    leaky  by linearity from relu(z) - a relu(-z)
    erf    (2 / pi) asin(2 w.v / sqrt((1 + 2 |w|^2) (1 + 2 |v|^2)))
The gradient and the Hessian are central differences with a step of 1e-40 in 160 digits:
right to 1e-58 where F is analytic (neurons 1e-17 from parallel, or more), and to 1e-36 at
parallel neurons, where the third derivative jumps. No formula of the checker's is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq
from mpmath.ctx_mp import MPContext

mp = MPContext()  # a context of its own: no other test's precision is touched
mp.dps = 160
mpf = mp.mpf

Point = list[list[Fraction]]
Vector = list[mpf]

STEP = mpf(10) ** -40
ANALYTIC, AT_A_KINK = Fraction(1, 10**58), Fraction(1, 10**36)


@dataclass(frozen=True)
class Oracle:
    """The loss with an activation: "erf", or the slope on the negative half-line (0 for ReLU)."""

    sigma: Fraction | str = Fraction(0)

    def kernel(self, w: Vector, v: Vector) -> mpf:
        """E sigma(w.x) sigma(v.x)."""
        if self.sigma == "erf":
            return 2 / mp.pi * mp.asin(2 * _dot(w, v) / mp.sqrt((1 + 2 * _dot(w, w)) * (1 + 2 * _dot(v, v))))
        slope = mpf(self.sigma.numerator) / self.sigma.denominator
        parts = [(1, w), (-slope, [-x for x in w])], [(1, v), (-slope, [-x for x in v])]
        return mp.fsum(a * b * relu_kernel(x, y) for a, x in parts[0] for b, y in parts[1] if a * b)

    def loss(self, W: list[Vector], V: list[Vector]) -> mpf:
        """F, as half the squared norm of a signed sum of neurons."""
        neurons = [(1, w) for w in W] + [(-1, v) for v in V]
        return mp.fsum(a * b * self.kernel(w, v) for a, w in neurons for b, v in neurons) / 2

    def value(self, W: Point, V: Point) -> mpf:
        """F(W)."""
        return self.loss(_floats(W), _floats(V))

    def gradient_entry(self, W: Point, V: Point, a: int) -> mpf:
        """One component; unknowns are counted row by row."""
        w, v = _floats(W), _floats(V)
        return (self.loss(_moved(w, {a: 1}), v) - self.loss(_moved(w, {a: -1}), v)) / (2 * STEP)

    def hessian_entry(self, W: Point, V: Point, a: int, b: int) -> mpf:
        """One entry; unknowns are counted row by row."""
        w, v = _floats(W), _floats(V)
        if a == b:
            there = self.loss(_moved(w, {a: 1}), v) + self.loss(_moved(w, {a: -1}), v)
            return (there - 2 * self.loss(w, v)) / STEP**2
        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        return mp.fsum(s * t * self.loss(_moved(w, {a: s, b: t}), v) for s, t in signs) / (4 * STEP**2)


def relu_kernel(w: Vector, v: Vector) -> mpf:
    """E relu(w.x) relu(v.x) (Cho & Saul 2009)."""
    dot, lengths = _dot(w, v), mp.sqrt(_dot(w, w) * _dot(v, v))
    sine = mp.sqrt(max(lengths**2 - dot**2, 0))
    return (sine + (mp.pi - mp.atan2(sine, dot)) * dot) / (2 * mp.pi)


def relu_block_norms(w: list[Fraction], v: list[Fraction]) -> tuple[mpf, mpf]:
    """Of one ReLU kernel in the plane: the spectral norms of h1, and of h2 less half its trace."""
    [w_, v_] = _floats([w, v])

    def second(first: tuple[Vector, Vector], other: tuple[Vector, Vector]) -> mpf:
        """The second derivative along two directions of (w, v)."""

        def moved(x: Vector, side: int, s: int, t: int) -> Vector:
            return [e + STEP * (s * a + t * b) for e, a, b in zip(x, first[side], other[side], strict=True)]

        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        there = (s * t * relu_kernel(moved(w_, 0, s, t), moved(v_, 1, s, t)) for s, t in signs)
        return mp.fsum(there) / (4 * STEP**2)

    zero, axes = [mpf(0)] * 2, [[mpf(1), mpf(0)], [mpf(0), mpf(1)]]
    h1 = [[second((a, zero), (b, zero)) for b in axes] for a in axes]
    h2 = [[second((a, zero), (zero, b)) for b in axes] for a in axes]
    own = mp.fsum(h1[i][i] for i in range(2))  # h1 has the eigenvalues 0 (along w) and `own`
    return own, mp.hypot((h2[0][0] - h2[1][1]) / 2, (h2[0][1] + h2[1][0]) / 2)


def contains(ball: arb, number: mpf, error: Fraction = Fraction(0)) -> bool:
    """True only if a number within `error` of the given one lies in a finite ball."""
    sign, mantissa, exponent, _ = number._mpf_
    exact = (-1) ** sign * int(mantissa) * Fraction(2) ** int(exponent)
    low, high = (arb(fmpq(end.numerator, end.denominator)) for end in (exact - error, exact + error))
    return ball.is_finite() and bool(ball.overlaps(low.union(high)))


def _dot(w: Vector, v: Vector) -> mpf:
    return mp.fsum(x * y for x, y in zip(w, v, strict=True))


def _floats(matrix: Point) -> list[Vector]:
    return [[mpf(entry.numerator) / entry.denominator for entry in row] for row in matrix]


def _moved(W: list[Vector], steps: dict[int, int]) -> list[Vector]:
    d = len(W[0])
    return [[x + steps.get(i * d + j, 0) * STEP for j, x in enumerate(row)] for i, row in enumerate(W)]
