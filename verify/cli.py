"""The command `verify`. Each command says what was proved, in which scope, trusting what, and where the file is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify import __version__

if TYPE_CHECKING:
    from verify.landscapes.teacher_student import TeacherStudent
    from verify.prover.points import Array

EXISTING = click.Path(exists=True, path_type=Path)
UNDECIDED = 3
ACTIVATION = click.option(
    "--activation", default="relu", show_default=True, help="relu, abs, erf, or leaky-relu:SLOPE as in leaky-relu:1/10."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="landscape-verify")
def main() -> None:
    """Proofs about the loss landscapes of neural networks, as files that anyone can check.

    \b
    Find and prove:   verify search, verify certify, verify prove
    Check and read:   verify check, verify show, verify list, verify plot
    Understand:       verify derive

    Only `verify check` must be believed; it is `python -m verify.checker`, a small
    program of its own.
    """
    # Our matrices are small: on a busy machine the threads of a BLAS spend their time waiting for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@main.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Check certificates: re-prove each statement from the file alone.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def check(arguments: tuple[str, ...]) -> None:
    """Check certificates (`verify check --help` for all options)."""
    from verify.checker.__main__ import main as check_main

    sys.exit(check_main(list(arguments), prog="verify check"))


@main.command()
@click.argument("file", type=EXISTING)
def show(file: Path) -> None:
    """Print what a certificate or manifest claims, WITHOUT checking it."""
    from verify.checker.reader import NotACertificate
    from verify.checker.session import read

    try:
        content = read(file)
    except NotACertificate as error:
        click.echo(f"Malformed  {file}: {error}", err=True)
        sys.exit(2)
    click.echo(f"{file} claims, and this command has NOT checked:\n")
    click.echo(content.statement.sentence())
    click.echo(f"\nScope: {content.statement.scope}\nDigest: {content.digest}\nTo check it: verify check {file}")


@main.command()
@click.argument("activation")
@click.option("--latex", is_flag=True, help="Print LaTeX instead of text.")
def derive(activation: str, latex: bool) -> None:
    """Derive the dual kernel of ACTIVATION, its gradient and Hessian blocks, from the definition.

    Every step is an identity that SymPy checks while you wait. Known: relu, abs,
    leaky-relu, erf, square, hermite-1 to hermite-4, and step (its value only).

    \b
    Example:  verify derive relu
    """
    from verify.report.tables import working
    from verify.symbolic import derive as derive_activation

    try:
        with working(f"deriving {activation} and checking each step"):
            derivation = derive_activation(activation)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(derivation.latex() if latex else derivation.text())


@main.command()
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

    landscape = _landscape(activation, k)
    with progress_bar() as report:
        found = run_search(landscape, n, runs=runs, seed=seed, directed=directed, progress=report)
    target = output or Path(f"search-{k}-{n}.npz")
    _try_to_write(lambda: found.save(target))
    show_search(found)
    click.echo(f"Wrote {len(found.candidates)} candidates to {target}. To prove what they are: verify certify {target}")


@main.command()
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
        landscape = _landscape(activation, points.shape[2] if teacher is None else read_matrix(teacher, neurons))
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
            _try_to_write(lambda: certificate.save(path))  # noqa: B023 - called at once
            click.echo(f"point {index}: {certificate.statement.summary()}  ->  {path}")
    decided = len(refined) + copies
    same = f" ({copies} of them the same as another)" if copies else ""
    click.echo(f"{decided} of {len(points)} points certified{same}. To check the certificates: verify check {folder}")
    return 0 if decided == len(points) else UNDECIDED


@main.command()
@click.argument("name")
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: certificates/NAME]."
)
def prove(name: str, output: Path | None) -> None:
    """Make the certificates of a paper's theorem, then check them. `verify list` shows the names.

    Certificates that are already in the folder and check are kept, so that an interrupted
    run goes on where it stopped.

    \b
    Example:  verify prove safran-shamir-2018 --output my-certificates
    """
    from verify.checker.__main__ import main as check_main
    from verify.proof import FOLDER, installed
    from verify.prover import NotCertified
    from verify.report.tables import progress_bar

    proofs = installed()
    if name not in proofs:
        raise click.ClickException(f"there is no proof {name!r}; known: {', '.join(proofs) or 'none'}")
    folder = output or FOLDER / name
    with progress_bar() as report:
        try:
            _try_to_write(lambda: proofs[name].write(folder, report))
        except NotCertified as error:
            raise click.ClickException(f"not proved: {error}; what was certified is in {folder}") from None
    click.echo(f"Wrote the certificates of {proofs[name].paper} to {folder}. Checking them:\n")
    sys.exit(check_main([str(folder)], prog="verify check"))


@main.command("list")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=Path("certificates"),
    show_default=True,
    help="The folder with one folder of certificates per proof.",
)
def list_proofs(certificates: Path) -> None:
    """List the proofs, their claims, and what the certificates at hand prove of them now."""
    from verify.checker.session import Session
    from verify.proof import installed, status
    from verify.report.tables import progress_bar, show

    session, rows = Session(), []
    claims = [(proof, claim) for proof in installed().values() for claim in proof.claims]
    with progress_bar() as report:
        for index, (proof, claim) in enumerate(claims):
            report(f"checking {proof.name}", index, len(claims))
            found = status(proof, claim, certificates / proof.name, session)
            rows.append((proof.name, claim.name, claim.statement, found.word, found.scope))
    show("Claims, checked now", ["proof", "claim", "statement", "status", "scope or what is missing"], rows)


@main.command()
@click.argument("file", type=EXISTING)
@click.option("--output", "-o", type=click.Path(path_type=Path), help=".png, .svg or .pdf [default: FILE.png].")
def plot(file: Path, output: Path | None) -> None:
    """Draw a certificate's point as a heat map beside its Hessian spectrum (does not check it)."""
    from verify.checker.certificate import Certificate
    from verify.checker.reader import NotACertificate
    from verify.checker.session import read

    try:
        content = read(file)
    except NotACertificate as error:
        raise click.ClickException(f"{file}: {error}") from None
    if not isinstance(content, Certificate):
        raise click.ClickException(f"{file}: is a manifest; name one of its parts")
    try:
        from verify.report.picture import draw
    except ImportError:
        raise click.ClickException("pictures need matplotlib: pip install 'landscape-verify[plot]'") from None
    target = output or file.with_suffix(".png")
    try:
        _try_to_write(lambda: draw(content, target))
    except ValueError as error:
        raise click.ClickException(f"{target}: {error}") from None
    click.echo(f"Drew {file} to {target}.")


def _landscape(activation: str, teacher: int | Array) -> TeacherStudent:
    """The landscape with this teacher's matrix, or with an orthonormal teacher of so many neurons."""
    import numpy as np

    from verify.landscapes.teacher_student import TeacherStudent

    try:
        return TeacherStudent(activation, np.eye(teacher) if isinstance(teacher, int) else teacher)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _try_to_write(action: Callable[[], None]) -> None:
    """Call `action`; a file that cannot be written is an error message."""
    try:
        action()
    except OSError as error:
        raise click.ClickException(f"cannot write: {error}") from None


if __name__ == "__main__":
    main()
