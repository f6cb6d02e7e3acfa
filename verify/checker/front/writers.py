"""What prints a run of the checker: text as it goes, or one JSON document. Others bring writers of their own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Protocol, TextIO

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Verified
from verify.checker.front.output import Line, as_json, as_text, shown_path, summary


class Writer(Protocol):
    """What prints a run of the checker."""

    def begin(self, path: str, done: int, count: int) -> None:
        """A file is about to be checked; so many of `count` are done."""

    def add(self, line: Line) -> None:
        """A file has its verdict."""

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """The run is over: with all lines, or, with the code of an interruption, with those there are."""


class Text:
    """A line per file as it is checked, then how many got which verdict; on a terminal, the file at work."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._verbose, self._quiet = options.verbose, options.quiet
        self._working = False

    def begin(self, path: str, done: int, count: int) -> None:
        """Name the file at work, on a terminal."""
        if _is_terminal(sys.stderr) and not self._quiet:
            self._working = True
            print(f"\r\x1b[Kchecking {shown_path(path)[-60:]}", end="", file=sys.stderr, flush=True)

    def add(self, line: Line) -> None:
        """Print the line."""
        self.wipe()
        if not (self._quiet and isinstance(line.verdict, Verified)):
            print(as_text(line, verbose=self._verbose, width=_columns()), flush=True)

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """Print the summary, unless the run was stopped."""
        self.wipe()
        if code is not ExitCode.INTERRUPTED and not self._quiet:
            print(summary(lines))

    def wipe(self) -> None:
        """Leave the terminal as it was."""
        if self._working:
            self._working = False
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Json:
    """One document, when all is done or the run is stopped."""

    def __init__(self, options: argparse.Namespace) -> None:
        """It has no options."""

    def begin(self, path: str, done: int, count: int) -> None:
        """Nothing yet."""

    def add(self, line: Line) -> None:
        """Nothing yet."""

    def end(self, lines: list[Line], code: ExitCode) -> None:
        """Print the document."""
        print(as_json(lines, code), flush=True)


Formats = Mapping[str, Callable[[argparse.Namespace], Writer]]
FORMATS: Formats = {"text": Text, "json": Json}


def _columns() -> int | None:
    """The width of the terminal; None for a pipe, which is not wrapped."""
    if not _is_terminal(sys.stdout):
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
