"""The formats of `verify check`: what the checker prints by itself, and those that need more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Verified
from verify.checker.front.output import (
    SCHEMA,
    Line,
    as_json,
    as_text,
    code_of,
    record,
    shown_path,
    summary,
)
from verify.checker.front.writers import Formats
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


def _junit(options: argparse.Namespace) -> Document:
    from verify.formats.check_reports import as_junit  # whoever asks for neither need not wait for them

    return Document(options, as_junit)


def _sarif(options: argparse.Namespace) -> Document:
    from verify.formats.check_reports import as_sarif

    return Document(options, as_sarif)


def _markdown(options: argparse.Namespace) -> Document:
    from verify.formats.check_reports import as_markdown

    return Document(options, as_markdown)


FORMATS: Formats = {
    "text": Text,
    "json": lambda options: Document(options, as_json),
    "jsonl": Lines,
    "junit": _junit,
    "sarif": _sarif,
    "markdown": _markdown,
}


def _wrapped(text: str, columns: int | None) -> str:
    import textwrap

    if columns is None:
        return text
    return textwrap.fill(text, max(columns, 40), subsequent_indent="  ", break_on_hyphens=False)
