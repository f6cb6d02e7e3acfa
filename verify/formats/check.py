"""The formats of `verify check`: what the checker prints by itself, and those that need more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verified
from verify.checker.front.output import (
    SCHEMA,
    Line,
    as_json,
    as_text,
    code_of,
    explanation,
    printable,
    record,
    shown_path,
    summary,
)
from verify.checker.front.writers import Formats
from verify.formats import junit, lines, sarif
from verify.formats.cite import in_markdown
from verify.formats.documents import end_line, item_line
from verify.formats.reasons import advice
from verify.formats.terminal import Progress, coloured, width


class Text:
    """A line per file as it is checked, then how many got which verdict, and what to do about those not verified."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._verbose, self._quiet = options.verbose, options.quiet
        self._progress = Progress(lines=False)

    def begin(self, path: str, done: int, count: int) -> None:
        """Name the file at work, on a terminal."""
        if not self._quiet:
            self._progress.begin(shown_path(path), done, count)

    def add(self, line: Line) -> None:
        """Print the line."""
        self._progress.wipe()
        if self._quiet and isinstance(line.verdict, Verified):
            return
        text = as_text(line, verbose=self._verbose, width=width(sys.stdout))
        name = line.verdict.name
        print(coloured(name, sys.stdout) + text.removeprefix(name), flush=True)

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """Print the summary."""
        self._progress.wipe()
        if self._quiet:
            return
        if code is not ExitCode.INTERRUPTED:
            print(_wrapped(summary(lines), width(sys.stdout)))
        for said in advice(filter(None, (code_of(line.verdict) for line in lines))):
            print(_wrapped(said, width(sys.stdout)))


class Document:
    """What prints one document at the end, and says meanwhile on standard error what is done."""

    def __init__(self, options: argparse.Namespace, make: Callable[[list[Line], ExitCode], str]) -> None:
        """`make`: the document, from all lines; of a run that was stopped, from those there are."""
        self._progress = Progress(lines=not options.quiet)
        self._quiet, self._make = options.quiet, make
        self._done, self._count = 0, 0

    def begin(self, path: str, done: int, count: int) -> None:
        """Name the file at work, on a terminal."""
        self._count = count
        if not self._quiet:
            self._progress.begin(shown_path(path), done, count)

    def add(self, line: Line) -> None:
        """Say that it is done, in a pipe."""
        self._done += 1
        count = self._count if self._done <= self._count else None
        said = f"{line.verdict.name}  {shown_path(line.path)}  ({line.seconds:.2f} s)"
        self._progress.done(said, self._done, count)

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """Print the document."""
        self._progress.wipe()
        print(self._make(lines, code), flush=True)


def as_junit(lines: list[Line], code: ExitCode) -> str:
    """Verified passes, malformed is an error, rejected and undecided are failures; `type`: the code."""
    cases = [_case(line) for line in lines]
    return junit.report("verify check", "certificate", cases, interrupted=code is ExitCode.INTERRUPTED)


def as_sarif(lines: list[Line], code: ExitCode) -> str:
    """What is not verified, at its place."""
    results = [_result(line) for line in lines if not isinstance(line.verdict, Verified)]
    looked = [sarif.Looked(line.path, line.verdict.name) for line in lines]
    return sarif.log(results, looked, code, "verify check")


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


class Lines:
    """An object a line, each as soon as its file is checked."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._count = 0
        self._progress = Progress(lines=False)
        self._quiet = options.quiet

    def begin(self, path: str, done: int, count: int) -> None:
        """Name the file at work, on a terminal."""
        if not self._quiet:
            self._progress.begin(shown_path(path), done, count)

    def add(self, line: Line) -> None:
        """Print the object."""
        self._progress.wipe()
        self._count += 1
        print(item_line(SCHEMA, record(line)), flush=True)

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """Print the last line."""
        self._progress.wipe()
        print(end_line(SCHEMA, code, self._count), flush=True)


FORMATS: Formats = {
    "text": Text,
    "json": lambda options: Document(options, as_json),
    "jsonl": Lines,
    "junit": lambda options: Document(options, as_junit),
    "sarif": lambda options: Document(options, as_sarif),
    "markdown": lambda options: Document(options, as_markdown),
}


def _wrapped(text: str, columns: int | None) -> str:
    import textwrap

    if columns is None:
        return text
    return textwrap.fill(text, max(columns, 40), subsequent_indent="  ", break_on_hyphens=False)


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
