"""Semidefinite programs in the SDPA sparse format: the bytes of a file -> exact numbers, or the line that is wrong.

The file gives m, the blocks' orders (negative for a diagonal block), c_1, ..., c_m, and the entries of the
symmetric block-diagonal matrices F_0, ..., F_m, and means

    inf c.x   subject to   X = x_1 F_1 + ... + x_m F_m - F_0 positive semidefinite,
    sup <F_0, Y>   subject to   <F_i, Y> = c_i for i = 1, ..., m and Y positive semidefinite.

Decimal numbers are read as the rational numbers that they write. What a lenient reader would guess at (an
entry given twice, an entry off the diagonal of a diagonal block, too many numbers) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NoReturn

from flint import fmpq

from verify.checker.core.limits import (
    MAX_BLOCKS,
    MAX_DECIMAL_EXPONENT,
    MAX_DECIMAL_LENGTH,
    MAX_TOTAL_ORDER,
    MAX_VARIABLES,
)
from verify.checker.core.reader import NotACertificate

Entries = dict[tuple[int, int], Fraction]
"""A symmetric matrix: (i, j) with i >= j, from 0, to the entry; zeros are left out."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eEdD]([+-]?[0-9]{1,9}))?", re.ASCII)
_PUNCTUATION = str.maketrans(",(){}", "     ")


@dataclass(frozen=True, slots=True)
class Block:
    """One diagonal block of the matrices."""

    order: int
    diagonal: bool
    """Only the diagonal counts: `order` linear inequalities."""


@dataclass(frozen=True)
class SemidefiniteProgram:
    """inf c.x subject to sum x_i F_i - F_0 positive semidefinite."""

    objective: tuple[Fraction, ...]
    """c, (m,)."""
    blocks: tuple[Block, ...]
    matrices: tuple[dict[int, Entries], ...]
    """F_0, ..., F_m: block number, from 0, to its entries; blocks that are zero are left out."""

    @property
    def variables(self) -> int:
        """The number m."""
        return len(self.objective)

    @cached_property
    def rationals(self) -> tuple[dict[int, list[tuple[int, int, fmpq, int]]], ...]:
        """The matrices for exact arithmetic: per block (i, j, entry, how often it stands in the matrix).

        In a diagonal block, which is written as one row, i is 0.
        """
        return tuple(
            {
                number: [
                    (0 if self.blocks[number].diagonal else i, j, fmpq(v.numerator, v.denominator), 1 if i == j else 2)
                    for (i, j), v in entries.items()
                ]
                for number, entries in matrix.items()
            }
            for matrix in self.matrices
        )


def read_sdpa(content: bytes) -> SemidefiniteProgram:
    """The program that a file in the SDPA sparse format writes. Raises NotACertificate, naming the line."""
    lines = _Lines(content)
    variables = lines.count("the number of variables", MAX_VARIABLES)
    count = lines.count("the number of blocks", MAX_BLOCKS)
    blocks = _blocks(lines, count)
    objective = _objective(lines, variables)
    matrices: list[dict[int, Entries]] = [{} for _ in range(variables + 1)]
    while (tokens := lines.following()) is not None:
        if len(tokens) != 5:
            lines.fail(f"{len(tokens)} items instead of matrix, block, row, column, value")
        matrix = lines.integer(tokens[0], "the matrix", 0, variables)
        number = lines.integer(tokens[1], "the block", 1, count) - 1
        block = blocks[number]
        row = lines.integer(tokens[2], "the index", 1, block.order) - 1
        column = lines.integer(tokens[3], "the index", 1, block.order) - 1
        if row < column:
            row, column = column, row
        if block.diagonal and row != column:
            lines.fail(f"an entry off the diagonal of block {number + 1}, which is diagonal")
        if (entries := matrices[matrix].get(number)) is None:
            entries = matrices[matrix][number] = {}
        if (row, column) in entries:
            lines.fail("this entry was given before")
        entries[row, column] = lines.decimal(tokens[4])
    used = ({number: _nonzero(entries) for number, entries in matrix.items()} for matrix in matrices)
    return SemidefiniteProgram(
        objective, blocks, tuple({number: entries for number, entries in matrix.items() if entries} for matrix in used)
    )


