"""The loss of symmetric students, and its derivatives along directions of less symmetry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..intervals import Matrix, Vector
from ..jets import Jet
from ..kernels import Activation, Erf
from ..outcomes import Clock
from ..series import Series, is_null
from .kernels import Difference, ErrorFunction, HalfLines, Kernel
from .numbers import OWN, Cells, Direction, Exact, Neuron, Number, add, inner, is_zero, product
from .partition import Partition, Rows, orbits


class Sums:
    """Summands of one number, those that `factor` multiplies (1) apart from the others (0)."""

    def __init__(self) -> None:
        self._parts: tuple[list[Number], list[Number]] = ([], [])

    def append(self, part: int, *factors: Number) -> None:
        """One more summand, the product of factors."""
        self._parts[part].append(product(*factors))

    def total(self, zero: Number, factor: Number) -> Number:
        """The sum."""
        return add(zero, *self._parts[0], product(add(*self._parts[1]), factor))


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of 2 F along some directions, and twice the inner products of the directions."""

    first: Vector
    second: Matrix
    norm: Matrix


class SymmetricLoss:
    """2 F and its derivatives at students that keep their values if coordinates within groups are permuted.

    All numbers are enclosed for all students whose values, in the order of `orbits`, lie in `values`. `of` makes a
    number of an exact one; `factor` is the one in Kernel.
    """

    def __init__(
        self, activation: Activation, groups: Sequence[Number], extra: int, values: Sequence[Number],
        of: Exact, factor: Number, clock: Clock,
    ) -> None:  # fmt: skip
        self.activation, self.groups, self.of, self.factor, self.clock = activation, groups, of, factor, clock
        self.whole = Partition(groups, extra, {})
        self._neurons: list[Neuron] = [{} for _ in self.whole.rows]
        for (row, place), value in zip(orbits(groups, extra), values, strict=True):
            self._neurons[row][place] = value
        self.squares = [
            add(of(0), inner(self.whole.cells(row, row, True), w, w))
            for row, w in zip(self.whole.rows, self._neurons, strict=True)
        ]
        self._kernels: dict[tuple[int, int, bool, bool, bool], Kernel] = {}
        # In series: the single rows, and what rows tend to.
        series = self.whole.rows if isinstance(of(0), Series) else []
        self._single = {row.index for row in series if is_zero(add(row.count, -1))}
        limits = {row.index: self._limit(row, self._neurons[row.index]) for row in series}
        self._limits = {row: limit for row, limit in limits.items() if limit}

    def _limit(self, row: Rows, neuron: Neuron) -> tuple[int, int] | None:
        """Where neurons tend to as many of the teacher, or to their negatives: the entry that tends to 1 or -1."""
        for place, value in neuron.items():
            fits = place == OWN or (row.index in self._single and is_zero(add(self.whole.sizes[place], -1)))
            for sign in (1, -1):
                if fits and value.low == 0 and value.c and is_null(value.c[0] - self.of(sign).c[0]):
                    return place, sign
        return None

    def _pairs(self, partition: Partition) -> Iterable[tuple[Number, Rows, Rows, bool, int | None]]:
        """Those of a partition. If kappa at two neurons is taken with that at the first one and a neuron e of the
        teacher, e as a block, or OWN, of the second one; the pair with e is left out then: it is as often in 2 F."""
        couples: dict[tuple[int, int], tuple[Number, Rows, Rows, bool, int | None]] = {}
        taken = set()
        for count, row, other, same in partition.pairs():
            orders = [(row, other), (other, row)] if 0 <= other.index != row.index else []
            fits = [(w, v) for w, v in orders if w.origin in self._single and v.origin in self._limits]
            if fits:
                w, v = min(fits, key=lambda pair: pair[0].origin in self._limits)  # best a row that tends to none
                place, _ = self._limits[v.origin]
                home = v.home if place == OWN else partition.blocks(place)[0]
                if (w.index, home) not in taken:
                    taken.add((w.index, home))
                    couples[row.index, other.index] = count, w, v, same, OWN if place == OWN else home
        for count, row, other, same in partition.pairs():
            if other.index >= 0:
                yield couples.get((row.index, other.index), (count, row, other, same, None))
            elif (row.index, other.home) not in taken:
                yield count, row, other, same, None

    def kernel(self, row: Rows, other: Rows, same: bool, near: int | None) -> Kernel:
        """kappa at a neuron of the student and another one: it depends on the classes that theirs are parts of."""
        teacher = other.index < 0
        key = row.origin, other.origin, teacher, same, near is None
        if key not in self._kernels:
            first = self.whole.rows[row.origin]
            second = (self.whole.teacher if teacher else self.whole.rows)[other.origin]
            p, s = self.squares[row.origin], self.of(1) if teacher else self.squares[other.origin]
            w, v = self._neurons[row.origin], {OWN: 1} if teacher else self._neurons[other.origin]
            cells = self.whole.cells(first, second, same)
            if near is None:
                self._kernels[key] = self._between(p, s, cells, w, v)
            else:
                self._kernels[key] = Difference(p, s, cells, w, v, *self._limits[other.origin], self.of)
        return self._kernels[key]

    def _between(self, p: Number, s: Number, cells: Cells, w: Neuron, v: Neuron) -> Kernel:
        self.clock.tick()
        q = add(self.of(0), inner(cells, w, v))
        if isinstance(self.activation, Erf):
            return ErrorFunction(p, q, s)
        return HalfLines(p, q, s, cells, w, v, self.activation.slope, self.of)

    def _alone(self, p: Number) -> tuple[int, list[Number]]:
        """phi, phi' and phi'' at p, and whether `factor` multiplies them."""
        if isinstance(self.activation, Erf):
            jet = self.activation.alone(Jet.variable(0, p, 2))
            return 1, [jet.value, jet.first[0], (jet.second or [])[0]]
        half = self.of((1 + self.activation.slope**2) / 2)
        return 0, [half * p, half, 0]

    def _tangent(self, p: Number) -> tuple[Number, Number]:
        """What own w.dw is divided by, and d of that: 1 / p and -1 / p for leaky ReLU, 1 and 0 for erf."""
        return (1, 0) if isinstance(self.activation, Erf) else (self.of(1) / p, self.of(-1) / p)

    def value(self) -> Number:
        """2 F, with the teacher's own terms."""
        k, sums = add(*self.groups), Sums()
        for count, square in [*((row.count, self.squares[row.index]) for row in self.whole.rows), (k, self.of(1))]:
            part, (phi, _, _) = self._alone(square)
            sums.append(part, count, phi)
        pairs = self._pairs(self.whole)
        kernels = [(count, self.kernel(row, other, same, near)) for count, row, other, same, near in pairs]
        teachers = self._between(self.of(1), self.of(1), [(1, 0, 1), (1, 1, 0)], {0: 1}, {0: 1})  # two different ones
        for count, kernel in [*kernels, (product(k, add(k, -1)), teachers)]:
            sums.append(0, count, kernel.flat(*kernel.q))
            sums.append(1, count, kernel.value)
        return sums.total(self.of(0), self.factor)

    def _neuron(self, partition: Partition, row: Rows) -> Neuron:
        """A neuron's entries in the blocks of a finer partition."""
        if row.index < 0:
            return {OWN: 1}
        values = self._neurons[row.origin]
        return {b: values[a] for b, a in [(OWN, OWN), *enumerate(partition.group)] if a in values}

    def derivatives(self, partition: Partition, directions: Sequence[Direction], order: int = 2) -> Derivatives:
        """Along directions that need not keep the student's symmetry, but that of a finer partition.

        With `order` 1 the second derivatives and inner products are left out (they are 0).
        """
        every = range(len(directions))
        first = [Sums() for _ in every]
        second = {(a, b): Sums() for a in every for b in every[a:]}
        norm = {pair: Sums() for pair in second}
        moves: list[list[Neuron]] = [[{} for _ in directions] for _ in [*partition.rows, None]]  # the last: teacher
        for a, direction in enumerate(directions):
            for (row_index, place), step in direction.items():
                moves[row_index][a][place] = step
        neurons = [self._neuron(partition, row) for row in [*partition.rows, *partition.teacher[:1]]]
        halves: list[list[Number]] = [[0 for _ in every] for _ in moves]  # of the changes of |w|^2
        lengths: list[dict[tuple[int, int], Number]] = [{} for _ in moves]  # inner products of changes of w
        for i, row in enumerate(partition.rows):
            cells = partition.cells(row, row, True)
            halves[i] = [inner(cells, neurons[i], move) for move in moves[i]]
            for a, b in second:
                if moves[i][a] and moves[i][b]:
                    lengths[i][a, b] = inner(cells, moves[i][a], moves[i][b])
        owns: list[list[Number]] = [[] for _ in moves]  # summands, by class of rows
        for count, row, other, same, near in self._pairs(partition):
            i, j = row.index, other.index
            moved = [a for a in every if moves[i][a] or moves[j][a]]
            if not moved:
                continue
            self.clock.tick()
            kernel, cells = self.kernel(row, other, same, near), partition.cells(row, other, same)
            for own, summands in zip(kernel.own, (owns[i], owns[j]), strict=True):
                summands.append(product(count, own))
            places = [(n, c, d, (partition.origin(c), partition.origin(d))) for n, c, d in cells]
            strains, stresses = {}, {}
            for a in moved:
                dw, dv = moves[i][a], moves[j][a]
                dq = add(inner(cells, neurons[i], dv), inner(cells, dw, neurons[j]))
                de = 0 if near is None else inner(cells, dw, {near: 1})
                first[a].append(0, count, kernel.flat(dq, de))
                first[a].append(1, count, kernel.turn(dq, de))
                if order == 2:
                    changes, squares = (halves[i][a], dq, halves[j][a]), [lengths[x].get((a, a), 0) for x in (i, j)]
                    steps = [(n, at, dw.get(c, 0), dv.get(d, 0)) for n, c, d, at in places if c in dw or d in dv]
                    strains[a] = kernel.strain(changes, squares, steps)
                    stresses[a] = [product(count, entry) for entry in kernel.stress(strains[a])]
            for place, a in enumerate(moved) if order == 2 else ():
                for b in moved[place:]:
                    ddq = add(inner(cells, moves[i][a], moves[j][b]), inner(cells, moves[i][b], moves[j][a]))
                    second[a, b].append(0, count, kernel.flat(ddq, 0))
                    second[a, b].append(1, count, kernel.turn(ddq, 0))
                    second[a, b].append(1, add(*map(product, strains[a], stresses[b])))
        for i, row in enumerate(partition.rows):
            part, (_, slope, bend) = self._alone(self.squares[row.origin])
            over_p, over_p2 = self._tangent(self.squares[row.origin])
            own = product(add(*owns[i]), over_p)
            for a in every:
                first[a].append(part, 2, row.count, slope, halves[i][a])
                first[a].append(1, own, halves[i][a])
            for (a, b), length in lengths[i].items():
                norm[a, b].append(0, 2, row.count, length)
                second[a, b].append(part, 2, row.count, slope, length)
                second[a, b].append(part, 4, row.count, bend, halves[i][a], halves[i][b])
                second[a, b].append(1, own, add(length, product(halves[i][a], halves[i][b], over_p2)))
        zero = self.of(0)
        total = {pair: sums.total(zero, self.factor) for pair, sums in second.items()}
        square = {pair: sums.total(zero, self.factor) for pair, sums in norm.items()}
        return Derivatives(
            [sums.total(zero, self.factor) for sums in first],
            [[total[min(a, b), max(a, b)] for b in every] for a in every],
            [[square[min(a, b), max(a, b)] for b in every] for a in every],
        )
