"""What a member of a certificate may be: numbers, words, lists, and conditions on them.

A `Type` reads a member (`Field`) into a value, or refuses the file with the member's name. Objects are `table.Table`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from re import Pattern
from typing import Any, Generic, Protocol, TypeVar, cast

from verify.checker.core.exact import Matrix
from verify.checker.core.reader import Field

Known = Mapping[str, Any]
"""The values read so far, by their names in the table and in those around it."""
Size = int | Callable[[Known], int]
"""A number of entries, or a bound of an integer: fixed, or computed from what is known."""
T = TypeVar("T")
MadeT = TypeVar("MadeT")
ReadT = TypeVar("ReadT", covariant=True)


class Type(Protocol[ReadT]):
    """What a member may be."""

    def read(self, field: Field, known: Known) -> ReadT:
        """The member's value. Raises NotACertificate."""


def size(of: Size, known: Known) -> int:
    """The number, given what is known."""
    return of if isinstance(of, int) else of(known)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[ReadT]):
    """A type that a function reads."""

    name: str
    """By which the producer knows it, which writes and documents it."""
    read: Callable[[Field, Known], ReadT]


NUMBER = Leaf("number", lambda field, known: field.number())
FLAG = Leaf("true or false", lambda field, known: field.flag())
TEXT = Leaf("string", lambda field, known: field.text())


@dataclass(frozen=True, slots=True)
class Word(Generic[ReadT]):
    """A string that stands for a value: one of the keys of `values`."""

    values: Mapping[str, ReadT]

    def read(self, field: Field, known: Known) -> ReadT:
        """The value."""
        return self.values[field.text(*self.values)]


def text(*choices: str) -> Word[str]:
    """A string, one of `choices`."""
    return Word(dict(zip(choices, choices, strict=True)))


@dataclass(frozen=True, slots=True)
class Constant:
    """The one string that a member must be. It is checked, and belongs to no value."""

    word: str

    def read(self, field: Field, known: Known) -> None:
        """Refuse any other."""
        field.text(self.word)


@dataclass(frozen=True, slots=True)
class Count:
    """A JSON integer from `least` to `most`."""

    least: Size
    most: Size

    def read(self, field: Field, known: Known) -> int:
        """The integer."""
        return field.count(size(self.least, known), size(self.most, known))


@dataclass(frozen=True, slots=True)
class ListOf(Generic[ReadT]):
    """From `least` to `most` entries of one type; each knows those `before` it, and the list's `length`."""

    entry: Type[ReadT]
    least: Size
    most: Size

    def read(self, field: Field, known: Known) -> tuple[ReadT, ...]:
        """The entries."""
        entry_type: object = self.entry
        least, most = size(self.least, known), size(self.most, known)
        if entry_type is NUMBER:  # there may be many
            return cast("tuple[ReadT, ...]", field.numbers(least, most))
        entries = field.items(least, most)
        found: list[ReadT] = []
        seen = {**known, "before": found, "length": len(entries)}
        for entry in entries:
            found.append(self.entry.read(entry, seen))
        return tuple(found)


def exactly(count: Size, entry: Type[T]) -> ListOf[T]:
    """A list of so many entries."""
    return ListOf(entry, count, count)


def vector(length: Size) -> ListOf[Fraction]:
    """So many exact numbers."""
    return exactly(length, NUMBER)


def matrix(shape: Callable[[Known], tuple[int, int]]) -> ListOf[tuple[Fraction, ...]]:
    """Rows and columns of exact numbers."""
    return exactly(lambda known: shape(known)[0], vector(lambda known: shape(known)[1]))


def any_matrix(rows: int, columns: int, least: int = 1) -> ListOf[tuple[Fraction, ...]]:
    """From `least` to so many rows of exact numbers, as long as the first, which has from 1 to so many."""

    def length(otherwise: int) -> Callable[[Known], int]:
        return lambda known: len(known["before"][0]) if known["before"] else otherwise

    return ListOf(ListOf(NUMBER, length(1), length(columns)), least, rows)


def triangle(least: Size, most: Size | None = None) -> ListOf[tuple[Fraction, ...]]:
    """The lower triangle of a symmetric matrix, of that order or up to `most`: row i, from 1, has i exact numbers."""
    return ListOf(vector(lambda known: len(known["before"]) + 1), least, least if most is None else most)


@dataclass(frozen=True, slots=True)
class Unless(Generic[T]):
    """The values of a type that are not refused, given what is known."""

    type: Type[T]
    reason: Callable[[T, Known], str | None]
    """Why the value is refused, or None."""

    def read(self, field: Field, known: Known) -> T:
        """The value."""
        value = self.type.read(field, known)
        if (reason := self.reason(value, known)) is not None:
            field.fail(reason)
        return value


def where(type_: Type[T], holds: Callable[[T], bool], otherwise: str) -> Unless[T]:
    """The values of a type of which a condition holds; `otherwise`: the reason for refusing another."""
    return Unless(type_, lambda value, known: None if holds(value) else otherwise)


POSITIVE = where(NUMBER, lambda number: number > 0, "must be positive")
NEGATIVE = where(NUMBER, lambda number: number < 0, "must be negative")
NOT_NEGATIVE = where(NUMBER, lambda number: number >= 0, "must not be negative")
BOUNDS = where(vector(2), lambda ends: ends[0] <= ends[1], "the lower bound is above the upper bound")
"""A lower and an upper bound."""


def not_zero(matrix_: Type[Matrix]) -> Unless[Matrix]:
    """A matrix other than 0."""
    return where(matrix_, lambda rows: any(map(any, rows)), "is zero")


@dataclass(frozen=True, slots=True)
class Matching:
    """The strings that match a pattern as a whole."""

    pattern: Pattern[str]
    otherwise: str

    def read(self, field: Field, known: Known) -> str:
        """The string."""
        string = field.text()
        return string if self.pattern.fullmatch(string) else field.fail(self.otherwise)


@dataclass(frozen=True, slots=True)
class Converted(Generic[T, MadeT]):
    """The values of a type, each made into something else."""

    type: Type[T]
    there: Callable[[T], MadeT]

    def read(self, field: Field, known: Known) -> MadeT:
        """What the value becomes."""
        return self.there(self.type.read(field, known))


def whole(least: Size, otherwise: str) -> Converted[Fraction, int]:
    """An integer of any number of digits, written as an exact number; `otherwise` may name the `{least}` one."""

    def refused(number: Fraction, known: Known) -> str | None:
        is_allowed = number.denominator == 1 and number >= size(least, known)
        return None if is_allowed else otherwise.format(least=size(least, known))

    return Converted(Unless(NUMBER, refused), int)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T, ReadT]):
    """One of several types, by the member and what is known."""

    types: Mapping[T, Type[ReadT]]
    chosen: Callable[[Field, Known], T]

    def read(self, field: Field, known: Known) -> ReadT:
        """By the type that is chosen."""
        return self.types[self.chosen(field, known)].read(field, known)
