"""`verify list`: the claims of papers, and what is known of them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.checker.public import MAX_JOBS, ExitCode
from verify.producer.cli.failures import on_interruption
from verify.producer.cli.printer import Printer, printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verify.formats.records import Listed

STATUSES = ("proved", "refuted", "undecided", "not-checked", "no-file", "broken")


@click.command("list")
@click.argument("words", nargs=-1, metavar="[NAME]...")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=Path("certificates"),
    show_default=True,
    help="The folder with one folder of certificates per proof.",
)
@click.option("--check", is_flag=True, help="Prove again what the files claim, and record the verdicts.")
@click.option("--verdict", "verdicts", type=click.Choice(STATUSES), multiple=True, help="List these only; repeatable.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Of --check: processes."
)
@printed("list", "markdown")
def list_proofs(
    words: tuple[str, ...],
    certificates: Path,
    check: bool,
    verdicts: tuple[str, ...],
    jobs: int,
    printer: Printer,
) -> None:
    """List the claims of all proofs, or of those with NAME in the name of proof or claim, and what is known of them.

    Without --check nothing is proved: a verdict is shown as this user recorded it before, for the same
    bytes and the same checker, and says so; a file without one is "not-checked". "no-file": there is no
    file that could settle the claim, and `verify prove` may make it; "undecided": no file settles it.

    Exit code 0 whatever they prove; `verify check` is the command whose exit code tells.

    \b
    Example:  verify list
              verify list safran --verdict proved
              verify list --check --jobs 4
              verify list --format markdown > status.md
    """
    from verify.producer.listing import checked, recorded, wanted
    from verify.producer.proof import installed
    from verify.producer.recorded import Records
    from verify.producer.report.tables import progress_bar

    proofs, records = installed(), Records()
    every = wanted(proofs, words)
    printer.begin()
    entries: list[Listed] = []

    def add(found: Iterable[Listed]) -> None:
        for entry in found:
            if verdicts and entry["status"] not in verdicts:
                continue
            entries.append(entry)
            printer.item(entry)

    if check:
        kept = "the verdicts so far are recorded; the same command proves all again, `verify list` shows them"
        with on_interruption(kept), progress_bar() as report:
            add(checked(every, certificates, jobs, records, report))
    else:
        add(recorded(each, certificates / each.name, records, proofs.is_ours(each.name)) for each in every)
    if printer.is_text:
        _show(entries, printer)
    elif printer.form == "markdown":
        click.echo(_markdown(entries))
    printer.end(ExitCode.PROVED)


def _show(entries: Sequence[Listed], printer: Printer) -> None:
    """Each claim as a paragraph, then how many of which; with --quiet, those that are not settled."""
    import textwrap

    from verify.formats.terminal import width
    from verify.producer.report.tables import PARAGRAPH, Entry, show_entries

    show_entries(
        Entry(
            entry["status"],
            entry["proof"] + (f": {entry['claim']}" if entry["claim"] else ""),
            [entry["statement"], _known(entry)],
            "*" if entry["checked"] == "recorded" else "",
        )
        for entry in entries
        if not (printer.quiet and entry["status"] in ("proved", "refuted"))
    )
    columns = max(width(sys.stdout) or PARAGRAPH, 40)
    for line in _summary(entries):
        printer.say("\n".join(textwrap.wrap(line, columns, break_on_hyphens=False, break_long_words=False)))


def _known(entry: Listed) -> str:
    told = f"Scope: {entry['scope']}" if entry["status"] in ("proved", "refuted") else entry["reason"] or ""
    if (before := entry["recorded"]) is None:
        return told
    return f"{told}; as recorded by checker {before['checker']} on {before['on'][:10]}"


def _summary(entries: Sequence[Listed]) -> list[str]:
    counts = Counter[str](entry["status"] for entry in entries)
    listed = ", ".join(f"{counts[word]} {word}" for word in STATUSES if counts[word])
    lines = [f"{len(entries)} claim{'s' * (len(entries) != 1)}: {listed}" if entries else "No claim is listed."]
    before = [entry["recorded"] for entry in entries if entry["recorded"] is not None]
    if before:
        versions = ", ".join(sorted({each["checker"] for each in before}))
        first, last = min(each["on"] for each in before), max(each["on"] for each in before)
        when = first if first == last else f"{first} to {last}"
        lines.append(
            f"* as recorded on this machine by checker {versions} ({before[0]['code_digest'][:19]}) on {when}, "
            f"not proved now: `verify list --check` proves it again."
        )
    if counts["not-checked"]:
        lines.append(
            f"{counts['not-checked']} not checked on this machine by this checker: `verify list --check --jobs 2` "
            "checks them (minutes)."
        )
    return lines


def _markdown(entries: Sequence[Listed]) -> str:
    from verify.formats.cite import in_markdown

    head = "| proof | claim | status | checked | statement | scope, or what is missing | certificate |"
    rows = [head, "|---" * 7 + "|"]
    for entry in entries:
        when = entry["recorded"]
        checked = f"recorded by checker {when['checker']} on {when['on']}" if when else entry["checked"] or ""
        cells = [entry["proof"], entry["claim"], entry["status"], checked, entry["statement"], _known(entry)]
        rows.append(f"| {' | '.join(map(in_markdown, [*cells, entry['file'] or '']))} |")
    return "\n".join([*rows, "", *_summary(entries)])
