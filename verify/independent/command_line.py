"""The command line: python -m verify.independent PATH..."""

from __future__ import annotations

import argparse
import math
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from .checking import TIME_LIMIT, check_all
from .verdicts import BROKEN_PIPE, VERIFIED, ExitCode, first_that_applies
from .words import plain, shown


class Once(argparse.Action):
    """An option that may be given once."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Take the value, the first time."""
        if getattr(namespace, self.dest) != self.default:
            parser.error(f"{option_string} is given more than once")
        setattr(namespace, self.dest, values)


def seconds(text: str) -> float:
    """A positive finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a positive number of seconds")
    return value


def run(arguments: Sequence[str] | None) -> int:
    """Check what the command line names and print it; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m verify.independent" if Path(sys.argv[0]).name == "__main__.py" else None,
        description="Check certificates with Python's standard library alone.",
        epilog="Exit code, the first that applies: 130 interrupted; 74 the output cannot be written, or no memory; "
        "70 an internal error, please report it; 2 malformed, or a wrong command line; 1 rejected; 3 undecided; "
        "0 all verified. (141: the reader of the output has gone.)",
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT, action=Once, metavar="SECONDS")
    parser.add_argument("--expect", action=Once, metavar="MANIFEST", help="exactly what it names must be checked")
    parser.add_argument("--data", action="append", default=[], metavar="FILE", help="a file that statements are about")
    options = parser.parse_args(arguments)
    if options.help:
        parser.print_help()
        if not options.paths:
            parser.exit()
        parser.error("the paths were not checked, as help was asked for")  # a file may be named so
    if not options.paths:
        parser.error("name a certificate, a manifest or a folder of them")
    codes = set()
    for result in check_all(options.paths, options.time_limit, options.expect, options.data):
        codes.add(result.exit_code)
        tier = "independent, " if result.verdict == VERIFIED else ""
        path = result.path if result.path == plain(result.path) else ascii(result.path)
        print(f"{result.verdict:<10} {path}  ({tier}{result.seconds:.2f} s)  {result.reason}", flush=True)
    return first_that_applies(codes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, also where the output fails."""
    try:
        code = run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return told(ExitCode.INTERRUPTED, "interrupted: not all files were checked")
    except BrokenPipeError:
        give_up(sys.stdout)
        return BROKEN_PIPE
    except OSError as error:
        give_up(sys.stdout)
        return told(ExitCode.INFRASTRUCTURE, f"cannot write: {error.strerror}")
    except MemoryError:
        return told(ExitCode.INFRASTRUCTURE, "out of memory: not all files were checked")
    except Exception as error:  # a crash must not end with the exit code of a verdict
        line = f"internal error, please report it: {type(error).__name__}: {plain(str(error))[:200]}"
        in_full = os.environ.get("VERIFY_TRACEBACK", "") not in ("", "0")
        return told(ExitCode.INTERNAL_ERROR, traceback.format_exc() + line if in_full else line)
    return code


def told(code: ExitCode, line: str) -> ExitCode:
    """The exit code, with a line on stderr if that takes one: where it does not, the code is the same."""
    if sys.stderr is not None:
        try:
            print(line, file=sys.stderr, flush=True)
        except OSError:
            give_up(sys.stderr)
    return code


def give_up(stream: TextIO) -> None:
    """Let nothing be written to it any more, also when Python exits, which would change the exit code."""
    with suppress(AttributeError, OSError, ValueError):  # there is none, or none that is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
