"""More types of members: converted, refused by what is known; lists of unlike entries, and triangles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Any

from verify.checker.core.reader import Field
from verify.checker.core.schema import NUMBER, Json, Known, ListOf, Scalar, Size, Type, Where, size, vector


@dataclass(frozen=True, slots=True)
class Unless:
    """The values of a type that are not refused, given what is known."""

    type: Type
    reason: Callable[[Any, Known], str | None]
    """Why the value is refused, or None."""

    @property
    def words(self) -> str:
        """As the type's."""
        return self.type.words

    def read(self, field: Field, known: Known) -> Any:
        """The value."""
        value = self.type.read(field, known)
        if (reason := self.reason(value, known)) is not None:
            field.fail(reason)
        return value

    def write(self, value: Any) -> object:
        """As the type does."""
        return self.type.write(value)

    def json_schema(self) -> Json:
        """As the type does: the condition is the reader's."""
        return self.type.json_schema()


@dataclass(frozen=True, slots=True)
class Converted:
    """The values of a type, each made into something else, and back."""

    type: Type
    there: Callable[[Any], Any]
    back: Callable[[Any], Any]

    @property
    def words(self) -> str:
        """As the type's."""
        return self.type.words

    def read(self, field: Field, known: Known) -> Any:
        """What the value becomes."""
        return self.there(self.type.read(field, known))

    def write(self, value: Any) -> object:
        """The type's value, as it writes it."""
        return self.type.write(self.back(value))

    def json_schema(self) -> Json:
        """As the type does."""
        return self.type.json_schema()


def matching(pattern: Pattern[str], otherwise: str) -> Where:
    """The strings that match a pattern as a whole."""
    string = Scalar("string", Field.text, {"type": "string", "pattern": f"^(?:{pattern.pattern})$"})
    return Where(string, lambda word: pattern.fullmatch(word) is not None, otherwise, "string")


def not_zero(matrix_: ListOf) -> Where:
    """A matrix other than 0."""
    return Where(matrix_, lambda rows: any(map(any, rows)), "is zero", f"{matrix_.words}, not zero")


def any_matrix(rows: int, columns: int) -> ListOf:
    """From 1 to so many rows of exact numbers, as long as the first, which has from 1 to so many."""

    def length(otherwise: int) -> Callable[[Known], int]:
        return lambda known: len(known["before"][0]) if known["before"] else otherwise

    return ListOf(ListOf(NUMBER, length(1), length(columns)), 1, rows, "matrix")


def exactly(count: Size, entry: Type, words: str = "list") -> ListOf:
    """A list of so many entries."""
    return ListOf(entry, count, count, words)


def triangle(least: Size, most: Size | None = None) -> ListOf:
    """The lower triangle of a symmetric matrix, of that order or up to `most`: row i, from 1, has i exact numbers."""
    row = vector(lambda known: len(known["before"]) + 1)
    return ListOf(row, least, least if most is None else most, "lower triangle")


@dataclass(frozen=True, slots=True)
class Items:
    """A list with one entry of each of several types."""

    types: tuple[Type, ...]
    words: str = "list"

    def read(self, field: Field, known: Known) -> tuple[Any, ...]:
        """The entries."""
        entries = field.items(len(self.types), len(self.types))
        return tuple(type_.read(entry, known) for type_, entry in zip(self.types, entries, strict=True))

    def write(self, value: Sequence[Any]) -> list[object]:
        """The entries."""
        return [type_.write(entry) for type_, entry in zip(self.types, value, strict=True)]

    def json_schema(self) -> Json:
        """The types in order."""
        count = len(self.types)
        prefix = [type_.json_schema() for type_ in self.types]
        return {"type": "array", "prefixItems": prefix, "minItems": count, "maxItems": count}


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of pairs, no two of which begin alike."""

    first: Type
    second: Type
    least: Size
    most: Size
    repeated: str
    """The reason for refusing a first entry that another pair has."""
    words: str = "list of pairs"

    def read(self, field: Field, known: Known) -> tuple[tuple[Any, Any], ...]:
        """The pairs."""
        found: dict[Any, Any] = {}
        for entry in field.items(size(self.least, known), size(self.most, known)):
            first, second = entry.items(2, 2)
            if (key := self.first.read(first, known)) in found:
                first.fail(self.repeated)
            found[key] = self.second.read(second, known)
        return tuple(found.items())

    def write(self, value: Sequence[tuple[Any, Any]]) -> list[object]:
        """The pairs."""
        return [[self.first.write(first), self.second.write(second)] for first, second in value]

    def json_schema(self) -> Json:
        """Pairs, their number where it is fixed."""
        return ListOf(Items((self.first, self.second)), self.least, self.most).json_schema()
