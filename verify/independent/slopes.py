"""How fast the Hessian changes with the student, and with a teacher near the orthonormal one (docs/TEACHERS.md).

The letters are those of docs/kinds/nearly-orthonormal-teachers.md: c the center, R the radius, eta the bound
of |D|_F for the teachers I + D; w_i, S_i, sigma_i, tau_i, b_i, t_i and g_i belong to the student neuron i.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush

from .intervals import Interval, Matrix, Vector, dot, norm, pi, total
from .outcomes import Clock

FINENESS = 16  # L is enclosed up to a part of 2^-FINENESS,
MAX_PIECES = 1 << 13  # unless that takes more pieces of [0, 1]


@dataclass(frozen=True)
class Slopes:
    """t_i and g_i by neuron; and M."""

    t: Vector
    g: Vector
    teacher: Interval

    def student(self, z: int, clock: Clock) -> Interval:
        """From a lower to an upper bound of L, if z is the row that is taken apart.

        The function of a of which L is the maximum has factors that increase and factors that decrease. So with each of
        them at its worse end it is bounded on a piece of [0, 1]; the piece with the largest bound is halved.
        """
        bits, zero = self.teacher.bits, Interval(0, 0, self.teacher.bits)
        others = [i for i in range(len(self.g)) if i != z]
        g = largest([self.g[i] for i in others]) if others else zero
        t = positive(largest([self.t[i] - self.g[i] for i in others])) if others else zero
        rise, cubic = positive(self.g[z] - g), positive(self.t[z] - self.g[z])

        def bound(low: int, high: int, depth: int) -> Interval:
            """From the value of the function with all factors at the worse end of a piece; low = high: at a point."""
            sum_, last, square, rest, root = _factors(low, high, depth, len(others), bits)
            return sum_ * (g + rise * square) + cubic * last * square + t * rest * root

        found = largest([bound(x, x, 1) for x in (0, 1, 2)])
        pieces = [(-bound(0, 1, 0).hi, 0, 0)]  # the largest bound first; its place, and its depth
        for _ in range(MAX_PIECES):
            clock.tick()
            if -pieces[0][0] - found.hi <= found.hi >> FINENESS:
                break
            _, place, depth = heappop(pieces)
            middle, depth = 2 * place + 1, depth + 1
            found = largest([found, bound(middle, middle, depth)])
            for half in (middle - 1, middle):
                heappush(pieces, (-bound(half, half + 1, depth).hi, half, depth))
        return Interval(found.lo, max(found.hi, -pieces[0][0]), bits)

    def students(self, clock: Clock) -> Interval:
        """L for the row that is the best choice: no more than for any one, no less than for all."""
        found = [self.student(z, clock) for z in range(len(self.g))]
        return Interval(min(x.lo for x in found), min(x.hi for x in found), self.teacher.bits)


@lru_cache(maxsize=MAX_PIECES)
def _factors(low: int, high: int, depth: int, others: int, bits: int) -> tuple[Interval, ...]:
    """What does not depend on the neuron: a + sqrt((n - 1) (1 - a^2)), a, a^2, 1 - a^2 and its square root.

    Of a from low to high times 2^-depth, the last one where it increases, the first one where it decreases.
    """
    first, last = (Interval(x << bits, x << bits, bits + depth).at(bits) for x in (low, high))
    rest = (1 + -first.square()).nonnegative()
    return last + (others * rest).sqrt(), last, last.square(), rest, rest.sqrt()


def slopes(center: Matrix, R: Interval, eta: Interval, norms: Vector, clock: Clock) -> Slopes:
    """From c (n x k), none of whose rows has a length up to R, and the spectral norms of H_ii - I/2."""
    n, k, bits = len(center), len(center[0]), R.bits
    root_n, root_k, root_3 = (Interval.of(x, bits).sqrt() for x in (n, k, 3))
    sn, sk, p = root_n * R, root_k * eta, pi(bits)
    lengths = [norm(row) for row in center]
    t, g = [], []
    for i, (row, length) in enumerate(zip(center, lengths, strict=True)):
        clock.tick()
        w, others = length - R, [j for j in range(n) if j != i]
        S = total((lengths[j] for j in others), bits)
        sigma = total((abs(dot(row, center[j])) for j in others), bits) / length + R * S / w + sn
        tau = total(map(abs, row), bits) / length + root_k * R / w + sk
        b = norms[i] + 3 * root_3 * (k + (S + sn + sk)) * R / (4 * p * w.square()) + (sn + sk) / (p * w)
        t.append((sigma + tau) / (p * w.square()) + 2 * b / (root_3 * w))
        g.append(Interval.of(3, bits) / (p * w))
    return Slopes(t, g, largest([root_k / (p * length) for length in lengths]))


def largest(numbers: Vector) -> Interval:
    """The maximum of numbers, of which there is one at least."""
    return Interval(max(x.lo for x in numbers), max(x.hi for x in numbers), numbers[0].bits)


def positive(x: Interval) -> Interval:
    """max(0, x)."""
    return Interval(max(0, x.lo), max(0, x.hi), x.bits)