def _nonzero(entries: Entries) -> Entries:
    return entries if all(entries.values()) else {place: value for place, value in entries.items() if value}


def _blocks(lines: _Lines, count: int) -> tuple[Block, ...]:
    tokens = lines.expected("the orders of the blocks")
    numbers = tokens[:count]
    if len(numbers) < count or (len(tokens) > count and _INTEGER.fullmatch(tokens[count])):
        lines.fail(f"{count} orders of blocks are needed")
    orders = [lines.integer(token, "the order of a block", -MAX_TOTAL_ORDER, MAX_TOTAL_ORDER) for token in numbers]
    if 0 in orders:
        lines.fail("a block of order 0")
    if sum(map(abs, orders)) > MAX_TOTAL_ORDER:
        lines.fail(f"the blocks' orders add up to more than {MAX_TOTAL_ORDER}")
    return tuple(Block(abs(order), order < 0) for order in orders)


def _objective(lines: _Lines, variables: int) -> tuple[Fraction, ...]:
    """The vector c, which may take several lines."""
    found: list[Fraction] = []
    while len(found) < variables:
        tokens = lines.expected("the objective")
        if len(found) + len(tokens) > variables:
            lines.fail(f"{len(found) + len(tokens)} numbers for the objective of {variables} variables")
        found += map(lines.decimal, tokens)
    return tuple(found)


class _Lines:
    """The lines that are no comment and not empty, as items; knows its place for error messages."""

    def __init__(self, content: bytes) -> None:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotACertificate(f"line {content.count(10, 0, error.start) + 1}: is not UTF-8") from None
        lines = text.split("\n")
        self._at = 0
        while self._at < len(lines) and lines[self._at].startswith(('"', "*")):
            self._at += 1
        self._lines = text.translate(_PUNCTUATION).split("\n")
        self._integers: dict[str, int] = {}
        self._decimals: dict[str, Fraction] = {}
        """Items that were read before, and may come again."""

    def fail(self, reason: str) -> NoReturn:
        """Refuse the file at this line."""
        raise NotACertificate(f"line {self._at}: {reason}")

    def following(self) -> list[str] | None:
        """The items of the next line that has any; None at the end."""
        while self._at < len(self._lines):
            self._at += 1
            if tokens := self._lines[self._at - 1].split():
                return tokens
        return None

    def expected(self, what: str) -> list[str]:
        """The items of a line that must be there."""
        tokens = self.following()
        return self.fail(f"the file ends before {what}") if tokens is None else tokens

    def count(self, what: str, most: int) -> int:
        """A number on a line of its own; words may follow it, further numbers may not."""
        tokens = self.expected(what)
        if len(tokens) > 1 and _DECIMAL.fullmatch(tokens[1]):
            self.fail(f"{what} must stand alone")
        return self.integer(tokens[0], what, 1, most)

    def integer(self, token: str, what: str, least: int, most: int) -> int:
        """An integer within bounds."""
        number = self._integers.get(token)
        if number is None:
            if not _INTEGER.fullmatch(token):
                self.fail(f"{what} is {token[:20]!r}, not an integer")
            number = self._integers[token] = int(token)
        if not least <= number <= most:
            self.fail(f"{what} is {number}, not between {least} and {most}")
        return number

    def decimal(self, token: str) -> Fraction:
        """The rational number that a decimal number writes."""
        if (value := self._decimals.get(token)) is not None:
            return value
        match = _DECIMAL.fullmatch(token)
        if len(token) > MAX_DECIMAL_LENGTH or match is None:
            self.fail(f"{token[:20]!r} is not a decimal number of at most {MAX_DECIMAL_LENGTH} characters")
        sign, whole, fraction, exponent = match.groups("")
        power = int(exponent) if exponent else 0
        if abs(power) > MAX_DECIMAL_EXPONENT:
            self.fail(f"the exponent {power} is beyond {MAX_DECIMAL_EXPONENT} in size")
        number, power = int(sign + whole + fraction), power - len(fraction)
        value = Fraction(number, 10**-power) if power < 0 else Fraction(number * 10**power)
        self._decimals[token] = value
        return value
