"""The contract: what every command prints, compared with the published JSON Schemas; SARIF, with its rules."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from tests.corpus.forge import CORPUS
from tests.formats.sarif_rules import SARIF
from verify.checker.core.codes import Reason
from verify.formats.records import DOCUMENTS
from verify.formats.schema import line_schema, name_of, schema
from verify.producer.cli import main
from verify.producer.prover import NotCertified

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
VALID = CORPUS / "valid"
GOOD = VALID / "global-minimum-k2.json"
CLAIMS = """
[landscapes.line]
inputs = [1, 2]
targets = [1, 2]
widths = [1]
activation = "identity"

[landscapes.sigmoid]
inputs = [1, -1]
targets = [1, 0]
widths = [1, 1]
activation = "sigmoid"
biases = false

[[claims]]
id = "yes"
landscape = "line"
property = "local-minimum"
point = [1, 0]

# [[claims]] is no claim
[[claims]]
id = "no"
landscape = "line"
property = "local-minimum"
point = [3, 0]
[[claims]]
id = "open"
landscape = "sigmoid"
property = "strict-local-minimum"
point = [0, 0]
"""
PROGRAM = "1\n1\n2\n1\n0 1 1 1 1\n0 1 2 2 1\n1 1 1 1 1\n1 1 2 2 1\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inputs")
    (path / "claims.toml").write_text(CLAIMS)
    (path / "program.dat-s").write_text(PROGRAM)
    np.save(path / "points.npy", [np.eye(2), np.eye(2)[::-1], [[0.5, 2.0], [1.0, -3.0]]])
    return path


def strict(found: Any) -> Any:
    """A schema that admits no other members: of this version's own output."""
    if isinstance(found, dict):
        closed = {name: strict(each) for name, each in found.items()}
        if isinstance(found.get("properties"), dict) and found.get("type") == "object":
            closed["additionalProperties"] = False
        return closed
    return [*map(strict, found)] if isinstance(found, list) else found


def published(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text())


def valid(document: Any, name: str) -> Any:
    """The document, if the published schema admits it, and none of its members is missing there."""
    Draft202012Validator(strict(published(name))).validate(document)
    return document


def commands(folder: Path) -> dict[str, tuple[list[object], int]]:
    """Each command that prints documents, and its exit code."""
    out, wrong = folder / "out", CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"
    bad, strange = CORPUS / "malformed" / "raw-empty.json", folder / "absent"
    return {
        "check": (["check", VALID / "manifest-strict.json", GOOD, wrong, bad], 2),
        "audit": (["audit", folder / "claims.toml"], 1),
        "show": (["show", VALID / "manifest-strict.json"], 0),
        "prove": (["prove", "kawaguchi-2016", "--output", ROOT / "certificates" / "kawaguchi-2016"], 0),
        "certify": (["certify", folder / "points.npy", "--output", out], 3),
        "search": (["search", "--k", 2, "--n", 2, "--runs", 3, "--output", folder / "found.npz", "--certify"], 0),
        "sdp-bound": (["sdp", "bound", folder / "program.dat-s", "--output", out], 0),
        "sdp-table": (["sdp", "table", folder, "--output", out], 0),
        "plot": (["plot", VALID / "type-ii-k6.json", "-o", folder / "picture.svg"], 0),
        "report": (["report", VALID / "global-minimum-k2.json", "-o", folder / "page.html"], 0),
        "derive": (["derive", "step"], 0),
        "new-proof": (["new-proof", "a-paper-2026", "-o", folder / "a-paper-2026"], 0),
        "export": (["export", "rocq", VALID / "type-ii-k6.json", "-o", folder / "rocq"], 0),
        "explain": (["explain", "kink"], 0),
        "list": (["list", "kawaguchi", "--certificates", folder], 0),
        "error": (["plot", strange.with_suffix(".json"), "-o", folder / "picture.svg"], 2),
    }


NAMES = [*commands(Path())]


