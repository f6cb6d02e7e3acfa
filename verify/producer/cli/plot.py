"""`verify plot`: pictures of what certificates are about."""

from __future__ import annotations

from pathlib import Path

import click

from verify.producer.cli.common import EXISTING, try_to_write
from verify.producer.cli.failures import BadUse
from verify.producer.cli.printer import Printer, printed


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--output", "-o", type=click.Path(path_type=Path), help=".png, .svg or .pdf [default: FILE.png].")
@printed("plot")
def plot(file: Path, output: Path | None, printer: Printer) -> None:
    """Draw what a certificate claims (does not check it).

    One point: a heat map beside its Hessian spectrum. Symmetric points: which types are minima
    or saddles, or the values, the loss and the Hessian's blocks as functions of k. A statement
    for every k: what it encloses, against k.
    """
    from verify.checker.public import ExitCode, NotACertificate, Reason, read
    from verify.checker.statements.critical_point import CriticalPoint
    from verify.checker.statements.family import Family
    from verify.checker.statements.symmetric import SymmetricPoints

    try:
        statement = read(file).statement
    except NotACertificate as error:
        raise BadUse(f"{file}: {error}", Reason.UNREADABLE) from None
    if not isinstance(statement, CriticalPoint | Family | SymmetricPoints):
        raise BadUse(f"{file}: is not about one critical point; of a manifest, name one of its parts")
    try:
        from verify.producer.report.family_picture import draw_family
        from verify.producer.report.picture import draw
        from verify.producer.report.symmetric_picture import draw_points
    except ImportError:
        raise BadUse("pictures need matplotlib: pip install 'landscape-verify[plot]'") from None
    target = output or file.with_suffix(".png")
    try:
        if isinstance(statement, Family):
            try_to_write(lambda: draw_family(statement, target))
        elif isinstance(statement, SymmetricPoints):
            try_to_write(lambda: draw_points(statement, target))
        else:
            try_to_write(lambda: draw(statement, target))
    except ValueError as error:
        raise BadUse(f"{target}: {error}") from None
    printer.say(f"Drew {file} to {target}.")
    printer.end(ExitCode.PROVED, file=str(file), picture=str(target))
