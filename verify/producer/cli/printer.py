"""What a command prints: words for people, or a document for programs (docs/OUTPUT.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from verify.checker.public import ExitCode, Reason
from verify.formats.documents import document, end_line, failure, item_line
from verify.formats.reasons import advice
from verify.formats.records import DOCUMENTS
from verify.formats.schema import items_of, name_of

_KEY = "verify.printer"


class Printer:
    """One command's output, in the form that its user asked for."""

    def __init__(self, name: str, form: str, *, quiet: bool = False) -> None:
        """`name`: the document's, as in `records.DOCUMENTS`."""
        self.form, self.quiet = form, quiet
        self._document = DOCUMENTS[name]
        self._items: list[Mapping[str, Any]] = []
        self._members: Mapping[str, Any] | None = None

    @property
    def is_text(self) -> bool:
        """Whether people are to read it."""
        return self.form == "text"

    @property
    def is_document(self) -> bool:
        """Whether it is JSON, whole or by lines."""
        return self.form in ("json", "jsonl")

    def begin(self, **members: Any) -> None:
        """The document's own members but for the items, as far as they are known before the work."""
        self._members = members

    def say(self, line: str, *, is_news: bool = False) -> None:
        """A line for people. With --quiet, only what is not as it should be (`is_news`)."""
        if self.is_text and (is_news or not self.quiet):
            click.echo(line)

    def item(self, item: Any) -> None:
        """One of the document's `results`, as soon as it is known."""
        self._items.append(item)
        if self.form == "jsonl":
            click.echo(item_line(self._schema, item))

    def advise(self, codes: list[Reason]) -> None:
        """For people: what to do about what was not proved, a line for each reason that occurred."""
        for line in advice(str(code) for code in codes):
            self.say(line)

    def end(self, code: ExitCode, **members: Any) -> None:
        """The command is over: the document's own members, with those of `begin`."""
        members = {**(self._members or {}), **members}
        has_items = items_of(self._document) is not None
        if self.form == "json":
            click.echo(document(self._schema, code, {**members, **({"results": self._items} if has_items else {})}))
        elif self.form == "jsonl":
            if not has_items:
                self.item(members)
            click.echo(end_line(self._schema, code, len(self._items)))

    def fail(self, code: ExitCode, message: str, reason: Reason | None = None) -> None:
        """The command cannot be done, or was stopped; the message is on standard error too."""
        if code is ExitCode.INTERRUPTED and self._members is not None and items_of(self._document) is not None:
            self.end(code)  # what was done is not lost
            return
        if self.is_document:
            click.echo(failure(self.form, code, message, reason))

    @property
    def _schema(self) -> str:
        return name_of(self._document)


def printed(name: str, *more: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command --format and --quiet, and the parameter `printer`. `more`: forms that it makes by itself."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        form = click.option(
            "--format",
            "printer",
            type=click.Choice(["text", "json", "jsonl", *more]),
            default="text",
            show_default=True,
            callback=lambda context, _, value: _printer(context, name, value),
            help="What is printed; for programs, as in docs/OUTPUT.md.",
        )
        quiet = click.option(
            "--quiet", "-q", is_flag=True, expose_value=False, is_eager=True, callback=_keep_quiet,
            help="No progress, and of items only what is not as it should be.",
        )  # fmt: skip
        return form(quiet(command))

    return decorate


def of(context: click.Context) -> Printer | None:
    """The printer of the command that runs, if it has one, and its command line was read."""
    found = context.meta.get(_KEY)
    return found if isinstance(found, Printer) else None


def is_quiet() -> bool:
    """Whether the command that runs, if one does, was asked not to say how far it is."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(f"{_KEY}.quiet"))


def _printer(context: click.Context, name: str, form: str) -> Printer:
    context.meta[_KEY] = made = Printer(name, form, quiet=is_quiet())
    return made


def _keep_quiet(context: click.Context, _: object, value: bool) -> None:
    context.meta[f"{_KEY}.quiet"] = value
