"""A report of several benchmarks: each program replaces its own section, and keeps the others."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from verify.producer.files import write_whole

TITLE = "# Benchmarks\n"


def put_section(path: Path, heading: str, text: str) -> None:
    """Replace what stands under "## heading", or add it at the end; `text`: without the heading."""
    report = path.read_text(encoding="utf-8") if path.exists() else TITLE
    section = f"## {heading}\n\n{text.strip()}\n"
    found = re.compile(rf"^## {re.escape(heading)}$.*?(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
    if found.search(report):
        write_whole(path, f"{found.sub(lambda _: section + chr(10), report, count=1).rstrip()}\n")
    else:
        write_whole(path, f"{report.rstrip()}\n\n{section}")


def write_or_print(description: str | None, heading: str, report: Callable[[], str]) -> None:
    """The command line of a program whose one option is where its section is written; without, it is printed."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is written; without, it is printed")
    output = parser.parse_args().output
    text = report()
    if output is None:
        print(text)
    else:
        put_section(output, heading, text)
