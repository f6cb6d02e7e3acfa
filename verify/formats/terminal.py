"""Terminals and pipes: how wide, whether in colour, and how far the work is."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

COLOURS = {
    "Verified": "32", "proved": "32", "certified": "32",
    "Rejected": "31", "refuted": "31", "Malformed": "35", "broken": "35",
    "Undecided": "33", "undecided": "33", "not-certified": "33",
}  # fmt: skip
"""Of the words for verdicts: SGR codes of the sixteen colours that every terminal has, and that its user chose."""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person may be looking at it."""
    return stream is not None and stream.isatty()


def has_colours(stream: TextIO | None) -> bool:
    """On a terminal, unless NO_COLOR is set (to anything) or the terminal is a dumb one."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(word: str, stream: TextIO | None) -> str:
    """A verdict's word in its colour."""
    code = COLOURS.get(word.strip())
    return f"\x1b[{code}m{word}\x1b[0m" if code and has_colours(stream) else word


def width(stream: TextIO | None) -> int | None:
    """That of the terminal, or what COLUMNS says, in a pipe too; None for a pipe without it, which is not wrapped."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    return _columns() if is_terminal(stream) else None


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


class Progress:
    """On a terminal one line, with the time that is left; otherwise, where wanted, a line per item that is done."""

    def __init__(self, *, lines: bool) -> None:
        """`lines`: in a pipe, say on standard error what is done."""
        self._terminal, self._lines = is_terminal(sys.stderr), lines and sys.stderr is not None
        self._start = time.monotonic()
        self._drawn = False

    def begin(self, what: str, done: int, count: int) -> None:
        """So many of `count` are done, and the next is at work."""
        if self._terminal:
            left = f", about {_duration(self._left(done, count))} left" if 0 < done < count else ""
            head = f"[{done}/{count}{left}] "
            room = max(20, _columns() - len(head) - 1)
            self._drawn = True
            print(f"\r\x1b[K{head}{what[-room:]}", end="", file=sys.stderr, flush=True)

    def done(self, what: str, done: int, count: int | None) -> None:
        """An item is done."""
        self.wipe()
        if self._lines and not self._terminal:
            of = f"/{count}" if count is not None else ""
            print(f"[{done}{of}] {what}", file=sys.stderr, flush=True)

    def wipe(self) -> None:
        """Leave the terminal as it was."""
        if self._drawn:
            self._drawn = False
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _left(self, done: int, count: int) -> float:
        return (time.monotonic() - self._start) / done * (count - done)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
