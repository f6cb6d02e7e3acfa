"""How a command ends: the exit code of the one table, whatever happens. A crash is never a verdict."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn, TextIO

from verify.checker.core.codes import ExitCode
from verify.checker.front.output import internal_error

BROKEN_PIPE = 141
"""As a shell tells it of a program that SIGPIPE ends: the reader of the output has gone."""


def ended(run: Callable[[], ExitCode]) -> int:
    """Run what prints, and return its exit code, or that of what went wrong: a crash is never a verdict."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with terminated_as_interrupted():
            code = run()
        if sys.stdout is not None:  # it is None where the caller has closed it
            sys.stdout.flush()
    except KeyboardInterrupt:
        return told(ExitCode.INTERRUPTED, "interrupted: not all files were checked")
    except BrokenPipeError:
        give_up(sys.stdout)
        return BROKEN_PIPE
    except OSError as error:
        give_up(sys.stdout)
        return told(ExitCode.INFRASTRUCTURE, f"cannot write: {error.strerror or error}")
    except MemoryError:
        return told(ExitCode.INFRASTRUCTURE, "out of memory: not all files were checked")
    except Exception as error:  # noqa: BLE001 - a crash must not end with the exit code of a verdict
        return told(ExitCode.INTERNAL_ERROR, internal_error(error))
    return code


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Within the block, SIGTERM ends the run as Ctrl-C does, so that what was checked is printed."""
    if threading.current_thread() is not threading.main_thread():  # only it may set what a signal does
        yield
        return

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def told(code: ExitCode, reason: str) -> ExitCode:
    """The exit code, told on stderr if that takes it: where it does not, the code is the same."""
    if sys.stderr is not None:  # as where the caller has closed it
        try:
            print(reason, file=sys.stderr, flush=True)
        except OSError:
            give_up(sys.stderr)
    return code


def give_up(stream: TextIO) -> None:
    """Keep Python from complaining of what it cannot flush when it exits, which would change the exit code."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # there is none, or none that is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
