"""Statements about symmetric critical points: many points in one file, each given by one value per orbit."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least, at_most, reach
from verify.checker.core.limits import MAX_EXTRA_ROWS, MAX_GROUPS, MAX_INPUT_DIMENSION, MAX_POINTS
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Component, Symmetry
from verify.checker.statements.critical_point import KINDS, MINIMA, PROPERTIES
from verify.checker.statements.teacher_student import LOSS, Activation

KIND = "symmetric-teacher-student"
SHAPE = (
    "the teacher is orthonormal, in coordinates in which it is e_1, ..., e_k; a point of the groups p_1, ..., p_m is "
    "constant on the orbits of S_p1 x ... x S_pm, which moves coordinates and the first k rows together"
)


@dataclass(frozen=True, slots=True)
class Block:
    """What a point claims of one isotypic component of the Hessian."""

    component: Component
    negative: int
    """How many of the block's eigenvalues are negative; the others are positive."""


@dataclass(frozen=True, slots=True)
class SymmetricPoint:
    """A critical point among the symmetric students, near a given one."""

    symmetry: Symmetry
    property: str
    """The strongest property claimed: one of PROPERTIES."""
    every_dimension: bool
    """The claim holds in every input dimension d >= k (rows padded with zeros)."""
    values: tuple[Fraction, ...]
    """The given student, one value for each orbit in the order of `Symmetry.orbits`."""
    radius: Fraction
    """How far each value may be from the given one."""
    loss: tuple[Fraction, Fraction]
    """Encloses the loss at the critical point."""
    curvature: Fraction
    """Of a minimum, a positive lower bound of the Hessian's eigenvalues on the box; of a saddle, a negative upper
    bound of the smallest one."""
    blocks: tuple[Block, ...]
    splits: tuple[int, ...] = ()
    """Classes of rows of a minimum: any of their neurons, split in two parallel ones, makes a saddle."""

    @builtins.property
    def is_minimum(self) -> bool:
        """Whether a local minimum is claimed."""
        return self.property in MINIMA

    @builtins.property
    def pair(self) -> tuple[int, int]:
        """(k, n): teacher neurons, student neurons."""
        return self.symmetry.columns, self.symmetry.rows

    def name(self) -> str:
        """Its sizes: `k = 7, n = 8, groups 6 + 1`."""
        k, n = self.pair
        return f"k = {k}, n = {n}, groups {' + '.join(map(str, self.symmetry.groups))}"

    def measures(self) -> str:
        """The numbers claimed, rounded so that they stay true."""
        low, high = at_least(self.loss[0], 8), at_most(self.loss[1], 8)
        if self.is_minimum:
            curvature = f"Hessian eigenvalues >= {at_least(self.curvature)}"
        else:
            negative = sum(block.negative * block.component.multiplicity for block in self.blocks)
            curvature = f"Hessian eigenvalues of which, for d = k, {negative} < 0, one <= {at_most(self.curvature)}"
        if self.splits:
            rows = ", ".join(map(str, self.splits))
            curvature += (
                f"; any neuron of student[{rows}], split in two parallel ones, makes it a saddle of n + 1 neurons"
            )
        return f"each value within {reach(self.radius)} of the given one, loss in [{low}, {high}], {curvature}"


@dataclass(frozen=True, slots=True)
class SymmetricPoints(Statement):
    """All of some symmetric critical points."""

    activation: Activation
    points: tuple[SymmetricPoint, ...]

    @builtins.property
    def property(self) -> str:  # type: ignore[override]
        """What is claimed of every point; `critical-points` where that differs."""
        names = {point.property for point in self.points}
        return names.pop() if len(names) == 1 else "critical-points"

    @builtins.property
    def scope(self) -> str:
        """How many instances."""
        pairs = {point.pair for point in self.points}
        return f"{len(self.points)} point{'s' * (len(self.points) != 1)}: {_listed(pairs)}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return f"{LOSS.format(self.activation.describe())}; {SHAPE}"

    def sentence(self) -> str:
        """The statement in words, the same claims of several points together."""
        student = f"n {self.activation.describe()} student neurons"
        claims: dict[tuple[bool, str], list[SymmetricPoint]] = {}
        for point in self.points:
            claims.setdefault((point.every_dimension, point.property), []).append(point)
        parts = []
        for (every, name), points in claims.items():
            if len(points) == 1:
                where = f"near the given symmetric point ({points[0].name()}): {points[0].measures()}"
            else:
                pairs = {point.pair for point in points}
                where = f"near each of {len(points)} given symmetric points, one or more for each of {_listed(pairs)}"
            parts.append(f"for {'every d >= k' if every else 'd = k'}, {KINDS[name]} {where}")
        return f"The population loss of {student} and a teacher of k orthonormal neurons has, {'; and '.join(parts)}."

    def summary(self) -> str:
        """The property and how many points."""
        return f"{self.property}, {self.scope}"


