"""Tables and progress bars for the terminal; plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status
from rich.table import Table

from verify.search import SearchResult
from verify.search.result import Candidate
from verify.symmetry.recognise import isotropy

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
    rows = [
        (
            str(index),
            f"{candidate.loss:.8f}",
            str(candidate.count),
            f"{candidate.smallest_eigenvalue:.5f}",
            f"{candidate.gradient_norm:.1e}",
            _symmetry(found, candidate),
            ", ".join(candidate.starts),
        )
        for index, candidate in enumerate(found.candidates)
    ]
    title = f"{found.landscape.activation}, k = {k}, n = {found.neurons}: {found.runs} random runs, seed {found.seed}"
    title += "; nothing here is proved"
    show(title, [">point", ">loss", ">runs", ">smallest eigenvalue", ">|gradient|", "symmetry", "starts"], rows)
    print(f"{found.global_runs} runs reached a loss below 1e-3 (global); {found.unfinished} did not finish.")


def _symmetry(found: SearchResult, candidate: Candidate) -> str:
    """The isotropy group's name; it is that of an orthonormal teacher's permutations."""
    return isotropy(candidate.student).name if found.landscape.is_orthonormal else "-"


def console() -> Console:
    """Standard output, as wide as the terminal, or wide enough for a line in a pipe."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def working(what: str) -> Status:
    """A spinner on standard error, for work of a few seconds whose steps are not counted."""
    return Console(stderr=True).status(what)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error; yields the function to report with: (what, finished, of how many)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, finished: int, total: int) -> None:
            bar.update(task, description=what, completed=finished, total=total)

        yield report
