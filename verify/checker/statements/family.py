"""Statements about one critical point for every k >= k0, of students with a given symmetry.

What makes them checkable are boxes around a branch of critical points. In the scaled variable s = k^(-1/2) each of
the student's values has a polynomial in s, a radius and an exponent: the box at s has all values within radius
s^exponent of the polynomial. It is looked at piece by piece. The k that no piece reaches are instances, each with
numbers and radii of its own.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import within
from verify.checker.core.limits import MAX_EXPONENT_OF_S, MAX_FIXED_COORDINATES, MAX_PARTS, MAX_TERMS, MIN_TERMS
from verify.checker.core.reader import Field
from verify.checker.core.schema import (
    NUMBER,
    POSITIVE,
    Constant,
    Count,
    Known,
    Leaf,
    ListOf,
    Word,
    exactly,
    vector,
    where,
)
from verify.checker.core.statement import Statement, statement_of
from verify.checker.core.table import Listed, Refusal, Row, Table, values
from verify.checker.core.witness import Witness, witness_of
from verify.checker.losses.one_large_group import OneLargeGroup
from verify.checker.statements.teacher_student import LOSS

KIND = "population-teacher-student-family"
MAX_K = 10**9
LEAST_LARGE_GROUP = 5
"""From this size on the group of permuted coordinates has all the representations that the blocks are made of."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is claimed for every k from `first` to `last`."""

    first: int
    last: int | None
    """None: there is no last one."""
    loss: tuple[Fraction, Fraction]
    """Encloses the loss at the critical point, times the statement's power of k."""
    eigenvalue: tuple[Fraction, Fraction]
    """Encloses the smallest eigenvalue of the Hessian there, in every input dimension d >= k."""

    def describe(self) -> str:
        """The k that these are about."""
        if self.last is None:
            return f"k >= {self.first}"
        return f"k = {self.first}" if self.first == self.last else f"{self.first} <= k <= {self.last}"


@dataclass(frozen=True, slots=True)
class Family(Statement):
    """For every k >= k0 and d >= k: a strict local minimum that is not global, with a given symmetry."""

    property: str
    extra_neurons: int
    """n - k."""
    fixed_coordinates: int
    """All coordinates but these may be permuted, together with their neurons, without changing the student."""
    loss_power: int
    """The bounds are of k^p F."""
    bounds: tuple[Bounds, ...]
    """They follow each other; the first begins with k0, the last has no end."""

    @builtins.property
    def least(self) -> int:
        """k0."""
        return self.bounds[0].first

    @builtins.property
    def type(self) -> OneLargeGroup:
        """The students of this symmetry."""
        return OneLargeGroup(self.fixed_coordinates, self.fixed_coordinates + self.extra_neurons)

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: a theorem for all sizes."""
        return f"every k >= {self.least}, n = {self._neurons()}, every input dimension d >= k"

    definition = LOSS.format("ReLU")
    """What the sentence's words stand for."""

    def bounds_between(self, least: Fraction | int, most: Fraction | int | None) -> list[Bounds]:
        """What is claimed of some k from `least` to `most`, or on without end."""
        return [
            entry
            for entry in self.bounds
            if (most is None or entry.first <= most) and (entry.last is None or entry.last >= least)
        ]

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        group = f"k - {self.fixed_coordinates}" if self.fixed_coordinates else "the k"
        last = self.bounds[-1]
        return (
            f"For every k >= {self.least} and every input dimension d >= k, the population loss F of {self._neurons()} "
            f"ReLU student neurons and a teacher of k orthonormal neurons has a strict local minimum that is not "
            f"global. It is invariant under the permutations of {group} coordinates; {self.numbers(self.bounds)}; "
            f"for {last.describe()}, {self.numbers((last,))}."
        )

    def _neurons(self) -> str:
        return f"k + {self.extra_neurons}" if self.extra_neurons else "k"

    def numbers(self, bounds: tuple[Bounds, ...]) -> str:
        """Enclosures of the loss and of the smallest eigenvalue that hold for all of these ranges of k."""
        loss = min(entry.loss[0] for entry in bounds), max(entry.loss[1] for entry in bounds)
        smallest = min(entry.eigenvalue[0] for entry in bounds), max(entry.eigenvalue[1] for entry in bounds)
        name = "k F" if self.loss_power else "F"
        return f"{name} is in {within(loss)} and the smallest Hessian eigenvalue in {within(smallest)}"


