"""What the answer to a certificate can be, and the time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class MalformedError(Exception):
    """The file breaks a "must" of the specification."""


class Refuted(Exception):
    """A hypothesis is proved false."""


class Open(Exception):
    """A hypothesis is neither proved nor proved false."""


class Clock:
    """The time limit of one certificate, in seconds."""

    def __init__(self, limit: float) -> None:
        self._end = time.monotonic() + limit

    def tick(self) -> None:
        """Called between steps of bounded length."""
        if time.monotonic() > self._end:
            raise Open("the time limit passed; raise --time-limit")


def decide(proved: bool, refuted: bool, otherwise: str) -> None:
    """Go on only if `proved`. Both are True only if they are theorems; both False is the honest answer "open"."""
    if not proved:
        raise Refuted(otherwise) if refuted else Open(f"not proved, and not disproved: {otherwise}")


@contextmanager
def named(part: str) -> Iterator[None]:
    """Say in an outcome which part of a statement it is about."""
    try:
        yield
    except (Refuted, Open) as outcome:
        raise type(outcome)(f"{part}: {outcome}") from None
