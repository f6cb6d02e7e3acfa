"""What `verify check` found, as JUnit and SARIF."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verified
from verify.checker.front.output import Line, code_of, explanation, printable
from verify.formats import junit, lines, sarif


def as_junit(lines: list[Line], code: ExitCode) -> str:
    """Verified passes, malformed is an error, rejected and undecided are failures; `type`: the code."""
    cases = [_case(line) for line in lines]
    return junit.report("verify check", "certificate", cases, interrupted=code is ExitCode.INTERRUPTED)


def as_sarif(lines: list[Line], code: ExitCode) -> str:
    """What is not verified, at its place."""
    results = [_result(line) for line in lines if not isinstance(line.verdict, Verified)]
    looked = [sarif.Looked(line.path, line.verdict.name) for line in lines]
    return sarif.log(results, looked, code, "verify check")


def _case(line: Line) -> junit.Case:
    verdict, told = line.verdict, explanation(line.verdict)
    if isinstance(verdict, Verified):
        return junit.Case(line.path, "passed", told, seconds=line.seconds)
    outcome: Literal["error", "failure"] = "error" if isinstance(verdict, Malformed) else "failure"
    return junit.Case(line.path, outcome, told, str(code_of(verdict)), verdict.name, line.seconds)


def _result(line: Line) -> sarif.Result:
    verdict = line.verdict
    reason, code = explanation(verdict), str(code_of(verdict))
    message = f"{verdict.name} ({code}): {reason}."
    statement = verdict.statement if isinstance(verdict, Rejected | Undecided) else None
    if statement is not None:
        message += f" Claimed, not proved: {statement.sentence()}"
    place = sarif.Place(line.path, _line(line.path, reason) if isinstance(verdict, Malformed) else 1)
    return sarif.Result(
        rule=code,
        verdict=verdict.name,
        message=printable(message),
        place=place,
        is_error=not isinstance(verdict, Undecided),
        digest=verdict.digest or "",
    )


def _line(path: str, reason: str) -> int:
    """The line of the malformed field; 1 where it is not found, or the file is none that the checker would read."""
    from verify.checker.core.reader import NotACertificate, read_bytes

    try:
        return lines.of_reason(read_bytes(Path(path)).decode("utf-8"), reason)
    except (NotACertificate, OSError, ValueError):
        return 1
