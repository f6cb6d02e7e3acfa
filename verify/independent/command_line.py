"""The command line: python -m verify.independent PATH..."""

from __future__ import annotations

import argparse
import math
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT, action=Once, metavar="SECONDS")
    parser.add_argument("--expect", action=Once, metavar="MANIFEST", help="exactly what it names must be checked")
    parser.add_argument("--data", action="append", default=[], metavar="FILE", help="a file that statements are about")
    options = parser.parse_args(arguments)
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
        print("interrupted: not all files were checked", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    except OSError as error:
        print(f"cannot write: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ExitCode.INFRASTRUCTURE
    except MemoryError:
        print("out of memory: not all files were checked", file=sys.stderr)
        return ExitCode.INFRASTRUCTURE
    except Exception as error:  # a crash must not end with the exit code of a verdict
        if os.environ.get("VERIFY_TRACEBACK", "") not in ("", "0"):
            traceback.print_exc()
        print(f"internal error, please report it: {type(error).__name__}: {plain(str(error))[:200]}", file=sys.stderr)
        return ExitCode.INTERNAL_ERROR
    return code
