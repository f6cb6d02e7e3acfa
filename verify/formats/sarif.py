"""SARIF 2.1.0: what is not proved, as findings at places in files, for systems that show them beside a change.

Proved is no finding, and undecided is never the finding that refuted is: see docs/OUTPUT.md. That nothing was found
says nothing unless `executionSuccessful` is true: a run that was stopped, or a bug, says so there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from verify.checker.core.codes import ExitCode, Reason
from verify.formats.reasons import HELP, address

REFUTED = "refuted"
"""The rule of a claim that is proved false; all others are the codes of reasons."""
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RUN_WELL = (ExitCode.PROVED, ExitCode.REFUTED, ExitCode.UNDECIDED, ExitCode.MALFORMED)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """Something that is not proved."""

    rule: str
    """A reason's code, or `refuted`."""
    verdict: str
    message: str
    place: Place
    is_error: bool
    """Refuted, rejected or malformed; otherwise a warning: undecided."""
    name: str = ""
    """A claim's id."""
    digest: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at, and its verdict, whatever that is."""

    path: str
    verdict: str


def log(results: Sequence[Result], looked: Sequence[Looked], code: ExitCode, command: str) -> str:
    """The SARIF log of a run of `verify check` or `verify audit`."""
    rules = list(dict.fromkeys(result.rule for result in results))
    invocation: dict[str, object] = {
        "commandLine": command,
        "exitCode": int(code),
        "exitCodeDescription": code.name.lower().replace("_", " "),
        "executionSuccessful": code in _RUN_WELL,
    }
    if code not in _RUN_WELL:
        text = "stopped: not everything was looked at" if code is ExitCode.INTERRUPTED else "the run failed"
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": text}}]
    run = {
        "tool": {
            "driver": {
                "name": "landscape-verify",
                "semanticVersion": import_module("verify").__version__,
                "rules": [_rule(name) for name in rules],
            }
        },
        "invocations": [invocation],
        "artifacts": [
            {"location": _location(file.path), "properties": {"verdict": file.verdict}} for file in _once(looked)
        ],
        "results": [_result(result, rules) for result in results],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _once(looked: Sequence[Looked]) -> list[Looked]:
    return list({file.path: file for file in looked}.values())


def _rule(name: str) -> dict[str, object]:
    if name == REFUTED:
        about = "The claim is proved false: a certificate of its negation was verified."
        return {
            "id": name,
            "name": "Refuted",
            "shortDescription": {"text": "refuted"},
            "fullDescription": {"text": about},
            "help": {"text": about},
            "defaultConfiguration": {"level": "error"},
        }
    help_ = HELP[Reason(name)]
    rule: dict[str, object] = {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": name.replace("-", " ")},
        "fullDescription": {"text": help_.means},
        "help": {
            "text": f"{help_.means} What to do: {help_.do}",
            "markdown": f"{help_.means}\n\n**What to do.** {help_.do}",
        },
        "defaultConfiguration": {"level": "warning"},
    }
    if uri := address(name):
        rule["helpUri"] = uri
    return rule


def _result(result: Result, rules: Sequence[str]) -> dict[str, object]:
    region = {"startLine": result.place.line}
    location: dict[str, object] = {
        "physicalLocation": {"artifactLocation": _location(result.place.path), "region": region}
    }
    if result.name:
        location["logicalLocations"] = [{"name": result.name, "kind": "member"}]
    prints = {"verifyItem/v1": f"{result.name or result.place.path}:{result.rule}"}
    if result.digest:
        prints["certificateDigest/v1"] = result.digest
    return {
        "ruleId": result.rule,
        "ruleIndex": list(rules).index(result.rule),
        "kind": "fail",
        "level": "error" if result.is_error else "warning",
        "message": {"text": result.message},
        "locations": [location],
        "partialFingerprints": prints,
        "properties": {"verdict": result.verdict, **result.more},
    }


def _location(path: str) -> dict[str, object]:
    """Relative to the folder of the run where it is below that: so findings are joined with a checkout."""
    name = Path(path)
    if name.is_absolute():
        try:
            name = name.relative_to(Path.cwd())
        except ValueError:
            return {"uri": "file://" + quote(os.fsencode(name.as_posix()))}
    return {"uri": quote(os.fsencode(name.as_posix())), "uriBaseId": "%SRCROOT%"}
