"""`verify prove`: the certificates of a paper's theorem."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verify.cli.common import parallel, try_to_write


@click.command()
@click.argument("name")
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: certificates/NAME]."
)
@parallel
def prove(name: str, output: Path | None, jobs: int, executor: str | None) -> None:
    """Make the certificates of a paper's theorem, then check them. `verify list` shows the names.

    Certificates that are already in the folder and check are kept, so that an interrupted
    run goes on where it stopped. With --jobs several are made at a time; each is written as
    soon as it is made, so that a lost worker loses nothing that was finished.

    \b
    Example:  verify prove safran-shamir-2018 --output my-certificates --jobs 4
    """
    from verify.checker.__main__ import main as check_main
    from verify.executors import ExecutorError, workers
    from verify.proof import FOLDER, installed
    from verify.prover import NotCertified
    from verify.report.tables import progress_bar

    proofs = installed()
    if name not in proofs:
        raise click.ClickException(f"there is no proof {name!r}; known: {', '.join(proofs) or 'none'}")
    folder = output or FOLDER / name
    try:
        with progress_bar() as report, workers(jobs, executor) as pool:
            try_to_write(lambda: proofs[name].write(folder, report, pool))
    except NotCertified as error:
        raise click.ClickException(f"not proved: {error}; what was certified is in {folder}") from None
    except ExecutorError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Wrote the certificates of {proofs[name].paper} to {folder}. Checking them:\n")
    sys.exit(check_main([str(folder)], prog="verify check"))
