"""The ReLU loss at students that are constant on blocks, over any arithmetic: balls, series, dual numbers.

Coordinates come in groups, rows in classes. A row of a class has one entry for each group of
coordinates; the rows of a class with a home group belong one to one to the coordinates of that group,
where each has an entry of its own ("diagonal"). The teacher is e_1, ..., e_k, and pi - t is kept as
q pi/2 + x with q = 0, 1 or 2 and a small x, where t is the angle of two neurons:
    kappa(w, v)            = |w||v| sin t / (2 pi) + (q/4 + x / (2 pi)) w.v
    gradient of kappa in w = |v| sin t / (2 pi) w / |w| + (q/4 + x / (2 pi)) v.
So what is rational is exact, what is divided by 2 pi is summed before it is, and what cancels as
k grows cancels exactly: see docs/EVERY_K.md, "The gradient at block-symmetric students". Where a neuron
tends to a teacher neuron e, or to -e, as k grows, its angle is taken relative to that one ("Angles relative to a
teacher neuron" there): the two cancel in the sums, although neither of them is an exact number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from flint import arb

from verify.checker.core.dual import Number, Scalar, arcsine, leading, order, root, sign
from verify.checker.losses.angles import Angle, change_of_angle, from_cosine


class Rows(NamedTuple):
    """A class of rows that are images of each other."""

    size: Scalar
    home: int | None
    """The group of coordinates to which its rows belong, one to one."""
    entries: tuple[Scalar, ...]
    """One for each group of coordinates; at home, the one off the diagonal."""
    diagonal: Scalar = 0
    """A row's entry at its own coordinate, where it has one."""


class Cell(NamedTuple):
    """Equal entries of one row, at coordinates that are images of each other."""

    group: int
    own: bool
    """The row's own coordinate."""
    size: Scalar
    value: Scalar


class Limit(NamedTuple):
    """The rows v of a class as v = turn e + difference, where e is one of the teacher neurons at a group."""

    group: int
    turn: int
    difference: Rows
    excess: Scalar
    """|v|^2 - 1."""


Entry = tuple[int, int, bool]
"""A class of rows, a group of coordinates, and whether it is the rows' own coordinate there."""


