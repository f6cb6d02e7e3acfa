"""The isotypic blocks of the Hessian at symmetric students, by Schur's lemma all that there is to know of it.

For each component of `Symmetry.components` the Hessian's quadratic form is evaluated on changes of the student that
stand for the whole component. All sums over rows are sums over classes with integer counts: changes that break the
symmetry do so by multiples of a vector u with sum 0, or of a matrix with row and column sums 0, whose sums over rows
and over pairs of rows are known. docs/SYMMETRY.md, "The blocks", has the changes, the sums and the proof.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import root
from verify.checker.losses.dual_kernel import Jet, Second
from verify.checker.losses.loss import Block
from verify.checker.losses.symmetric import SymmetricLoss

Functional = dict[int, arb | int]
"""A linear functional of the unknowns, by its coefficients that are not 0."""
NONE: Functional = {}
Term = tuple[arb | int, Functional, Functional]
"""w f(x) g(x)."""

Pencil = tuple[arb_mat, arb_mat]
"""A block of the Hessian: the quadratic form of some unknowns, and the square of the change that they stand for."""


class Change(NamedTuple):
    """What the second derivatives of the kernel at a row w and a neuron v see of the change delta of the student."""

    own: Functional
    """w . delta_w."""
    towards: Functional
    """v . delta_w."""
    back: Functional = NONE
    """w . delta_v, where v is a row too."""
    other: Functional = NONE
    """v . delta_v, likewise."""


def combination(*terms: tuple[arb | int, Functional]) -> Functional:
    """A linear combination of functionals."""
    total: Functional = {}
    for weight, functional in terms:
        for index, x in functional.items():
            total[index] = total[index] + weight * x if index in total else weight * x
    return total


class QuadraticForm:
    """The sum of some f(x) g(x)."""

    def __init__(self, unknowns: int) -> None:
        self._unknowns = range(unknowns)
        self._left: list[list[arb | int]] = []
        self._right: list[list[arb | int]] = []

    def add(self, weight: arb | int, *terms: Term) -> None:
        """Add weight times the sum of w f(x) g(x) over the terms (w, f, g)."""
        for inner, f, g in terms:
            if f and g:
                scale = weight * inner
                self._left.append([scale * f[index] if index in f else 0 for index in self._unknowns])
                self._right.append([g.get(index, 0) for index in self._unknowns])

    def bend(self, count: int, jet: Jet, change: Change) -> None:
        """Add the second derivatives of the kernel at `count` pairs (w, v) with the same change.

        Nothing for a pair that is parallel, or nearly so: it is a part of E.
        """
        if isinstance(jet.second, Second):
            (pp, pq, ps, qq, qs), (own, towards, back, other) = jet.second, change
            self.add(count, (4 * pp, own, own), (4 * pq, own, towards), (qq, towards, towards))
            self.add(count, (2 * pq, own, back), (4 * ps, own, other), (qq, towards, back), (2 * qs, towards, other))

    def bend_within(self, sign: int, size: int, jet: Jet, first: Change, second: Change) -> None:
        """Add `sign` times those at all pairs i != j of `size` rows, of the change u_i first + u_j second.

        With |u| = 1 and sum u_i = 0 the sum of u_i^2 over the pairs is size - 1, and of u_j^2; of u_i u_j it is -1.
        """
        if isinstance(jet.second, Second):
            by_first, by_second = bent(jet.second, first), bent(jet.second, second)
            for f, x, g, y in zip(first[:2], by_first, second[:2], by_second, strict=True):
                self.add(sign, (1, f, combination((size - 1, x), (-1, y))), (1, g, combination((size - 1, y), (-1, x))))

    def matrix(self) -> arb_mat:
        """The symmetric matrix of the form."""
        matrix = arb_mat(self._left).transpose() * arb_mat(self._right)
        return (matrix + matrix.transpose()) / 2


def bent(second: Second, change: Change) -> tuple[Functional, Functional]:
    """What `own` and `towards` are multiplied by in the second derivatives at a pair: linear in the change."""
    (pp, pq, ps, qq, qs), (own, towards, back, other) = second, change
    by_own = combination((4 * pp, own), (4 * pq, towards), (2 * pq, back), (4 * ps, other))
    return by_own, combination((qq, towards), (qq, back), (2 * qs, other))


def seen(at: SymmetricLoss, row: int, home: int | None, K: Functional, rho: list[Functional]) -> Functional:
    """w_j . (K e_i + rho) for a row j of a class and another row i, whose coordinate is in the group `home`.

    `rho`: constant on groups, one functional for each.
    """
    weights = [size * z for size, z in zip(at.sizes, at.z[row], strict=True)]
    if (own := at.classes[row].home) is not None:
        weights[own] = weights[own] + at.gamma[row]
    return combination(*zip(weights, rho, strict=True), *[] if home is None else [(at.z[row][home], K)])


def square(at: SymmetricLoss, home: int | None, K: Functional, rho: list[Functional]) -> list[Term]:
    """|K e_i + rho|^2 as terms of a quadratic form."""
    terms: list[Term] = [(size, f, f) for size, f in zip(at.sizes, rho, strict=True)]
    return terms if home is None else [*terms, (2, K, rho[home]), (1, K, K)]


def trivial(at: SymmetricLoss) -> Pencil:
    """The block of the students with the same symmetry; one unknown for each orbit, in their order."""
    places = {orbit[:3]: index for index, orbit in enumerate(at.symmetry.orbits)}
    homes = [home for _, home in at.classes]
    every, groups = range(len(homes)), range(len(at.sizes))
    rho: list[list[Functional]] = [[{places[row, group, False]: 1} for group in groups] for row in every]
    K: list[Functional] = [
        NONE if home is None else {places[row, home, True]: 1, places[row, home, False]: -1}
        for row, home in enumerate(homes)
    ]
    towards = [[seen(at, other, homes[row], K[row], rho[row]) for other in every] for row in every]
    own = [combination((1, towards[row][row]), (at.gamma[row], K[row])) for row in every]
    form, norm = QuadraticForm(len(places)), QuadraticForm(len(places))
    for row, (count, home) in enumerate(at.classes):
        delta = square(at, home, K[row], rho[row])
        norm.add(count, *delta)
        form.add(count * at.regular_scalars[row], *delta)
        form.add(2 * count, (at.alone[row].second, own[row], own[row]))
        for (group, is_own, size), jet in at.with_teacher[row]:
            taught = rho[row][group]
            form.bend(-count * size, jet, Change(own[row], combination((1, taught), (1, K[row])) if is_own else taught))
        for other, jet in at.beside(row):
            pairs = count * at.others(row, other)
            inner: list[Term] = [(size, f, g) for size, f, g in zip(at.sizes, rho[row], rho[other], strict=True)]
            if home is not None:
                inner.append((1, K[row], rho[other][home]))
            if (beside := homes[other]) is not None:
                inner.append((1, K[other], rho[row][beside]))
            form.add(pairs * jet.q, *inner)
            form.bend(pairs, jet, Change(own[row], towards[row][other], towards[other][row], own[other]))
    return form.matrix(), norm.matrix()


def standard(at: SymmetricLoss, group: int) -> Pencil:
    """The block of the standard representation of S_p of one group of size p >= 2.

    With |u| = 1, sum u_i = 0 and v = sum u_i e_i: the row i of the group's class is changed by
    u_i (K e_i + rho) + C v, rho constant on groups, every other row by c v, c a number for each other class.
    With p = 2 the part C v is a combination of the others, and left out.
    """
    p, gamma, scalars = at.sizes[group], at.gamma[group], at.regular_scalars
    others = [row for row in range(len(at.classes)) if row != group]
    first = 1 + len(at.sizes)  # of the unknowns after K and rho
    K: Functional = {0: 1}
    rho: list[Functional] = [{1 + other: 1} for other in range(len(at.sizes))]
    C: Functional = {first: 1} if p > 2 else {}
    c: dict[int, Functional] = {row: {first + len(C) + index: 1} for index, row in enumerate(others)}
    form, norm = (QuadraticForm(first + len(C) + len(others)) for _ in range(2))

    delta = [*square(at, group, K, rho), (2, C, K), (p, C, C)]  # of all rows of the class
    total = combination((1, K), (p, C))  # times v: the sum of their changes
    norm.add(1, *delta)
    alike = at.among[group, group]
    form.add(scalars[group] - alike.q, *delta)
    form.add(alike.q, (1, total, total))
    mine = seen(at, group, group, K, rho)
    own, of_C = combination((1, mine), (gamma, K), (gamma, C)), combination((gamma, C))
    form.add(2, (at.alone[group].second, own, own))
    form.bend_within(1, p, alike, Change(own, mine, of_C), Change(NONE, of_C, mine, own))
    for (at_group, is_own, size), jet in at.with_teacher[group]:
        if is_own:
            form.bend(-1, jet, Change(own, combination((1, K), (1, rho[group]), (1, C))))
        elif at_group == group:
            form.bend_within(-1, p, jet, Change(own, rho[group]), Change(NONE, C))
        else:
            form.bend(-size, jet, Change(own, rho[at_group]))
    for row in others:
        count, by_row, back = at.classes[row].size, seen(at, row, group, K, rho), combination((gamma, c[row]))
        norm.add(count, (1, c[row], c[row]))
        form.add(count * scalars[row], (1, c[row], c[row]))
        form.add(2 * count * at.among[group, row].q, (1, total, c[row]))
        form.bend(count, at.among[group, row], Change(own, by_row, back))
        form.bend(count, at.among[row, group], Change(NONE, back, by_row, own))
        form.bend(-count, at.taught[row][group, False], Change(NONE, c[row]))
        for other, jet in at.beside(row):
            if other != group:
                form.add(count * at.others(row, other) * jet.q, (1, c[row], c[other]))
    return form.matrix(), norm.matrix()


def along_square(at: SymmetricLoss, row: int, group: int) -> arb:
    """The part of the form of changes D in the rows of a class and the columns of a group that all such D have.

    Over |D|^2, D with row and column sums 0: without what rows of the group see of it.
    """
    taught = at.taught[row][group, False].second
    scalar = at.regular_scalars[row] - at.among[row, row].q
    return scalar - taught.qq if isinstance(taught, Second) else scalar


def single(at: SymmetricLoss, group: int, sign: int) -> Pencil:
    """The number for symmetric (sign 1) or antisymmetric (-1) changes of a group's square with zero row sums."""
    number, alike = along_square(at, group, group), at.among[group, group].second
    if sign > 0 and isinstance(alike, Second):
        number += 2 * at.gamma[group] * at.gamma[group] * alike.qq
    return arb_mat([[number]]), arb_mat([[1]])


