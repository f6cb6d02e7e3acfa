"""Statements and witnesses are written as they were read, and satisfy the JSON Schema of their tables.

Of every committed certificate and every valid file of the corpus whose kind has tables.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.corpus.forge import CORPUS, Document
from verify.checker.core import exact
from verify.checker.core.reader import Field
from verify.checker.front.certificate import Certificate
from verify.checker.kinds import kind_of

KINDS = (
    "population-teacher-student",
    "symmetric-teacher-student",
    "population-teacher-student-family",
    "nearly-orthonormal-teachers",
)
FOLDERS = [CORPUS / "valid", *sorted((CORPUS.parents[1] / "certificates").iterdir())]


def certificates() -> list[Path]:
    """Those of KINDS."""
    found = []
    for path in (path for folder in FOLDERS for path in sorted(folder.glob("*.json"))):
        document = json.loads(path.read_bytes())
        if "manifest" not in document["format"] and document["statement"]["landscape"]["kind"] in KINDS:
            found.append(path)
    return found


EVERY = certificates()
SHORT = [path for path in EVERY if path.stat().st_size < 100_000]
"""Of the longer ones the JSON Schema takes minutes; they are of the same kinds."""
COMMITTED = [path for path in EVERY if path.parent.parent.name == "certificates"]


def numbers(content: Any) -> Any:
    """With every exact number read: its spelling is free. So is that of ReLU."""
    if isinstance(content, dict):
        return "relu" if content == {"leaky-relu": "0"} else {name: numbers(each) for name, each in content.items()}
    if isinstance(content, list):
        return [numbers(each) for each in content]
    try:
        return exact.parse(content) if isinstance(content, str) else content
    except ValueError:
        return content


def test_there_are_files_of_each_kind() -> None:
    kinds = [json.loads(path.read_bytes())["statement"]["landscape"]["kind"] for path in EVERY]
    assert min(map(kinds.count, KINDS)) >= 5


@pytest.mark.parametrize("path", EVERY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_read_is_written_and_satisfies_the_schema(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    certificate = Certificate.read(Field("", document))
    kind = certificate.kind
    for name, type_, value in (
        ("statement", kind.statement, certificate.statement),
        ("witness", kind.witness, certificate.witness),
    ):
        written = type_.write(value)
        assert numbers(written) == numbers(document[name])
        assert type_.read(Field(name, written), {"statement": certificate.statement}) == value


@pytest.mark.parametrize("path", SHORT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_read_satisfies_the_schema(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    kind = Certificate.read(Field("", document)).kind
    for name, type_ in (("statement", kind.statement), ("witness", kind.witness)):
        schema = Draft202012Validator(type_.json_schema())
        assert schema.is_valid(document[name])
        assert not schema.is_valid({**document[name], "more": "1"})


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_committed_files_are_written_letter_by_letter(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    certificate = Certificate.read(Field("", document))
    kind = certificate.kind
    statement, witness = kind.statement.write(certificate.statement), kind.witness.write(certificate.witness)
    assert json.dumps([statement, witness]) == json.dumps([document["statement"], document["witness"]])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: str) -> None:
    statement = next(
        Field("statement", document["statement"])
        for document in map(json.loads, (path.read_bytes() for path in EVERY))
        if document["statement"]["landscape"]["kind"] == kind
    )
    for type_ in (kind_of(statement).statement, kind_of(statement).witness):
        Draft202012Validator.check_schema(type_.json_schema())


def test_the_spelling_of_numbers_is_all_that_is_free() -> None:
    assert numbers(["2/4", {"a": "1*2^-1"}]) == [Fraction(1, 2), {"a": Fraction(1, 2)}]
    assert numbers(["1/2"]) != numbers(["1/3"])
    assert numbers("relu") == numbers({"leaky-relu": "0"}) != numbers({"leaky-relu": "1"})
