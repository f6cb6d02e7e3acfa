"""Tables and progress bars for the terminal; plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.status import Status
from rich.table import Table
from rich.text import Text

from verify.producer.search import Candidate, SearchResult
from verify.producer.symmetry.recognise import isotropy

PIPE_WIDTH = 160


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table. A column whose name starts with ">" is aligned to the right."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name.startswith(">")
        table.add_column(name.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


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
    print(f"{found.global_runs} runs reached a loss below 1e-3 (global); {found.unfinished} did not finish{going}.")


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
    """Standard output, as wide as the terminal, or wide enough for a line in a pipe."""
    return _Output(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def working(what: str) -> Status:
    """A spinner on standard error, for work of a few seconds whose steps are not counted."""
    return Console(stderr=True).status(what)


class _Rate(ProgressColumn):
    """How many steps are finished in a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.3g}/s")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error; yields the function to report with: (what, finished, of how many)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, finished: int, total: int) -> None:
            bar.update(task, description=what, completed=finished, total=total)

        yield report
