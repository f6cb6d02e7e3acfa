"""`verify report`: a folder of certificates as one page."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from verify.checker.public import (
    MAX_JOBS,
    ExitCode,
    Line,
    NotACertificate,
    Reason,
    Session,
    check_files,
    exit_code,
    files_under,
    record,
)
from verify.producer.cli.common import EXISTING, need_report, try_to_write
from verify.producer.cli.failures import BadUse
from verify.producer.cli.printer import Printer, printed


@click.command()
@click.argument("folder", type=EXISTING)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The page [default: FOLDER-report.html here].")
@click.option("--jobs", "-j", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Processes.")
@printed("report")
def report(folder: Path, output: Path | None, jobs: int, printer: Printer) -> None:
    """Check every certificate of FOLDER, and write one page that needs no network and prints well.

    Each claim stands there with its verdict, scope, theorems, the hypotheses with their numbers, what
    is assumed, digests, and the command that checks it again; with pictures where there are some.

    Exit code: that of `verify check FOLDER`.

    \b
    Example:  verify report certificates/safran-shamir-2018 -o theorem-1.html
    """
    need_report()  # before what needs it is imported
    from verify.producer.files import write_whole
    from verify.producer.report.page import of_lines
    from verify.producer.report.tables import progress_bar

    target = output or Path(f"{folder.resolve().name.removesuffix('.json')}-report.html")
    printer.begin(folder=str(folder), page=str(target))
    try:
        files = list(files_under(folder))
    except NotACertificate as error:
        raise BadUse(f"{folder}: {error}", Reason.UNREADABLE) from None
    lines: list[Line] = []
    told = f"verify report {shlex.quote(str(folder))}"

    def write(code: ExitCode) -> None:
        page = of_lines(lines, code, told, f"Certificates in {folder.resolve().name}")
        try_to_write(lambda: write_whole(target, page))

    answers = check_files(Session(), files, jobs)
    try:
        with progress_bar() as progress:
            for done, (path, _) in enumerate(files):
                progress(f"checking {path}", done, len(files))
                lines.append(Line(str(path), *next(answers)))
                printer.item(record(lines[-1]))
    except KeyboardInterrupt:
        write(ExitCode.INTERRUPTED)  # says so
        raise
    code = exit_code([line.verdict for line in lines])
    write(code)
    printer.say(
        f"Wrote {target}: {len(lines)} certificate{'s' * (len(lines) != 1)}. To check them: verify check {folder}"
    )
    printer.end(code)
    sys.exit(code)
