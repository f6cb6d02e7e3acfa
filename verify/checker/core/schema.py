"""Statements and witnesses as tables: one declaration reads, writes and documents an object of a certificate.

A `Type` is what a member of an object may be. It reads a member (`Field`) into a value, or refuses the file with the
member's name; it writes the value back as JSON; and it describes itself, as a JSON Schema and in words. A `Table` is
the type of an object, one `Row` for each member. Members are read in the order of the rows, and what has been read is
known to the rows after it: the shape of a matrix follows from the landscape.

A JSON Schema describes a superset: what depends on other members is left to the reader.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from verify.checker.core import exact
from verify.checker.core.limits import MAX_NUMBER_LENGTH
from verify.checker.core.reader import Field

Known = Mapping[str, Any]
"""The values read so far, by their names in the table and in those around it."""
Size = int | Callable[[Known], int]
"""A number of entries, or a bound of an integer: fixed, or computed from what is known."""
Json = dict[str, Any]


class Type(Protocol):
    """What a member may be."""

    @property
    def words(self) -> str:
        """For the tables of the documentation."""

    def read(self, field: Field, known: Known) -> Any:
        """The member's value. Raises NotACertificate."""

    def write(self, value: Any) -> object:
        """The value as JSON."""

    def json_schema(self) -> Json:
        """What every member of this type satisfies."""


def size(of: Size, known: Known) -> int:
    """The number, given what is known."""
    return of if isinstance(of, int) else of(known)


def _fixed(**bounds: Size) -> Json:
    return {name: bound for name, bound in bounds.items() if isinstance(bound, int)}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type that depends on nothing: a method of `Field`, its inverse, and its JSON Schema."""

    words: str
    read_field: Callable[[Field], Any]
    schema: Json
    write_value: Callable[[Any], object] = lambda value: value

    def read(self, field: Field, known: Known) -> Any:
        """The value."""
        return self.read_field(field)

    def write(self, value: Any) -> object:
        """The value as JSON."""
        return self.write_value(value)

    def json_schema(self) -> Json:
        """As given."""
        return self.schema


NUMBER = Scalar(
    "number",
    Field.number,
    {"type": "string", "maxLength": MAX_NUMBER_LENGTH, "pattern": f"^{exact.PATTERN}$"},
    exact.write,
)
FLAG = Scalar("true or false", Field.flag, {"type": "boolean"})
TEXT = Scalar("string", Field.text, {"type": "string"})


def text(*choices: str) -> Scalar:
    """A string, one of `choices`."""
    words = ", ".join(f"`{choice}`" for choice in choices[:-1]) + " or " * (len(choices) > 1) + f"`{choices[-1]}`"
    return Scalar(words, lambda field: field.text(*choices), {"enum": [*choices]})


@dataclass(frozen=True, slots=True)
class Constant:
    """The one string that a member must be. It is checked, and belongs to no value."""

    word: str

    @property
    def words(self) -> str:
        """The string itself."""
        return f"`{self.word}`"

    def read(self, field: Field, known: Known) -> None:
        """Refuse any other."""
        field.text(self.word)

    def write(self, value: object) -> str:
        """The string."""
        return self.word

    def json_schema(self) -> Json:
        """The string."""
        return {"const": self.word}


@dataclass(frozen=True, slots=True)
class Count:
    """A JSON integer from `least` to `most`."""

    least: Size
    most: Size
    words: str = "JSON integer"

    def read(self, field: Field, known: Known) -> int:
        """The integer."""
        return field.count(size(self.least, known), size(self.most, known))

    def write(self, value: int) -> int:
        """Itself."""
        return value

    def json_schema(self) -> Json:
        """The bounds, where they are fixed."""
        return {"type": "integer", **_fixed(minimum=self.least, maximum=self.most)}


@dataclass(frozen=True, slots=True)
class ListOf:
    """From `least` to `most` entries of one type; each knows those `before` it, and the list's `length`."""

    entry: Type
    least: Size
    most: Size
    words: str = "list"

    def read(self, field: Field, known: Known) -> tuple[Any, ...]:
        """The entries."""
        entries = field.items(size(self.least, known), size(self.most, known))
        found: list[Any] = []
        seen = {**known, "before": found, "length": len(entries)}
        for entry in entries:
            found.append(self.entry.read(entry, seen))
        return tuple(found)

    def write(self, value: Sequence[Any]) -> list[object]:
        """The entries."""
        return [self.entry.write(entry) for entry in value]

    def json_schema(self) -> Json:
        """The number of entries, where it is fixed."""
        return {"type": "array", "items": self.entry.json_schema(), **_fixed(minItems=self.least, maxItems=self.most)}


def vector(length: Size, words: str = "list of numbers") -> ListOf:
    """So many exact numbers."""
    return ListOf(NUMBER, length, length, words)


def matrix(shape: Callable[[Known], tuple[int, int]], words: str = "matrix") -> ListOf:
    """Rows and columns of exact numbers."""
    rows, columns = (lambda known: shape(known)[0]), (lambda known: shape(known)[1])
    return ListOf(vector(columns), rows, rows, words)


