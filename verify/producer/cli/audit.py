"""`verify audit`: claims about networks and data, settled with certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from verify.checker.public import ExitCode

if TYPE_CHECKING:
    from verify.producer.audit.judge import Finding


@click.command()
@click.argument("claims", type=click.Path(path_type=Path), required=False)
@click.option("--init", "target", type=click.Path(path_type=Path), help="Write a commented example to this file.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of claims files, for editors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "markdown"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: CLAIMS-certificates]."
)
def audit(claims: Path | None, target: Path | None, schema: bool, form: str, output: Path | None) -> None:
    """Prove or refute the claims in a TOML file about networks, data and points.

    Each claim ends as proved, refuted or undecided; certificates of the first two are
    written beside the file. What a claim means is in docs/AUDIT.md. Exit code 0 if all are
    proved, 1 if one is refuted, 2 if the file cannot be used, 3 if one is undecided, 70 after
    an internal error, 74 if a file cannot be written, 130 if stopped by Ctrl-C; of several
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
    findings = _judge_all(claims, output or claims.with_name(f"{claims.stem}-certificates"))
    _show(findings, form)
    from verify.producer.audit.report import exit_code

    sys.exit(exit_code(findings))


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


def _judge_all(path: Path, folder: Path) -> list[Finding]:
    from verify.producer.audit import BadClaims, forget, judge, read_claims
    from verify.producer.report.tables import progress_bar

    findings: list[Finding] = []
    try:
        claims = read_claims(path)
        for claim in claims:  # at once: a verdict of before must not outlive an audit that is stopped
            forget(claim, folder)
        with progress_bar() as report:
            for index, claim in enumerate(claims):
                report(claim.id, index, len(claims))
                findings.append(judge(claim, folder))
    except BadClaims as error:
        _end(ExitCode.MALFORMED, f"Malformed: {error}")
    except OSError as error:
        _end(ExitCode.INFRASTRUCTURE, f"Error: cannot write: {error}")
    except KeyboardInterrupt:
        done = ", ".join(finding.id for finding in findings) or "no claim"
        _end(ExitCode.INTERRUPTED, f"Stopped. Certificates are kept of what was judged before: {done}.")
    except Exception as error:  # noqa: BLE001 - a bug of ours must not end with the exit code of a verdict
        _end(ExitCode.INTERNAL_ERROR, f"Internal error, please report it: {type(error).__name__}: {error}")
    return findings


def _end(code: ExitCode, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _show(findings: list[Finding], form: str) -> None:
    from verify.producer.audit import report
    from verify.producer.report.tables import show

    if form != "text":
        click.echo({"json": report.as_json, "junit": report.as_junit, "markdown": report.as_markdown}[form](findings))
        return
    rows = [
        (found.id, found.verdict, found.claim, found.scope, report.evidence(found), report.rests_on(found))
        for found in findings
    ]
    show("Claims", ["claim", "verdict", "claimed", "scope", "evidence", "certificates"], rows)
    paths = [str(path) for found in findings for path in found.certificates]
    checked = f" To check the certificates: verify check {Path(paths[0]).parent}" if paths else ""
    click.echo(f"{report.summary(findings)}.{checked}")
