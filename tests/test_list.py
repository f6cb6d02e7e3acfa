"""`verify list`: what is recorded is never shown as proved now, and nobody's records count but this user's own."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from verify import __version__
from verify.producer import recorded
from verify.producer.cli import main
from verify.producer.proof import Installed, installed
from verify.producer.report.tables import progress_bar

ROOT = Path(__file__).parents[1]
KAWAGUCHI = ROOT / "certificates" / "kawaguchi-2016" / "bad-saddle.json"
DING = ROOT / "certificates" / "ding-2019" / "every-width.json"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "landscape-verify" / "verdicts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Certificates of two proofs."""
    for path in (KAWAGUCHI, DING):
        (tmp_path / "c" / path.parent.name).mkdir(parents=True)
        shutil.copy(path, tmp_path / "c" / path.parent.name)
    return tmp_path / "c"


def run(folder: Path, *arguments: object) -> Result:
    result = CliRunner().invoke(main, ["list", "--certificates", str(folder), *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


def listed(folder: Path, *arguments: object) -> list[dict[str, Any]]:
    document = json.loads(run(folder, *arguments, "--format", "json").stdout)
    Draft202012Validator(json.loads((ROOT / "docs" / "schemas" / "list-1.json").read_text())).validate(document)
    found: list[dict[str, Any]] = document["results"]
    return found


def statuses(folder: Path, *arguments: object) -> list[str]:
    return [entry["status"] for entry in listed(folder, *arguments)]


def test_without_a_record_nothing_is_proved_and_with_check_it_is(folder: Path) -> None:
    assert statuses(folder, "kawaguchi") == ["not-checked", *["no-file"] * 5]
    now = listed(folder, "kawaguchi", "--check")[0]
    assert (now["status"], now["checked"], now["recorded"]) == ("proved", "now", None)
    then = listed(folder, "kawaguchi")[0]
    assert (then["status"], then["checked"], then["recorded"]["checker"]) == ("proved", "recorded", __version__)
    assert {name: then[name] for name in ("digest", "trust", "scope", "sentence")} == {
        name: now[name] for name in ("digest", "trust", "scope", "sentence")
    }


def test_the_words_say_that_it_is_recorded(folder: Path) -> None:
    now = run(folder, "ding", "--check").stdout
    assert "recorded" not in now
    for form in ("text", "markdown"):
        then = " ".join(run(folder, "ding", "--format", form).stdout.split())
        assert then.count(f"as recorded by checker {__version__} on 20") == 2  # each of the entries
        assert "not proved now: `verify list --check` proves it again" in then
    assert "proved* " in run(folder, "ding").stdout


def test_no_file_is_not_undecided(folder: Path, tmp_path: Path) -> None:
    entries = listed(tmp_path / "none")
    assert {entry["status"] for entry in entries} == {"no-file", "undecided"}
    assert len(entries) > 100
    assert all(entry["file"] is None for entry in entries)
    missing = {entry["reason"] for entry in entries if entry["proof"] == "auer-1995"}
    assert missing == {
        f"there is no {tmp_path / 'none' / 'auer-1995' / file}; run: verify prove auer-1995"
        for file in {claim.file for claim in installed()["auer-1995"].claims}
    }
    assert statuses(folder, "du-2019", "--verdict", "undecided") == ["undecided"] * 3
    assert listed(folder, "yu", "chen", "--verdict", "not-checked")[0]["proof"] == "ding-2019"
    assert run(folder, "nothing-like-that").stdout == "No claim is listed.\n"


@pytest.mark.parametrize("change", ["a byte", "the checker", "python-flint", "the record"])
def test_a_record_is_of_the_same_bytes_and_the_same_checker(
    change: str, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statuses(folder, "kawaguchi", "--check")[0] == "proved"
    assert statuses(folder, "kawaguchi")[0] == "proved"
    if change == "a byte":
        path = folder / "kawaguchi-2016" / "bad-saddle.json"
        path.write_bytes(path.read_bytes() + b" ")
    elif change == "the checker":
        monkeypatch.setattr(recorded, "code_digest", lambda: "sha256:0")
    elif change == "python-flint":
        monkeypatch.setattr(recorded, "version", lambda name: "0.0.0")
    else:
        for record in cache.iterdir():
            record.write_text("{")
    assert statuses(folder, "kawaguchi")[0] == "not-checked"


def test_a_changed_part_or_data_file_is_another_matter(tmp_path: Path) -> None:
    source = ROOT / "tests" / "corpus" / "valid"
    for name in ("manifest-strict.json", "global-minimum-k2.json", "type-ii-k6.json"):
        shutil.copy(source / name, tmp_path)
    records, manifest = recorded.Records(), tmp_path / "manifest-strict.json"
    before = records.key(manifest)
    assert before is not None
    assert records.key(manifest) == before
    (tmp_path / "type-ii-k6.json").write_text("{}")
    assert records.key(manifest) not in (None, before)
    (tmp_path / "type-ii-k6.json").unlink()
    assert records.key(manifest) not in (None, before)


def test_what_settles_a_claim_is_decided_by_the_code_of_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    assert statuses(folder, "kawaguchi", "--check")[0] == "proved"
    for record in cache.iterdir():  # as if the claim were another one when it was recorded
        content = json.loads(record.read_text())
        assert content["settles"] == {"kawaguchi-2016/bad saddle": True}
        record.write_text(json.dumps({**content, "settles": {"kawaguchi-2016/bad saddle": False}}))
    assert statuses(folder, "kawaguchi")[0] == "undecided"
    monkeypatch.setattr(recorded, "_all_code", lambda: "sha256:0")
    assert statuses(folder, "kawaguchi")[0] == "proved"
    monkeypatch.setattr(Installed, "is_ours", lambda self, name: False)  # another package's claim: never from a record
    for record in cache.iterdir():
        content = json.loads(record.read_text())
        record.write_text(json.dumps({**content, "settles": {"kawaguchi-2016/bad saddle": False}}))
    assert statuses(folder, "kawaguchi")[0] == "proved"


@pytest.mark.skipif(os.name != "posix", reason="modes of folders")
def test_records_that_others_could_have_written_do_not_count(folder: Path, cache: Path) -> None:
    assert statuses(folder, "kawaguchi", "--check")[0] == "proved"
    cache.chmod(0o777)
    assert statuses(folder, "kawaguchi")[0] == "not-checked"
    cache.chmod(0o700)
    assert statuses(folder, "kawaguchi")[0] == "proved"


def test_a_package_that_is_changed_meanwhile_leaves_no_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded.code_digest()
    monkeypatch.setattr(recorded, "_digest_now", lambda *folders: "sha256:0")
    assert statuses(folder, "kawaguchi", "--check")[0] == "proved"
    assert statuses(folder, "kawaguchi")[0] == "not-checked"


def test_a_strangers_folder_brings_no_records(folder: Path, cache: Path) -> None:
    statuses(folder, "kawaguchi", "--check")
    shutil.copytree(cache, folder / "verdicts")
    shutil.copytree(cache, folder / "kawaguchi-2016" / "verdicts")
    shutil.rmtree(cache)
    assert statuses(folder, "kawaguchi")[0] == "not-checked"


def test_a_file_that_is_exchanged_settles_nothing(folder: Path) -> None:
    shutil.copy(DING, folder / "kawaguchi-2016" / "bad-saddle.json")
    for options in (["--check"], []):
        entry = listed(folder, "kawaguchi", *options)[0]
        assert (entry["status"], entry["code"], entry["sentence"]) == ("undecided", "not-covered", None)
    (folder / "kawaguchi-2016" / "bad-saddle.json").write_text("{}")
    assert statuses(folder, "kawaguchi")[0] == "not-checked"
    for options in (["--check"], []):  # a verdict that is no proof is recorded too
        entry = listed(folder, "kawaguchi", *options)[0]
        assert (entry["status"], entry["code"]) == ("undecided", "unreadable")


def test_check_honours_jobs_and_says_what_it_does(folder: Path) -> None:
    alone = listed(folder, "--check", "--verdict", "proved", "--verdict", "refuted")
    together = run(folder, "--check", "--jobs", 2, "--verdict", "proved", "--verdict", "refuted", "--format", "jsonl")
    *lines, end = map(json.loads, together.stdout.splitlines())
    assert [{name: line[name] for name in alone[0]} for line in lines] == alone
    assert end["count"] == len(alone) == 3
    assert len(together.stderr.splitlines()) == 2  # a line per certificate
    assert run(folder, "-q", "--check", "kawaguchi").stderr == ""


def test_each_of_a_hundred_certificates_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as report:
        for done in range(140):
            report(f"file {done}", done, 140)
    assert len(capsys.readouterr().err.splitlines()) == 140


def test_it_is_quick(folder: Path) -> None:
    run(folder, "--check")
    start = time.process_time()
    run(folder)
    assert time.process_time() - start < 2


def test_a_terminal_of_80_columns_and_a_pipe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, run(folder).stdout.splitlines())) <= 80
    assert "\x1b" not in run(folder).stdout
