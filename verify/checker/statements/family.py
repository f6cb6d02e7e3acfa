"""Statements about one critical point for every k >= k0, of students with a given symmetry."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import at_least, at_most
from verify.checker.core.limits import MAX_FIXED_COORDINATES, MAX_PARTS
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
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

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return LOSS.format("ReLU")

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
            f"global. It is invariant under the permutations of {group} coordinates; {self._numbers(self.bounds)}; "
            f"for {last.describe()}, {self._numbers((last,))}."
        )

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        return f"{self.property} (every k >= {self.least}, d >= k), {self._numbers(self.bounds)}"

    def _neurons(self) -> str:
        return f"k + {self.extra_neurons}" if self.extra_neurons else "k"

    def _numbers(self, bounds: tuple[Bounds, ...]) -> str:
        loss = "k F" if self.loss_power else "F"
        values = [
            (at_least(min(low)), at_most(max(high)))
            for low, high in (
                ([entry.loss[0] for entry in bounds], [entry.loss[1] for entry in bounds]),
                ([entry.eigenvalue[0] for entry in bounds], [entry.eigenvalue[1] for entry in bounds]),
            )
        ]
        (loss_low, loss_high), (low, high) = values
        return f"{loss} is in [{loss_low}, {loss_high}] and the smallest Hessian eigenvalue in [{low}, {high}]"


def read_statement(field: Field) -> Family:
    """Read a certificate's `statement`."""
    parts = field.fields(["landscape", "property", "input_dimension", "symmetry", "loss_power", "bounds"])
    landscape = parts["landscape"].fields(["kind", "activation", "teacher", "neurons"])
    landscape["kind"].text(KIND)
    landscape["activation"].text("relu")
    landscape["teacher"].fields(["orthonormal"])["orthonormal"].text("k")
    parts["input_dimension"].fields(["at_least"])["at_least"].text("k")
    symmetry = parts["symmetry"].fields(["fixed_coordinates"])
    return Family(
        property=parts["property"].text("spurious-local-minimum"),
        extra_neurons=("k", "k+1").index(landscape["neurons"].text("k", "k+1")),
        fixed_coordinates=(fixed := symmetry["fixed_coordinates"].count(0, MAX_FIXED_COORDINATES)),
        loss_power=parts["loss_power"].count(0, 1),
        bounds=_read_bounds(parts["bounds"], fixed + LEAST_LARGE_GROUP),
    )


def _read_bounds(field: Field, least: int) -> tuple[Bounds, ...]:
    bounds: list[Bounds] = []
    entries = field.items(1, MAX_PARTS)
    for index, entry in enumerate(entries):
        members = entry.fields(["k", "loss", "smallest_eigenvalue"])
        first, last = members["k"].items(2, 2)
        start = first.count(least, MAX_K)
        if bounds and start != (bounds[-1].last or 0) + 1:
            first.fail(f"is {start}, but the entry before ends with {bounds[-1].last}")
        if index == len(entries) - 1:
            end = None
            last.text("infinity")
        else:
            end = last.count(start, MAX_K)
        bounds.append(Bounds(start, end, _interval(members["loss"]), _interval(members["smallest_eigenvalue"])))
    return tuple(bounds)


def _interval(field: Field) -> tuple[Fraction, Fraction]:
    """Two positive numbers in order."""
    low, high = (bound.number() for bound in field.items(2, 2))
    if not 0 < low <= high:
        field.fail("must be two positive numbers, the lower bound first")
    return low, high
