"""Lists of points, and what shows that none is missing: boxes of unknowns cut into pieces, and the zeros in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_COVER_ZEROS
from verify.checker.core.schema import BOUNDS, POSITIVE, Known, Leaf, ListOf, Size, exactly, matrix, text, vector
from verify.checker.core.subdivision import Box, Subdivision, read_tree
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import Witness

TESTS = 5
"""How many tests there are for a piece: docs/COVERS.md."""


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A critical point of a list, near a given one, and what it is."""

    what: str
    center: Matrix
    radius: Fraction
    """Of the largest difference of an entry."""


def found_points(shape: Callable[[Known], tuple[int, int]], least: int, most: int, *kinds: str) -> ListOf[FoundPoint]:
    """From `least` to so many points of these kinds."""
    kind = Row("kind", text(*kinds), into="what")
    return ListOf(Table.of(FoundPoint, kind, Row("center", matrix(shape)), Row("radius", POSITIVE)), least, most)


@dataclass(frozen=True, slots=True)
class Zero:
    """A box in which equations have exactly one zero: all points within a distance, in the maximum norm."""

    center: tuple[Fraction, ...]
    radius: Fraction


@dataclass(frozen=True, slots=True)
class Cover:
    """A box of the unknowns, the zeros in it, and its pieces."""

    box: Box
    zeros: tuple[Zero, ...]
    tree: Subdivision


@dataclass(frozen=True, slots=True)
class CoverWitness(Witness):
    """One or more covers."""

    covers: tuple[Cover, ...]


def cover(unknowns: Size) -> Table[Cover]:
    """A cover of so many unknowns."""
    zero = Table.of(Zero, Row("center", vector(_sides)), Row("radius", POSITIVE))
    return Table.of(
        Cover,
        Row("box", exactly(unknowns, BOUNDS)),
        Row("zeros", ListOf(zero, 0, MAX_COVER_ZEROS)),
        Row("tree", Leaf("tree of a cover", lambda field, known: read_tree(field, _sides(known), TESTS))),
    )


def _sides(known: Known) -> int:
    return len(known["box"])
