"""`verify search`: numeric candidates."""

from __future__ import annotations

from pathlib import Path

import click

from verify.cli.common import ACTIVATION, landscape_of, try_to_write


@click.command()
@click.option("--k", "k", type=click.IntRange(1, 100), required=True, help="Neurons of the orthonormal teacher.")
@click.option("--n", "n", type=click.IntRange(1, 100), required=True, help="Neurons of the student.")
@ACTIVATION
@click.option("--runs", type=click.IntRange(0), default=1000, show_default=True, help="Random starts.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same result.")
@click.option("--directed/--no-directed", default=True, show_default=True, help="Also start from symmetric points.")
@click.option("--output", type=click.Path(path_type=Path), help="The .npz file to write [default: search-K-N.npz].")
def search(k: int, n: int, activation: str, runs: int, seed: int, directed: bool, output: Path | None) -> None:
    """Search numerically for critical points. Nothing that it prints is proved.

    \b
    Example:  verify search --k 8 --n 8 --runs 1000
              verify certify search-8-8.npz
    """
    from verify.report.tables import progress_bar, show_search
    from verify.search import search as run_search

    landscape = landscape_of(activation, k)
    with progress_bar() as report:
        found = run_search(landscape, n, runs=runs, seed=seed, directed=directed, progress=report)
    target = output or Path(f"search-{k}-{n}.npz")
    try_to_write(lambda: found.save(target))
    show_search(found)
    click.echo(f"Wrote {len(found.candidates)} candidates to {target}. To prove what they are: verify certify {target}")
