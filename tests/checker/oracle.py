"""The loss by its definition, in mpmath: a second opinion on the checker's balls.

F(W) = 1/2 E (sum_i relu(w_i.x) - sum_j relu(v_j.x))^2 is a sum of kernels
E relu(w.x) relu(v.x) = (|w| |v| sin t + (pi - t) w.v) / (2 pi). The gradient and the Hessian are
central differences of it with a step of 1e-40 in 160 digits: right to about 1e-75 where F
is analytic, and to about 1e-38 at parallel neurons, where the third derivative jumps.
No formula of the checker's is used.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq
from mpmath.ctx_mp import MPContext

mp = MPContext()  # a context of its own: no other test's precision is touched
mp.dps = 160
mpf = mp.mpf

Point = list[list[Fraction]]

STEP = mpf(10) ** -40
ANALYTIC, AT_A_KINK = Fraction(1, 10**70), Fraction(1, 10**36)


def kernel(w: list[mpf], v: list[mpf]) -> mpf:
    """E relu(w.x) relu(v.x)."""
    dot = mp.fsum(x * y for x, y in zip(w, v, strict=True))
    lengths = mp.sqrt(mp.fsum(x * x for x in w) * mp.fsum(y * y for y in v))
    sine = mp.sqrt(max(lengths**2 - dot**2, 0))
    return (sine + (mp.pi - mp.atan2(sine, dot)) * dot) / (2 * mp.pi)


def loss(W: list[list[mpf]], V: list[list[mpf]]) -> mpf:
    """F, as half the squared norm of a signed sum of neurons."""
    neurons = [(1, w) for w in W] + [(-1, v) for v in V]
    return mp.fsum(a * b * kernel(w, v) for a, w in neurons for b, v in neurons) / 2


def value(W: Point, V: Point) -> mpf:
    """F(W)."""
    return loss(_floats(W), _floats(V))


def gradient_entry(W: Point, V: Point, a: int) -> mpf:
    """One component; unknowns are counted row by row."""
    W_, V_ = _floats(W), _floats(V)
    return (loss(_moved(W_, {a: 1}), V_) - loss(_moved(W_, {a: -1}), V_)) / (2 * STEP)


def hessian_entry(W: Point, V: Point, a: int, b: int) -> mpf:
    """One entry; unknowns are counted row by row."""
    W_, V_ = _floats(W), _floats(V)
    if a == b:
        return (loss(_moved(W_, {a: 1}), V_) - 2 * loss(W_, V_) + loss(_moved(W_, {a: -1}), V_)) / STEP**2
    signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    return mp.fsum(s * t * loss(_moved(W_, {a: s, b: t}), V_) for s, t in signs) / (4 * STEP**2)


def block_norms(w: list[Fraction], v: list[Fraction]) -> tuple[mpf, mpf]:
    """Of one kernel in the plane: the spectral norms of h1, and of h2 less half its trace."""
    [w_, v_] = _floats([w, v])

    def second(first: tuple[list[mpf], list[mpf]], other: tuple[list[mpf], list[mpf]]) -> mpf:
        """The second derivative along two directions of (w, v)."""

        def moved(x: list[mpf], side: int, s: int, t: int) -> list[mpf]:
            return [e + STEP * (s * a + t * b) for e, a, b in zip(x, first[side], other[side], strict=True)]

        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        return mp.fsum(s * t * kernel(moved(w_, 0, s, t), moved(v_, 1, s, t)) for s, t in signs) / (4 * STEP**2)

    zero, axes = [mpf(0)] * 2, [[mpf(1), mpf(0)], [mpf(0), mpf(1)]]
    h1 = [[second((a, zero), (b, zero)) for b in axes] for a in axes]
    h2 = [[second((a, zero), (zero, b)) for b in axes] for a in axes]
    own = mp.fsum(h1[i][i] for i in range(2))  # h1 has the eigenvalues 0 (along w) and `own`
    return own, mp.hypot((h2[0][0] - h2[1][1]) / 2, (h2[0][1] + h2[1][0]) / 2)


def contains(ball: arb, number: mpf, error: Fraction = Fraction(0)) -> bool:
    """True only if a number within `error` of the given one lies in a finite ball."""
    exact = _fraction(number)
    ends = (fmpq(end.numerator, end.denominator) for end in (exact - error, exact + error))
    low, high = map(arb, ends)
    return ball.is_finite() and bool(ball.overlaps(low.union(high)))


def _floats(matrix: Point) -> list[list[mpf]]:
    return [[mpf(entry.numerator) / entry.denominator for entry in row] for row in matrix]


def _moved(W: list[list[mpf]], steps: dict[int, int]) -> list[list[mpf]]:
    d = len(W[0])
    return [[x + steps.get(i * d + j, 0) * STEP for j, x in enumerate(row)] for i, row in enumerate(W)]


def _fraction(number: mpf) -> Fraction:
    sign, mantissa, exponent, _ = number._mpf_
    return (-1) ** sign * int(mantissa) * Fraction(2) ** int(exponent)
