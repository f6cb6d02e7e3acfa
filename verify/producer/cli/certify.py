"""`verify certify`: from points in a file to certificates."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from verify.checker.public import ExitCode, Reason, first_that_applies, internal_error
from verify.formats.reasons import link
from verify.producer.cli.common import ACTIVATION, EXISTING, landscape_of, parallel, trusting, try_to_write
from verify.producer.cli.failures import BadUse, Infrastructure, on_interruption
from verify.producer.cli.printer import Printer, printed
from verify.producer.report.summaries import summary
from verify.producer.trust import asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.formats.records import Certified
    from verify.producer.landscapes.teacher_student import TeacherStudent
    from verify.producer.prover import Certificate, NotCertified
    from verify.producer.prover.points import Array


@click.command()
@click.argument("file", type=EXISTING)
@ACTIVATION
@click.option("--teacher", type=EXISTING, help="A file with the teacher's matrix [default: e_1, ..., e_d].")
@click.option(
    "--neurons",
    type=click.Choice(["rows", "columns"]),
    default="rows",
    show_default=True,
    help="What the matrices in the files have neurons in.",
)
@click.option("--variable", help="The array's name, where the file holds several.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: NAME-certificates]."
)
@printed("certify")
@parallel
@trusting
def certify(
    file: Path,
    activation: str,
    teacher: Path | None,
    neurons: str,
    variable: str | None,
    output: Path | None,
    printer: Printer,
    jobs: int,
    executor: str | None,
    trust: str,
) -> None:
    """Prove what each point of FILE is: a (spurious) strict local minimum, or a saddle.

    FILE is .npy, .npz, .mat or .json with one student or a stack of them (in a .mat file
    the last axis counts the points, elsewhere the first). Each point is refined first; the
    certificate says what is proved near it. Tried: centers with 64, 100 and 160 bits after
    the point, twice as many in the arithmetic, and eight radii each; then the point is
    reported as not certified, with the reason. Points that are one up to the order of
    neurons (and of coordinates, for the orthonormal teacher) get one certificate.

    Exit code 0 if each point is certified, 3 if one is not; others as in docs/EXIT_CODES.md.

    \b
    Example:  verify certify points.mat --neurons columns --variable WbadNew
    """
    from verify.producer.prover.points import BadFile, read_matrix, read_points

    try:
        points = read_points(file, neurons, variable)
        landscape = landscape_of(activation, points.shape[2] if teacher is None else read_matrix(teacher, neurons))
        if landscape.input_dimension != points.shape[2]:
            raise BadFile(f"{file}: neurons have {points.shape[2]} inputs, the teacher's {landscape.input_dimension}")
    except ValueError as error:
        raise BadUse(str(error)) from None
    folder = output or Path(f"{file.stem}-certificates")
    printer.begin(file=str(file), folder=str(folder))
    with asking(trust):
        code = certify_all(landscape, points, folder, jobs, executor, printer, printer.item)
    printer.end(code)
    sys.exit(code)


def certify_all(
    landscape: TeacherStudent,
    points: Array,
    folder: Path,
    jobs: int,
    executor: str | None,
    printer: Printer,
    add: Callable[[Certified], None],
) -> ExitCode:
    """Certify each point (count, n, d), print its line, and `add` its record; the exit code."""
    from verify.producer.executors import ExecutorError, completed, workers
    from verify.producer.report.tables import progress_bar

    needs_better = points.shape[1] < len(landscape.teacher)
    best = _best(landscape, points) if needs_better else None
    calls = [
        partial(_certify_one, landscape, student, None if best is None or (student == best).all() else best)
        for student in points
    ]
    table = _Table(landscape, folder, printer, add)
    waiting: dict[int, Certificate | NotCertified] = {}
    kept = f"the certificates that were made are in {folder}; the same command makes them all again"
    try:
        with on_interruption(kept), progress_bar() as report, workers(jobs, executor) as pool:
            report("certifying", 0, len(points))
            for finished, (index, outcome) in enumerate(completed(pool, calls), start=1):
                waiting[index] = outcome
                while table.rows in waiting:  # in the order of the points, whichever was finished first
                    table.add(table.rows, waiting.pop(table.rows))
                report("certifying", finished, len(points))
    except ExecutorError as error:
        for index in sorted(waiting):
            table.add(index, waiting[index])
        raise Infrastructure(f"{error}; {table.decided} of {len(points)} points were decided") from None
    same = f" ({table.copies} of them the same as another)" if table.copies else ""
    printer.say(
        f"{table.decided} of {len(points)} points certified{same}. To check the certificates: verify check {folder}"
    )
    printer.advise(table.reasons)
    return first_that_applies([ExitCode.PROVED, *table.codes])


def _best(landscape: TeacherStudent, points: Array) -> Array:
    """The point of the smallest loss."""
    import numpy as np

    with np.errstate(all="ignore"):  # the loss of a neuron that is 0 is no number
        values = landscape.value(points)
    best: Array = points[int(np.where(np.isfinite(values), values, np.inf).argmin())]
    return best


def _certify_one(landscape: TeacherStudent, student: Array, better: Array | None) -> Certificate | NotCertified:
    from verify.producer.prover import NotCertified, certify

    try:
        return certify(landscape, student, better_point=better)
    except NotCertified as error:
        return error
    except Exception as error:  # noqa: BLE001 - a bug must not take the other points with it
        return NotCertified(internal_error(error), {}, Reason.INTERNAL_ERROR)


class _Table:
    """The points decided so far: their files, and which of them are one."""

    def __init__(
        self, landscape: TeacherStudent, folder: Path, printer: Printer, add: Callable[[Certified], None]
    ) -> None:
        self.rows = self.copies = 0
        self.reasons: list[Reason] = []  # of the points that are not certified
        self._printer, self._add = printer, add
        self.codes: list[ExitCode] = []  # of the points that are not certified
        self._landscape, self._folder = landscape, folder
        self._centers: dict[int, Array] = {}

    @property
    def decided(self) -> int:
        """How many points were certified, copies included."""
        return len(self._centers) + self.copies

    def add(self, index: int, outcome: Certificate | NotCertified) -> None:
        """Write the certificate of a point, and print the point's line."""
        import numpy as np

        from verify.producer.prover import NotCertified
        from verify.producer.search.merge import find_permutation

        self.rows += 1
        if isinstance(outcome, NotCertified):
            bug = outcome.code is Reason.INTERNAL_ERROR
            self.codes.append(ExitCode.INTERNAL_ERROR if bug else ExitCode.UNDECIDED)
            self.reasons.append(outcome.code)
            self._printer.say(f"point {index}: not certified: {outcome}", is_news=True)
            self._add(_record(index, "not-certified", reason=str(outcome), code=outcome.code))
            return
        center = np.array(outcome.statement.center, dtype=np.float64)
        permute = self._landscape.is_orthonormal
        for original, other in self._centers.items():
            if find_permutation(other, center, permute_coordinates=permute):
                self.copies += 1
                self._printer.say(
                    f"point {index}: the same as point {original}, up to the order of neurons and coordinates"
                )
                self._add(_record(index, "same", same_as=original))
                return
        self._centers[index] = center
        path = self._folder / f"point-{index:03}.json"
        try_to_write(lambda: outcome.save(path))
        told = summary(outcome.statement)
        self._printer.say(f"point {index}: {told}  ->  {path}")
        name = outcome.statement.property
        self._add(_record(index, "certified", property=name, summary=told, certificate=str(path)))


def _record(point: int, outcome: Literal["certified", "same", "not-certified"], **members: Any) -> Certified:
    from verify.formats.records import Certified

    empty = Certified(
        point=point, outcome=outcome, same_as=None, property=None, summary=None, certificate=None, reason=None,
        code=None, help=None,
    )  # fmt: skip
    code = members.get("code")
    return {**empty, **members, "help": link(code) if code else None}  # type: ignore[typeddict-item]
