"""`verify search`: numeric candidates."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.checker.public import ExitCode, first_that_applies
from verify.producer.cli.common import (
    ACTIVATION,
    EXISTING,
    computing,
    get_backend,
    landscape_of,
    parallel,
    try_to_write,
)
from verify.producer.cli.failures import BadUse, Infrastructure, on_interruption
from verify.producer.cli.printer import Printer, printed

if TYPE_CHECKING:
    from verify.formats.records import Certified, Searched
    from verify.producer.landscapes.teacher_student import TeacherStudent
    from verify.producer.prover.points import Array
    from verify.producer.search import SearchResult


@click.command()
@click.option("--k", "teachers", metavar="K", help="Neurons of the orthonormal teacher: 8, or 6:20.")
@click.option("--teacher", type=EXISTING, help="A file with the matrix of another teacher, instead of --k.")
@click.option(
    "--neurons",
    type=click.Choice(["rows", "columns"]),
    default="rows",
    show_default=True,
    help="What the teacher's matrix has neurons in.",
)
@click.option("--n", "students", required=True, metavar="N", help="Neurons of the student: 8, 6:20, or k,k+1,k+2.")
@ACTIVATION
@click.option("--runs", type=click.IntRange(0), default=1000, show_default=True, help="Random starts.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same result.")
@click.option("--directed/--no-directed", default=True, show_default=True, help="Also start from symmetric points.")
@click.option(
    "--protocol",
    type=click.Choice(["fast", "paper"]),
    default="fast",
    show_default=True,
    help="Accelerated, or the gradient descent of Safran & Shamir 2018.",
)
@computing
@click.option("--batch", type=click.IntRange(1), help="Runs held at a time [default: what suits the device].")
@click.option("--time-limit", type=click.FloatRange(0), metavar="SECONDS", help="Stop then; the same command goes on.")
@click.option("--certify", is_flag=True, help="Prove what each candidate is, as `verify certify` does.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The .npz file to write; of several pairs, the folder for them [default: search-K-N.npz or "
    "search-TEACHER-N.npz here].",
)
@printed("search")
@parallel
def search(
    teachers: str | None,
    teacher: Path | None,
    neurons: str,
    students: str,
    activation: str,
    runs: int,
    seed: int,
    directed: bool,
    protocol: str,
    backend: str,
    device: str,
    batch: int | None,
    time_limit: float | None,
    certify: bool,
    output: Path | None,
    printer: Printer,
    jobs: int,
    executor: str | None,
) -> None:
    """Search numerically for critical points. Nothing that it prints is proved, but with --certify.

    An interrupted search leaves a .checkpoint.npz file, from which the same command goes on; a finished
    one is not made again. The numbers of runs, and the points, do not depend on --batch, on interruptions
    or, but for the last digits, on --backend. --jobs and --executor are for --certify.

    Exit code 0 if the search is made, or goes on when time is up; with --certify also 3 if a candidate
    is not certified; others as in docs/EXIT_CODES.md.

    \b
    Example:  verify search --k 8 --n 8 --runs 1000 --certify
              verify search --k 6:20 --n k,k+1 --backend jax
              verify search --teacher teacher.npy --n k --certify
    """
    from verify.producer.cli.certify import certify_all
    from verify.producer.cli.ranges import pairs
    from verify.producer.report.tables import progress_bar, show_search
    from verify.producer.search import search as run_search
    from verify.producer.search.descent import PROTOCOLS

    matrix = _read_teacher(teachers, teacher, neurons)
    todo = pairs(str(len(matrix)) if matrix is not None else str(teachers), students)
    engine = get_backend(backend, device)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    codes = [ExitCode.PROVED]
    printer.begin()
    for k, n in todo:
        landscape = landscape_of(activation, k if matrix is None else matrix)
        name = f"search-{k if teacher is None else teacher.stem}-{n}.npz"
        target = output if output and len(todo) == 1 else (output or Path()) / name
        checkpoint = target.with_name(f"{target.stem}.checkpoint.npz")
        found = _made_before(target, landscape, (n, runs, seed, protocol, directed))
        if found is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            kept = f"what was found is in {checkpoint}, once it is there; the same command goes on from it"
            with on_interruption(kept), progress_bar() as report:
                try:
                    found = run_search(
                        landscape, n, runs, seed, directed, report,
                        protocol=PROTOCOLS[protocol], backend=engine, batch=batch, checkpoint=checkpoint, seconds=left,
                    )  # fmt: skip
                except ValueError as error:
                    raise BadUse(str(error)) from None
                except OSError as error:
                    raise Infrastructure(f"cannot read or write {checkpoint}: {error}") from None
            try_to_write(partial(found.save, target))
        if printer.is_text:
            show_search(found)
        certified: list[Certified] = []
        count = len(found.candidates)
        if found.under_way or found.runs < runs:
            printer.say(f"Time is up: {target} has what was found in {found.runs} runs; the same command goes on.")
            printer.item(_record(found, teacher, target, certified))
            break
        checkpoint.unlink(missing_ok=True)
        if certify:
            printer.say(f"Wrote {count} candidates to {target}. Certifying them:")
            folder = target.with_name(f"{target.stem}-certificates")
            if count:
                points = found.students
                codes.append(certify_all(landscape, points, folder, jobs, executor, printer, certified.append))
        else:
            printer.say(f"Wrote {count} candidates to {target}. To prove what they are: verify certify {target}")
        printer.item(_record(found, teacher, target, certified))
    code = first_that_applies(codes)
    printer.end(code)
    sys.exit(code)


def _record(found: SearchResult, teacher: Path | None, target: Path, certified: list[Certified]) -> Searched:
    import math

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "activation": str(found.landscape.activation),
        "k": len(found.landscape.teacher),
        "teacher": None if teacher is None else str(teacher),
        "n": found.neurons,
        "runs": found.runs,
        "seed": found.seed,
        "protocol": found.protocol,
        "backend": found.backend,
        "global_runs": found.global_runs,
        "unfinished": found.unfinished,
        "under_way": found.under_way,
        "file": str(target),
        "candidates": [
            {
                "point": index,
                "loss": number(candidate.loss),
                "runs": candidate.count,
                "smallest_eigenvalue": number(candidate.smallest_eigenvalue),
                "gradient_norm": number(candidate.gradient_norm),
                "starts": list(candidate.starts),
            }
            for index, candidate in enumerate(found.candidates)
        ],
        "certified": certified,
    }


def _made_before(
    path: Path, landscape: TeacherStudent, settings: tuple[int, int, int, str, bool]
) -> SearchResult | None:
    """The finished result in the file, if there is one with these settings."""
    import numpy as np

    from verify.producer.search import SearchResult

    if not path.exists():
        return None
    try:
        found = SearchResult.load(path)
    except (OSError, ValueError) as error:
        raise BadUse(f"{error}; it is in the way of the result: remove it, or use --output") from None
    same = (found.neurons, found.runs, found.seed, found.protocol, found.directed) == settings and not found.under_way
    one_activation = str(found.landscape.activation) == str(landscape.activation)
    return found if same and one_activation and np.array_equal(found.landscape.teacher, landscape.teacher) else None


def _read_teacher(teachers: str | None, teacher: Path | None, neurons: str) -> Array | None:
    """The matrix of the file, (k, d); None where --k says how many neurons an orthonormal one has."""
    from verify.producer.cli.ranges import LARGEST
    from verify.producer.prover.points import read_matrix

    if (teachers is None) == (teacher is None):
        raise click.UsageError("give either --k, for the orthonormal teacher, or --teacher, the file of another one")
    if teacher is None:
        return None
    try:
        matrix = read_matrix(teacher, neurons)
    except ValueError as error:
        raise BadUse(str(error)) from None
    if len(matrix) > LARGEST:
        raise BadUse(f"{teacher}: {len(matrix)} neurons are more than {LARGEST}")
    return matrix
