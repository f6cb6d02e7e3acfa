"""One table of exit codes for all commands: what each ends with, and that the documents say the same."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from functools import partial
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.campaigns import campaign, sampled
from tests.corpus.forge import CORPUS
from verify.checker.__main__ import main as check_main
from verify.checker.core.codes import PRECEDENCE, ExitCode, Reason
from verify.independent.command_line import main as second_main
from verify.producer.cli import main
from verify.producer.cli.failures import ExitCodes
from verify.producer.executors import ExecutorError
from verify.producer.prover import NotCertified

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "EXIT_CODES.md").read_text(encoding="utf-8")
GOOD = CORPUS / "valid" / "global-minimum-k2.json"
WRONG = CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


# The documents


def test_the_page_has_the_table_and_the_reasons() -> None:
    rows = re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", PAGE, flags=re.MULTILINE)
    assert [(int(code), name) for code, name in rows] == [(code.value, code.name) for code in ExitCode]
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE, flags=re.MULTILINE) == [reason.value for reason in Reason]


@pytest.mark.parametrize("text", [PAGE, (ROOT / "README.md").read_text(encoding="utf-8")], ids=["page", "README"])
def test_the_order_is_that_of_the_code(text: str) -> None:
    order = ", ".join(str(code.value) for code in PRECEDENCE)
    assert f"first that applies of {order}" in " ".join(text.split())


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"]])
def test_help_names_every_code(arguments: list[str]) -> None:
    shown = run(*arguments).output
    for code in ExitCode:
        assert re.search(rf"\b{code.value}\b", shown), code


# One class makes every failure its code


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (click.ClickException("no"), 2, "Error: no"),
        (click.UsageError("no"), 2, "Error: no"),
        (NotCertified("nothing is proved", {}), 3, "Error: not proved: nothing is proved"),
        (ExecutorError("the cluster is gone"), 74, "Error: the cluster is gone"),
        (OSError(28, "No space left on device"), 74, "No space left"),
        (MemoryError(), 74, "Error: out of memory"),
        (KeyboardInterrupt(), 130, "interrupted: "),
        (
            ZeroDivisionError("a bug"),
            70,
            "internal error, please report it: ZeroDivisionError: a bug (test_exit_codes.py:",
        ),
    ],
)
def test_whatever_a_command_raises_ends_with_its_code(
    error: BaseException, code: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.group(cls=ExitCodes)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    monkeypatch.delenv("VERIFY_TRACEBACK", raising=False)
    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == code
    assert line in result.output
    assert "Traceback" not in result.output
    if code == 70:
        monkeypatch.setenv("VERIFY_TRACEBACK", "1")
        assert "Traceback" in CliRunner().invoke(group, ["fail"]).output


# Every command


@pytest.mark.parametrize(
    "command", ["audit", "certify", "derive", "explain", "list", "plot", "prove", "report", "search", "sdp", "show"]
)
def test_a_wrong_command_line_is_2(command: str) -> None:
    assert run(command, "--bogus").exit_code == 2


@pytest.mark.parametrize("command", [["show"], ["plot"], ["certify"], ["sdp", "bound"], ["audit"], ["check"]])
def test_a_file_that_cannot_be_read_is_2(command: list[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff")
    assert run(*command, bad).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [["derive", "nonsense"], ["prove", "nonsense"], ["search", "--k", "0", "--n", "1"]]
)
def test_what_is_not_known_is_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_what_is_not_proved_is_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "point.npy", [[0.0, 0.0]])
    assert run("certify", tmp_path / "point.npy", "--output", tmp_path / "out").exit_code == 3

    def give_up(*arguments: object) -> None:
        raise NotCertified("nothing was found", {})

    monkeypatch.setattr("verify.proofs.other_activations.write_parts", give_up)
    result = run("prove", "other-activations", "--output", tmp_path / "out")
    assert (result.exit_code, "nothing was found; what was certified is in" in result.output) == (3, True)


def test_a_bug_at_one_point_leaves_the_others_their_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verify.producer.prover import certify

    def sometimes(landscape: object, student: np.ndarray, **rest: object) -> object:
        if not student[0, 0]:
            raise ZeroDivisionError("a bug")
        return certify(landscape, student, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr("verify.producer.prover.certify", sometimes)
    np.save(tmp_path / "points.npy", [[[0.0, 1.0], [1.0, 0.0]], np.eye(2)])
    result = run("certify", tmp_path / "points.npy", "--output", tmp_path / "out")
    assert result.exit_code == 70
    assert "point 0: not certified: internal error, please report it: ZeroDivisionError" in result.output
    assert (tmp_path / "out" / "point-001.json").exists()


def test_what_cannot_be_written_is_74(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    np.save(tmp_path / "point.npy", np.eye(2))
    assert run("certify", tmp_path / "point.npy", "--output", tmp_path / "file" / "out").exit_code == 74
    assert run("prove", "other-activations", "--output", tmp_path / "file" / "out").exit_code == 74
    assert run("plot", GOOD, "--output", tmp_path / "file" / "out.png").exit_code == 74


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", sampled(["check", "show", "list", "derive"], every=4))
def test_an_output_that_is_full_is_74(command: str, tmp_path: Path) -> None:
    last = {"list": f"--certificates={tmp_path}", "derive": "square"}.get(command, str(GOOD))
    with Path("/dev/full").open("w") as full:
        line = [sys.executable, "-m", "verify.producer.cli", command, last]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 74, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "line",
    [
        ["verify.checker", str(GOOD)],
        ["verify.independent", str(GOOD)],
        ["verify.checker", "--jobs", "2", str(GOOD)],
        pytest.param(["verify", "list"], marks=campaign),
    ],
    ids=" ".join,
)
def test_a_failure_of_which_nothing_can_be_said_is_74_and_not_1(line: list[str]) -> None:
    """With nothing to write to, Python would end with a traceback, whose 1 says that a certificate is rejected."""
    command = f"{shlex.join([sys.executable, '-m', *line])} 2>/dev/full"
    full, closed = f"{command} >/dev/full", f"ulimit -n 12; {command} >&-"  # too few files for other processes
    for shell in [full] if "--jobs" not in line else [full, closed]:
        assert subprocess.run(["sh", "-c", shell], env=ENVIRONMENT, check=False).returncode == 74, shell


@pytest.mark.parametrize("module", [["verify.checker"], ["verify.independent"], ["verify", "check"]], ids=" ".join)
@pytest.mark.parametrize("name", ["-h", "--help"])
def test_a_file_named_help_does_not_keep_the_others_from_being_checked(module: list[str], name: str) -> None:
    """As after `*` in a stranger's folder: 0 is for certificates that were checked."""
    command = [sys.executable, "-m", *module, name]
    assert subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False).returncode == 0
    done = subprocess.run([*command, str(GOOD)], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:6]) == (2, "usage:")
    assert "not checked" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes")
