"""What a verdict rests on: the theorems used, and the trusted code that proves statements of its kind.

The code is that of a committed table, `rests_on.json`, which a test measures again (tests/checker/rests_on.py; to make
it anew: `python -m tests.checker.rests_on --write`). Nothing is traced when a file is checked. The digest is of the
files as they are now, so that a checker that was changed shows another one than docs/RESTS_ON.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from verify.checker.core.verdict import Verified

TABLE = Path(__file__).with_suffix(".json")
PACKAGE = Path(__file__).parents[2]
"""The folder from which the table names its files."""
THEOREMS = TABLE.with_name("theorems.json")
PAGES: dict[str, str] = json.loads(THEOREMS.read_text(encoding="utf-8"))
"""Where each rule's theorem and its proof stand, made from what the documents say of their rules."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What one verdict rests on."""

    theorems: tuple[str, ...]
    """The rules whose hypotheses were proved, in the order of the proof."""
    files: tuple[str, ...]
    """Of the trusted code that proves statements of this kind, from the package's folder."""
    lines: int
    """Of code, in those files: of the functions that run, and outside of functions."""
    digest: str
    """Of the names and contents of the files, as they are now."""

    def sentence(self) -> str:
        """One line."""
        theorems = f"{len(self.theorems)} theorem{'s' * (len(self.theorems) != 1)}"
        return f"rests on {theorems} and {self.lines} lines in {len(self.files)} files, digest {self.digest}"

    def pages(self) -> Iterable[str]:
        """Each theorem, and where it stands."""
        return (f"{rule}: {PAGES[rule]}" if rule in PAGES else rule for rule in self.theorems)

    def record(self) -> dict[str, object]:
        """For JSON."""
        pages = {rule: PAGES.get(rule) for rule in self.theorems}
        return {"theorems": pages, "lines": self.lines, "files": list(self.files), "digest": self.digest}


def key(verdict: Verified) -> str:
    """The table's row for a verdict: the classes of its statement and landscape, the property, and the tier."""
    statement = verdict.statement
    landscape: Any = getattr(statement, "landscape", None)
    classes = [type(part).__name__ for part in (statement, landscape) if part is not None]
    return " ".join([*classes, statement.property, verdict.trust])


def basis(verdict: Verified) -> Basis | None:
    """What a verdict rests on; None where the table has no row, as for the second checker's verdicts."""
    table = _table()
    counts = table["lines"].get(key(verdict))
    if counts is None:
        return None
    files = tuple(file for file, count in zip(table["files"], counts, strict=True) if count)
    theorems = tuple(dict.fromkeys(met.rule for met in verdict.hypotheses))
    return Basis(theorems, files, sum(counts), digest(files))


@cache
def _table() -> Any:
    return json.loads(TABLE.read_text(encoding="utf-8"))


@cache
def digest(files: tuple[str, ...]) -> str:
    """SHA-256 of the names and the contents of files of the package; how lines end does not matter."""
    found = sha256()
    for file in files:
        content = (PACKAGE / file).read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{file} {len(content)}\n".encode() + content)
    return f"sha256:{found.hexdigest()}"
