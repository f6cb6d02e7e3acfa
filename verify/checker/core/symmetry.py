"""Students that permutations leave alone: their rows, their orbits of entries, and the isotypic components.

The k input coordinates fall into groups of p_1, ..., p_m. A permutation of the coordinates
within the groups moves the columns of a student and its first k rows alike; e extra rows stay
where they are. A student that all of these leave alone is constant on orbits of entries.
Everything here is counting, in integers: docs/SYMMETRY.md, "Orbits" and "Components".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple


class RowClass(NamedTuple):
    """Rows that the permutations carry into each other."""

    size: int
    home: int | None
    """The group whose coordinates belong to these rows; None for a single row, which no permutation moves."""


class Orbit(NamedTuple):
    """Entries that the permutations carry into each other."""

    row: int
    """The class of the rows."""
    column: int
    """The group of the columns."""
    diagonal: bool
    """Each row's entry at its own coordinate."""
    size: int


class Component(NamedTuple):
    """An isotypic component: the Hessian is `multiplicity` times one block of this size there."""

    name: str
    size: int
    multiplicity: int


@dataclass(frozen=True)
class Symmetry:
    """S_{p_1} x ... x S_{p_m}, acting on students of k + e rows and k = p_1 + ... + p_m columns."""

    groups: tuple[int, ...]
    extra_rows: int

    @cached_property
    def columns(self) -> int:
        """k."""
        return sum(self.groups)

    @cached_property
    def rows(self) -> int:
        """n = k + e."""
        return self.columns + self.extra_rows

    @cached_property
    def classes(self) -> tuple[RowClass, ...]:
        """The classes of rows: one for each group, in order, then each extra row."""
        own = [RowClass(size, index if size > 1 else None) for index, size in enumerate(self.groups)]
        return (*own, *[RowClass(1, None)] * self.extra_rows)

    @cached_property
    def orbits(self) -> tuple[Orbit, ...]:
        """The orbits, class by class and group by group, a diagonal before the rest of its square."""
        found: list[Orbit] = []
        for row, (rows, home) in enumerate(self.classes):
            for column, size in enumerate(self.groups):
                if home == column:
                    found.append(Orbit(row, column, True, size))
                    found.append(Orbit(row, column, False, size * (size - 1)))
                else:
                    found.append(Orbit(row, column, False, rows * size))
        return tuple(found)

    def components(self) -> tuple[Component, ...]:
        """The isotypic components of R^(n x k)."""
        return self._components

    @cached_property
    def _components(self) -> tuple[Component, ...]:
        return tuple(self._each_component())

    def _each_component(self) -> Iterator[Component]:
        moved = [(index, size) for index, size in enumerate(self.groups) if size > 1]
        yield Component("trivial", len(self.orbits), 1)
        for index, size in moved:
            both = 2 * len(self.groups) + 1 + self.extra_rows
            yield Component(f"standard {index}", both - (size == 2), size - 1)
        for index, size in moved:
            if size > 3:
                yield Component(f"symmetric {index}", 1, size * (size - 3) // 2)
            if size > 2:
                yield Component(f"antisymmetric {index}", 1, (size - 1) * (size - 2) // 2)
        for place, (first, left) in enumerate(moved):
            for second, right in moved[place + 1 :]:
                yield Component(f"pair {first} {second}", 2, (left - 1) * (right - 1))

    def row_components(self) -> Iterator[Component]:
        """The isotypic components of R^n, on which the matrix M of a new input coordinate acts."""
        yield Component("trivial", len(self.classes), 1)
        for index, size in enumerate(self.groups):
            if size > 1:
                yield Component(f"standard {index}", 1, size - 1)


@lru_cache(maxsize=256)
def symmetry_of(groups: tuple[int, ...], extra_rows: int) -> Symmetry:
    """The symmetry of these sizes: one value for all who ask, so that its orbits and components are counted once."""
    return Symmetry(groups, extra_rows)