def _gap(known: Known) -> str | None:
    before, first = known["before"], known["first"]
    if not before or first == (before[-1].last or 0) + 1:
        return None
    return f"is {first}, but the entry before ends with {before[-1].last}"


def _read_last(field: Field, known: Known) -> int | None:
    """The last k of a range: a number, but for the last range, which has none."""
    if len(known["before"]) + 1 < known["length"]:
        return field.count(int(known["first"]), MAX_K)
    field.text("infinity")
    return None


_POSITIVE_BOUNDS = where(
    vector(2), lambda ends: 0 < ends[0] <= ends[1], "must be two positive numbers, the lower bound first"
)
_FIRST = Count(lambda known: int(known["fixed_coordinates"] + LEAST_LARGE_GROUP), MAX_K)
_RANGE = Listed.of(values, Row("first", _FIRST), Refusal("first", _gap), Row("last", Leaf("last k", _read_last)))
BOUNDS = Table.of(
    Bounds,
    Row("k", _RANGE),
    Row("loss", _POSITIVE_BOUNDS),
    Row("smallest_eigenvalue", _POSITIVE_BOUNDS, into="eigenvalue"),
)
_LANDSCAPE = Table.of(
    values,
    Row("kind", Constant(KIND)),
    Row("activation", Constant("relu")),
    Row("teacher", Table.of(values, Row("orthonormal", Constant("k")))),
    Row("neurons", Word({"k": 0, "k+1": 1}), into="extra_neurons"),
)
STATEMENT = statement_of(
    Family,
    _LANDSCAPE,
    "spurious-local-minimum",
    Row("input_dimension", Table.of(values, Row("at_least", Constant("k")))),
    Row("symmetry", Table.of(values, Row("fixed_coordinates", Count(0, MAX_FIXED_COORDINATES)))),
    Row("loss_power", Count(0, 1)),
    Row("bounds", ListOf(BOUNDS, 1, MAX_PARTS)),
)


@dataclass(frozen=True, slots=True)
class Instance:
    """A box for one k."""

    k: int
    values: tuple[Fraction, ...]
    radii: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """The numbers s of [start, end]."""

    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class FamilyWitness(Witness):
    """Pieces that cover [0, end], and an instance for each k that they do not reach."""

    terms: int
    """How many terms of a series are kept: a hint."""
    values: tuple[tuple[Fraction, ...], ...]
    """For each of the student's values the coefficients of s^0, s^1, ..."""
    radii: tuple[Fraction, ...]
    """In units of s^exponent."""
    exponents: tuple[int, ...]
    end: Fraction
    pieces: tuple[Piece, ...]
    instances: tuple[Instance, ...]


def _entries(known: Known) -> int:
    return len(known["statement"].type.entries)


_RADII = exactly(_entries, POSITIVE)
_PIECE = Table.of(Piece, Row("from", NUMBER, into="start"), Row("to", NUMBER, into="end"))
_INSTANCE = Table.of(Instance, Row("k", Count(1, MAX_K)), Row("values", vector(_entries)), Row("radii", _RADII))
WITNESS = witness_of(
    FamilyWitness,
    Row("terms", Count(MIN_TERMS, MAX_TERMS)),
    Row("values", exactly(_entries, ListOf(NUMBER, 1, MAX_TERMS))),
    Row("radii", _RADII),
    Row("exponents", exactly(_entries, Count(0, MAX_EXPONENT_OF_S))),
    Row("end", POSITIVE),
    Row("pieces", ListOf(_PIECE, 1, MAX_PARTS)),
    Row("instances", ListOf(_INSTANCE, 0, MAX_PARTS)),
)
