"""The corpus, file by file: the folder says what must come out; adding a test is adding a file.

valid/      Verified
invalid/    the verdict that the file's name begins with
malformed/  Malformed

`reasons.json` holds, for the forged files, what the reason must say, so that a forgery
is caught for what is wrong with it and not for something else. `said.json` holds, for the
valid files, the theorem in words and every hypothesis that was recorded.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.corpus.forge import CORPUS, digest
from tests.corpus.make import forgeries
from tests.corpus.make_said import SAID, said_of
from verify.checker import Malformed, Rejected, Undecided, Verified, check

VERDICTS = {"verified": Verified, "rejected": Rejected, "undecided": Undecided, "malformed": Malformed}
REASONS: dict[str, str] = json.loads((CORPUS / "reasons.json").read_text(encoding="utf-8"))
WHAT_IS_SAID = json.loads(SAID.read_text(encoding="utf-8"))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def files(folder: str) -> list[object]:
    paths = sorted((CORPUS / folder).glob("*.json"))
    return [pytest.param(path, id=path.stem) for path in paths]


checked = cache(check)  # for the tests that ask the same of a file


def reason_for(path: Path) -> str:
    return REASONS.get(f"{path.parent.name}/{path.name}", "")


@pytest.mark.parametrize("path", files("valid"))
def test_valid_is_verified(path: Path) -> None:
    verdict = checked(path)
    assert isinstance(verdict, Verified), verdict
    assert verdict.digest == digest(json.loads(path.read_bytes()))
    assert verdict.trust == "arb"
    assert verdict.hypotheses
    assert verdict.assumptions


@pytest.mark.parametrize("path", files("valid"))
def test_what_is_said_of_a_valid_file(path: Path) -> None:
    """Word for word; what was measured, up to the last digits. See `tests/corpus/make_said.py`."""
    verdict = checked(path)
    assert isinstance(verdict, Verified)
    said, expected = said_of(verdict), dict(WHAT_IS_SAID[path.stem])
    met, expected_met = said.pop("hypotheses"), expected.pop("hypotheses")
    assert said == expected
    assert [[rule, hypothesis, NUMBER.sub("#", measured)] for rule, hypothesis, measured in met] == [
        [rule, hypothesis, NUMBER.sub("#", measured)] for rule, hypothesis, measured in expected_met
    ]
    numbers = [float(number) for *_, measured in met for number in NUMBER.findall(measured)]
    expected_numbers = [float(number) for *_, measured in expected_met for number in NUMBER.findall(measured)]
    assert numbers == pytest.approx(expected_numbers, rel=0.01, abs=1e-12)


@pytest.mark.parametrize("path", files("invalid"))
def test_invalid_gets_the_verdict_in_its_name(path: Path) -> None:
    verdict = check(path)
    assert type(verdict) is VERDICTS[path.stem.split("-")[0]], verdict
    assert reason_for(path) in getattr(verdict, "reason", "")
    if not isinstance(verdict, Malformed):
        assert verdict.digest == digest(json.loads(path.read_bytes())), "a forgery of the content, not of the digest"
        assert getattr(verdict, "statement", None) is not None


@pytest.mark.parametrize("path", files("malformed"))
def test_malformed_is_named_with_its_place(path: Path) -> None:
    verdict = check(path)
    assert isinstance(verdict, Malformed), verdict
    assert reason_for(path) in verdict.reason
    assert verdict.reason.isprintable()
    assert verdict.digest is None


def test_the_forged_files_are_what_make_makes() -> None:
    """Run `python -m tests.corpus.make` after changing it or a valid file."""
    for name, content in forgeries().items():
        assert (CORPUS / name).read_bytes() == content, name


def test_nearly_half_of_the_corpus_must_fail() -> None:
    names = [path.name for folder in ("valid", "invalid", "malformed") for path in (CORPUS / folder).glob("*.json")]
    good = len(list((CORPUS / "valid").glob("*.json"))) + sum(name.startswith("verified-") for name in names)
    assert good >= 25
    assert len(names) - good >= 0.45 * len(names)


def test_reasons_speak_of_files_that_exist() -> None:
    assert all((CORPUS / name).is_file() for name in REASONS)
    assert all(REASONS.values()), "an empty reason would match anything"
