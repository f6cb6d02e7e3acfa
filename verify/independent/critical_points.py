"""What is proved of one critical point in a ball or a box, for any loss with two derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from .fields import MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, interval
from .intervals import Interval, Matrix, Vector, dot, norm, smallness, total
from .outcomes import Clock, decide
from .signs import Integers, Symmetric, inertia, inverse, prove_bounded_below, residual
from .words import at_least, at_most

MAX_UNKNOWNS_HERE = 1024


class Smooth(Protocol):
    """A loss at all points of a box on which it is twice continuously differentiable; its unknowns are in one row."""

    bits: int
    clock: Clock

    def value(self) -> Interval:
        """F."""

    def gradient(self) -> Vector:
        """The first derivatives."""

    def hessian(self) -> Matrix:
        """The second derivatives, symmetric."""


@dataclass(frozen=True)
class EnclosedPoint:
    """A critical point within a ball or a box: what is claimed of it, and the steps that prove it.

    `bounds` is (m,) for the minima and (a, b) for a saddle; `directions` is empty for the minima.
    """

    claimed: str
    center: list[list[Fraction]]
    radius: Fraction
    value: tuple[Fraction, Fraction]
    bounds: list[Fraction]
    inertia: tuple[int, int] | None
    precision: int
    better: list[list[Fraction]] | None
    directions: list[list[Fraction]]

    def curvatures(self) -> str:
        """What is claimed of the Hessian's eigenvalues at the critical point."""
        if not self.directions:
            return f"Hessian >= {at_least(self.bounds[0])}"
        signs = "" if self.inertia is None else ", {} eigenvalues < 0 and {} > 0 of them".format(*self.inertia)
        return f"one Hessian eigenvalue <= {at_most(self.bounds[0])} and one >= {at_least(self.bounds[1])}{signs}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> Smooth:
        """The loss on a box, with derivatives up to `order`."""
        raise NotImplementedError

    def middle(self, small: int) -> Matrix:
        """The center. Any number of bits is right; these keep the digits of the radius, and `small` more."""
        bits = 64 + 2 * self.precision + small + smallness(self.radius)
        return [[Interval.of(x, bits) for x in row] for row in self.center]

    def region(self, small: int) -> Matrix:
        """The box of all points within the radius in each entry."""
        return [[Interval.of(x, 128 + small, self.radius) for x in row] for row in self.center]

    def _minimum(self, at: Smooth, around: Smooth) -> None:
        """2 to 4 of a minimum."""
        (m,), bits, clock = self.bounds, at.bits, at.clock
        W = [[Interval.of(x, around.bits) for x in row] for row in self.center]
        prove_bounded_below("the Hessian", around.hessian(), lambda: self.loss(W, 2, clock).hessian(), m, clock)
        slope = norm(at.gradient())
        reach = Interval.of(m * self.radius, bits)
        decide(slope < reach, reach <= slope, "the gradient at the center is smaller than m r")
        prove_value(at.value(), slope.square() / Interval.of(2 * m, bits), Interval(0, 0, bits), self.value)

    def _saddle(self, at: Smooth, around: Smooth) -> None:
        """2 to 6 of a saddle."""
        H = around.hessian()
        M = Symmetric.enclosing(H)
        gradient = at.gradient()
        prove_critical(M, gradient, self.radius, at.clock)
        (a, b), (z, y) = self.bounds, self.directions
        self._curvature(H, z, a, -1, "the negative")
        self._curvature(H, y, b, 1, "the positive")
        spread = self._change(H, gradient, at)
        prove_value(at.value(), spread, spread, self.value)
        if self.inertia is not None:
            prove_inertia("the inertia", M, self.inertia, at.clock)

    def _change(self, H: Matrix, gradient: Vector, at: Smooth) -> Interval:
        """S of a saddle: how much the loss changes within the box at most."""
        r = Interval.of(self.radius, at.bits)
        rows = (total(map(abs, row), row[0].bits).at(at.bits) for row in H)
        return r * total((abs(g) + r * row for g, row in zip(gradient, rows, strict=True)), at.bits)

    def _curvature(self, H: Matrix, z: list[Fraction], bound: Fraction, sign: int, which: str) -> None:
        """3 and 4 of a saddle: z^T H z <= a |z|^2 or >= b |z|^2; z is scaled to the maximum norm 1 first."""
        bits, size = H[0][0].bits, max(map(abs, z))
        vector = [Interval.of(entry / size, bits) for entry in z]
        curvature = dot(vector, [dot(row, vector) for row in H])
        claimed = Interval.of(bound, bits) * total((entry.square() for entry in vector), bits)
        low, high = (curvature, claimed) if sign < 0 else (claimed, curvature)
        decide(low <= high, high < low, f"{which} direction's curvature is as claimed")


