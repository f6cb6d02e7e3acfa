"""Statements about one critical point of a landscape near a given point."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

from verify.checker.core.choices import Choice
from verify.checker.core.exact import Matrix, at_least, at_most, reach
from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import (
    BOUNDS,
    NEGATIVE,
    POSITIVE,
    Constant,
    Count,
    Json,
    Known,
    ListOf,
    Refusal,
    Row,
    Table,
    Type,
    Variants,
    Where,
    matrix,
    text,
)
from verify.checker.core.statement import Statement
from verify.checker.core.witness import PRECISION, Witness
from verify.checker.statements.landscape import Landscape
from verify.checker.statements.teacher_student import LANDSCAPE

MINIMA = ("strict-local-minimum", "spurious-local-minimum")
PROPERTIES = (*MINIMA, "saddle")
KINDS = {
    "strict-local-minimum": "a strict local minimum",
    "spurious-local-minimum": "a strict local minimum that is not global",
    "saddle": "a saddle",
}
IMPLIES = {
    "spurious-local-minimum": {"spurious-local-minimum", "strict-local-minimum"},
    "strict-local-minimum": {"strict-local-minimum"},
    "saddle": {"saddle"},
}


@dataclass(frozen=True, slots=True)
class CriticalPoint(Statement):
    """A critical point of a landscape near a given point; the subclasses say what it is."""

    landscape: Landscape
    property: str
    """The strongest property claimed: one of PROPERTIES."""
    every_dimension: bool
    """The claim holds in every input dimension from the given one on (rows padded with zeros)."""
    center: Matrix
    """Of the landscape's shape: for students (n, d), rows are neurons; for a network (1, trained parameters)."""
    radius: Fraction
    """How far the critical point may be: see the subclasses for the norm."""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the critical point."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one landscape, in one or in every input dimension."""
        return self.landscape.scope(every_dimension=self.every_dimension)

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        low, high = at_least(self.value[0], 8), at_most(self.value[1], 8)
        return (
            f"{self.landscape.subject(every_dimension=self.every_dimension)} has {KINDS[self.property]}, "
            f"{self._where()}, with loss in [{low}, {high}] and {self._curvature()}."
        )

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        low, high = at_least(self.value[0]), at_most(self.value[1])
        setting = self.landscape.setting(every_dimension=self.every_dimension)
        return f"{self.property} ({setting}), loss in [{low}, {high}], {self._curvature()}"

    def _where(self) -> str:
        raise NotImplementedError

    def _curvature(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Minimum(CriticalPoint):
    """A strict local minimum; the radius is a Euclidean distance in R^(n d)."""

    hessian_lower_bound: Fraction
    """Every eigenvalue of the Hessian is at least this, everywhere within the radius.

    In a higher input dimension: at the points of that ball, padded with zeros.
    """

    def _where(self) -> str:
        return f"within {reach(self.radius)} of the given point"

    def _curvature(self) -> str:
        return f"Hessian eigenvalues >= {at_least(self.hessian_lower_bound)}"


@dataclass(frozen=True, slots=True)
class Saddle(CriticalPoint):
    """A saddle; the radius is the largest difference of an entry."""

    negative_curvature: Fraction
    """The smallest eigenvalue of the Hessian at the critical point is at most this."""
    positive_curvature: Fraction
    """The largest eigenvalue of the Hessian at the critical point is at least this."""
    inertia: tuple[int, int] | None
    """Where decided: how many eigenvalues are negative and how many positive, in the given input dimension."""

    def _where(self) -> str:
        return f"with every entry within {reach(self.radius)} of the given point's"

    def _curvature(self) -> str:
        down, up = at_most(self.negative_curvature), at_least(self.positive_curvature)
        bounds = f"one Hessian eigenvalue <= {down} and one >= {up}"
        if self.inertia is None:
            return bounds
        negative, positive = self.inertia
        setting = self.landscape.setting(every_dimension=False)
        return f"{bounds} ({negative} negative, {positive} positive for {setting})"


class InputDimension:
    """d, or {"at_least": d} for every input dimension from d on: d is the landscape's, and is known."""

    words = "JSON integer or object"

    def read(self, field: Field, known: Known) -> bool:
        """Whether every input dimension is meant."""
        every = isinstance(field.content, dict)
        dimension = known["landscape"].input_dimension
        (field.fields(["at_least"])["at_least"] if every else field).count(dimension, dimension)
        return every

    def write(self, value: tuple[int, bool]) -> object:
        """From d and whether every input dimension is meant."""
        dimension, every = value
        return {"at_least": dimension} if every else dimension

    def json_schema(self) -> Json:
        """An integer, or an object with one."""
        count = Count(1, MAX_UNKNOWNS).json_schema()
        every = {"type": "object", "properties": {"at_least": count}, "required": ["at_least"]}
        return {"oneOf": [count, {**every, "additionalProperties": False}]}


INPUT_DIMENSION = Row(
    "input_dimension",
    InputDimension(),
    'd, or `{"at_least": d}` with this same d',
    into="every_dimension",
    of=lambda statement: (statement.landscape.input_dimension, statement.every_dimension),
)


def shape(known: Known) -> tuple[int, int]:
    """Of a point of the landscape."""
    rows, columns = known["landscape"].shape
    return rows, columns


def region(
    name: str,
    size: Callable[[Known], tuple[int, int]] = shape,
    center: str = "c, n rows and d columns",
    radius: str = "r > 0",
) -> Row:
    """The ball or the box around the given point, whose size is known."""
    rows = Row("shape", Constant(name)), Row("center", matrix(size), center), Row("radius", POSITIVE, radius)
    return Row("region", Table(None, rows), "exactly `shape`, `center`, `radius`")


VALUE = Row("value", BOUNDS, "l, u with l <= u")


def near(landscape: Type, *more: Row) -> Variants:
    """Statements about a critical point of a landscape near a given point; `more`: rows after the property."""

    def table(make: Callable[..., CriticalPoint], names: Sequence[str], where: str, *own: Row | Refusal) -> Table:
        about = Row("landscape", landscape, "[above](#the-landscape); fixes n, k, d"), Row("property", text(*names))
        return Table(make, (*about, *more, region(where), VALUE, *own))

    inertia = ListOf(Count(1, _unknowns), 2, 2, "list of 2 JSON integers")
    minimum = table(partial(_made, Minimum), MINIMA, "ball", Row("hessian_lower_bound", POSITIVE, "m > 0"))
    saddle = table(
        partial(_made, Saddle),
        ["saddle"],
        "box",
        Row("negative_curvature", NEGATIVE, "a < 0"),
        Row("positive_curvature", POSITIVE, "b > 0"),
        Row("inertia", inertia, "N-, N+ >= 1 with N- + N+ = n d", optional=True),
        Refusal("inertia", _does_not_add_up),
    )
    return Variants("property", {**dict.fromkeys(MINIMA, minimum), "saddle": saddle})


def _made(make: Callable[..., CriticalPoint], *, every_dimension: bool = False, **values: Any) -> CriticalPoint:
    """A landscape without an input dimension has no other."""
    return make(every_dimension=every_dimension, **values)


def _unknowns(known: Known) -> int:
    return prod(shape(known))


def _does_not_add_up(known: Known) -> str | None:
    if known["inertia"] is None or sum(known["inertia"]) == _unknowns(known):
        return None
    return f"does not add up to the {_unknowns(known)} unknowns"


STATEMENT = near(LANDSCAPE, INPUT_DIMENSION)


@dataclass(frozen=True, slots=True)
class MinimumWitness(Witness):
    """For a local minimum."""

    better_point: Matrix | None = None
    """A point of smaller loss; None appeals to realisability (and is all that a strict minimum needs)."""


@dataclass(frozen=True, slots=True)
class SaddleWitness(Witness):
    """For a saddle."""

    negative_direction: Matrix
    """Not zero: a direction of negative curvature."""
    positive_direction: Matrix
    """Not zero: a direction of positive curvature."""


_POINT = matrix(lambda known: known["statement"].landscape.shape)
_DIRECTION = Where(_POINT, lambda direction: any(map(any, direction)), "is zero", "matrix")
WITNESS = Choice(
    {
        "strict-local-minimum": Table(MinimumWitness, (PRECISION,)),
        "spurious-local-minimum": Table(
            MinimumWitness, (PRECISION, Row("better_point", _POINT, "W', n rows and d columns", optional=True))
        ),
        "saddle": Table(
            SaddleWitness,
            (
                PRECISION,
                Row("negative_direction", _DIRECTION, "z, n rows and d columns, not zero"),
                Row("positive_direction", _DIRECTION, "z', n rows and d columns, not zero"),
            ),
        ),
    },
    lambda field, known: str(known["statement"].property),
    lambda witness: "saddle" if isinstance(witness, SaddleWitness) else "spurious-local-minimum",
)
