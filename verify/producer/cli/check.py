"""`verify check`, `verify show` and `verify explain`: what needs the checker only."""

from __future__ import annotations

import sys

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
