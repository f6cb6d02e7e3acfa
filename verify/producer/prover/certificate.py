"""Writing certificates: exact numbers, the digest, and files that are whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from verify.checker.public import FORMAT, Statement, Witness, digest, parse
from verify.checker.public import Certificate as ReadCertificate
from verify.checker.statements.critical_point import CriticalPoint
from verify.formats.notebook import card
from verify.producer.files import write_whole
from verify.producer.tables import kind_named, number, write

Rows = Iterable[Iterable[Fraction]]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A statement with its witness, as it will stand in a file."""

    document: Mapping[str, object]

    @classmethod
    def build(cls, statement: object, witness: object, provenance: Mapping[str, object]) -> Certificate:
        """Put the parts together and bind them by their digest."""
        return cls(seal(FORMAT, statement, witness, provenance))

    @classmethod
    def of(
        cls, kind: str, statement: Statement, witness: Witness, provenance: Mapping[str, object], **given: object
    ) -> Certificate:
        """A statement and its witness, written by the tables of their kind.

        kind: the landscape's, as certificates name it.
        given: members of the statement that are written as they were given, not as the table spells them.
        """
        tables = kind_named(kind, statement.property)
        written = write(tables.statement, statement)
        return cls.build({**written, **given}, write(tables.witness, witness), provenance)

    @property
    def digest(self) -> str:
        """The digest of format, statement and witness."""
        return str(self.document["digest"])

    @property
    def statement(self) -> CriticalPoint:
        """The statement as the checker reads it."""
        statement = self.read().statement
        if not isinstance(statement, CriticalPoint):
            raise TypeError(f"a {type(statement).__name__} is not about one critical point")
        return statement

    def read(self) -> ReadCertificate:
        """The certificate as the checker reads it, through the text of the file."""
        return ReadCertificate.read(parse(self.text().encode()))

    def _repr_html_(self) -> str:
        """For notebooks: what it claims; nothing is checked here."""
        statement = self.read().statement
        members = {"Claims, not checked here": statement.sentence(), "Scope": statement.scope, "Digest": self.digest}
        return card(f"Certificate: {statement.property}", members)

    def text(self) -> str:
        """The file's text."""
        return pretty(self.document) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file, whole or not at all."""
        write_whole(Path(path), self.text())


def seal(format_name: str, statement: object, witness: object, provenance: Mapping[str, object]) -> dict[str, object]:
    """A certificate or manifest with its digest."""
    bound: dict[str, object] = {"format": format_name, "statement": statement, "witness": witness}
    return {**bound, "digest": digest(bound), "provenance": provenance}


def matrix(rows: Rows) -> list[list[str]]:
    """A matrix of exact numbers."""
    return [[number(entry) for entry in row] for row in rows]


def pretty(content: object, indent: int = 0) -> str:
    """JSON with one line per row of a matrix, so that a person can look at it."""
    pad, inner = " " * indent, " " * (indent + 1)
    if isinstance(content, Mapping) and content:
        rows = [f"{inner}{json.dumps(name)}: {pretty(value, indent + 1)}" for name, value in content.items()]
        return "{\n" + ",\n".join(rows) + f"\n{pad}}}"
    if isinstance(content, list) and any(isinstance(entry, list | Mapping) for entry in content):
        rows = [inner + pretty(entry, indent + 1) for entry in content]
        return "[\n" + ",\n".join(rows) + f"\n{pad}]"
    return json.dumps(content)
