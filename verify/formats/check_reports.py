"""What `verify check` found, as JUnit, SARIF and Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verified
from verify.checker.front.output import Line, code_of, explanation, printable, shown_path, summary
from verify.formats import junit, lines, sarif
from verify.formats.cite import in_markdown


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


def as_markdown(lines: list[Line], code: ExitCode) -> str:
    """A table, then how many got which verdict; what is verified by its sentence, all else by its reason."""
    rows = ["| file | verdict | proved, or why not | scope | digest |", "|---|---|---|---|---|"]
    for line in lines:
        verdict = line.verdict
        scope = verdict.statement.scope if isinstance(verdict, Verified) else ""
        cells = [shown_path(line.path), verdict.name, explanation(verdict), scope, verdict.digest or ""]
        rows.append(f"| {' | '.join(map(in_markdown, cells))} |")
    stopped = ["", "The run was stopped: files are missing here."] if code is ExitCode.INTERRUPTED else []
    return "\n".join([*rows, "", summary(lines), *stopped])
