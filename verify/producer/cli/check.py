"""`verify check`, `verify show` and `verify list`: what certificates prove, or claim."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verify import command_line


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Check certificates: re-prove each statement from the file alone.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def check(arguments: tuple[str, ...]) -> None:
    """Check certificates (`verify check --help` for all options)."""
    sys.exit(command_line.check(list(arguments)))


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
    short_help="Print what a certificate or manifest claims, WITHOUT checking it.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def show(arguments: tuple[str, ...]) -> None:
    """Print what a certificate claims (`verify show --help` for all options)."""
    sys.exit(command_line.show(list(arguments)))


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
    short_help="What the code of a reason means, and what to do.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def explain(arguments: tuple[str, ...]) -> None:
    """Explain the code of a reason (`verify explain --help`)."""
    sys.exit(command_line.explain(list(arguments)))


@click.command("list")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=Path("certificates"),
    show_default=True,
    help="The folder with one folder of certificates per proof.",
)
def list_proofs(certificates: Path) -> None:
    """List the proofs, their claims, and what the certificates at hand prove of them now.

    Exit code 0 whatever they prove. A proof that cannot be loaded is shown as broken.
    """
    from verify.checker.public import Session
    from verify.producer.proof import BrokenProof, installed, status
    from verify.producer.report.tables import show

    session, rows, proofs = Session(), [], installed()
    for name in proofs:
        try:
            proof = proofs[name]
        except BrokenProof as error:
            rows.append((name, "", str(error), "broken", ""))
            continue
        for claim in proof.claims:
            found = status(proof, claim, certificates / name, session)
            rows.append((name, claim.name, claim.statement, found.word, found.scope))
    show("Claims, checked now", ["proof", "claim", "statement", "status", "scope or what is missing"], rows)
