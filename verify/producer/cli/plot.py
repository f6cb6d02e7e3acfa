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
    for every k: what it encloses, against k. A cover: its pieces and their tests. Gradient descent:
    the loss against the steps, in float64 and in balls, with what is claimed.
    """
    from verify.checker.public import ExitCode, NotACertificate, Reason, read

    try:
        found = read(file)
    except NotACertificate as error:
        raise BadUse(f"{file}: {error}", Reason.UNREADABLE) from None
    try:
        from verify.producer.report import figures
    except ImportError:
        raise BadUse(
            "pictures need matplotlib: pip install 'landscape-verify[plot]'", Reason.MISSING_SOFTWARE
        ) from None
    target = output or file.with_suffix(".png")
    try:
        picture = figures.draw(found.statement, figures.CLAIMED, getattr(found, "witness", None))
    except ValueError as error:
        raise BadUse(f"{file}: {error}") from None
    try:
        try_to_write(lambda: figures.save(picture, target))
    except ValueError as error:
        raise BadUse(f"{target}: {error}") from None
    printer.say(f"Drew {file} to {target}.")
    printer.end(ExitCode.PROVED, file=str(file), picture=str(target))
