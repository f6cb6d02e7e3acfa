"""Statements about the value of a semidefinite program that a data file gives."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import SHOWN_DIGITS, Matrix, at_least, at_most, written
from verify.checker.core.limits import MAX_BLOCKS, MAX_TOTAL_ORDER, MAX_VARIABLES
from verify.checker.core.schema import (
    BOUNDS,
    NUMBER,
    Choice,
    Constant,
    Converted,
    Count,
    Known,
    ListOf,
    Unless,
    any_matrix,
    exactly,
    text,
    triangle,
    vector,
)
from verify.checker.core.sdpa import Block
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.data_file import DATA_FILE, DataFile
from verify.checker.statements.landscape import AboutLandscape

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

    @builtins.property
    def definition(self) -> str:
        """The program in words."""
        zero = f" (and zero in the diagonal blocks {self.zero_blocks}, where Y is free)" if self.equalities else ""
        return (
            f"the program is inf c.x over the x in R^m with x_1 F_1 + ... + x_m F_m - F_0 positive semidefinite{zero}; "
            "its dual is sup <F_0, Y> over the positive semidefinite Y with <F_i, Y> = c_i; c and F_0, ..., F_m are "
            f"the numbers of the file in the SDPA sparse format whose SHA-256 digest is {self.data.sha256}"
        )

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return (
            f"In the semidefinite program of the data file with SHA-256 {self.data.sha256[:16]}... "
            f"(the certificate calls it {self.data.name}){self.requirement()},"
        )

    def requirement(self) -> str:
        """What is required of the zero blocks, if there are any."""
        numbers = self.zero_blocks
        return f", with X required to be zero, and Y free, in the diagonal blocks {numbers}" if numbers else ""

    def scope(self) -> str:
        """What a proof about it covers: one program."""
        return f"one instance: {self.describe()}"


@dataclass(frozen=True, slots=True)
class SemidefiniteStatement(AboutLandscape[Program]):
    """What is claimed of a program's value or feasibility."""


