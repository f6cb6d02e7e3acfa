"""Statements about one critical point of a landscape near a given point."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, reach
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.statements.landscape import Landscape
from verify.checker.statements.teacher_student import TeacherStudentLandscape

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


def read_statement(field: Field) -> Minimum | Saddle:
    """Read the `statement` of a certificate about a teacher-student landscape."""
    dimension = field.member("input_dimension")
    landscape = TeacherStudentLandscape.read(field.member("landscape"))
    return read_near(field, landscape, ["input_dimension"], _read_every_dimension(dimension, landscape.input_dimension))


def read_near(
    field: Field, landscape: Landscape, more: Sequence[str] = (), every_dimension: bool = False
) -> Minimum | Saddle:
    """Read a statement about a critical point of a landscape; `more`: members that the caller reads."""
    name = field.member("property").text(*PROPERTIES)
    is_minimum = name in MINIMA
    own = ["hessian_lower_bound"] if is_minimum else ["negative_curvature", "positive_curvature"]
    parts = field.fields(["landscape", "property", *more, "region", "value", *own], [] if is_minimum else ["inertia"])
    region = parts["region"].fields(["shape", "center", "radius"])
    region["shape"].text("ball" if is_minimum else "box")
    common = (
        landscape,
        name,
        every_dimension,
        region["center"].matrix(*landscape.shape),
        read_sign(region["radius"]),
        read_bounds(parts["value"]),
    )
    if is_minimum:
        return Minimum(*common, hessian_lower_bound=read_sign(parts["hessian_lower_bound"]))
    inertia = None
    if "inertia" in parts:
        unknowns = landscape.shape[0] * landscape.shape[1]
        negative, positive = (number.count(1, unknowns) for number in parts["inertia"].items(2, 2))
        if negative + positive != unknowns:
            parts["inertia"].fail(f"does not add up to the {unknowns} unknowns")
        inertia = negative, positive
    return Saddle(
        *common,
        negative_curvature=read_sign(parts["negative_curvature"], negative=True),
        positive_curvature=read_sign(parts["positive_curvature"]),
        inertia=inertia,
    )


def read_bounds(field: Field) -> tuple[Fraction, Fraction]:
    """Read a lower and an upper bound."""
    lower, upper = (bound.number() for bound in field.items(2, 2))
    if lower > upper:
        field.fail("the lower bound is above the upper bound")
    return lower, upper


def _read_every_dimension(field: Field, dimension: int) -> bool:
    every = isinstance(field.content, dict)
    count = field.fields(["at_least"])["at_least"] if every else field
    count.count(dimension, dimension)
    return every


def read_sign(field: Field, *, negative: bool = False) -> Fraction:
    """Read a positive, or a negative, number."""
    number = field.number()
    if number == 0 or (number < 0) != negative:
        field.fail(f"must be {'negative' if negative else 'positive'}")
    return number
