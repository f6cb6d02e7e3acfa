"""The loss at students constant on the orbits of a symmetry: value and gradient.

With h the group of the coordinates that belong to a class of rows, the row w_i of that class is
    w_i = gamma e_i + z,   z constant on groups, gamma the diagonal value less the rest of its square,
and z alone for a single row. All sums over rows are sums over classes with exact integer
counts, so the cost does not depend on k. The formulas are those of `teacher_student`;
`isotypic` has the blocks of the Hessian. docs/SYMMETRY.md derives each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from flint import arb

from verify.checker.core.balls import maximum
from verify.checker.core.symmetry import Symmetry
from verify.checker.losses.dual_kernel import DualKernel, Jet, Parallel, SelfJet


class Taught(NamedTuple):
    """Teacher neurons that look alike to a row."""

    group: int
    own: bool
    """The one at the row's own coordinate; else those at the other coordinates of the group."""
    size: int


class SymmetricLoss:
    """The landscape at all symmetric students of a box (or at a point, if the balls are thin)."""

    def __init__(self, kernel: DualKernel, symmetry: Symmetry, values: Sequence[arb]) -> None:
        """`values`: one for each of the symmetry's orbits."""
        self.kernel, self.symmetry = kernel, symmetry
        self.sizes, self.classes = symmetry.groups, symmetry.classes
        self.z = [[arb(0)] * len(symmetry.groups) for _ in symmetry.classes]
        self.gamma = [arb(0) for _ in symmetry.classes]
        for orbit, value in zip(symmetry.orbits, values, strict=True):
            if orbit.diagonal:
                self.gamma[orbit.row] += value
            else:
                self.z[orbit.row][orbit.column] = value
                if self.classes[orbit.row].home == orbit.column:
                    self.gamma[orbit.row] -= value

    # Rows, their Gram entries, and the kernel at them

    def others(self, row: int, other: int) -> int:
        """How many rows of a class there are beside one row."""
        return self.classes[other].size - int(row == other)

    def at(self, row: int, group: int | None) -> arb:
        """z of a class of rows at a group; 0 for no group."""
        return arb(0) if group is None else self.z[row][group]

    def _inner(self, row: int, other: int) -> arb:
        """w_i . w_j for two different rows of these classes."""
        pairs = zip(self.sizes, self.z[row], self.z[other], strict=True)
        product = sum((size * x * y for size, x, y in pairs), arb(0))
        product += self.gamma[row] * self.at(other, self.classes[row].home)
        return product + self.gamma[other] * self.at(row, self.classes[other].home)

    @cached_property
    def squares(self) -> list[arb]:
        """|w|^2 for each class of rows."""
        return [self._inner(row, row) + gamma * gamma for row, gamma in enumerate(self.gamma)]

    @cached_property
    def alone(self) -> list[SelfJet]:
        """The kernel of a row with itself, for each class."""
        return list(map(self.kernel.alone, self.squares))

    @cached_property
    def among(self) -> dict[tuple[int, int], Jet]:
        """The kernel at two different rows, for each pair of classes that has such."""
        every = range(len(self.classes))
        return {
            (row, other): self.kernel.pair(self.squares[row], self._inner(row, other), self.squares[other])
            for row in every
            for other in every
            if self.others(row, other)
        }

    def _taught(self, row: int) -> list[Taught]:
        home, found = self.classes[row].home, []
        for group, size in enumerate(self.sizes):
            found += [Taught(group, True, 1)] * (group == home)
            found.append(Taught(group, False, size - int(group == home)))
        return found

    @cached_property
    def with_teacher(self) -> list[list[tuple[Taught, Jet]]]:
        """For each class of rows the kernel at a row and each kind of teacher neuron."""
        return [
            [
                (kind, self.kernel.pair(square, z[kind.group] + (gamma if kind.own else 0), arb(1)))
                for kind in self._taught(row)
            ]
            for row, (square, z, gamma) in enumerate(zip(self.squares, self.z, self.gamma, strict=True))
        ]

    @cached_property
    def taught(self) -> list[dict[tuple[int, bool], Jet]]:
        """The same, by the teacher neurons' group and whether they stand at the row's own coordinate."""
        return [{(kind.group, kind.own): jet for kind, jet in found} for found in self.with_teacher]

    def value(self) -> arb:
        """F."""
        k, one = self.symmetry.columns, arb(1)
        total = k * self.kernel.alone(one).value
        if k > 1:
            total += k * (k - 1) * self.kernel.pair(one, arb(0), one).value
        for row, (count, _) in enumerate(self.classes):
            alone = self.alone[row].value
            among = sum((self.others(row, other) * jet.value for other, jet in self.beside(row)), arb(0))
            taught = sum((kind.size * jet.value for kind, jet in self.with_teacher[row]), arb(0))
            total += count * (alone + among - 2 * taught)
        return total / 2

    def beside(self, row: int) -> list[tuple[int, Jet]]:
        """The classes of the rows other than one row, with the kernel there."""
        return [(other, jet) for (first, other), jet in self.among.items() if first == row]

    # First derivatives

    @cached_property
    def scalars(self) -> list[arb]:
        """M_ii, as in `teacher_student`, for each class of rows."""
        scalars = []
        for row, alone in enumerate(self.alone):
            scalar = alone.first
            scalar += sum((2 * self.others(row, other) * jet.p for other, jet in self.beside(row)), arb(0))
            scalars.append(scalar - sum((2 * kind.size * jet.p for kind, jet in self.with_teacher[row]), arb(0)))
        return scalars

    def gradient(self) -> list[arb]:
        """One entry of each orbit of the gradient M W - K V."""
        entries = []
        for row, group, diagonal, _ in self.symmetry.orbits:
            entry = self.scalars[row] * (self.z[row][group] + (self.gamma[row] if diagonal else 0))
            for other, jet in self.beside(row):
                # The column of these entries is the own one of one row of its home's class.
                own = self.classes[other].home == group and not (other == row and diagonal)
                column = self.others(row, other) * self.z[other][group] + (self.gamma[other] if own else 0)
                entry += jet.q * column
            for kind, jet in self.with_teacher[row]:
                if kind.group == group and kind.own == diagonal:
                    entry -= jet.q
            entries.append(entry)
        return entries

    # Second derivatives

    @cached_property
    def spread(self) -> arb:
        """A bound of |E|, where the Hessian is what `isotypic` gives plus a symmetric matrix E.

        E collects the pairs that are parallel, or nearly so for the size of the box.
        """
        sums = []
        for row in range(len(self.classes)):
            of_row = arb(0)
            for count, sign, _, bounds in self._parallel(row):
                of_row += count * (bounds.own + bounds.mixed if sign > 0 else bounds.own)
            sums.append(of_row)
        return maximum(sums)

    def _parallel(self, row: int) -> Iterator[tuple[int, int, Jet, Parallel]]:
        """The neurons that are parallel to a row, or nearly so: how many, 1 for students and -1 for the teacher's."""
        students = [(self.others(row, other), 1, jet) for other, jet in self.beside(row)]
        teachers = [(kind.size, -1, jet) for kind, jet in self.with_teacher[row]]
        for count, sign, jet in students + teachers:
            if isinstance(jet.second, Parallel):
                yield count, sign, jet, jet.second

    @cached_property
    def regular_scalars(self) -> list[arb]:
        """The multiple of I in each diagonal block; 2 kappa_p of a parallel pair is a part of E."""
        scalars = []
        for row, scalar in enumerate(self.scalars):
            for count, sign, jet, _ in self._parallel(row):
                scalar -= sign * 2 * count * jet.p
            scalars.append(scalar)
        return scalars
