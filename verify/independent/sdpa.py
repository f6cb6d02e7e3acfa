"""Data files of semidefinite programs (sparse SDPA), exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from .outcomes import Clock, MalformedError
from .rational import exact_sum
from .words import shown

MAX_DECIMAL_LENGTH, MAX_DECIMAL_EXPONENT = 800, 1100
SDPA_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
SDPA_NUMBER = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eEdD]([+-]?[0-9]{1,9}))?")
BRACKETS = str.maketrans(",(){}", "     ")
Sparse = dict[tuple[int, int, int], Fraction]  # by block, row and column from 0, row <= column


@dataclass(frozen=True)
class Numbers:
    """c, and F_0, ..., F_m."""

    c: list[Fraction]
    F: list[Sparse]


def sdpa_number(text: str) -> Fraction | None:
    """The decimal, if it is one."""
    match = SDPA_NUMBER.fullmatch(text)
    if match is None or len(text) > MAX_DECIMAL_LENGTH:
        return None
    exponent = int(match[4] or "0")
    if abs(exponent) > MAX_DECIMAL_EXPONENT:
        return None
    digits = match[2] + (match[3] or "")
    return Fraction(int(match[1] + digits)) * Fraction(10) ** (exponent - len(match[3] or ""))


def read_sdpa(content: bytes, variables: int, blocks: list[int]) -> Numbers:
    """The content of a data file, which must have so many variables and these blocks."""
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise MalformedError("the data file is not UTF-8") from None
    start = next((at for at, line in enumerate(lines) if line[:1] not in ('"', "*")), len(lines))
    rows = iter(
        [
            (at + 1, items)
            for at, line in enumerate(lines)
            if at >= start and (items := line.translate(BRACKETS).split())
        ]
    )

    def fail(at: int, why: str) -> NoReturn:
        raise MalformedError(f"the data file, line {at}: {why}")

    def row() -> tuple[int, list[str]]:
        found = next(rows, None)
        return found if found is not None else fail(len(lines), "something is missing at the end")

    def integer(at: int, text: str, low: int, high: int) -> int:
        if not SDPA_INTEGER.fullmatch(text) or not low <= int(text) <= high:
            fail(at, f"{shown(text)} is not an integer from {low} to {high}")
        return int(text)

    def number(at: int, text: str) -> Fraction:
        value = sdpa_number(text)
        return value if value is not None else fail(at, f"{shown(text)} is not a number")

    for wanted in ([variables], [len(blocks)], blocks):
        at, items = row()
        rest = items[len(wanted) :]
        known = SDPA_NUMBER.fullmatch if wanted is not blocks else SDPA_INTEGER.fullmatch
        if len(items) < len(wanted) or (rest and known(rest[0])):
            fail(at, f"has not {len(wanted)} integers")
        for text, value in zip(items, wanted, strict=False):
            if integer(at, text, -(10**9), 10**9) != value:
                fail(at, f"has not the {value} that the statement has")
    c: list[Fraction] = []
    while len(c) < variables:
        at, items = row()
        c += [number(at, text) for text in items]
        if len(c) > variables:
            fail(at, f"more than {variables} numbers")
    F: list[Sparse] = [{} for _ in range(variables + 1)]
    for at, items in rows:
        if len(items) != 5:
            fail(at, "must be matrix, block, row, column and value")
        i, block = integer(at, items[0], 0, variables), integer(at, items[1], 1, len(blocks)) - 1
        order = abs(blocks[block])
        first, last = sorted(integer(at, text, 1, order) - 1 for text in items[2:4])
        if blocks[block] < 0 and first != last:
            fail(at, "an entry off the diagonal of a diagonal block")
        if (block, first, last) in F[i]:
            fail(at, "an entry is given twice")
        F[i][block, first, last] = number(at, items[4])
    return Numbers(c, F)


def paired(first: Sparse, second: Sparse, clock: Clock) -> Fraction:
    """The trace of the product of two symmetric matrices."""
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    places = (place for place in small if place in large)
    return exact_sum(((1 + (place[1] != place[2])) * small[place] * large[place] for place in places), clock)
