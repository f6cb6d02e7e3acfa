"""The command `verify`. To check and to show certificates it needs the checker only; all else is the producer's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.checker.front.session import Checks

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

    about = "a second checker, which shares no code with the first and needs nothing but Python's standard library"
    proved = "the kernel of the proof assistant Rocq (formerly Coq), for minima of ReLU teacher-student landscapes"
    more = {"independent": Tier(about, _independent), "rocq": Tier(proved, _rocq)}
    return check_main(arguments, prog="verify check", more=more, formats=FORMATS)


def show(arguments: list[str]) -> int:
    """`verify show`: what a certificate or manifest claims, WITHOUT checking it."""
    from verify.formats.show import main as show_main

    return show_main(arguments)


def explain(arguments: list[str]) -> int:
    """`verify explain`: what the code of a reason means, and what to do."""
    from verify.formats.explain import main as explain_main

    return explain_main(arguments)


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
