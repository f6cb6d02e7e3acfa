"""Students that are invariant under the permutations of all but a few coordinates, and their Hessian's blocks.

S_m permutes the first m coordinates and the first m rows together, and fixes the other f coordinates
and l rows. Such a student has the values, in this order,
    a      the first m rows, on the diagonal,      b   the same rows, at the other of the first m coordinates,
    c_1 .. c_f   the same rows, at the fixed coordinates,
    then for each other row   d   at the first m coordinates,   e_1 .. e_f   at the fixed ones.

The Hessian commutes with S_m, so by Schur's lemma it is block diagonal in a basis adapted to the
irreducible representations. Each block is found by differentiating the gradient (dual numbers) along test
directions that break the symmetry: splitting j coordinates off the group keeps the student, and the
directions, block-symmetric. docs/EVERY_K.md, "Blocks of the Hessian", has the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from verify.checker.core.dual import Dual, Scalar, slopes
from verify.checker.losses.block_symmetric import BlockSymmetricReLU, Entry, Rows, total

Direction = dict[Entry, int]


class Pencil(NamedTuple):
    """A quadratic form, and the Euclidean one, in a basis of (copies of) one representation."""

    name: str
    form: list[list[Scalar]]
    gram: list[list[Scalar]]


@dataclass(frozen=True)
class OneLargeGroup:
    """A type of students, for every m."""

    fixed_coordinates: int
    single_rows: int

    @property
    def entries(self) -> list[Entry]:
        """Where the values stand, in their order."""
        fixed, singles = range(1, self.fixed_coordinates + 1), range(1, self.single_rows + 1)
        large = [(0, 0, True), (0, 0, False), *((0, group, False) for group in fixed)]
        return large + [(row, group, False) for row in singles for group in (0, *fixed)]

    def multiplicities(self, m: Scalar) -> list[Scalar]:
        """How many entries of the student have each of the values."""
        row = [m, *[1] * self.fixed_coordinates]
        return [m, m * (m - 1), *[m] * self.fixed_coordinates, *(row * self.single_rows)]

    def student(self, m: Scalar, values: Sequence[Scalar], split: int = 0) -> BlockSymmetricReLU:
        """The landscape at a student of this type; the first `split` coordinates as groups of their own."""
        return BlockSymmetricReLU(*self._split(m, values, split))

    def _split(self, m: Scalar, values: Sequence[Scalar], split: int) -> tuple[tuple[Scalar, ...], tuple[Rows, ...]]:
        (a, b, *c), others = self._by_rows(values)
        sizes = (*[1] * split, m - split, *[1] * self.fixed_coordinates)
        first = [Rows(1, None, (*[b] * row, a, *[b] * (split - row), *c)) for row in range(split)]
        large = Rows(m - split, split, (*[b] * (split + 1), *c), a)
        last = [Rows(1, None, (*[d] * (split + 1), *e)) for d, *e in others]
        return sizes, (*first, large, *last)

    def _by_rows(self, values: Sequence[Scalar]) -> tuple[Sequence[Scalar], list[Sequence[Scalar]]]:
        width, first = 1 + self.fixed_coordinates, 2 + self.fixed_coordinates
        return values[:first], [values[start : start + width] for start in range(first, len(values), width)]

    def trivial(self, m: Scalar, jacobian: list[list[Scalar]], scales: list[Scalar]) -> Pencil:
        """The block on students of this type. `jacobian`: of the gradient's entries in units of `scales`."""
        weights = [count * scale for count, scale in zip(self.multiplicities(m), scales, strict=True)]
        form = [[weight * slope for slope in row] for weight, row in zip(weights, jacobian, strict=True)]
        lengths = [weight * scale for weight, scale in zip(weights, scales, strict=True)]
        return Pencil("Hessian's block of invariant students", form, _diagonal(lengths))

    def standard(self, m: Scalar, values: list[Scalar]) -> Pencil:
        """The block on the standard representation.

        With x in R^m, sum x_i = 0, its basis is: x_i on the diagonal; x_i at (i, j), i != j; x_j there;
        x_i at each fixed coordinate of row i; x_j at coordinate j of each other row. Here x = (1, -1, 0, ...).
        """
        fixed, singles = range(3, 3 + self.fixed_coordinates), range(3, 3 + self.single_rows)
        directions: list[Direction] = [
            {(0, 0, False): 1, (1, 1, False): -1},
            {(0, 1, False): 1, (0, 2, False): 1, (1, 0, False): -1, (1, 2, False): -1},
            {(0, 1, False): -1, (1, 0, False): 1, (2, 0, False): 1, (2, 1, False): -1},
            *({(0, group, False): 1, (1, group, False): -1} for group in fixed),
            *({(row, 0, False): 1, (row, 1, False): -1} for row in singles),
        ]
        read: list[Entry] = [
            (0, 0, False), (0, 2, False), (2, 0, False),
            *((0, group, False) for group in fixed), *((row, 0, False) for row in singles),
        ]  # fmt: skip
        gram: list[list[Scalar]] = _diagonal([1, m - 1, m - 1, *[1] * (len(read) - 3)])
        gram[1][2] = gram[2][1] = -1
        operator = self._derivatives(m, values, 2, directions, read)
        columns = list(zip(*operator, strict=True))
        form = [[_product(row, column) for column in columns] for row in gram]
        return Pencil("Hessian's standard block", form, gram)

    def symmetric(self, m: Scalar, values: list[Scalar]) -> Pencil:
        """The block on symmetric m x m matrices with zero diagonal and zero row sums."""
        direction: Direction = {}
        for i, j, sign in ((0, 2, 1), (1, 3, 1), (0, 3, -1), (1, 2, -1)):
            direction |= {(i, j, False): sign, (j, i, False): sign}
        return Pencil("Hessian's symmetric block", self._derivatives(m, values, 4, [direction], [(0, 2, False)]), [[1]])

    def antisymmetric(self, m: Scalar, values: list[Scalar]) -> Pencil:
        """The block on antisymmetric m x m matrices with zero row sums."""
        direction: Direction = {}
        for i, j in ((0, 1), (1, 2), (2, 0)):
            direction |= {(i, j, False): 1, (j, i, False): -1}
        return Pencil(
            "Hessian's antisymmetric block", self._derivatives(m, values, 3, [direction], [(0, 1, False)]), [[1]]
        )

    def _derivatives(
        self, m: Scalar, values: list[Scalar], split: int, directions: list[Direction], read: list[Entry]
    ) -> list[list[Scalar]]:
        """The gradient's entries `read`, differentiated along each direction."""
        zero = values[0] * 0
        sizes, classes = self._split(m, values, split)
        moved = []
        for row, rows in enumerate(classes):
            steps = [
                [direction.get((row, group, False), 0) + zero for direction in directions]
                for group in range(len(sizes))
            ]
            entries = tuple(Dual(value, tuple(step)) for value, step in zip(rows.entries, steps, strict=True))
            diagonal = rows.diagonal if rows.home is None else Dual(rows.diagonal, (zero,) * len(directions))
            moved.append(Rows(rows.size, rows.home, entries, diagonal))
        gradient = BlockSymmetricReLU(sizes, tuple(moved)).gradient({row for row, _, _ in read})
        return [slopes(gradient[entry]) for entry in read]

    def input_dimension_blocks(self, m: Scalar, student: BlockSymmetricReLU) -> list[Pencil]:
        """The blocks of M, which the Hessian has for each input coordinate in which student and teacher vanish."""
        every = range(1 + self.single_rows)
        counts = [m, *[1] * self.single_rows]
        scalars = [student.input_dimension_entry(row) for row in every]
        among = student.input_dimension_entry(0, 0)
        form = [
            [counts[i] * (scalars[i] if i == j else counts[j] * student.input_dimension_entry(i, j)) for j in every]
            for i in every
        ]
        form[0][0] = m * (scalars[0] + (m - 1) * among)
        return [
            Pencil("invariant block of M", form, _diagonal(counts)),
            Pencil("standard block of M", [[scalars[0] - among]], [[1]]),
        ]


def _product(row: list[Scalar], column: tuple[Scalar, ...]) -> Scalar:
    return total(x * y for x, y in zip(row, column, strict=True) if not (isinstance(x, int) and x == 0))


def _diagonal(entries: list[Scalar]) -> list[list[Scalar]]:
    return [[entry if i == j else 0 for j in range(len(entries))] for i, entry in enumerate(entries)]
