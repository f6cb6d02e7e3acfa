"""Verdicts on files, and the verdict on a manifest from those on its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .claims import Claim, NotSupported
from .manifests import Theorem


def judge(theorem: Theorem, part: Callable[[str, str], Result | None]) -> tuple[str, str]:
    """Verdict and reason for a manifest, from the result of each part by name and digest; None: it is missing."""
    open_parts, settled = [], set()
    for name, digest in theorem.parts.items():
        result = part(name, digest)
        if result is None:
            return REJECTED, f"the part {name} is missing"
        if result.verdict in (MALFORMED, REJECTED):
            return REJECTED, f"the part {name} is {result.verdict.lower()}: {result.reason}"
        known = result.claim is not None  # else memory ran out before it was read
        if known and result.digest != digest:
            return REJECTED, f"the part {name} is another certificate than the one named (its digest differs)"
        pair = theorem.settled(result.claim)
        if known and pair is None and not isinstance(result.claim, NotSupported):
            return REJECTED, f"the part {name} proves nothing that is claimed"
        if result.verdict == VERIFIED and pair is not None:
            settled.add(pair)
        else:
            open_parts.append(f"{name}: {result.reason}")
    if open_parts:
        return UNDECIDED, f"undecided parts: {'; '.join(open_parts[:10])}"
    missing = sorted(set(theorem.pairs) - settled)
    if missing:
        return REJECTED, f"no part proves the pairs (k, n) = {', '.join(map(str, missing[:20]))}"
    return VERIFIED, theorem.sentence()


VERIFIED, REJECTED, UNDECIDED, MALFORMED = "Verified", "Rejected", "Undecided", "Malformed"
EXIT_CODES = {MALFORMED: 2, REJECTED: 1, UNDECIDED: 3, VERIFIED: 0}  # the first that occurs counts


@dataclass(frozen=True)
class Result:
    """The verdict on a file. `reason` is the sentence that was proved, or why none was."""

    path: str
    verdict: str
    reason: str
    digest: str | None = None
    claim: Claim | Theorem | None = None
    seconds: float = 0.0
