"""`verify prove`: the certificates of a paper's theorem."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli.common import UNDECIDED, computing, get_backend, parallel, try_to_write

if TYPE_CHECKING:
    from verify.proof import Proof
    from verify.search.backends import Backend


@click.command()
@click.argument("name")
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: certificates/NAME]."
)
@parallel
@click.option(
    "--experiment", is_flag=True, help="Make the paper's experiment again instead, and certify where runs end."
)
@click.option("--time-limit", type=click.FloatRange(0), metavar="SECONDS", help="Of the experiment.")
@computing
def prove(
    name: str,
    output: Path | None,
    jobs: int,
    executor: str | None,
    experiment: bool,
    time_limit: float | None,
    backend: str,
    device: str,
) -> None:
    """Make the certificates of a paper's theorem, then check them. `verify list` shows the names.

    Certificates that are already in the folder and check are kept, so that an interrupted
    run goes on where it stopped. With --jobs several are made at a time; each is written as
    soon as it is made, so that a lost worker loses nothing that was finished.

    \b
    Example:  verify prove safran-shamir-2018 --output my-certificates --jobs 4
              verify prove safran-shamir-2018 --experiment --backend jax
    """
    from verify.checker.__main__ import main as check_main
    from verify.executors import ExecutorError, workers
    from verify.proof import FOLDER, installed
    from verify.prover import NotCertified
    from verify.report.tables import progress_bar

    proofs = installed()
    if name not in proofs:
        raise click.ClickException(f"there is no proof {name!r}; known: {', '.join(proofs) or 'none'}")
    if experiment:
        target = output or Path("experiment") / name
        sys.exit(_experiment(proofs[name], target, time_limit, get_backend(backend, device)))
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


def _experiment(proof: Proof, folder: Path, seconds: float | None, backend: Backend) -> int:
    from verify.report.tables import progress_bar

    if proof.experiment is None:
        raise click.ClickException(f"{proof.name} has no experiment")
    try:
        with progress_bar() as report:
            done = proof.experiment(folder, report, backend, seconds)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot read or write: {error}") from None
    click.echo(f"Wrote {folder / 'EXPERIMENT.md'}." + ("" if done else " Time is up; the same command goes on."))
    return 0 if done else UNDECIDED
