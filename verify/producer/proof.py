"""Proofs as plug-ins: what a paper claims, and the script that proves it.

The proofs of this distribution are those that `verify.proofs` names. Another package brings its own through the
entry-point group `verify.proofs`: the entry's name is what `verify prove NAME` is given, and its object is a `Proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from verify.checker.public import Reason, Rejected, Session, Statement, Verdict, Verified
from verify.proofs import NAMES

if TYPE_CHECKING:
    from verify.producer.search.backends import Backend

GROUP = "verify.proofs"
FOLDER = Path("certificates")
SOMETHING_ELSE = "the file proves something else than the claim"

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
    """proved, refuted, undecided, or no-file where the file is not there that would settle it."""
    scope: str
    """Of what is proved or refuted; else what is missing."""
    verdict: Verdict | None


class BrokenProof(Exception):
    """A proof that a package brings, and that cannot be loaded; the message says which, and why."""


class Installed(Mapping[str, Proof]):
    """The proofs of this and other installed packages, by name. One is loaded when asked for, whatever others do."""

    def __init__(self) -> None:
        ours = [EntryPoint(name, f"verify.proofs.{name.replace('-', '_')}:PROOF", GROUP) for name in NAMES]
        self._entries = {entry.name: entry for entry in (*entry_points(group=GROUP), *ours)}  # nobody's is in their way

    def is_ours(self, name: str) -> bool:
        """Whether the proof comes with this distribution."""
        return name in NAMES

    def __getitem__(self, name: str) -> Proof:
        """Raises KeyError if there is none of that name, BrokenProof if it cannot be loaded."""
        entry = self._entries[name]
        try:
            proof = entry.load()
        except (Exception, SystemExit) as error:  # a stranger's package may raise whatever it likes
            raise BrokenProof(f"the proof {name!r} cannot be loaded: {type(error).__name__}: {error}") from error
        if not isinstance(proof, Proof):
            raise BrokenProof(f"the proof {name!r} cannot be loaded: {entry.value} is no Proof")
        return proof

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)


def installed() -> Installed:
    """All proofs that installed packages bring, by name; each is loaded when it is asked for."""
    return Installed()


def status(proof: Proof, claim: Claim, folder: Path, session: Session) -> Status:
    """Check the claim's file now. Only a verified file that proves the claim itself settles it."""
    path = folder / claim.file
    return without_verdict(proof, claim, folder) or judged(claim, session.check(path))


def without_verdict(proof: Proof, claim: Claim, folder: Path) -> Status | None:
    """The status of a claim for which there is no file to check; None where there is one."""
    if not claim.file:
        return Status("undecided", claim.missing, None)
    path = folder / claim.file
    if not path.is_file():
        return Status("no-file", f"there is no {path}; run: verify prove {proof.name}", None)
    return None


def judged(claim: Claim, verdict: Verdict) -> Status:
    """The status of a claim, by the verdict on its file."""
    if isinstance(verdict, Verified):
        if claim.settled_by(verdict.statement):
            return Status(claim.verdict, verdict.statement.scope, verdict)
        verdict = Rejected(SOMETHING_ELSE, verdict.statement, code=Reason.NOT_COVERED)
    return Status("undecided", getattr(verdict, "reason", ""), verdict)
