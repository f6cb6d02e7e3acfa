"""Changing certificates: what a forger does, digest included.

Written from the format's description alone, so that the reader's own digest is not
tested against itself.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent
DELETE = object()
"""As a new value: take the member out."""

Document = dict[str, Any]


def valid(kind: str) -> list[str]:
    """The names of the corpus's valid certificates about landscapes of this kind."""
    found = []
    for path in sorted((CORPUS / "valid").glob("*.json")):
        document = json.loads(path.read_bytes())
        if "manifest" not in document["format"] and document["statement"]["landscape"]["kind"] == kind:
            found.append(path.stem)
    return found


def digest(document: Document) -> str:
    """SHA-256, with a domain prefix, of the sorted canonical JSON of {format, statement, witness}."""
    bound = {name: document[name] for name in ("format", "statement", "witness") if name in document}
    canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(b"landscape-verify digest 1\n" + canonical.encode()).hexdigest()


def seal(document: Document) -> Document:
    """The document with its digest repaired."""
    return {**document, "digest": digest(document)}


def changed(document: Document, changes: Mapping[str, object]) -> Document:
    """A copy with some members set, named like `statement.value.0`; the digest is as before."""
    result = copy.deepcopy(document)
    for path, value in changes.items():
        *parents, last = (int(name) if name.isdigit() else name for name in path.split("."))
        node: Any = result
        for name in parents:
            node = node[name]
        if value is DELETE:
            del node[last]
        else:
            node[last] = copy.deepcopy(value)
    if json.dumps(result) == json.dumps(document):  # not ==, for which true is 1
        raise AssertionError(f"the forgery {dict(changes)} changes nothing")
    return result


def forged(document: Document, changes: Mapping[str, object]) -> Document:
    """A copy with some members set and the digest repaired: a lie that is not found by its digest."""
    return seal(changed(document, changes))


def text(document: object) -> str:
    """The text of a file: one line for each row of a matrix."""
    return _pretty(document, "") + "\n"


def load(name: str) -> Document:
    """A certificate of the corpus, as JSON reads it."""
    content: Document = json.loads((CORPUS / name).read_text(encoding="utf-8"))
    return content


def _pretty(content: Any, pad: str) -> str:
    inner = pad + " "
    if isinstance(content, dict) and content:
        rows = [f"{inner}{json.dumps(name)}: {_pretty(value, inner)}" for name, value in content.items()]
        return "{\n" + ",\n".join(rows) + f"\n{pad}}}"
    if isinstance(content, list) and any(isinstance(entry, (list, dict)) for entry in content):
        return "[\n" + ",\n".join(inner + _pretty(entry, inner) for entry in content) + f"\n{pad}]"
    return json.dumps(content)
