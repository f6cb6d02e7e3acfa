"""Two ReLU neurons and two teachers in a plane: the equations for the directions alone, over a box of angles.

Let v_1, v_2 have the angles psi_j, w_1 and w_2 the angles x and y = x + d with 0 < d < 2 pi, and norms r_1, r_2 > 0.
    With kappa(t) = (sin t + (pi - t) cos t) / 2 pi on [0, pi], continued evenly and with period 2 pi, and
    beta(x) = sum_j |v_j| kappa(x - psi_j),
the loss is F = (r_1^2 + r_2^2)/4 + r_1 r_2 kappa(d) - r_1 beta(x) - r_2 beta(y) + constant. Its derivatives in r_1, r_2
vanish if and only if r_1 + r_2 = s and r_1 - r_2 = (beta(x) - beta(y)) / (1/2 - kappa(d)), where
    s = 2 (beta(x) + beta(y)) / (1 + 2 kappa(d)),
as kappa < 1/2 for d other than 0 mod 2 pi. Those in x and y then vanish if and only if
    G_1 = s kappa'(d) - beta'(y) + beta'(x) = 0,
    G_2 = 2 (beta(x) - beta(y)) kappa'(d) - (1 - 2 kappa(d)) (beta'(x) + beta'(y)) = 0;
and r_1, r_2 > 0 reads
    N_1, N_2 = (1 - 2 kappa(d)) s +- 2 (beta(x) - beta(y)) > 0.
For 0 < d <= pi, where kappa' <= 0, also beta'(x) = -r_2 kappa'(d) >= 0 >= r_1 kappa'(d) = beta'(y).

kappa is C^2 on the line, kappa'' has the derivative (2 cos t + (pi - t) sin t) / 2 pi in t = dist(., 2 pi Z), which is
Lipschitz with the constant 1: so all is enclosed by mean values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from verify.checker.core.dual import Dual
from verify.checker.losses.conditions import Conditions, Differentiable, Scalar, System, Truth

Teachers = tuple[tuple[Any, Any], ...]
"""Norm and angle of each."""


class OnCircle(NamedTuple):
    """kappa, or a combination of its translates, and two derivatives."""

    value: Scalar
    first: Scalar
    second: Scalar


@dataclass(frozen=True, slots=True)
class Circle:
    """The angles x and d of two students in the plane of their teachers, over any arithmetic with what is used here.

    Points are sought with 0 < d <= pi, x mod 2 pi: exchanging the students maps (x, d) to (x + d, -d).
    """

    teachers: Teachers
    """|v_j| and psi_j, from -pi to pi."""
    pi: Scalar

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """Without d < 0 and d > pi."""
        x, d = piece
        return [x, d.max(0).min(self.pi)]

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """By turning around, and by exchanging the students."""
        x, d = piece
        turns = [2 * times * self.pi for times in (0, -1, 1)]
        return [
            [start + turn, way + other] for start, way in ((x, d), (x + d, -d)) for turn in turns for other in turns
        ]

    def beta(self, angle: Scalar) -> OnCircle:
        """beta at angles up to 12 in size."""
        parts = [(norm, self.kappa(angle - psi)) for norm, psi in self.teachers]
        value, first, second = (
            sum((norm * part[order] for norm, part in parts[1:]), parts[0][0] * parts[0][1][order])
            for order in range(3)
        )
        return OnCircle(value, first, second)

    def kappa(self, angle: Scalar) -> OnCircle:
        """kappa at angles up to 5 pi in size, of another function beyond: to be excluded by who asks."""
        value, first, second, _ = self._evaluate(angle.mid())
        change = angle - angle.mid()
        second = second + self._evaluate(angle)[3] * change
        first = first + second * change
        return OnCircle(value + first * change, first, second)

    def _evaluate(self, angle: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar]:
        """kappa and its derivatives, the third up to the sign, without care for the width."""
        size = abs(angle)
        t = size.min(abs(size - 2 * self.pi)).min(abs(size - 4 * self.pi))
        sine, cosine = t.sin_cos()
        rest = self.pi - t
        twice = 1 / (2 * self.pi)
        return (
            (sine + rest * cosine) * twice,
            -rest * angle.sin_cos()[0] * twice,
            (sine - rest * cosine) * twice,
            (2 * cosine + rest * sine) * twice,
        )


class TwoNeurons(Circle, System):
    """With any norms."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """G_1, G_2 = 0, and beta'(x), -beta'(y), N_1, N_2 >= 0; for |x|, |d| <= 4."""
        x, d = unknowns
        return self._equations(x, d, self.teachers)

    def _equations(
        self, x: Differentiable, d: Differentiable, teachers: Teachers, y: Differentiable | None = None
    ) -> Conditions:
        y = x + d if y is None else y
        kappa, slope = duals(self.kappa(d.value), d)
        (at_x, towards_x), (at_y, towards_y) = (self._beta(angle, teachers) for angle in (x, y))
        less, sum_of_norms, difference = 1 - 2 * kappa, 2 * (at_x + at_y) / (2 * kappa + 1), 2 * (at_x - at_y)
        zeros = [
            sum_of_norms * slope - towards_y + towards_x,
            difference * slope - less * (towards_x + towards_y),
        ]
        product = less * sum_of_norms
        return Conditions(zeros, [towards_x, -towards_y, product + difference, product - difference])

    def _beta(self, angle: Differentiable, teachers: Teachers) -> tuple[Differentiable, Differentiable]:
        """beta and beta', also where the teachers are among the unknowns."""
        parts = []
        for norm, psi in teachers:
            between = angle - psi
            parts.append([norm * part for part in duals(self.kappa(between.value), between)])
        return sum((part[0] for part in parts[1:]), parts[0][0]), sum((part[1] for part in parts[1:]), parts[0][1])

    def excludes(self, piece: list[Scalar]) -> Truth:
        """By the divided difference G_1 / d < 0, where 0 < d <= pi.

        G_1 = -s (pi - d) sin d / 2 pi - beta''(xi) d with xi between x and x + d, s > 0, sin d >= d (1 - d^2 / 6).
        """
        x, d = piece
        total = self._sum_of_norms(x, d) * (self.pi - d) * (1 - d * d / 6) / (2 * self.pi)
        return total + self.beta(x + d.union(0)).second > 0

    def norms(self, x: Scalar, d: Scalar) -> tuple[Scalar, Scalar]:
        """r_1 and r_2, for d other than 0 mod 2 pi."""
        half_total = self._sum_of_norms(x, d) / 2
        half_difference = (self.beta(x).value - self.beta(x + d).value) / (1 - 2 * self.kappa(d).value)
        return half_total + half_difference, half_total - half_difference

    def sum_of_sines(self, angle: Scalar) -> Scalar:
        """sum_j |v_j| sin t_j = pi (beta + beta''), with the angles t_j from the teachers."""
        at = self.beta(angle)
        return self.pi * (at.value + at.second)

    def _sum_of_norms(self, x: Scalar, d: Scalar) -> Scalar:
        return 2 * (self.beta(x).value + self.beta(x + d).value) / (2 * self.kappa(d).value + 1)


