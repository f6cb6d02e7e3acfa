"""Mutations of certificates, as an enemy would make them: each changes the bytes, most repair the digest."""

from __future__ import annotations

import copy
import json
import re
from random import Random
from typing import Any

from verify.checker.core.reader import digest

Document = dict[str, Any]
Path = tuple[str | int, ...]

NUMBER = re.compile(r"-?[0-9]{1,700}(/[0-9]{1,700}|\*2\^-?[0-9]{1,9})?", re.ASCII)
NUMBERS = ("0", "1", "-1", "1/3", "-7/2", "1*2^-4096", "1*2^4096", "-1*2^-40", "9" * 640, "1/" + "9" * 600, "5*2^-30")
HOSTILE: tuple[Any, ...] = (
    *NUMBERS,
    *("", " 1", "+1", "01", "1.0", "1e5", "0x10", "nan", "inf", "-0", "1/0", "1*2^99999", "9" * 641, "١", "1\n"),
    *(None, True, False, 0, 1, -1, 7, 10**9 - 1, 10**12, 1.5, [], {}, [[]], [["1"]], {"orthonormal": 3}),
    *({"at_least": 2}, {"rows": [["1", "0"]]}, {"leaky-relu": "1/2"}, "erf", "relu", "ball", "box", "saddle"),
    *("strict-local-minimum", "spurious-local-minimum", "population-teacher-student", "at_least_k", "../x.json"),
    *("empirical-risk", "local-minimum", "tanh", "identity", "logistic", "one-hidden-layer", {"elu": ["1", "1"]}),
)


def paths(node: Any, prefix: Path = ()) -> list[Path]:
    """The paths of all nodes below a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path for key, child in children for path in ((*prefix, key), *paths(child, (*prefix, key)))]


def get(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def mutate(random: Random, originals: list[Document]) -> tuple[Document, bytes]:
    """One of the originals, and bytes that differ from what is written for it."""
    original = random.choice(originals)
    before = write(original)
    while True:
        document = copy.deepcopy(original)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            random.choice(TREE_OPERATIONS)(random, document, originals)
        if random.random() < 0.9:
            repair(document)
        after = write(document, random)
        if random.random() < 0.15:
            after = random.choice(TEXT_OPERATIONS)(random, after)
        if after != before:
            return original, after


def write(document: Document, random: Random | None = None) -> bytes:
    """The document as JSON; with `random`, sometimes in another order of keys or layout."""
    if random is not None and random.random() < 0.1:
        document = dict(random.sample(list(document.items()), len(document)))
    return json.dumps(document, indent=random.choice((None, 2)) if random else None).encode()


def repair(document: Document) -> None:
    """Make the digest right, where the document still has one."""
    if {"format", "statement", "witness", "digest"} <= set(document):
        document["digest"] = digest({name: document[name] for name in ("format", "statement", "witness")})


def _replace(random: Random, document: Document, originals: list[Document]) -> None:
    path = random.choice(paths(document))
    get(document, path[:-1])[path[-1]] = copy.deepcopy(random.choice(HOSTILE))


def _nudge(random: Random, document: Document, originals: list[Document]) -> None:
    """Change a number a little, or a lot: its last digit, its sign, its size."""
    numbers = [path for path in paths(document) if _is_number(get(document, path))]
    if not numbers:
        return
    path = random.choice(numbers)
    old = get(document, path)
    if isinstance(old, int):
        new: Any = old + random.choice((-1, 1, 10))
    else:
        mantissa, mark, exponent = old.partition("*2^")
        if "/" in mantissa:
            new = random.choice(NUMBERS)
        else:
            scale = random.choice((1, 2, 2**20, 2**60))
            value = random.choice((int(mantissa) + scale, int(mantissa) - scale, -int(mantissa), int(mantissa) * 3))
            shift = int(exponent or 0) + random.choice((0, 0, 0, -1, 1, -20, 20))
            new = f"{value}*2^{shift}" if mark or shift else str(value)
    get(document, path[:-1])[path[-1]] = new


def _remove(random: Random, document: Document, originals: list[Document]) -> None:
    path = random.choice(paths(document))
    del get(document, path[:-1])[path[-1]]


def _add(random: Random, document: Document, originals: list[Document]) -> None:
    node = get(
        document, random.choice([(), *(p for p in paths(document) if isinstance(get(document, p), dict | list))])
    )
    value = copy.deepcopy(random.choice(HOSTILE))
    if isinstance(node, list):
        node.insert(random.randint(0, len(node)), copy.deepcopy(random.choice(node)) if node else value)
    else:
        names = ("extra", "value", "better_point", "inertia", "rows", "fixed", "multipliers", "\u202e", "a" * 10_000)
        node[random.choice(names)] = value


def _exchange(random: Random, document: Document, originals: list[Document]) -> None:
    """Exchange two parts of the document."""
    first, second = random.choice(paths(document)), random.choice(paths(document))
    if first[: len(second)] == second or second[: len(first)] == first:
        return
    a, b = copy.deepcopy(get(document, first)), copy.deepcopy(get(document, second))
    # Both places before anything changes: a hostile value may hold one list twice.
    here, there = get(document, first[:-1]), get(document, second[:-1])
    here[first[-1]], there[second[-1]] = b, a


def _graft(random: Random, document: Document, originals: list[Document]) -> None:
    """Take a part from another certificate, at the same place where it has one."""
    donor = random.choice(originals)
    path = random.choice(paths(document))
    if random.random() < 0.7:
        shared = [path for path in paths(document) if len(path) <= 4 and path in set(paths(donor))]
        if not shared:
            return
        path = random.choice(shared)
        get(document, path[:-1])[path[-1]] = copy.deepcopy(get(donor, path))
    else:
        get(document, path[:-1])[path[-1]] = copy.deepcopy(get(donor, random.choice(paths(donor))))


def _inflate(random: Random, document: Document, originals: list[Document]) -> None:
    path = random.choice(paths(document))
    old = get(document, path)
    factor = random.choice((2, 50))
    new: Any = old * factor if isinstance(old, list | str) else [copy.deepcopy(old) for _ in range(factor)]
    get(document, path[:-1])[path[-1]] = new


def _deepen(random: Random, document: Document, originals: list[Document]) -> None:
    path = random.choice(paths(document))
    node = get(document, path)
    for _ in range(random.choice((1, 31, 100))):
        node = [node] if random.random() < 0.5 else {"a": node}
    get(document, path[:-1])[path[-1]] = node


def _is_number(node: Any) -> bool:
    if isinstance(node, str):
        return NUMBER.fullmatch(node) is not None
    return isinstance(node, int) and not isinstance(node, bool)


def _truncate(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content))]


def _flip(random: Random, content: bytes) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << random.randrange(8)]) + content[place + 1 :]


def _repeat_field(random: Random, content: bytes) -> bytes:
    """Give a field twice: JSON readers differ in which one they take."""
    place = content.find(b'"', random.randrange(len(content)))
    end = content.find(b'"', place + 1)
    return content[:place] + content[place : end + 1] + b': "1", ' + content[place:] if 0 <= place < end else content


def _pad(random: Random, content: bytes) -> bytes:
    return random.choice(
        (b"\xef\xbb\xbf" + content, content + b" " * 100_000, content + content, b"[" * 50_000 + content)
    )


TREE_OPERATIONS = (_replace, _nudge, _nudge, _nudge, _remove, _add, _exchange, _graft, _graft, _inflate, _deepen)
TEXT_OPERATIONS = (_truncate, _flip, _repeat_field, _pad)