def test_every_document_is_tried_and_published() -> None:
    assert set(NAMES) == set(DOCUMENTS)
    expected = {f"{name}-1{kind}.json" for name in DOCUMENTS for kind in ("", ".line")}
    assert {path.name for path in SCHEMAS.iterdir()} == expected
    for name, document in DOCUMENTS.items():
        Draft202012Validator.check_schema(published(f"{name}-1.json"))
        Draft202012Validator.check_schema(published(f"{name}-1.line.json"))
        assert published(f"{name}-1.json") == schema(document)
        assert published(f"{name}-1.line.json") == line_schema(document)
        assert name_of(document) == f"landscape-verify-{name}/1"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "error"])
def test_a_document_is_as_published(name: str, folder: Path) -> None:
    arguments, code = commands(folder)[name]
    result = run(*arguments, "--format", "json")
    assert result.exit_code == code, result.output
    document = valid(json.loads(result.stdout), f"{name}-1.json")
    assert list(document)[:4] == ["schema", "version", "exit_code", "finished"]
    assert (document["exit_code"], document["finished"]) == (code, True)
    if "results" in document:
        assert document["results"]


@pytest.mark.parametrize("name", ["audit", "certify", "prove", "sdp-bound", "show", "search"])
def test_lines_are_as_published(name: str, folder: Path) -> None:
    arguments, code = commands(folder)[name]
    *lines, end = map(json.loads, run(*arguments, "--format", "jsonl").stdout.splitlines())
    for line in (*lines, end):
        Draft202012Validator(published(f"{name}-1.line.json")).validate(line)
    assert {line["type"] for line in lines} == {"result"}
    assert (end["type"], end["exit_code"], end["count"]) == ("end", code, len(lines))


def test_what_cannot_be_done_is_a_document_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "broken.json").write_text("{")

    def give_up(*arguments: object) -> None:
        raise NotCertified("nothing was found", {}, Reason.NO_CANDIDATE)

    monkeypatch.setattr("verify.proofs.other_activations.write_parts", give_up)
    for arguments, code, reason in (
        (["plot", folder / "broken.json"], 2, "unreadable"),
        (["derive", "nonsense"], 2, None),
        (["certify", folder / "claims.toml"], 2, None),
        (["audit", folder / "broken.json"], 2, "unreadable"),
        (["show", folder / "broken.json"], 2, "unreadable"),
        (["prove", "other-activations", "--output", folder / "no"], 3, "no-candidate"),
        (["export", "rocq", VALID / "erf-saddle.json", "-o", folder / "no"], 3, "not-modelled"),
    ):
        result = run(*arguments, "--format", "json")
        document = valid(json.loads(result.stdout), "error-1.json")
        assert (result.exit_code, document["exit_code"], document["code"]) == (code, code, reason)
        assert document["message"] in " ".join(result.stderr.split("\n"))


def test_a_schema_refuses_what_it_should() -> None:
    document = json.loads(run("check", GOOD, "--format", "json").stdout)
    validator = Draft202012Validator(published("check-1.json"))
    for change in ({"schema": "landscape-verify-check/2"}, {"exit_code": "0"}, {"results": [{}]}):
        assert not validator.is_valid({**document, **change})
    blurred = {**document["results"][0], "verdict": "verified"}
    assert not validator.is_valid({**document, "results": [blurred]})
    assert validator.is_valid({**document, "added_later": 1})


# SARIF


