"""No verdict, reason or sentence changes unnoticed: see `python -m tests.guard`."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from tests.campaigns import campaign, sampled
from tests.guard.record import (
    CORPUS,
    VERDICTS,
    Record,
    committed,
    differences,
    files,
    has_second,
    is_cheap,
    name,
    packed,
    said,
    unpacked,
)

RECORDS = committed()
EVERY = files()
SLICES = 24
SMALL = CORPUS / "valid" / "type-ii-k6.json"


CHEAP = [path for path in EVERY if is_cheap(path)]


def sample() -> list[Path]:
    """A third of the corpus but for statements for every k, and a quarter of the small certificates."""
    corpus = [path for path in CHEAP if path.is_relative_to(CORPUS) and "family-" not in path.stem]
    others = [path for path in CHEAP if not path.is_relative_to(CORPUS)]
    return [*corpus[::3], *others[::4]]


@pytest.mark.parametrize("part", sampled(range(SLICES), every=8))
def test_what_is_said_is_what_is_recorded(part: int) -> None:
    compare(sample()[part::SLICES])


@campaign
@pytest.mark.parametrize("part", range(SLICES))
def test_what_is_said_of_every_cheap_file_is_what_is_recorded(part: int) -> None:
    compare(CHEAP[part::SLICES])


def compare(paths: list[Path]) -> None:
    assert paths
    assert [line for path in paths for line in differences(path, RECORDS.get(name(path)))] == []


def test_every_file_is_recorded_and_no_other() -> None:
    assert sorted(RECORDS) == sorted(map(name, EVERY))
    for path in EVERY:
        assert ("second" in RECORDS[name(path)]) is has_second(path)


def test_every_certificate_is_recorded_as_verified_and_the_corpus_as_its_folder_says() -> None:
    for file, record in RECORDS.items():
        if file.startswith("certificates/") or "/valid/" in file:
            assert (record["verdict"], record["exit"]) == ("Verified", 0), file
        elif "/malformed/" in file:
            assert (record["verdict"], record["exit"]) == ("Malformed", 2), file
        assert (record.get("reason") is None) == (record["verdict"] == "Verified")


def test_the_record_is_written_as_it_is_read() -> None:
    assert packed(committed()) == VERDICTS.read_text(encoding="utf-8")
    assert unpacked(packed(RECORDS)) == RECORDS


@pytest.mark.parametrize("field", ["verdict", "exit", "property", "sentence", "scope", "trust", "rules", "second"])
def test_every_field_is_compared(field: str) -> None:
    wrong: Record = copy.deepcopy(RECORDS[name(SMALL)])
    assert differences(SMALL, wrong) == []
    wrong[field] = {**wrong[field], "verdict": "Rejected"} if field == "second" else "another"
    (line,) = differences(SMALL, wrong)
    assert "Rejected" in line or "another" in line


def test_a_reason_is_compared_and_a_new_file_is_noticed() -> None:
    path = CORPUS / "malformed" / "format-unknown.json"
    record = {**RECORDS[name(path)]}
    assert differences(path, record) == []
    assert len(differences(path, {**record, "reason": record["reason"] + "."})) == 1
    assert differences(path, None) == [f"{name(path)}: not recorded"]


def test_nothing_of_the_machine_is_recorded() -> None:
    text = VERDICTS.read_text(encoding="utf-8")
    assert str(Path(__file__).parents[2]) not in text
    assert "seconds" not in json.loads(text)["files"][name(SMALL)]
    assert said(SMALL) == said(SMALL)
