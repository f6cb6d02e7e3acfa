"""JSON: text to strings, integers, lists and objects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

from .outcomes import MalformedError
from .words import shown

MAX_FILE_BYTES = 8 * 2**20
MAX_DEPTH = 32
MAX_JSON_INTEGER_DIGITS = 9
WHITE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"')
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
WORDS = {"true": True, "false": False, "null": None}
LOOSE_WORDS = ("NaN", "Infinity", "-Infinity")
CHARACTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Text:
    """A JSON text as strings, integers, True, False, None, lists and dicts; `provenance` is parsed and dropped."""

    def __init__(self, content: bytes) -> None:
        try:
            self._text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError(f"is not UTF-8 (byte {error.start})") from None
        self._at = 0
        self.tree = self._value(1, "", free=False)
        self._space()
        if self._at < len(self._text):
            self._fail("something follows the end")

    def _fail(self, why: str) -> NoReturn:
        raise MalformedError(f"is not JSON: {why} (line {self._text.count(chr(10), 0, self._at) + 1})")

    def _space(self) -> str:
        """Pass over white space; the next character, or nothing at the end."""
        match = WHITE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, level: int, where: str, free: bool) -> Any:
        """The value here; `free` within provenance, where numbers and names may be anything."""
        start = self._space()
        if level > MAX_DEPTH:
            raise MalformedError(f"is nested more than {MAX_DEPTH} deep")
        if start == "{":
            return self._object(level, where, free)
        if start == "[":
            return self._list(level, where, free)
        if start == '"':
            return self._string()
        for word in (*WORDS, *LOOSE_WORDS):
            if self._text.startswith(word, self._at):
                if word in LOOSE_WORDS and not free:
                    raise MalformedError(f"{where}: {word} is not a number")
                self._at += len(word)
                return WORDS.get(word)
        return self._number(where, free)

    def _number(self, where: str, free: bool) -> int:
        match = JSON_NUMBER.match(self._text, self._at)
        if match is None:
            self._fail("a value is missing")
        self._at = match.end()
        if free:
            return 0
        if match[1] or match[2]:
            raise MalformedError(f"{where}: a number with a fraction or an exponent; write an exact number as a string")
        if len(match[0].lstrip("-")) > MAX_JSON_INTEGER_DIGITS:
            raise MalformedError(f"{where}: an integer of more than {MAX_JSON_INTEGER_DIGITS} digits")
        return int(match[0])

    def _string(self) -> str:
        match = STRING.match(self._text, self._at)
        if match is None:
            self._fail("a string is wrong or not closed")
        self._at = match.end()
        return ESCAPE.sub(lambda e: chr(int(e[1][1:], 16)) if len(e[1]) > 1 else CHARACTERS.get(e[1], e[1]), match[1])

    def _items(self, close: str) -> Iterable[None]:
        """Once for each entry of a list or member of an object; passes the brackets and commas."""
        self._at += 1
        if self._space() == close:
            self._at += 1
            return
        while True:
            yield
            mark = self._space()
            self._at += 1
            if mark == close:
                return
            if mark != ",":
                self._at -= 1
                self._fail(f"',' or '{close}' is missing")

    def _list(self, level: int, where: str, free: bool) -> list[Any]:
        entries: list[Any] = []
        for _ in self._items("]"):
            entries.append(self._value(level + 1, f"{where}[{len(entries)}]", free))
        return entries

    def _object(self, level: int, where: str, free: bool) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for _ in self._items("}"):
            if self._space() != '"':
                self._fail("the name of a member is missing")
            name = self._string()
            if name in members and not free:
                raise MalformedError(f"{where or 'the file'}: the field {shown(name)} is given more than once")
            if self._space() != ":":
                self._fail("':' is missing")
            self._at += 1
            within = f"{where}.{name}" if where else name
            members[name] = self._value(level + 1, within, free or (level == 1 and name == "provenance"))
        return members
