"""The isotypic components of the students, along explicit directions of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ..intervals import Interval, Matrix
from .numbers import OWN, Direction, Number
from .partition import Partition, has, orbits


@dataclass(frozen=True)
class Component:
    """An isotypic component of the students: for one vector of its representation, its image in each copy of it.

    By Schur's lemma the Hessian's form on the component, and the Euclidean one, are those on these directions, apart
    from a factor that is the same in both, as often as the representation has dimensions.
    """

    name: str
    partition: Partition
    directions: list[Direction]


def components(groups: Sequence[Number], extra: int) -> list[Component]:
    """The components of all n x k matrices."""
    every, found = range(len(groups)), [Component("trivial", Partition(groups, extra, {}), [])]
    found[0].directions.extend({place: 1} for place in orbits(groups, extra))
    for a in every:
        if has(groups[a], 2):
            found.append(Component(f"standard {a}", *_standard(groups, extra, a)))
        if has(groups[a], 4):  # (e_1 - e_2) (e_3 - e_4)^T and its transpose
            turned = {(0, 2): 1, (0, 3): -1, (1, 2): -1, (1, 3): 1}
            found.append(_single(f"symmetric {a}", groups, extra, a, 4, turned, 1))
        if has(groups[a], 3):  # e_1 e_2^T + e_2 e_3^T + e_3 e_1^T less its transpose
            found.append(_single(f"antisymmetric {a}", groups, extra, a, 3, {(0, 1): 1, (1, 2): 1, (2, 0): 1}, -1))
        for b in every[a + 1 :]:
            if has(groups[a], 2) and has(groups[b], 2):  # (e_1 - e_2) (f_1 - f_2)^T, and its transpose
                partition = Partition(groups, extra, {a: 2, b: 2})
                (e, e2, *_), (f, f2, *_) = partition.blocks(a), partition.blocks(b)
                above: Direction = {(e, f): 1, (e, f2): -1, (e2, f): -1, (e2, f2): 1}
                below = {(j, i): step for (i, j), step in above.items()}
                found.append(Component(f"pair {a} {b}", partition, [above, below]))
    return found


def _standard(groups: Sequence[Number], extra: int, a: int) -> tuple[Partition, list[Direction]]:
    """For x = e_1 - e_2 of group a: x_i at (i, i); x_i in row i at the other columns of the group, and at those of each
    other group; x_j in column j of the other rows of the group (if p_a = 2 that is nothing new), and of each class."""
    partition = Partition(groups, extra, {a: 2})
    x = dict(zip(partition.blocks(a), (1, -1), strict=False))
    directions: list[Direction] = [{(i, OWN): step for i, step in x.items()}]
    for b in range(len(groups)):
        directions.append({(i, j): step for i, step in x.items() for j in partition.blocks(b) if i != j})
    rows = [partition.blocks(b) for b in range(len(groups))]
    rows += [[row.index] for row in partition.rows if row.home is None]
    for c, classes in enumerate(rows):
        if c != a or has(groups[a], 3):
            directions.append({(i, j): step for j, step in x.items() for i in classes if i != j})
    return partition, directions


def _single(
    name: str, groups: Sequence[Number], extra: int, a: int, alone: int, entries: Direction, sign: int
) -> Component:
    """A component with one copy, of square matrices of group a: entries, and `sign` times them at (j, i)."""
    partition = Partition(groups, extra, {a: alone})
    first = partition.blocks(a)[0]
    direction = {(first + i, first + j): step for (i, j), step in entries.items()}
    direction |= {(first + j, first + i): sign * step for (i, j), step in entries.items()}
    return Component(name, partition, [direction])


def new_components(groups: Sequence[Number], extra: int) -> list[Component]:
    """The components of a new column, in which student and teacher are 0: the Hessian there is M."""
    whole = Partition(groups, extra, {}, new=True)
    found = [Component("trivial", whole, [{(row.index, whole.new): 1} for row in whole.rows])]
    for a in range(len(groups)):
        if has(groups[a], 2):
            partition = Partition(groups, extra, {a: 2}, new=True)
            first, second, *_ = partition.blocks(a)
            direction = {(first, partition.new): 1, (second, partition.new): -1}
            found.append(Component(f"standard {a}", partition, [direction]))
    return found


def pencil(second: Matrix, norm: Matrix, shift: Fraction | int) -> Matrix:
    """H - shift N, with row and column i divided by a power of 2, about the root of N_ii, but at least 1."""
    bits = norm[0][0].bits
    powers = [max(row[i].hi >> bits, 1).bit_length() // 2 for i, row in enumerate(norm)]
    factor, matrix = Interval.of(shift, bits), []
    for i, (h, n) in enumerate(zip(second, norm, strict=True)):
        entries = (x - factor * y for x, y in zip(h, n, strict=True))
        down = (powers[i] + power for power in powers)
        matrix.append([Interval(x.lo >> d, -(-x.hi >> d), bits) for x, d in zip(entries, down, strict=True)])
    return matrix


def multiplicity(name: str, groups: Sequence[int]) -> int:
    """The dimension of a component's representation."""
    kind, *places = name.split()
    p, *q = [groups[int(place)] for place in places] or [1]
    return {
        "trivial": 1, "standard": p - 1, "symmetric": p * (p - 3) // 2, "antisymmetric": (p - 1) * (p - 2) // 2,
        "pair": (p - 1) * (q[0] - 1 if q else 0),
    }[kind]  # fmt: skip


@lru_cache(maxsize=64)
def block_sizes(groups: tuple[int, ...], extra: int) -> dict[str, int]:
    """The components' sizes, which are the same for all groups of 5 or more coordinates."""
    return {part.name: len(part.directions) for part in components(groups, extra)}
