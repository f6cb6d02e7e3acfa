"""`verify sdp`: rigorous bounds of semidefinite programs."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.checker.public import ExitCode, first_that_applies
from verify.producer.cli.common import EXISTING, try_to_write
from verify.producer.cli.failures import BadUse
from verify.producer.cli.printer import Printer, printed

if TYPE_CHECKING:
    from verify.producer.sdp import Result
    from verify.producer.sdp.certified import Bounds

SOLVER = click.option(
    "--solver",
    default="CLARABEL",
    show_default=True,
    help="Any solver of CVXPY that is installed, by its name there. What it says is a hint.",
)
OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), help="The folder for the certificates [default: NAME-certificates]."
)


@click.group()
def sdp() -> None:
    """Rigorous bounds of semidefinite programs in the SDPA sparse format.

    The program is inf c.x subject to x_1 F_1 + ... + x_m F_m - F_0 positive semidefinite, as
    SDPLIB prints its values. An approximate solver gives a start; a lower and an upper
    bound, or infeasibility, are then proved, and written as certificates beside a copy of
    the data file.

    \b
    Example:  verify sdp bound truss1.dat-s
    """


@sdp.command()
@click.argument("file", type=EXISTING)
@SOLVER
@click.option(
    "--box",
    metavar="B",
    help="A lower bound among the x with all |x_i| <= B, where none is found without; B like 1000 or 1/3.",
)
@OUTPUT
@printed("sdp-bound")
def bound(file: Path, solver: str, box: str | None, output: Path | None, printer: Printer) -> None:
    """Prove a lower and an upper bound of the value of FILE, or that it is infeasible.

    With a box, a lower bound that is not proved without it is proved among the x of the box alone. Where it is
    above the upper bound, the box excludes every minimiser, and no value is printed.

    A missing bound is null in JSON and comes with its reason. Exit code 3 if nothing was proved.

    \b
    Example:  verify sdp bound arch0.dat-s --format json
    """
    result = _bound(file, solver, _box(box))
    folder = output or Path(f"{file.name.removesuffix('.dat-s')}-certificates")
    paths: list[Path] = []
    try_to_write(lambda: paths.extend(result.save(folder)))
    code = _code(result)
    if printer.is_text:
        _print(file, result, paths, folder)
    printer.end(code, **_record(file, result, paths))
    sys.exit(code)


@sdp.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@SOLVER
@OUTPUT
@printed("sdp-table")
def table(folder: Path, solver: str, output: Path | None, printer: Printer) -> None:
    """Bound every .dat-s file of FOLDER, and print a table.

    Exit code, the first that applies: 2 if a file cannot be read, 3 if of one nothing was proved, 0.

    \b
    Example:  verify sdp table ../shared/data/sdplib
    """
    files = sorted(folder.glob("*.dat-s"))
    if not files:
        raise BadUse(f"{folder}: there is no .dat-s file in this folder")
    target = output or Path(f"{folder.resolve().name}-certificates")
    records: list[dict[str, object]] = []
    codes: list[ExitCode] = []
    printer.begin()
    for file in files:
        try:
            result = _bound(file, solver, None)
        except BadUse as error:  # the other files keep their bounds
            error.show()
            codes.append(error.exit_code)
            continue
        codes.append(_code(result))
        paths: list[Path] = []
        try_to_write(lambda: paths.extend(result.save(target)))  # noqa: B023 - called at once
        records.append(_record(file, result, paths))
        printer.item(records[-1])
    code = first_that_applies(codes)
    printer.end(code)
    if not printer.is_text:
        sys.exit(code)
    from verify.producer.report.tables import show

    columns = ["file", ">solver", ">lower", ">upper", ">relative gap", ">solve (s)", ">bound (s)", "no bound, because"]
    show(f"Rigorous bounds; the solver's value ({solver}) is not proved", columns, [_row(record) for record in records])
    printer.say(f"To check the certificates: verify check {target}")
    sys.exit(code)


def _code(result: Result) -> ExitCode:
    """A file of which nothing was proved is undecided."""
    return ExitCode.PROVED if result.bounds.certificates else ExitCode.UNDECIDED


def _bound(file: Path, solver: str, box: Fraction | None) -> Result:
    from verify.checker.public import NotACertificate
    from verify.producer.report.tables import working
    from verify.producer.sdp import bound

    try:
        with working(f"{file.name}: solving by {solver}, then proving bounds"):
            return bound(file, solver, box)
    except (NotACertificate, ValueError) as error:
        raise BadUse(f"{file}: {error}") from None


def _box(text: str | None) -> Fraction | None:
    from verify.checker.public import exact

    if text is None:
        return None
    try:
        number = exact.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--box") from None
    if number < 0:
        raise click.BadParameter("must not be negative", param_hint="--box")
    return number


def _record(file: Path, result: Result, paths: list[Path]) -> dict[str, object]:
    return {
        "file": file.name,
        "solver": result.bounds.hint.solver,
        "solver_status": result.bounds.hint.status,
        "solver_value": result.solver_value,
        "lower": _outward(result.lower, -math.inf),
        "upper": _outward(result.upper, math.inf),
        "relative_gap": result.relative_gap,
        "infeasible": result.infeasible,
        "box": _box_in_words(result.bounds),
        "box_excludes_minimisers": result.bounds.box_excludes_minimisers,
        "seconds_solve": round(result.bounds.hint.seconds, 3),
        "seconds_bound": round(result.bounds.seconds, 3),
        "exact_steps": result.bounds.exact_steps,
        "reasons": result.bounds.reasons,
        "certificates": [str(path) for path in paths],
    }


def _box_in_words(bounds: Bounds) -> str | None:
    """The box without which the lower bound is not proved; on the command line it is one number for all."""
    from verify.checker.public import written

    return None if bounds.box is None else f"|x_i| <= {written(bounds.box[0][1])}"


def _outward(bound: Fraction | None, direction: float) -> float | None:
    """The nearest float that is not on the wrong side of the bound."""
    if bound is None:
        return None
    near = float(bound)
    wrong = Fraction(near) > bound if direction < 0 else Fraction(near) < bound
    return math.nextafter(near, direction) if wrong else near


def _row(record: dict[str, object]) -> list[str]:
    from verify.checker.public import at_least, at_most

    def shown(name: str, style: str) -> str:
        return "" if record[name] is None else format(record[name], style)

    def outward(name: str, printed: Callable[[Fraction, int], str]) -> str:
        value = record[name]
        return printed(Fraction(value), 12) if isinstance(value, float) else ""

    reasons = record["reasons"]
    why = "; ".join(reasons.values()) if isinstance(reasons, dict) else ""
    infeasible = {"inequality": "no x is feasible (proved)", "equality": "no Y is feasible (proved)"}
    return [
        str(record["file"]),
        shown("solver_value", ".12g"),
        outward("lower", at_least),
        outward("upper", at_most),
        shown("relative_gap", ".1e"),
        shown("seconds_solve", ".2f"),
        shown("seconds_bound", ".2f"),
        infeasible.get(str(record["infeasible"]), why),
    ]


def _print(file: Path, result: Result, paths: list[Path], folder: Path) -> None:
    from verify.checker.public import at_least, at_most

    hint = result.bounds.hint
    said = "no value" if result.solver_value is None else f"{result.solver_value:.12g}"
    click.echo(f"{file}: {hint.solver} said {said} ({hint.status}) in {hint.seconds:.2f} s; that is not proved.")
    for statement in (certificate.read().statement for certificate in result.bounds.certificates.values()):
        click.echo(f"Proved: {statement.sentence()}")
    for name, reason in result.bounds.reasons.items():
        click.echo(f"Not proved: {name}: {reason}")
    box = _box_in_words(result.bounds)
    if result.bounds.box_excludes_minimisers:
        click.echo(f"So the box excludes every minimiser: some feasible x is better than all those among {box}.")
    elif result.lower is not None and result.upper is not None:
        bounds = f"[{at_least(result.lower, 15)}, {at_most(result.upper, 15)}]"
        what = "So the value"
        if box is not None:
            inside = result.bounds.point_is_in_box
            what = f"So the value among {box}" if inside else f"So, if a minimiser is among {box}, the value"
        click.echo(f"{what} is in {bounds}: relative gap {result.relative_gap:.2g}.")
    click.echo(f"Proved within {result.bounds.seconds:.2f} s, by ball arithmetic; scope: one instance.")
    if result.bounds.exact_steps:
        click.echo(f"{result.bounds.exact_steps} steps of Newton's method were made with 256 bits.")
    if paths:
        click.echo(f"Certificates: {', '.join(map(str, paths))}\nTo check them: verify check {folder}")
