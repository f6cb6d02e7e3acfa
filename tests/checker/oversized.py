"""Files whose declared sizes are far too large, made from the corpus; and reading them in little memory.

Run as a program it reads them all in one process whose memory is limited, and prints a line of JSON for each:
`python -m tests.checker.oversized MEBIBYTES`. Statements and witnesses are read, nothing is proved.
"""

from __future__ import annotations

import copy
import json
import math
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.corpus.forge import CORPUS, Document, seal
from verify.checker.core.limits import MAX_FILE_BYTES
from verify.checker.core.reader import NotACertificate, parse
from verify.checker.front.certificate import MANIFEST_FORMAT, Certificate
from verify.checker.front.manifest import Manifest

HUGE = 999_999_999
"""The largest JSON integer that the format has a notation for."""
ENTRIES = 20_000
"""More than any list may have that is not a matrix or data."""
NESTED_BYTES = 7 * 2**20
"""Of a list of lists: a larger one would be refused for the size of its file, before any of it is read."""
Place = tuple[str | int, ...]


@cache
def documents() -> dict[str, Document]:
    """Of each kind and property the smallest valid certificate of the corpus, and the smallest manifest."""
    found: dict[str, Document] = {}
    for path in sorted((CORPUS / "valid").glob("*.json"), key=lambda path: (path.stat().st_size, path.name)):
        document = json.loads(path.read_bytes())
        landscape, statement = document["statement"]["landscape"], document["statement"]
        kind = f"{landscape['kind']}/{statement.get('property', '')}"
        found.setdefault("manifest" if document["format"] == MANIFEST_FORMAT else kind, document)
    return found


def oversized(document: Document) -> Iterator[tuple[str, Callable[[], Document]]]:
    """One declared size or one list too large at a time, with a right digest; of many alike entries the first.

    What makes it is given: to make all takes seconds, and most are skipped.
    """
    seen: set[str] = set()
    for place in _places({name: document[name] for name in ("statement", "witness")}):
        value = _at(document, place)
        for what, larger in _larger(value):
            shown = ".".join("#" if isinstance(step, int) else step for step in place)
            if (label := f"{shown} {what}") not in seen:
                seen.add(label)
                yield label, partial(_with, document, place, larger)


def read(document: Document) -> str:
    """How reading ends."""
    content = json.dumps(document, separators=(",", ":")).encode()
    if len(content) > MAX_FILE_BYTES:
        raise AssertionError("larger than a file may be: that alone would stop it")
    try:
        root = parse(content)
        (Manifest if document["format"] == MANIFEST_FORMAT else Certificate).read(root)
    except NotACertificate as error:
        return f"Malformed: {error}"
    except MemoryError:
        return "MemoryError"
    except Exception as error:  # noqa: BLE001 - to be told, whatever it is
        return f"{type(error).__name__}: {error}"
    return "read"


def _larger(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, int) and not isinstance(value, bool):
        yield "integer", HUGE
        yield "negative integer", -HUGE
    elif isinstance(value, str):
        yield "exponent", "1*2^4096"
        yield "negative exponent", "1*2^-4096"
        yield "digits", "9" * 640
    elif isinstance(value, list) and value:
        yield "list", [value[0]] * min(ENTRIES, 2**20 // len(json.dumps(value[0])))
        side = min(100, math.isqrt(NESTED_BYTES // len(json.dumps(value[0]))))
        yield "nested list", [[value[0]] * side] * side
    elif isinstance(value, list):
        yield "list", ["1"] * ENTRIES


def _places(tree: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    if isinstance(tree, dict):
        for name, child in tree.items():
            yield from _places(child, (*place, name))
    elif isinstance(tree, list):
        for index, child in enumerate(tree[:2]):
            yield from _places(child, (*place, index))


def _at(tree: Any, place: Place) -> Any:
    for step in place:
        tree = tree[step]
    return tree


def _with(document: Document, place: Place, value: Any) -> Document:
    result = copy.deepcopy(document)
    _at(result, place[:-1])[place[-1]] = value
    return seal(result)


def main() -> None:
    """Read every so many-th of them in so many MiB beyond what the program has now."""
    every = documents()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + int(sys.argv[1]) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    seen: set[tuple[str, str]] = set()
    for kind, document in every.items():
        for label, make in oversized(document):
            if (alike := (kind.split("/")[0], label)) in seen:
                continue  # of the same kind of landscape, and so read by the same lines
            seen.add(alike)
            if len(seen) % int(sys.argv[2]):
                continue
            larger = make()
            start = time.process_time()
            outcome = read(larger)
            print(json.dumps([kind, label, outcome[:200], time.process_time() - start]), flush=True)


if __name__ == "__main__":
    main()
