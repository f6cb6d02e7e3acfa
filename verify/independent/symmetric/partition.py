"""The coordinates in blocks, and how often each pair of neurons is in the loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .numbers import OWN, Cells, Number, add, is_zero, product


@dataclass(frozen=True)
class Rows:
    """A class of neurons: one for each coordinate of its home block, or a single one without a home.

    `index` is its place among the student's classes, -1 for the teacher's; `origin` the class of the given student (or
    the group of the teacher's neurons) that it is a part of.
    """

    index: int
    origin: int
    home: int | None
    count: Number


class Partition:
    """The coordinates 1, ..., k in blocks, finer than the groups: of group a, the first singles[a] are alone.

    With `new` there is a last block, of one input coordinate in which student and teacher vanish. A student that
    keeps its values if coordinates within blocks, and the neurons that belong to them, are permuted has one for each
    class of rows and block, and one for the rows' own coordinates. Classes come in the order of their home blocks,
    then the extra rows. So all sums over neurons and coordinates are sums over classes and blocks with counts.
    """

    def __init__(self, groups: Sequence[Number], extra: int, singles: dict[int, int], new: bool = False) -> None:
        blocks: list[tuple[int, Number]] = []
        for a, size in enumerate(groups):
            alone = singles.get(a, 0)
            rest = add(size, -alone) if alone else size
            blocks += [(a, 1)] * alone + [(a, rest)] * (not is_zero(rest))
        self.group = [a for a, _ in blocks]
        self.rows = [Rows(b, a, b, size) for b, (a, size) in enumerate(blocks)]
        self.rows += [Rows(len(blocks) + x, len(groups) + x, None, 1) for x in range(extra)]
        self.teacher = [Rows(-1, a, b, size) for b, (a, size) in enumerate(blocks)]
        self.sizes = [size for _, size in blocks] + [1] * new
        self.new = len(blocks)

    def blocks(self, a: int) -> list[int]:
        """The blocks of group a, the single coordinates first; also the classes of rows that belong to it."""
        return [b for b, group in enumerate(self.group) if group == a]

    def origin(self, place: int) -> int:
        """The group of a block; OWN is its own."""
        return place if place in (OWN, self.new) else self.group[place]

    def cells(self, row: Rows, other: Rows, same: bool) -> Cells:
        """The coordinates as two neurons see them: how many, and which entry of the one and of the other.

        `same`: both belong to one coordinate, or are one single row; else they belong to different ones.
        """
        cells: Cells = []
        for b, size in enumerate(self.sizes):
            taken = (b == row.home) + (b == other.home and not same)
            count = add(size, -taken) if taken else size
            if not is_zero(count):
                cells.append((count, b, b))
        if same:
            return cells if row.home is None else [*cells, (1, OWN, OWN)]
        if row.home is not None:
            cells.append((1, OWN, row.home))
        if other.home is not None:
            cells.append((1, other.home, OWN))
        return cells

    def pairs(self) -> Iterable[tuple[Number, Rows, Rows, bool]]:
        """All pairs of two neurons, one or both of them the student's: how often kappa of them is in 2 F."""
        for i, row in enumerate(self.rows):
            found = [(product(row.count, add(row.count, -1)), row, row, False)]
            found += [(product(2, row.count, other.count), row, other, False) for other in self.rows[i + 1 :]]
            for other in self.teacher:
                if row.home == other.home:
                    found.append((product(-2, row.count), row, other, True))
                    found.append((product(-2, row.count, add(row.count, -1)), row, other, False))
                else:
                    found.append((product(-2, row.count, other.count), row, other, False))
            yield from (pair for pair in found if not is_zero(pair[0]))


def orbits(groups: Sequence[Number], extra: int) -> list[tuple[int, int]]:
    """Where the values of a student stand that permutations within groups do not change: class of rows, and block."""
    places = []
    for row in range(len(groups) + extra):
        for b in range(len(groups)):
            places += [(row, b)] if row != b else [(row, OWN), (row, b)] if has(groups[b], 2) else [(row, OWN)]
    return places


def has(size: Number, least: int) -> bool:
    """Whether a group has so many coordinates; one whose size is no integer has 5 or more."""
    return not isinstance(size, int) or size >= least
