"""Tables and progress bars for the terminal; plain text in a pipe."""

from __future__ import annotations

import math
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from verify.formats.terminal import coloured, is_terminal, width
from verify.producer.cli.printer import is_quiet
from verify.producer.search import Candidate, SearchResult
from verify.producer.search.descent import GLOBAL_LOSS
from verify.producer.symmetry.recognise import isotropy

PIPE_WIDTH, PARAGRAPH, HANGING = 160, 100, 14
MANY, SECONDS = 500, 2
"""Of more steps than so many (runs of a search; hardly certificates), a line is printed in so many seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a claim, for people."""

    word: str
    """The verdict."""
    about: str
    known: Sequence[str]
    """A paragraph each; empty ones are left out."""
    mark: str = ""
    """Beside the verdict: the `*` of what is recorded."""


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table. A column whose name starts with ">" is aligned to the right."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name.startswith(">")
        table.add_column(name.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def show_entries(entries: Iterable[Entry]) -> None:
    """Print a paragraph for each entry: the verdict's word in its colour, what it is about, and what is known."""
    for entry in entries:
        columns = min(max(width(sys.stdout) or PARAGRAPH, 40), 120)
        wrapped = partial(textwrap.wrap, width=columns, subsequent_indent=" " * HANGING, break_on_hyphens=False)
        text = wrapped(f"{entry.word + entry.mark:{HANGING - 1}} {entry.about}")
        for part in filter(None, entry.known):
            text += wrapped(part, initial_indent=" " * HANGING)
        text[0] = coloured(entry.word, sys.stdout) + text[0].removeprefix(entry.word)
        print("\n".join(text), flush=True)


def show_search(found: SearchResult) -> None:
    """Print what a search found."""
    k = len(found.landscape.teacher)
    is_orthonormal = found.landscape.is_orthonormal
    rows = [
        [
            *(cell(index, candidate) for cell in CANDIDATE.values()),
            isotropy(candidate.student).name if is_orthonormal else "-",  # of an orthonormal teacher's permutations
        ]
        for index, candidate in enumerate(found.candidates)
    ]
    title = f"{found.landscape.activation}, k = {k}, n = {found.neurons}: {found.runs} random runs, seed {found.seed}"
    title += f", {found.protocol} protocol, {found.backend}; nothing here is proved"
    show(title, [*CANDIDATE, "symmetry"], rows)
    going = f"; {found.under_way} were under way when time was up" if found.under_way else ""
    low = f"{GLOBAL_LOSS * found.landscape.length**2:.3g}" if found.landscape.length != 1 else "1e-3"
    print(f"{found.global_runs} runs reached a loss below {low} (global); {found.unfinished} did not finish{going}.")


CANDIDATE: dict[str, Callable[[int, Candidate], str]] = {
    ">point": lambda index, candidate: str(index),
    ">loss": lambda index, candidate: f"{candidate.loss:.8f}",
    ">runs": lambda index, candidate: str(candidate.count),
    ">smallest eigenvalue": lambda index, candidate: f"{candidate.smallest_eigenvalue:.5f}",
    ">|gradient|": lambda index, candidate: f"{candidate.gradient_norm:.1e}",
    "starts": lambda index, candidate: ", ".join(candidate.starts),
}
"""The columns of a table of candidates, and what stands in them."""


class _Output(Console):
    """A console that leaves it to the command what happens when the reader has gone; Rich's own exits with 1."""

    def on_broken_pipe(self) -> None:
        """Called while the error is handled."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output, as wide as the terminal or as COLUMNS says, or wide enough for a line in a pipe."""
    return _Output(width=width(sys.stdout) or PIPE_WIDTH, highlight=False, soft_wrap=False)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on standard error, for work of a few seconds whose steps are not counted; nothing in a pipe."""
    if is_quiet():
        yield
        return
    with Console(stderr=True).status(what):
        yield


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal, with the time that is left, or a line per step, on standard error.

    Yields the function to report with: (what, finished, of how many).
    """
    if is_quiet():
        yield lambda what, finished, total: None
        return
    if not is_terminal(sys.stderr):
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left:"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, finished: int, total: int) -> None:
            bar.update(task, description=what, completed=finished, total=total)

        yield report


class _Lines:
    """A line when another step is begun or finished; of many steps, no more than one in so many seconds."""

    def __init__(self) -> None:
        self._before: tuple[str, int] | None = None
        self._last = -math.inf

    def __call__(self, what: str, finished: int, total: int) -> None:
        """Say it."""
        now = time.monotonic()
        if (what, finished) == self._before or (total > MANY and now - self._last < SECONDS):
            return
        self._before, self._last = (what, finished), now
        print(f"[{finished}/{total}] {what}", file=sys.stderr, flush=True)
