"""Proofs as plug-ins: what a paper claims, and the script that proves it.

A proof is found through the entry-point group `verify.proofs`, so that another package
can bring its own: the entry's name is what `verify prove NAME` is given, and its object
is a `Proof`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from verify.checker.session import Session
from verify.checker.statements.statement import Statement
from verify.checker.verdict import Rejected, Verdict, Verified

if TYPE_CHECKING:
    from verify.search.backends import Backend

GROUP = "verify.proofs"
FOLDER = Path("certificates")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are finished, and how many there are."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a paper, in our terms, and where its certificates lie."""

    name: str
    statement: str
    """The paper's sentence, reworded in this project's terms."""
    file: str = ""
    """The certificate's or manifest's file name in the proof's folder; empty while no rule can settle the claim."""
    settled_by: Callable[[Statement], bool] = lambda statement: False
    """Whether what the file is verified to prove is the claim."""
    verdict: str = "proved"
    """What the file says of the claim when it is verified: "proved", or "refuted" if it contradicts the sentence."""
    missing: str = ""
    """Where there is no file: what would settle the claim."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper's claims, and the function that makes their certificates."""

    name: str
    paper: str
    claims: tuple[Claim, ...]
    write: Callable[[Path, Progress, Executor | None], None]
    """Write certificates and manifests into a folder, keeping those there that check; with an executor, in parallel."""
    experiment: Callable[[Path, Progress, Backend, float | None], bool] | None = None
    """Make the paper's experiment again, for so many seconds; whether it is finished. It goes on where it stopped."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the certificates at hand say of a claim, now."""

    word: str
    """proved, refuted or undecided."""
    scope: str
    verdict: Verdict | None


def installed() -> dict[str, Proof]:
    """All proofs that installed packages bring, by name."""
    return {entry.name: entry.load() for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def status(proof: Proof, claim: Claim, folder: Path, session: Session) -> Status:
    """Check the claim's file now. Only a verified file that proves the claim itself settles it."""
    if not claim.file:
        return Status("undecided", claim.missing, None)
    path = folder / claim.file
    if not path.is_file():
        return Status("undecided", f"there is no {path}; run: verify prove {proof.name}", None)
    verdict = session.check(path)
    if isinstance(verdict, Verified):
        if claim.settled_by(verdict.statement):
            return Status(claim.verdict, verdict.statement.scope, verdict)
        verdict = Rejected("the file proves something else than the claim", verdict.statement)
    return Status("undecided", getattr(verdict, "reason", ""), verdict)
