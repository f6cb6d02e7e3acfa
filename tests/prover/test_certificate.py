"""Writing certificates: numbers that are read back, text that is JSON, and files that are whole or not there."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.forge import digest, load
from verify import Certificate
from verify.checker.core.exact import parse
from verify.producer.files import write_whole
from verify.producer.prover.certificate import pretty, seal
from verify.producer.prover.rounding import ceil, floor, matrix_on_grid, on_grid
from verify.producer.tables import number

DOCUMENT = load("valid/global-minimum-k2.json")

# Numbers


@given(st.fractions() | st.builds(lambda m, e: m * Fraction(2) ** e, st.integers(), st.integers(-200, 200)))
def test_numbers_are_read_back(value: Fraction) -> None:
    assert parse(number(value)) == value


def test_numbers_are_written_in_the_shortest_notation() -> None:
    values = [Fraction(7), Fraction(-3, 8), Fraction(1, 3), Fraction(0)]
    assert [number(value) for value in values] == ["7", "-3*2^-3", "1/3", "0"]


@given(st.fractions(), st.integers(1, 60))
def test_bounds_are_rounded_outward_and_short(value: Fraction, digits: int) -> None:
    low, high = floor(value, digits), ceil(value, digits)
    assert low <= value <= high
    assert high - low <= abs(value) * Fraction(4, 2**digits)
    assert low == -ceil(-value, digits)


@given(st.floats(-1e6, 1e6), st.integers(1, 160))
def test_the_grid_is_as_fine_as_its_bits(value: float, bits: int) -> None:
    nearest = on_grid(value, bits)
    assert abs(nearest - Fraction(value)) <= Fraction(1, 2 ** (bits + 1))
    assert (nearest * 2**bits).denominator == 1
    assert matrix_on_grid(np.array([[value]]), bits) == [[nearest]]


# Text


def test_text_is_json_with_a_row_to_a_line() -> None:
    text = pretty(DOCUMENT)
    assert json.loads(text) == DOCUMENT
    assert '\n    ["1", "0"],\n    ["0", "1"]\n' in text


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_pretty_changes_nothing(content: object) -> None:
    assert json.loads(pretty(content)) == content


def test_seal_gives_the_digest_of_the_format() -> None:
    sealed = seal(DOCUMENT["format"], DOCUMENT["statement"], DOCUMENT["witness"], {"anything": 1})
    assert sealed["digest"] == digest(DOCUMENT) == DOCUMENT["digest"]


def test_a_certificate_shows_its_statement_as_the_checker_reads_it() -> None:
    certificate = Certificate(DOCUMENT)
    assert certificate.digest == DOCUMENT["digest"]
    assert certificate.statement.property == "strict-local-minimum"


# Files


class Interrupted(BaseException):
    """Like KeyboardInterrupt: not to be caught on the way."""


def test_save_writes_the_text_readable_by_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "certificate.json"
    Certificate(DOCUMENT).save(path)
    assert path.read_text() == Certificate(DOCUMENT).text()
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("there_before", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize("step", ["os.fdopen", "pathlib.Path.chmod", "pathlib.Path.replace"])
def test_an_interruption_leaves_the_old_file_or_none(
    step: str, there_before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "certificate.json"
    if there_before:
        path.write_text("old")

    def interrupt(*args: object, **options: object) -> object:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(step, interrupt)
        with pytest.raises(Interrupted):
            Certificate(DOCUMENT).save(path)
    assert list(tmp_path.iterdir()) == ([path] if there_before else [])
    assert not there_before or path.read_text() == "old"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "certificate.json"
    path.write_text("old")

    class FullDisk:
        def __init__(self, descriptor: int, mode: str) -> None:
            self.file = open(descriptor, mode)  # noqa: SIM115, PTH123 - closed in __exit__

        def __enter__(self) -> FullDisk:
            return self

        def __exit__(self, *exception: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> int:
            self.file.write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", FullDisk)
    with pytest.raises(OSError, match="No space left on device"):
        Certificate(DOCUMENT).save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_whole_does_not_write_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "link").symlink_to("target")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "target").read_text() == "precious"
    assert (tmp_path / "link").read_text() == "new"
