"""`verify audit`: claims about networks and data, settled with certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.cli.common import try_to_write

if TYPE_CHECKING:
    from verify.audit.judge import Finding

MALFORMED = 2


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
    proved, 1 if one is refuted, 2 if the file cannot be used, 3 if one is undecided.

    \b
    Example:  verify audit --init claims.toml && verify audit claims.toml
    """
    import json

    from verify.audit.claims import schema as claims_schema

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
    from verify.audit.report import exit_code

    sys.exit(exit_code(findings))


def _write_example(target: Path) -> None:
    from importlib.resources import files

    from verify.files import write_whole

    if target.exists():
        raise click.ClickException(f"{target} exists; name another file")
    content = files("verify.audit").joinpath("example.toml").read_bytes()
    try_to_write(lambda: write_whole(target, content))
    click.echo(f"Wrote {target}. To audit it: verify audit {target}")


def _judge_all(path: Path, folder: Path) -> list[Finding]:
    from verify.audit import BadClaims, judge, read_claims
    from verify.report.tables import progress_bar

    try:
        claims = read_claims(path)
    except BadClaims as error:
        click.echo(f"Malformed: {error}", err=True)
        sys.exit(MALFORMED)
    findings: list[Finding] = []
    with progress_bar() as report:
        for index, claim in enumerate(claims):
            report(claim.id, index, len(claims))
            try_to_write(lambda: findings.append(judge(claim, folder)))  # noqa: B023 - called at once
    return findings


def _show(findings: list[Finding], form: str) -> None:
    from verify.audit import report
    from verify.report.tables import show

    if form != "text":
        click.echo({"json": report.as_json, "junit": report.as_junit, "markdown": report.as_markdown}[form](findings))
        return
    rows = [(found.id, found.verdict, found.scope, report.evidence(found)) for found in findings]
    show("Claims", ["claim", "verdict", "scope", "evidence"], rows)
    paths = [str(path) for found in findings for path in found.certificates]
    checked = f" To check the certificates: verify check {Path(paths[0]).parent}" if paths else ""
    click.echo(f"{report.summary(findings)}.{checked}")
