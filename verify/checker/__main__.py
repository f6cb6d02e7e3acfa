"""`python -m verify.checker PATH...`: check certificates, believing this package and python-flint only.

With the tier of trust `float64`, NumPy and its BLAS and LAPACK too.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from verify.checker.core.codes import ExitCode
from verify.checker.core.limits import AUTO_UNKNOWNS, DEFAULT_TIME_LIMIT, MAX_JOBS
from verify.checker.core.reader import NotACertificate
from verify.checker.core.verdict import Malformed, Verdict, exit_code
from verify.checker.front.output import Line, as_json, as_junit, as_text, internal_error, shown_path, summary
from verify.checker.front.session import Checks, Session, files_under
from verify.checker.front.trust import AUTO, CHOICES

BROKEN_PIPE = 141

_EPILOG = """\
exit code, the first that applies (docs/EXIT_CODES.md):
  130  interrupted: not all files were checked
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


def parser(prog: str = "python -m verify.checker", more: Mapping[str, Tier] = _NO_TIERS) -> argparse.ArgumentParser:
    """The command line; `more`: values of `--trust` besides this package's own."""
    result = argparse.ArgumentParser(
        prog=prog,
        description="Check certificates: re-prove each statement from the file alone.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("paths", nargs="+", metavar="PATH", help="a certificate, a manifest, or a folder of them")
    result.add_argument("-v", "--verbose", action="store_true", help="print each theorem in full")
    result.add_argument("--format", choices=("text", "json", "junit"), default="text", help="default: text")
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
        "teacher-student landscape, balls for all else; needs NumPy, for large matrices SciPy), "
        f"or auto: arb up to {AUTO_UNKNOWNS} unknowns, float64 beyond (default: %(default)s)"
        + "".join(f"; or {name}: {tier.about}" for name, tier in more.items()),
    )
    return result


def main(
    arguments: list[str] | None = None, prog: str = "python -m verify.checker", more: Mapping[str, Tier] = _NO_TIERS
) -> int:
    """Check what the arguments name, print, and return the exit code."""
    options = parser(prog, more).parse_args(arguments)

    def run() -> ExitCode:
        start = more[options.trust].start if options.trust in more else None
        lines = _check(options, start(options.time_limit) if start else Session(options.time_limit, options.trust))
        if options.format == "json":
            print(as_json(lines))
        elif options.format == "junit":
            print(as_junit(lines))
        return exit_code([line.verdict for line in lines])

    return ended(run)


def ended(run: Callable[[], ExitCode]) -> int:
    """Run what prints, and return its exit code, or that of what went wrong: a crash is never a verdict."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
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


def _give_up_output() -> None:
    """Keep Python from complaining of what it cannot flush when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check(options: argparse.Namespace, session: Checks) -> list[Line]:
    lines: list[Line] = []

    def add(line: Line) -> None:
        lines.append(line)
        if options.format == "text":
            print(as_text(line, verbose=options.verbose, width=_columns()), flush=True)

    for path in options.data:
        try:
            session.add_data(path)
        except NotACertificate as error:
            add(Line(str(path), Malformed(str(error)), 0.0))
    for name in options.paths:
        try:
            if not name:  # as from an unset variable; to Path it is the current folder
                raise NotACertificate("an empty name")
            files = list(files_under(Path(name)))
        except (NotACertificate, OSError) as error:
            add(Line(name, Malformed(str(error)), 0.0))
            continue
        answers = _answers(session, files, options.jobs)
        for path, _ in files:
            with _progress(shown_path(str(path))):
                verdict, seconds = next(answers)
            add(Line(str(path), verdict, seconds))
    if options.expect is not None:
        start = time.perf_counter()
        verdict = session.expect(Path(options.expect), [line.verdict for line in lines])
        add(Line(options.expect, verdict, time.perf_counter() - start))
    if options.format == "text":
        print(summary(lines))
    return lines


def _answers(session: Checks, files: list[tuple[Path, bool]], jobs: int) -> Iterator[tuple[Verdict, float]]:
    """The verdict on each file, in order, and its seconds."""
    if jobs > 1:
        from verify.checker.front.parallel import check_all

        yield from check_all(session, files, jobs)
        return
    for path, follow_links in files:
        start = time.perf_counter()
        yield session.check(path, follow_links=follow_links), time.perf_counter() - start


class _Once(argparse.Action):
    """An option that may be given once: a file named like an option must not replace what the caller asked for."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        if self in (given := namespace.__dict__.setdefault("given", [])):
            parser.error(f"{option} is given more than once")
        given.append(self)
        setattr(namespace, self.dest, values)


@contextlib.contextmanager
def _progress(path: str) -> Iterator[None]:
    """Name the file at work on a terminal, and wipe the line when it is done."""
    if not _is_terminal(sys.stderr):
        yield
        return
    print(f"\r\x1b[Kchecking {path[-60:]}", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _columns() -> int | None:
    """The width of the terminal; None for a pipe, which is not wrapped."""
    if not _is_terminal(sys.stdout):
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


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
