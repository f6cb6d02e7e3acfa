"""`verify check --trust independent`: the second checker behind the command of the first."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from tests.campaigns import campaign
from tests.independent.differential import CORPUS
from tests.independent.test_command_line import manifest
from verify.independent.kinds.population_teacher_student import CriticalPoint
from verify.independent.outcomes import Clock
from verify.producer.cli import main

ROOT = Path(__file__).parents[2]
GOOD = CORPUS / "valid" / "global-minimum-k2.json"
WRONG = CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"
UNDECIDED = CORPUS / "invalid" / "undecided-minimum-ball-too-large.json"
BAD = CORPUS / "malformed" / "raw-empty.json"
RISKS = sorted((CORPUS / "malformed").glob("risk-*.json"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", "--trust", "independent", *map(str, arguments)])


@pytest.mark.parametrize(
    ("files", "code"), [([GOOD], 0), ([GOOD, WRONG], 1), ([WRONG, BAD], 2), ([GOOD, UNDECIDED], 3), (RISKS, 2)]
)
def test_exit_codes_and_lines_are_those_of_the_other_tiers(files: list[Path], code: int) -> None:
    other = CliRunner().invoke(main, ["check", *map(str, files)])
    found = run(*files)
    assert found.exit_code == other.exit_code == code

    def verdicts(output: str) -> list[list[str]]:
        return [line.split()[:2] for line in output.splitlines()[:-1]]

    assert verdicts(found.output) == verdicts(other.output)
    assert found.output.splitlines()[-1].split(" in ")[0] == other.output.splitlines()[-1].split(" in ")[0]


def test_the_tier_is_named_and_what_it_assumes() -> None:
    result = run("-v", GOOD)
    assert "(independent, " in result.output
    assert "FLINT" not in result.output
    assert "Assuming that:\n    - verify/independent proves what docs/CERTIFICATE.md asks for" in result.output
    (record,) = json.loads(run("--format", "json", GOOD).stdout)["results"]
    assert (record["verdict"], record["trust"]) == ("Verified", "independent")
    assert record["digest"] == json.loads(GOOD.read_bytes())["digest"]
    assert record["property"] == "strict-local-minimum"
    suite = ElementTree.fromstring(run("--format", "junit", GOOD, WRONG, BAD).stdout)
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=campaign)])
def test_every_property_of_the_committed_kinds_has_a_sentence(every: int) -> None:
    files = sorted((CORPUS / "valid").glob("*.json"))[::every]
    records = json.loads(run("--format", "json", *files).stdout)["results"]
    proved = [record for record in records if record["verdict"] == "Verified"]
    assert len(proved) > 80 / every
    for record in proved:
        assert all(name in record["sentence"] for name in record["property"].split(" and ")), record


def test_a_data_file_may_be_given(tmp_path: Path) -> None:
    shutil.copy(CORPUS / "valid" / "sdp-lower-exact.json", tmp_path)
    program = shutil.copy(CORPUS / "valid" / "two-blocks.dat-s", tmp_path / "renamed")
    assert run(tmp_path).exit_code == 3
    assert run(tmp_path, "--data", program).exit_code == 0
    assert run(tmp_path, "--data", tmp_path / "none").exit_code == 2


def test_expect(tmp_path: Path) -> None:
    path = manifest(tmp_path, [[2, 2]], {"no-such-file.json": GOOD})
    assert run(GOOD, "--expect", path).exit_code == 0
    assert run(GOOD, UNDECIDED, "--expect", path).exit_code == 1
    assert run(GOOD, tmp_path / "none", "--expect", path).exit_code == 2
    assert run(GOOD, "--expect", GOOD).exit_code == 2


def test_the_help_tells_of_it_and_the_first_checker_alone_knows_nothing_of_it() -> None:
    assert "independent" in CliRunner().invoke(main, ["check", "--help"]).output
    command = [sys.executable, "-m", "verify.checker", "--trust", "independent", str(GOOD)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "invalid choice: 'independent'" in done.stderr


@pytest.mark.parametrize("every", [10, pytest.param(1, marks=campaign)])
def test_several_files_at_a_time_with_the_same_answers(every: int, tmp_path: Path) -> None:
    folder = CORPUS / "invalid"
    if every > 1:
        for path in sorted(path for path in folder.glob("*.json") if "family-" not in path.stem)[::every]:
            shutil.copy(path, tmp_path)
        folder = tmp_path
    alone, together = (json.loads(run("--format", "json", "--jobs", jobs, folder).stdout)["results"] for jobs in (1, 2))
    for line in (*alone, *together):
        line.pop("seconds")
    assert together == alone


@campaign
def test_parts_are_expected_of_several_processes_too(tmp_path: Path) -> None:
    expected = CORPUS / "valid" / "manifest-spurious.json"
    parts = [CORPUS / "valid" / part["file"] for part in json.loads(expected.read_text())["witness"]["parts"]]
    assert run("--jobs", 2, "--expect", expected, *parts).exit_code == 0
    assert run("--jobs", 2, "--expect", expected, *parts, GOOD).exit_code == 1


def test_parts_that_were_checked_are_not_proved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = CORPUS / "valid" / "manifest-spurious.json"
    parts = [part["file"] for part in json.loads(expected.read_text())["witness"]["parts"]]
    shutil.copy(expected, tmp_path / "whole.json")  # after its parts
    for name in parts:
        shutil.copy(CORPUS / "valid" / name, tmp_path)
    proved: list[object] = []
    prove = CriticalPoint.prove

    def counted(claim: CriticalPoint, clock: Clock) -> None:
        proved.append(claim)
        prove(claim, clock)

    monkeypatch.setattr(CriticalPoint, "prove", counted)
    folder = run(tmp_path)
    assert folder.exit_code == 0
    assert len(proved) == len(parts)
