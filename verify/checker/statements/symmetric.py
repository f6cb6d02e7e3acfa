"""Statements about symmetric critical points: many points in one file, each given by one value per orbit."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.checker.core.exact import at_least, at_most, reach, within
from verify.checker.core.limits import MAX_EXTRA_ROWS, MAX_GROUPS, MAX_INPUT_DIMENSION, MAX_POINTS
from verify.checker.core.reader import Field
from verify.checker.core.schema import (
    BOUNDS,
    NEGATIVE,
    POSITIVE,
    Constant,
    Count,
    Known,
    Leaf,
    ListOf,
    Size,
    Word,
    text,
    where,
    whole,
)
from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Component, Symmetry, symmetry_of
from verify.checker.core.table import Listed, Refusal, Row, Table, Variants, values
from verify.checker.core.witness import PRECISION_ALONE
from verify.checker.statements.critical_point import KINDS, MINIMA
from verify.checker.statements.teacher_student import ACTIVATION, LOSS, Activation
from verify.checker.statements.words import plural

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
        return f"each value within {reach(self.radius)} of the given one, loss in {within(self.loss, 8)}, {curvature}"


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
        return f"{plural(len(self.points), 'point')}: {_listed(pairs)}"

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


def _symmetry(known: Known) -> Symmetry:
    return symmetry_of(known["groups"], known["extra_rows"])


def read_student(field: Field, known: Known) -> tuple[Fraction, ...]:
    """A row for each class of rows, in it a number for each group; [diagonal, rest] where the two meet."""
    values: list[Fraction] = []
    symmetry = _symmetry(known)
    rows = field.items(len(symmetry.classes), len(symmetry.classes))
    for row, row_class in zip(rows, symmetry.classes, strict=True):
        for column, entry in enumerate(row.items(len(symmetry.groups), len(symmetry.groups))):
            values += entry.numbers(2, 2) if column == row_class.home else (entry.number(),)
    return tuple(values)


def _names(known: Known) -> list[str]:
    return [component.name for component in _symmetry(known).components()]


def _largest(known: Known) -> int:
    return max(component.size for component in _symmetry(known).components())


def _blocks(negative: Size) -> Row:
    """`negative`: at most so many eigenvalues of a block are."""
    block = Listed.of(
        lambda negative, **component: Block(Component(**component), negative),
        Row("name", Leaf("string", lambda field, known: field.text(*_names(known)))),
        Row("size", Count(1, _largest)),
        Row("multiplicity", whole(1, "must be a positive integer")),
        Row("negative", Count(0, negative)),
    )
    return Row("blocks", ListOf(block, 1, lambda known: len(_names(known))))


def _too_many_coordinates(known: Known) -> str | None:
    k = sum(known["groups"])
    return f"add up to {k}, more than {MAX_INPUT_DIMENSION}" if k > MAX_INPUT_DIMENSION else None


def _component_twice(known: Known) -> str | None:
    names = [block.component.name for block in known["blocks"]]
    return "a component is listed more than once" if len(set(names)) != len(names) else None


def _no_saddle(known: Known) -> str | None:
    if not any(block.negative for block in known["blocks"]):
        return "a saddle needs a negative eigenvalue"
    if all(block.negative == block.component.size for block in known["blocks"]):
        return "a saddle needs a positive eigenvalue"
    return None


def _not_smooth(known: Known) -> str | None:
    return "needs ReLU or leaky ReLU" if known["splits"] and known["activation"].is_smooth else None


def _row_classes(known: Known) -> int:
    return len(_symmetry(known).classes)


def _made(groups: tuple[int, ...], extra_rows: int, **values: Any) -> SymmetricPoint:
    return SymmetricPoint(symmetry_of(groups, extra_rows), **values)


def _point(names: Sequence[str], curvature: Row, *own: Row | Refusal) -> Table[SymmetricPoint]:
    return Table.of(
        _made,
        Row("groups", ListOf(Count(1, MAX_INPUT_DIMENSION), 1, MAX_GROUPS)),
        Refusal("groups", _too_many_coordinates),
        Row("extra_rows", Count(0, MAX_EXTRA_ROWS)),
        Row("property", text(*names)),
        Row("input_dimension", EVERY_DIMENSION, into="every_dimension"),
        Row("student", Leaf("symmetric student", read_student), into="values"),
        Row("radius", POSITIVE),
        Row("value", BOUNDS, into="loss"),
        curvature,
        *own,
    )


EVERY_DIMENSION = Word({"k": False, "at_least_k": True})
_SPLITS = where(
    ListOf(Count(0, lambda known: _row_classes(known) - 1), 1, _row_classes),
    lambda rows: list(rows) == sorted(set(rows)),
    "must be in ascending order",
)
_MINIMUM = _point(
    MINIMA,
    Row("hessian_lower_bound", POSITIVE, into="curvature"),
    _blocks(0),
    Refusal("blocks", _component_twice),
    Row("splits", _SPLITS, optional=True, absent=()),
    Refusal("splits", _not_smooth),
)
_SADDLE = _point(
    ["saddle"],
    Row("negative_curvature", NEGATIVE, into="curvature"),
    _blocks(lambda known: int(known["size"])),
    Refusal("blocks", _component_twice),
    Refusal("blocks", _no_saddle),
)
POINT = Variants("property", {**dict.fromkeys(MINIMA, _MINIMUM), "saddle": _SADDLE})


def _point_twice(known: Known) -> str | None:
    points = known["points"]
    different = {(point.symmetry, point.values) for point in points}
    return "a point is given more than once" if len(different) != len(points) else None


STATEMENT = Table.of(
    SymmetricPoints,
    Row("landscape", Table.of(values, Row("kind", Constant(KIND)), Row("activation", ACTIVATION))),
    Row("points", ListOf(POINT, 1, MAX_POINTS)),
    Refusal("points", _point_twice),
)
WITNESS = PRECISION_ALONE


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
