"""How a command that is not finished ends: the exit code of the one table, and a line that says what to do.

A command raises `BadUse`, `NotProved` or `Infrastructure`, or what the libraries raise; `ExitCodes` is the one place
where that becomes an exit code. A crash is never a verdict: what nobody foresaw is `internal error`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from verify.checker.public import (
    BROKEN_PIPE,
    INTERRUPTED,
    ExitCode,
    Reason,
    give_up,
    internal_error,
    terminated_as_interrupted,
    told,
)
from verify.producer.cli.printer import Printer, of


class Failure(click.ClickException):
    """A command that cannot be done, with the code of the reason where one applies."""

    def __init__(self, message: str, reason: Reason | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class BadUse(Failure):
    """The command line, or a file that it names, cannot be used."""

    exit_code = ExitCode.MALFORMED


class NotProved(Failure):
    """Neither proved nor refuted."""

    exit_code = ExitCode.UNDECIDED


class Infrastructure(Failure):
    """A file cannot be written, or workers cannot be had or were lost."""

    exit_code = ExitCode.INFRASTRUCTURE


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with what is kept and how to go on."""


@contextmanager
def on_interruption(kept: str) -> Iterator[None]:
    """Where Ctrl-C comes within the block, say `kept`: what is there, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(kept) from None


class ExitCodes(click.Group):
    """A group of commands that end with the codes of `verify.checker.core.codes.ExitCode`, and no other."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it raises ends with its code."""
        try:
            with terminated_as_interrupted():
                result = super().invoke(ctx)
            if sys.stdout is not None:  # it is None where the caller has closed it
                sys.stdout.flush()
        except (SystemExit, click.exceptions.Exit):
            raise
        except BaseException as error:  # noqa: BLE001 - the one place where failures become exit codes
            _end(error, of(ctx))
        return result


def _end(error: BaseException, printer: Printer | None) -> NoReturn:
    """Say what happened, on standard error and to programs that read the output, and exit."""
    from verify.producer.executors import ExecutorError
    from verify.producer.prover import NotCertified

    reason: Reason | None = None
    match error:
        case click.ClickException():
            try:
                error.show()
            except OSError:
                give_up(sys.stderr)
            # click's own default is 1, which here says that something is refuted
            code = ExitCode(ExitCode.MALFORMED if error.exit_code == ExitCode.REFUTED else error.exit_code)
            _tell(printer, code, error.format_message(), error.reason if isinstance(error, Failure) else None)
            sys.exit(code)
        case KeyboardInterrupt() | click.Abort():
            code, line = ExitCode.INTERRUPTED, f"interrupted: {error}" if str(error) else INTERRUPTED
        case BrokenPipeError():
            give_up(sys.stdout)
            sys.exit(BROKEN_PIPE)
        case ExecutorError():
            code, line = ExitCode.INFRASTRUCTURE, f"Error: {error}"
        case NotCertified():
            code, line, reason = ExitCode.UNDECIDED, f"Error: not proved: {error}", error.code
        case OSError():
            give_up(sys.stdout)
            code, line = ExitCode.INFRASTRUCTURE, f"Error: cannot read or write: {error}"
        case MemoryError():
            code, line, reason = ExitCode.INFRASTRUCTURE, "Error: out of memory", Reason.OUT_OF_MEMORY
        case _:
            code, line, reason = ExitCode.INTERNAL_ERROR, internal_error(error), Reason.INTERNAL_ERROR
    told(code, line)
    _tell(printer, code, line, reason)
    sys.exit(code)


def _tell(printer: Printer | None, code: ExitCode, message: str, reason: Reason | None) -> None:
    """The document of a failure, for a command that was asked for documents; what cannot be written is not."""
    if printer is None:
        return
    try:
        printer.fail(code, message, reason)
    except OSError:
        give_up(sys.stdout)
