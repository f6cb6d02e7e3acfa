"""How a command ends: the exit code of the one table, whatever happens. A crash is never a verdict."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

from verify.checker.core.codes import ExitCode
from verify.checker.front.output import internal_error

BROKEN_PIPE = 141


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
        print("interrupted: not all files were checked", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _give_up_output()
        return BROKEN_PIPE
    except OSError as error:
        _give_up_output()
        print(f"cannot write: {error.strerror or error}", file=sys.stderr)
        return ExitCode.INFRASTRUCTURE
    except MemoryError:
        print("out of memory: not all files were checked", file=sys.stderr)
        return ExitCode.INFRASTRUCTURE
    except Exception as error:  # noqa: BLE001 - a crash must not end with the exit code of a verdict
        print(internal_error(error), file=sys.stderr)
        return ExitCode.INTERNAL_ERROR
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


def _give_up_output() -> None:
    """Keep Python from complaining of what it cannot flush when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
