"""Values with first and second derivatives in three variables."""

from __future__ import annotations

from .intervals import Interval, Vector

PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
SEAT = {pair: seat for seat, (a, b) in enumerate(PAIRS) for pair in ((a, b), (b, a))}


class Jet:
    """A function of three variables at all points of a box: enclosures of value, first and second derivatives.

    `second` is in the order of PAIRS, or None if the second derivatives are not bounded or not wanted.
    """

    __slots__ = ("first", "second", "value")

    def __init__(self, value: Interval, first: Vector, second: Vector | None) -> None:
        self.value, self.first, self.second = value, first, second

    @classmethod
    def variable(cls, seat: int, value: Interval, order: int) -> Jet:
        """The coordinate function number `seat`, with derivatives up to `order`, 1 or 2."""
        bits = value.bits
        first = [Interval(one << bits, one << bits, bits) for one in (seat == 0, seat == 1, seat == 2)]
        return cls(value, first, [Interval(0, 0, bits)] * 6 if order == 2 else None)

    def plus(self, exact: int) -> Jet:
        """The sum with an exact integer."""
        return Jet(exact + self.value, self.first, self.second)

    def times(self, factor: Interval) -> Jet:
        """The product with a constant."""
        second = None if self.second is None else [factor * entry for entry in self.second]
        return Jet(factor * self.value, [factor * entry for entry in self.first], second)

    def __add__(self, other: Jet) -> Jet:
        second = None
        if self.second is not None and other.second is not None:
            second = [a + b for a, b in zip(self.second, other.second, strict=True)]
        return Jet(self.value + other.value, [a + b for a, b in zip(self.first, other.first, strict=True)], second)

    def __mul__(self, other: Jet) -> Jet:
        """Leibniz: (f g)_ab = f_ab g + f_a g_b + f_b g_a + f g_ab."""
        f, g, fs, gs = self.value, other.value, self.first, other.first
        second = None
        if self.second is not None and other.second is not None:
            second = [
                ff * g + fs[a] * gs[b] + fs[b] * gs[a] + f * gg
                for (a, b), ff, gg in zip(PAIRS, self.second, other.second, strict=True)
            ]
        return Jet(f * g, [a * g + f * b for a, b in zip(fs, gs, strict=True)], second)

    def compose(self, value: Interval, slope: Interval, curvature: Interval | None) -> Jet:
        """h(f), from h, h' and h'' at f: (h(f))_ab = h''(f) f_a f_b + h'(f) f_ab."""
        second = None
        if self.second is not None and curvature is not None:
            second = [
                curvature * (self.first[a] * self.first[b]) + slope * ff
                for (a, b), ff in zip(PAIRS, self.second, strict=True)
            ]
        return Jet(value, [slope * entry for entry in self.first], second)

    def sqrt(self) -> Jet:
        """With h' = 1 / (2 h), h'' = -1 / (4 h^3)."""
        root = self.value.sqrt()
        slope = Interval.of(1, root.bits) / (2 * root)
        return self.compose(root, slope, -(slope / (2 * self.value)))

    def reciprocal(self) -> Jet:
        """With h' = -h^2, h'' = 2 h^3."""
        value = Interval.of(1, self.value.bits) / self.value
        return self.compose(value, -value.square(), 2 * (value * value.square()))

    def arctan(self) -> Jet:
        """With h' = 1 / (1 + f^2), h'' = -2 f h'^2."""
        slope = Interval.of(1, self.value.bits) / (1 + self.value.square())
        return self.compose(self.value.arctan(), slope, -2 * (self.value * slope.square()))
