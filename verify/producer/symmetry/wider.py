"""Named branches at n = k + e, each followed from one point that a search had found.

- split j: j flipped neurons of type II, each of them split in two; e = j, groups (k - j, 1, ..., 1).
  At j = 1 it is the S_(k-1)-symmetric family of Safran & Shamir's pairs (k, k + 1).
- against, towards: type II (p, q) with one extra neuron that all p and all q coordinates see
  alike, negative (against) or positive (towards) at the flipped ones; e = 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.public import Symmetry
from verify.producer.prover.refine import NotCertified
from verify.producer.symmetry.reduced import SymmetricStudent, critical_point

JUMP = Fraction(3, 20)
"""A value that moves by more than this from one type to the next has left the branch."""


@dataclass(frozen=True)
class Seed:
    """A point of a branch, to three or four digits."""

    name: str
    groups: tuple[int, ...]
    extra_rows: int
    values: tuple[float, ...]

    def at(self, k: int) -> tuple[int, ...]:
        """The type with the same small groups and another k."""
        return (k - sum(self.groups[1:]), *self.groups[1:])

    def follow(self, types: Iterable[tuple[int, ...]]) -> Iterator[SymmetricStudent]:
        """The branch's points of one type after another, the seed's own first, until it is lost."""
        before = critical_point(Symmetry(self.groups, self.extra_rows), self.values)
        for groups in types:
            if min(groups) < 1 or len(Symmetry(groups, self.extra_rows).orbits) != len(before.values):
                return  # another shape, where the values mean something else
            try:
                found = critical_point(Symmetry(groups, self.extra_rows), before.values)
            except NotCertified:
                return
            moved = zip(before.values, found.values, strict=True)
            if max(abs(old - new) for old, new in moved) > JUMP:
                return
            yield found
            before = found

    def in_k(self, least: int, most: int) -> dict[int, SymmetricStudent]:
        """By k from `least` to `most`, as far as the branch goes in each direction."""
        own = sum(self.groups)
        up = self.follow(self.at(k) for k in range(own, most + 1))
        down = self.follow(self.at(k) for k in range(own, least - 1, -1))
        return {student.symmetry.columns: student for student in (*up, *down)}

    def in_q(self, student: SymmetricStudent) -> dict[tuple[int, int], SymmetricStudent]:
        """From a point of two groups (p, q), at the same k: by type, as far as the branch goes in each direction."""
        p, q = student.symmetry.groups
        values = tuple(float(value) for value in student.values)
        start = Seed(self.name, (p, q), self.extra_rows, values)
        up = start.follow((p - step, q + step) for step in range(p - 1))
        down = start.follow((p + step, q - step) for step in range(q - 1))
        return {(p, q): student for student in (*up, *down) for p, q in [student.symmetry.groups]}


SPLIT_ONE = Seed("split 1", (7, 1), 1, (0.984, -0.03, 0.23, 0.126, -0.189, 0.069, -0.486))
SPLIT_TWO = Seed(
    "split 2",
    (12, 1, 1),
    2,
    (
        *(0.9943, -0.0178, 0.1365, 0.1365),
        *(0.0589, -0.1573, -0.0417),
        *(0.0589, -0.0417, -0.1573),
        *(0.0412, -0.6205, 0.1367),
        *(0.0412, 0.1367, -0.6205),
    ),
)
AGAINST = Seed("against", (12, 2), 1, (0.995, -0.018, 0.136, 0.05, -0.667, 0.142, 0.099, -0.157))
TOWARDS = Seed("towards", (10, 4), 1, (1.004, -0.003, 0.063, 0.027, -0.655, 0.176, -0.092, 0.465))
