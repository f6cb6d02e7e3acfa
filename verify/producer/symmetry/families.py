"""Named branches of critical points at n = k, followed from one type (p, q) or (p, 1, q) to the next.

Every branch flips neurons: w_i is near -e_i instead of e_i. The sum of all neurons must stay
near that of the teacher, so each flipped column lacks about 2, and the branches differ in
which rows make up for it.

- type II (p, q): all rows do, about 2/k each. At q = 1 it is Arjevani & Field's type II.
- type I (p, q): the q flipped rows do, about 2/q each. At p = 1 it is their type I, at p = 0 type A.
- mixed (p, 1, q): one flipped column as in type II, the q others as in type I.

A branch is a rule of thumb for a start and a test of what was reached, no theorem: what is
found is proved one by one, and where a branch is not found nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.public import Orbit, Symmetry
from verify.producer.prover.refine import NotCertified
from verify.producer.symmetry.reduced import SymmetricStudent, critical_point

Values = Sequence[float | Fraction]
Type = tuple[int, ...]

BETWEEN = Fraction(7, 5)
"""Times 1/k: what the other rows add to a flipped column is above this on type II (measured: 1.8 to 2.4), below it on
type I (measured: at most 0.7)."""
APART = Fraction(1, 10**6)
"""Values that are this close are taken for one."""


@dataclass(frozen=True)
class Branch:
    """One of the named branches; the first group is never flipped."""

    name: str
    spread: tuple[bool, ...]
    """For each group, if it is flipped: whether all rows make up for its columns, or its own rows alone."""
    step: Fraction | None = None
    """Times 1/k: a value of a rectangle that moves by more from one type to the next has left the branch."""

    def start(self, groups: Type) -> list[float]:
        """A point near the branch where k is large."""
        values = []
        for orbit in Symmetry(groups, 0).orbits:
            value = (-1.0 if orbit.row else 1.0) if _is_own(groups, orbit) else 0.0
            if orbit.column and self.spread[orbit.column]:
                value += 2 / sum(groups)
            elif orbit.column and orbit.row == orbit.column:
                value += 2 / groups[orbit.column]
            values.append(value)
        return values

    def types(self, k: int) -> list[Type]:
        """The types at which the branch is looked for, in the order in which it is followed."""
        if self == MIXED:
            return [(k - 1 - q, 1, q) for q in range(3, k - 1)]
        if self == TYPE_I:
            return [(k - q, q) for q in range(k - 1, 2, -1)]
        return [(k - q, q) for q in range(1, k)]

    def reach(self, groups: Type, neighbours: Sequence[Values] = ()) -> SymmetricStudent | None:
        """The branch's point of a type, from the first that leads to it of its neighbours' values and its start."""
        symmetry = Symmetry(groups, 0)
        start = self.start(groups)
        for guess in [*neighbours, start] if self.step is None else neighbours or [start]:
            try:
                found = critical_point(symmetry, guess)
            except NotCertified:
                continue
            if self._holds(found) and (not neighbours or self._is_near(found, guess)):
                return found
        return None

    def _is_near(self, student: SymmetricStudent, guess: Values) -> bool:
        """Whether no value of a rectangle is far from the guess; those in squares may be."""
        if self.step is None:
            return True
        pairs = zip(student.symmetry.orbits, student.values, guess, strict=True)
        moved = [abs(value - Fraction(old)) for orbit, value, old in pairs if orbit.row != orbit.column]
        return max(moved) * student.symmetry.columns < self.step

    def _holds(self, student: SymmetricStudent) -> bool:
        """Whether a student is one of the branch, and of no larger symmetry."""
        symmetry, k = student.symmetry, student.symmetry.columns
        values = {orbit[:3]: value for orbit, value in zip(symmetry.orbits, student.values, strict=True)}
        if any(
            (value < 0) != (orbit.row > 0)
            for orbit, value in zip(symmetry.orbits, student.values, strict=True)
            if _is_own(symmetry.groups, orbit)
        ):
            return False
        if (0, 0, True) in values and values[0, 0, True] - abs(values[0, 0, False]) < Fraction(1, 10):
            return False  # rows that are nearly equal, or a square whose rows stand in another order
        made_up = [values[0, group, False] for group in range(1, len(symmetry.groups))]
        if len(made_up) == 2:
            return abs(made_up[0] - made_up[1]) > APART
        return (made_up[0] * k > BETWEEN) == self.spread[1] and abs(values[1, 0, False]) > APART


TYPE_II = Branch("type II", (False, True), step=Fraction(2, 5))
TYPE_I = Branch("type I", (False, False))
MIXED = Branch("mixed", (False, True, False))
BRANCHES = (TYPE_II, TYPE_I, MIXED)


def type_a(k: int) -> SymmetricStudent:
    """Type A, invariant under all of S_k: every neuron is flipped, all rows make up for it."""
    return critical_point(Symmetry((k,), 0), [2 / k - 1, 2 / k])


def follow(
    branch: Branch, sizes: Iterable[int], progress: Callable[[int], None] = lambda k: None
) -> Iterator[tuple[Type, SymmetricStudent | None]]:
    """The branch's points, k by k from the largest down, at each k until the first type where it is lost: None there.

    The neighbours of a type are the type before at the same k and the one with one neuron more in
    the first group, where they have as many orbits.
    """
    larger: dict[Type, SymmetricStudent] = {}
    for k in sorted(sizes, reverse=True):
        progress(k)
        here: dict[Type, SymmetricStudent] = {}
        before: SymmetricStudent | None = None
        for groups in branch.types(k):
            above = larger.get((groups[0] + 1, *groups[1:]))
            known = [student for student in (before, above) if student is not None]
            shape = [orbit[:3] for orbit in Symmetry(groups, 0).orbits]
            same = [student.values for student in known if [o[:3] for o in student.symmetry.orbits] == shape]
            found = branch.reach(groups, same)
            yield groups, found
            if found is None:
                break
            before = here[groups] = found
        larger = here


def _is_own(groups: Type, orbit: Orbit) -> bool:
    """Whether an orbit is that of each row's entry at its own coordinate."""
    return orbit.diagonal or (orbit.row == orbit.column and groups[orbit.row] == 1)
