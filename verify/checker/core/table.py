"""Statements and witnesses as tables: one declaration says what members an object of a certificate has.

A `Table` is the type of an object, one `Row` for each member. Members are read in the order of the rows, and what has
been read is known to the rows after it: the shape of a matrix follows from the landscape.

The producer goes through the same tables to write certificates, JSON Schemas and the documents' tables.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Generic, Self

from verify.checker.core.reader import Field
from verify.checker.core.schema import Constant, Known, ReadT, Type


@dataclass(frozen=True, slots=True)
class Row:
    """A member of an object, and what becomes of it."""

    name: str
    type: Type[Any]
    into: str | None = None
    """The value's name, if it is not the member's."""
    optional: bool = False
    absent: Any = None
    """The value where an optional member is not there."""
    needed: Callable[[Known, Field], bool] | None = None
    """Whether the object, which is asked before its members are read, may have the member at all; None: it may.

    Where it may not, the member is not known.
    """

    @property
    def value_name(self) -> str:
        """The value's name."""
        return self.into or self.name

    def read(self, parts: Mapping[str, Field], known: Known, into: MutableMapping[str, Any]) -> None:
        """Read the member, if it is there."""
        found = self.type.read(parts[self.name], known) if self.name in parts else self.absent
        if isinstance(self.type, Table) and self.type.make is values:
            into.update(found)
        elif not isinstance(self.type, Constant):
            into[self.value_name] = found


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
class Given:
    """Whether an optional member is there: known to the rows after this one, and no value of the object."""

    name: str
    """The value's name."""
    member: str


Member = Row | Refusal | Derived | Given


def values(**named: Any) -> dict[str, Any]:
    """What the members of an object are, where it stands for nothing else."""
    return named


@dataclass(frozen=True, slots=True)
class Table(Generic[ReadT]):
    """An object with a fixed set of members."""

    make: Callable[..., ReadT]
    """From the values by name to what the object stands for; `values`: they become values of the table around it."""
    rows: tuple[Member, ...]
    read_first: str | None = None
    """The member that is read before the others, because they depend on it, wherever files have it."""

    @classmethod
    def of(cls, make: Callable[..., ReadT], *rows: Member, read_first: str | None = None) -> Self:
        """With these rows."""
        return cls(make, rows, read_first)

    @property
    def members(self) -> Iterator[Row]:
        """The rows that are members."""
        return (row for row in self.rows if isinstance(row, Row))

    def parts(self, field: Field, known: Known) -> dict[str, Field]:
        """The members of an object in a file. Raises NotACertificate where one is missing or not known."""
        members = [row for row in self.members if row.needed is None or row.needed(known, field)]
        optional = [row.name for row in members if row.optional]
        return field.fields([row.name for row in members if not row.optional], optional)

    def read(self, field: Field, known: Known) -> ReadT:
        """What the object stands for."""
        parts = self.parts(field, known)
        found: dict[str, Any] = {}
        beside = dict(known)
        seen: Known = ChainMap(found, beside)
        for row in sorted(self.rows, key=lambda row: row.name != self.read_first) if self.read_first else self.rows:
            if isinstance(row, Row):
                row.read(parts, seen, found)
            elif isinstance(row, Derived):
                found[row.name] = row.of(seen)
            elif isinstance(row, Given):
                beside[row.name] = row.member in parts
            elif (reason := row.reason(seen)) is not None:
                parts[row.name].fail(reason)
        return self.make(**found)


@dataclass(frozen=True, slots=True)
class Listed(Table[ReadT]):
    """A list with one entry for each row, none optional."""

    def parts(self, field: Field, known: Known) -> dict[str, Field]:
        """The entries, by the rows' names. Raises NotACertificate where there are more or fewer."""
        members = [*self.members]
        entries = field.items(len(members), len(members))
        return {row.name: entry for row, entry in zip(members, entries, strict=True)}


@dataclass(frozen=True, slots=True)
class Variants(Generic[ReadT]):
    """An object whose members depend on one of them."""

    member: str
    tables: Mapping[str, Table[ReadT]]

    def read(self, field: Field, known: Known) -> ReadT:
        """By the table that the member names."""
        return self.tables[field.member(self.member).text(*self.tables)].read(field, known)
