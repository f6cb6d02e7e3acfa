"""The command `verify`. To check and to show certificates it needs the checker only; all else is the producer's."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from verify.checker.front.session import Checks
    from verify.checker.front.writers import Writer

HELP = """\
usage: verify check PATH...   check certificates (verify check --help)
       verify show FILE       print what a certificate claims, without checking it
       verify explain CODE    what a reason's code means, and what to do
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code; the producer's commands end the process with theirs."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    match given:
        case ["check", *rest]:
            return check(rest)
        case ["show", *rest]:
            return show(rest)
        case ["explain", *rest]:
            return explain(rest)
    return _produce(given)


def check(arguments: list[str]) -> int:
    """`verify check`: the checker's own command line, with two more tiers of trust, and more formats."""
    from verify.checker.__main__ import Tier
    from verify.checker.__main__ import main as check_main
    from verify.formats.check import FORMATS

    formats = {**FORMATS, "html": _html}
    about = "a second checker, which shares no code with the first and needs nothing but Python's standard library"
    proved = "the kernel of the proof assistant Rocq (formerly Coq), for minima of ReLU teacher-student landscapes"
    more = {"independent": Tier(about, _independent), "rocq": Tier(proved, _rocq)}
    return check_main(arguments, prog="verify check", more=more, formats=formats)


def show(arguments: list[str]) -> int:
    """`verify show`: what a certificate or manifest claims, WITHOUT checking it."""
    from verify.formats.show import main as show_main

    return show_main(arguments)


def explain(arguments: list[str]) -> int:
    """`verify explain`: what the code of a reason means, and what to do."""
    from verify.formats.explain import main as explain_main

    return explain_main(arguments)


def _html(options: argparse.Namespace) -> Writer:
    """One page with every verdict; the producer makes it, and nothing in it is believed."""
    from verify.extras import command
    from verify.formats.check import Document

    try:
        from verify.producer.report.page import of_lines
    except ImportError as error:
        print(f"verify check --format html needs {error.name}: {command('report')}", file=sys.stderr)
        raise SystemExit(2) from None
    told = f"verify check --format html {shlex.join(options.paths)}"
    return Document(options, lambda lines, code: of_lines(lines, code, told, "Certificates, checked"))


def _independent(time_limit: float) -> Checks:
    from verify.bridge import IndependentSession

    return IndependentSession(time_limit)


def _rocq(time_limit: float) -> Checks:
    from verify.rocq.session import RocqSession

    return RocqSession(time_limit)


def _produce(arguments: list[str]) -> int:
    """Any other command, by the producer, if that is installed."""
    from verify.extras import command, missing_of_producer, needs_producer

    if missing_of_producer():
        if arguments in ([], ["-h"], ["--help"]):
            print(f"{HELP}All other commands need the producer: {command('prove')}")
            return 0
        if arguments == ["--version"]:
            from verify import __version__

            print(f"landscape-verify, version {__version__}")
            return 0
        print(needs_producer(f"verify {arguments[0]}" if arguments else "verify"), file=sys.stderr)
        return 2
    from verify.producer.cli import main as produce

    produce(arguments, prog_name="verify")
    return 0


if __name__ == "__main__":
    sys.exit(main())
