"""One ReLU neuron and a teacher v of norm 1: where <grad F(w), w - v> may fail to be positive, by the angle t alone.

With r = |w| > 0 and the angle t of w and v,
    <grad F(w), w - v> = r^2 / 2 - r B(t) + C(t),
    B = (sin t + (2 pi - t) cos t) / 2 pi,      C = (pi - t + sin t cos t) / 2 pi >= 0,
as sin s cos s <= s for s = pi - t. It is positive for all r > 0 if B <= 0 or B^2 < 2 C. So a t in (0, pi] at which it
is not has B >= 0 and B^2 - 2 C >= 0. At t = 0 it is (r - 1)^2 / 2. There h = 2 C - B^2 has a double zero, and
    h'' = 2 C'' - 2 B'^2 - 2 B B'',   B' = -(2 pi - t) sin t / 2 pi,   B'' = (sin t - (2 pi - t) cos t) / 2 pi,
    C' = -sin^2 t / pi,   C'' = -2 sin t cos t / pi.
"""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.losses.conditions import Conditions, Differentiable, Scalar, System, Truth


@dataclass(frozen=True, slots=True)
class OneNeuron(System):
    """The angles in (0, pi] that would contradict the inequality."""

    pi: Scalar

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """B >= 0 and B^2 - 2 C >= 0."""
        (t,) = unknowns
        (value, slope, _), (other, other_slope, _) = self._parts(t.value)
        b, c = t.chain(value, slope), t.chain(other, other_slope)
        return Conditions([], [b, b * b - 2 * c])

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """From 0 to pi."""
        return [piece[0].max(0).min(self.pi)]

    def excludes(self, piece: list[Scalar]) -> Truth:
        """By h'' > 0 from 0 on, so that h > 0 but at 0."""
        (b, slope, bend), (_, _, other_bend) = self._parts(piece[0])
        return (2 * other_bend - 2 * slope * slope - 2 * b * bend > 0) & (piece[0].lower() <= 0)

    def _parts(self, t: Scalar) -> tuple[tuple[Scalar, Scalar, Scalar], tuple[Scalar, Scalar, Scalar]]:
        """B and C, each with two derivatives."""
        sine, cosine = t.sin_cos()
        rest, twice = 2 * self.pi - t, 2 * self.pi
        return (
            ((sine + rest * cosine) / twice, -rest * sine / twice, (sine - rest * cosine) / twice),
            ((self.pi - t + sine * cosine) / twice, -sine * sine / self.pi, -2 * sine * cosine / self.pi),
        )
