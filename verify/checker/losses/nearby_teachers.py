"""How fast the ReLU loss's derivatives change with the student and with a nearly orthonormal teacher.

With S(m) = the symmetrised m (x) P, three times, less m (x) m (x) m, where P = I - u u^T, u = w / |w|, and m is the
unit vector along P v, the third derivatives of the dual kernel kappa(w, v) at vectors that are not parallel are
    d^3 kappa / dw dw dv = S(m) / (2 pi |w|),
    d^3 kappa / dw dw dw = -(u.v) S(m) / (2 pi |w|^2) - (the symmetrised u (x) h1, three times) / |w|,
and as trilinear forms |S(m)| <= 2, |the symmetrised u (x) h1, three times| <= (2 / sqrt 3) |h1|. Nothing here is large
where vectors are parallel, so these are Lipschitz constants of the gradient and the Hessian across such points too.
docs/TEACHERS.md derives each bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, starmap

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, euclidean_norm, maximum, minimum, spectral_norm

PIECES = 128
"""Of [0, 1], on which a function is bounded: more of them waste less."""


@dataclass(frozen=True)
class NearbyTeachers:
    """Bounds for all students within R of a center c and all teachers I + D, D symmetric with |D|_F <= eta < 1.

    There are n students and k teachers in R^k, k >= 2, and R is less than each |c_i|.
    """

    center: Balls
    radius: arb
    """R."""
    change: arb
    """eta."""

    @cached_property
    def norms(self) -> list[arb]:
        """|c_i|."""
        return [euclidean_norm(row) for row in self.center]

    @cached_property
    def shortest(self) -> list[arb]:
        """omega_i = |c_i| - R, which |w_i| is not below."""
        return [norm - self.radius for norm in self.norms]

    @cached_property
    def _moves(self) -> tuple[arb, arb]:
        """At least the sum of |w_i - c_i|, and of |v_j - e_j|: by Cauchy and Schwarz."""
        n, k = len(self.center), len(self.center[0])
        return arb(n).sqrt() * self.radius, arb(k).sqrt() * self.change

    def gradient_remainder(self) -> arb:
        """At least |grad F_{I+D}(c) - grad F_I(c) + B D| / |D|_F^2, with B = (h2(c_i, e_j))."""
        return arb(len(self.center)).sqrt() / (2 * arb.pi() * (1 - self.change))

    def teacher_slope(self) -> arb:
        """M: at least |Hess F_{I+D}(c) - Hess F_I(c)| / eta."""
        k = len(self.center[0])
        return maximum(arb(k).sqrt() / (arb.pi() * norm) for norm in self.norms)

    def student_slope(self, own_norms: Sequence[arb]) -> arb:
        """L: at least |Hess F_V(W) - Hess F_V(W')| / |W - W'| for all these W, W' and V. See `own_norms`."""
        special = min(range(len(own_norms)), key=lambda i: float(self.shortest[i]))  # any row will do
        rate, ends = self._rate(own_norms, special), [arb(j) / PIECES for j in range(PIECES + 1)]
        return maximum(starmap(rate, pairwise(ends)))

    def least_student_slope(self, own_norms: Sequence[arb]) -> arb:
        """At most L, whichever row is the special one, and with |H_ii - I/2| itself: what is false with it is false.

        `own_norms` are too large by a factor of k^(1/64) at most: |A|^32 = |A^32| >= max_i sum_j |A^32_ij| / sqrt(k).
        """
        least = [norm / arb(len(self.center[0])).root(64) for norm in own_norms]
        points = [arb(j) / PIECES for j in range(PIECES + 1)]
        rates = [self._rate(least, special) for special in range(len(least))]
        return minimum(maximum(rate(x, x) for x in points) for rate in rates)

    def _rate(self, own_norms: Sequence[arb], special: int) -> Callable[[arb, arb], arb]:
        """At least the change of the Hessian, if the special row's part of the unit change is in a piece."""
        mixed = [3 / (arb.pi() * shortest) for shortest in self.shortest]
        excess = [self._own_third(i, norm) - mixed[i] for i, norm in enumerate(own_norms)]
        excess_of_special, mixed_of_special = maximum([excess.pop(special)]), mixed.pop(special)
        others, excess_of_others = maximum(mixed), maximum(excess)
        more = maximum([mixed_of_special - others])

        def rate(least: arb, most: arb) -> arb:
            rest = (1 - least**2).sqrt()
            total = most + arb(len(mixed)).sqrt() * rest
            return total * (others + more * most**2) + excess_of_special * most**3 + excess_of_others * rest**3

        return rate

    def _own_third(self, i: int, own_norm: arb) -> arb:
        """t_i: at least the norm of the third derivative of F in w_i alone."""
        c, norm, shortest = self.center[i], self.norms[i], self.shortest[i]
        student_moves, teacher_moves = self._moves
        others = [row for index, row in enumerate(self.center) if index != i]
        sizes = sum((size for index, size in enumerate(self.norms) if index != i), arb(0))
        turn = self.radius / shortest  # at least |w_i / |w_i| - c_i / |c_i||
        along_students = sum((abs(_inner(c, row)) for row in others), arb(0)) / norm + turn * sizes + student_moves
        along_teachers = sum(map(abs, c), arb(0)) / norm + turn * arb(len(c)).sqrt() + teacher_moves
        # |A_i|, A_i = sum_j h1(w_i, w_j) - sum_j h1(w_i, v_j), at the center and around.
        lengths = sizes + student_moves + len(c) + teacher_moves
        by_own_move = 3 * arb(3).sqrt() / (4 * arb.pi() * shortest**2) * lengths * self.radius
        around = own_norm + by_own_move + (student_moves + teacher_moves) / (arb.pi() * shortest)
        along = (along_students + along_teachers) / (arb.pi() * shortest**2)
        return along + 2 / arb(3).sqrt() * around / shortest


def own_norms(hessian: arb_mat, k: int) -> list[arb]:
    """At least |H_ii - I/2| for each student neuron, and not much more. `hessian`: for the orthonormal teacher."""
    return [
        spectral_norm(arb_mat([[hessian[i + a, i + b] - arb(int(a == b)) / 2 for b in range(k)] for a in range(k)]))
        for i in range(0, hessian.nrows(), k)
    ]


def _inner(x: list[arb], y: list[arb]) -> arb:
    return sum((a * b for a, b in zip(x, y, strict=True)), arb(0))
