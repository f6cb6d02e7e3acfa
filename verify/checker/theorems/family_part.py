"""A part of a statement about every k: one k, or all k whose s = k^(-1/2) lies in a piece of [0, end].

Both have the same unknowns u_i: the student's values are center_i + scale_i u_i with |u_i| <= radius_i. For one
k the numbers are balls and the scales are 1; for the pieces they are series in s, which hold on all of (0, end],
and the scales s^exponent. The formulas that are evaluated are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import arb, arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.dual import Dual, Scalar, order, slopes
from verify.checker.core.series import Domain, Series
from verify.checker.losses.block_symmetric import BlockSymmetricReLU, total
from verify.checker.losses.loss import Block
from verify.checker.losses.one_large_group import Pencil
from verify.checker.statements.family import Bounds, Family, FamilyWitness, Instance, Piece


@dataclass(frozen=True)
class Boxes:
    """A box of students of one symmetry, for one k or for each s of (0, end]."""

    statement: Family
    k: Scalar
    center: list[Scalar]
    """The student's values, in the order of OneLargeGroup."""
    scales: list[Scalar]
    radii: list[arb]
    one: Scalar

    @property
    def m(self) -> Scalar:
        """The size of the large group."""
        return self.k - self.statement.fixed_coordinates

    @cached_property
    def values(self) -> list[Scalar]:
        """The student's values, anywhere in the box."""
        changes = (scale * spread(radius) for scale, radius in zip(self.scales, self.radii, strict=True))
        return [value + change for value, change in zip(self.center, changes, strict=True)]

    @cached_property
    def student(self) -> BlockSymmetricReLU:
        """The landscape over the box."""
        return self.statement.type.student(self.m, self.values)

    @cached_property
    def at_center(self) -> BlockSymmetricReLU:
        """The landscape at the center."""
        return self.statement.type.student(self.m, self.center)

    @cached_property
    def gradient(self) -> list[Scalar]:
        """Its entries at the center, one for each of the student's values."""
        gradient = self.at_center.gradient()
        return [gradient[entry] for entry in self.statement.type.entries]

    @cached_property
    def jacobian(self) -> list[list[Scalar]]:
        """The derivatives of the gradient's entries by the unknowns, over the box."""
        zero, count = self.one * 0, len(self.scales)
        values = [
            Dual(value, tuple(scale if i == j else zero for j in range(count)))
            for i, (value, scale) in enumerate(zip(self.values, self.scales, strict=True))
        ]
        gradient = self.statement.type.student(self.m, values).gradient()
        return [slopes(gradient[entry]) for entry in self.statement.type.entries]

    @cached_property
    def hessian(self) -> list[Pencil]:
        """The blocks of the Hessian, over the box."""
        type_, m, values = self.statement.type, self.m, self.values
        blocks = [type_.trivial(m, self.jacobian, self.scales), type_.standard(m, values)]
        return [*blocks, type_.symmetric(m, values), type_.antisymmetric(m, values)]

    @cached_property
    def padding(self) -> list[Pencil]:
        """The blocks of the matrix M for further input coordinates, over the box."""
        return self.statement.type.input_dimension_blocks(self.m, self.student)

    @cached_property
    def loss(self) -> Scalar:
        """k^p F at every critical point in the box, by the mean value theorem: dF = sum_i count_i g_i scale_i du_i."""
        radii = [spread(radius) for radius in self.radii]
        changes = []
        for i, count in enumerate(self.statement.type.multiplicities(self.m)):
            slopes = (entry * radius for entry, radius in zip(self.jacobian[i], radii, strict=True))
            changes.append(count * self.scales[i] * (self.gradient[i] + total(slopes)) * radii[i])
        loss = self.at_center.value() + total(changes)
        return loss * self.k if self.statement.loss_power else loss


@dataclass(frozen=True)
class Part:
    """Some k, and their boxes."""

    name: str
    boxes: Boxes
    place: arb | None
    """Encloses s; None for one k."""
    bounds: list[Bounds]
    """What is claimed of some of these k; nothing where a piece has no k."""

    def enclose(self, number: Scalar, power: int = 0) -> arb:
        """A ball that contains s^power times a number, for every k of the part."""
        if self.place is None:
            return arb(number)
        series = self.boxes.one * number
        if not isinstance(series, Series):
            raise TypeError("no series in s")
        return series.shifted(power).over(self.place)

    def matrix(self, rows: list[list[Scalar]], row_powers: list[int], column_powers: list[int]) -> arb_mat:
        """The matrix with rows and columns multiplied by these powers of s."""
        return arb_mat(
            [
                [self.enclose(entry, i + j) for entry, j in zip(row, column_powers, strict=True)]
                for row, i in zip(rows, row_powers, strict=True)
            ]
        )

    @cached_property
    def blocks(self) -> list[Block]:
        """The Hessian."""
        return list(map(self._block, self.boxes.hessian))

    @cached_property
    def input_dimension_blocks(self) -> list[Block]:
        """The matrix M for further input coordinates."""
        return list(map(self._block, self.boxes.padding))

    def _block(self, pencil: Pencil) -> Block:
        """In a basis rescaled by powers of s, so that the form has a limit."""
        powers = [-(order(row[i]) // 2) for i, row in enumerate(pencil.form)]
        return Block(pencil.name, *(self.matrix(part, powers, powers) for part in (pencil.form, pencil.gram)))

    @cached_property
    def loss(self) -> arb:
        """k^p F at every critical point in the box."""
        return self.enclose(self.boxes.loss)


def spread(radius: arb) -> arb:
    """A ball that contains [-radius, radius]."""
    return radius.union(-radius)


def instance_part(instance: Instance, statement: Family) -> Part:
    """One k."""
    boxes = Boxes(
        statement,
        k=instance.k,
        center=[ball(value) for value in instance.values],
        scales=[arb(1)] * len(instance.values),
        radii=[ball(radius) for radius in instance.radii],
        one=1,
    )
    return Part(f"k = {instance.k}", boxes, None, statement.bounds_between(instance.k, instance.k))


def branch_boxes(witness: FamilyWitness, statement: Family) -> Boxes:
    """The boxes around the branch, for all pieces."""
    domain = Domain(ball(witness.end), witness.terms)
    return Boxes(
        statement,
        k=domain.series([1], -2),
        center=[domain.series([ball(coefficient) for coefficient in value]) for value in witness.values],
        scales=[domain.series([1], exponent) for exponent in witness.exponents],
        radii=[ball(radius) for radius in witness.radii],
        one=domain.series([1]),
    )


def piece_part(piece: Piece, boxes: Boxes) -> Part:
    """All k with s in a piece."""
    bounds = boxes.statement.bounds_between(1 / piece.end**2, 1 / piece.start**2 if piece.start else None)
    return Part(f"s in [{piece.start}, {piece.end}]", boxes, ball(piece.start).union(ball(piece.end)), bounds)
