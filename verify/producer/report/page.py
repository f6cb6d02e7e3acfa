"""A report to hand in: one page of HTML that needs nothing else, no network and no program.

All text is escaped by the template engine, whatever a certificate or a file's name holds; only pictures are markup, and
those are made here, from numbers. The page has no script, and forbids itself everything but its own style.
"""

from __future__ import annotations

import platform
import shlex
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from verify.checker.public import Certificate as ReadCertificate
from verify.checker.public import (
    ExitCode,
    Line,
    NotACertificate,
    Reason,
    Session,
    Verified,
    Witness,
    read,
    record,
)
from verify.formats.documents import version
from verify.formats.reasons import HELP
from verify.formats.records import Judged
from verify.producer.report import figures

SHOWN = 60
"""Hypotheses of one certificate; of many points there are thousands."""
PICTURES = 60
"""Pages of more certificates have pictures of the first so many."""


@dataclass(frozen=True, slots=True)
class Item:
    """What the summary has a row for: a certificate, or a claim with its certificates."""

    anchor: str
    name: str
    verdict: str
    what: str
    scope: str
    card: dict[str, Any] | None = None
    claim: Judged | None = None
    cards: list[dict[str, Any]] = field(default_factory=list)


def of_lines(lines: Sequence[Line], code: ExitCode, command: str, title: str) -> str:
    """The page of a check."""
    cards = [_card(f"certificate-{number}", line, number <= PICTURES) for number, line in enumerate(lines, 1)]
    items = [
        Item(card["anchor"], card["name"], card["verdict"], card["property"] or card["code"], card["scope"] or "", card)
        for card in cards
    ]
    words = ("Verified", "Rejected", "Undecided", "Malformed")
    return _render(items, words, code, command, title, "certificate")


def of_claims(findings: Sequence[Judged], code: ExitCode, command: str, title: str) -> str:
    """The page of an audit. Each certificate is checked again for it."""
    items = []
    for number, claim in enumerate(findings, 1):
        cards = []
        for part, path in enumerate(map(Path, claim["certificates"]), 1):
            cards.append(_card(f"claim-{number}-certificate-{part}", _checked(path), number <= PICTURES))
        what, scope = claim["property"], claim["scope"] or ""
        items.append(Item(f"claim-{number}", claim["id"], claim["verdict"], what, scope, None, claim, cards))
    return _render(items, ("proved", "refuted", "undecided"), code, command, title, "claim")


def _checked(path: Path) -> Line:
    import time

    start = time.perf_counter()
    verdict = Session().check(path)
    return Line(str(path), verdict, time.perf_counter() - start)


def _render(items: Sequence[Item], words: Sequence[str], code: ExitCode, command: str, title: str, noun: str) -> str:
    counts = Counter(item.verdict for item in items)
    count = f"{len(items)} {noun}{'s' * (len(items) != 1)}"
    codes = [card["code"] for item in items for card in ([item.card] if item.card else item.cards)]
    codes += [item.claim["code"] for item in items if item.claim]
    engine = Environment(
        loader=PackageLoader("verify.producer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = engine.get_template("report.html").render(
        title=_plain(title),
        summary=f"{count}: " + ", ".join(f"{counts[word]} {word.lower()}" for word in words) + ".",
        count=count,
        finished=code is not ExitCode.INTERRUPTED,
        version=version(),
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        command=_plain(command),
        code=int(code),
        noun=noun,
        items=items,
        reasons=[(reason.value, HELP[reason]) for reason in Reason if reason.value in codes],
        python=platform.python_version(),
    )
    return page.encode("ascii", "xmlcharrefreplace").decode()  # the same whatever the encoding of the output is


def _card(anchor: str, line: Line, with_picture: bool) -> dict[str, Any]:
    found: dict[str, Any] = {**record(line)}
    rests_on = found["rests_on"]
    picture, caption = _picture(line, anchor) if with_picture else (None, "")
    return {
        **found,
        "anchor": anchor,
        "name": _plain(found["path"]),
        "theorems": list(rests_on["theorems"].items()) if rests_on else [],
        "hypotheses": found["hypotheses"][:SHOWN],
        "more_hypotheses": max(0, len(found["hypotheses"]) - SHOWN),
        "command": _plain(f"verify check {shlex.quote(found['path'])}"),
        "picture": picture,
        "caption": caption,
    }


def _picture(line: Line, anchor: str) -> tuple[Markup | None, str]:
    """The picture of a statement, where there is one, and what it shows; the word for its bounds is the verdict's."""
    statement = getattr(line.verdict, "statement", None)
    if statement is None:
        return None, ""
    word = figures.PROVED if isinstance(line.verdict, Verified) else figures.CLAIMED
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure = figures.draw(statement, word, _witness(line))
            caption = figures.caption(statement, word)
            return Markup(figures.inline(figure, anchor, f"Picture: {caption}")), caption  # noqa: S704 - made here
    except (ValueError, ArithmeticError, MemoryError):
        return None, ""  # a page without this picture is still the page


def _witness(line: Line) -> Witness | None:
    """The witness whose cover is drawn, where the file still is the one that was checked."""
    if not isinstance(line.verdict, Verified) or not isinstance(line.verdict.statement, figures.COVERED):
        return None
    try:
        found = read(Path(line.path))
    except (NotACertificate, OSError):
        return None
    return found.witness if isinstance(found, ReadCertificate) and found.digest == line.verdict.digest else None


def _plain(text: str) -> str:
    """Without characters that do not print: what remains is shown as it is."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
