"""What the checker prints: text, and JSON. Formatting only; no verdict is made here.

Other formats are made outside of the checker (`verify.formats`) from the same lines, by a `Writer` of their own.
Modules that not every check needs are imported where they are used: most processes check one small file.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from verify.checker.core.codes import ExitCode
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verdict, Verified

TRACEBACK = "VERIFY_TRACEBACK"
INTERRUPTED = "interrupted: not finished"
SCHEMA = "landscape-verify-check/1"
"""Name and version of the JSON document: docs/OUTPUT.md."""
REASONS = "docs/REASONS.md"
"""The page with a paragraph for each reason's code."""


@dataclass(frozen=True, slots=True)
class Line:
    """A path, its verdict, and the seconds that it took."""

    path: str
    verdict: Verdict
    seconds: float


def as_text(line: Line, *, verbose: bool = False, width: int | None = None) -> str:
    """One line for a pipe; wrapped with a hanging indent for a terminal of `width` columns."""
    verdict = line.verdict
    trust = f"{verdict.trust}, " if isinstance(verdict, Verified) else ""
    text = f"{verdict.name:9}  {shown_path(line.path)}  ({trust}{line.seconds:.2f} s)  {explanation(verdict)}"
    if width is not None:
        import textwrap

        text = textwrap.fill(text, max(width, 40), subsequent_indent=" " * 11, break_on_hyphens=False)
    return f"{text}\n{_in_full(verdict, width or 100)}" if verbose else text


def explanation(verdict: Verdict) -> str:
    """The sentence proved, or the reason why not."""
    if isinstance(verdict, Verified):
        return verdict.statement.sentence()
    return getattr(verdict, "reason", "")


def summary(lines: list[Line]) -> str:
    """How many files got which verdict."""
    counts = Counter(line.verdict.name for line in lines)
    listed = ", ".join(f"{counts[name]} {name.lower()}" for name in ("Verified", "Rejected", "Undecided", "Malformed"))
    return f"{len(lines)} file{'s' * (len(lines) != 1)}: {listed} in {sum(line.seconds for line in lines):.1f} s."


def as_json(lines: list[Line], code: ExitCode) -> str:
    """One document: its schema, how the run ended, and an object per file."""
    import json
    from importlib import import_module

    document = {
        "schema": SCHEMA,
        "version": import_module("verify").__version__,
        "exit_code": int(code),
        "finished": code is not ExitCode.INTERRUPTED,
        "results": [record(line) for line in lines],
    }
    return json.dumps(document, indent=2)


def record(line: Line) -> dict[str, object]:
    """A line for programs."""
    verdict = line.verdict
    statement = getattr(verdict, "statement", None)
    proved = verdict if isinstance(verdict, Verified) else None
    rests_on = None
    if proved is not None:
        from verify.checker.front.rests_on import basis

        rests_on = found.record() if (found := basis(proved)) is not None else None
    code = code_of(verdict)
    return {
        "path": line.path,
        "verdict": verdict.name,
        "property": statement.property if statement else None,
        "scope": statement.scope if statement else None,
        "definition": statement.definition if statement else None,
        "trust": proved.trust if proved is not None else None,
        "digest": verdict.digest,
        "sentence": explanation(verdict) if proved is not None else None,
        "claimed": statement.sentence() if statement and proved is None else None,
        "reason": explanation(verdict) if proved is None else None,
        "code": code,
        "help": f"{REASONS}#{code}" if code else None,
        "hypotheses": [
            {"theorem": met.rule, "hypothesis": met.hypothesis, "measured": met.measured}
            for met in (proved.hypotheses if proved is not None else ())
        ],
        "assumptions": list(proved.assumptions) if proved is not None else [],
        "rests_on": rests_on,
        "seconds": round(line.seconds, 4),
    }


def code_of(verdict: Verdict) -> str | None:
    """Why it is not proved, for programs; None where it is."""
    return str(verdict.code) if isinstance(verdict, Malformed | Rejected | Undecided) else None


def _in_full(verdict: Verdict, width: int) -> str:
    """The theorem: statement, hypotheses and the numbers that met them, and what is assumed."""
    import textwrap

    def paragraph(text: str, indent: int) -> str:
        return textwrap.fill(
            text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False
        )

    statement = getattr(verdict, "statement", None)
    rows = []
    if statement is not None:
        what = "Proved" if isinstance(verdict, Verified) else "Claimed, not proved"
        rows.append(paragraph(f"{what}: {statement.sentence()}", 2))
        rows.append(paragraph(f"Where: {statement.definition}", 2))
        rows.append(paragraph(f"Scope: {statement.scope}", 2))
    if verdict.digest is not None:
        rows.append(f"  Digest: {verdict.digest}")
    if isinstance(verdict, Verified):
        rows.append("  Because:")
        rows += [paragraph(f"[{met.rule}] {met.hypothesis}: {met.measured}", 4) for met in verdict.hypotheses]
        rows.append("  Assuming that:")
        rows += [paragraph(f"- {assumption}", 4) for assumption in verdict.assumptions]
        rows += _rests_on(verdict, paragraph)
    return "\n".join(rows)


def _rests_on(verdict: Verified, paragraph: Callable[[str, int], str]) -> list[str]:
    """The theorems used, and the trusted code, where the table knows it."""
    from verify.checker.front.rests_on import basis

    found = basis(verdict)
    if found is None:
        return []
    return [paragraph(f"It {found.sentence()}:", 2), *(paragraph(f"- {page}", 4) for page in found.pages())]


def shown_path(path: str) -> str:
    """A path as it stands, or quoted if it could be taken for something else."""
    return path if re.fullmatch(r"[\w./\\:@+=,~-]+", path) else ascii(path)


def printable(text: str) -> str:
    """Without control characters, which a file name from a stranger may hold."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def internal_error(error: BaseException, of: str = "") -> str:
    """One line about a bug (`of` what), and where; the whole traceback if the environment has VERIFY_TRACEBACK=1."""
    import traceback

    if os.environ.get(TRACEBACK, "") not in ("", "0"):
        return "".join(traceback.format_exception(error)).rstrip()
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    said = " ".join(str(error).split())[:200]
    return f"internal error{of}, please report it: {type(error).__name__}: {printable(said)}{place}"
