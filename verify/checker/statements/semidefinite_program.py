"""Statements about the value of a semidefinite program that a data file gives."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import SHOWN_DIGITS, at_least, at_most, written
from verify.checker.core.limits import MAX_BLOCKS, MAX_TOTAL_ORDER, MAX_VARIABLES
from verify.checker.core.reader import Field
from verify.checker.core.sdpa import Block
from verify.checker.core.statement import Statement
from verify.checker.statements.data_file import DataFile

PROPERTIES = ("sdp-lower-bound", "sdp-upper-bound", "sdp-infeasible")
SIDES = ("inequality", "equality")

LISTED = 8
"""Variables whose intervals are printed one by one."""

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Program:
    """inf c.x subject to sum x_i F_i - F_0 positive semidefinite, with the numbers of a data file."""

    data: DataFile
    variables: int
    """m; the file must have as many."""
    blocks: tuple[Block, ...]
    """The file must have these."""
    equalities: frozenset[int]
    """Diagonal blocks, from 0, that are to be zero instead of nonnegative."""

    @classmethod
    def read(cls, field: Field) -> Program:
        """Read `statement.landscape`."""
        parts = field.fields(["kind", "data", "variables", "blocks"], ["equalities"])
        parts["kind"].text("semidefinite-program")
        orders = [entry.count(-MAX_TOTAL_ORDER, MAX_TOTAL_ORDER) for entry in parts["blocks"].items(1, MAX_BLOCKS)]
        if 0 in orders or sum(map(abs, orders)) > MAX_TOTAL_ORDER:
            parts["blocks"].fail(f"must be orders other than 0 that add up to at most {MAX_TOTAL_ORDER}")
        equalities: frozenset[int] = frozenset()
        if "equalities" in parts:
            numbers = [entry.count(1, len(orders)) for entry in parts["equalities"].items(1, len(orders))]
            equalities = frozenset(number - 1 for number in numbers)
            if len(equalities) != len(numbers) or any(orders[number] > 0 for number in equalities):
                parts["equalities"].fail("must be numbers of different diagonal blocks")
        return cls(
            DataFile.read(parts["data"]),
            parts["variables"].count(1, MAX_VARIABLES),
            tuple(Block(abs(order), order < 0) for order in orders),
            equalities,
        )

    @builtins.property
    def zero_blocks(self) -> str:
        """The numbers of the zero blocks, counted from 1; empty if there are none."""
        return ", ".join(str(number + 1) for number in sorted(self.equalities))

    def describe(self) -> str:
        """The sizes in words."""
        counted: list[str] = []
        for number, block in enumerate(self.blocks):
            kind = "zero" if number in self.equalities else "diagonal" if block.diagonal else "dense"
            counted.append(f"{block.order} ({kind})")
        shown = ", ".join(counted[:8]) + (f" and {len(counted) - 8} more" if len(counted) > 8 else "")
        return f"m = {self.variables} variables, blocks of order {shown}"


@dataclass(frozen=True, slots=True)
class SemidefiniteStatement(Statement):
    """What is claimed of a program's value or feasibility."""

    landscape: Program
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one program."""
        return f"one instance: {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """The program in words."""
        data, zero = self.landscape.data, ""
        if self.landscape.equalities:
            zero = f" (and zero in the diagonal blocks {self.landscape.zero_blocks}, where Y is free)"
        return (
            f"the program is inf c.x over the x in R^m with x_1 F_1 + ... + x_m F_m - F_0 positive semidefinite{zero}; "
            "its dual is sup <F_0, Y> over the positive semidefinite Y with <F_i, Y> = c_i; c and F_0, ..., F_m are "
            f"the numbers of the file in the SDPA sparse format whose SHA-256 digest is {data.sha256}"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        data = self.landscape.data
        return (
            f"In the semidefinite program of the data file with SHA-256 {data.sha256[:16]}... "
            f"(the certificate calls it {data.name}){self._zero_blocks()}, {self._claim()}."
        )

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        return f"{self.property}: {self._claim()}{self._zero_blocks()}"

    def _zero_blocks(self) -> str:
        numbers = self.landscape.zero_blocks
        return f", with X required to be zero, and Y free, in the diagonal blocks {numbers}" if numbers else ""

    def _claim(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class LowerBound(SemidefiniteStatement):
    """c.x >= bound for every feasible x (within the box, where one is given)."""

    bound: Fraction
    box: tuple[Interval, ...] | None
    """(m,) intervals in which the variables are known to lie."""

    def _claim(self) -> str:
        box = "" if self.box is None else f" among those with {_described(self.box)}"
        return f"c.x >= {at_least(self.bound, 12)} for every feasible x{box}"


@dataclass(frozen=True, slots=True)
class UpperBound(SemidefiniteStatement):
    """Some feasible x has c.x <= bound."""

    bound: Fraction

    def _claim(self) -> str:
        return f"some feasible x has c.x <= {at_most(self.bound, 12)}"


@dataclass(frozen=True, slots=True)
class Infeasible(SemidefiniteStatement):
    """No x is feasible (the side of the inequality), or no Y is (the side of the equalities)."""

    side: str

    def _claim(self) -> str:
        if self.side == "inequality":
            return "no x is feasible"
        return "no Y is feasible for the dual"


def read_statement(field: Field) -> SemidefiniteStatement:
    """Read a certificate's `statement`."""
    name = field.member("property").text(*PROPERTIES)
    if name == "sdp-infeasible":
        parts = field.fields(["landscape", "property", "side"])
        return Infeasible(Program.read(parts["landscape"]), name, side=parts["side"].text(*SIDES))
    parts = field.fields(["landscape", "property", "bound"], ["box"] if name == "sdp-lower-bound" else [])
    program, bound = Program.read(parts["landscape"]), parts["bound"].number()
    if name == "sdp-upper-bound":
        return UpperBound(program, name, bound)
    return LowerBound(program, name, bound, _read_box(parts["box"], program.variables) if "box" in parts else None)


def _described(box: tuple[Interval, ...]) -> str:
    """The bounds of the variables, rounded inwards: the claim is about no more than the box."""
    intervals = list(dict.fromkeys(box))
    if len(intervals) > 1 and len(box) > LISTED:
        return "x_i within the i-th of the intervals that the certificate gives, for every i"
    if len(intervals) == 1:
        return _between("x_i", *intervals[0]) + " for every i"
    return " and ".join(_between(f"x_{number}", *interval) for number, interval in enumerate(box, start=1))


def _between(name: str, low: Fraction, high: Fraction) -> str:
    if low == -high:
        return f"|{name}| <= {_inner(high, at_least)}"
    lower, upper = _inner(low, at_most), _inner(high, at_least)
    if Fraction(at_most(low, 12)) > Fraction(at_least(high, 12)):  # so narrow that nothing would be left of it
        lower, upper = written(low), written(high)
    return f"{lower} <= {name} <= {upper}"


def _inner(bound: Fraction, rounded: Callable[[Fraction, int], str]) -> str:
    exact = written(bound)
    return exact if len(exact) <= SHOWN_DIGITS else rounded(bound, 12)


def _read_box(field: Field, variables: int) -> tuple[Interval, ...]:
    box: list[Interval] = []
    for entry in field.items(variables, variables):
        low, high = entry.vector(2)
        if low > high:
            entry.fail("the lower bound is above the upper bound")
        box.append((low, high))
    return tuple(box)
