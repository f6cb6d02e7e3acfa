"""`verify prove`: the certificates of a paper's theorem."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.checker.public import MAX_JOBS, ExitCode, Line, check_files, exit_code, files_under, record
from verify.producer.cli.common import computing, get_backend, parallel, trusting, try_to_write
from verify.producer.cli.failures import BadUse, Infrastructure, NotProved, on_interruption
from verify.producer.cli.printer import Printer, printed
from verify.producer.trust import AUTO, asked, asking, session

if TYPE_CHECKING:
    from verify.producer.proof import Proof
    from verify.producer.search.backends import Backend


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
@trusting
@printed("prove")
def prove(
    name: str,
    output: Path | None,
    jobs: int,
    executor: str | None,
    experiment: bool,
    time_limit: float | None,
    backend: str,
    device: str,
    trust: str,
    printer: Printer,
) -> None:
    """Make the certificates of a paper's theorem, then check them. `verify list` shows the names.

    Certificates that are already in the folder and check are kept, so that an interrupted
    run goes on where it stopped. With --jobs several are made at a time; each is written as
    soon as it is made, so that a lost worker loses nothing that was finished.

    Exit code 0 if all are made and verified, 3 if one is not; others as in docs/EXIT_CODES.md.

    \b
    Example:  verify prove safran-shamir-2018 --output my-certificates --jobs 4
              verify prove safran-shamir-2018 --experiment --backend jax
    """
    with asking(trust):
        code = _prove(name, output, jobs, executor, experiment, time_limit, (backend, device), printer)
    sys.exit(code)


def _prove(
    name: str,
    output: Path | None,
    jobs: int,
    executor: str | None,
    experiment: bool,
    time_limit: float | None,
    computing_by: tuple[str, str],
    printer: Printer,
) -> ExitCode:
    from verify.producer.executors import ExecutorError, workers
    from verify.producer.proof import FOLDER, BrokenProof, installed
    from verify.producer.prover import NotCertified
    from verify.producer.report.tables import progress_bar

    proofs = installed()
    if name not in list(proofs):
        raise BadUse(f"there is no proof {name!r}; known: {', '.join(proofs) or 'none'}")
    try:
        proof = proofs[name]
    except BrokenProof as error:
        raise Infrastructure(str(error)) from None
    target = output or (Path("experiment") if experiment else FOLDER) / name
    if experiment:
        printer.begin(name=name, paper=proof.paper, folder=str(target), experiment=str(target / "EXPERIMENT.md"))
        code = _experiment(proof, target, time_limit, get_backend(*computing_by), printer)
        printer.end(code)
        return code
    printer.begin(name=name, paper=proof.paper, folder=str(target), experiment=None)
    kept = f"the certificates that were made are in {target}; the same command keeps them and goes on"
    try:
        with on_interruption(kept), progress_bar() as report, workers(jobs, executor) as pool:
            try_to_write(lambda: proof.write(target, report, pool))
    except NotCertified as error:
        raise NotProved(f"not proved: {error}; what was certified is in {target}", error.code) from None
    except ExecutorError as error:
        raise Infrastructure(str(error)) from None
    printer.say(f"Wrote the certificates of {proof.paper} to {target}. Checking them:\n")
    return _check(target, min(jobs, MAX_JOBS), printer)  # a cluster's workers are elsewhere


def _check(folder: Path, jobs: int, printer: Printer) -> ExitCode:
    """Check what was made, print it, and record the verdicts for `verify list`."""
    from verify.formats.check import Text
    from verify.producer.recorded import Records

    text = Text(Namespace(verbose=False, quiet=printer.quiet)) if printer.is_text else None
    files, records, lines = list(files_under(folder)), Records(), []
    keys = {path: records.key(path) for path, _ in files}
    answers = check_files(session(), files, jobs)
    for done, (path, _) in enumerate(files):
        if text is not None:
            text.begin(str(path), done, len(files))
        verdict, seconds = next(answers)
        if asked() == AUTO:  # what `verify list` asks
            records.keep(path, verdict, seconds, keys[path])
        line = Line(str(path), verdict, seconds)
        lines.append(line)
        if text is not None:
            text.add(line)
        printer.item(record(line))
    code = exit_code([line.verdict for line in lines])
    if text is not None:
        text.end(lines, code)
    printer.end(code)
    return code


def _experiment(proof: Proof, folder: Path, seconds: float | None, backend: Backend, printer: Printer) -> ExitCode:
    from verify.producer.report.tables import progress_bar

    if proof.experiment is None:
        raise BadUse(f"{proof.name} has no experiment")
    kept = f"the runs that were finished are in {folder}; the same command goes on"
    try:
        with on_interruption(kept), progress_bar() as report:
            done = proof.experiment(folder, report, backend, seconds)
    except ValueError as error:
        raise BadUse(str(error)) from None
    except OSError as error:
        raise Infrastructure(f"cannot read or write: {error}") from None
    printer.say(f"Wrote {folder / 'EXPERIMENT.md'}." + ("" if done else " Time is up; the same command goes on."))
    return ExitCode.PROVED if done else ExitCode.UNDECIDED
