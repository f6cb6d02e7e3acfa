"""Writing documents of `records.py`: whole, or line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from verify.checker.core.codes import ExitCode, Reason
from verify.formats.reasons import link

ERROR = "landscape-verify-error/1"


def version() -> str:
    """Of the program."""
    return str(import_module("verify").__version__)


def document(schema: str, code: ExitCode, members: Mapping[str, Any]) -> str:
    """A whole document: its schema, how the command ended, and its own members."""
    return json.dumps({"schema": schema, **_envelope(code), **members}, indent=2)


def item_line(schema: str, item: Mapping[str, Any]) -> str:
    """A line of `jsonl`."""
    return json.dumps({"schema": schema, "type": "result", **item})


def end_line(schema: str, code: ExitCode, count: int) -> str:
    """The last line of `jsonl`."""
    return json.dumps({"schema": schema, "type": "end", **_envelope(code), "count": count})


def single(form: str, schema: str, code: ExitCode, members: Mapping[str, Any]) -> str:
    """A document without items: whole, or as the only line before the last."""
    if form == "json":
        return document(schema, code, members)
    return f"{item_line(schema, members)}\n{end_line(schema, code, 1)}"


def failure(form: str, code: ExitCode, message: str, reason: Reason | None) -> str:
    """What is printed instead of a command's own document where it cannot be done."""
    return single(form, ERROR, code, {"code": reason, "help": link(reason) if reason else None, "message": message})


def _envelope(code: ExitCode) -> dict[str, object]:
    return {"version": version(), "exit_code": int(code), "finished": code is not ExitCode.INTERRUPTED}
