"""The Hessian's form on explicit vectors, derived mechanically with the group sizes as symbols.

The vectors of an isotypic component can be chosen so that a few coordinates of each group are
told apart and the rest look alike: e_1 - e_2 in the place of u, for instance. Then every sum
over a group's coordinates is the sum over those few, plus (p - few) times a generic one, and
the form is a finite expression in p and in the kernel's derivatives at each pair of classes.
Written apart from the checker's blocks, which use the component's own algebra instead: the
tests tie the two together, for every p at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer, Symbol

Place = tuple[int, int]
"""A coordinate: its group, and its number among those that are told apart; a fresh number for a generic one."""
Row = tuple[int, int]
"""A row, likewise; an extra row has the number 0."""
Entry = Callable[[Row, Place], Expr]

KERNEL = ("p", "q", "pp", "pq", "ps", "qq", "qs", "ss")


@dataclass(frozen=True)
class Shape:
    """Groups of symbolic sizes and extra rows; the classes of rows are the groups, then the extra rows."""

    sizes: tuple[Expr, ...]
    extra_rows: int

    @property
    def classes(self) -> range:
        """The classes of rows."""
        return range(len(self.sizes) + self.extra_rows)

    def places(self, fixed: frozenset[Place]) -> Iterator[tuple[Place, Expr]]:
        """Every coordinate told apart, and a generic one of each group with how many it stands for."""
        for group, size in enumerate(self.sizes):
            told = [place for place in fixed if place[0] == group]
            yield from ((place, Integer(1)) for place in sorted(told))
            yield (group, 1 + max((number for _, number in told), default=0)), size - len(told)

    def rows(self, fixed: frozenset[Place]) -> Iterator[tuple[Row, Expr]]:
        """Every row, likewise."""
        yield from self.places(fixed)
        yield from (((len(self.sizes) + index, 0), Integer(1)) for index in range(self.extra_rows))

    def told(self, fixed: frozenset[Place], row: Row) -> frozenset[Place]:
        """The coordinates told apart, once a row is picked."""
        return fixed | {row} if row[0] < len(self.sizes) else fixed


def kernel(row: int, other: int, name: str, taught: str = "") -> Symbol:
    """A derivative of the kernel at rows of two classes, or at a row and a kind of teacher neuron."""
    if not taught and other < row:  # the kernel is symmetric: exchange p and s
        return kernel(other, row, {"p": "s", "s": "p", "pp": "ss", "ss": "pp", "pq": "qs", "qs": "pq"}.get(name, name))
    return Symbol(f"{taught}{name}_{row}_{other}")


def student(shape: Shape, row: Row, place: Place) -> Expr:
    """The student's entry: one symbol for each orbit."""
    own = row[0] == place[0] < len(shape.sizes)
    return Symbol(f"{'d' if own and row == place else 'w'}_{row[0]}_{place[0]}")


def second_derivative(shape: Shape, change: Entry, fixed: frozenset[Place]) -> Expr:
    """The form of docs/SYMMETRY.md on a change whose entries depend on the places in `fixed` alone."""

    def weights(row: Row, place: Place) -> Expr:
        return student(shape, row, place)

    def teacher(own: Place) -> Entry:
        return lambda row, place: Integer(int(place == own))

    def product(f: Entry, i: Row, g: Entry, j: Row, told: frozenset[Place]) -> Expr:
        return sum((times * f(i, place) * g(j, place) for place, times in shape.places(told)), Integer(0))

    total = Integer(0)
    for i, times in shape.rows(fixed):
        told = shape.told(fixed, i)
        along = product(weights, i, change, i, told)
        total += times * (
            Symbol(f"s_{i[0]}") * product(change, i, change, i, told) + 2 * Symbol(f"f_{i[0]}") * along**2
        )
        for j, others in shape.rows(told):
            if j == i:
                continue
            both = shape.told(told, j)
            k = {name: kernel(i[0], j[0], name) for name in KERNEL}
            seen = product(weights, j, change, i, both)
            total += times * others * (4 * k["pp"] * along**2 + 4 * k["pq"] * along * seen + k["qq"] * seen**2)
            own, seeing = product(weights, j, change, j, both), product(weights, i, change, j, both)
            mixed = k["q"] * product(change, i, change, j, both) + 2 * k["pq"] * along * seeing
            mixed += 4 * k["ps"] * along * own + k["qq"] * seen * seeing + 2 * k["qs"] * seen * own
            total += times * others * mixed
        for place, others in shape.places(told):
            k = {name: kernel(i[0], place[0], name, "own " if i == place else "taught ") for name in KERNEL}
            seen = product(teacher(place), i, change, i, shape.told(told, place))
            total -= times * others * (4 * k["pp"] * along**2 + 4 * k["pq"] * along * seen + k["qq"] * seen**2)
    return sympy.expand(total)
