"""`verify explain CODE`: what the code of a reason means, and what to do."""

from __future__ import annotations

import argparse
import sys
import textwrap

from verify.checker.core.codes import ExitCode, Reason
from verify.checker.front.ending import ended
from verify.formats.documents import single
from verify.formats.reasons import HELP, link
from verify.formats.terminal import width

SCHEMA = "landscape-verify-explain/1"


def main(arguments: list[str]) -> int:
    """Print it, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify explain",
        description="What the code of a reason means, and what to do. Without a code: all codes.",
        allow_abbrev=False,
    )
    parser.add_argument("code", nargs="?", choices=[reason.value for reason in Reason], metavar="CODE")
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help="default: text")
    options = parser.parse_args(arguments)
    if options.code is None and options.format != "text":
        parser.error("name a code")
    return ended(lambda: _explain(options.code, options.format))


def _explain(code: str | None, form: str) -> ExitCode:
    if code is None:
        for reason, help_ in HELP.items():
            print(_filled(f"{reason.value}: {help_.means}"))
        return ExitCode.PROVED
    help_ = HELP[Reason(code)]
    if form == "text":
        print(_filled(f"{code}: {help_.means}"), "", _filled(f"What to do: {help_.do}"), sep="\n")
    else:
        told = {"code": code, "means": help_.means, "do": help_.do, "help": link(code)}
        print(single(form, SCHEMA, ExitCode.PROVED, told))
    return ExitCode.PROVED


def _filled(text: str) -> str:
    return textwrap.fill(text, width(sys.stdout) or 100, subsequent_indent="  ", break_on_hyphens=False)
