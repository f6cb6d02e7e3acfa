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
from verify.checker.losses.conditions import Conditions, Differentiable, Scalar, Truth

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
        """kappa at angles up to 5 pi in size."""
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


class TwoNeurons(Circle):
    """With any norms."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """G_1, G_2 = 0, and beta'(x), -beta'(y), N_1, N_2 >= 0; for |x|, |d| <= 4."""
        x, d = unknowns
        return self._equations(x, d, self.teachers)

    def _equations(self, x: Differentiable, d: Differentiable, teachers: Teachers) -> Conditions:
        y = x + d
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
        """Also where M_ii < 0, which reads pi r_i + r_i' sin d < sum_j |v_j| sin t_ij for r_i > 0, i' the other one."""
        x, d = piece
        first, second = self.norms(x, d)
        sine = d.sin_cos()[0]
        small = self.pi * first + second * sine < self.sum_of_sines(x)
        return super().excludes(piece) | small | (self.pi * second + first * sine < self.sum_of_sines(x + d))


class EveryTeacher(MinimaOfTwoNeurons):
    """The same for teachers of norms 1 and r at the angle psi, two more unknowns; without the teacher itself."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """As for one teacher, with their derivatives in r and psi."""
        x, d, ratio, psi = unknowns
        return self._equations(x, d, ((1, 0), (ratio, psi)))

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """Without d < 0 and d > pi."""
        return [*super().within_domain(piece[:2]), *piece[2:]]

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """Itself."""
        return [piece]

    def excludes(self, piece: list[Scalar]) -> Truth:
        """By what excludes it for one teacher; or as no other point than the teacher solves the equations near it.

        For the equations f of one teacher, f(0, psi) = 0. If |I - Y A| < 1 for some Y and all matrices A whose rows
        are in f' on a box with (0, psi) in it, f has no other zero there.
        """
        x, d, ratio, psi = piece
        same = MinimaOfTwoNeurons(((1, 0), (ratio, psi)), self.pi).excludes([x, d])
        around = self._equations(Dual(x.union(0), (1, 0)), Dual(d.union(psi), (0, 1)), ((1, 0), (ratio, psi)))
        return same | _is_injective(*(slope for f in around.zeros for slope in f.partials))


def _is_injective(a: Scalar, b: Scalar, c: Scalar, e: Scalar) -> Truth:
    """Whether |I - Y A| < 1 in the maximum norm for A = [[a, b], [c, e]] and Y about its inverse."""
    p, q, r, s = e.mid(), -b.mid(), -c.mid(), a.mid()
    determinant = p * s - q * r
    first = abs(1 - (p * a + q * c) / determinant) + abs((p * b + q * e) / determinant) < 1
    return first & (abs((r * a + s * c) / determinant) + abs(1 - (r * b + s * e) / determinant) < 1)


def duals(function: OnCircle, angle: Differentiable) -> tuple[Differentiable, Differentiable]:
    """A function of one angle, and its derivative, at a differentiable angle."""
    return (
        Dual(function.value, tuple(function.first * partial for partial in angle.partials)),
        Dual(function.first, tuple(function.second * partial for partial in angle.partials)),
    )
