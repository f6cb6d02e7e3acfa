"""What a kind of certificate must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .outcomes import Clock, Open


class Claim(Protocol):
    """What a kind of certificate must be able to do."""

    @property
    def claimed(self) -> str:
        """The name of the property."""

    def sentence(self) -> str:
        """The statement, in words."""

    def prove(self, clock: Clock) -> None:
        """Return only if the statement is proved; else raise Refuted or Open."""


@dataclass(frozen=True)
class NotSupported:
    """A statement of a kind that the specification knows and this program does not: never more than Undecided."""

    claimed: str

    def sentence(self) -> str:
        """Nothing is said of it."""
        return ""

    def prove(self, clock: Clock) -> None:
        """Nothing is proved of it."""
        raise Open("rule not supported")
