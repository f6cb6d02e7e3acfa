"""`verify audit`: claims about networks and data, settled with certificates."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from verify.checker.public import ExitCode, Reason
from verify.producer.cli.common import need_report
from verify.producer.cli.printer import Printer, printed

if TYPE_CHECKING:
    from verify.producer.audit.judge import Finding

SECONDS = 2.0
"""Between two reports of one search."""


@click.command()
@click.argument("claims", type=click.Path(path_type=Path), required=False)
@click.option("--init", "target", type=click.Path(path_type=Path), help="Write a commented example to this file.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of claims files, for editors.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: CLAIMS-certificates]."
)
@printed("audit", "junit", "sarif", "markdown", "html")
def audit(claims: Path | None, target: Path | None, schema: bool, output: Path | None, printer: Printer) -> None:
    """Prove or refute the claims in a TOML file about networks, data and points.

    Each claim ends as proved, refuted or undecided; certificates of the first two are
    written beside the file. What a claim means is in docs/AUDIT.md. Exit code 0 if all are
    proved, 1 if one is refuted, 2 if the file cannot be used, 3 if one is undecided, 70 after
    an internal error, 74 if a file cannot be written, 130 if stopped (Ctrl-C, SIGTERM); of several
    the first of 130, 74, 70, 2, 1, 3, 0.

    \b
    Example:  verify audit --init claims.toml && verify audit claims.toml
    """
    import json

    from verify.producer.audit.claims import schema as claims_schema

    if schema:
        click.echo(json.dumps(claims_schema(), indent=2))
        return
    if target is not None:
        _write_example(target)
        return
    if claims is None:
        raise click.UsageError("name a claims file, or write an example with --init FILE")
    if printer.form == "html":
        need_report()
    folder = output or claims.with_name(f"{claims.stem}-certificates")
    sys.exit(_Audit(claims, folder, printer).run())


def _write_example(target: Path) -> None:
    from importlib.resources import files

    from verify.producer.files import write_whole

    if target.exists():
        raise click.UsageError(f"{target} exists; name another file")
    content = files("verify.producer.audit").joinpath("example.toml").read_bytes()
    try:
        write_whole(target, content)
    except OSError as error:
        _end(ExitCode.INFRASTRUCTURE, f"cannot write: {error}")
    click.echo(f"Wrote {target}. To audit it: verify audit {target}")


class _Audit:
    """An audit under way: what it found so far, so that an interruption prints it."""

    def __init__(self, path: Path, folder: Path, printer: Printer) -> None:
        self._path, self._folder, self._printer = path, folder, printer
        self._findings: list[Finding] = []
        self._lines: list[int] = []

    def run(self) -> ExitCode:
        """Judge each claim, print what was found, and return the exit code."""
        from verify.producer.audit import BadClaims
        from verify.producer.audit.report import exit_code

        self._printer.begin(file=str(self._path))
        try:
            self._judge_all()
        except BadClaims as error:
            self._malformed(str(error))
        except OSError as error:
            self._stop(ExitCode.INFRASTRUCTURE, f"Error: cannot write: {error}")
        except KeyboardInterrupt:
            done = ", ".join(finding.id for finding in self._findings) or "no claim"
            self._show(ExitCode.INTERRUPTED)
            self._stop(ExitCode.INTERRUPTED, f"Stopped. Certificates are kept of what was judged before: {done}.")
        except Exception as error:  # noqa: BLE001 - a bug of ours must not end with the exit code of a verdict
            message = f"Internal error, please report it: {type(error).__name__}: {error}"
            self._stop(ExitCode.INTERNAL_ERROR, message, Reason.INTERNAL_ERROR)
        code = exit_code(self._findings)
        self._show(code)
        return code

    def _judge_all(self) -> None:
        from verify.producer.audit import forget, judge, read_claims
        from verify.producer.audit.makers import telling
        from verify.producer.audit.report import claim_lines, record
        from verify.producer.report.tables import progress_bar

        claims = read_claims(self._path)
        for claim in claims:  # at once: a verdict of before must not outlive an audit that is stopped
            forget(claim, self._folder)
        places = claim_lines(self._path)
        if len(places) != len(claims):
            places = [1] * len(claims)
        with progress_bar() as report:
            for index, (claim, line) in enumerate(zip(claims, places, strict=True)):
                report(claim.id, index, len(claims))
                steps = _Steps(report, claim.id, index, len(claims))
                with telling(steps, steps.pieces):
                    finding = judge(claim, self._folder)
                self._findings.append(finding)
                self._lines.append(line)
                self._printer.item(record(finding, self._path, line))

    def _show(self, code: ExitCode) -> None:
        from verify.producer.audit import report

        form, stopped = self._printer.form, code is ExitCode.INTERRUPTED
        if self._printer.is_document:
            self._printer.end(code)
        elif form == "junit":
            click.echo(report.as_junit(self._findings, interrupted=stopped))
        elif form == "sarif":
            click.echo(report.as_sarif(self._findings, self._path, self._lines, code))
        elif stopped and not self._findings:
            return
        elif form == "markdown":
            click.echo(report.as_markdown(self._findings))
        elif form == "html":
            click.echo(self._page(code))
        else:
            _show_findings(self._findings, self._printer)

    def _page(self, code: ExitCode) -> str:
        from verify.producer.audit.report import record
        from verify.producer.report.page import of_claims

        findings = [record(found, self._path, line) for found, line in zip(self._findings, self._lines, strict=True)]
        return of_claims(
            findings, code, f"verify audit --format html {shlex.quote(str(self._path))}", "Claims, audited"
        )

    def _malformed(self, message: str) -> NoReturn:
        from verify.producer.audit import report

        if self._printer.form == "junit":
            click.echo(report.malformed_as_junit(self._path, message))
        elif self._printer.form == "sarif":
            click.echo(report.malformed_as_sarif(self._path, message))
        self._stop(ExitCode.MALFORMED, f"Malformed: {message}", Reason.UNREADABLE)

    def _stop(self, code: ExitCode, message: str, reason: Reason | None = None) -> NoReturn:
        if code is not ExitCode.INTERRUPTED:
            self._printer.fail(code, message, reason)
        _end(code, message)


class _Steps:
    """What a search for a claim's minimum has reached, whenever some seconds have passed."""

    def __init__(self, report: Callable[[str, int, int], None], name: str, *place: int) -> None:
        self._report, self._name, self._place = report, name, place
        self._last = time.monotonic()

    def __call__(self, step: int, loss: float, kinks: int) -> None:
        """Say it."""
        self._say(f"step {step}, loss {loss:.8g}, {kinks} units on kinks")

    def pieces(self, depth: int, left: int) -> None:
        """Of a cover, too: and where nothing is left to be cut, that it is being checked."""
        said = f"{left} pieces of the box left after {depth} cuts"
        self._say(said if left else f"the cover, of {depth} cuts, is found; the checker checks it", always=not left)

    def _say(self, words: str, *, always: bool = False) -> None:
        if always or time.monotonic() - self._last >= SECONDS:
            self._last = time.monotonic()
            self._report(f"{self._name}: {words}", *self._place)


def _end(code: ExitCode, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _show_findings(findings: list[Finding], printer: Printer) -> None:
    """Each claim as a paragraph, then how many of which; with --quiet, those that are not proved."""
    from verify.producer.audit import report
    from verify.producer.audit.judge import PROVED
    from verify.producer.report.tables import Entry, show_entries

    show_entries(
        Entry(
            found.verdict,
            f"{found.id}: {found.claim}",
            [
                f"Scope: {found.scope}" if found.scope else "",
                report.evidence(found),
                report.rests_on(found),
                f"What to do ({found.code}): {found.advice}" if found.advice else "",
            ],
        )
        for found in findings
        if not (printer.quiet and found.verdict == PROVED)
    )
    paths = [str(path) for found in findings for path in found.certificates]
    checked = f" To check the certificates: verify check {Path(paths[0]).parent}" if paths else ""
    printer.say(f"{report.summary(findings)}.{checked}")