def prove_critical(M: Symmetric, gradient: Vector, radius: Fraction, clock: Clock) -> None:
    """Krawczyk's test for a gradient with the derivatives M."""
    prove_contraction(inverse(M, clock), M.mid, M.spread, M.bits, gradient, radius, clock)


def prove_contraction(
    Y: Integers, columns: Integers, spread: list[int], bits: int, gradient: Vector, radius: Fraction, clock: Clock
) -> None:
    """|Y g| + R r < r in the maximum norm, R as in `residual`."""
    fine = gradient[0].bits
    R, newton, r = residual(Y, columns, spread, bits, clock).at(fine), Interval(0, 0, fine), Interval.of(radius, fine)
    for y in Y:
        clock.tick()
        step = abs(total((entry * g for entry, g in zip(y, gradient, strict=True)), bits + fine).at(fine))
        newton = Interval(max(newton.lo, step.lo), max(newton.hi, step.hi), fine)
    decide(newton + R * r < r, (1 + R) * r < newton, "there is a critical point within the radius (Krawczyk)")


def prove_value(value: Interval, below: Interval, above: Interval, bounds: Sequence[Fraction]) -> None:
    """[value - below, value + above] lies within the claimed bounds."""
    low, high = (Interval.of(bound, value.bits) for bound in bounds)
    first, last = value - below, value + above
    decide(low <= first and last <= high, last < low or high < first, "the loss is within its bounds")


def prove_inertia(what: str, M: Symmetric, claimed: tuple[int, int], clock: Clock) -> None:
    """The signs of mid + S and of mid - S bound those of every matrix of M."""
    most, least = inertia(M.bound(1), M.bits, clock), inertia(M.bound(-1), M.bits, clock)
    found = most[0] if most else 0, least[1] if least else 0
    decide(found == claimed, found[0] > claimed[0] or found[1] > claimed[1], f"{what} is as claimed")


BOUNDS = {"hessian_lower_bound": 1, "negative_curvature": -1, "positive_curvature": 1}  # with their signs


def read_enclosed(name: str, fields: dict[str, Field], given: dict[str, Field], n: int, d: int) -> dict[str, Any]:
    """What an `EnclosedPoint` has, from the members of a statement and of a witness."""
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball" if "hessian_lower_bound" in fields else "box")
    counts = (
        [entry.integer(1, MAX_UNKNOWNS) for entry in fields["inertia"].entries(2, 2)] if "inertia" in fields else []
    )
    if counts and sum(counts) != n * d:
        fields["inertia"].fail(f"does not add up to the {n * d} unknowns")
    directions = [given[hint] for hint in ("negative_direction", "positive_direction") if hint in given]
    return {
        "claimed": name,
        "center": region["center"].matrix(n, d),
        "radius": region["radius"].signed(1),
        "value": interval(fields["value"]),
        "bounds": [fields[bound].signed(sign) for bound, sign in BOUNDS.items() if bound in fields],
        "inertia": (counts[0], counts[1]) if counts else None,
        "precision": given["precision"].integer(MIN_PRECISION, MAX_PRECISION),
        "better": given["better_point"].matrix(n, d) if "better_point" in given else None,
        "directions": [direction.direction(n, d) for direction in directions],
    }
