"""The kind population-teacher-student-family: a minimum for every k."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from operator import mul

from ..claims import Claim
from ..critical_points import prove_contraction, prove_value
from ..fields import MAX_PARTS, MAX_PRECISION, MIN_PRECISION, Field
from ..intervals import Interval, Matrix, smallness
from ..kernels import RELU
from ..outcomes import Clock, Open, decide, named
from ..series import Domain, begins, is_positive
from ..signs import Symmetric, apply, congruence, has_negative, inertia, prove_bounded_below
from ..symmetric.components import components, new_components, pencil
from ..symmetric.loss import Derivatives, SymmetricLoss
from ..symmetric.numbers import Exact, Number, add, product
from ..symmetric.partition import orbits
from ..words import at_least, between, brief


@dataclass(frozen=True)
class Range:
    """What is claimed of the k from `first` to `last`; None: there is no last one."""

    first: int
    last: int | None
    loss: tuple[Fraction, Fraction]
    eigenvalue: tuple[Fraction, Fraction]

    def meets(self, least: Fraction, most: Fraction | None) -> bool:
        """Whether some real k between its ends is one of [least, most]; None: there is no most."""
        return (most is None or self.first <= most) and (self.last is None or least <= self.last)


class Box:
    """What must be enclosed of a box of students: for one k in intervals, for all s of (0, end] in series.

    The students' values are center_i + steps_i u_i with |u_i| <= `radius`; derivatives are by u.
    """

    def __init__(
        self, family: Family, k: Number, center: list[Number], steps: list[Number], radius: Fraction,
        wide: Callable[[Number], Number], of: Exact, factor: Number, clock: Clock,
    ) -> None:  # fmt: skip
        groups = [add(k, -family.fixed), *[1] * family.fixed]
        parts = components(groups, family.extra)
        around = [x + wide(step) for x, step in zip(center, steps, strict=True)]
        at, near = (SymmetricLoss(RELU, groups, family.extra, values, of, factor, clock) for values in (center, around))
        if not all(map(is_positive, near.squares)):
            raise Open("a neuron is not proved to be nonzero")
        self.radius = radius
        self.blocks = [near.derivatives(part.partition, part.directions) for part in parts]
        new = new_components(groups, family.extra)
        self.new = [near.derivatives(part.partition, part.directions) for part in new]
        slopes = at.derivatives(parts[0].partition, parts[0].directions, 1).first
        self.gradient = [slope * step for slope, step in zip(slopes, steps, strict=True)]
        rows = zip(self.blocks[0].second, steps, strict=True)
        self.jacobian = [[h * step * other for h, other in zip(row, steps, strict=True)] for row, step in rows]
        # The mean value theorem, twice: 2 F changes by sum_i g_i u_i, where g_i = gradient_i + sum_j jacobian_ij u_j.
        slopes = [add(g, *map(wide, row)) for g, row in zip(self.gradient, self.jacobian, strict=True)]
        self.loss = product(*[k] * family.power, add(at.value(), *map(wide, slopes)))


@dataclass(frozen=True)
class Family:
    """What a certificate of the kind `population-teacher-student-family` claims, and its witness."""

    extra: int
    fixed: int
    power: int
    ranges: list[Range]
    precision: int
    terms: int
    values: list[list[Fraction]]
    radii: list[Fraction]
    exponents: list[int]
    end: Fraction
    pieces: list[tuple[Fraction, Fraction]]
    instances: list[tuple[int, list[Fraction], list[Fraction]]]

    claimed = "spurious-local-minimum"

    def sentence(self) -> str:
        """What was proved."""
        kept = f"the permutations of k - {self.fixed} coordinates" if self.fixed else "all permutations"
        name = "k F" if self.power else "F"
        low, high = min(entry.loss[0] for entry in self.ranges), max(entry.loss[1] for entry in self.ranges)
        least = min(entry.eigenvalue[0] for entry in self.ranges)
        return (
            f"{self.claimed} for every k >= {self.ranges[0].first} and d >= k, n = k{' + 1' * self.extra} "
            f"(an orthonormal teacher, ReLU), "
            f"invariant under {kept}, {name} in {between((low, high))}, Hessian >= {at_least(least)}"
        )

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        self._cover()
        for k, values, radii in self.instances:
            with named(f"k = {k}"):
                self._one(Fraction(k), values, radii, clock)
        self._all(clock)

    def _cover(self) -> None:
        """1: each k from k0 on is an instance, or k^(-1/2) is in a piece."""
        reached = Fraction(0)
        for first, last in self.pieces:
            decide(first == reached and first < last, True, f"a piece begins at s = {brief(reached)}, and ends above")
            reached = last
        decide(reached == self.end, True, "the pieces reach the end")
        k0, ks = self.ranges[0].first, [k for k, _, _ in self.instances]
        decide(k0 * self.end**2 <= 1, True, "the pieces end at s = k0^(-1/2), or before")
        decide(ks == sorted(set(ks)) and ks[:1] >= [k0] * len(ks[:1]), True, "the instances grow, from k0 on")
        for wanted, k in zip(range(k0, k0 + len(ks) + 1), [*ks, None], strict=True):
            if wanted * self.end**2 >= 1:
                break
            decide(k == wanted, True, f"k = {wanted} is an instance")

    def _claims(self, least: Fraction, most: Fraction | None) -> list[Range]:
        return [entry for entry in self.ranges if entry.meets(least, most)]

    def _one(self, k: Fraction, values: list[Fraction], radii: list[Fraction], clock: Clock) -> None:
        """2 to 7 for one k, which need not be an integer."""
        bits = self.precision + 64 + 4 * math.ceil(k).bit_length() + 2 * smallness(min(radii))
        of, largest = partial(Interval.of, bits=bits), max(radii)
        steps = [of(radius / largest) for radius in radii]
        size = k.numerator if k.denominator == 1 else of(k)
        around = of(0, radius=largest)
        box = Box(
            self, size, [of(value) for value in values], steps, largest, lambda step: step * around, of,
            RELU.factor(bits), clock,
        )  # fmt: skip
        self._box(box, lambda number, shift: number, self._claims(k, k), clock)

    def _all(self, clock: Clock) -> None:
        """2 to 7 for each piece, from the same series."""
        bits, largest = self.precision + 64 + 2 * smallness(min(self.radii)), max(self.radii)
        domain = Domain(Interval.of(self.end, bits), self.terms)
        center = [domain.series(value) for value in self.values]
        steps = [
            domain.series([radius / largest], exponent)
            for radius, exponent in zip(self.radii, self.exponents, strict=True)
        ]
        around = domain.constant(Interval.of(0, bits, largest))
        k, factor = domain.series([1], -2), domain.constant(RELU.factor(bits))

        @lru_cache(maxsize=1)
        def box() -> Box:
            return Box(self, k, center, steps, largest, lambda step: step * around, domain.constant, factor, clock)

        for first, last in self.pieces:
            claims = self._claims(1 / last**2, 1 / first**2 if first else None)
            if claims:
                with named(f"s from {brief(first)} to {brief(last)}"):
                    found = None
                    try:
                        found = box()
                        self._piece(found, first, last, claims, clock, HALVINGS)
                    except Open:
                        self._refute(None if first else found, last, clock)
                        raise

    def _piece(
        self, box: Box, first: Fraction, last: Fraction, claims: list[Range], clock: Clock, halvings: int
    ) -> None:
        """3 to 7 for a piece; for its halves where the ranges of the series over it are too wide."""
        try:
            self._box(box, lambda number, shift: number.over((first, last), shift), claims, clock)
        except Open:
            if not halvings:
                raise
            for half in ((first, (first + last) / 2), ((first + last) / 2, last)):
                self._piece(box, *half, claims, clock, halvings - 1)

    def _refute(self, box: Box | None, last: Fraction, clock: Clock) -> None:
        """Refuted, if that is proved at one of two s of a piece; or, of one that begins at 0, of the limit.

        There the rows of the derivative, divided by the powers of s that they begin with, have exact zeros. (A leading
        coefficient that may be 0 as well refutes nothing.) If each choice of one entry from each row and column meets
        a zero, the determinant is 0.
        """
        if box is not None:
            powers = [min(map(begins, row)) for row in box.jacobian]
            leading = [
                {j: entry.c[:1] for j, entry in enumerate(row) if begins(entry) == power}
                for row, power in zip(box.jacobian, powers, strict=True)
            ]
            known = all(c and not c[0].lo <= 0 <= c[0].hi for row in leading for c in row.values())
            decide(not known or has_transversal(leading), True, "at s = 0 the derivative is regular")
        for s in (last, last / 2**20):
            if self._claims(1 / s**2, 1 / s**2):
                values = [sum((c * s**j for j, c in enumerate(value)), Fraction(0)) for value in self.values]
                radii = [radius * s**exponent for radius, exponent in zip(self.radii, self.exponents, strict=True)]
                with suppress(Open):
                    self._one(1 / s**2, values, radii, clock)

    def _box(self, box: Box, over: Callable[[Number, int], Interval], claims: list[Range], clock: Clock) -> None:
        """3 to 7, of all that a box stands for where `over` evaluates s^shift times a number."""
        clock.tick()
        self._critical(box, over, clock)
        low, high = max(claim.eigenvalue[0] for claim in claims), min(claim.eigenvalue[1] for claim in claims)
        blocks, new = ([scaled(block, over) for block in found] for found in (box.blocks, box.new))
        for block in blocks + new:
            wide = pencil(*block, low)
            prove_bounded_below("the Hessian", wide, partial(list, wide), Fraction(0), clock)
        shifted = [Symmetric.enclosing(pencil(*block, high)) for block in blocks]
        proved = any(has_negative(M, clock) for M in shifted)
        refuted = not proved and all(inertia(M.bound(-1), M.bits, clock) == (0, len(M.mid)) for M in shifted)
        decide(proved, refuted, "an eigenvalue is below the upper bound of the smallest one")
        bounds = 2 * max(claim.loss[0] for claim in claims), 2 * min(claim.loss[1] for claim in claims)
        value = over(box.loss, 0)
        prove_value(value, Interval(0, 0, value.bits), Interval(0, 0, value.bits), bounds)

    def _critical(self, box: Box, over: Callable[[Number, int], Interval], clock: Clock) -> None:
        """3: each row is divided by the power of s that it begins with; Y = X^T X J^T with X J^T J X^T about I."""
        down = [-min(map(begins, row)) for row in box.jacobian]
        gradient = [over(entry, power) for entry, power in zip(box.gradient, down, strict=True)]
        J = [[over(entry, power) for entry in row] for row, power in zip(box.jacobian, down, strict=True)]
        bits = J[0][0].bits
        mid = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in J]
        spread = [sum(entry.hi - m for entry, m in zip(*rows, strict=True)) for rows in zip(J, mid, strict=True)]
        columns = [list(column) for column in zip(*mid, strict=True)]
        _, X = congruence([[entry >> bits for entry in apply(columns, column)] for column in columns], bits, clock)
        if len(X) < len(J):
            raise Open("the derivative was not inverted")
        left = [[sum(map(mul, a, b)) >> bits for b in zip(*X, strict=True)] for a in zip(*X, strict=True)]
        Y = [[entry >> bits for entry in apply(mid, row)] for row in left]
        prove_contraction(Y, columns, spread, bits, gradient, box.radius, clock)


def scaled(block: Derivatives, over: Callable[[Number, int], Interval]) -> tuple[Matrix, Matrix]:
    """Second derivatives and inner products, row and column i divided by the power of s of the root of H_ii or N_ii."""
    down = [
        -(min(begins(h[i]), begins(n[i])) // 2) for i, (h, n) in enumerate(zip(block.second, block.norm, strict=True))
    ]
    H, N = (
        [[over(entry, a + b) for entry, b in zip(row, down, strict=True)] for row, a in zip(matrix, down, strict=True)]
        for matrix in (block.second, block.norm)
    )
    return H, N


def has_transversal(rows: Sequence[Collection[int]]) -> bool:
    """Whether each row can have a column of its own, of those that are its own; by augmenting paths."""
    owner: dict[int, int] = {}

    def find(row: int, seen: set[int]) -> bool:
        for column in rows[row]:
            if column not in seen:
                seen.add(column)
                if column not in owner or find(owner[column], seen):
                    owner[column] = row
                    return True
        return False

    return all(find(row, set()) for row in range(len(rows)))


MAX_FIXED_COORDINATES = 2
MIN_TERMS, MAX_TERMS = 4, 64
MAX_EXPONENT_OF_S = 16
LEAST_LARGE_GROUP = 5
MAX_K = 10**9
HALVINGS = 4  # of a piece


def read_family(statement: Field, witness: Field) -> Claim:
    """A statement of the kind population-teacher-student-family with its witness."""
    fields = statement.members("landscape", "property", "input_dimension", "symmetry", "loss_power", "bounds")
    landscape = fields["landscape"].members("kind", "activation", "teacher", "neurons")
    landscape["activation"].word("relu")
    landscape["teacher"].members("orthonormal")["orthonormal"].word("k")
    extra = int(landscape["neurons"].word("k", "k+1") == "k+1")
    fields["property"].word("spurious-local-minimum")
    fields["input_dimension"].members("at_least")["at_least"].word("k")
    fixed = fields["symmetry"].members("fixed_coordinates")["fixed_coordinates"].integer(0, MAX_FIXED_COORDINATES)
    ranges: list[Range] = []
    bounds = fields["bounds"].entries(1, MAX_PARTS)
    for place, field in enumerate(bounds):
        parts = field.members("k", "loss", "smallest_eigenvalue")
        first, last = parts["k"].entries(2, 2)
        start = first.integer(fixed + LEAST_LARGE_GROUP, MAX_K)
        if ranges and start - 1 != ranges[-1].last:
            first.fail("does not follow the last k of the range before")
        if place == len(bounds) - 1:
            last.word("infinity")
        end = None if place == len(bounds) - 1 else last.integer(start, MAX_K)
        ranges.append(Range(start, end, *(_positive_bounds(parts[name]) for name in ("loss", "smallest_eigenvalue"))))
    hints = witness.members("precision", "terms", "values", "radii", "exponents", "end", "pieces", "instances")
    count = len(orbits([LEAST_LARGE_GROUP, *[1] * fixed], extra))
    pieces = [field.members("from", "to") for field in hints["pieces"].entries(1, MAX_PARTS)]
    instances = [field.members("k", "values", "radii") for field in hints["instances"].entries(0, MAX_PARTS)]
    return Family(
        extra=extra,
        fixed=fixed,
        power=fields["loss_power"].integer(0, 1),
        ranges=ranges,
        precision=hints["precision"].integer(MIN_PRECISION, MAX_PRECISION),
        terms=hints["terms"].integer(MIN_TERMS, MAX_TERMS),
        values=[[c.number() for c in value.entries(1, MAX_TERMS)] for value in hints["values"].entries(count, count)],
        radii=[radius.signed(1) for radius in hints["radii"].entries(count, count)],
        exponents=[entry.integer(0, MAX_EXPONENT_OF_S) for entry in hints["exponents"].entries(count, count)],
        end=hints["end"].signed(1),
        pieces=[(piece["from"].number(), piece["to"].number()) for piece in pieces],
        instances=[
            (
                instance["k"].integer(1, MAX_K),
                [value.number() for value in instance["values"].entries(count, count)],
                [radius.signed(1) for radius in instance["radii"].entries(count, count)],
            )
            for instance in instances
        ],
    )


def _positive_bounds(field: Field) -> tuple[Fraction, Fraction]:
    """Two positive numbers in order."""
    low, high = (bound.number() for bound in field.entries(2, 2))
    if not 0 < low <= high:
        field.fail("must be two positive numbers, the lower one first")
    return low, high
