"""The documents made from the tables are as they are made, and the JSON Schema is satisfied by every certificate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS, changed, load
from tests.specification import CERTIFICATE
from verify.producer.documents import DOCS, FIELDS, fields, made
from verify.producer.field_notes import NOTES

SCHEMA = Draft202012Validator(json.loads((DOCS / "certificate.schema.json").read_text(encoding="utf-8")))
CERTIFICATES = CORPUS.parents[1] / "certificates"
SHORT = 100_000
"""Bytes; the tables' own test looks at longer files."""
EVERY = [
    path
    for path in [*sorted((CORPUS / "valid").glob("*.json")), *sorted(CERTIFICATES.glob("*/*.json"))]
    if path.stat().st_size < SHORT and "manifest" not in json.loads(path.read_bytes())["format"]
]


MADE = made()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in MADE])
def test_a_document_is_as_it_is_made(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "run python -m verify.producer.documents"


def test_every_table_of_fields_is_in_the_document() -> None:
    assert sorted(re.findall(r"<!-- fields: (\S+) -->", CERTIFICATE)) == sorted(FIELDS)


def test_a_table_of_fields_says_when_a_member_is_there() -> None:
    lines = fields("population-teacher-student.statement").splitlines()
    assert "| `inertia` | `saddle`, optional | list of 2 JSON integers | N-, N+ >= 1 with N- + N+ = n d |" in lines
    assert "| `value` | always | list of 2 numbers | l, u with l <= u |" in lines


def test_every_note_is_of_a_member() -> None:
    assert list(NOTES) == list(FIELDS)
    for name, notes in NOTES.items():
        members = re.findall(r"^\| `(\S+)` \|", fields(name), re.MULTILINE)
        assert set(notes) <= set(members), name


@pytest.mark.parametrize("every", [16, pytest.param(1, marks=campaign)])
def test_every_valid_certificate_satisfies_the_schema(every: int) -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert len(EVERY) > 100
    assert [path.name for path in EVERY[::every] if not SCHEMA.is_valid(json.loads(path.read_bytes()))] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "landscape-verify-certificate/2"},
        {"digest": "sha256:0"},
        {"statement.value": ["0"]},
        {"statement.region.shape": "box"},
        {"statement.region.radius": "0.5"},
        {"statement.landscape.activation": "rleu"},
        {"statement.landscape.kind": "symmetric-teacher-student"},
        {"statement.note": "1"},
        {"witness.precision": 52},
    ],
)
def test_what_is_malformed_by_itself_does_not(changes: dict[str, object]) -> None:
    document = load("valid/type-ii-k6.json")
    assert SCHEMA.is_valid(document)
    assert not SCHEMA.is_valid(changed(document, changes))
