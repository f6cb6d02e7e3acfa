"""As many ReLU students as orthonormal teachers, students that all permutations leave alone: the equation for an angle.

Let n = k >= 3, e_1, ..., e_k orthonormal, and w_i = a e_i + b sum_(j != i) e_j, not 0. All w_i have one norm r > 0 and
one angle with the sum of the teacher: with cos alpha = 1 / sqrt k there is one phi mod 2 pi such that
    w_i . e_i = r cos psi,    w_i . e_j = -r sin psi / sqrt(k - 1),    psi = phi - alpha,
as |w_i|^2 = a^2 + (k - 1) b^2. phi = alpha is the teacher, phi = 0 and pi are equal students along its sum, and against
it. For the angle t of two students, sin(t / 2) = x = sqrt(k / 2 (k - 1)) |sin phi| < 1. With kappa as in `two_neurons`,
    beta = kappa(psi) + (k - 1) kappa(s),  cos s = -sin psi / sqrt(k - 1),      A = 1/2 + (k - 1) kappa(t),
the loss is F = k (r^2 A / 2 - r beta) + constant. A and beta are positive, so F's derivatives in r and phi vanish if
and only if r = beta / A and
    G = 2 beta' A - beta A' = 0.
The derivative of kappa(t) in cos t is (pi - t) / 2 pi. So, with S = sin phi cos phi and C = cos^2 phi - sin^2 phi,
    beta' = kappa'(psi) - sqrt(k - 1) (pi - s) cos psi / 2 pi,              A' = -k (pi - t) S / pi,
    beta'' = kappa''(psi) + (cos^2 psi / sin s + sqrt(k - 1) (pi - s) sin psi) / 2 pi,
    A'' = k (2 x cos^2 phi / sqrt(1 - x^2) - (pi - t) C) / pi,
all of them continuous: |sin phi| has a kink at phi = 0 and pi, but t' S = 2 x cos^2 phi / sqrt(1 - x^2) has none that
matters, and pi - t is multiplied by S, which is 0 there.
"""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.losses.conditions import Conditions, Differentiable, Scalar, System
from verify.checker.losses.two_neurons import Circle, OnCircle


@dataclass(frozen=True, slots=True)
class SymmetricStudents(System):
    """The angles phi at which such students are critical, phi mod 2 pi."""

    size: Scalar
    """k."""
    pi: Scalar

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """G = 0; for |phi| <= 4."""
        (phi,) = unknowns
        beta, norms = self._beta(phi.value), self._of_students(phi.value)
        value = 2 * beta.first * norms.value - beta.value * norms.first
        slope = 2 * beta.second * norms.value + beta.first * norms.first - beta.value * norms.second
        return Conditions([phi.chain(value, slope)], [])

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """From -pi to pi."""
        return [piece[0].max(-self.pi).min(self.pi)]

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """By turning around."""
        return [[piece[0] + 2 * times * self.pi] for times in (0, -1, 1)]

    def teacher(self) -> Scalar:
        """alpha."""
        return (1 / self.size).sqrt().acos()

    def entries(self, phi: Scalar) -> tuple[Scalar, Scalar, Scalar]:
        """a, b and r, where the derivative in r vanishes."""
        norm = self._beta(phi).value / self._of_students(phi).value
        sine, cosine = (phi - self.teacher()).sin_cos()
        return norm * cosine, -norm * sine / (self.size - 1).sqrt(), norm

    def _beta(self, phi: Scalar) -> OnCircle:
        psi, root, twice = phi - self.teacher(), (self.size - 1).sqrt(), 2 * self.pi
        own, (sine, cosine) = Circle((), self.pi).kappa(psi), psi.sin_cos()
        other = -sine / root
        rest, other_sine = self.pi - other.acos(), (1 - other * other).sqrt()
        return OnCircle(
            own.value + (self.size - 1) * (other_sine + rest * other) / twice,
            own.first - root * rest * cosine / twice,
            own.second + (cosine * cosine / other_sine + root * rest * sine) / twice,
        )

    def _of_students(self, phi: Scalar) -> OnCircle:
        """A."""
        sine, cosine = phi.sin_cos()
        half_sine = (self.size / (2 * (self.size - 1))).sqrt() * abs(sine)
        half_cosine, rest = (1 - half_sine * half_sine).sqrt(), 2 * half_sine.acos()
        kappa = (2 * half_sine * half_cosine + rest * (1 - 2 * half_sine * half_sine)) / (2 * self.pi)
        return OnCircle(
            (2 * (self.size - 1) * kappa + 1) / 2,
            -self.size * rest * sine * cosine / self.pi,
            self.size
            * (2 * half_sine * cosine * cosine / half_cosine - rest * (cosine * cosine - sine * sine))
            / self.pi,
        )
