"""`verify check` in every format: verdicts never blur, nothing of a stranger's is printed raw, nothing done is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.corpus.forge import CORPUS
from verify.checker.core.codes import Reason
from verify.checker.front.session import Session
from verify.command_line import main

ROOT = Path(__file__).parents[2]
GOOD = str(CORPUS / "valid" / "global-minimum-k2.json")
WRONG = str(CORPUS / "invalid" / "rejected-minimum-bound-too-large.json")
OPEN = str(CORPUS / "invalid" / "undecided-minimum-ball-too-large.json")
BAD = str(CORPUS / "malformed" / "center-entry-null.json")
ALL = (GOOD, WRONG, OPEN, BAD)
FORMATS = ("text", "json", "jsonl", "junit", "sarif", "markdown")
NASTY = ["\x1b[2Jclear.json", "new\nline Verified.json", "right\u202eleft.json", "quote\"<&>'%41.json"]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("files", "code"), [((GOOD,), 0), ((WRONG,), 1), ((BAD,), 2), ((OPEN,), 3), (ALL, 2)])
def test_the_exit_code_is_the_same_in_every_format(check: Any, form: str, files: tuple[str, ...], code: int) -> None:
    assert check("--format", form, *files)[0] == code


def test_lines_are_the_documents_items_and_an_end(check: Any) -> None:
    document = json.loads(check("--format", "json", *ALL)[1])
    *lines, end = map(json.loads, check("--format", "jsonl", *ALL)[1].splitlines())
    assert [line.pop("schema") for line in lines] == ["landscape-verify-check/1"] * 4
    assert [line.pop("type") for line in lines] == ["result"] * 4
    for found in (*lines, *document["results"]):
        found.pop("seconds")
    assert lines == document["results"]
    assert (end["type"], end["count"], end["exit_code"], end["finished"]) == ("end", 4, 2, True)


def test_junit(check: Any) -> None:
    suite = ElementTree.fromstring(check("--format", "junit", *ALL)[1])
    assert (suite.tag, suite.get("name")) == ("testsuite", "verify check")
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "2", "1"]
    assert [(case.tag, case.get("classname")) for case in suite] == [("testcase", "certificate")] * 4
    assert [case.get("name") for case in suite] == [*ALL]
    assert [[child.tag for child in case] for case in suite] == [["system-out"], ["failure"], ["failure"], ["error"]]
    assert [case[0].get("type") for case in suite] == [None, "hypothesis-false", "not-proved", "unreadable"]
    assert [case[0].text for case in suite][1:] == ["Rejected", "Undecided", "Malformed"]
    assert "has a strict local minimum" in (suite[0][0].text or "")
    assert suite[1][0].get("message") == "the Hessian has an eigenvalue below 0.0048 at the given point"


def test_sarif_has_what_is_not_verified_each_verdict_apart(check: Any) -> None:
    (run,) = json.loads(check("--format", "sarif", *ALL)[1])["runs"]
    found = run["results"]
    assert [result["properties"]["verdict"] for result in found] == ["Rejected", "Undecided", "Malformed"]
    assert [result["level"] for result in found] == ["error", "warning", "error"]
    assert [result["ruleId"] for result in found] == ["hypothesis-false", "not-proved", "unreadable"]
    places = [result["locations"][0]["physicalLocation"] for result in found]
    assert [place["region"]["startLine"] for place in places][:2] == [1, 1]
    line = Path(BAD).read_text().splitlines()[places[2]["region"]["startLine"] - 1]
    assert "null" in line
    assert [file["properties"]["verdict"] for file in run["artifacts"]] == [
        "Verified",
        "Rejected",
        "Undecided",
        "Malformed",
    ]
    assert run["invocations"][0]["executionSuccessful"] is True
    assert "Claimed, not proved: " in found[1]["message"]["text"]


def test_the_advice_depends_on_the_code(check: Any) -> None:
    lines = check(*ALL)[1].splitlines()
    assert [line.split()[0] for line in lines[5:]] == ["unreadable", "hypothesis-false", "not-proved"]
    assert all(f"docs/REASONS.md#{line.split()[0]}" in line for line in lines[5:])
    assert len(check(GOOD)[1].splitlines()) == 2
    assert len(check("-q", *ALL)[1].splitlines()) == 3


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("form", FORMATS)
def test_names_of_strangers_are_not_printed_raw(check: Any, tmp_path: Path, name: str, form: str) -> None:
    shutil.copy(WRONG, tmp_path / name)
    code, out, err = check("--format", form, str(tmp_path / name))
    assert code == 1
    assert all(character.isprintable() or character == "\n" for character in out + err)
    if form == "json":
        assert json.loads(out)["results"][0]["path"] == str(tmp_path / name)
    elif form == "jsonl":
        assert len(out.splitlines()) == 2
    elif form == "junit":
        assert len(ElementTree.fromstring(out)) == 1
    elif form == "sarif":
        (result,) = json.loads(out)["runs"][0]["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(" <>\"'\n\x1b")


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_that_is_not_utf_8(check: Any, tmp_path: Path, form: str) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")
    shutil.copy(GOOD, path)
    code, out, _ = check(path, "--format", form)
    assert code == 0
    assert out.encode("utf-8", "backslashreplace")


def test_markdown(check: Any) -> None:
    """A row for each file: its sentence where it is verified, else why not; then the counts."""
    code, out, _ = check("--format", "markdown", *ALL)
    assert code == check("--format", "json", *ALL)[0]
    head, rule, *rows, blank, counts = out.splitlines()
    assert (len(rows), blank, rule.count("|")) == (len(ALL), "", head.count("|"))
    verdicts = {row.split(" | ")[1]: row for row in rows}
    assert set(verdicts) == {"Verified", "Rejected", "Undecided", "Malformed"}
    assert all(not re.search(r"[^\\]\|[^ ]", row[1:-1]) for row in rows)
    assert counts.startswith(f"{len(ALL)} files: ")


# Interruption


@pytest.mark.parametrize("form", ["json", "jsonl", "junit", "sarif", "markdown"])
def test_what_was_checked_is_written_when_the_run_is_stopped(
    check: Any, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    original = Session.check

    def interrupt(self: Session, path: Path, **options: bool) -> object:
        if path == Path(OPEN):
            raise KeyboardInterrupt
        return original(self, path, **options)

    monkeypatch.setattr(Session, "check", interrupt)
    code, out, _ = check("--format", form, GOOD, WRONG, OPEN)
    assert code == 130
    if form == "json":
        document = json.loads(out)
        assert (document["finished"], len(document["results"])) == (False, 2)
    elif form == "jsonl":
        end = json.loads(out.splitlines()[-1])
        assert (end["type"], end["finished"], end["count"]) == ("end", False, 2)
    elif form == "junit":
        suite = ElementTree.fromstring(out)
        assert (suite.get("tests"), suite.get("errors")) == ("3", "1")  # never a success
        assert suite[-1][0].get("type") == "interrupted"
    elif form == "markdown":
        assert out.rstrip().endswith("The run was stopped: files are missing here.")
        assert sum(line.startswith("| ") for line in out.splitlines()) == 3
    else:
        (run,) = json.loads(out)["runs"]
        assert run["invocations"][0]["executionSuccessful"] is False
        assert len(run["results"]) == 1


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("jobs", [1, 2])
def test_sigterm_writes_the_report_and_leaves_no_process(tmp_path: Path, jobs: int) -> None:
    slow = (ROOT / "certificates" / "symmetric-minima").glob("type-i-*.json")  # each takes seconds
    files = [GOOD, *map(str, sorted(slow))]
    command = [sys.executable, "-m", "verify.command_line", "check", "--format", "jsonl", "--jobs", str(jobs), *files]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())  # flushed as soon as the file is checked
    assert first["verdict"] == "Verified"
    process.send_signal(signal.SIGTERM)
    start = time.monotonic()
    rest, _ = process.communicate(timeout=60)
    end = json.loads(rest.splitlines()[-1])
    assert (process.returncode, end["exit_code"], end["finished"]) == (130, 130, False)
    assert time.monotonic() - start < 10


# A terminal


class Terminal:
    """Standard output that says it is a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_verdicts_are_coloured_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "70")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["check", GOOD, WRONG]) == 1
    assert ("\x1b[32mVerified\x1b[0m" in terminal.text) == coloured
    assert ("\x1b[31mRejected\x1b[0m" in terminal.text) == coloured
    plain = terminal.text.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "")
    assert max(map(len, plain.splitlines())) <= 70


def test_a_pipe_has_no_colour_and_no_wrapping_unless_columns_says_so(
    check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    out = check(GOOD)[1]
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, check(GOOD)[1].splitlines())) <= 60


def test_what_prints_at_the_end_says_meanwhile_what_is_done(check: Any) -> None:
    _, out, err = check("--format", "junit", GOOD, WRONG)
    assert [line.split("  ")[0] for line in err.splitlines()] == ["[1/2] Verified", "[2/2] Rejected"]
    assert ElementTree.fromstring(out).get("tests") == "2"
    assert check("-q", "--format", "junit", GOOD)[2] == ""
    assert check(GOOD)[2] == ""  # its lines are printed as they come


def test_every_reason_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for reason in Reason:
        assert main(["explain", reason]) == 0
        assert capsys.readouterr().out.startswith(f"{reason}: ")
    with pytest.raises(SystemExit) as ended:
        main(["explain", "nonsense"])
    assert ended.value.code == 2
