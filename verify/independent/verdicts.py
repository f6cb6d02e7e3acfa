"""Verdicts on files, the verdict on a manifest from those on its parts, and exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from .claims import Claim, NotSupported
from .manifests import Theorem

VERIFIED, REJECTED, UNDECIDED, MALFORMED = "Verified", "Rejected", "Undecided", "Malformed"


class ExitCode(IntEnum):
    """What the command ends with, in the order of precedence: of many files, the first that applies to one."""

    INTERRUPTED = 130
    INFRASTRUCTURE = 74
    INTERNAL_ERROR = 70
    MALFORMED = 2
    REJECTED = 1
    UNDECIDED = 3
    VERIFIED = 0


BROKEN_PIPE = 141
"""The reader of the output has gone, as of any program that a closed pipe ends."""


class Outcome(NamedTuple):
    """A verdict with its reason, which is the sentence that was proved, or why none was."""

    verdict: str
    reason: str
    failed: bool = False
    """A bug of this program, not the file, is why there is no proof: the verdict is Undecided."""


@dataclass(frozen=True)
class Result:
    """The outcome for a file."""

    path: str
    outcome: Outcome
    digest: str | None = None
    claim: Claim | Theorem | None = None
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """One of the four."""
        return self.outcome.verdict

    @property
    def reason(self) -> str:
        """That of the verdict."""
        return self.outcome.reason

    @property
    def exit_code(self) -> ExitCode:
        """That of a command with this file alone."""
        return ExitCode.INTERNAL_ERROR if self.outcome.failed else ExitCode[self.verdict.upper()]


def first_that_applies(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code for many files; there must be at least one."""
    return min(codes, key=list(ExitCode).index)


def judge(theorem: Theorem, part: Callable[[str, str], Result | None]) -> Outcome:
    """The outcome for a manifest, from the result of each part by name and digest; None: it is missing."""
    open_parts, settled, failed = [], set(), False
    for name, digest in theorem.parts.items():
        result = part(name, digest)
        if result is None:
            return Outcome(REJECTED, f"the part {name} is missing")
        if result.verdict in (MALFORMED, REJECTED):
            return Outcome(REJECTED, f"the part {name} is {result.verdict.lower()}: {result.reason}")
        known = result.claim is not None  # else memory ran out before it was read
        if known and result.digest != digest:
            return Outcome(REJECTED, f"the part {name} is another certificate than the one named (its digest differs)")
        pair = theorem.settled(result.claim)
        if known and pair is None and not isinstance(result.claim, NotSupported):
            return Outcome(REJECTED, f"the part {name} proves nothing that is claimed")
        if result.verdict == VERIFIED and pair is not None:
            settled.add(pair)
        else:
            open_parts.append(f"{name}: {result.reason}")
            failed |= result.outcome.failed
    if open_parts:
        return Outcome(UNDECIDED, f"undecided parts: {'; '.join(open_parts[:10])}", failed)
    missing = sorted(set(theorem.pairs) - settled)
    if missing:
        return Outcome(REJECTED, f"no part proves the pairs (k, n) = {', '.join(map(str, missing[:20]))}")
    return Outcome(VERIFIED, theorem.sentence())
