"""The ReLU loss at students that are constant on blocks, over any arithmetic: balls, series, dual numbers.

Coordinates come in groups, rows in classes. A row of a class has one entry for each group of
coordinates; the rows of a class with a home group belong one to one to the coordinates of that group,
where each has an entry of its own ("diagonal"). The teacher is e_1, ..., e_k, and pi - t is kept as
q pi/2 + x with q = 0, 1 or 2 and a small x, where t is the angle of two neurons:
    kappa(w, v)            = |w||v| sin t / (2 pi) + (q/4 + x / (2 pi)) w.v
    gradient of kappa in w = |v| sin t / (2 pi) w / |w| + (q/4 + x / (2 pi)) v.
So what is rational is exact, what is divided by 2 pi is summed before it is, and what cancels as
k grows cancels exactly: see docs/EVERY_K.md, "The gradient at block-symmetric students".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from flint import arb

from verify.checker.dual import Scalar, leading, order, sign


class Rows(NamedTuple):
    """A class of rows that are images of each other."""

    count: Scalar
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


class Angle(NamedTuple):
    """pi - t = quarters pi/2 + rest."""

    sine: Scalar
    quarters: int
    rest: Scalar


Entry = tuple[int, int, bool]
"""A class of rows, a group of coordinates, and whether it is the rows' own coordinate there."""