def read_statement(field: Field) -> SymmetricPoints:
    """Read a certificate's `statement`."""
    parts = field.fields(["landscape", "points"])
    landscape = parts["landscape"].fields(["kind", "activation"])
    landscape["kind"].text(KIND)
    activation = Activation.read(landscape["activation"])
    points = tuple(map(_read_point, parts["points"].items(1, MAX_POINTS)))
    if len({(point.symmetry, point.values) for point in points}) != len(points):
        parts["points"].fail("a point is given more than once")
    for index, point in enumerate(points):
        if point.splits and activation.is_smooth:
            parts["points"].items(1, MAX_POINTS)[index].member("splits").fail("needs ReLU or leaky ReLU")
    return SymmetricPoints(activation, points)


def _read_point(field: Field) -> SymmetricPoint:
    name = field.member("property").text(*PROPERTIES)
    bound = "hessian_lower_bound" if name in MINIMA else "negative_curvature"
    members = ["groups", "extra_rows", "property", "input_dimension", "student", "radius", "value", bound, "blocks"]
    parts = field.fields(members, ["splits"] if name in MINIMA else [])
    sizes = [size.count(1, MAX_INPUT_DIMENSION) for size in parts["groups"].items(1, MAX_GROUPS)]
    if sum(sizes) > MAX_INPUT_DIMENSION:
        parts["groups"].fail(f"add up to {sum(sizes)}, more than {MAX_INPUT_DIMENSION}")
    symmetry = Symmetry(tuple(sizes), parts["extra_rows"].count(0, MAX_EXTRA_ROWS))
    lower, upper = (number.number() for number in parts["value"].items(2, 2))
    if lower > upper:
        parts["value"].fail("the lower bound is above the upper bound")
    curvature, radius = parts[bound].number(), parts["radius"].number()
    if (curvature <= 0) if name in MINIMA else (curvature >= 0):
        parts[bound].fail(f"must be {'positive' if name in MINIMA else 'negative'}")
    if radius <= 0:
        parts["radius"].fail("must be positive")
    return SymmetricPoint(
        symmetry=symmetry,
        property=name,
        every_dimension=parts["input_dimension"].text("k", "at_least_k") == "at_least_k",
        values=_read_student(parts["student"], symmetry),
        radius=radius,
        loss=(lower, upper),
        curvature=curvature,
        blocks=_read_blocks(parts["blocks"], symmetry, name in MINIMA),
        splits=_read_splits(parts["splits"], symmetry) if "splits" in parts else (),
    )


def _read_student(field: Field, symmetry: Symmetry) -> tuple[Fraction, ...]:
    """A row for each class of rows, in it a number for each group; [diagonal, rest] where the two meet."""
    values: list[Fraction] = []
    rows = field.items(len(symmetry.classes), len(symmetry.classes))
    for row, row_class in zip(rows, symmetry.classes, strict=True):
        for column, entry in enumerate(row.items(len(symmetry.groups), len(symmetry.groups))):
            if column == row_class.home:
                values += [number.number() for number in entry.items(2, 2)]
            else:
                values.append(entry.number())
    return tuple(values)


def _read_blocks(field: Field, symmetry: Symmetry, is_minimum: bool) -> tuple[Block, ...]:
    """Each as [component, size, multiplicity, negative eigenvalues]."""
    sizes = {component.name: component.size for component in symmetry.components()}
    names, largest = list(sizes), max(sizes.values())
    blocks: list[Block] = []
    for entry in field.items(1, len(names)):
        name, size, multiplicity, negative = entry.items(4, 4)
        times = multiplicity.number()
        if times.denominator != 1 or times < 1:
            multiplicity.fail("must be a positive integer")
        component = Component(name.text(*names), size.count(1, largest), int(times))
        blocks.append(Block(component, negative.count(0, 0 if is_minimum else component.size)))
    if len({block.component.name for block in blocks}) != len(blocks):
        field.fail("a component is listed more than once")
    if not is_minimum:
        if not any(block.negative for block in blocks):
            field.fail("a saddle needs a negative eigenvalue")
        if all(block.negative == block.component.size for block in blocks):
            field.fail("a saddle needs a positive eigenvalue")
    return tuple(blocks)


def _read_splits(field: Field, symmetry: Symmetry) -> tuple[int, ...]:
    last = len(symmetry.classes) - 1
    rows = tuple(row.count(0, last) for row in field.items(1, last + 1))
    if list(rows) != sorted(set(rows)):
        field.fail("must be in ascending order")
    return rows


def _listed(pairs: Iterable[tuple[int, int]]) -> str:
    """Pairs (k, n) in words: `n = k + 1 for k = 7, 9..20`."""
    by_extra: dict[int, list[int]] = {}
    for k, n in sorted(set(pairs)):
        by_extra.setdefault(n - k, []).append(k)
    return "; ".join(_family(by_extra, extra) for extra in sorted(by_extra))


def _family(by_extra: Mapping[int, list[int]], extra: int) -> str:
    return f"n = k{f' + {extra}' if extra else ''} for k = {runs(by_extra[extra])}"


def runs(numbers: Iterable[int]) -> str:
    """Whole numbers in words: `7, 9..20`."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{run[0]}..{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found)
