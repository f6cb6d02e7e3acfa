"""Where in a file something stands: the line of a claim in a claims file, of a field in a JSON file.

For messages only: where the place is not found, the answer is line 1 and nothing else changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_LARGEST = 4_000_000
"""Characters; in a larger file nothing is looked for."""

# TOML

_TOML = re.compile(
    r"""(?P<skip>\#[^\n]*
    | \"\"\"(?:\\.|[^\\])*?\"\"\"\"{0,2} | '''.*?''''{0,2}
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<table>(?<![^\n])[ \t]*\[\[[ \t]*(?:claims|"claims"|'claims')[ \t]*\]\])
    | (?P<open>[\[{]) | (?P<close>[\]}])
    | (?P<inline>(?<![^\n])[ \t]*(?:claims|"claims"|'claims')[ \t]*=[ \t]*)""",
    re.VERBOSE | re.DOTALL,
)


def of_claims(document: str) -> list[int]:
    """The line of each claim of a claims file, in order: its `[[claims]]`, or the `{` of its inline table."""
    if len(document) > _LARGEST:
        return []
    found: list[int] = []
    depth, inline = 0, False
    for token in _TOML.finditer(document):
        if token["table"] and not depth:
            found.append(_line(document, token.end()))
        elif token["inline"] and not depth:
            inline = True
        elif token["open"]:
            depth += 1
            if inline and depth == 2 and token["open"] == "{":
                found.append(_line(document, token.end()))
        elif token["close"]:
            depth -= 1
            inline = inline and depth > 0
    return found


# JSON

_JSON = re.compile(r'(?P<text>"(?:\\.|[^"\\])*")|(?P<mark>[\[\]{},:])|[^\s"\[\]{},:]+')
_PLACE = re.compile(r"([A-Za-z_][\w-]*(?:\[\d+\])*(?:\.[A-Za-z_][\w-]*(?:\[\d+\])*)*): ")
_AT = re.compile(r"\bat line (\d+)")


def of_reason(document: str, reason: str) -> int:
    """The line of the field that a reason for *Malformed* begins with, as in `witness.parts[0].file: ...`."""
    if match := _AT.search(reason):
        return min(int(match[1]), document.count("\n") + 1)
    match = _PLACE.match(reason)
    if match is None or len(document) > _LARGEST:
        return 1
    wanted: tuple[str | int, ...] = tuple(
        int(part) if part.isdigit() else part for part in re.findall(r"[A-Za-z_][\w-]*|(?<=\[)\d+(?=\])", match[1])
    )
    best, line = 0, 1
    for place, position in _places(document):
        common = len(place) if place == wanted[: len(place)] else 0
        if common > best:  # a field that is missing is found as what it is missing in
            best, line = common, _line(document, position)
        if best == len(wanted):
            break
    return line


def _places(document: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Each member and entry of a JSON text, and where it begins. Of what is no JSON, whatever is found."""
    place: list[str | int] = []
    is_list: list[bool] = []
    key: str | None = None
    for token in _JSON.finditer(document):
        mark = token["mark"]
        if mark in ("]", "}"):
            if is_list:
                is_list.pop()
                place.pop()
            key = None
            continue
        if mark == ",":
            if is_list and is_list[-1]:
                place[-1] = int(place[-1]) + 1
            key = None
            continue
        if mark == ":":
            continue
        if is_list and not is_list[-1] and key is None and token["text"]:
            key = _read(token["text"])
            place[-1] = key
            yield tuple(place), token.start()
        elif is_list and is_list[-1]:
            yield tuple(place), token.start()
        if mark in ("[", "{"):
            is_list.append(mark == "[")
            place.append(0 if mark == "[" else "")
            key = None


def _read(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text


def _line(document: str, position: int) -> int:
    return document.count("\n", 0, position) + 1
