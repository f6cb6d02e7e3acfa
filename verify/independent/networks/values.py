"""The value and the derivatives of a risk at a point."""

from __future__ import annotations

from fractions import Fraction

from ..critical_points import MAX_UNKNOWNS_HERE
from ..intervals import Interval, dot, ends, smallness
from ..outcomes import Clock, Open, decide
from .expansion import Expansion
from .risk import Risk
from .sampled import Sampled

Point = list[Fraction]


def lowest_and_highest(risk: Risk, point: Point, precision: int, clock: Clock) -> tuple[Fraction, Fraction]:
    """Bounds of the loss at a point; equal for a rational risk."""
    if risk.rational:
        value = Expansion(risk, point, clock).loss()[0]
        return value, value
    bits = 64 + 2 * precision
    return ends(Sampled(risk, [Interval.of(x, bits) for x in point], clock, smooth=False).value())


def prove_better(risk: Risk, better: Point, bound: Fraction, precision: int, clock: Clock) -> None:
    """The loss at the better point is below the bound."""
    low, high = lowest_and_highest(risk, better, precision, clock)
    decide(high < bound, bound <= low, "the loss at the better point is below the lower bound")


def derivative(risk: Risk, point: Point, radius: Fraction, direction: Point, precision: int, clock: Clock) -> Interval:
    """The derivative along the direction, everywhere in the box around the point; Open if it is not smooth."""
    if len(point) > MAX_UNKNOWNS_HERE:
        raise Open(f"{len(point)} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
    bits = 64 + 2 * precision + smallness(radius)
    box, size = [Interval.of(x, bits, radius) for x in point], max(map(abs, direction))
    return dot([Interval.of(x / size, bits) for x in direction], Sampled(risk, box, clock).gradient())