@dataclass(frozen=True, slots=True)
class LowerBound(SemidefiniteStatement):
    """c.x >= bound for every feasible x (within the box, where one is given)."""

    bound: Fraction
    box: tuple[Interval, ...] | None
    """(m,) intervals in which the variables are known to lie."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        box = "" if self.box is None else f" among those with {_described(self.box)}"
        return f"c.x >= {at_least(self.bound, 12)} for every feasible x{box}"


@dataclass(frozen=True, slots=True)
class UpperBound(SemidefiniteStatement):
    """Some feasible x has c.x <= bound."""

    bound: Fraction

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        return f"some feasible x has c.x <= {at_most(self.bound, 12)}"


@dataclass(frozen=True, slots=True)
class Infeasible(SemidefiniteStatement):
    """No x is feasible (the side of the inequality), or no Y is (the side of the equalities)."""

    side: str

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        if self.side == "inequality":
            return "no x is feasible"
        return "no Y is feasible for the dual"


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


@dataclass(frozen=True, slots=True)
class PointWitness(Witness):
    """A point, or a direction, on the side of the inequality."""

    point: tuple[Fraction, ...]
    """x, (m,)."""


@dataclass(frozen=True, slots=True)
class Diagonal:
    """A diagonal block."""

    entries: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class DualWitness(Witness):
    """A block-diagonal symmetric matrix Y on the side of the equalities, near which one is feasible."""

    blocks: tuple[Matrix | Diagonal, ...]
    """A block that is not diagonal by its lower triangle."""
    frame: tuple[Matrix, ...] = ()
    """Per block V, (n, r), where Y is V times the block given times V^T, and () where it is the block given; or ()."""

    @builtins.property
    def dual(self) -> tuple[Matrix, ...]:
        """Y: per block the lower triangle, or one row with the diagonal of a diagonal block."""
        return tuple((block.entries,) if isinstance(block, Diagonal) else block for block in self.blocks)


def _blocks(known: Known) -> int:
    return len(known["blocks"])


def _equalities_refused(numbers: tuple[int, ...], known: Known) -> str | None:
    diagonal = all(known["blocks"][number - 1].diagonal for number in numbers)
    return None if diagonal and len(set(numbers)) == len(numbers) else "must be numbers of different diagonal blocks"


def _blocks_refused(blocks: tuple[Block, ...], known: Known) -> str | None:
    is_allowed = all(block.order for block in blocks) and sum(block.order for block in blocks) <= MAX_TOTAL_ORDER
    return None if is_allowed else f"must be orders other than 0 that add up to at most {MAX_TOTAL_ORDER}"


ORDER = Converted(Count(-MAX_TOTAL_ORDER, MAX_TOTAL_ORDER), lambda order: Block(abs(order), order < 0))
EQUALITIES = Converted(
    Unless(ListOf(Count(1, _blocks), 1, _blocks), _equalities_refused),
    lambda numbers: frozenset(number - 1 for number in numbers),
)
PROGRAM = Table.of(
    Program,
    Row("kind", Constant("semidefinite-program")),
    Row("data", DATA_FILE),
    Row("variables", Count(1, MAX_VARIABLES)),
    Row("blocks", Unless(ListOf(ORDER, 1, MAX_BLOCKS), _blocks_refused)),
    Row("equalities", EQUALITIES, optional=True, absent=frozenset()),
)


BOX = exactly(lambda known: known["landscape"].variables, BOUNDS)
CLAIMS = (
    statement_of(LowerBound, PROGRAM, "sdp-lower-bound", Row("bound", NUMBER), Row("box", BOX, optional=True)),
    statement_of(UpperBound, PROGRAM, "sdp-upper-bound", Row("bound", NUMBER)),
    statement_of(Infeasible, PROGRAM, "sdp-infeasible", Row("side", text(*SIDES))),
)
STATEMENT = Variants("property", dict(zip(PROPERTIES, CLAIMS, strict=True)))


def _witness(known: Known) -> type[Witness]:
    match known["statement"]:
        case UpperBound() | Infeasible(side="equality"):
            return PointWitness
    return DualWitness


def _block(known: Known) -> Block:
    block: Block = known["statement"].landscape.blocks[len(known["before"])]
    return block


def _order(known: Known) -> int:
    """Of the next dense block of the witness."""
    frame = known["frame"]
    rows = frame[len(known["before"])] if frame else ()
    return len(rows[0]) if rows else _block(known).order


def _frame_refused(rows: Matrix, known: Known) -> str | None:
    order = _block(known).order
    if rows and _block(known).diagonal:
        return "must be an empty list, as the block is diagonal"
    is_allowed = not rows or (len(rows) == order and len(rows[0]) <= order)
    return None if is_allowed else f"must have 0 or {order} rows, of at most {order} numbers"


POINT = vector(lambda known: known["statement"].landscape.variables)
FRAME = exactly(
    lambda known: len(known["statement"].landscape.blocks),
    Unless(any_matrix(MAX_TOTAL_ORDER, MAX_TOTAL_ORDER, least=0), _frame_refused),
)
DENSE = triangle(_order)
DIAGONAL = Converted(vector(lambda known: _block(known).order), Diagonal)
BLOCK: Choice[bool, Matrix | Diagonal] = Choice(
    {False: DENSE, True: DIAGONAL}, lambda field, known: _block(known).diagonal
)
DUAL = exactly(lambda known: len(known["statement"].landscape.blocks), BLOCK)
WITNESS = Choice(
    {
        PointWitness: witness_of(PointWitness, Row("point", POINT)),
        DualWitness: witness_of(
            DualWitness, Row("frame", FRAME, optional=True, absent=()), Row("dual", DUAL, into="blocks")
        ),
    },
    lambda field, known: _witness(known),
)