class BlockSymmetricReLU:
    """F at a block-symmetric student, or over a box of them."""

    def __init__(self, sizes: tuple[Scalar, ...], classes: tuple[Rows, ...]) -> None:
        """`sizes`: of the groups of coordinates."""
        self.sizes, self.classes = sizes, classes
        self._every = range(len(classes))

    def _others(self, row: int, other: int) -> Scalar:
        """How many rows of a class there are beside one row."""
        return self.classes[other].count - (1 if row == other else 0)

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
            found.append([cell for cell in cells if not _is_zero(cell.size)])
        return found

    @cached_property
    def squares(self) -> list[Scalar]:
        """|w|^2 for each class."""
        return [total(cell.size * (cell.value * cell.value) for cell in cells) for cells in self.cells]

    @cached_property
    def norms(self) -> list[Scalar]:
        """|w| for each class."""
        return [square.sqrt() for square in self.squares]

    @cached_property
    def _inner(self) -> dict[tuple[int, int], Scalar]:
        """w_i . w_j of two different rows, for each pair of classes that has such."""
        products = {}
        for row in self._every:
            for other in range(row, len(self.classes)):
                if _is_zero(self._others(row, other)):
                    continue
                x, y = self.classes[row], self.classes[other]
                terms = [size * (a * b) for size, a, b in zip(self.sizes, x.entries, y.entries, strict=True)]
                if x.home is not None:
                    terms.append(self._gamma(row) * y.entries[x.home])
                if y.home is not None:
                    terms.append(self._gamma(other) * x.entries[y.home])
                products[row, other] = products[other, row] = total(terms)
        return products

    @cached_property
    def among(self) -> dict[tuple[int, int], Angle]:
        """The angle of two different rows, for each pair of classes that has such."""
        return {
            (row, other): _from_cosine(product / (self.norms[row] * self.norms[other]))
            for (row, other), product in self._inner.items()
        }

    @cached_property
    def with_teacher(self) -> list[list[tuple[Cell, Angle]]]:
        """For each class the angle of a row and the teacher neurons at each of its cells."""
        return [[(cell, self._angle(row, cell)) for cell in self.cells[row]] for row in self._every]

    def _angle(self, row: int, cell: Cell) -> Angle:
        cosine = cell.value / self.norms[row]
        if not (_is_one(cell.size) and abs(leading(cosine)) > 0.5):
            return _from_cosine(cosine)
        # Near 0 or pi the sine tells more: the length of the row's other entries over that of the row.
        rest = [other for other in self.cells[row] if other is not cell]
        largest = min(rest, key=lambda other: (order(other.size) + 2 * order(other.value), -abs(leading(other.value))))
        ratios = (other.value / largest.value for other in rest if other is not largest)
        sizes = (other.size for other in rest if other is not largest)
        square = total(size * (ratio * ratio) for size, ratio in zip(sizes, ratios, strict=True)) + largest.size
        length = _root(square) * largest.value * (sign(largest.value) or arb.nan())
        sine = length / self.norms[row]
        angle = sine.asin()
        return {1: Angle(sine, 2, -angle), -1: Angle(sine, 0, angle), 0: Angle(sine, 0, arb.nan())}[sign(cosine)]

    @cached_property
    def _scalars(self) -> list[Scalar]:
        """2 pi (M_ii - 1/2) for each class, M as in `teacher_student`."""
        scalars = []
        for row in self._every:
            terms = [self._others(row, other) * (self.norms[other] * angle.sine) for other, angle in self._beside(row)]
            taught = [cell.size * angle.sine for cell, angle in self.with_teacher[row]]
            scalars.append((total(terms) - total(taught)) / self.norms[row])
        return scalars

    def _beside(self, row: int) -> list[tuple[int, Angle]]:
        return [(other, self.among[row, other]) for other in self._every if (row, other) in self.among]

    def gradient(self) -> dict[Entry, Scalar]:
        """One entry of each block of the gradient."""
        gradient = {}
        for row in self._every:
            for (group, own, _, value), taught in self.with_teacher[row]:
                rational, angles = [value * arb(0.5)], [self._scalars[row] * value]
                for other, angle in self._beside(row):
                    entries = self.classes[other].entries[group]
                    column = self._others(row, other) * entries
                    if self.classes[other].home == group and not (other == row and own):
                        column = column + self._gamma(other)  # one of these rows has its own entry here
                    rational.append(column * (arb(angle.quarters) / 4))
                    angles.append(column * angle.rest)
                rational.append(-arb(taught.quarters) / 4)
                gradient[row, group, own] = total(rational) + (total(angles) - taught.rest) * over_two_pi()
        return gradient

    def value(self) -> Scalar:
        """F."""
        k = total(self.sizes)
        rational, angles = [k * arb(0.25)], [k * (k - 1) * arb(0.5)]
        for row, (count, norm) in enumerate(zip((c.count for c in self.classes), self.norms, strict=True)):
            rational.append(count * self.squares[row] * arb(0.25))
            for other, angle in self._beside(row):
                pairs = count * self._others(row, other)
                product = self._inner[row, other]
                rational.append(pairs * product * (arb(angle.quarters) / 8))
                angles.append(pairs * (norm * self.norms[other] * angle.sine + angle.rest * product) * arb(0.5))
            for cell, angle in self.with_teacher[row]:
                pairs = count * cell.size
                rational.append(-pairs * cell.value * (arb(angle.quarters) / 4))
                angles.append(-pairs * (norm * angle.sine + angle.rest * cell.value))
        return total(rational) + total(angles) * over_two_pi()

    def input_dimension_entry(self, row: int, other: int | None = None) -> Scalar:
        """M_ii, or M_ij for two different rows of these classes."""
        if other is None:
            return self._scalars[row] * over_two_pi() + arb(0.5)
        angle = self.among[row, other]
        return angle.rest * over_two_pi() + arb(angle.quarters) / 4


def over_two_pi() -> arb:
    """1 / (2 pi)."""
    return 1 / (2 * arb.pi())


def total(terms: Iterable[Scalar]) -> Scalar:
    """The sum."""
    return sum(terms)


def _from_cosine(cosine: Scalar) -> Angle:
    return Angle(_root(1 - cosine * cosine), 1, cosine.asin())


def _root(square: Scalar) -> Scalar:
    return arb(square).sqrt() if isinstance(square, int) else square.sqrt()


def _is_zero(count: Scalar) -> bool:
    return isinstance(count, int) and count == 0


def _is_one(count: Scalar) -> bool:
    return isinstance(count, int) and count == 1
