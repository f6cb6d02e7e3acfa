"""`verify show`: what a certificate or manifest claims, in words, for programs, or to be pasted. Nothing is checked."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any

from verify.checker.core.codes import ExitCode, Reason
from verify.checker.core.reader import NotACertificate
from verify.checker.front.certificate import Certificate
from verify.checker.front.ending import ended
from verify.checker.front.manifest import Manifest
from verify.checker.front.session import read
from verify.formats.documents import failure, single
from verify.formats.terminal import width

SCHEMA = "landscape-verify-show/1"


def main(arguments: list[str]) -> int:
    """Print it, and return the exit code."""
    options = _parser().parse_args(arguments)
    return ended(lambda: _show(options.file, options.format))


def _parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="verify show",
        description="Print what a certificate or manifest claims, WITHOUT checking it.",
        epilog="exit code: 0, or 2 if the file is malformed. To check: verify check FILE",
        allow_abbrev=False,
    )
    result.add_argument("file", metavar="FILE", help="a certificate or a manifest")
    forms = ("text", "json", "jsonl", "markdown", "latex")
    result.add_argument("--format", choices=forms, default="text", help="markdown: a table row; latex: a theorem")
    return result


def _show(name: str, form: str) -> ExitCode:
    try:
        content = read(Path(name))
    except NotACertificate as error:
        message = f"Malformed  {name}: {error}"
        print(message, file=sys.stderr)
        if form in ("json", "jsonl"):
            print(failure(form, ExitCode.MALFORMED, message, Reason.UNREADABLE))
        return ExitCode.MALFORMED
    if form in ("json", "jsonl"):
        print(single(form, SCHEMA, ExitCode.PROVED, members(name, content)))
    elif form in ("markdown", "latex"):
        from verify.formats.cite import latex, markdown

        print((latex if form == "latex" else markdown)(name, content))
    else:
        print(f"{name} claims, and this command has NOT checked:\n")
        print(_wrapped(content.statement.sentence()))
        print(f"\n{_wrapped(f'Scope: {content.statement.scope}')}\nDigest: {content.digest}")
        print(f"To check it: verify check {name}")
    return ExitCode.PROVED


def _wrapped(text: str) -> str:
    columns = width(sys.stdout)
    return text if columns is None else textwrap.fill(text, columns, break_long_words=False, break_on_hyphens=False)


def members(name: str, content: Certificate | Manifest) -> dict[str, Any]:
    """Of the document, but for its envelope."""
    statement = content.statement
    return {
        "path": name,
        "checked": False,
        "kind": "manifest" if isinstance(content, Manifest) else "certificate",
        "property": statement.property,
        "claims": statement.sentence(),
        "definition": statement.definition,
        "scope": statement.scope,
        "digest": content.digest,
        "parts": [part.file for part in content.parts] if isinstance(content, Manifest) else [],
    }
