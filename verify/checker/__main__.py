"""`python -m verify.checker PATH...`: check certificates, believing this package and python-flint only.

With the tier of trust `float64`, NumPy and its BLAS and LAPACK too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.checker.core.codes import ExitCode
from verify.checker.core.limits import AUTO_UNKNOWNS, DEFAULT_TIME_LIMIT, MAX_JOBS
from verify.checker.core.reader import NotACertificate
from verify.checker.core.verdict import Malformed, Verdict, exit_code
from verify.checker.front.ending import ended
from verify.checker.front.output import Line
from verify.checker.front.session import Checks, Session, check_files, files_under
from verify.checker.front.trust import AUTO, CHOICES
from verify.checker.front.writers import FORMATS, Formats, Writer

_EPILOG = """\
exit code, the first that applies (docs/EXIT_CODES.md):
  130  interrupted (Ctrl-C, SIGTERM): not all files were checked
   74  the output cannot be written, or there is no process or memory to check in
   70  internal error: a bug, please report it; VERIFY_TRACEBACK=1 shows where
    2  a file is malformed: not readable as a certificate; or the command line is wrong
    1  a certificate is rejected: a hypothesis is false, or parts do not cover the claim
    3  a certificate is undecided: neither proved nor disproved within the limits
    0  all are verified
(141 when the reader of the output has gone)

In a folder that is not yours, run `python -P -m verify.checker` or `verify check`: without -P
Python imports modules from the current folder. Links to folders are not followed.

examples:
  %(prog)s certificates/                   every .json file below a folder
  %(prog)s -v minimum.json                 the theorem, its hypotheses and the numbers
  %(prog)s proofs/ --expect manifest.json  exactly the statements of a manifest you kept
"""


@dataclass(frozen=True, slots=True)
class Tier:
    """A value of `--trust` that whoever calls `main` adds to this package's own."""

    about: str
    start: Callable[[float], Checks]
    """From the seconds per certificate."""


_NO_TIERS: Mapping[str, Tier] = {}


def parser(
    prog: str = "python -m verify.checker", more: Mapping[str, Tier] = _NO_TIERS, formats: Formats = FORMATS
) -> argparse.ArgumentParser:
    """The command line; `more`: values of `--trust` besides this package's own; `formats`: those of `--format`."""
    result = argparse.ArgumentParser(
        prog=prog,
        description="Check certificates: re-prove each statement from the file alone.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    result.add_argument("paths", nargs="*", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    result.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    result.add_argument("-v", "--verbose", action="store_true", help="print each theorem in full")
    result.add_argument("-q", "--quiet", action="store_true", help="print only what is not verified")
    result.add_argument("--format", choices=tuple(formats), default="text", help="default: text")
    result.add_argument(
        "--expect",
        action=_Once,
        metavar="MANIFEST",
        help="pass only if exactly the certificates that this manifest names are verified, and cover its theorem",
    )
    result.add_argument(
        "--data",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a data file that certificates are about, bound by its digest (default: the file beside the certificate); "
        "may be repeated",
    )
    result.add_argument(
        "--time-limit",
        action=_Once,
        type=_seconds,
        default=DEFAULT_TIME_LIMIT,
        metavar="SECONDS",
        help="per certificate, between two steps of a proof; beyond it the answer is Undecided (default: %(default)g)",
    )
    result.add_argument(
        "--jobs",
        action=_Once,
        type=_processes,
        default=1,
        metavar="N",
        help="check so many files at a time, each in a process of its own (default: %(default)s)",
    )
    result.add_argument(
        "--trust",
        action=_Once,
        choices=(*CHOICES, *more),
        default=AUTO,
        help="the arithmetic: arb (balls), float64 (verified floating point for one critical point of a "
        "teacher-student landscape, for semidefinite programs and for descent on a network, balls for all else; "
        "needs NumPy, for large "
        f"matrices SciPy), or auto: arb up to {AUTO_UNKNOWNS} unknowns, or for small programs, float64 beyond "
        "(default: %(default)s)" + "".join(f"; or {name}: {tier.about}" for name, tier in more.items()),
    )
    return result


def main(
    arguments: list[str] | None = None,
    prog: str = "python -m verify.checker",
    more: Mapping[str, Tier] = _NO_TIERS,
    formats: Formats = FORMATS,
) -> int:
    """Check what the arguments name, print, and return the exit code."""
    command = parser(prog, more, formats)
    options = command.parse_args(arguments)
    if options.help:
        command.print_help()
        if not options.paths:
            command.exit()
        command.error("the paths were not checked, as help was asked for")  # a file may be named so
    if not options.paths:
        command.error(f"name a certificate, a manifest or a folder of them, as in: {prog} certificates/")

    def run() -> ExitCode:
        start = more[options.trust].start if options.trust in more else None
        session = start(options.time_limit) if start else Session(options.time_limit, options.trust)
        writer, lines = formats[options.format](options), list[Line]()
        try:
            for line in _check(options, session, writer):
                lines.append(line)
                writer.add(line)
        except KeyboardInterrupt:
            writer.end(lines, ExitCode.INTERRUPTED)  # what was checked is not lost
            raise
        code = exit_code([line.verdict for line in lines])
        writer.end(lines, code)
        return code

    return ended(run)


def _check(options: argparse.Namespace, session: Checks, writer: Writer) -> Iterator[Line]:
    """The line of each file that the options name, as it is checked."""
    verdicts: list[Verdict] = []

    def line(path: str | Path, verdict: Verdict, seconds: float = 0.0) -> Line:
        verdicts.append(verdict)
        return Line(str(path), verdict, seconds)

    for path in options.data:
        try:
            session.add_data(path)
        except NotACertificate as error:
            yield line(path, Malformed(str(error)))
    named = [file for name in options.paths for file in _files(name)]
    files = [(Path(path), found) for path, found in named if isinstance(found, bool)]
    with closing(check_files(session, files, options.jobs)) as answers:  # an interruption while it ends is not lost
        for done, (path, found) in enumerate(named):
            if isinstance(found, Malformed):
                yield line(path, found)
                continue
            writer.begin(str(path), done, len(named))
            yield line(path, *next(answers))
    if options.expect is not None:
        start = time.perf_counter()
        verdict = session.expect(Path(options.expect), verdicts)
        yield Line(options.expect, verdict, time.perf_counter() - start)


def _files(name: str) -> Sequence[tuple[str | Path, bool | Malformed]]:
    """The files that an argument names, each with whether it may be a link; or the verdict on a name of none."""
    try:
        if not name:  # as from an unset variable; to Path it is the current folder
            raise NotACertificate("an empty name")
        return list(files_under(Path(name)))
    except (NotACertificate, OSError) as error:
        return [(name, Malformed(str(error)))]


class _Once(argparse.Action):
    """An option that may be given once: a file named like an option must not replace what the caller asked for."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        if self in (given := namespace.__dict__.setdefault("given", [])):
            parser.error(f"{option} is given more than once")
        given.append(self)
        setattr(namespace, self.dest, values)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds


def _processes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_JOBS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes from 1 to {MAX_JOBS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
