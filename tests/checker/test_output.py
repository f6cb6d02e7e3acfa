"""`python -m verify.checker`: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import verify
from tests.checker.conftest import Run
from tests.corpus.forge import CORPUS, load
from verify.checker.__main__ import main
from verify.checker.front import session as sessions

ROOT = Path(__file__).parents[2]
VALID = CORPUS / "valid"
GOOD = str(VALID / "global-minimum-k2.json")
BAD = str(CORPUS / "malformed" / "raw-empty.json")
WRONG = str(CORPUS / "invalid" / "rejected-minimum-bound-too-large.json")
OPEN = str(CORPUS / "invalid" / "undecided-minimum-ball-too-large.json")


# Text


def test_one_line_per_file_and_a_summary(run: Run) -> None:
    code, out, err = run(GOOD, WRONG, OPEN, BAD)
    lines = out.splitlines()
    assert code == 2
    assert err == ""
    assert [line.split()[0] for line in lines[:4]] == ["Verified", "Rejected", "Undecided", "Malformed"]
    assert [line.split()[1] for line in lines[:4]] == [GOOD, WRONG, OPEN, BAD]
    assert lines[4].startswith("4 files: 1 verified, 1 rejected, 1 undecided, 1 malformed in ")
    assert len(lines) == 5


def test_a_verified_line_says_what_in_which_scope_and_trusting_what(run: Run) -> None:
    _, out, _ = run(GOOD)
    assert "(arb, " in out
    assert "For every d >= 2, the population loss of 2 ReLU student neurons and a teacher of 2 orthonormal" in out
    assert "has a strict local minimum, within 5.96046447754e-8 of the given point, with loss in [" in out


def test_verbose_prints_the_theorem_its_hypotheses_and_assumptions(run: Run) -> None:
    code, out, _ = run("-v", GOOD, WRONG)
    assert code == 1
    for part in ("Proved: ", "Scope: one instance: k = 2, n = 2, every input dimension d >= 2", "Because:"):
        assert part in out
    assert "[strict-local-minimum] |grad F(c)| < m r: " in out
    assert "- the ball arithmetic of FLINT" in out
    assert "Claimed, not proved: " in out


@pytest.mark.parametrize(
    ("files", "code"),
    [([GOOD], 0), ([WRONG], 1), ([BAD], 2), ([OPEN], 3), ([OPEN, WRONG], 1), ([OPEN, BAD, WRONG, GOOD], 2)],
    ids=["verified", "rejected", "malformed", "undecided", "rejected-first", "malformed-first"],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_codes(run: Run, files: list[str], code: int, form: str) -> None:
    assert run(*files, "--format", form)[0] == code


def test_other_files_are_checked_after_a_bad_one(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(str(tmp_path / "none.json"), "x" * 5_000, GOOD)
    assert code == 2
    assert "there is no such file" in out
    assert "3 files: 1 verified, 0 rejected, 0 undecided, 2 malformed" in out


def test_an_empty_name_is_no_folder(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copy(GOOD, tmp_path / "good.json")
    monkeypatch.chdir(tmp_path)
    assert run("")[0] == 2


# Folders


def test_folder_means_all_json_files_below_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(GOOD, tmp_path / "b.json")
    shutil.copy(GOOD, tmp_path / "deep" / "er" / "a.json")
    shutil.copy(BAD, tmp_path / "notes.txt")
    code, out, _ = run(str(tmp_path))
    assert code == 0
    assert [Path(line.split()[1]).name for line in out.splitlines()[:-1]] == ["b.json", "a.json"]


def test_folder_with_a_link_or_a_fifo_in_it(run: Run, tmp_path: Path, five_seconds: None) -> None:
    (tmp_path / "link.json").symlink_to(GOOD)
    os.mkfifo(tmp_path / "fifo.json")
    code, out, _ = run(str(tmp_path))
    assert code == 2
    assert "is a symbolic link; name the file itself" in out
    assert "is not a regular file" in out


def test_folder_without_certificates_is_no_success(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(str(tmp_path))
    assert code == 2
    assert "there is no .json file in this folder" in out


def test_capitals_in_the_ending_do_not_hide_a_file(run: Run, tmp_path: Path) -> None:
    shutil.copy(GOOD, tmp_path / "good.json")
    shutil.copy(BAD, tmp_path / "BAD.JSON")
    assert run(str(tmp_path))[0] == 2


def test_a_folder_of_too_many_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_FILES", 3)
    for name in ("a", "b", "c"):
        shutil.copy(GOOD, tmp_path / f"{name}.json")
    assert run(str(tmp_path))[0] == 0
    (tmp_path / "deep").mkdir()
    shutil.copy(GOOD, tmp_path / "deep" / "d.json")
    code, out, _ = run(str(tmp_path))
    assert code == 2
    assert "the folder has more than 3 files" in out


def test_a_folder_that_cannot_be_read_is_no_success(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    shutil.copy(GOOD, tmp_path / "good.json")
    scandir = os.scandir

    def refuse(path: str | os.PathLike[str]) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    code, out, _ = run(str(tmp_path))
    assert code == 2
    assert "Permission denied" in out


# JSON

KEYS = [
    "path",
    "verdict",
    "property",
    "scope",
    "definition",
    "trust",
    "digest",
    "sentence",
    "claimed",
    "reason",
]
KEYS += ["code", "help", "hypotheses", "assumptions", "rests_on", "seconds"]


def test_json(run: Run) -> None:
    _, out, _ = run(GOOD, WRONG, OPEN, BAD, "--format", "json")
    good, wrong, undecided, bad = json.loads(out)["results"]
    for record in (good, wrong, undecided, bad):
        assert list(record) == KEYS
        assert record["seconds"] >= 0
        assert (record["sentence"] is None) != (record["reason"] is None)
        verified = record["verdict"] == "Verified"
        assert (record["trust"] == "arb") == bool(record["hypotheses"]) == bool(record["assumptions"]) == verified
        assert (record["help"] is None) == (record["code"] is None) == verified
    assert good["path"] == GOOD
    assert good["digest"] == load("valid/global-minimum-k2.json")["digest"]
    assert (good["verdict"], good["property"]) == ("Verified", "strict-local-minimum")
    assert good["scope"] == "one instance: k = 2, n = 2, every input dimension d >= 2"
    assert (wrong["verdict"], wrong["property"]) == ("Rejected", "spurious-local-minimum")
    assert (bad["verdict"], bad["property"], bad["digest"]) == ("Malformed", None, None)
    assert (wrong["claimed"] is None, good["claimed"], bad["claimed"]) == (False, None, None)
    assert undecided["help"] == "docs/REASONS.md#not-proved"


def test_the_document_says_what_it_is_and_how_the_run_ended(run: Run) -> None:
    for files, code in (([GOOD], 0), ([GOOD, OPEN], 3)):
        document = json.loads(run(*files, "--format", "json")[1])
        assert list(document) == ["schema", "version", "exit_code", "finished", "results"]
        assert (document["schema"], document["version"]) == ("landscape-verify-check/1", verify.__version__)
        assert (document["exit_code"], document["finished"]) == (code, True)


def test_an_interruption_keeps_what_was_checked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    check = sessions.Session.check

    def interrupt(self: sessions.Session, path: Path, **options: bool) -> object:
        if path == Path(WRONG):
            raise KeyboardInterrupt
        return check(self, path, **options)

    monkeypatch.setattr(sessions.Session, "check", interrupt)
    code, out, err = run(GOOD, WRONG, "--format", "json")
    document = json.loads(out)
    assert (code, document["exit_code"], document["finished"]) == (130, 130, False)
    assert [record["path"] for record in document["results"]] == [GOOD]
    assert err == "interrupted: not all files were checked\n"
    assert "1 file" not in run(GOOD, WRONG)[1]  # the summary would read as if that were all


def test_quiet_prints_what_is_not_verified(run: Run) -> None:
    assert run("-q", GOOD) == (0, "", "")
    code, out, _ = run("-q", GOOD, WRONG)
    assert (code, len(out.splitlines())) == (1, 1)
    assert out.startswith(f"Rejected   {WRONG}")


# File names of strangers

NASTY = ["\x1b[2Jclear.json", "new\nline Verified.json", "tab\t.json", "right\u202eleft.json", "quote\"<&>'.json"]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("form", ["text", "json"])
def test_control_characters_are_not_printed(run: Run, tmp_path: Path, name: str, form: str) -> None:
    shutil.copy(GOOD, tmp_path / name)
    code, out, _ = run(str(tmp_path / name), "--format", form)
    assert code == 0
    assert all(character.isprintable() or character == "\n" for character in out)
    if form == "text":
        assert len(out.splitlines()) == 2
    else:
        assert json.loads(out)["results"][0]["path"] == str(tmp_path / name)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_name_that_is_not_utf_8(run: Run, tmp_path: Path, form: str) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")
    shutil.copy(GOOD, path)
    code, out, _ = run(path, "--format", form)
    assert code == 0
    assert out.encode()


# Arguments


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--fast"],
        ["--format", "xml", GOOD],
        ["--time-limit", "0", GOOD],
        ["--time-limit", "nan", GOOD],
        ["--time-limit", "soon", GOOD],
        ["--time-limit", "600", "--time-limit", "600", GOOD],
        ["--expect", GOOD, GOOD, "--expect", GOOD],
        ["--exp", GOOD, GOOD],
    ],
    ids=" ".join,
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m verify.checker" in capsys.readouterr().err


def test_without_a_path_it_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(
        "name a certificate, a manifest or a folder of them, as in: python -m verify.checker certificates/"
    )


def test_a_file_named_like_an_option_is_checked_after_two_dashes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(GOOD, tmp_path / "--expect=x.json")
    monkeypatch.chdir(tmp_path)
    assert run("--", "--expect=x.json")[0] == 0


# The process


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verify.checker", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, timeout=60, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_a_pipe_that_no_one_reads() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process(GOOD, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_is_no_success() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("w") as full:
        done = process(GOOD, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 74
    assert done.stderr == "cannot write: No space left on device\n"


@pytest.mark.parametrize(("file", "code"), [(GOOD, 0), (WRONG, 1)])
def test_without_any_output_the_exit_code_still_tells(file: str, code: int) -> None:
    command = f"{shlex.quote(sys.executable)} -m verify.checker {shlex.quote(file)} >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], cwd=ROOT, timeout=60, check=False).returncode == code


def test_an_output_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "\u03ba.json"
    shutil.copy(GOOD, path)
    for form in ("text", "json"):
        environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        assert process(str(path), "--format", form, env=environment, capture_output=True).returncode == 0


# Help


def test_help_lists_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "2  a file is malformed" in capsys.readouterr().out


def test_time_limit(run: Run) -> None:
    code, out, _ = run(str(VALID / "type-ii-k6.json"), "--time-limit", "1e-9")
    assert code == 3
    assert "the time limit passed; raise --time-limit" in out
