"""Statements about one critical point of a landscape near a given point."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

from verify.checker.core.exact import Matrix, at_least, at_most, reach, within
from verify.checker.core.reader import Field
from verify.checker.core.schema import NEGATIVE, POSITIVE, Choice, Count, Known, Leaf, Type, exactly
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import DIRECTION, POINT, VALUE, AboutLandscape, Landscape, region, shape
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
class CriticalPoint(AboutLandscape[Landscape]):
    """A critical point of a landscape near a given point; the subclasses say what it is."""

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

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"{self.landscape.subject(every_dimension=self.every_dimension)} has {KINDS[self.property]}, "
            f"{self.where()}, with loss in {within(self.value, 8)} and {self.curvature()}."
        )

    def where(self) -> str:
        """How near the given point it is."""
        raise NotImplementedError

    def curvature(self) -> str:
        """What is said of the Hessian."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Minimum(CriticalPoint):
    """A strict local minimum; the radius is a Euclidean distance in R^(n d)."""

    hessian_lower_bound: Fraction
    """Every eigenvalue of the Hessian is at least this, everywhere within the radius.

    In a higher input dimension: at the points of that ball, padded with zeros.
    """

    def where(self) -> str:
        """How near the given point it is."""
        return f"within {reach(self.radius)} of the given point"

    def curvature(self) -> str:
        """What is said of the Hessian."""
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

    def where(self) -> str:
        """How near the given point it is."""
        return f"with every entry within {reach(self.radius)} of the given point's"

    def curvature(self) -> str:
        """What is said of the Hessian."""
        down, up = at_most(self.negative_curvature), at_least(self.positive_curvature)
        bounds = f"one Hessian eigenvalue <= {down} and one >= {up}"
        if self.inertia is None:
            return bounds
        negative, positive = self.inertia
        setting = self.landscape.setting()
        return f"{bounds} ({negative} negative, {positive} positive for {setting})"


def _input_dimension(field: Field, known: Known) -> bool:
    """d, or {"at_least": d} for every input dimension from d on, which is meant then: d is the landscape's."""
    every = isinstance(field.content, dict)
    dimension = known["landscape"].input_dimension
    (field.fields(["at_least"])["at_least"] if every else field).count(dimension, dimension)
    return every


INPUT_DIMENSION = Row("input_dimension", Leaf("input dimension", _input_dimension), into="every_dimension")


def near(landscape: Type[Landscape], *more: Row) -> Variants[CriticalPoint]:
    """Statements about a critical point of a landscape near a given point; `more`: rows after the property."""

    def table(
        make: Callable[..., CriticalPoint], names: Sequence[str], where: str, *own: Row | Refusal
    ) -> Table[CriticalPoint]:
        return statement_of(partial(_made, make), landscape, names, *more, region(where), VALUE, *own)

    minimum = table(Minimum, MINIMA, "ball", Row("hessian_lower_bound", POSITIVE))
    saddle = table(
        Saddle,
        ["saddle"],
        "box",
        Row("negative_curvature", NEGATIVE),
        Row("positive_curvature", POSITIVE),
        Row("inertia", exactly(2, Count(1, _unknowns)), optional=True),
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


WITNESS = Choice(
    {
        "spurious-local-minimum": witness_of(MinimumWitness, Row("better_point", POINT, optional=True)),
        "strict-local-minimum": witness_of(MinimumWitness),
        "saddle": witness_of(SaddleWitness, Row("negative_direction", DIRECTION), Row("positive_direction", DIRECTION)),
    },
    lambda field, known: str(known["statement"].property),
)
