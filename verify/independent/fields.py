"""The values of a file, with where they are: types, ranges and limits that all kinds share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NoReturn

from .kernels import RELU, Activation, Erf, LeakyReLU
from .outcomes import MalformedError
from .rational import Rationals
from .words import shown

PROPERTIES = ("strict-local-minimum", "spurious-local-minimum", "saddle")
MAX_NUMBER_LENGTH = 640
MAX_EXPONENT = 4096
MAX_UNKNOWNS = 16_384
MAX_NEURONS = 400
MIN_PRECISION, MAX_PRECISION = 53, 2048
NUMBER = re.compile(r"(0|-?[1-9][0-9]*)(?:/([1-9][0-9]*)|\*2\^(0|-?[1-9][0-9]*))?")


class Field:
    """A value of the file and where it is. Every method that returns something has checked its type and its range."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def fail(self, why: str) -> NoReturn:
        """The file is malformed here."""
        raise MalformedError(f"{self.where or 'the file'}: {why}")

    def member(self, name: str) -> Field:
        """The member of this name of an object, which may have others."""
        if not isinstance(self.value, dict):
            self.fail("must be an object")
        if name not in self.value:
            self.fail(f"the field {name} is missing")
        return Field(self.value[name], f"{self.where}.{name}" if self.where else name)

    def members(self, *required: str, optional: Sequence[str] = ()) -> dict[str, Field]:
        """The members of an object that has all `required` ones, and no others but `optional` ones."""
        fields = {name: self.member(name) for name in required}
        for name in self.value:
            if name in optional:
                fields[name] = self.member(name)
            elif name not in required:
                self.fail(f"unknown field {shown(name)}")
        return fields

    def entries(self, low: int, high: int) -> list[Field]:
        """The entries of a list of `low` to `high` entries."""
        if not isinstance(self.value, list):
            self.fail("must be a list")
        if not low <= len(self.value) <= high:
            self.fail(f"has {len(self.value)} entries instead of {low} to {high}")
        return [Field(entry, f"{self.where}[{place}]") for place, entry in enumerate(self.value)]

    def word(self, *known: str) -> str:
        """One of the known strings; any string if none is named."""
        if not isinstance(self.value, str):
            self.fail("must be a string")
        if known and self.value not in known:
            self.fail(f"{shown(self.value)} is not known; known: {', '.join(known)}")
        return self.value

    def integer(self, low: int, high: int) -> int:
        """A JSON integer from `low` to `high`."""
        if type(self.value) is not int:
            self.fail("must be an integer")
        if not low <= self.value <= high:
            self.fail(f"{self.value} is not between {low} and {high}")
        return self.value

    def number(self) -> Fraction:
        """An exact number."""
        text = self.word()
        if len(text) > MAX_NUMBER_LENGTH:
            self.fail(f"number of {len(text)} characters, more than {MAX_NUMBER_LENGTH}")
        match = NUMBER.fullmatch(text)
        if match is None:
            self.fail(f"{shown(text)} is not an integer, p/q or m*2^e")
        exponent = int(match[3] or "0")
        if abs(exponent) > MAX_EXPONENT:
            self.fail(f"the exponent is beyond {MAX_EXPONENT} in size")
        return Fraction(int(match[1]), int(match[2] or "1")) * Fraction(2) ** exponent

    def signed(self, sign: int) -> Fraction:
        """An exact number of this sign."""
        number = self.number()
        if number * sign <= 0:
            self.fail("must be positive" if sign > 0 else "must be negative")
        return number

    def matrix(self, rows: int, columns: int) -> list[list[Fraction]]:
        """A matrix of exact numbers."""
        return [[entry.number() for entry in row.entries(columns, columns)] for row in self.entries(rows, rows)]

    def direction(self, rows: int, columns: int) -> list[Fraction]:
        """A matrix that is not zero, as the vector of its rows."""
        vector = [entry for row in self.matrix(rows, columns) for entry in row]
        if not any(vector):
            self.fail("is zero")
        return vector


def read_activation(field: Field) -> Activation:
    """The activation of a population loss."""
    if isinstance(field.value, dict):
        return LeakyReLU(field.members("leaky-relu")["leaky-relu"].number())
    return RELU if field.word("relu", "erf") == "relu" else Erf()


def numbers(field: Field, low: int, high: int) -> list[Fraction]:
    """A list of exact numbers."""
    return [entry.number() for entry in field.entries(low, high)]


def interval(field: Field) -> tuple[Fraction, Fraction]:
    """Two numbers l <= u."""
    low, high = numbers(field, 2, 2)
    if low > high:
        field.fail("the lower bound is above the upper bound")
    return low, high


def truth(field: Field) -> bool:
    """`true` or `false`."""
    if not isinstance(field.value, bool):
        field.fail("must be true or false")
    return field.value


def not_negative(field: Field) -> Fraction:
    """An exact number that is not negative."""
    number = field.number()
    if number < 0:
        field.fail("must not be negative")
    return number


def matrix(field: Field, rows: int, columns: int, entries: int) -> Rationals:
    """A matrix of 1 to so many rows and columns and at most so many entries."""
    count = len(field.entries(1, rows))
    width = len(field.entries(1, rows)[0].entries(1, columns))
    if count * width > entries:
        field.fail(f"more entries than {entries}")
    return field.matrix(count, width)


def triangle(field: Field, order: int) -> Rationals:
    """The lower triangle of a symmetric matrix."""
    return [numbers(row, a + 1, a + 1) for a, row in enumerate(field.entries(order, order))]


MAX_MATRIX_ORDER = 1000
MAX_PARTS = 10_000
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
