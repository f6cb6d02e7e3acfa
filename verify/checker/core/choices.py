"""More types of members: one of several, words that stand for values, lists of unlike entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verify.checker.core.reader import Field
from verify.checker.core.schema import NUMBER, Json, Known, Scalar, Table, Type


def word(values: Mapping[str, Any]) -> Scalar:
    """A string that stands for a value: one of the keys of `values`, whose values differ."""
    words = " or ".join(f"`{name}`" for name in values)
    names = {value: name for name, value in values.items()}
    return Scalar(words, lambda field: values[field.text(*values)], {"enum": [*values]}, lambda value: names[value])


@dataclass(frozen=True, slots=True)
class WordOf:
    """A string of which the choices are computed from what is known."""

    choices: Callable[[Known], Sequence[str]]
    words: str

    def read(self, field: Field, known: Known) -> str:
        """The string."""
        return field.text(*self.choices(known))

    def write(self, value: str) -> str:
        """Itself."""
        return value

    def json_schema(self) -> Json:
        """Any string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer that may have more digits than a JSON integer: written as an exact number."""

    least: Callable[[Known], int]
    otherwise: Callable[[int], str]
    """The reason for refusing another number, from the least one allowed."""
    words: str = "number"

    def read(self, field: Field, known: Known) -> int:
        """The integer."""
        number, least = field.number(), self.least(known)
        if number.denominator != 1 or number < least:
            field.fail(self.otherwise(least))
        return int(number)

    def write(self, value: int) -> str:
        """In decimal."""
        return str(value)

    def json_schema(self) -> Json:
        """As any number."""
        return NUMBER.json_schema()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several types: for reading by the member and what is known, for writing by the value."""

    types: Mapping[Any, Type]
    reading: Callable[[Field, Known], Any]
    writing: Callable[[Any], Any] = type
    words: str = "object"

    def read(self, field: Field, known: Known) -> Any:
        """By the type that `reading` names."""
        return self.types[self.reading(field, known)].read(field, known)

    def write(self, value: Any) -> object:
        """By the type that `writing` names."""
        return self.types[self.writing(value)].write(value)

    def json_schema(self) -> Json:
        """Any of the types."""
        return {"anyOf": [type_.json_schema() for type_ in self.types.values()]}


@dataclass(frozen=True, slots=True)
class Listed(Table):
    """A list with one entry for each row, none optional."""

    words: str = "list"

    def parts(self, field: Field, known: Known) -> dict[str, Field]:
        """The entries, by the rows' names. Raises NotACertificate where there are more or fewer."""
        members = [*self.members]
        entries = field.items(len(members), len(members))
        return {row.name: entry for row, entry in zip(members, entries, strict=True)}

    def write(self, value: Any) -> object:
        """The list."""
        written: dict[str, object] = {}
        for row in self.members:
            row.write(value, written)
        return [*written.values()]

    def json_schema(self) -> Json:
        """The entries one by one."""
        entries = [row.type.json_schema() for row in self.members]
        return {"type": "array", "prefixItems": entries, "minItems": len(entries), "maxItems": len(entries)}
