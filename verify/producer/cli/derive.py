"""`verify derive`: from an activation's definition to its Hessian, step by step."""

from __future__ import annotations

import click

from verify.checker.public import ExitCode
from verify.producer.cli.failures import BadUse
from verify.producer.cli.printer import Printer, printed


@click.command()
@click.argument("activation")
@click.option("--latex", is_flag=True, help="Print LaTeX instead of text.")
@click.option("--code", is_flag=True, help="Print the kernel in balls, as the checker runs it, instead of text.")
@printed("derive")
def derive(activation: str, latex: bool, code: bool, printer: Printer) -> None:
    """Derive the dual kernel of ACTIVATION, its gradient and Hessian blocks, from the definition.

    Every step is an identity that SymPy checks while you wait. Known: relu, abs,
    leaky-relu, step (its value only), and smooth ones, such as erf; an unknown
    name is answered with all that are known.

    \b
    Example:  verify derive relu
    Example:  verify derive erf --code > verify/checker/losses/kernels/erf.py
    """
    from verify.producer.report.tables import working
    from verify.producer.symbolic import derive as derive_activation

    try:
        with working(f"deriving {activation} and checking each step"):
            derivation = derive_activation(activation)
        if code:
            from verify.producer.symbolic.code import module

            kind, told = "code", module(derivation)
        else:
            kind, told = ("latex", derivation.latex()) if latex else ("text", derivation.text())
    except ValueError as error:
        raise BadUse(str(error)) from None
    if printer.is_text:
        click.echo(told, nl=kind != "code")
    printer.end(ExitCode.PROVED, activation=activation, kind=kind, derivation=told)
