"""The isotypic blocks of the Hessian at symmetric students, by Schur's lemma all that there is to know of it.

For each component of `Symmetry.components` the Hessian's quadratic form is evaluated on changes of the student that
stand for the whole component. These break the symmetry of a few coordinates: split off as parts of their own, they
leave the student and its change symmetric under the other permutations, so that all sums over rows are sums over
classes with integer counts. docs/SYMMETRY.md, "The blocks", has the changes and the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import root
from verify.checker.losses.dual_kernel import Jet, Second
from verify.checker.losses.loss import Block
from verify.checker.losses.symmetric import SymmetricLoss

REST = -1
"""The part of a group that is not split off."""

Functional = dict[int, arb]
"""A linear functional of the unknowns, by its coefficients that are not 0."""


Pencil = tuple[arb_mat, arb_mat]
"""A block of the Hessian: the quadratic form of some unknowns, and the square of the change that they stand for."""


class Part(NamedTuple):
    """Coordinates of a group, and the rows that belong to them; or one extra row, which belongs to none."""

    group: int
    """Also the class of the rows."""
    number: int
    """0, 1, ... for a coordinate by itself."""
    size: int
    is_home: bool
    """Each row has an own coordinate there, where it has gamma more than elsewhere in its group."""


class Change(NamedTuple):
    """A change K e_i + rho of the rows i of each part, rho constant on parts."""

    unknowns: int
    along: Callable[[Part, Part], Functional]
    """rho, of some rows at some coordinates."""
    own: Callable[[Part], Functional] = lambda rows: {}
    """K."""


def combination(*terms: tuple[arb | int, Functional]) -> Functional:
    """A linear combination of functionals."""
    total: Functional = {}
    for weight, functional in terms:
        for index, x in functional.items():
            total[index] = total[index] + weight * x if index in total else weight * x
    return total


class QuadraticForm:
    """The sum of some f(x) g(x)."""

    def __init__(self) -> None:
        self._left: list[Functional] = []
        self._right: list[Functional] = []

    def add(self, weight: arb | int, *terms: tuple[arb | int, Functional, Functional]) -> None:
        """Add weight times the sum of w f(x) g(x) over the terms (w, f, g)."""
        for inner, f, g in terms:
            if f and g:
                scale = weight * inner
                self._left.append({index: scale * x for index, x in f.items()})
                self._right.append(g)

    def matrix(self, unknowns: int) -> arb_mat:
        """The symmetric matrix of the form."""
        zero, every = arb(0), range(unknowns)
        left, right = (
            arb_mat([[f.get(index, zero) for index in every] for f in functionals])
            for functionals in (self._left, self._right)
        )
        matrix = left.transpose() * right
        return (matrix + matrix.transpose()) / 2


def form(at: SymmetricLoss, change: Change, split: Mapping[int, int]) -> Pencil:
    """The Hessian along a change. `split`: how many coordinates of which groups are parts by themselves.

    A permutation that takes one of these coordinates to another takes the change to itself or its opposite: so the rows
    that belong to them all give the same, and the first one's is counted for each.
    """
    parts: list[Part] = []
    for group, size in enumerate(at.sizes):
        singles, is_home = split.get(group, 0), at.classes[group].home is not None
        parts += [Part(group, number, 1, is_home) for number in range(singles)]
        if size > singles:
            parts.append(Part(group, REST, size - singles, is_home))
    rows = parts + [Part(row, REST, 1, False) for row in range(len(at.sizes), len(at.classes))]
    K = {row: change.own(row) for row in rows}
    rho = {row: {part: change.along(row, part) for part in parts} for row in rows}

    def seen_by(other: Part, row: Part) -> Functional:
        """w_j . delta_i for a row j != i of the part `other` and i of the part `row`."""
        z, gamma = at.z[other.group], at.gamma[other.group]
        terms = [(part.size * z[part.group] + (gamma if part == other else 0), f) for part, f in rho[row].items()]
        return combination(*terms, *([(z[row.group], K[row])] if K[row] else []))

    def inner(row: Part, other: Part) -> list[tuple[int, Functional, Functional]]:
        """delta_i . delta_j for two different rows of these parts."""
        terms = [(part.size, f, rho[other][part]) for part, f in rho[row].items()]
        return [*terms, (1, K[row], rho[other].get(row, {})), (1, K[other], rho[row].get(other, {}))]

    hessian, norm = QuadraticForm(), QuadraticForm()
    moved = [row for row in rows if K[row] or any(rho[row].values())]
    seen = {(other, row): seen_by(other, row) for row in moved for other in rows}
    along = {
        row: combination((1, seen.get((row, row), {})), (at.gamma[row.group], K[row])) for row in rows
    }  # w_i . delta_i

    def bend(count: int, jet: Jet, row: Part, towards: Functional, back: Functional, other: Functional) -> None:
        """The second derivatives of `count` pairs (w, v): of v . delta_w and, where v is a row too, of its change."""
        if isinstance(jet.second, Second):
            pp, pq, ps, qq, qs = jet.second
            own = along[row]
            hessian.add(count, (4 * pp, own, own), (4 * pq, own, towards), (qq, towards, towards))
            hessian.add(count, (2 * pq, own, back), (4 * ps, own, other), (qq, towards, back), (2 * qs, towards, other))

    for row in rows:
        if row.number > 0:
            continue  # what the first coordinate split off gives, again
        count = split[row.group] if row.number == 0 else row.size
        delta = [*inner(row, row), (1, K[row], K[row])]
        norm.add(count, *delta)
        hessian.add(count * at.regular_scalars[row.group], *delta)
        hessian.add(2 * count, (at.alone[row.group].second, along[row], along[row]))
        taught = {(kind.group, kind.own): jet for kind, jet in at.with_teacher[row.group]}
        for part, f in rho[row].items():
            if part == row and row.is_home:
                bend(-count, taught[part.group, True], row, combination((1, f), (1, K[row])), {}, {})
            if others := part.size - int(part == row and row.is_home):
                bend(-count * others, taught[part.group, False], row, f, {}, {})
        for other in rows:
            if (others := other.size - int(row == other)) and (row in moved or other in moved):
                jet = at.among[row.group, other.group]
                hessian.add(count * others * jet.q, *inner(row, other))
                bend(count * others, jet, row, seen.get((other, row), {}), seen.get((row, other), {}), along[other])
    return (hessian.matrix(change.unknowns), norm.matrix(change.unknowns))


def one(unknown: int, factor: int = 1) -> Functional:
    """A multiple of one unknown."""
    return {unknown: arb(factor)} if factor else {}


def opposite(part: Part) -> int:
    """The vector (1, -1, 0, ...) of a group that is split in two coordinates and the rest."""
    return {0: 1, 1: -1}.get(part.number, 0)


def trivial(at: SymmetricLoss) -> Pencil:
    """The block of the students with the same symmetry; one unknown for each orbit, in their order."""
    places = {orbit[:3]: index for index, orbit in enumerate(at.symmetry.orbits)}

    def own(row: Part) -> Functional:
        if not row.is_home:
            return {}
        diagonal, rest = (places[row.group, row.group, is_own] for is_own in (True, False))
        return {diagonal: arb(1), rest: arb(-1)}

    change = Change(len(places), lambda row, part: one(places[row.group, part.group, False]), own)
    return form(at, change, {})


def standard(at: SymmetricLoss, group: int) -> Pencil:
    """The block of the standard representation of S_p of one group of size p >= 2.

    With u = (1, -1, 0, ...) in R^p and v = sum u_i e_i: the row i of the group's class is changed by
    u_i (K e_i + rho) + C v, rho constant on groups, every other row by c v, c a number for each other class.
    With p = 2 the part C v is a combination of the others, and left out.
    """
    sizes, others = len(at.sizes), [row for row in range(len(at.classes)) if row != group]
    moved = [group, *others] if at.sizes[group] > 2 else others
    places = {row: 1 + sizes + index for index, row in enumerate(moved)}

    def along(row: Part, part: Part) -> Functional:
        terms = [(1, one(1 + part.group, opposite(row)))] if row.group == group else []
        if part.group == group and row.group in places:
            terms.append((1, one(places[row.group], opposite(part))))
        return combination(*terms)

    def own(row: Part) -> Functional:
        return one(0, opposite(row)) if row.group == group else {}

    return form(at, Change(1 + sizes + len(moved), along, own), {group: 2})


def single(at: SymmetricLoss, group: int, sign: int) -> Pencil:
    """The number for symmetric (sign 1) or antisymmetric (-1) changes of a group's square with zero row sums."""
    entries = {(0, 2): 1, (1, 3): 1, (0, 3): -1, (1, 2): -1} if sign > 0 else {(0, 1): 1, (1, 2): 1, (2, 0): 1}
    entries |= {(j, i): sign * entry for (i, j), entry in entries.items()}

    def along(row: Part, part: Part) -> Functional:
        return one(0, entries.get((row.number, part.number), 0) if row.group == part.group == group else 0)

    return form(at, Change(1, along), {group: 4 if sign > 0 else 3})


def pair(at: SymmetricLoss, first: int, second: int) -> Pencil:
    """The block of changes of the rectangles of two groups that have zero row and column sums."""
    rectangles = {(first, second): 0, (second, first): 1}

    def along(row: Part, part: Part) -> Functional:
        rectangle = rectangles.get((row.group, part.group))
        return {} if rectangle is None else one(rectangle, opposite(row) * opposite(part))

    return form(at, Change(2, along), {first: 2, second: 2})


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
