"""`verify certify`: from points in a file to certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli.common import ACTIVATION, EXISTING, UNDECIDED, landscape_of, try_to_write

if TYPE_CHECKING:
    from verify.landscapes.teacher_student import TeacherStudent
    from verify.prover.points import Array


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
def certify(
    file: Path, activation: str, teacher: Path | None, neurons: str, variable: str | None, output: Path | None
) -> None:
    """Prove what each point of FILE is: a (spurious) strict local minimum, or a saddle.

    FILE is .npy, .npz, .mat or .json with one student or a stack of them (in a .mat file
    the last axis counts the points, elsewhere the first). Each point is refined first; the
    certificate says what is proved near it. Tried: centers with 64, 100 and 160 bits after
    the point, twice as many in the arithmetic, and eight radii each; then the point is
    reported as not certified, with the reason. Points that are one up to the order of
    neurons (and of coordinates, for the orthonormal teacher) get one certificate. Exit
    code 3 if any point is not certified.

    \b
    Example:  verify certify points.mat --neurons columns --variable WbadNew
    """
    from verify.prover.points import BadFile, read_matrix, read_points

    try:
        points = read_points(file, neurons, variable)
        landscape = landscape_of(activation, points.shape[2] if teacher is None else read_matrix(teacher, neurons))
        if landscape.input_dimension != points.shape[2]:
            raise BadFile(f"{file}: neurons have {points.shape[2]} inputs, the teacher's {landscape.input_dimension}")
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(_certify_all(landscape, points, output or Path(f"{file.stem}-certificates")))


def _certify_all(landscape: TeacherStudent, points: Array, folder: Path) -> int:
    import numpy as np

    from verify.prover import NotCertified, certify
    from verify.report.tables import progress_bar
    from verify.search.merge import find_permutation

    needs_better = points.shape[1] < len(landscape.teacher)
    best = points[int(landscape.value(points).argmin())] if needs_better else None
    refined: dict[int, Array] = {}
    copies = 0
    with progress_bar() as report:
        for index, student in enumerate(points):
            report(f"point {index}", index, len(points))
            better = None if best is None or student is best or (student == best).all() else best
            try:
                certificate = certify(landscape, student, better_point=better)
            except NotCertified as error:
                click.echo(f"point {index}: not certified: {error}")
                continue
            center = np.array(certificate.statement.center, dtype=np.float64)
            permute = landscape.is_orthonormal
            alike = (i for i, other in refined.items() if find_permutation(other, center, permute_coordinates=permute))
            if (original := next(alike, None)) is not None:
                copies += 1
                click.echo(f"point {index}: the same as point {original}, up to the order of neurons and coordinates")
                continue
            refined[index] = center
            path = folder / f"point-{index:03}.json"
            try_to_write(lambda: certificate.save(path))  # noqa: B023 - called at once
            click.echo(f"point {index}: {certificate.statement.summary()}  ->  {path}")
    decided = len(refined) + copies
    same = f" ({copies} of them the same as another)" if copies else ""
    click.echo(f"{decided} of {len(points)} points certified{same}. To check the certificates: verify check {folder}")
    return 0 if decided == len(points) else UNDECIDED
