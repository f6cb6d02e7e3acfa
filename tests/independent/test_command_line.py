"""`python check.py PATH...`: files, folders, exit codes, `--expect`, and the end of its output."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.engine import repair
from tests.independent.differential import CORPUS
from verify.checker.core.codes import PRECEDENCE
from verify.independent import command_line, documents, files
from verify.independent.command_line import main
from verify.independent.critical_points import MAX_UNKNOWNS_HERE
from verify.independent.population import Loss
from verify.independent.verdicts import ExitCode

GOOD = CORPUS / "valid" / "global-minimum-k2.json"
WRONG = CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"
UNDECIDED = CORPUS / "invalid" / "undecided-minimum-ball-too-large.json"
BAD = CORPUS / "malformed" / "raw-empty.json"
SCRIPT = [sys.executable, "-m", "verify.independent"]

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """The command: its exit code and standard output; fails after 20 s instead of waiting for ever."""

    def stop(signum: int, frame: object) -> None:
        raise TimeoutError("the checker waits")

    def with_arguments(*arguments: str | Path) -> tuple[int, str]:
        code = main(list(map(str, arguments)))
        return code, capsys.readouterr().out

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield with_arguments
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([GOOD], 0),
        ([WRONG], 1),
        ([BAD], 2),
        ([UNDECIDED], 3),
        ([UNDECIDED, WRONG], 1),
        ([GOOD, UNDECIDED], 3),
        ([UNDECIDED, BAD, WRONG, GOOD], 2),
    ],
)
def test_exit_codes(run: Run, files: list[Path], code: int) -> None:
    found, out = run(*files)
    assert found == code
    assert [line.split()[1] for line in out.splitlines()] == list(map(str, files))


@pytest.mark.parametrize("options", [[], ["--bogus"], ["--time-limit", "0", GOOD], ["--time-limit", "nan", GOOD]])
def test_wrong_options(run: Run, options: list[Any]) -> None:
    with pytest.raises(SystemExit) as end:
        run(*options)
    assert end.value.code == 2


@pytest.mark.parametrize("option", ["--expect", "--time-limit"])
def test_an_option_is_given_once(run: Run, option: str) -> None:
    with pytest.raises(SystemExit) as end:
        run(GOOD, option, "7", option, "8")
    assert end.value.code == 2


# Files


def make(folder: Path, kind: str) -> Path:
    path = folder / "x.json"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "empty":
        path.touch()
    elif kind == "large":
        with path.open("wb") as file:
            file.truncate(300 * 2**20)
    elif kind == "padded":
        path.write_bytes(GOOD.read_bytes() + b" " * 2**23)
    elif kind == "folder":
        path.mkdir()
    return path


KINDS = ["missing", "fifo", "loop", "empty", "large", "padded", "folder"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_readable_file(run: Run, tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    assert run(path)[0] == 2
    assert run(path, GOOD)[1].count("Verified") == 1


@pytest.mark.parametrize("path", ["/dev/zero", "", "x" * 5_000, "nul\0"])
def test_paths_that_are_no_files(run: Run, path: str) -> None:
    assert run(path)[0] == 2


def test_links(run: Run, tmp_path: Path) -> None:
    """Followed if named; below a folder, a link to a file is malformed, and one to a folder is passed over."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "link.json").symlink_to(GOOD)
    (tmp_path / "b").mkdir()
    shutil.copy(GOOD, tmp_path / "b" / "GOOD.JSON")
    (tmp_path / "b" / "more").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "b")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "dangling.json").symlink_to(tmp_path / "nothing")
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "more").symlink_to(tmp_path / "b")
    codes = {name: run(tmp_path / name)[0] for name in ("a/link.json", "a", "b", "c", "d", "e")}
    assert codes == {"a/link.json": 0, "a": 2, "b": 0, "c": 0, "d": 2, "e": 2}


def test_a_folder_is_all_json_files_below_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.json", "deep/er/a.json", "deep/c.json"):
        shutil.copy(GOOD, tmp_path / name)
    shutil.copy(BAD, tmp_path / "notes.txt")
    code, out = run(tmp_path)
    assert code == 0
    assert [line.split()[1] for line in out.splitlines()] == [
        str(tmp_path / name) for name in ("b.json", "deep/c.json", "deep/er/a.json")
    ]


def test_too_many_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 1)
    for name in ("a.json", "b.json"):
        shutil.copy(GOOD, tmp_path / name)
    code, out = run(tmp_path)
    assert code == 2
    assert len(out.splitlines()) == 1