class MinimaOfTwoNeurons(TwoNeurons):
    """The same for local minima only."""

    def excludes(self, piece: list[Scalar]) -> Truth:
        """Also where M has a negative eigenvalue, by its diagonal or by its determinant.

        For r_i > 0 and i' the other one, 2 pi r_i M_ii = a_i = pi r_i + r_i' sin d - sum_j |v_j| sin t_ij, and
        (2 pi)^2 r_1 r_2 det M = a_1 a_2 - (pi - d)^2 r_1 r_2.
        """
        of_first, of_second, product = self.blocks(*piece)
        small = (of_first < 0) | (of_second < 0)
        return super().excludes(piece) | small | (of_first * of_second < product)

    def blocks(self, x: Scalar, d: Scalar) -> tuple[Scalar, Scalar, Scalar]:
        """a_1, a_2 and (pi - d)^2 r_1 r_2."""
        first, second = self.norms(x, d)
        sine, rest = d.sin_cos()[0], self.pi - d
        return (
            self.pi * first + second * sine - self.sum_of_sines(x),
            self.pi * second + first * sine - self.sum_of_sines(x + d),
            rest * rest * first * second,
        )


class EveryTeacher(MinimaOfTwoNeurons):
    """The same for teachers of norms 1 and r at the angle psi, two more unknowns; without the teacher itself."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """As for one teacher, with their derivatives in r and psi."""
        x, d, ratio, psi = unknowns
        return self._equations(x, d, ((1, 0), (ratio, psi)))

    def equations(self, unknowns: list[Differentiable]) -> list[Differentiable]:
        """G for the unknowns x, y = x + d, r and psi; for |x|, |y| <= 7 and 0 <= psi <= pi."""
        x, y, ratio, psi = unknowns
        return self._equations(x, y - x, ((1, 0), (ratio, psi)), y).zeros

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """Without d < 0 and d > pi."""
        return [*super().within_domain(piece[:2]), *piece[2:]]

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """Itself."""
        return [piece]

    def excludes(self, piece: list[Scalar]) -> Truth:
        """By what excludes it for one teacher; as no other point than the teacher solves the equations near it; or
        as each zero is a saddle.

        For the equations G of one teacher, G(0, psi) = 0. If no matrix A whose rows are in G' on a box with (0, psi)
        in it is singular, G has no other zero there.

        Let h(x, y) be F at the norms that G is of. At a zero h has the derivatives h_x = r_1 (g_2 - G_1) / 2 and
        h_y = r_2 (g_2 + G_1) / 2 with g_2 = G_2 / (1 - 2 kappa(d)), and so the Hessian's determinant is
        -r_1 r_2 det G' / 2 (1 - 2 kappa(d)). Where det G' > 0 it has a negative eigenvalue, and F has one too.
        """
        x, d, ratio, psi = piece
        teachers = ((1, 0), (ratio, psi))
        excluded = MinimaOfTwoNeurons(teachers, self.pi).excludes([x, d])
        for box, test in (((x.union(0), d.union(psi)), are_regular), ((x, d), _are_positive)):
            if excluded is not True:
                on = self._equations(Dual(box[0], (1, 0)), Dual(box[1], (0, 1)), teachers)
                excluded = excluded | test(*(slope for f in on.zeros for slope in f.partials))
        return excluded


def are_regular(a: Scalar, b: Scalar, c: Scalar, e: Scalar) -> Truth:
    """Whether all A = [[a, b], [c, e]] are, by their determinants or by |I - Y A| for Y about the inverse of one.

    For the matrix N of the four bounds of the entries' sizes, I - Y A has a spectral radius below 1 if N has, that is
    if N_11, N_22 < 1 and (1 - N_11) (1 - N_22) > N_12 N_21.
    """
    determinants = a * e - b * c
    p, q, r, s = e.mid(), -b.mid(), -c.mid(), a.mid()
    determinant = p * s - q * r
    first, second = (
        1 - abs(1 - (p * a + q * c) / determinant).upper(),
        1 - abs(1 - (r * b + s * e) / determinant).upper(),
    )
    others = abs((p * b + q * e) / determinant).upper() * abs((r * a + s * c) / determinant).upper()
    by_norm = (first > 0) & (second > 0) & (first * second > others)
    return (determinants > 0) | (determinants < 0) | by_norm


def _are_positive(a: Scalar, b: Scalar, c: Scalar, e: Scalar) -> Truth:
    """Whether the determinants of all [[a, b], [c, e]] are positive."""
    return a * e - b * c > 0


def duals(function: OnCircle, angle: Differentiable) -> tuple[Differentiable, Differentiable]:
    """A function of one angle, and its derivative, at a differentiable angle."""
    return angle.chain(function.value, function.first), angle.chain(function.first, function.second)