def pair(at: SymmetricLoss, first: int, second: int) -> Pencil:
    """The block of changes of the rectangles of two groups that have zero row and column sums."""
    form = [[along_square(at, first, second), arb(0)], [arb(0), along_square(at, second, first)]]
    between = at.among[first, second].second
    if isinstance(between, Second):
        gammas = at.gamma[second], at.gamma[first]
        form = [[form[i][j] + between.qq * gammas[i] * gammas[j] for j in (0, 1)] for i in (0, 1)]
    return arb_mat(form), arb_mat([[1, 0], [0, 1]])


class SymmetricTeacherStudent(SymmetricLoss):
    """The landscape at all symmetric students of a box (or at a point, if the balls are thin), with its Hessian."""

    @cached_property
    def blocks(self) -> list[Block]:
        """The Hessian less E, by the names of `Symmetry.components`."""
        return [self.block(component.name) for component in self.symmetry.components()]

    def block(self, name: str) -> Block:
        """The block of a component."""
        if name not in self._found:
            self._found[name] = Block(name, *self._block(*name.split()))
        return self._found[name]

    @cached_property
    def _found(self) -> dict[str, Block]:
        return {}

    def _block(self, kind: str, *groups: str) -> Pencil:
        places = [int(group) for group in groups]
        match kind:
            case "trivial":
                return trivial(self)
            case "standard":
                return standard(self, *places)
            case "pair":
                return pair(self, *places)
        return single(self, places[0], 1 if kind == "symmetric" else -1)

    def jacobian(self) -> arb_mat:
        """The derivatives of `gradient` in the values: row by row, the trivial block over the size of the orbit."""
        rows = self.block("trivial").form.tolist()
        sizes = [orbit.size for orbit in self.symmetry.orbits]
        for row, size in zip(rows, sizes, strict=True):
            for index, other in enumerate(sizes):
                row[index] = row[index] / size
                if not self.spread.is_zero():
                    part = self.spread * root(arb(other) / size)
                    row[index] += part.union(-part)
        return arb_mat(rows)

    @cached_property
    def input_dimension_blocks(self) -> list[Block]:
        """M, by the names of `Symmetry.row_components`."""
        return [Block(part.name, *self._row_block(*part.name.split())) for part in self.symmetry.row_components()]

    def _row_block(self, kind: str, *groups: str) -> Pencil:
        if kind == "standard":
            group = int(groups[0])
            return arb_mat([[self.scalars[group] - self.among[group, group].q]]), arb_mat([[1]])
        size = len(self.classes)
        form, norm = arb_mat(size, size), arb_mat(size, size)
        for row, (count, _) in enumerate(self.classes):
            norm[row, row] = arb(count)
            form[row, row] = count * self.scalars[row]
        for (row, other), jet in self.among.items():
            form[row, other] += self.classes[row].size * self.others(row, other) * jet.q
        return form, norm
