"""What several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.checker.public import ARB_UNKNOWNS, Reason, trust
from verify.producer.cli.failures import BadUse, Infrastructure

if TYPE_CHECKING:
    from verify.producer.landscapes.teacher_student import TeacherStudent
    from verify.producer.prover.points import Array
    from verify.producer.search.backends import Backend

EXISTING = click.Path(exists=True, path_type=Path)
ACTIVATION = click.option(
    "--activation",
    default="relu",
    show_default=True,
    help="relu, abs, leaky-relu:SLOPE as in leaky-relu:1/10, or a smooth one, such as erf (docs/CERTIFICATE.md).",
)


def parallel(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --jobs and --executor."""
    jobs = click.option(
        "--jobs", "-j", type=click.IntRange(1, 1024), default=1, show_default=True, help="Processes to work in."
    )
    executor = click.option(
        "--executor", metavar="ADDRESS", help="Work on an existing cluster instead: dask://HOST:PORT of a scheduler."
    )
    return jobs(executor(command))


def trusting(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option --trust."""
    return click.option(
        "--trust",
        type=click.Choice(trust.CHOICES),
        default=trust.AUTO,
        show_default=True,
        help="The arithmetic in which the checker is asked, as in verify check; auto is arb up to "
        f"{ARB_UNKNOWNS} unknowns. The certificates are the same in each: who reads one chooses again.",
    )(command)


def computing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --backend and --device."""
    backend = click.option(
        "--backend",
        type=click.Choice(["numpy", "jax", "torch"]),
        default="numpy",
        show_default=True,
        help="The library that computes.",
    )
    device = click.option(
        "--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True, help="What it computes on."
    )
    return backend(device(command))


def get_backend(name: str, device: str) -> Backend:
    """The backend of that name on that device."""
    from verify.producer.search.backends import BackendError, backend

    try:
        return backend(name, device)
    except BackendError as error:
        raise BadUse(str(error)) from None


def landscape_of(activation: str, teacher: int | Array) -> TeacherStudent:
    """The landscape with this teacher's matrix, or with an orthonormal teacher of so many neurons."""
    import numpy as np

    from verify.producer.landscapes.teacher_student import TeacherStudent

    try:
        return TeacherStudent(activation, np.eye(teacher) if isinstance(teacher, int) else teacher)
    except ValueError as error:
        raise BadUse(str(error)) from None


def need_report() -> None:
    """Say what is missing, before the work, where no page can be made."""
    from importlib.util import find_spec

    from verify.extras import command

    missing = [name for name in ("jinja2", "matplotlib") if find_spec(name) is None]
    if missing:
        raise BadUse(f"a page needs {' and '.join(missing)}: {command('report')}", Reason.MISSING_SOFTWARE)


def try_to_write(action: Callable[[], None]) -> None:
    """Call `action`; a file that cannot be written is an error message."""
    try:
        action()
    except OSError as error:
        raise Infrastructure(f"cannot write: {error}") from None
