"""The command line: python -m verify.independent PATH..."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from typing import Any

from .checking import TIME_LIMIT, check_all
from .verdicts import EXIT_CODES, VERIFIED
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
    parser = argparse.ArgumentParser(description="Check certificates with Python's standard library alone.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT, action=Once, metavar="SECONDS")
    parser.add_argument("--expect", action=Once, metavar="MANIFEST", help="exactly what it names must be checked")
    parser.add_argument("--data", action="append", default=[], metavar="FILE", help="a file that statements are about")
    options = parser.parse_args(arguments)
    verdicts = set()
    for result in check_all(options.paths, options.time_limit, options.expect, options.data):
        verdicts.add(result.verdict)
        tier = "independent, " if result.verdict == VERIFIED else ""
        path = result.path if result.path == plain(result.path) else ascii(result.path)
        print(f"{result.verdict:<10} {path}  ({tier}{result.seconds:.2f} s)  {result.reason}", flush=True)
    return next(code for verdict, code in EXIT_CODES.items() if verdict in verdicts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, also where the output fails."""
    try:
        code = run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("interrupted: not all files were checked", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        print(f"cannot write: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 74
    return code
