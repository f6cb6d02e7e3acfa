"""Numbers of layers, targets, and exact matrices."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..fields import Field, interval, not_negative
from ..rational import Rationals

MAX_LINEAR_LAYERS, MAX_TARGET_ORDER = 10**6, 64


@dataclass(frozen=True)
class Layers:
    """L from `least` on, to `most` if there is a bound."""

    least: int
    most: int | None
    parity: str | None

    def only_even(self) -> bool:
        """Whether all of them are even."""
        return self.parity == "even" or (self.least == self.most and self.least % 2 == 0)

    def described(self) -> str:
        """In a few words."""
        last = f", {self.most}" if self.most else ""
        return f"L = {self.least}, ...{last}{f', {self.parity}' if self.parity else ''}"


def read_layers(field: Field) -> Layers:
    """The member `layers`."""
    parts = field.members("at_least", optional=("at_most", "parity"))
    least = parts["at_least"].integer(1, MAX_LINEAR_LAYERS)
    most = parts["at_most"].integer(least, MAX_LINEAR_LAYERS) if "at_most" in parts else None
    parity = parts["parity"].word("even", "odd") if "parity" in parts else None
    if parity and least == most and (least % 2 == 0) != (parity == "even"):
        parts["parity"].fail(f"there is no {parity} number among them")
    return Layers(least, most, parity)


def square(field: Field) -> Rationals:
    """A square matrix."""
    order = len(field.entries(1, MAX_TARGET_ORDER))
    return field.matrix(order, order)


def read_set(field: Field) -> tuple[str, list[Fraction]]:
    """A set of targets: its name and its numbers, in the order of the specification."""
    name = field.member("set").word(*NUMBERS)
    parts = field.members("set", *NUMBERS[name])
    if name in ("symmetric", "negative-definite"):
        a, b = interval(parts["eigenvalues"])
        if name == "symmetric" and a <= 0:
            parts["eigenvalues"].fail("must be positive")
        if name != "symmetric" and b >= 0:
            parts["eigenvalues"].fail("must be negative")
        return name, [a, b]
    numbers = [not_negative(parts[n]) if (n, name) in MAYBE_ZERO else parts[n].signed(1) for n in NUMBERS[name]]
    if name == "normal-off-axis":
        if numbers[0] >= 1:
            parts["distance"].fail("must be less than 1")
        s, r, R = numbers
        if (r * R**2 + 1 / (4 * r) if 2 * r * R >= 1 else R) < s + r * s * s:
            parts["norm"].fail("the parabola leaves out all of |z| <= R: there is no such matrix")
        return name, numbers
    if name == "normal" and numbers[0] <= Fraction(1, 2):
        parts["real_part"].fail("must be more than 1/2")
    if "norm" in parts and numbers[1] < numbers[0]:
        parts["norm"].fail("is below real_part: there is no such matrix")
    return name, numbers


NUMBERS = {
    "symmetric": ("eigenvalues",),
    "normal": ("real_part", "norm"),
    "normal-off-axis": ("distance", "curvature", "norm"),
    "negative-definite": ("eigenvalues",),
    "near-identity": ("distance",),
    "positive": ("real_part", "norm", "distance"),
}
MAYBE_ZERO = {("distance", "positive"), ("curvature", "normal-off-axis")}


def transpose(A: Rationals) -> Rationals:
    """Rows become columns."""
    return [list(row) for row in zip(*A, strict=True)]


def multiplied(A: Rationals, B: Rationals) -> Rationals:
    """A B."""
    columns = transpose(B)
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in A]