class BlockSymmetricReLU:
    """F at a block-symmetric student, or over a box of them."""

    def __init__(self, sizes: tuple[Scalar, ...], classes: tuple[Rows, ...]) -> None:
        """`sizes`: of the groups of coordinates."""
        self.sizes, self.classes = sizes, classes
        self._every = range(len(classes))
        # Made when they are asked for: some entries of the gradient need those of a few rows only.
        self._products: dict[tuple[int, int], Scalar] = {}
        self._angles: dict[tuple[int, int], Angle] = {}
        self._taught: dict[int, list[tuple[Cell, Angle]]] = {}
        self._of_rows: dict[int, Scalar] = {}

    def _others(self, row: int, other: int) -> Scalar:
        """How many rows of a class there are beside one row."""
        return self.classes[other].size - (1 if row == other else 0)

    def _gamma(self, row: int) -> Scalar:
        """The diagonal entry less the one that stands off the diagonal."""
        count, home, entries, diagonal = self.classes[row]
        return 0 if home is None else diagonal - entries[home]

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """For each class the cells of a row."""
        found = []
        for _, home, entries, diagonal in self.classes:
            cells = [] if home is None else [Cell(home, True, 1, diagonal)]
            for group, (size, value) in enumerate(zip(self.sizes, entries, strict=True)):
                cells.append(Cell(group, False, size - (1 if group == home else 0), value))
            found.append([cell for cell in cells if not _is(cell.size, 0)])
        return found

    @cached_property
    def squares(self) -> list[Scalar]:
        """|w|^2 for each class."""
        return [total(cell.size * (cell.value * cell.value) for cell in cells) for cells in self.cells]

    @cached_property
    def norms(self) -> list[Number]:
        """|w| for each class."""
        return list(map(root, self.squares))

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of classes that have two different rows."""
        return [(row, other) for row in self._every for other in self._every if not _is(self._others(row, other), 0)]

    def _inner(self, row: int, other: int) -> Scalar:
        """w_i . w_j of two different rows of these classes."""
        if (row, other) not in self._products:
            self._products[row, other] = self._product(self.classes[row], self.classes[other])
        return self._products[row, other]

    def _product(self, x: Rows, y: Rows) -> Scalar:
        terms = [size * (a * b) for size, a, b in zip(self.sizes, x.entries, y.entries, strict=True)]
        if x.home is not None:
            terms.append((x.diagonal - x.entries[x.home]) * y.entries[x.home])
        if y.home is not None:
            terms.append((y.diagonal - y.entries[y.home]) * x.entries[y.home])
        return total(terms)

    @cached_property
    def limits(self) -> list[Limit | None]:
        """For each class the teacher neuron to which, up to its sign, a row tends as s falls to 0: a hint, if any."""
        return [self._limit(row) for row in self._every]

    def _limit(self, row: int) -> Limit | None:
        rows = self.classes[row]
        for cell in self.cells[row]:
            turn = 1 if leading(cell.value) > 0 else -1
            small = cell.value - turn
            if not ((cell.own or rows.home is None) and _is(cell.size, 1) and order(small) > 0):
                continue
            entries = tuple(small if group == cell.group else entry for group, entry in enumerate(rows.entries))
            difference = rows._replace(diagonal=small) if cell.own else rows._replace(entries=entries)
            rest = total(other.size * (other.value * other.value) for other in self.cells[row] if other is not cell)
            return Limit(cell.group, turn, difference, small * (cell.value + turn) + rest)
        return None

    def among(self, row: int, other: int) -> Angle:
        """The angle of a row of the first class and another one, of the second."""
        if (row, other) not in self._angles:
            self._angles[row, other] = self._relative(row, other) or self._absolute(row, other)
        return self._angles[row, other]

    def _absolute(self, row: int, other: int) -> Angle:
        angle = from_cosine(self._inner(row, other) / (self.norms[row] * self.norms[other]))
        return angle._replace(sine=self.norms[other] * angle.sine)

    def _relative(self, row: int, other: int) -> Angle | None:
        """Relative to the teacher neuron that the other row tends to, if this one tends to none."""
        limit = self.limits[other]
        if limit is None or self.limits[row] is not None:
            return None
        base = next(i for i, cell in enumerate(self.cells[row]) if cell.group == limit.group and not cell.own)
        cell, taught = self.with_teacher(row)[base]
        along, height = limit.turn * cell.value, self.norms[row] * taught.sine
        inner = self._product(self.classes[row], limit.difference)
        rise, change = change_of_angle(self.squares[row], along, height, inner, limit.excess, self.norms[other])
        quarters = 1 + limit.turn * (taught.quarters - 1)
        return Angle(rise / self.norms[row], quarters, -change, base, limit.turn, inner)

    def with_teacher(self, row: int) -> list[tuple[Cell, Angle]]:
        """The angle of a row of a class and the teacher neurons at each of its cells."""
        if row not in self._taught:
            self._taught[row] = [(cell, self._angle(row, cell)) for cell in self.cells[row]]
        return self._taught[row]

    def _angle(self, row: int, cell: Cell) -> Angle:
        cosine = cell.value / self.norms[row]
        if not (_is(cell.size, 1) and abs(leading(cosine)) > 0.5):
            return from_cosine(cosine)
        # Near 0 or pi the sine tells more: the length of the row's other entries over that of the row.
        rest = [other for other in self.cells[row] if other is not cell]
        largest = min(rest, key=lambda other: (order(other.size) + 2 * order(other.value), -abs(leading(other.value))))
        ratios = (other.value / largest.value for other in rest if other is not largest)
        sizes = (other.size for other in rest if other is not largest)
        square = total(size * (ratio * ratio) for size, ratio in zip(sizes, ratios, strict=True)) + largest.size
        length = root(square) * largest.value * (sign(largest.value) or arb.nan())
        sine = length / self.norms[row]
        angle = arcsine(sine)
        return {1: Angle(sine, 2, -angle), -1: Angle(sine, 0, angle), 0: Angle(sine, 0, arb.nan())}[sign(cosine)]

    def _scalar(self, row: int) -> Scalar:
        """2 pi (M_ii - 1/2) for a row of a class, M as in `teacher_student`."""
        if row not in self._of_rows:
            beside = [(self._others(row, other), angle) for other, angle in self._beside(row)]
            terms = [number * angle.sine for number, angle in beside]
            for place, (cell, taught) in enumerate(self.with_teacher(row)):
                weight = total(number for number, angle in beside if angle.base == place) - cell.size
                terms.append(weight * taught.sine)
            self._of_rows[row] = total(terms) / self.norms[row]
        return self._of_rows[row]

    def _beside(self, row: int) -> list[tuple[int, Angle]]:
        return [(other, self.among(row, other)) for first, other in self.pairs if first == row]

    def gradient(self, rows: Iterable[int] | None = None) -> dict[Entry, Scalar]:
        """One entry of each block of the gradient; of all classes of rows, or of these."""
        gradient = {}
        for row in self._every if rows is None else rows:
            for place, ((group, own, _, value), taught) in enumerate(self.with_teacher(row)):
                rational, angles = [value * arb(0.5)], [self._scalar(row) * value]
                weights: dict[int, Scalar] = {place: -1}  # of the teacher neurons' rests
                for other, angle in self._beside(row):
                    entries = self.classes[other].entries[group]
                    column = self._others(row, other) * entries
                    if self.classes[other].home == group and not (other == row and own):
                        column = column + self._gamma(other)  # one of these rows has its own entry here
                    rational.append(column * (arb(angle.quarters) / 4))
                    angles.append(column * angle.rest)
                    if angle.base is not None:
                        weights[angle.base] = weights.get(angle.base, 0) + angle.turn * column
                rational.append(-arb(taught.quarters) / 4)
                angles += [weight * self.with_teacher(row)[base][1].rest for base, weight in weights.items()]
                gradient[row, group, own] = total(rational) + total(angles) * over_two_pi()
        return gradient

    def value(self) -> Scalar:
        """F."""
        k = total(self.sizes)
        rational, angles = [k * arb(0.25)], [k * (k - 1) * arb(0.5)]
        for row, norm in enumerate(self.norms):
            count = self.classes[row].size
            rational.append(count * self.squares[row] * arb(0.25))
            beside = [(count * self._counted(row, other), other, angle) for other, angle in self._beside(row)]
            for pairs, other, angle in beside:
                product = self._inner(row, other)
                rational.append(pairs * product * (arb(angle.quarters) / 4))
                angles.append(pairs * (norm * angle.sine + angle.rest * product))
            for place, (cell, taught) in enumerate(self.with_teacher(row)):
                pairs = count * cell.size
                rational.append(-pairs * cell.value * (arb(taught.quarters) / 4))
                based = [(number, angle) for number, _, angle in beside if angle.base == place]
                weight = total(number for number, _ in based) - pairs
                rests = weight * cell.value + total(number * angle.turn * angle.inner for number, angle in based)
                angles.append(weight * norm * taught.sine + rests * taught.rest)
        return total(rational) + total(angles) * over_two_pi()

    def _counted(self, row: int, other: int) -> Scalar:
        """With how many rows of a class the loss counts one row's pairs; a pair counts for one of its rows, or half."""
        if row == other:
            return self._others(row, other) * arb(0.5)
        first = (self.limits[row] is not None, row) < (self.limits[other] is not None, other)
        return self._others(row, other) if first else 0

    def input_dimension_entry(self, row: int, other: int | None = None) -> Scalar:
        """M_ii, or M_ij for two different rows of these classes."""
        if other is None:
            return self._scalar(row) * over_two_pi() + arb(0.5)
        angle = self.among(row, other)
        base = 0 if angle.base is None else angle.turn * self.with_teacher(row)[angle.base][1].rest
        return (angle.rest + base) * over_two_pi() + arb(angle.quarters) / 4


def over_two_pi() -> arb:
    """1 / (2 pi)."""
    return 1 / (2 * arb.pi())


def total(terms: Iterable[Scalar]) -> Scalar:
    """The sum."""
    return sum(terms)


def _is(count: Scalar, number: int) -> bool:
    return isinstance(count, int) and count == number
