"""That exact gradient descent on a network with one hidden layer converges to a loss of 0: docs/DESCENT.md."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..intervals import Interval, norm
from ..outcomes import Clock, Open, Refuted, decide
from ..signs import Symmetric, is_positive_definite, spectral_norm
from ..words import at_most, between
from .one_hidden import At, OneHidden, Place, top
from .risk import Risk, described

CONVERGES = "gradient-descent-converges"
WORK = 2**31
"""Steps x (samples x parameters x bits + LEAST) that this checker takes on."""
LEAST = 2**17
MORE_BITS = 32
"""Than the witness's precision, which is of numbers of any size; the bits here are after the point."""


@dataclass(frozen=True)
class Convergence:
    """The loss after T steps, then a fall by a factor in each step; perhaps a point that is near after the T steps."""

    claimed: str
    risk: Risk
    start: list[Fraction]
    step: Fraction
    momentum: Fraction
    steps: int
    value: tuple[Fraction, Fraction]
    rate: Fraction
    end: tuple[list[Fraction], Fraction] | None
    precision: int
    radius: Fraction
    singular_value: Fraction

    def sentence(self) -> str:
        """The statement, in words."""
        near = f"; after these steps within {at_most(self.end[1])} of the end point in the file" if self.end else ""
        return (
            f"{self.claimed} ({described(self.risk)}): exact gradient descent, step {self.step}, {self.steps} steps "
            f"from the start in the file, loss in {between(self.value)}, and then convergence to a point of loss 0, "
            f"the loss multiplied by at most {at_most(self.rate)} in each step{near}"
        )

    def prove(self, clock: Clock) -> None:
        """Follow it, then prove that it converges from where it is."""
        self._may_interpolate()
        if self.momentum:
            raise Refuted("the theorem is about gradient descent without momentum")
        bits = self.precision + MORE_BITS
        one_step = len(self.risk.inputs) * len(self.risk.places) * bits + LEAST
        if self.steps * one_step > WORK:
            raise Open("more steps than this checker takes on")
        loss = OneHidden(self.risk, bits, clock)
        h = Interval.of(2 * self.step * self.risk.factor, bits)
        there, D = self._follow(loss, h)
        at = At(loss, there)
        B = top(spectral_norm(at.jacobian_gram(), clock)).sqrt()
        self._reached(at, B, D)
        if self.end is not None:
            self._near(there, loss.at(self.end[0]), D, self.end[1])
        self._converges(at, B, D, h)

    def _may_interpolate(self) -> None:
        """No two samples are the same, and there are no more equations than trained parameters."""
        if self.risk.loss != "squares":
            raise Open("gradient descent is followed for squares only")
        seen: dict[tuple[Fraction, ...], int] = {}
        for number, inputs in enumerate(self.risk.inputs):
            first = seen.setdefault(tuple(inputs), number)
            if first < number and self.risk.targets[first] != self.risk.targets[number]:
                raise Refuted(f"no loss is 0: the samples {first} and {number} have the same inputs only")
            if first < number:
                raise Open(f"the samples {first} and {number} are the same, so that the Jacobian is singular")
        if len(self.risk.inputs) * self.risk.layers[-1].width > len(self.risk.trained):
            raise Refuted("more equations than trained parameters, so that the Jacobian's rows are dependent")

    def _follow(self, loss: OneHidden, h: Interval) -> tuple[Place, Interval]:
        """A place near which descent is after the steps, and at least how far from it."""
        bits = loss.bits
        here, D, square = loss.at(self.start), Interval(0, 0, bits), 0
        for count in range(self.steps):
            loss.clock.tick()
            at = At(loss, here)
            square = _square_of_norm(at, square)
            L = loss.lipschitz(_largest(at, D))
            B = Interval(square, square, bits).sqrt() + L * D
            decide(h * B.square() <= Interval.of(2, bits), False, f"h |J|^2 <= 2 at step {count}")
            N = at.curvature() + (at.error() * loss.third_derivatives(_largest(at, D)) + L * B) * D
            here, missed = at.moved(h)
            D = top((1 + h * N) * D + missed)
            if D.hi >= 1 << bits:
                raise Open(f"the errors of the steps have grown too large at step {count}")
        return here, D

    def _reached(self, at: At, B: Interval, D: Interval) -> None:
        """The loss after the steps."""
        spread = top((B + at.loss.lipschitz(_largest(at, D)) * D) * D)
        error = at.error()
        error = Interval(max(0, error.lo - spread.hi), error.hi + spread.hi, error.bits)
        loss = Interval.of(self.risk.factor, error.bits) * error.square()
        low, high = (Interval.of(x, error.bits) for x in self.value)
        decide(low <= loss and loss <= high, loss < low or high < loss, "the loss after the steps is within its bounds")

    def _near(self, there: Place, end: Place, D: Interval, claimed: Fraction) -> None:
        """How far the given point is from where descent is."""
        bits, radii = D.bits, [r + q for r, q in zip(there.hidden.radius, end.hidden.radius, strict=True)]
        rows = zip(there.hidden.mid, end.hidden.mid, radii, strict=True)
        apart = [Interval(x - y - r, x - y + r, bits) for xs, ys, r in rows for x, y in zip(xs, ys, strict=True)]
        apart += [x - y for x, y in zip((*there.output, there.bias), (*end.output, end.bias), strict=True)]
        distance, most = norm(apart), Interval.of(claimed, bits)
        decide(distance + D <= most, most < distance - D, "the end point is near exact descent")

    def _converges(self, at: At, B: Interval, D: Interval, h: Interval) -> None:
        """(1) to (4) of the theorem, and the rate."""
        bits, clock = at.bits, at.loss.clock
        r, least = Interval.of(self.radius, bits), Interval.of(self.singular_value, bits)
        below = Symmetric.enclosing(at.jacobian_gram()).bound(-1, -least.square().hi)
        decide(is_positive_definite(below, bits, clock), False, "the Jacobian's least singular value is at least s")
        L = at.loss.lipschitz(_largest(at, r + D))
        s, error = least - L * D, at.error() + (B + L * (r + D)) * D
        c = Interval.of(2, bits) - h * ((B + L * (r + D)).square() + L * error)
        zero, rest = Interval(0, 0, bits), s - L * r
        decide(zero < c, False, "2 - h (B^2 + L E) is positive")
        decide(zero < rest, False, "s - L r is positive")
        reach = c * (s * r - L * r.square() / Interval.of(2, bits)) / Interval.of(2, bits)
        decide(error < reach, False, "descent stays in the ball")
        rate = Interval.of(1, bits) - c * h * rest.square()
        decide(rate <= Interval.of(self.rate, bits), False, "the loss is multiplied by at most the rate in a step")


def _largest(at: At, radius: Interval) -> Interval:
    """At least the output's weights within a distance."""
    return top(at.largest_output() + radius) if at.loss.trains_output else at.largest_output()


def _square_of_norm(at: At, guess: int) -> int:
    """At least |J|^2: t for which t I - J J^T is definite, tried from a little below a guess on."""
    gram = at.jacobian_gram()
    if not guess:
        return spectral_norm(gram, at.loss.clock).hi
    M = Symmetric.enclosing(gram)
    negative, t = Symmetric([[-x for x in row] for row in M.mid], M.spread, M.bits), guess - (guess >> 7)
    while not is_positive_definite(negative.bound(-1, t), M.bits, at.loss.clock):
        t += (t >> 7) + 1
    return t
