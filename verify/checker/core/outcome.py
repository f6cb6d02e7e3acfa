"""How a rule answers: it goes on, or a hypothesis is proved false (`Refuted`), or neither (`Open`)."""

from __future__ import annotations

from collections.abc import Callable

from verify.checker.core.codes import Reason


class Refuted(Exception):
    """A hypothesis is proved false."""


class Open(Exception):
    """A hypothesis is neither proved nor disproved, or time is up."""

    def __init__(self, reason: str, code: Reason = Reason.NOT_PROVED) -> None:
        super().__init__(reason)
        self.code = code


def decide(proved: bool, refuted: bool, what: str | Callable[[], str]) -> None:
    """Go on with a hypothesis that is proved; else raise Refuted if it is proved false, Open if neither.

    `what`: the reason, which says what was found and what would have been needed; or what gives it when it is needed.
    """
    if proved is not True:
        raise (Refuted if refuted else Open)(what if isinstance(what, str) else what())