@pytest.mark.parametrize("command", sampled(["check", "show", "list", "derive"], every=4))
def test_a_reader_that_has_gone_is_141(command: str, tmp_path: Path) -> None:
    last = {"list": f"--certificates={tmp_path}", "derive": "square"}.get(command, str(GOOD))
    end, start = os.pipe()
    os.close(end)
    line = [sys.executable, "-m", "verify.producer.cli", command, last]
    done = subprocess.run(line, stdout=start, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False)
    os.close(start)
    assert (done.returncode, done.stderr.strip()) == (141, "")


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_says_what_is_kept_and_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    command = [sys.executable, "-m", "verify.producer.cli", "prove", "safran-shamir-2018", "--output", str(folder)]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # where the tests run behind a shell, it is ignored
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, text=True, env=ENVIRONMENT, preexec_fn=heard)  # type: ignore[call-overload]
    deadline = time.monotonic() + 120
    while not list(folder.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    kept = f"interrupted: the certificates that were made are in {folder}; the same command keeps them and goes on"
    assert kept in errors.splitlines()


# The checkers


@pytest.mark.parametrize("start", [check_main, second_main], ids=["first", "second"])
def test_a_crash_of_a_checker_is_no_verdict(
    start: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("verify.checker.front.writers.as_text", broken)
    monkeypatch.setattr("verify.independent.checking.check", broken)
    assert start([str(WRONG)]) == 70  # type: ignore[operator]
    assert "internal error, please report it: ZeroDivisionError: a bug" in capsys.readouterr().err


def test_a_bug_in_a_proof_leaves_the_other_files_their_verdicts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("verify.checker.theorems.saddle.prove_critical_point", broken)
    assert check_main([str(CORPUS / "valid" / "erf-saddle.json"), str(GOOD)]) == 70
    shown = capsys.readouterr().out
    assert "internal error of the checker, please report it: ZeroDivisionError" in shown
    assert "1 verified, 0 rejected, 1 undecided" in shown


# Plug-ins


def test_a_broken_plug_in_stops_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entries = [
        EntryPoint("a-broken-one", "nowhere.to.be.found:PROOF", "verify.proofs"),
        EntryPoint("no-proof", "math:pi", "verify.proofs"),
        EntryPoint("other-activations", "math:pi", "verify.proofs"),  # a stranger does not take a name of ours
    ]
    monkeypatch.setattr("verify.producer.proof.entry_points", lambda group: EntryPoints(entries).select(group=group))
    listed = run("list", "--certificates", tmp_path)
    assert listed.exit_code == 0
    assert listed.output.count("broken") >= 2
    assert "other-activations" in listed.output
    refused = run("prove", "a-broken-one")
    assert (refused.exit_code, "cannot be loaded: ModuleNotFoundError" in refused.output) == (74, True)
    assert run("prove", "no-proof").exit_code == 74
    assert "known: a-broken-one, arjevani-field, " in run("prove", "nonsense").output
    monkeypatch.setattr("verify.proofs.other_activations.write_parts", lambda *arguments: None)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "minimum.json").write_bytes(GOOD.read_bytes())
    assert run("prove", "other-activations", "--output", folder).exit_code == 0