@dataclass(frozen=True, slots=True)
class Where:
    """The values of a type of which a condition holds."""

    type: Type
    holds: Callable[[Any], bool]
    otherwise: str | Callable[[Any], str]
    """The reason for refusing another value."""
    words: str

    def read(self, field: Field, known: Known) -> Any:
        """The value."""
        value = self.type.read(field, known)
        if not self.holds(value):
            field.fail(self.otherwise if isinstance(self.otherwise, str) else self.otherwise(value))
        return value

    def write(self, value: Any) -> object:
        """As the type does."""
        return self.type.write(value)

    def json_schema(self) -> Json:
        """As the type does: the condition is the reader's."""
        return self.type.json_schema()


POSITIVE = Where(NUMBER, lambda number: number > 0, "must be positive", "number > 0")
NEGATIVE = Where(NUMBER, lambda number: number < 0, "must be negative", "number < 0")
NOT_NEGATIVE = Where(NUMBER, lambda number: number >= 0, "must not be negative", "number >= 0")


BOUNDS = Where(
    vector(2), lambda ends: ends[0] <= ends[1], "the lower bound is above the upper bound", "list of 2 numbers"
)
"""A lower and an upper bound."""


@dataclass(frozen=True, slots=True)
class Row:
    """A member of an object, and what becomes of it."""

    name: str
    type: Type
    about: str = ""
    """For the tables of the documentation."""
    into: str | None = None
    """The value's name, if it is not the member's."""
    optional: bool = False
    absent: Any = None
    """The value where an optional member is not there."""
    of: Callable[[Any], Any] | None = None
    """What is written of the whole, if it is not the value of that name."""
    needed: Callable[[Known, Field], bool] | None = None
    """Whether the object, which is asked before its members are read, may have the member at all; None: it may.

    Where it may not, the member is not known. It is written where the value is not that of an absent member.
    """

    @property
    def required(self) -> bool:
        """Whether every object has the member."""
        return not self.optional and self.needed is None

    @property
    def value_name(self) -> str:
        """The value's name."""
        return self.into or self.name

    def read(self, parts: Mapping[str, Field], known: Known, into: MutableMapping[str, Any]) -> None:
        """Read the member, if it is there."""
        found = self.type.read(parts[self.name], known) if self.name in parts else self.absent
        if isinstance(self.type, Table) and self.type.make is None:
            into.update(found)
        elif not isinstance(self.type, Constant):
            into[self.value_name] = found

    def write(self, whole: Any, into: MutableMapping[str, object]) -> None:
        """Write the member of an object that stands for `whole`."""
        if isinstance(self.type, Constant) or (isinstance(self.type, Table) and self.type.make is None):
            into[self.name] = self.type.write(whole)
            return
        value = self.of(whole) if self.of else getattr(whole, self.value_name)
        if self.required or value != self.absent:
            into[self.name] = self.type.write(value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A condition on several members, looked at when the rows before it have been read."""

    name: str
    """The member that is named in the message."""
    reason: Callable[[Known], str | None]
    """Why the file is refused, or None."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that follows from what is known when the rows before it have been read."""

    name: str
    of: Callable[[Known], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """An object with a fixed set of members."""

    make: Callable[..., Any] | None
    """From the values by name to what the object stands for; None: they become values of the table around it."""
    rows: tuple[Row | Refusal | Derived, ...]
    words: str = "object"
    read_first: str | None = None
    """The member that is read before the others, because they depend on it, wherever files have it."""

    @property
    def members(self) -> Iterator[Row]:
        """The rows that are members."""
        return (row for row in self.rows if isinstance(row, Row))

    def parts(self, field: Field, known: Known) -> dict[str, Field]:
        """The members of an object in a file. Raises NotACertificate where one is missing or not known."""
        members = [row for row in self.members if row.needed is None or row.needed(known, field)]
        optional = [row.name for row in members if row.optional]
        return field.fields([row.name for row in members if not row.optional], optional)

    def read(self, field: Field, known: Known) -> Any:
        """What the object stands for."""
        parts = self.parts(field, known)
        values: dict[str, Any] = {}
        seen: Known = ChainMap(values, dict(known))
        for row in sorted(self.rows, key=lambda row: row.name != self.read_first) if self.read_first else self.rows:
            if isinstance(row, Row):
                row.read(parts, seen, values)
            elif isinstance(row, Derived):
                values[row.name] = row.of(seen)
            elif (reason := row.reason(seen)) is not None:
                parts[row.name].fail(reason)
        return values if self.make is None else self.make(**values)

    def write(self, value: Any) -> object:
        """The object."""
        written: Json = {}
        for row in self.members:
            row.write(value, written)
        return written

    def json_schema(self) -> Json:
        """Its members, and no others."""
        return {
            "type": "object",
            "properties": {row.name: row.type.json_schema() for row in self.members},
            "required": [row.name for row in self.members if row.required],
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Variants:
    """An object whose members depend on one of them."""

    member: str
    tables: Mapping[str, Table]
    words: str = "object"

    def read(self, field: Field, known: Known) -> Any:
        """By the table that the member names."""
        return self.tables[field.member(self.member).text(*self.tables)].read(field, known)

    def write(self, value: Any) -> object:
        """By the table that the value's attribute of the same name names."""
        return self.tables[getattr(value, self.member)].write(value)

    def json_schema(self) -> Json:
        """One of the tables."""
        different = list({id(table): table for table in self.tables.values()}.values())
        return different[0].json_schema() if len(different) == 1 else {"oneOf": [t.json_schema() for t in different]}