def sarif(*arguments: object) -> tuple[int, Any]:
    """The exit code, and the only run of a log that keeps the rules."""
    result = run(*arguments, "--format", "sarif")
    log = json.loads(result.stdout)
    Draft202012Validator(SARIF).validate(log)
    (found,) = log["runs"]
    rules = found["tool"]["driver"]["rules"]
    for each in found["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
    assert found["invocations"][0]["exitCode"] == result.exit_code
    return result.exit_code, found


def test_the_log_of_a_check_keeps_the_rules() -> None:
    files = [
        GOOD,
        CORPUS / "invalid" / "undecided-minimum-ball-too-large.json",
        CORPUS / "malformed",
        Path("none.json"),
    ]
    code, found = sarif("check", *files)
    assert code == 2
    assert len(found["results"]) == len(found["artifacts"]) - 1
    assert sarif("check", GOOD)[1]["results"] == []


def test_the_findings_of_an_audit_are_on_the_lines_of_their_claims(folder: Path) -> None:
    code, found = sarif("audit", folder / "claims.toml")
    lines = CLAIMS.splitlines()
    assert code == 1
    shown = {}
    for result in found["results"]:
        (location,) = result["locations"]
        line = location["physicalLocation"]["region"]["startLine"]
        assert lines[line - 1] == "[[claims]]"
        shown[location["logicalLocations"][0]["name"]] = (result["level"], result["properties"]["verdict"], lines[line])
    assert shown == {
        "no": ("error", "refuted", 'id = "no"'),
        "open": ("warning", "undecided", 'id = "open"'),
    }


def test_a_claims_file_that_cannot_be_used_is_a_finding_at_its_line(folder: Path) -> None:
    path = folder / "wrong.toml"
    path.write_text(CLAIMS.replace('id = "no"\nlandscape = "line"', 'id = "no"\nlandscape = "lines"'))
    code, found = sarif("audit", path)
    (result,) = found["results"]
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert (code, result["level"], result["ruleId"]) == (2, "error", "unreadable")
    assert path.read_text().splitlines()[line] == 'id = "no"'
    path.write_text(CLAIMS + "\nx = [")
    (result,) = sarif("audit", path)[1]["results"]
    assert "is not TOML" in result["message"]["text"]
    suite = ElementTree.fromstring(run("audit", path, "--format", "junit").stdout)
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


def test_the_advice_of_an_audit_depends_on_the_code(folder: Path) -> None:
    yes, no, unknown = json.loads(run("audit", folder / "claims.toml", "--format", "json").stdout)["results"]
    assert (yes["advice"], no["advice"]) == (None, None)
    assert unknown["code"]
    assert unknown["advice"].startswith(json.loads(run("explain", unknown["code"], "--format", "json").stdout)["do"])
    assert unknown["help"] == f"docs/REASONS.md#{unknown['code']}"
    assert (yes["line"], no["line"]) == (15, 22)


# Interruption


@pytest.fixture
def stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An audit that is stopped at its third claim."""
    from verify.producer import audit

    original = audit.judge

    def judge(claim: Any, target: Path) -> object:
        if claim.id == "open":
            raise KeyboardInterrupt
        return original(claim, target)

    monkeypatch.setattr(audit, "judge", judge)
    yield folder / "claims.toml"


@pytest.mark.parametrize("form", ["json", "jsonl", "junit", "sarif", "markdown", "text"])
def test_an_audit_that_is_stopped_prints_what_it_found(stopped: Path, form: str) -> None:
    result = run("audit", stopped, "--format", form)
    assert result.exit_code == 130
    assert "Stopped. Certificates are kept of what was judged before: yes, no." in result.stderr
    if form == "json":
        document = valid(json.loads(result.stdout), "audit-1.json")
        assert (document["finished"], len(document["results"])) == (False, 2)
    elif form == "jsonl":
        assert json.loads(result.stdout.splitlines()[-1])["finished"] is False
    elif form == "junit":
        assert ElementTree.fromstring(result.stdout).get("errors") == "1"
    elif form == "sarif":
        assert json.loads(result.stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False
    else:
        assert "refuted" in result.stdout


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_command_of_the_producer_hears_sigterm(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "verify.producer.cli",
        "prove",
        "safran-shamir-2018",
        "--output",
        str(tmp_path / "o"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    assert re.match(r"\[\d+/26\] ", process.stderr.readline())  # a line per certificate, in a pipe
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    document = valid(json.loads(out), "prove-1.json")
    assert (process.returncode, document["finished"]) == (130, False)
    assert "the same command keeps them and goes on" in err
