"""docs/MUTATION.md: how many mutants of each module were killed, and why each of the others was not."""

from __future__ import annotations

import platform
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from verify.producer.files import write_whole

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

A mutant is *killed* if a test that passes without it fails with it, does not end within 25 seconds of computing (no
test takes 10 without a mutant), or cannot be collected. Only tests that the README's command runs count, so none with
the mark `campaign`; left out is also the test that counts lines of source, which might notice a mutant that decides
and says the same. A test that takes more than a second or starts a process must fail twice, as a busy machine
may make it fail once. At the end the tests that killed are run without a mutant, in another order, and must pass.
A mutant *survives* if all tests pass that execute a changed line in their own process when nothing is changed (for a
line that runs when a module is imported, all tests), and all that start another process or read the source.
The others could not tell the difference, or only by chance.

It works in copies of the repository, one for each of the `--workers`, and goes on where it was interrupted; what it
knows lies in `build/mutation/`. After a change it tries again only what the change concerns: the mutants of a changed
module, and the survivors against changed tests. `--sample N` tries N mutants that are drawn at random, `--only` those
of some modules.

The changes are cosmic-ray's: numbers plus and minus one, `+ - * / **` each for two others, comparisons for their
neighbour and for their opposite, `not`, `and`, `or`, `True`, `False`, `break` and `continue` exchanged, conditions
negated, loops and decorators removed. And four of our own (`tests/mutation/mutants.py`): exceptions not caught,
strings changed (names of fields, formats), statements removed (calls, `raise`, augmented assignments), and `not a < b`
written `a >= b`, which for balls is the mistake that a checker must not make. Left alone, because no verdict
depends on them: annotations, docstrings, `slots=True`, names of type variables, and text with a space in it.

## Numbers

"""


Record = dict[str, Any]


def write_report(root: Path, records: list[Record | None], places: int, *, sample: bool) -> None:
    """Write the page from the record of each mutant, None where it was not tried, and print the numbers.

    Of a sample the records are in the order in which it was drawn, from all mutants at so many places.
    """
    tried = [*filter(None, takewhile(bool, records) if sample else records)]
    numbers = "".join([*_shares(tried, len(records), places, sample), *_table(tried)])
    page = HEADER + numbers + _survivors([record for record in tried if not record["by"]])
    write_whole(root / "docs" / "MUTATION.md", page)
    print(numbers)


def _shares(tried: list[Record], all_mutants: int, places: int, drawn: bool) -> Iterator[str]:
    killed = sum(bool(record["by"]) for record in tried)
    equivalent = sum(map(is_equivalent, tried))
    if drawn:
        yield f"**A sample: {len(tried)} mutants, drawn from all those at {places} places** by the digests of the "
        yield "places, before any was tried; a sample of another size begins with the same ones. The command for it is "
        yield f"`python -m tests.mutation --sample {len(tried)}`; without `--sample` all are tried.\n\n"
    yield f"{killed} of {len(tried)} were killed, **{_percent(killed, len(tried))}**; {len(tried) - killed} survived, "
    yield f"{equivalent} of which no test can kill: of the others {_percent(killed, len(tried) - equivalent)} were "
    yield "killed. Why each survived is said below."
    if not drawn and len(tried) < all_mutants:
        yield f" **Not finished: {all_mutants - len(tried)} mutants were not tried yet.**"
    yield f" Python {platform.python_version()}, cosmic-ray {version('cosmic-ray')}.\n\n"
    if drawn:
        yield from _stages(tried)


def _stages(tried: list[Record]) -> Iterator[str]:
    """What the sample says about the mutants that were not drawn."""
    stages: dict[str, list[Record]] = {}
    for record in tried:
        stages.setdefault(record["suite_first"], []).append(record)
    yield "Tests were added while the sample was tried, some of them because of what had survived. So what is killed "
    yield "by now says little about the mutants that were not drawn. What does is the share killed at first sight, by "
    yield "tests that were there before the mutant was tried; the tests of today kill at least what earlier ones did. "
    yield "Intervals are those of Clopper and Pearson, 95 %.\n\n"
    yield "| tests | tried first with them | killed at first sight | interval | of those not equivalent "
    yield "| killed by now |\n"
    yield "|---|---|---|---|---|---|\n"
    for number, records in enumerate(stages.values(), start=1):
        size, now = len(records), sum(bool(record["by"]) for record in records)
        at_first = now - sum(record["late"] for record in records)
        low, high = binomtest(at_first, size).proportion_ci(0.95, method="exact")
        shown = f"{at_first} ({_percent(at_first, size)}) | {_percent(low, 1)} to {_percent(high, 1)}"
        killable = _percent(at_first, size - sum(map(is_equivalent, records)))
        yield f"| state {number} | {size} | {shown} | {killable} | {now} ({_percent(now, size)}) |\n"
    yield "\n"


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _table(tried: Iterable[Record]) -> Iterator[str]:
    yield "| module of `verify/checker/` | mutants | killed | of these by time | survived |\n|---|---|---|---|---|\n"
    counts: dict[str, Counter[str]] = {}
    for record in tried:
        outcome = "survived" if not record["by"] else "time" if record["timeout"] else "failure"
        counts.setdefault(_short(record["module"]), Counter())[outcome] += 1
    for module, count in [*sorted(counts.items()), ("all", sum(counts.values(), Counter[str]()))]:
        killed = count["failure"] + count["time"]
        yield f"| {module} | {count.total()} | {killed} | {count['time']} | {count['survived']} |\n"


def _survivors(survivors: list[Record]) -> str:
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
    records: Iterable[Record], reasons: dict[tuple[str, str, str], tuple[str, str]]
) -> list[tuple[str, list[Record]]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(reasons[_name(record)][1], []).append(record)
    return list(groups.items())


def is_equivalent(record: Record) -> bool:
    """It survived, and the reason given is that no input tells it from the original: there is no use in more tests."""
    return not record["by"] and _explanations().get(_name(record), ("", ""))[0] == "equivalent"


@cache
def _explanations() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Kind and reason, by module, line before and line after."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["survivor"]
    return {
        (entry["module"], entry["before"], after): (entry["kind"], entry["why"])
        for entry in entries
        for after in entry["after"]
    }


def _name(record: Record) -> tuple[str, str, str]:
    return _short(record["module"]), record["before"], record["after"]


def _short(module: str) -> str:
    return module.removeprefix("verify/checker/")


def _shown(record: Record) -> str:
    return f"- `{_short(record['module'])}`: `{record['before']}` to `{record['after'] or '(nothing)'}`\n"