def test_a_path_with_strange_characters_is_quoted(run: Run, tmp_path: Path) -> None:
    shutil.copy(GOOD, tmp_path / "\u202e\x1b[2Jx.json")
    assert run(tmp_path)[1].isascii()


@pytest.mark.parametrize("value", ["1.5", '"\\u001b[2J"', "NaN", '{"\\u001b": 1e5}'])
def test_names_and_values_in_messages_are_plain(run: Run, tmp_path: Path, value: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(f'{{"format": "landscape-verify-certificate/1", "\\u001b[2J\u202e": {value}}}', encoding="utf-8")
    code, out = run(path)
    assert code == 2
    assert out.rstrip("\n").isprintable()
    assert out.isascii()


# Manifests and --expect


def manifest(folder: Path, pairs: list[list[int]], parts: dict[str, Path], **changes: Any) -> Path:
    document: dict[str, Any] = json.loads((CORPUS / "valid" / "manifest-strict.json").read_bytes())
    document["statement"] |= {"pairs": pairs, **changes}
    document["witness"]["parts"] = [
        {"file": name, "digest": json.loads(path.read_bytes())["digest"]} for name, path in parts.items()
    ]
    repair(document)
    path = folder / "theorem.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_part_must_be_a_file_here_and_no_link(run: Run, tmp_path: Path) -> None:
    path = manifest(tmp_path, [[2, 2]], {"part.json": GOOD})
    assert run(path)[0] == 1, "missing"
    (tmp_path / "part.json").symlink_to(GOOD)
    assert run(path)[0] == 1, "a link"
    (tmp_path / "part.json").unlink()
    (tmp_path / "part.json").mkdir()
    assert run(path)[0] == 1, "a folder"
    (tmp_path / "part.json").rmdir()
    shutil.copy(GOOD, tmp_path / "part.json")
    assert run(path)[0] == 0


def test_expect(run: Run, tmp_path: Path) -> None:
    path = manifest(tmp_path, [[2, 2]], {"no-such-file.json": GOOD})
    other = CORPUS / "valid" / "global-minimum-k1.json"
    assert run(GOOD, "--expect", path)[0] == 0
    assert run(GOOD, GOOD, "--expect", path)[0] == 0, "a copy"
    assert run(other, "--expect", path)[0] == 1
    assert run(GOOD, other, "--expect", path)[0] == 1
    assert run(GOOD, BAD, "--expect", path)[1].splitlines()[-1].startswith("Rejected")
    assert run(GOOD, tmp_path / "none", "--expect", path)[1].splitlines()[-1].startswith("Rejected")
    assert run(GOOD, "--expect", GOOD)[0] == 2, "a certificate"
    assert run(GOOD, "--expect", tmp_path)[0] == 2, "a folder"
    assert run(GOOD, "--expect", tmp_path / "none")[0] == 2
    wide = manifest(tmp_path, [[2, 2], [3, 3]], {"a.json": GOOD})
    assert run(GOOD, "--expect", wide)[0] == 1, "a pair that is not settled"


def test_a_data_file_is_the_one_given_or_the_one_beside_and_no_other(run: Run, tmp_path: Path) -> None:
    certificate = Path(shutil.copy(CORPUS / "valid" / "sdp-lower-exact.json", tmp_path))
    beside, content = tmp_path / "two-blocks.dat-s", (CORPUS / "valid" / "two-blocks.dat-s").read_bytes()
    given = tmp_path / "elsewhere.txt"
    given.write_bytes(content)
    assert run(certificate)[0] == 3, "none"
    assert run(certificate, "--data", given)[0] == 0
    beside.symlink_to(given)
    assert run(certificate)[0] == 2, "a link"
    beside.unlink()
    beside.write_bytes(content + b"\n")
    assert run(certificate)[0] == 1, "another"
    assert run(certificate, "--data", given)[0] == 0
    beside.write_bytes(b"")
    assert run(certificate)[0] == 2, "empty"
    beside.unlink()
    os.mkfifo(beside)
    assert run(certificate)[0] == 2, "a pipe"
    code, out = run(certificate, "--data", tmp_path / "none")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (2, ["Malformed", "Malformed"])
    path = manifest(tmp_path, [[2, 2]], {"no-such-file.json": GOOD})
    assert run(GOOD, "--data", tmp_path / "none", "--expect", path)[1].splitlines()[-1].startswith("Rejected")


# What it takes on


def test_time_limit(run: Run) -> None:
    code, out = run(CORPUS / "valid" / "type-ii-k6.json", "--time-limit", "0.000001")
    assert code == 3
    assert "the time limit passed" in out


def test_a_large_certificate_does_not_run_far_beyond_its_time(run: Run, tmp_path: Path) -> None:
    document = json.loads((CORPUS / "valid" / "one-dimension-copy.json").read_bytes())
    document["statement"]["landscape"] |= {"teacher": {"rows": [[str(1 + i * i)] for i in range(200)]}, "neurons": 200}
    document["statement"]["region"] |= {"center": [[f"1/{2 + i * i}"] for i in range(200)], "radius": "1*2^-4096"}
    document["witness"] = {"precision": 2_048}
    repair(document)
    path = tmp_path / "large.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    start = time.monotonic()
    code, out = run(path, "--time-limit", "0.1")
    assert (code, time.monotonic() - start < 10) == (3, True), out


def test_more_unknowns_than_it_takes_on(run: Run, tmp_path: Path) -> None:
    document = json.loads((CORPUS / "valid" / "global-minimum-k1.json").read_bytes())
    d = MAX_UNKNOWNS_HERE + 1
    document["statement"]["landscape"]["teacher"] = {"rows": [["1"] * d]}
    document["statement"]["region"]["center"] = [["1"] * d]
    document["statement"]["input_dimension"] = d
    repair(document)
    (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
    code, out = run(tmp_path / "x.json")
    assert code == 3
    assert f"{d} unknowns are more than this checker's" in out


def test_a_bug_is_no_proof(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("\x1b[31m" * 99)

    monkeypatch.setattr(Loss, "hessian", broken)
    code, out = run(GOOD)
    assert code == 70
    assert "internal error of the checker" in out
    assert out.isascii()
    assert "\x1b" not in out
    monkeypatch.setattr(Loss, "hessian", lambda self: (_ for _ in ()).throw(MemoryError))
    assert "out of memory" in run(GOOD)[1]


def test_a_bug_in_a_part_is_one_in_the_manifest_too(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copy(GOOD, tmp_path / "part.json")
    path = manifest(tmp_path, [[2, 2]], {"part.json": GOOD})
    assert run(path)[0] == 0
    monkeypatch.setattr(Loss, "hessian", lambda self: 1 // 0)
    code, out = run(path)
    assert (code, out.split()[0]) == (70, "Undecided")
    assert run(path, BAD)[0] == 70, "before malformed"


def test_a_bug_outside_of_the_files_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "check_all", lambda *arguments: 1 // 0)
    assert main([str(GOOD)]) == 70
    assert capsys.readouterr().err == "internal error, please report it: ZeroDivisionError: " + (
        "integer division or modulo by zero\n"
    )


def test_memory_runs_out_outside_of_the_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_memory(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(command_line, "check_all", without_memory)
    assert main([str(GOOD)]) == 74
    assert "out of memory" in capsys.readouterr().err


def test_the_table_of_exit_codes_is_that_of_all_commands() -> None:
    assert list(map(int, ExitCode)) == list(map(int, PRECEDENCE))


def test_a_kind_that_is_left_out_is_undecided(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = json.loads(GOOD.read_bytes())
    document["statement"] = {"property": "something", "landscape": {"kind": "new"}, "more": [1, True, None]}
    repair(document)
    (tmp_path / "x.json").write_text(json.dumps(document), encoding="utf-8")
    assert run(tmp_path / "x.json")[0] == 2
    monkeypatch.setattr(documents, "LEFT_OUT", frozenset({"new"}))
    code, out = run(tmp_path / "x.json")
    assert code == 3
    assert out.endswith("rule not supported\n")
    path = manifest(tmp_path, [[2, 2]], {"x.json": tmp_path / "x.json"})
    assert run(path)[0] == 3, "what is not understood neither settles a pair nor refutes the manifest"


# Output


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "check_all", interrupt)
    assert main([str(GOOD)]) == 130
    assert "not all files were checked" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*SCRIPT, GOOD], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 74
    assert done.stderr == "cannot write: No space left on device\n"


def test_the_reader_of_the_output_is_gone() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*SCRIPT, GOOD], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_the_output_is_closed() -> None:
    done = subprocess.run(["sh", "-c", '"$0" "$@" >&-', *map(str, [*SCRIPT, GOOD])], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
