"""`verify derive`: from an activation's definition to its Hessian, step by step."""

from __future__ import annotations

import click

from verify.cli.failures import BadUse


@click.command()
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
        raise BadUse(str(error)) from None
    click.echo(derivation.latex() if latex else derivation.text())
