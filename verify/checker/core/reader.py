"""The strict reader: bytes of a stranger's file -> a tree whose every node is asked for by name.

Nothing is believed and nothing is skipped: a field that no one asks for is an
error, and so is a repeated one, a float, a number too long, a file too large.
`provenance` alone is free, because the checker never looks inside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NoReturn, TypeVar

from verify.checker.core import exact
from verify.checker.core.limits import MAX_DEPTH, MAX_FILE_BYTES, MAX_JSON_INTEGER_DIGITS

T = TypeVar("T")

_DIGEST_DOMAIN = b"landscape-verify digest 1\n"


class NotACertificate(Exception):
    """The file cannot be read as a certificate; the message names the field and the reason."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands in the tree where JSON allows what a certificate does not, until someone asks for it."""

    reason: str
    children: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A node of the file and its name, for errors: `statement.radius: ...`."""

    name: str
    content: object

    def fail(self, reason: str) -> NoReturn:
        """Refuse the file, naming this field."""
        raise NotACertificate(f"{self.name or 'the file'}: {reason}")

    def _expect(self, kind: type[T], description: str) -> T:
        if isinstance(self.content, _Unreadable):
            self.fail(self.content.reason)
        if type(self.content) is kind:
            return self.content
        return self.fail(f"must be {description}, not {_describe(self.content)}")

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Field]:
        """The members of an object that must have all of `required` and nothing beyond `optional`."""
        content = self._expect(dict, "an object")
        members = {name: self.member(name) for name in required}
        for name in content:
            if name not in members:
                shown = Field(f"{self.name}.{ascii(name[:40])[1:-1]}".lstrip("."), None)
                members[name] = self.member(name) if name in optional else shown.fail("unknown field")
        return members

    def member(self, name: str) -> Field:
        """One member of an object, before it is known which others there must be."""
        content = self._expect(dict, "an object")
        prefix = f"{self.name}." if self.name else ""
        if name not in content:
            raise NotACertificate(f"{prefix}{name}: this field is missing")
        return Field(f"{prefix}{name}", content[name])

    def items(self, least: int, most: int) -> list[Field]:
        """The entries of a list, at least `least` and at most `most` of them."""
        content = self._expect(list, "a list")
        if not least <= len(content) <= most:
            bounds = f"{least}" if least == most else f"{least} to {most}"
            self.fail(f"has {len(content)} entr{'y' if len(content) == 1 else 'ies'} instead of {bounds}")
        return [Field(f"{self.name}[{index}]", value) for index, value in enumerate(content)]

    def text(self, *choices: str, unknown: str = "") -> str:
        """A string, one of `choices` where any are given; `unknown` is what to add about another one."""
        content = self._expect(str, "a string")
        if choices and content not in choices:
            self.fail(f"{content[:40]!r} is not known; known: {', '.join(choices)}{unknown}")
        return content

    def count(self, least: int, most: int) -> int:
        """A JSON integer from `least` to `most`."""
        content = self._expect(int, "an integer")
        if not least <= content <= most:
            self.fail(f"{content} is not between {least} and {most}")
        return content

    def flag(self) -> bool:
        """true or false."""
        return self._expect(bool, "true or false")

    def number(self) -> Fraction:
        """An exact number, written as a string."""
        content = self._expect(str, "an exact number, written as a string")
        try:
            return exact.parse(content)
        except ValueError as error:
            self.fail(str(error))

    def numbers(self, least: int, most: int) -> tuple[Fraction, ...]:
        """A list of at least `least` and at most `most` exact numbers."""
        content = self.content
        if type(content) is list and least <= len(content) <= most and all(type(e) is str for e in content):
            with suppress(ValueError):  # there may be many
                return tuple(map(exact.parse, content))
        return tuple(entry.number() for entry in self.items(least, most))  # which names the one that is none


def read_bytes(path: Path, *, follow_links: bool = True, most: int = MAX_FILE_BYTES) -> bytes:
    """The content of a regular file of at most so many bytes. Never waits on a pipe or a device."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not follow_links:
            if path.is_symlink():
                raise NotACertificate("is a symbolic link; name the file itself")
            flags |= getattr(os, "O_NOFOLLOW", 0)
        _expect_regular(path.stat(), most)
        descriptor = os.open(path, flags)
        try:
            _expect_regular(os.fstat(descriptor), most)  # it may have been exchanged since
            with os.fdopen(os.dup(descriptor), "rb") as file:
                content = file.read(most + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise NotACertificate("there is no such file") from None
    except (OSError, ValueError) as error:
        raise NotACertificate(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > most:
        raise NotACertificate(f"has more than {most} bytes")
    if not content:
        raise NotACertificate("is empty")
    return content


def _expect_regular(status: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotACertificate("is not a regular file")
    if status.st_size > most:
        raise NotACertificate(f"has {status.st_size} bytes, more than {most}")


def parse(content: bytes) -> Field:
    """The tree that the bytes write in JSON."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotACertificate(f"is not UTF-8 (byte {error.start})") from None
    try:
        tree = json.loads(
            text,
            parse_int=_integer,
            parse_float=lambda literal: _Unreadable(f"the float {literal[:40]}; write an exact number as a string"),
            parse_constant=lambda literal: _Unreadable(f"{literal} is not a number"),
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise NotACertificate(f"is nested more than {MAX_DEPTH} deep") from None
    except json.JSONDecodeError as error:
        raise NotACertificate(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    _bound_depth(tree)
    return Field("", tree)


def digest(parts: dict[str, object]) -> str:
    """The digest of a certificate's `format`, `statement` and `witness`: docs/CERTIFICATE.md, "Digest"."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(_DIGEST_DOMAIN + canonical.encode("ascii")).hexdigest()


def _integer(literal: str) -> int | _Unreadable:
    if len(literal.lstrip("-")) > MAX_JSON_INTEGER_DIGITS:
        return _Unreadable(f"an integer of {len(literal)} digits, more than {MAX_JSON_INTEGER_DIGITS}")
    return int(literal)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | _Unreadable:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return _Unreadable(f"the field {name[:40]!r} is given more than once", tuple(value for _, value in pairs))


def _bound_depth(tree: object) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise NotACertificate(f"is nested more than {MAX_DEPTH} deep")
        level = [child for node in level for child in _children(node)]


def _children(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return node.values()
    if isinstance(node, list):
        return node
    return node.children if isinstance(node, _Unreadable) else ()


def _describe(content: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a truth value", type(None): "null"}
    return names.get(type(content), f"the number {content}")
