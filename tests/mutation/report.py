"""docs/MUTATION.md: how many mutants of each module were killed, and why each of the others was not."""

from __future__ import annotations

import platform
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from verify.files import write_whole

EXPLAINED = Path(__file__).with_name("explained.toml")
KINDS = {
    "equivalent": "No input tells them from the original.",
    "message": "Only the wording, digits or layout of what is printed changes, and no bound is then false.",
    "accuracy": "Only how fast, how often or how narrowly something is proved changes; what is proved stays true.",
    "guard": "A second line of defence: what it refuses, another check refuses too.",
}
HEADER = """\
# Mutation testing of the checker

A test suite that passes says little; one that fails whenever the checker is wrong says more. So the source of
`verify/checker/` is changed in one place at a time, and the tests of the checker (`tests/checker`,
`tests/test_docs.py`) are run until one fails: the mutant is killed. This command does all of it and writes this page:

```sh
pip install -e '.[mutation]' && python -m tests.mutation
```

It works in a copy, on one core, and goes on where it was interrupted; what it knows lies in `build/mutation/`.
After a change it tries again only what the change concerns: the mutants of a changed module, and the survivors
against changed tests. For each mutant the tests that reach the changed lines come first, of these those that
killed before, then all others. A test that takes 30 seconds (no test takes more than 2 without a mutant) counts
as failed.

The changes are cosmic-ray's: numbers plus and minus one, `+ - * / **` each for two others, comparisons for their
neighbour and for their opposite, `not`, `and`, `or`, `True`, `False`, `break` and `continue` exchanged, conditions
negated, loops and decorators removed, exceptions not caught. And three of our own (`tests/mutation/mutants.py`):
strings changed (names of fields, formats), statements removed (calls, `raise`, augmented assignments), and `not a < b`
written `a >= b`, which for balls is the mistake that a checker must not make. Left alone, because no verdict
depends on them: annotations, docstrings, `slots=True`, names of type variables, and text with a space in it.

## Numbers

"""


def write_report(root: Path, records: list[dict[str, Any] | None]) -> None:
    """Write the page from the record of each mutant, None where it was not tried, and print the table."""
    table = "".join(_table(records))
    survivors = [record for record in records if record and not record["by"]]
    page = HEADER + table + _survivors(survivors)
    write_whole(root / "docs" / "MUTATION.md", page)
    print(table)


def _table(records: list[dict[str, Any] | None]) -> Iterator[str]:
    tried = [record for record in records if record]
    killed = [record for record in tried if record["by"]]
    yield f"{len(records)} mutants, {len(killed)} killed ({100 * len(killed) / len(tried):.1f} % of those tried), "
    yield f"{len(tried) - len(killed)} survived; see below. "
    waiting = sum(not record["by"] and not record["met_all"] for record in tried)
    if waiting or len(tried) < len(records):
        yield f"**Not finished: {len(records) - len(tried)} mutants were not tried yet, "
        yield f"and {waiting} of the survivors have not met all tests.** "
    yield f"Python {platform.python_version()}, cosmic-ray {version('cosmic-ray')}.\n\n"
    yield "| module of `verify/checker/` | mutants | killed | of these by time | survived |\n|---|---|---|---|---|\n"
    counts: dict[str, Counter[str]] = {}
    for record in tried:
        outcome = "survived" if not record["by"] else "time" if record["timeout"] else "failure"
        counts.setdefault(_short(record["module"]), Counter())[outcome] += 1
    for module, count in sorted(counts.items()):
        killed_here = count["failure"] + count["time"]
        yield f"| {module} | {count.total()} | {killed_here} | {count['time']} | {count['survived']} |\n"
    slow = sum(record["timeout"] for record in killed)
    yield f"| all | {len(tried)} | {len(killed)} | {slow} | {len(tried) - len(killed)} |\n"


def _survivors(survivors: list[dict[str, Any]]) -> str:
    reasons = _explanations()
    pieces = ["\n## Survivors\n"]
    open_ones = [record for record in survivors if _name(record) not in reasons]
    for kind, meaning in KINDS.items():
        here = [record for record in survivors if reasons.get(_name(record), ("", ""))[0] == kind]
        if here:
            pieces.append(f"\n### {kind.capitalize()}: {len(here)}\n\n{meaning}\n\n")
            for why, group in _grouped(here, reasons):
                pieces.append(f"{why}\n\n{''.join(map(_shown, group))}\n")
    if open_ones:
        pieces.append(f"\n### Not explained yet: {len(open_ones)}\n\n{''.join(map(_shown, open_ones))}")
    return "".join(pieces).rstrip() + "\n"


def _grouped(
    records: Iterable[dict[str, Any]], reasons: dict[tuple[str, str, str], tuple[str, str]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(reasons[_name(record)][1], []).append(record)
    return list(groups.items())


def _explanations() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Kind and reason, by module, line before and line after."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["survivor"]
    return {
        (entry["module"], entry["before"], after): (entry["kind"], entry["why"])
        for entry in entries
        for after in entry["after"]
    }


def _name(record: dict[str, Any]) -> tuple[str, str, str]:
    return _short(record["module"]), record["before"], record["after"]


def _short(module: str) -> str:
    return module.removeprefix("verify/checker/")


def _shown(record: dict[str, Any]) -> str:
    return f"- `{_short(record['module'])}`: `{record['before']}` to `{record['after'] or '(nothing)'}`\n"
